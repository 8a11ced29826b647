"""Scenarios: the law as stories that a legal officer reads and the program runs.

reading: YAML → checked values; database: one of its own for each story; world: what is given; running: the steps;
comparing: what must be true then. The format is a contract (docs/scenarios.md).
"""
