"""公示: public within seven working days, natural persons masked, and what the law hides stays hidden."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.flows.world import NAME, WORDS, House, at
from yimen.facts import decisions
from yimen.flows import publication
from yimen.flows.registry import case_verbs
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Conflict, Denied, OutOfScope, Refused
from yimen.ground.kernel.identifiers import mask_name
from yimen.rooms.cases.models import Case, Publication
from yimen.rooms.cases.rules.publication import public_holder
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

COMPANY = ApplicantData("示例食品有限公司", "organisation", "", factories.CREDIT_CODE, "13912345678")
DECIDED = at("2025-03-03T09:03")  # Monday; the seventh working day after it is Wednesday 12 March
GRANT: list[tuple[str, str, dict[str, Any]]] = [
    ("clerk", "accept_application", {}),
    ("examiner", "examine_case", {"opinion": "grant", "reasons": WORDS}),
    ("head", "approve_case", {"decision": "grant", "reasons": WORDS}),
]
REFUSE = [*GRANT[:2], ("head", "approve_case", {"decision": "refuse", "reasons": WORDS})]
VERBS: dict[str, dict[str, Any]] = {
    "publish_decision": {},
    "withhold_decision": {"basis": "trade_secret", "reason": WORDS},
    "withdraw_publication": {"basis": "privacy", "reason": WORDS},
    "correct_publication": {"reason": WORDS},
}
MAY = {
    "publish_decision": {"window_head", "approver", "organ_head", "clock"},
    "withhold_decision": {"organ_head"},
    "withdraw_publication": {"organ_head"},
    "correct_publication": {"organ_head"},
}


def decided(house: House, steps: list[tuple[str, str, dict[str, Any]]] = GRANT, **more: Any) -> Case:
    case = house.submit(**more)
    for step, (who, verb, arguments) in enumerate(steps, 1):
        case = house.act(case, who, verb, house.now + timedelta(minutes=step), **arguments)
    return case


def act(
    house: House, case: Case, verb: str, who: str = "organ_head", when: str = "2025-03-04T10:00", **more: Any
) -> Any:
    return house.act(case, who, verb, at(when), **{**VERBS[verb], **more})


def row_of(case: Case) -> Publication:
    return Publication.objects.get(case=case)


@pytest.fixture
def case(house: House) -> Iterator[Case]:
    """A granted case of a natural person."""
    yield decided(house)


def test_the_clock_publishes_on_the_working_day_before_the_last(house: House, case: Case) -> None:
    assert (row_of(case).due_on, row_of(case).standing) == (date(2025, 3, 12), "waiting")
    assert publication.publish_due(at=at("2025-03-10T23:59")) == 0
    with pytest.raises(Refused, match=r"publication\.not_found"):
        decisions.find(case.number)
    before = Entry.objects.count()
    assert publication.publish_due(at=at("2025-03-11T00:01")) == 1
    assert publication.publish_due(at=at("2025-03-11T00:02")) == 0
    assert Entry.objects.count() == before + 1
    row, entry = decisions.find(case.number), history(f"case:{case.number}")[-1]
    assert (row.published_on, row.result, row.decided_on) == (date(2025, 3, 11), "granted", date(2025, 3, 3))
    assert (entry.verb, entry.actor, entry.role, entry.facts["standing"]) == (
        "publish_decision",
        "clock",
        "clock",
        "published",
    )


def test_what_the_public_may_read_is_these_columns_and_no_personal_data(house: House, case: Case) -> None:
    act(house, case, "publish_decision", "head")
    row = row_of(case)
    told = {name: getattr(row, name) for name in ("item_code", "item_name", "organ_code", "organ_name", "holder")}
    assert told == {
        "item_code": "X1",
        "item_name": "示例许可",
        "organ_code": "O1",
        "organ_name": "部门O1",
        "holder": "欧*",
    }
    text = json.dumps([str(value) for value in Publication.objects.values_list().get()], ensure_ascii=False)
    for secret in (NAME, WORDS, factories.RESIDENT_ID, "13912345678", "ouyang"):
        assert secret not in text


def test_an_enterprise_is_named_with_its_credit_code_and_a_refusal_is_public_without_its_reasons(house: House) -> None:
    case = decided(house, REFUSE, applicant=COMPANY)
    act(house, case, "publish_decision", "head")
    row = decisions.find(case.number)
    assert (row.holder, row.credit_code, row.result) == (COMPANY.name, factories.CREDIT_CODE, "refused")
    assert row.reason == ""


@pytest.mark.parametrize(
    ("kind", "name", "number", "shown"),
    [
        ("person", "张三", factories.RESIDENT_ID, ("张*", "")),
        ("person", "欧阳慕容", "", ("欧*", "")),
        ("person", "Christopher Marlowe", "", ("C*", "")),
        ("organisation", "某公司", factories.CREDIT_CODE.lower(), ("某公司", factories.CREDIT_CODE)),
        ("organisation", "某公司", "113", ("某公司", "")),
        ("organisation", "某公司", factories.RESIDENT_ID, ("某公司", "")),
        # The number of a citizen whose digits also pass as a credit code.
        ("organisation", "某公司", "110105194912310268", ("某公司", "")),
    ],
)
def test_who_is_shown_how(kind: str, name: str, number: str, shown: tuple[str, str]) -> None:
    holder = public_holder(kind, name, number, on=date(2025, 3, 3))
    assert (holder.name, holder.credit_code) == shown
    assert mask_name("  ") == "*"


def test_a_number_typed_into_the_name_of_an_enterprise_stays_here(house: House) -> None:
    case = decided(house, applicant=dataclasses.replace(COMPANY, name="张三食品店13912345678 11010519491231002X"))
    act(house, case, "publish_decision", "head")
    assert "139" not in row_of(case).holder
    assert factories.RESIDENT_ID not in row_of(case).holder


def test_kept_back_and_published_after_all(house: House, case: Case) -> None:
    act(house, case, "withhold_decision")
    row = row_of(case)
    assert (row.standing, row.basis, row.reason, row.holder) == ("withheld", "trade_secret", WORDS, "")
    assert publication.publish_due(at=at("2025-04-01T00:00")) == 0
    with pytest.raises(Refused, match=r"publication\.not_found"):
        decisions.find(case.number)
    entry = history(f"case:{case.number}")[-1]
    assert (entry.verb, entry.facts["basis"]) == ("withhold_decision", "trade_secret")
    assert WORDS not in json.dumps(entry.facts, ensure_ascii=False)
    act(house, case, "publish_decision")
    assert (row_of(case).basis, row_of(case).reason) == ("", "")
    assert decisions.find(case.number).holder == "欧*"


def test_taken_back_nothing_of_it_is_left_to_show(house: House, case: Case) -> None:
    act(house, case, "publish_decision", "head")
    act(house, case, "withdraw_publication", basis="mistake")
    with pytest.raises(Refused, match=r"publication\.withdrawn"):
        decisions.find(case.number)
    assert list(decisions.published()) == []
    row = row_of(case)
    assert {getattr(row, name) for name in ("holder", "item_name", "organ_name", "credit_code", "result")} == {""}
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.update(holder="张三")  # the database keeps it too


def test_a_correction_takes_the_record_as_it_is_now(house: House) -> None:
    case = decided(house, applicant=COMPANY)
    act(house, case, "publish_decision", "head")
    with pytest.raises(Refused, match=r"publication\.unchanged"):
        act(house, case, "correct_publication")
    Applicant.objects.filter(pk=case.applicant_id).update(name="更正后的公司")
    act(house, case, "correct_publication", when="2025-03-20T10:00")
    row = decisions.find(case.number)
    assert (row.holder, row.corrected_on, row.published_on) == ("更正后的公司", date(2025, 3, 20), date(2025, 3, 4))


def test_what_does_not_follow_is_refused_and_leaves_nothing(house: House, case: Case) -> None:
    for first, refused in (
        (None, ("withdraw_publication", "correct_publication")),
        ("withhold_decision", ("withhold_decision", "withdraw_publication", "correct_publication")),
        ("publish_decision", ("publish_decision", "withhold_decision")),
        ("withdraw_publication", ("withdraw_publication", "withhold_decision", "correct_publication")),
    ):
        if first:
            act(house, case, first)
        before = (Entry.objects.count(), list(Publication.objects.values_list()))
        for verb in refused:
            with pytest.raises(Refused, match=r"transition\.not_allowed"):
                act(house, case, verb)
        assert (Entry.objects.count(), list(Publication.objects.values_list())) == before


def test_keeping_and_taking_back_need_a_reason(house: House, case: Case) -> None:
    with pytest.raises(Refused, match=r"reason\.missing"):
        act(house, case, "withhold_decision", reason="  ")
    act(house, case, "publish_decision", "head")
    for verb in ("withdraw_publication", "correct_publication"):
        with pytest.raises(Refused, match=r"reason\.missing"):
            act(house, case, verb, reason="  ")


def test_without_a_decision_there_is_nothing_to_publish(house: House) -> None:
    case = house.submit()
    for verb in VERBS:
        with pytest.raises(Refused, match=r"publication\.no_decision"):
            act(house, case, verb)


def test_who_may(house: House, case: Case) -> None:
    """Every role at every verb, inside and outside its organ; the clock only publishes."""
    colleague, stranger = house.people["head2"], house.people["stranger"]
    for verb, may in MAY.items():
        if verb in ("withdraw_publication", "correct_publication") and row_of(case).standing == "waiting":
            act(house, case, "publish_decision", "head")
        granted = set()
        for role in Role:
            actor = dataclasses.replace(colleague, id=f"staff:{role}", roles=(role,))
            granted |= {str(role)} if attempt(case, verb, actor) else set()
            if role not in CENTRE_WIDE:
                with pytest.raises((Denied, OutOfScope)):
                    case_verbs()[verb].run(
                        case.number, by=dataclasses.replace(stranger, roles=(role,)), at=DECIDED, **VERBS[verb]
                    )
        assert granted == may, verb


def attempt(case: Case, verb: str, actor: Actor) -> bool:
    """Whether the permission was given; nothing stays written."""
    try:
        with transaction.atomic():
            case_verbs()[verb].run(case.number, by=actor, at=DECIDED + timedelta(days=1), **VERBS[verb])
            transaction.set_rollback(True)
    except (Denied, OutOfScope):
        return False
    except Refused:
        return True
    return True


def test_what_is_kept_back_while_the_clock_is_on_its_way_stays_back(house: House, case: Case) -> None:
    act(house, case, "withhold_decision")
    with pytest.raises(Conflict):
        publication.publish_decision(case.number, by=CLOCK, at=at("2025-03-11T00:01"))
    assert row_of(case).standing == "withheld"


def test_two_at_once_one_is_told(house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = row_of(case)
    act(house, case, "publish_decision", "head")
    monkeypatch.setattr("yimen.rooms.cases.actions.publication._row", lambda _case: stale)
    with pytest.raises(Conflict):
        act(house, case, "withhold_decision")


def test_publishing_is_no_step_of_the_case(house: House, case: Case) -> None:
    """Nobody's open form becomes stale because the clock published; an archived case can still be published."""
    version = case.version
    publication.publish_due(at=at("2025-03-11T00:01"))
    case = house.act(case, "clerk", "issue_certificate", at("2025-03-11T09:00"), version=version)
    assert case.version == version + 1
    row = decisions.find(case.number)
    shown = decisions.certificate_of(row, date(2025, 3, 11))
    assert shown is not None
    assert shown["holder"] == "欧**容"  # the certificate's own public check masks as before


