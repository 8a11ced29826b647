"""许可主体、窗口授权、专用章: who may decide on which day, who may enter it, and what a decision stands on."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.flows.world import House, at, make_house
from yimen.facts.cases import case_facts
from yimen.facts.papers import contents, of_document
from yimen.facts.registers.base import kind_of
from yimen.flows import authority, catalogue, examination
from yimen.ground.journal import guards
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Refused
from yimen.rooms.authority.models import Authorisation, LicensingSubject, Seal, SealUse
from yimen.rooms.authority.queries import grounds
from yimen.rooms.authority.rules.days import Span, State
from yimen.rooms.authority.rules.subjects import Kind
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import load
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role

DAY = date(2025, 3, 3)
NOW = at("2025-03-03T09:00")
days = st.dates(min_value=date(2024, 12, 1), max_value=date(2025, 2, 1))


def refused(code: str, act: Any) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code


# pure
@given(first=days, last=st.none() | days, ended=st.none() | days, day=days)
def test_a_span_is_its_days(first: date, last: date | None, ended: date | None, day: date) -> None:
    span = Span(first, last, ended)
    holds = first <= day and (last is None or day <= last) and (ended is None or day < ended)
    assert span.holds_on(day) == holds
    if day < first and not holds:
        never = (last is not None and last < first) or (ended is not None and ended <= first)
        assert span.state_on(day) == (State.PAST if never else State.COMING)


@given(a=days, b=days, c=days, d=days)
def test_spans_meet_where_a_day_lies_in_both(a: date, b: date, c: date, d: date) -> None:
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    shared = any(one.holds_on(day) and other.holds_on(day) for day in (one.first + timedelta(n) for n in range(100)))
    assert one.meets(other) == shared == other.meets(one)


# the engine
@pytest.fixture
def house(db: None) -> House:
    return make_house()


def _approve(house: House, case: Case, when: datetime, who: str = "head") -> Case:
    return house.act(case, who, "approve_case", when, decision="grant")


def _authorise(house: House, staff: str, first: date, last: date | None = None) -> Authorisation:
    made: Authorisation = authority.authorise_window(
        items=["X1"],
        staff=house.people[staff].name,
        valid_from=first,
        valid_to=last,
        document_number="示例授权〔2025〕7号",
        by=house.people["organ_head"],
        at=NOW,
    )
    return made


@pytest.mark.parametrize(
    ("when", "works"),
    [
        ("2025-03-09T23:59", False),
        ("2025-03-10T00:00", True),
        ("2025-03-12T23:59", True),
        ("2025-03-13T00:00", False),
    ],
)
def test_an_authorisation_holds_on_its_days(house: House, when: str, works: bool) -> None:
    case = house.ready("approve_case")
    Authorisation.objects.filter(staff_id=house.people["head"].hand).delete()
    made = _authorise(house, "head", date(2025, 3, 10), date(2025, 3, 12))
    if not works:
        refused("authority.missing", lambda: _approve(house, case, at(when)))
        assert load(case.number).state == "examined"
        return
    decided = _approve(house, case, at(when))
    assert case_facts(decided, at(when))["authorisation"] == "示例授权〔2025〕7号"
    assert f'"authorisation":{made.pk}' in Entry.objects.get(verb="approve_case").facts
    paper = contents(of_document(Document.objects.get(kind="decision")))
    assert paper["authorisation"] == "示例授权〔2025〕7号" and paper["seal"] == ""


@pytest.mark.parametrize(
    ("when", "works"),
    [
        ("2025-03-09T23:59", False),
        ("2025-03-10T00:00", True),
        ("2025-03-12T23:59", True),
        ("2025-03-13T00:00", False),
    ],
)
def test_a_subject_holds_on_its_days(house: House, when: str, works: bool) -> None:
    case = house.ready("approve_case")
    LicensingSubject.objects.update(valid_from=date(2025, 3, 10), valid_to=date(2025, 3, 12))
    if works:
        assert _approve(house, case, at(when)).state == "granted"
    else:
        refused("subject.not_in_force", lambda: _approve(house, case, at(when)))


def test_the_day_of_the_end_is_the_first_without_it(house: House) -> None:
    ends = LicensingSubject.objects.get()
    authority.end_subject(ends.key, on=date(2025, 3, 12), reason="职权调整", by=factories.ADMIN, at=NOW)
    assert grounds(ends.organ_id, "X1", date(2025, 3, 11)).subject == ends.pk
    assert grounds(ends.organ_id, "X1", date(2025, 3, 12)).subject is None


def test_another_persons_item_or_authorisation_does_not_help(house: House) -> None:
    case = house.ready("approve_case")
    mine = Authorisation.objects.filter(staff_id=house.people["head"].hand)
    mine.update(staff_id=house.people["examiner"].hand)
    refused("authority.missing", lambda: _approve(house, case, NOW))
    other = factories.make_item("X2").item
    factories.authorise(factories.Staff.objects.get(pk=house.people["head"].hand), items=[other])
    refused("authority.missing", lambda: _approve(house, case, NOW))


def test_an_approver_needs_none_whatever_the_order_of_roles(house: House) -> None:
    for roles in ((Role.APPROVER,), (Role.WINDOW_HEAD, Role.APPROVER), (Role.APPROVER, Role.WINDOW_HEAD)):
        case = house.ready("approve_case")
        person = factories.make_staff(*roles, organ="O1")
        Authorisation.objects.filter(staff=person).delete()
        house.people["decider"] = actor_of_staff(person)
        assert _approve(house, case, house.now, "decider").state == "granted"
        assert Entry.objects.filter(verb="approve_case").latest("id").role == Role.APPROVER


def test_an_immediate_item_needs_one_too(db: None) -> None:
    house = make_house(review="immediate")
    case = house.submit()
    case = house.act(case, "clerk", "accept_application")
    Authorisation.objects.filter(staff_id=house.people["head"].hand).update(ended_on=DAY)
    refused("authority.missing", lambda: _approve(house, case, NOW))
    assert _approve(house, case, NOW, "head2").state == "granted"


def test_the_order_of_what_is_said(house: House) -> None:
    """Permission, the version read, the power, then separation and the table of transitions."""
    case = house.submit()  # not even accepted
    LicensingSubject.objects.update(ended_on=date(2000, 1, 1))
    act = examination.approve_case
    stranger, head = house.people["stranger"], house.people["head"]
    refused("permission.denied", lambda: act(case.number, decision="grant", by=stranger, at=NOW, version=9))
    refused("conflict.stale", lambda: act(case.number, decision="grant", by=head, at=NOW, version=9))
    refused("subject.not_in_force", lambda: act(case.number, decision="grant", by=head, at=NOW))
    LicensingSubject.objects.update(ended_on=None)
    Authorisation.objects.update(ended_on=date(2000, 1, 1))
    refused("authority.missing", lambda: act(case.number, decision="grant", by=head, at=NOW))
    Authorisation.objects.update(ended_on=None)
    refused("transition.not_allowed", lambda: act(case.number, decision="grant", by=head, at=NOW))


def test_both_checks_are_one_statement_and_seals_none(house: House) -> None:
    _approve(house, house.ready("approve_case"), house.now)
    case = house.ready("approve_case")
    with CaptureQueriesContext(connection) as queries:
        _approve(house, case, house.now)
    touching = [q["sql"] for q in queries.captured_queries if "authority_" in q["sql"]]
    assert len(touching) == 1 and "authority_licensingsubject" in touching[0] and "authority_auth" in touching[0]


def test_publishing_needs_both(house: House) -> None:
    def lacking(**more: Any) -> set[str]:
        """Which of the two the refusal names; what else the guide lacks is for other tests."""
        limits = {"statutory_limit": "20 working_days", "promised_limit": "5 working_days"}
        limits |= {"statutory_basis": "示例法", "conditions": "依法登记", "charges": "不收费"}
        version = catalogue.define_item_version(item="X3", **limits, **more, by=factories.ADMIN, at=NOW)
        try:
            catalogue.publish_item_version(version.key, valid_from=DAY, by=factories.ADMIN, at=NOW)
        except Refused as refusal:
            assert refusal.code == "version.incomplete"
            fields = {p["field"] for p in refusal.facts["problems"] if p["reason"] == "not_in_force"}
            return fields
        return set()

    factories.make_organ("O3")
    item = catalogue.register_item(code="X3", name="新许可", organ="O3", by=factories.ADMIN, at=NOW)
    assert lacking() == {"subject", "authorisation"}
    subject = register(organ="O3", valid_from=DAY)
    assert lacking() == {"authorisation"} and lacking(approver="section_head") == set()
    # The first day counts, the eve does not.
    LicensingSubject.objects.filter(pk=subject.pk).update(valid_from=DAY + timedelta(1))
    factories.authorise(factories.make_staff(Role.EXAMINER, organ="O3"), items=[item], valid_to=DAY)
    assert lacking() == {"subject"}
    Authorisation.objects.filter(organ__code="O3").update(valid_to=DAY - timedelta(1))
    assert lacking() == {"subject", "authorisation"}


# the flows
LAWYER_AT = NOW


def register(**given: Any) -> LicensingSubject:
    values: dict[str, Any] = {"kind": "statutory", "basis": "示例法 第二条", "valid_from": DAY, **given}
    made: LicensingSubject = authority.register_subject(**values, by=given.pop("by", factories.ADMIN), at=LAWYER_AT)
    return made


def test_who_enters_subjects(house: House) -> None:
    factories.make_organ("O5")
    lawyer = factories.make_actor(Role.LEGAL_OFFICE)
    made = authority.register_subject(organ="O5", kind="authorised", basis="条例", valid_from=DAY, by=lawyer, at=NOW)
    for who in ("organ_head", "head", "clerk", "committee", "applicant"):
        by = house.people[who]
        refused("permission.denied", lambda by=by: authority.end_subject(made.key, on=DAY, reason="x", by=by, at=NOW))
    refused(
        "conflict.stale",
        lambda: authority.end_subject(made.key, on=DAY, reason="x", by=lawyer, at=NOW, version=2),
    )
    key = replace(lawyer, request=("k1", "0" * 64))
    first = authority.change_subject(made.key, basis="新条例", reason="修改", by=key, at=NOW)
    again = authority.change_subject(made.key, basis="新条例", reason="修改", by=key, at=NOW)
    assert first.pk == again.pk and Entry.objects.filter(verb="change_subject").count() == 1


def test_the_law_of_entrustment_is_kept_by_the_database_too(house: House) -> None:
    o1, o2 = factories.make_organ("O1"), factories.make_organ("O2")
    for wrong in (
        {"kind": Kind.ENTRUSTED, "entrusted_by": None},
        {"kind": Kind.STATUTORY, "entrusted_by": o2},
        {"kind": Kind.ENTRUSTED, "entrusted_by": o1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LicensingSubject.objects.create(organ=o1, basis="x", valid_from=DAY, **wrong)


def test_an_entrusted_organ_decides_in_the_name_of_the_other(house: House) -> None:
    factories.make_organ("O9", "委托机关")
    register(organ="O9")
    LicensingSubject.objects.filter(organ__code="O1").update(ended_on=date(2000, 1, 1))
    given: dict[str, Any] = {"organ": "O1", "kind": "entrusted", "items": ["X1"], "entrusted_by": "O9"}
    made = register(**given)
    case = house.ready("approve_case")
    refused("subject.not_in_force", lambda: _approve(house, case, house.now))
    authority.change_subject(made.key, announcement="公报", reason="公告", by=factories.ADMIN, at=house.now)
    case = _approve(house, case, house.now)
    assert case_facts(case, house.now)["in_name_of"] == "O9"
    paper = contents(of_document(Document.objects.get(kind="decision")))
    assert (paper["organ"], paper["in_name_of"]) == ("委托机关", "部门O1")
    house.act(case, "clerk", "issue_certificate", house.now)
    assert Certificate.objects.get().organ_name == "委托机关"


def test_only_the_head_authorises_only_the_own_organ(house: House) -> None:
    stranger = house.people["stranger"].name
    given: dict[str, Any] = {"valid_from": DAY, "document_number": "1号", "at": NOW}
    head = house.people["organ_head"]
    act = authority.authorise_window
    refused("authorisation.other_organ", lambda: act(items=["X1"], staff=stranger, by=head, **given))
    factories.make_item("X8", organ="O2")
    mine = house.people["head"].name
    refused("permission.denied", lambda: act(items=["X1", "X8"], staff=mine, by=head, **given))
    other = factories.make_actor(Role.ORGAN_HEAD, organ="O2")
    made = act(items=["X1"], staff=mine, by=head, **given)
    refused("permission.denied", lambda: authority.revoke_authorisation(made.key, reason="x", by=other, at=NOW))
    refused("permission.denied", lambda: act(items=["X1"], staff=mine, by=factories.ADMIN, **given))
    entry = Entry.objects.get(verb="authorise_window").facts
    assert mine not in entry and "1号" not in entry  # no names and no free text in the journal


def test_seals_and_their_register_of_use(house: House) -> None:
    head, clerk = house.people["organ_head"], house.people["clerk"].name
    given: dict[str, Any] = {"organ": "O1", "keeper": clerk, "valid_from": DAY, "at": NOW}
    seal = authority.register_seal(name="审批专用章", kind="approval", by=head, **given)
    refused("seal.exists", lambda: authority.register_seal(name="二", kind="approval", by=head, **given))
    other = factories.make_actor(Role.ORGAN_HEAD, organ="O2")
    refused("permission.denied", lambda: authority.register_seal(name="三", kind="acceptance", by=other, **given))
    refused("permission.denied", lambda: authority.retire_seal(seal.key, on=DAY, reason="x", by=other, at=NOW))
    case = _approve(house, house.ready("approve_case"), house.now)
    use = SealUse.objects.get()
    assert (use.seal_id, use.case_number, use.document) == (seal.pk, case.number, f"{case.number}/decision")
    facts = kind_of("seal").facts(seal, house.now)
    assert facts["use_count"] == 1 and facts["uses"][0]["case"] == case.number
    assert case_facts(load(case.number), house.now)["seal"] == "审批专用章"
    _stays(use)
    authority.retire_seal(seal.key, on=DAY + timedelta(1), reason="停用", by=head, at=house.now)
    _approve(house, house.ready("approve_case"), at("2025-03-04T09:00"))
    assert SealUse.objects.count() == 1 and Seal.objects.get().ended_on == DAY + timedelta(1)


def _stays(use: SealUse) -> None:
    """No hand on the database changes what was written into the register of use, and a copy takes no place of it."""
    # PostgreSQL empties a table at once, SQLite puts a row in the place of another: both are refused, too.
    own = {
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE authority_sealuse",
        "sqlite": "INSERT OR REPLACE INTO authority_sealuse SELECT * FROM authority_sealuse",
    }
    for statement in (
        "UPDATE authority_sealuse SET document = 'x'",
        "DELETE FROM authority_sealuse",
        own[connection.vendor],
    ):
        with (
            pytest.raises(IntegrityError, match="may not be changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert SealUse.objects.get().document == use.document
    assert {"authority_sealuse_no_update", "authority_sealuse_no_delete"} <= {g.name for g in guards.listed()}


# a race
@pytest.mark.django_db(transaction=True)
def test_revoked_while_approving() -> None:
    """Either the decision came first and stands, or the revocation did and nothing is decided."""
    factories.make_centre()
    factories.make_item("X1")
    leader, seen = factories.make_actor(Role.ORGAN_HEAD), set()
    for _round in range(8):
        case = factories.make_case(state="examined")
        person = factories.make_staff(Role.WINDOW_HEAD)
        head, paper = actor_of_staff(person), Authorisation.objects.get(staff=person)
        answers = _race(
            lambda case=case, head=head: examination.approve_case(
                case.number, decision="grant", by=head, at=factories.now()
            ),
            lambda paper=paper: authority.revoke_authorisation(paper.key, reason="撤销", by=leader, at=factories.now()),
        )
        assert answers[1] == "done" and answers[0] in ("done", "authority.missing"), answers
        order = list(
            Entry.objects.filter(verb__in=("approve_case", "revoke_authorisation"))
            .filter(subject__in=(f"case:{case.number}", paper.subject))
            .order_by("id")
            .values_list("verb", flat=True)
        )
        wanted = ["approve_case", "revoke_authorisation"] if answers[0] == "done" else ["revoke_authorisation"]
        assert order == wanted
        seen.add(answers[0])


def _race(*acts: Any) -> list[str]:
    barrier, answers = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Any) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            act()
            answers[place] = "done"
        except Refused as caught:
            answers[place] = caught.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
