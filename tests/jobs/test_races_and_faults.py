"""Two people at once, and processes that die: what was answered stands, what was not is not there by half."""

import hashlib
import http.client
import json
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import factories
from tests.jobs.processes import child, kill, wait_until
from yimen.faces.jobs.supervisor import web_command
from yimen.facts.cases import case_facts
from yimen.flows import clock, delivery, examination, intake
from yimen.flows.evidence import seal_journal
from yimen.ground.files.models import Upload
from yimen.ground.files.queries import open_file
from yimen.ground.journal.models import Entry
from yimen.ground.journal.verification import verify
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case, CaseMaterial
from yimen.rooms.cases.queries import load
from yimen.rooms.documents.queries import papers_of
from yimen.rooms.identity.actions import ApplicantData, issue_token
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.messages.contrib.demo import channel as demo
from yimen.rooms.messages.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def centre() -> None:
    factories.make_centre()
    factories.make_item("X1")


def entries(number: str) -> list[tuple[str, str, datetime, Any]]:
    """What the journal tells of a case: (verb, actor, moment, facts)."""
    rows = Entry.objects.filter(subject=f"case:{number}").order_by("id")
    return list(rows.values_list("verb", "actor", "at", "facts"))


def verbs(number: str) -> list[str]:
    return [verb for verb, *_ in entries(number)]


def the_journal_holds() -> bool:
    seal_journal(at=timezone.now())
    report = verify()
    return report.ok and not report.unsealed


# Two people on one case in the same second


def race(*acts: Callable[[], Any]) -> list[str]:
    """Run all at once, each on a connection of its own; "done" or the code of the refusal for each."""
    barrier, answers = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            act()
            answers[place] = "done"
        except Refused as refused:
            answers[place] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.parametrize("with_version", [True, False])
def test_two_clerks_accept_at_the_same_second(with_version: bool) -> None:
    clerks = [factories.make_actor("window_clerk") for _ in range(2)]
    losses = {"conflict.stale"} if with_version else {"conflict.stale", "transition.not_allowed"}
    for _round in range(10):
        at = factories.now()
        case = factories.make_case(at=at)
        version = case.version if with_version else None

        def accept(by: Actor, number: str = case.number, at: datetime = at, version: int | None = version) -> Any:
            return intake.accept_application(number, by=by, at=at, version=version)

        answers = race(*(lambda by=by: accept(by) for by in clerks))
        assert answers.count("done") == 1 and set(answers) <= {"done"} | losses, answers
        assert verbs(case.number) == ["submit_application", "accept_application"]
        assert load(case.number).version == 2
    assert the_journal_holds()


def test_one_grants_and_another_refuses_at_the_same_second() -> None:
    heads = [factories.make_actor("window_head") for _ in range(2)]
    for _round in range(10):
        case = factories.make_case(state="examined")
        at = factories.now()

        def decide(by: Actor, decision: Any, number: str = case.number, at: datetime = at) -> Any:
            return examination.approve_case(number, decision=decision, reasons="不符合条件", by=by, at=at)

        answers = race(lambda: decide(heads[0], "grant"), lambda: decide(heads[1], "refuse"))
        assert sorted(answers) in (["conflict.stale", "done"], ["done", "transition.not_allowed"]), answers
        winner = heads[answers.index("done")]
        decided = [entry for entry in entries(case.number) if entry[0] == "approve_case"]
        assert [(actor, at_) for _, actor, at_, _ in decided] == [(winner.id, at)]
        assert load(case.number).state == ("granted" if winner is heads[0] else "refused")
        assert [p.kind for p in papers_of(f"case:{case.number}")].count("decision") == 1
    assert the_journal_holds()


# kill -9 in the middle of 200 submissions with files

ANSWERED = 40


