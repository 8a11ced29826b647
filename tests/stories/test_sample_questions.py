"""Questions of the sample centre: each page that tells of them has something to show."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from yimen.faces.stories.sample import load_sample
from yimen.facts import questions as facts
from yimen.flows import setup
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import Faq, Question
from yimen.rooms.identity.queries import actor_of_user, forget_centre
from yimen.rooms.identity.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("1.a")]
SATURDAY = date(2026, 9, 5)


def test_the_desk_the_public_and_an_applicant_find_questions() -> None:
    forget_centre()
    forget_terms()
    load_sample(as_of=SATURDAY)
    noon = datetime.combine(SATURDAY, time(12), ZoneInfo("Asia/Shanghai"))
    desk = actor_of_user(setup.persona(Role.CONSULTATION_DESK, at=noon))
    counts = queries.counts(desk, SATURDAY)
    assert counts["mine"] and counts["unowned"] and counts["late"] and counts["answered"], counts
    clerk = actor_of_user(setup.persona(Role.WINDOW_CLERK, organ_code="A31", at=noon))
    assert queries.counts(clerk, SATURDAY)["offered"] == 1
    figures = facts.figures(desk, SATURDAY)
    assert sum(row["late"] for row in figures) >= 1 and sum(row["in_time"] for row in figures) >= 4
    assert Question.objects.filter(score__isnull=False).count() >= 2
    assert Question.objects.filter(user=setup.persona(Role.APPLICANT, at=noon)).exists()
    assert Faq.objects.count() >= 4
    found = Client().get("/ask/?q=取水许可快到期了怎么延续").content.decode()
    assert "取水许可到期怎样延续" in found and "/items/SAMPLE-QSXK/" in found
    forget_centre()
    forget_terms()
