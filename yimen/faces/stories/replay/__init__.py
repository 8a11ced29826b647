"""Replay of a real event log through the flows.

reading (files → events), mapping (activity → verbs), centre (who acts), running (the events of all cases merged in
time, the clock ticking in between). See docs/algorithms/replay.md.
"""
