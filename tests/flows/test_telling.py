"""A notice counts from its telling, not from the saving of a row (行政许可法 第三十二条)."""

from datetime import date, datetime, timedelta

import pytest

from tests.flows.world import EMAIL, NAME, WHO, House, at
from yimen.facts.cases import case_facts
from yimen.flows import clock, delivery
from yimen.flows.delivery import deliver_waiting
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import load
from yimen.rooms.documents.models import Document
from yimen.rooms.documents.queries import correction_notice, papers_of
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.messages.contrib import demo
from yimen.rooms.messages.models import Delivery

pytestmark = pytest.mark.usefixtures("quick_press")
LAST_DAY = at("2025-03-10T23:59")  # the 5th working day after Monday 3 March
TOO_LATE = at("2025-03-11T00:00")


def _state(case: Case, when: datetime) -> str:
    return str(case_facts(load(case.number), when)["state"])


def _paper(case: Case) -> Document:
    paper = correction_notice(f"case:{case.number}")
    assert paper is not None
    return paper


def _save(house: House, *, method: str = "handed_over", address: str = EMAIL) -> Case:
    who = ApplicantData(NAME, email=address)
    case = house.submit(applicant=who)
    Delivery.objects.all().delete()  # the receipt's letter is no telling (test_letters.py)
    return house.do(case, "request_correction", told=False, method=method)


def _run_worker(when: datetime) -> int:
    return deliver_waiting(now=lambda: when)


def test_an_untold_notice_stops_nothing(house: House) -> None:
    case = _save(house)
    assert case_facts(case, house.now)["missing"] == []  # what was not told was not asked
    assert _state(case, LAST_DAY) == "received"
    assert _state(case, TOO_LATE) == "accepted"
    clock.tick(at=TOO_LATE)
    facts = case_facts(load(case.number), TOO_LATE)
    assert (facts["accepted_on"], facts["deemed_accepted"]) == (date(2025, 3, 3), True)


def test_told_on_the_last_minute_of_the_last_day(house: House) -> None:
    case = house.do(_save(house), "record_telling", LAST_DAY)
    assert case_facts(case, TOO_LATE)["state"] == "awaiting_correction"
    assert case_facts(case, TOO_LATE)["missing"] == ["M1"]
    assert clock.tick(at=TOO_LATE) == 0


def test_told_a_minute_later_is_too_late(house: House) -> None:
    case = _save(house)
    with pytest.raises(Refused, match=r"correction\.too_late"):
        house.do(case, "record_telling", TOO_LATE)
    assert _paper(case).told_at is None
    assert _state(case, TOO_LATE) == "accepted"


def test_printed_with_a_number_keeps_its_proof(house: House) -> None:
    case = _save(house)
    house.act(case, "clerk", "record_telling", method="printed", proof="XA123456789CN")
    paper = _paper(case)
    assert (paper.told_by, paper.proof, paper.told_at) == ("printed", "XA123456789CN", house.now)


def test_a_method_in_words_is_kept_with_the_paper_and_not_in_the_journal(house: House) -> None:
    case = _save(house)
    house.act(case, "clerk", "record_telling", method=f"交给{NAME}")
    assert _paper(case).told_by == f"交给{NAME}"
    assert history(f"case:{case.number}")[-1].facts["method"] == "other"


@pytest.mark.parametrize("verb", ["request_correction", "record_telling"])
def test_a_telling_without_a_method_is_none(house: House, verb: str) -> None:
    case = house.ready(verb)
    with pytest.raises(Refused, match=r"reason\.missing"):
        house.do(case, verb, method=" ")


def test_what_was_told_can_t_be_told_again(house: House) -> None:
    case = house.do(_save(house), "record_telling")
    with pytest.raises(Refused, match=r"transition\.not_allowed"):
        house.do(case, "record_telling")
    with pytest.raises(Refused, match=r"correction\.second_notice"):
        house.do(case, "request_correction")


def test_a_paper_of_another_case_can_t_be_told_here(house: House) -> None:
    mine, other = _save(house), _save(house)
    with pytest.raises(Refused, match=r"transition\.not_allowed"):
        house.do(mine, "record_telling", document=_paper(other).number)
    assert _paper(other).told_at is None


def test_an_untold_notice_is_replaced_and_only_the_new_one_counts(house: House) -> None:
    case = _save(house)
    old = _paper(case)
    house.do(case, "request_correction", told=False)
    with pytest.raises(Refused, match=r"transition\.not_allowed"):
        house.do(case, "record_telling", document=old.number)
    house.do(case, "record_telling")
    assert [p.number for p in papers_of(f"case:{case.number}")] == [_paper(case).number] != [old.number]