class Web:
    """The centre's web server as `yimen run` starts it, on a free port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def command(self) -> list[str]:
        return web_command("127.0.0.1", self.port, workers=1)[1:]

    def request(
        self, method: str, path: str, token: str = "", body: bytes = b"", kind: str = "application/json"
    ) -> Any:
        """(status, body); raises OSError or HTTPException when the server is gone."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def is_up(self) -> bool:
        try:
            return bool(self.request("GET", "/readyz")[0] == 200)
        except (OSError, http.client.HTTPException):
            return False

    def submit(self, token: str, content: bytes) -> str:
        """Upload a file, hand in an application with it; the answered number."""
        edge = "edge7d1"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
        form = head + content + f"\r\n--{edge}--\r\n".encode()
        status, body = self.request("POST", "/api/v1/files", token, form, f"multipart/form-data; boundary={edge}")
        assert status == 201, body
        application = {
            "item": "X1",
            "applicant": {"name": "张三", "id_number": factories.RESIDENT_ID},
            "materials": [{"code": "M1", "file": json.loads(body)["id"]}],
        }
        status, body = self.request("POST", "/api/v1/cases", token, json.dumps(application).encode())
        assert status == 201, body
        return str(json.loads(body)["number"])


def hand_in(web: Web, token: str, answered: dict[str, str], which: range, stop: threading.Event) -> None:
    """Submit a file of its own for each of `which`, until the server is gone."""
    for serial in which:
        content = factories.PDF + f"% {serial}\n".encode() * 50
        try:
            number = web.submit(token, content)
        except (OSError, http.client.HTTPException):
            stop.set()
            return
        answered[number] = hashlib.sha256(content).hexdigest()


def check_whole(number: str, digest: str) -> None:
    """An answered case has its row, its material with the very bytes, and its entry."""
    case = Case.objects.get(number=number)
    assert list(CaseMaterial.objects.filter(case=case).values_list("code", "file")) == [("M1", digest)]
    with open_file(digest) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == digest
    assert verbs(number) == ["submit_application"]


def check_nothing_half() -> None:
    """No case without its entry, no entry without its case, no material or upload without its bytes."""
    told = Entry.objects.filter(verb="submit_application").values_list("subject", flat=True)
    assert sorted(told) == sorted(f"case:{number}" for number in Case.objects.values_list("number", flat=True))
    assert CaseMaterial.objects.count() == Case.objects.count()
    handed_in = CaseMaterial.objects.values_list("file", flat=True)
    for digest in {*handed_in, *Upload.objects.values_list("sha256", flat=True)}:
        with open_file(digest) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == digest


def test_kill_9_in_the_middle_of_200_submissions_with_files() -> None:
    token = issue_token(factories.make_user(), at=timezone.now())
    web, answered, stop = Web(), {}, threading.Event()
    with child(*web.command()) as server:
        wait_until(web.is_up)
        ranges = [range(place, 200, 4) for place in range(4)]
        hands = [threading.Thread(target=hand_in, args=(web, token, answered, which, stop)) for which in ranges]
        for hand in hands:
            hand.start()
        wait_until(lambda: len(answered) >= ANSWERED or stop.is_set(), 60)
        kill(server)
        for hand in hands:
            hand.join(60)
    assert stop.is_set() and ANSWERED <= len(answered) < 200
    for number, digest in answered.items():
        check_whole(number, digest)
    check_nothing_half()
    with child(*web.command()):
        wait_until(web.is_up)  # nothing is repaired in between
        number = web.submit(token, factories.PDF)
        assert number not in answered
        status, body = web.request("GET", f"/api/v1/cases/{next(iter(answered))}", token)
        assert status == 200 and json.loads(body)["state"] == "received"
    assert the_journal_holds()


# The case, its number and its material are written, its entry is not: the worst moment of a submission.
HANGING_SUBMISSION = """
import io, time
from django.utils import timezone
from yimen.flows import files, intake
from yimen.rooms.cases.actions import receipt
from yimen.rooms.identity.models import User
from yimen.rooms.identity.queries import actor_of_user
def hang(**entry):
    print("written", flush=True)
    time.sleep(600)
receipt.record = hang
by, at = actor_of_user(User.objects.get(username=NAME)), timezone.now()
file = files.upload_file(io.BytesIO(PDF), name="a.pdf", by=by, at=at)
who = intake.ApplicantData("张三")
intake.submit_application(item="X1", materials=[{"code": "M1", "file": file.public_id}], applicant=who, by=by, at=at)
"""


