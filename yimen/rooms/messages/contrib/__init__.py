"""The members of the registry: e-mail, console, and a demo that works, fails and crashes on demand.

A paper that is handed over or printed needs no channel: its telling is recorded by the clerk (`record_telling`).
"""