def test_searching_and_paging(house: House, case: Case) -> None:
    company = decided(house, REFUSE, applicant=COMPANY)
    hidden = decided(house, applicant=dataclasses.replace(COMPANY, name="不公开有限公司"))
    for one in (case, company):
        act(house, one, "publish_decision", "head")
    act(house, hidden, "withhold_decision")

    def found(**how: Any) -> list[str]:
        return [row.number for row in decisions.published(**how)]

    assert found() == [company.number, case.number]
    for text in ("示例食品", factories.CREDIT_CODE.lower(), company.number):
        assert found(text=text) == [company.number], text
    assert found(text="示例许可") == found(text="部门O1") == [company.number, case.number]
    # Nobody finds a person by the name, nor anything that is not public.
    assert found(text="欧") == found(text=NAME) == found(text="不公开") == found(organ="O2") == []
    assert found(result="granted") == [case.number]
    assert found(since=date(2025, 3, 4)) == []
    rows, after = decisions.page(decisions.published(), size=1)
    assert [row.number for row in rows] == [company.number]
    rows, after = decisions.page(decisions.published(), after=after, size=1)
    assert ([row.number for row in rows], after) == ([case.number], "")
    assert len(decisions.page(decisions.published(), after="9999-99-99_x")[0]) == 2
    assert [organ.code for organ in decisions.organs()] == ["O1"]


def test_what_is_missed_is_seen_by_supervision_and_by_the_own_organ_alone(house: House, case: Case) -> None:
    late = at("2025-03-13T09:00")
    supervision = factories.make_actor("supervision")
    assert decisions.counts(supervision, late) == {"waiting": 1, "hidden": 0, "published_late": 0, "late": 1}
    assert decisions.counts(house.people["stranger"], late)["waiting"] == 0
    with CaptureQueriesContext(connection) as queries:
        rows, _after = decisions.staff_page(supervision, "waiting")
        assert [row.case.item_version.item.name for row in rows] == ["示例许可"]
    assert len(queries) == 1
    publication.publish_due(at=late)
    assert decisions.counts(actor_of_staff(factories.make_staff("organ_head")), late) == {
        "waiting": 0,
        "hidden": 0,
        "published_late": 1,
        "late": 0,
    }
