"""Registers: what the law and the committee keep on record, each kind read and scoped in the same way.

`base` knows what a kind is; every other module here describes the kinds of one field of work.
"""
