"""The journal: append-only entries that nobody can change and that can be proved.

Every verb of every room writes one entry in its own transaction (`actions.record`). Triggers refuse UPDATE, DELETE
and TRUNCATE on both engines (`guards`); a job seals entries into signed heads (`sealing`); `verification` walks all
of it and names the first entry that does not hold. No foreign keys: everyone may write to it.
"""