def test_killed_between_the_row_of_a_case_and_its_entry() -> None:
    user = factories.make_user()
    script = HANGING_SUBMISSION.replace("NAME", repr(user.username)).replace("PDF", repr(factories.PDF))
    with child(script=script) as submission:
        assert submission.stdout is not None
        assert submission.stdout.readline() == "written\n"
        kill(submission)
    assert Upload.objects.count() == 1, "the upload was answered before"
    assert not Case.objects.exists() and not CaseMaterial.objects.exists()
    check_nothing_half()
    after = factories.make_case(user=user, at=factories.now())
    assert after.number.split("-")[2] == "0001", "the lost one took no number"
    assert the_journal_holds()


# The clock job killed in the middle, and missing for three days

CASES = 300
MONDAY = datetime(2025, 3, 3, 10, tzinfo=timezone.get_default_timezone())


def nights(last: datetime) -> Iterator[datetime]:
    """00:05 of every day after MONDAY up to `last`."""
    night = MONDAY.replace(hour=0, minute=5)
    while night < last:
        night += timedelta(days=1)
        yield night


def picture(numbers: list[str]) -> dict[str, Any]:
    """Every case's row as the law decided it, and its journal."""
    columns = ("state", "version", "accepted_at", "accepted_on", "deemed_accepted", "statutory_due_on")
    rows = Case.objects.filter(number__in=numbers).values("number", "promised_due_on", *columns)
    told: dict[str, list[Any]] = defaultdict(list)
    for subject, *entry in Entry.objects.order_by("id").values_list("subject", "verb", "actor", "at", "facts"):
        told[subject].append(entry)
    return {row["number"]: (row, told[f"case:{row['number']}"]) for row in rows}


class Undone(Exception):
    """Rolls the rehearsal back."""


def rehearsed(numbers: list[str], last: datetime) -> dict[str, Any]:
    """The picture as it would be had the clock run each night; nothing of it stays."""
    seen: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for night in nights(last):
                clock.tick(at=night)
            seen = picture(numbers)
            raise Undone
    except Undone:
        return seen


def received_on_three_days() -> list[str]:
    """300 cases, a third on each of three days: the law accepts them on three different nights."""
    by = actor_of_user(factories.make_user(at=MONDAY))
    who = ApplicantData("张三")
    days = [MONDAY + timedelta(days=serial % 3) for serial in range(CASES)]
    return [intake.submit_application(item="X1", materials=["M1"], applicant=who, by=by, at=d).number for d in days]


def test_the_clock_killed_in_the_middle_and_missing_for_three_days() -> None:
    numbers = received_on_three_days()
    last = datetime(2025, 3, 13, 0, 5, tzinfo=MONDAY.tzinfo)  # the last third's five days are over on the 12th
    expected = rehearsed(numbers, last)
    assert {row["state"] for row, _ in expected.values()} == {"accepted"}
    assert {row["state"] for row, _ in picture(numbers).values()} == {"received"}
    first = datetime(2025, 3, 13, 0, 4, tzinfo=MONDAY.tzinfo)
    script = (
        "from datetime import datetime; from yimen.flows.clock import tick\n"
        f"tick(at=datetime.fromisoformat({first.isoformat()!r}))"
    )
    written = Case.objects.filter(state="accepted")
    with child(script=script) as job:
        wait_until(lambda: written.count() >= 20, pause=0.002)
        kill(job)
    done = written.count()
    assert 20 <= done < CASES
    assert Entry.objects.filter(verb="deem_accepted").count() == done
    before_tick(numbers, expected, last)
    assert clock.tick(at=last) == CASES - done
    assert picture(numbers) == expected
    assert clock.tick(at=last) == 0
    assert the_journal_holds()


