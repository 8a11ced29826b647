"""Registers: who may enter and change what, written down by hand, one table for each field of work.

A new verb of a register needs its roles in `MAY`, a new register its readers in `READERS`. The roles are compared with
the grants in `test_access_registers.py`; scope is for the tests of each field of work (`tests/registers/`).
"""

from collections.abc import Set

from yimen.facts.registers.base import all_kinds
from yimen.flows.registry import register_verbs
from yimen.rooms.identity.rules.roles import Role

EVERY_STAFF: Set[str] = {str(role) for role in Role} - {"applicant", "agent"}
# verb → roles
MAY: dict[str, Set[str]] = {}
# kind → roles to which the list of the register opens
READERS: dict[str, Set[str]] = {"organ": EVERY_STAFF, "item": EVERY_STAFF, "staff": EVERY_STAFF}


def makers() -> list[tuple[str, str]]:
    """(kind, verb) of the verbs that enter a record."""
    return [(kind, verb.name) for kind in all_kinds() for verb in register_verbs(kind).values() if verb.makes]


def acts() -> list[tuple[str, str]]:
    """(kind, verb) of the verbs that act on one."""
    return [(kind, verb.name) for kind in all_kinds() for verb in register_verbs(kind).values() if not verb.makes]
