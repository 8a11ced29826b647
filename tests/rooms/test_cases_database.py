"""The database keeps the promises of casework by itself, whatever the code above it does, on both engines."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from tests.flows.world import START, House, make_house
from tests.guards import drop
from yimen.ground.journal import guards
from yimen.rooms.cases.models import Case, Demand, Extension, Hand, SpecialProcedure, VoidRequest
from yimen.rooms.documents.models import Document


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def _sql(text: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


def _lay(case: Case, act: str, staff_id: int | None) -> None:
    """A hand laid by raw SQL."""
    _sql(
        "INSERT INTO cases_hand (case_id, act, staff_id, opinion, reasons, at) VALUES (%s, %s, %s, '', '', %s)",
        case.pk,
        act,
        staff_id,
        connection.ops.adapt_datetimefield_value(START),
    )


def _refused(text: str, *values: Any, match: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=match):
        _sql(text, *values)


# ------------------------------------------------------------------------------------------------------- two people


def test_whoever_examined_can_t_approve_even_by_raw_sql(house: House) -> None:
    case = house.ready("approve_case")
    with pytest.raises(IntegrityError, match="examined"):
        _lay(case, "approve", house.people["examiner"].staff_id)
    _lay(case, "approve", house.people["head"].staff_id)


def test_nor_after_the_case_went_back_and_another_examined(house: House) -> None:
    case = house.ready("return_to_examiner")
    house.do(case, "return_to_examiner")
    _lay(case, "examine", house.people["organ_head"].staff_id)
    for who in ("examiner", "organ_head"):
        with pytest.raises(IntegrityError, match="examined"):
            _lay(case, "approve", house.people[who].staff_id)


def test_examining_one_case_bars_from_no_other(house: House) -> None:
    house.ready("approve_case")
    _lay(house.submit(), "approve", house.people["examiner"].staff_id)


def test_a_hand_is_neither_rewritten_nor_taken_away(house: House) -> None:
    case, other = house.ready("approve_case"), house.submit()
    hand = Hand.objects.get(case=case, act="examine")
    _refused("UPDATE cases_hand SET act = 'return' WHERE id = %s", hand.pk, match="a hand stays")
    _refused("UPDATE cases_hand SET staff_id = %s WHERE id = %s", house.people["head"].staff_id, hand.pk)
    _refused("UPDATE cases_hand SET case_id = %s WHERE id = %s", other.pk, hand.pk)
    _refused("DELETE FROM cases_hand WHERE id = %s", hand.pk, match="a hand stays")
    _sql("UPDATE cases_hand SET reasons = '' WHERE id = %s", hand.pk)  # free text can be erased


GUARDS = {"cases_hand_two_people", "cases_hand_no_update", "cases_hand_no_delete"}


def test_a_missing_guard_is_noticed_and_put_back(house: House) -> None:
    assert guards.missing() == []
    drop()
    assert set(guards.missing()) >= GUARDS
    guards.install()
    assert guards.missing() == []
    case = house.ready("approve_case")
    with pytest.raises(IntegrityError):
        _lay(case, "approve", house.people["examiner"].staff_id)


def test_a_receipt_is_voided_by_two_people(house: House) -> None:
    case = house.ready("confirm_void")
    request = VoidRequest.objects.get(case=case)
    _refused("UPDATE cases_voidrequest SET confirmed_by_id = asked_by_id WHERE id = %s", request.pk)
    both = house.people["head"].staff_id
    _refused("UPDATE cases_voidrequest SET asked_by_id = %s, confirmed_by_id = %s", both, both)
    assert house.do(case, "confirm_void").state == "voided"


# ----------------------------------------------------------------------------------------------------------- papers


def _paper(case: Case, number: str, **more: Any) -> Document:
    values = {"kind": "correction", "subject": f"case:{case.number}", "data": {}, "made_at": START, **more}
    with transaction.atomic():
        return Document.objects.create(number=number, **values)


def test_one_correction_notice_stands_in_a_case(house: House) -> None:
    case, other = house.submit(), house.submit()
    first = _paper(case, "a")
    with pytest.raises(IntegrityError):
        _paper(case, "b")
    _paper(other, "c")
    _paper(case, "d", kind="supplement")
    _sql("UPDATE documents_document SET withdrawn = %s WHERE id = %s", True, first.pk)
    _paper(case, "e")


def test_a_notice_asks_for_a_material_once(house: House) -> None:
    case = house.ready("submit_correction")
    demand = Demand.objects.get(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.create(case=case, notice_id=demand.notice_id, code=demand.code)


# ------------------------------------------------------------------------------------------------------------ clocks


def _procedure(case: Case, **more: Any) -> None:
    values = {"kind": "hearing", "expected_days": 1, "expected_end_on": START, "starts_on": START.date(), **more}
    with transaction.atomic():
        SpecialProcedure.objects.create(case=case, **values)


def test_one_open_procedure_of_a_kind_that_ends_after_it_starts(house: House) -> None:
    case = house.ready("end_special_procedure")
    with pytest.raises(IntegrityError):
        _procedure(case)
    _procedure(case, kind="testing")
    _procedure(case, ends_on=START.date())
    with pytest.raises(IntegrityError):
        _procedure(case, ends_on=START.date().replace(day=1))


def test_a_case_is_extended_once(house: House) -> None:
    case = house.do(house.ready("extend_case"), "extend_case")
    values = {"days": 1, "reason": "", "approved_by_id": house.people["organ_head"].staff_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(case=case, approved_on=START.date(), **values)


@pytest.mark.parametrize("state", ["accepted", "examined", "granted", "refused", "issued"])
def test_no_case_is_past_acceptance_without_its_day(house: House, state: str) -> None:
    case = house.submit()
    _refused("UPDATE cases_case SET state = %s WHERE id = %s", state, case.pk)


def test_a_result_is_granted_or_refused(house: House) -> None:
    case = house.submit()
    _refused("UPDATE cases_case SET result = 'maybe' WHERE id = %s", case.pk)


def test_a_number_is_given_once(house: House) -> None:
    first, second = house.submit(), house.submit()
    _refused("UPDATE cases_case SET number = %s WHERE id = %s", first.number, second.pk)


# ----------------------------------------------------------------------------------------------- nothing disappears


def test_what_a_case_stands_on_is_protected(house: House) -> None:
    case = house.ready("archive_case")
    protected: list[models.Model] = [case, case.applicant, case.item_version, case.deciding_organ]
    for thing in protected:
        with pytest.raises(ProtectedError):
            thing.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        _sql("DELETE FROM cases_case WHERE id = %s", case.pk)
        connection.check_constraints()  # foreign keys are checked at the commit; this asks for it now
