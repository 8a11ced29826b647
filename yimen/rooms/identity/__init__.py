"""主体 Identity: organs, halls, windows, staff with their roles, applicants, accounts.

Every other room may point here; identity points to nobody. The journal knows an actor by `Actor.id` (a text).
Verbs: register_organ, register_window, register_staff, register_applicant, issue_token.
"""