def before_tick(numbers: list[str], expected: dict[str, Any], at: datetime) -> None:
    """Facts read while the clock is missing show the state of the law already."""
    for number in numbers[::10]:
        facts, row = case_facts(load(number), at), expected[number][0]
        shown = (facts["state"], facts["deemed_accepted"], facts["accepted_on"], facts["statutory_due_on"])
        assert shown == ("accepted", True, row["accepted_on"], row["statutory_due_on"])


# The worker killed, and carriers that fail


@pytest.fixture
def no_letters() -> Iterator[None]:
    demo.taken.clear()
    yield
    demo.taken.clear()


def saved_notice(email: str, at: datetime) -> str:
    """A case whose correction notice waits for the demo carrier; the receipt's own letter is left out."""
    case = factories.make_case(applicant=ApplicantData("张三", email=email), at=at)
    Delivery.objects.filter(subject=f"case:{case.number}").delete()
    clerk = factories.make_actor("window_clerk")
    intake.request_correction(case.number, missing=["M1"], told=False, method="demo", by=clerk, at=at)
    return str(case.number)


def test_a_letter_is_told_once_and_an_untold_one_stops_nothing(no_letters: None) -> None:
    at = factories.now() - timedelta(hours=1)
    told, failed, crashed = (saved_notice(f"{word}@example.test", at) for word in ("ok", "fail", "crash"))
    delivery.deliver_waiting(now=factories.now)
    assert load(told).state == "awaiting_correction" and verbs(told)[-1] == "record_telling"
    clerk = factories.make_actor("window_clerk")
    for number, error in ((failed, "NotTaken"), (crashed, "RuntimeError")):
        letter = Delivery.objects.get(subject=f"case:{number}", channel="demo")
        assert (letter.state, letter.attempts) == ("waiting", 1) and error in letter.last_error
        assert load(number).state == "received" and "record_telling" not in verbs(number)
        intake.accept_application(number, by=clerk, at=factories.now())
        assert load(number).state == "accepted"
    delivery.deliver_waiting(now=lambda: factories.now() + timedelta(minutes=10))
    assert [letter.address for letter in demo.taken] == ["ok@example.test"]
    assert verbs(told).count("record_telling") == 1


# The carrier has the letter, the note of it is not begun: the moment at which the worker is killed.
HANGING_WORKER = """
import time
from yimen.flows import delivery
from yimen.faces.jobs.worker import Worker
def hang(letter, proof, at):
    print("taken", proof, flush=True)
    time.sleep(600)
delivery._tell = hang
Worker().run()
"""


def test_the_worker_killed_between_the_carrier_and_the_note(no_letters: None) -> None:
    number = saved_notice("ok@example.test", factories.now() - timedelta(minutes=1))
    with child(script=HANGING_WORKER) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "taken demo:1\n"
        kill(worker)
    letter = Delivery.objects.get(subject=f"case:{number}", channel="demo")
    assert letter.state == "waiting" and "record_telling" not in verbs(number)
    assert load(number).state == "received"
    assert delivery.deliver_waiting(now=factories.now) == 0, "its turn comes back later"
    for _time in range(2):
        delivery.deliver_waiting(now=lambda: factories.now() + timedelta(minutes=2))
    assert len(demo.taken) == 1, "sent once more, by this process"
    assert verbs(number).count("record_telling") == 1
    assert load(number).state == "awaiting_correction"
    assert the_journal_holds()


def test_yimen_work_killed_and_started_again_tells_what_waits() -> None:
    before = saved_notice("ok@example.test", factories.now() - timedelta(minutes=1))
    with child("-m", "yimen", "work") as worker:
        wait_until(lambda: "record_telling" in verbs(before), 60, 0.05)
        kill(worker)
    after = saved_notice("ok@example.test", factories.now() - timedelta(minutes=1))
    with child("-m", "yimen", "work", "--once") as worker:
        assert worker.wait(60) == 0
    for number in (before, after):
        assert verbs(number).count("record_telling") == 1
        assert load(number).state == "awaiting_correction"
    assert not Delivery.objects.filter(state="waiting", channel="demo").exists()
