"""证照 Certificates: what was granted, to whom, until when, and whether it still holds.

No foreign key to a case: the ground is a text, so that imported certificates fit too. Verb: issue (inside
issue_certificate of the casework).
"""
