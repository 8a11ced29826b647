"""The runner against files that nobody here wrote: wrong ones are told clearly and the next file still runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from yimen.faces.stories.scenario.database import story_database
from yimen.faces.stories.scenario.running import run_file

SUBMIT = "{at: 2025-03-03T10:00, by: applicant, do: submit_application, case: A, with: {item: X1, materials: [M1]}}"
ACCEPT = "{at: 2025-03-03T11:00, by: clerk, do: accept_application, case: A}"


def _problem(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "story.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return run_file(path, lambda line: None)


@pytest.fixture(autouse=True)
def _database(django_db_blocker: DjangoDbBlocker):  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock():
        yield


def steps(*entries: str, given: str = "{}") -> str:
    """A file with these steps."""
    return f"title: t\ngiven: {given}\nsteps:\n" + "".join(f"  - {entry}\n" for entry in entries)


WRONG = {
    "": "must be a mapping",
    "- a": "must be a mapping",
    "title: [": "is not YAML",
    "title: a\ntitle: b": "stands twice",
    "title: !!python/object/apply:os.system [id]": "is not YAML",
    "a: &a [*a]": "unknown key",
    "title: t\nsteps: []": "there are no steps",
    "title: t\nstep: []": "unknown key 'step'",
    "title: t\nsteps: 5": "step 1 must be a mapping",
    steps("{at: 2025-02-30T10:00, by: applicant, do: submit_application}"): "must be a time",
    steps("{at: 2025-02-30, by: applicant, do: submit_application}"): "is not YAML that can be understood",
    steps("{by: applicant, do: submit_application, case: A}"): "needs a time",
    steps("{at: 2025-03-03T10:00, do: submit_application, case: A}"): "who does it",
    steps("{at: 2025-03-03T10:00, by: applicant, do: fly, case: A}"): "there is no verb 'fly'",
    steps("{at: 2025-03-03T10:00, by: nobody, do: submit_application, case: A}"): "nobody is called 'nobody'",
    steps(SUBMIT, "{at: 2025-03-03T11:00, by: late, do: accept_application, case: A}"): "nobody is called 'late'",
    steps(SUBMIT, "{at: 2025-03-03T09:00, by: clerk, do: accept_application, case: A}"): "in order of time",
    steps(SUBMIT, "{then: {case: A, at: 2025-03-03T09:00, state: received}}"): "in order of time",
    steps(ACCEPT): "there is no case 'A' yet",
    steps(SUBMIT, SUBMIT): "exists already",
    steps(SUBMIT, "{then: {case: B, state: received}}"): "there is no case 'B' yet",
    steps("{then: {case: A, state: received}}"): "no step before it",
    steps(SUBMIT, "{then: {case: A, stat: received}}"): "no fact 'stat'",
    steps(SUBMIT, "{then: {case: A, state.x: received}}"): "no fact 'state.x'",
    steps(SUBMIT, "{then: {case: A}}"): "compares nothing",
    steps(SUBMIT, "{then: {case: A, state: accepted}}"): "state is received, but accepted was expected",
    steps(SUBMIT, "{then: {case: A, paused: 0}}"): "paused is false, but 0 was expected",
    steps(SUBMIT, "{then: {case: A, received_on: 2025-03-04}}"): "received_on is 2025-03-03, but 2025-03-04",
    steps(SUBMIT, ACCEPT[:-1] + ", expect: {refused: transition.not_allowed}}"): "done, but refusal transition.not_all",
    steps(SUBMIT, ACCEPT, ACCEPT): "refused transition.not_allowed",
    steps(SUBMIT, ACCEPT, ACCEPT[:-1] + ", expect: {refused: conflict.stale}}"): "but conflict.stale was expected",
    steps(SUBMIT, ACCEPT[:-1] + ", expct: {refused: conflict.stale}}"): "unknown key 'expct'",
    steps(SUBMIT, ACCEPT[:-1] + ", expect: {refuse: conflict.stale}}"): "unknown key 'refuse'",
    steps(SUBMIT, ACCEPT[:-1] + ", version: one}"): "version must be a whole number",
    steps(SUBMIT, ACCEPT[:-1] + ", with: {x: 1}}"): "takes no argument 'x'",
    steps(SUBMIT, ACCEPT[:-1] + ", with: [x]}"): "with must be a mapping",
    steps(SUBMIT[:-2] + ", channel: fax}}"): "channel: fax does not fit",
    steps(SUBMIT, ACCEPT, "{at: 2025-03-04T11:00, by: examiner, do: examine_case, case: A}"): "needs opinion",
    steps(SUBMIT, given="{items: [{code: X1, limit: 5}]}"): "unknown key 'limit'",
    steps(SUBMIT, given="{items: [{code: X1, statutory_limit: 20}]}"): "not a term",
    steps(SUBMIT, given="{items: [{code: X1, statutory_limit: 20 workdays}]}"): "item X1: statutory_limit",
    steps(SUBMIT, given="{items: [{code: X1}, {code: X1}]}"): "version.overlap",
    steps(SUBMIT, given="{items: [{code: X1, valid_from: soon}]}"): "must be a date",
    steps(SUBMIT, given="{items: [{code: X1, valid_from: 2025-02-01, valid_to: 2025-01-01}]}"): "can't be published",
    steps(SUBMIT, given="{staff: {c: {role: king}}}"): "there is no role 'king'",
    steps(SUBMIT, given="{staff: {c: {organ: O1}}}"): "no role",
    steps(SUBMIT, given="{office_hours: ['12:00-08:30']}"): "office hours out of order",
    steps(SUBMIT, given="{holidays: {add: [tomorrow]}}"): "must be a date",
    steps(SUBMIT, given="{holidays: {add: [3025-01-01]}}"): "clock.out_of_range",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_fails_with_a_sentence(text: str, tmp_path: Path) -> None:
    assert WRONG[text] in _problem(tmp_path, text)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"title: \xb0\xa1", b"\x00", b"[" * 5000, b"x" * 1_000_001])
def test_junk_is_no_traceback(raw: bytes, tmp_path: Path) -> None:
    problem = _problem(tmp_path, raw)
    assert problem and "the program failed" not in problem


def test_missing_file_and_folder_are_told(tmp_path: Path) -> None:
    assert "can't be read" in run_file(tmp_path / "nowhere.yaml", lambda line: None)
    assert "can't be read" in run_file(tmp_path, lambda line: None)


HOLDING = {
    "seconds, quotes and a zone": steps(
        "{at: '2025-03-03 10:00:00', by: applicant, do: submit_application, case: A}",
        "{at: 2025-03-03T03:00:00+00:00, by: clerk, do: accept_application, case: A}",
        "{then: {case: A, accepted_on: '2025-03-03', promised_due_at: null, materials: []}}",
    ),
    "then beside at, then inside a step, dotted, a list": steps(
        SUBMIT[:-1] + ", then: {state: received, materials.0.code: M1}}",
        ACCEPT,
        "{at: 2025-05-01T00:00, then: {case: A, statutory_overdue: true}}",
        "{at: 2025-03-04T10:00, by: examiner, do: examine_case, case: A, with: {opinion: grant}}",
        "{then: [{case: A, state: examined, overdue: false}]}",
    ),
    "labels are let be": steps(SUBMIT[:-1] + ", joint: J, notice: N}"),
    "nothing given": steps(SUBMIT).replace("given: {}\n", ""),
    "staff in short": steps(
        SUBMIT,
        "{at: 2025-03-03T11:00, by: 王, do: accept_application, case: A}",
        given="{staff: {王: window_clerk, both: [examiner, window_head]}}",
    ),
    "tick may name a case": steps(
        SUBMIT, "{at: 2025-03-11T11:00, by: clock, do: tick, case: A}", "{then: {state: accepted}}"
    ),
    "numbers as codes": steps(
        "{at: 2025-03-03T10:00, by: applicant, do: submit_application, case: 1, with: {item: X1, materials: [7]}}",
        "{then: {case: 1, state: received}}",
        given="{organs: [1], items: [{code: X1, organ: 1, materials: [7]}]}",
    ),
}


@pytest.mark.parametrize("name", HOLDING)
def test_what_the_format_allows(name: str, tmp_path: Path) -> None:
    assert _problem(tmp_path, HOLDING[name]) == ""


def test_the_centre_is_neither_opened_nor_kept_from_coming_back() -> None:
    before, settings = connections["default"], dict(connections.settings["default"])
    with story_database() as name:
        assert connections["default"] is not before
        assert connections["default"].settings_dict["NAME"] == name
    assert connections["default"] is before
    assert connections.settings["default"] == settings


def test_command_goes_on_after_a_failure_and_exits_1(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("title: [")
    good.write_text(steps(SUBMIT))
    # A database that can't be reached: the centre's is never asked.
    env = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-m", "yimen", "scenario", str(bad), str(good)], env=env, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and done.stderr == ""
    assert lines[0].startswith(f"FAILED {bad}: is not YAML")
    assert lines[1].startswith("2025-03-03 10:00  applicant  submit_application  A: received")
    assert lines[-1] == f"ok {good}"
