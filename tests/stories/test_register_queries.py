"""The list of a register asks as many queries for three records as for one, whatever each tells of itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yimen.faces.stories.sample import load_sample
from yimen.facts.registers import base
from yimen.rooms.administration.models import Rule
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import forget_centre
from yimen.rooms.identity.rules.roles import Role

SATURDAY = date(2026, 9, 5)
# Of these the sample centre has fewer than two, so nothing can be told of them here.
FEW = frozenset({"section", "platform", "onboarding", "adjustment", "disclosure_set", "decision", "answer_limit"})
# Their records are told with what stands in other tables, asked for each; a list of them shows fifty at the most.
ASKING = frozenset({"organ", "item", "staff", "version"})

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: Any) -> Iterator[Actor]:
    """Somebody who sees every register of a sample centre."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_centre()
        forget_terms()
        load_sample(as_of=SATURDAY)
        somebody = Staff.objects.filter(active=True).first()
        assert somebody is not None
        rule = Rule.objects.first()
        assert rule is not None
        for _more in range(2):
            rule.pk = None
            rule.save(force_insert=True)
        yield Actor(id="staff", name="x", roles=tuple(Role), staff_id=somebody.pk, organ_id=somebody.organ_id)
        transaction.set_rollback(True)
    forget_centre()
    forget_terms()


def asked(kind: base.Kind, actor: Actor, rows: int) -> int:
    at = timezone.now()
    with CaptureQueriesContext(connection) as queries:
        found, _more = base.page(kind, actor, size=rows, at=at)
        for thing in found:
            kind.facts(thing, at)
            kind.title(thing)
    return len(queries)


@pytest.mark.parametrize("name", sorted(set(base.all_kinds()) - FEW - ASKING))
def test_three_records_cost_as_much_as_one(name: str, everything: Actor) -> None:
    kind = base.kind_of(name)
    assert kind.visible(everything).count() >= 2, name
    asked(kind, everything, 1)  # what is kept in the process is read once
    assert asked(kind, everything, 1) == asked(kind, everything, 3)


def test_the_lists_of_exceptions_are_true(everything: Actor) -> None:
    few = {name for name, kind in base.all_kinds().items() if kind.visible(everything).count() < 2}
    assert few == FEW
    for name in ASKING:
        kind = base.kind_of(name)
        asked(kind, everything, 1)
        assert asked(kind, everything, 1) < asked(kind, everything, 3), f"{name} asks no more: take it off the list"
