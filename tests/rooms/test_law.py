"""Year notices, emergency days and dated parameters in the database."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.ground.kernel.term import Term, Unit
from yimen.ground.law import actions, queries, seeds
from yimen.ground.law.models import EmergencyDay, LegalParameter, Revision, YearNotice

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ONE = {"by": "staff:1", "role": "committee", "organ": "C0", "at": AT}
TWO = ONE | {"by": "staff:2"}
DAYS = [
    {"day": "2027-01-01", "is_workday": False, "name": "元旦"},
    {"day": "2027-01-04", "is_workday": False, "name": "元旦"},
    {"day": "2027-01-09", "is_workday": True, "name": "元旦"},
    {"day": "2026-12-27", "is_workday": True, "name": "元旦"},
]


def enter(days=DAYS, **changes):
    fields = {"year": 2027, "number": "国办发明电〔2026〕9号", "url": "https://www.gov.cn/x", "days": days} | ONE
    return actions.enter_year_notice(**fields | changes)


def test_a_notice_counts_only_when_a_second_person_confirms_it(django_assert_num_queries):
    before = queries.current_revision()
    notice = enter()
    assert queries.current_revision() == before
    assert queries.calendar().is_provisional(date(2027, 1, 4))
    assert not queries.preview(notice).is_workday(date(2027, 1, 4))
    with pytest.raises(Refused) as refusal:
        actions.confirm_year_notice(notice, **ONE)
    assert refusal.value.code == "separation.same_person"

    actions.confirm_year_notice(notice, **TWO)
    revision = queries.current_revision()
    assert revision > before
    calendar = queries.calendar(revision)
    assert not calendar.is_provisional(date(2027, 1, 4))
    assert not calendar.is_workday(date(2027, 1, 4))
    assert calendar.is_workday(date(2026, 12, 27))
    assert calendar.note(date(2027, 1, 9)).source == "国办发明电〔2026〕9号"
    with django_assert_num_queries(0):
        assert queries.calendar(revision) is calendar
    verbs = Entry.objects.filter(subject=f"year_notice:{notice.pk}").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["enter_year_notice", "confirm_year_notice"]


def test_a_second_notice_of_a_year_replaces_the_first():
    first, second = enter(), enter([{"day": "2027-01-05", "is_workday": False, "name": "元旦"}], number="补")
    actions.confirm_year_notice(first, **TWO)
    actions.confirm_year_notice(second, **TWO)
    states = dict(YearNotice.objects.values_list("pk", "state"))
    assert states == {first.pk: "replaced", second.pk: "confirmed"}
    assert queries.calendar().is_workday(date(2027, 1, 4))
    assert not queries.calendar().is_workday(date(2027, 1, 5))
    for done in (first, second):
        done.refresh_from_db()
        with pytest.raises(Refused) as refusal:
            actions.confirm_year_notice(done, **TWO)
        assert refusal.value.code == "transition.not_allowed"


def test_of_two_who_confirm_at_once_one_wins():
    notice = enter()
    stale = YearNotice.objects.get(pk=notice.pk)
    actions.confirm_year_notice(notice, **TWO)
    with pytest.raises(Conflict):
        actions.confirm_year_notice(stale, **TWO | {"by": "staff:3"})
    notice.refresh_from_db()
    assert (notice.state, notice.confirmed_by) == ("confirmed", "staff:2")
    assert Entry.objects.filter(verb="confirm_year_notice").count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"days": []}, "no_holiday"),
        ({"days": [{"day": "2027-02-30", "is_workday": False, "name": ""}]}, "not_a_day"),
        ({"days": [{"is_workday": False}]}, "not_a_day"),
        ({"days": [{"day": "2027-01-01", "is_workday": 0, "name": ""}]}, "incomplete"),
        ({"days": [{"day": "2027-01-01", "is_workday": False, "name": "x" * 81}]}, "incomplete"),
        ({"days": [{"day": "2026-11-30", "is_workday": False, "name": ""}]}, "other_year"),
        ({"days": [DAYS[0], DAYS[0]]}, "twice"),
        ({"days": [DAYS[2]]}, "no_holiday"),
        ({"number": " "}, "incomplete"),
        ({"year": 1800}, "incomplete"),
        ({"url": "javascript:alert(1)"}, "not_an_address"),
    ],
)
def test_a_wrong_list_is_refused(change, why):
    with pytest.raises(Refused) as refusal:
        enter(**change)
    assert refusal.value.code == "calendar.invalid"
    assert refusal.value.facts["why"] == why
    assert not YearNotice.objects.exists()
    assert not Entry.objects.exists()


def test_emergency_days():
    day = date(2026, 11, 26)
    declared = actions.declare_emergency_day(day=day, name="暴雪停工", basis="市政府公告2026年第3号", **ONE)
    assert queries.calendar().is_workday(day)
    with pytest.raises(Refused):
        actions.confirm_emergency_day(declared, **ONE)
    actions.confirm_emergency_day(declared, **TWO)
    assert not queries.calendar().is_workday(day)
    assert queries.calendar().note(day).kind == "emergency"
    assert not queries.calendar().is_provisional(day)
    # Given back: the later decision for the day replaces the first, and a year's notice does not wipe it out.
    back = actions.declare_emergency_day(day=day, name="恢复办公", basis="公告第4号", is_workday=True, **ONE)
    actions.confirm_emergency_day(back, **TWO)
    assert queries.calendar().is_workday(day)
    assert EmergencyDay.objects.filter(state="confirmed").count() == 1
    for bad in ({"name": " "}, {"basis": ""}):
        with pytest.raises(Refused):
            actions.declare_emergency_day(**{"day": day, "name": "a", "basis": "b"} | bad, **ONE)
    with pytest.raises(Refused) as refusal:
        actions.declare_emergency_day(day=date(1980, 1, 1), name="a", basis="b", **ONE)
    assert refusal.value.code == "clock.out_of_range"


def test_an_emergency_day_outlives_the_notice_of_its_year():
    day = date(2027, 3, 3)
    actions.confirm_emergency_day(actions.declare_emergency_day(day=day, name="停工", basis="公告", **ONE), **TWO)
    actions.confirm_year_notice(enter(), **TWO)
    assert not queries.calendar().is_workday(day)


def test_the_database_keeps_two_persons_and_one_notice_a_year():
    first, second = enter(), enter(number="另")
    actions.confirm_year_notice(first, **TWO)
    for changes in (
        {"state": "confirmed", "confirmed_by": "staff:1", "confirmed_at": AT},  # the same person
        {"state": "confirmed", "confirmed_by": "staff:2", "confirmed_at": AT},  # a second one in the year
        {"state": "confirmed", "confirmed_by": "", "confirmed_at": AT},
        {"state": "confirmed", "confirmed_by": "staff:2"},
        {"year": 2200},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            YearNotice.objects.filter(pk=second.pk).update(**changes)


@pytest.mark.parametrize(
    ("on", "organ", "months", "online"),
    [
        (date(2005, 11, 21), "government_or_superior", 3, False),
        (date(2015, 4, 30), "government_or_superior", 3, False),
        (date(2015, 5, 1), "government_or_superior", 6, False),
        (date(2023, 12, 31), "government_or_superior", 6, False),
        (date(2024, 1, 1), "government", 6, True),
    ],
)
def test_remedies_of_the_day_of_decision(on, organ, months, online):
    found = queries.remedies(on)
    assert (found.reconsideration_days, found.reconsideration_organ) == (60, organ)
    assert (found.litigation_months, found.online_channel) == (months, online)
    assert "行政复议法" in found.basis
    assert "行政诉讼法" in found.basis


def test_parameters(django_assert_num_queries):
    revision = queries.current_revision()
    assert queries.parameter("correction_notice", date(2005, 11, 21)).term == Term(5, Unit.WORKING_DAYS)
    with django_assert_num_queries(0):
        assert queries.parameter("issue_certificate", date(2026, 1, 1), revision=revision).amount == 10
        queries.remedies(date(2026, 1, 1), revision=revision)
    for key, on in (("correction_notice", date(2004, 6, 30)), ("no_such_limit", date(2026, 1, 1))):
        with pytest.raises(Refused) as refusal:
            queries.parameter(key, on)
        assert refusal.value.code == "law.not_in_force"


def test_no_two_rows_of_a_parameter_overlap():
    rows = list(LegalParameter.objects.order_by("key", "valid_from"))
    assert len(rows) >= 15
    for row, following in pairwise(rows):
        if row.key == following.key:
            assert row.valid_to is not None
            assert (following.valid_from - row.valid_to).days == 1


def test_seeding_is_idempotent_and_leaves_the_centres_own_rows():
    revision, count = queries.current_revision(), LegalParameter.objects.count()
    assert seeds.seed(connection.alias) is False
    assert (queries.current_revision(), LegalParameter.objects.count()) == (revision, count)
    LegalParameter.objects.filter(key="litigation", amount=6).update(amount=9)
    own = LegalParameter.objects.create(
        key="litigation", amount=12, unit="months", valid_from=date(2030, 1, 1), basis="b", confidence="found"
    )
    assert seeds.seed(connection.alias) is True
    assert queries.current_revision() > revision
    assert queries.parameter("litigation", date(2026, 1, 1)).amount == 6
    assert queries.parameter("litigation", own.valid_from).amount == 12


def test_the_revision_comes_with_another_query():
    row = LegalParameter.objects.annotate(law_revision=queries.revision_subquery()).first()
    assert row.law_revision == Revision.objects.get().number


def test_a_rolled_back_revision_never_comes_back():
    numbers = set()
    for _ in range(5):
        with transaction.atomic():
            actions.confirm_year_notice(enter(), **TWO)
            numbers.add(queries.current_revision())
            transaction.set_rollback(True)
    assert len(numbers) == 5