def test_what_was_never_told_can_t_be_held(house: House) -> None:
    """A saved notice does not exist for the law, so nothing that came in can fail to satisfy it."""
    case = _save(house)
    with pytest.raises(Refused, match=r"correction\.second_notice"):
        house.do(case, "hold_correction_incomplete")
    assert _state(case, house.now) == "received"


def test_the_telling_of_a_case_that_was_withdrawn_changes_nothing(house: House) -> None:
    case = _save(house)
    house.do(case, "withdraw_application")
    with pytest.raises(Refused, match=r"transition\.not_allowed"):
        house.do(case, "record_telling")


def test_the_carrier_that_takes_the_letter_tells_it(house: House) -> None:
    case = _save(house, method="demo", address="ok@example.org")
    assert _state(case, house.now) == "received"
    before = len(demo.channel.taken)  # type: ignore[attr-defined]
    assert _run_worker(at("2025-03-04T10:00")) == 1
    assert _state(case, LAST_DAY) == "awaiting_correction"
    paper, told = _paper(case), history(f"case:{case.number}")[-1]
    assert (paper.told_by, paper.told_at) == ("demo", at("2025-03-04T10:00"))
    assert paper.proof.startswith("demo:")
    assert (told.verb, told.actor, told.role) == ("record_telling", "clock", "clock")
    assert _run_worker(at("2025-03-04T11:00")) == 0  # once
    assert len(demo.channel.taken) == before + 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["fail@example.org", "crash@example.org"])
def test_a_carrier_that_refuses_or_crashes_tells_nothing_and_is_tried_again(house: House, address: str) -> None:
    case = _save(house, method="demo", address=address)
    moment = house.now
    for _attempt in range(12):
        moment += timedelta(days=1)
        assert _run_worker(moment) == 0
    letter = Delivery.objects.get()
    assert (letter.state, letter.attempts) == ("failed", 10)
    assert "demo carrier" in letter.last_error
    assert _paper(case).told_at is None
    assert _state(case, TOO_LATE) == "accepted"


def test_a_letter_taken_after_the_five_days_comes_too_late(house: House) -> None:
    case = _save(house, method="demo", address="ok@example.org")
    assert _run_worker(TOO_LATE) == 1
    assert Delivery.objects.get().last_error == "correction.too_late"
    assert _paper(case).told_at is None
    assert _state(case, TOO_LATE) == "accepted"


def test_the_letter_of_a_replaced_notice_does_not_go_out(house: House) -> None:
    case = _save(house, method="demo", address="ok@example.org")
    house.do(case, "request_correction", told=False, method="demo")
    before = len(demo.channel.taken)  # type: ignore[attr-defined]
    assert _run_worker(house.now) == 1
    assert [letter.document_number for letter in demo.channel.taken[before:]] == [_paper(case).number]  # type: ignore[attr-defined]
    states = list(Delivery.objects.order_by("id").values_list("state", flat=True))
    assert states == ["failed", "taken"]


def test_the_carrier_s_answer_and_the_telling_are_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the two, the letter is waiting still: told twice harms nobody, told never would."""
    case = _save(house, method="demo", address="ok@example.org")

    def killed(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("yimen.flows.delivery.record_telling", killed)
        _run_worker(house.now)
    assert Delivery.objects.get().state == "waiting"
    assert _run_worker(house.now + timedelta(hours=1)) == 1
    assert _paper(case).told_at is not None


def test_a_colleague_who_changes_the_case_meanwhile_does_not_lose_the_telling(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, plain, calls = _save(house, method="demo", address="ok@example.org"), delivery.record_telling, []

    def once_stale(*args: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise Conflict(number=case.number)
        return plain(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "record_telling", once_stale)
    assert _run_worker(house.now) == 1
    assert (len(calls), Delivery.objects.get().state) == (2, "taken")
    assert _paper(case).told_at is not None


def test_without_an_address_nothing_is_saved(house: House) -> None:
    case = house.submit(applicant=ApplicantData(NAME))
    with pytest.raises(Refused, match=r"applicant\.no_address"):
        house.do(case, "request_correction", told=False, method="email")
    assert (papers_of(f"case:{case.number}"), Delivery.objects.count()) == ([], 0)


def test_e_mail_goes_through_django_and_its_message_id_is_the_proof(house: House, mailoutbox: list) -> None:  # type: ignore[type-arg]
    case = house.submit(applicant=WHO)
    Delivery.objects.all().delete()
    house.do(case, "request_correction", told=False, method="email")
    assert _run_worker(house.now) == 1
    assert (mailoutbox[0].to, case.number in mailoutbox[0].subject) == ([EMAIL], True)
    assert _paper(case).proof == mailoutbox[0].extra_headers["Message-ID"]
