"""How the house says no.

A rule, a policy or an action raises `Refused` with a stable code (`noun.reason`). Faces look the code up in
`kernel.refusals` and show its sentence in the user's language; nobody else writes sentences.
"""

from typing import Any


class Refused(Exception):
    """An act that the law, a permission or the state of a thing does not allow.

    `code` is one of `kernel.refusals.REFUSALS`; `facts` are JSON values that complete its sentence.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Denied(Refused):
    """The actor does not hold the verb for this thing (faces answer 403)."""

    def __init__(self, **facts: Any) -> None:
        super().__init__("permission.denied", **facts)


class OutOfScope(Refused):
    """The actor may not even know that the thing exists (flows say permission.denied, faces answer 404)."""

    def __init__(self, **facts: Any) -> None:
        super().__init__("permission.denied", **facts)


class Conflict(Refused):
    """Somebody else changed the thing since it was read (faces answer 409)."""

    def __init__(self, **facts: Any) -> None:
        super().__init__("conflict.stale", **facts)
