"""The committee's work in the sample centre: each page has something to show, also on a day off, and the same again."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from yimen.faces.stories.sample import load_sample
from yimen.facts import committee
from yimen.flows import setup
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Budget, Duty, Promise, Shift
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.queries import actor_of_user, forget_centre
from yimen.rooms.identity.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("1.c")]
SATURDAY = date(2026, 9, 5)
NOON = datetime.combine(SATURDAY, time(12), ZoneInfo("Asia/Shanghai"))


def test_each_page_of_the_committee_has_something_to_show() -> None:
    forget_centre()
    forget_terms()
    load_sample(as_of=SATURDAY)
    office = setup.persona(Role.COMMITTEE, at=NOON)
    waits = committee.waits(actor_of_user(office), NOON)
    assert waits["breaches"] == 1 and waits["escalated"] == 1 and waits["meetings"] == 2
    assert waits["duties"] > 5 and "rules" not in waits
    clerk = actor_of_user(setup.persona(Role.WINDOW_CLERK, organ_code="A31", at=NOON))
    assert committee.waits(clerk, NOON) == {"rules": 1}
    assert committee.waits(actor_of_user(setup.persona(Role.SUPERVISION, at=NOON)), NOON)["reported_duties"] == 1
    assert Duty.objects.exclude(organ=None).count() >= 10
    assert not Shift.objects.filter(on__in=(SATURDAY, date(2026, 9, 6))).exists()
    assert queries.published_shifts(date(2026, 9, 7), date(2026, 9, 11)).count() == 4 * 5 * 2
    assert [row.pinned for row in queries.announcements(SATURDAY)] == [True, False]
    assert sorted(queries.promises().values_list("reported", flat=True)) == [0, 1, 1]
    assert Budget.objects.filter(year=2026, spent__gt=0).count() == 2 and Promise.objects.count() == 3
    client = Client()
    client.force_login(office)
    for path in (
        "/office/",
        "/office/meetings/due/",
        "/office/budget/?year=2026",
        "/office/rules/",
        "/office/breaches/",
    ):
        assert "样本" in client.get(path).content.decode(), path
    forget_centre()
    forget_terms()
