"""The registers' verbs and readers, role by role, against the tables written by hand."""

import pytest

from tests.access.registers import MAY, READERS, acts, makers
from tests.factories import make_actor
from yimen.faces.web.views.registers import may_list
from yimen.facts.registers.base import all_kinds
from yimen.rooms.identity.rules.roles import GRANTS, Role


def test_every_verb_and_register_is_in_the_tables() -> None:
    assert {verb for _kind, verb in makers() + acts()} == set(MAY)
    assert set(all_kinds()) == set(READERS)


def test_the_grants_are_those_of_the_table() -> None:
    held = {verb: {str(role) for role, verbs in GRANTS.items() if verb in verbs} - {"clock"} for verb in MAY}
    assert held == {verb: set(roles) for verb, roles in MAY.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLOCK, Role.APPLICANT, Role.AGENT}))
def test_who_opens_which_register(role: Role) -> None:
    actor = make_actor(role)
    opened = {name for name, kind in all_kinds().items() if actor.staff_id is not None and may_list(kind, actor)}
    assert opened == {name for name, readers in READERS.items() if role in readers}
