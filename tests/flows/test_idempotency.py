"""A request that comes twice is done once and answered twice the same; two people at the same second: one wins."""

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection

from tests.flows.world import ACTS, House, at, make_house
from yimen.flows import clock
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.journal.verification import verify
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import load
from yimen.rooms.documents.models import Document


def _asking(house: House, who: str, key: str, body: str = "b1") -> None:
    """From now on `who` asks with this idempotency key."""
    house.people[who] = dataclasses.replace(house.people[who], request=(key, body))


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_the_same_request_twice_is_done_once(house: House, verb: str) -> None:
    case = house.ready(verb)
    _asking(house, ACTS[verb][0], "k1")
    first = house.do(case, verb)
    count = Entry.objects.count()
    second = house.do(case, verb)
    assert (second.number, second.version, second.state) == (first.number, first.version, first.state)
    assert Entry.objects.count() == count


def test_the_same_submission_twice_is_one_case(house: House) -> None:
    _asking(house, "applicant", "k1")
    assert house.submit().number == house.submit().number
    assert Case.objects.count() == 1


def test_the_answer_is_found_after_the_case_went_on(house: House) -> None:
    case = house.submit()
    _asking(house, "clerk", "k1")
    house.do(case, "accept_application")
    _asking(house, "examiner", "k1")  # keys belong to their actor
    house.do(case, "examine_case")
    _asking(house, "clerk", "k1")
    assert house.do(case, "accept_application", at("2025-03-20T09:00")).state == "examined"


def test_a_key_with_another_body_is_refused(house: House) -> None:
    case = house.submit()
    _asking(house, "clerk", "k1")
    house.do(case, "accept_application")
    _asking(house, "clerk", "k1", body="b2")
    with pytest.raises(Refused, match=r"idempotency\.reused"):
        house.do(case, "accept_application")


def test_a_key_with_another_verb_is_refused(house: House) -> None:
    case = house.submit()
    _asking(house, "clerk", "k1")
    house.do(case, "correct_on_the_spot")
    version = load(case.number).version
    with pytest.raises(Refused, match=r"idempotency\.reused"):
        house.do(case, "accept_application")
    assert (load(case.number).state, load(case.number).version) == ("received", version)


def test_a_key_for_another_case_is_refused_and_not_answered_as_done(house: House) -> None:
    first, second = house.submit(), house.submit()
    _asking(house, "clerk", "k1")
    house.do(first, "accept_application")
    with pytest.raises(Refused, match=r"idempotency\.reused"):
        house.do(second, "accept_application")
    assert load(second.number).state == "received"


def test_a_refused_request_leaves_its_key_free(house: House) -> None:
    case = house.submit()
    _asking(house, "clerk", "k1")
    with pytest.raises(Refused, match=r"reason\.missing"):
        house.do(case, "refuse_acceptance", reason="")
    assert house.do(case, "refuse_acceptance").state == "not_accepted"


# ------------------------------------------------------------------------------------------------------ at one time


@pytest.fixture
def real_house(transactional_db: None) -> House:
    """The same house where every transaction really commits."""
    return make_house()


def together(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts at the same moment in threads of their own: "done", or the code of the refusal, each."""
    gate, results = threading.Barrier(len(acts)), ["died"] * len(acts)

    def run(position: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            act()
            results[position] = "done"
        except Refused as refused:
            results[position] = refused.code
        except Exception as error:
            results[position] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    close_old_connections()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def _entries(case: Case, verb: str) -> int:
    return Entry.objects.filter(subject=f"case:{case.number}", verb=verb).count()


def test_the_same_request_many_times_at_once_is_done_once(real_house: House) -> None:
    house = real_house
    case = house.submit()
    _asking(house, "clerk", "k1")
    assert together(*[lambda: house.do(case, "accept_application")] * 4) == ["done"] * 4
    assert (_entries(case, "accept_application"), load(case.number).version) == (1, 2)


def test_the_same_submission_many_times_at_once_is_one_case(real_house: House) -> None:
    house = real_house
    _asking(house, "applicant", "k1")
    assert together(*[lambda: house.submit()] * 4) == ["done"] * 4
    assert (Case.objects.count(), Entry.objects.filter(verb="submit_application").count()) == (1, 1)


RACES = ["accept_application", "request_correction", "examine_case", "start_special_procedure", "extend_case"]
RACES += ["end_special_procedure", "approve_case", "issue_certificate", "deliver_result", "withdraw_application"]
RACES += ["record_telling", "submit_correction", "hold_correction_incomplete", "confirm_void", "archive_case"]
# what the loser may hear: the case has changed, or (where it came just after) what the verb says of the new state
AFTERWARDS = {
    "request_correction": "correction.second_notice",
    "start_special_procedure": "special_procedure.already_open",
    "extend_case": "extension.already_used",
}


@pytest.mark.parametrize("verb", RACES)
def test_of_two_at_the_same_second_one_wins(real_house: House, verb: str) -> None:
    house = real_house
    case = house.ready(verb)
    before = _entries(case, verb)
    results = together(*[lambda: house.do(case, verb)] * 2)
    lost = {"conflict.stale", AFTERWARDS.get(verb, "transition.not_allowed")}
    if verb == "hold_correction_incomplete":
        lost.add("correction.too_late")
    assert sorted(r == "done" for r in results) == [False, True], results
    assert next(r for r in results if r != "done") in lost, results
    assert _entries(case, verb) == before + 1
    assert [entry.facts["version"] for entry in history(f"case:{case.number}")] == list(
        range(1, load(case.number).version + 1)
    )


def test_two_different_verbs_at_the_same_second(real_house: House) -> None:
    """Both may follow each other lawfully, or one is stale: never half of each."""
    house = real_house
    case = house.submit()
    results = together(
        lambda: house.do(case, "accept_application"),
        lambda: house.do(case, "request_correction"),
        lambda: house.do(case, "withdraw_application"),
        lambda: house.do(case, "refuse_acceptance"),
    )
    state, papers = load(case.number).state, Document.objects.filter(subject=f"case:{case.number}")
    assert all(r == "done" or "." in r for r in results), results
    assert not [r for r in results if ":" in r], results
    assert (
        results.count("done")
        == load(case.number).version - 1
        == Entry.objects.filter(subject=f"case:{case.number}").count() - 1
    )
    if state == "accepted":
        assert not papers.filter(kind="correction").exists()
    assert verify().ok


def test_the_clock_and_a_person_at_the_same_second_accept_once(real_house: House) -> None:
    house, late = real_house, at("2025-03-12T10:00")
    case = house.submit()
    results = together(
        lambda: clock.tick(at=late), lambda: clock.tick(at=late), lambda: house.do(case, "examine_case", late)
    )
    assert results[:2] == ["done", "done"]
    assert results[2] in ("done", "conflict.stale")
    assert _entries(case, "deem_accepted") == 1


def test_case_numbers_of_many_at_once_are_all_different(real_house: House) -> None:
    house = real_house
    assert together(*[lambda: house.submit()] * 6) == ["done"] * 6
    numbers = list(Case.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 6
