"""The same request twice is one act; another request under the same key is refused."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests import factories
from tests.api.callers import APPLICANT, World, make_world, problem
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case

KEY = {"Idempotency-Key": "4f6d2a9e-double"}


def test_double_submit_is_one_case(world: World) -> None:
    first = world.applicant.submit(headers=KEY)
    again = world.applicant.submit(headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (Case.objects.count(), Entry.objects.filter(verb="submit_application").count()) == (1, 1)


def test_order_of_keys_is_no_difference(world: World) -> None:
    body = {"item": "X1", "applicant": APPLICANT, "materials": ["M1"]}
    first = world.applicant.post("/cases", body, headers=KEY)
    again = world.applicant.post("/cases", dict(reversed(body.items())), headers=KEY)
    assert first.json()["number"] == again.json()["number"]


def test_key_with_another_request(world: World) -> None:
    number = world.applicant.submit(headers=KEY).json()["number"]
    problem(world.applicant.submit(headers=KEY, materials=[]), 422, "idempotency.reused")
    problem(world.applicant.post(f"/cases/{number}/withdraw_application", headers=KEY), 422, "idempotency.reused")
    other = world.applicant.submit().json()["number"]
    clerk = world.window_clerk
    assert clerk.post(f"/cases/{number}/accept_application", headers=KEY).status_code == 200
    problem(clerk.post(f"/cases/{other}/accept_application", headers=KEY), 422, "idempotency.reused")
    assert world.stranger.submit(headers=KEY).json()["number"] not in (number, other)


def test_verb_twice(world: World) -> None:
    number = world.applicant.submit().json()["number"]
    path = f"/cases/{number}/accept_application"
    first = world.window_clerk.post(path, headers={**KEY, "If-Match": '"1"'})
    again = world.window_clerk.post(path, headers={**KEY, "If-Match": '"1"'})
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(world.window_clerk.post(path), 409, "transition.not_allowed")
    assert Entry.objects.filter(verb="accept_application").count() == 1


def test_refused_request_leaves_its_key_free(world: World) -> None:
    problem(world.applicant.submit(headers=KEY, item="NONE"), 404, "item.unknown")
    assert world.applicant.submit(headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["x" * 121, "a b", "schlüssel", "\x7f"])
def test_key_must_be_printable_and_short(world: World, key: str) -> None:
    fault = problem(world.applicant.submit(headers={"Idempotency-Key": key}), 422, "input.invalid")
    assert fault["facts"]["errors"][0]["field"] == "Idempotency-Key"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads that start together; their answers in order."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        try:
            barrier.wait()
            answers[place] = acts[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_double_submit_at_once() -> None:
    world = make_world()
    answers = at_once(*[lambda: world.applicant.submit(headers=KEY)] * 6)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 5
    assert (Case.objects.count(), Entry.objects.filter(verb="submit_application").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_second() -> None:
    world = make_world()
    for _round in range(5):
        number = factories.make_case().number
        acts = [
            lambda n=number: world.window_clerk.do(n, "accept_application"),
            lambda n=number: world.window_head.do(n, "declare_not_required", {"reason": "无需许可"}),
        ]
        answers = at_once(*acts)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        lost = next(answer for answer in answers if answer.status_code == 409)
        assert lost.json()["code"] in ("conflict.stale", "transition.not_allowed", "acceptance.too_late")
        assert Case.objects.get(number=number).version == 2
        assert Entry.objects.filter(subject=f"case:{number}").exclude(verb="submit_application").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_submits_at_once_get_their_own_numbers() -> None:
    world = make_world()
    answers = at_once(*[lambda: world.applicant.submit()] * 8)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 8
