"""`yimen replay`: a made-up log with everything that a real one may hold, and the real ones' beginnings."""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories
from yimen.faces.stories.replay import mapping
from yimen.faces.stories.replay.reading import Unreadable, read_log
from yimen.flows.registry import all_verbs
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case, Hand
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.models import Organ, Staff
from yimen.rooms.identity.queries import forget_centre

LAST_LINE = re.compile(r"cases=(\d+) verbs=(\d+) refusals=(\d+) rate=(\d+)/s verified=(yes|no)")
EVENTS = """\
case_id,seq,timestamp,activity,resource,group
plain,0,2011-03-01T09:00:00+01:00,Confirmation of receipt,R1,G
plain,1,2011-03-01T10:00:00+01:00,T04 Determine confirmation of receipt,R1,G
plain,2,2011-03-02T10:00:00+01:00,T06 Determine necessity of stop advice,R2,G
plain,3,2011-03-02T11:00:00+01:00,T10 Determine necessity to stop indication,R3,G
alone,0,2011-03-01T09:00:00+01:00,Confirmation of receipt,R1,G
alone,1,2011-03-01T09:00:00+01:00,T06 Determine necessity of stop advice,R1,G
alone,2,2011-03-01T09:00:00+01:00,T10 Determine necessity to stop indication,R1,G
silent,0,2011-03-01T09:00:00+01:00,Confirmation of receipt,,
silent,1,2011-03-10T09:00:00+01:00,T04 Determine confirmation of receipt,R1,G
middle,7,2011-03-03T09:00:00+01:00,T04 Determine confirmation of receipt,R1,G
strange,0,2011-03-01T09:00:00+01:00,Dance,R1,G
broken,0,yesterday,Confirmation of receipt,R1,G
broken,1,9999-12-31T23:59:59,Confirmation of receipt,R1,G
"""
CASES = "case_id,channel,department\nplain,Desk,General\nalone,Internet,General\nnever,Desk,General\n"


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    forget_terms()
    forget_centre()
    yield
    forget_terms()
    forget_centre()


def log(folder: Path, events: str = EVENTS, cases: str | None = CASES, *, packed: bool = True) -> str:
    prefix = folder / "receipt_wabo"
    if packed:
        Path(f"{prefix}.events.csv.gz").write_bytes(gzip.compress(events.encode()))
    else:
        Path(f"{prefix}.events.csv").write_text(events)
    if cases is not None:
        Path(f"{prefix}.cases.csv").write_text(cases)
    return str(prefix)


def replay(prefix: str) -> tuple[tuple[int, int, int], str]:
    """((cases, verbs, refusals), standard error); the last line has the shape of the contract and is verified."""
    out, err = io.StringIO(), io.StringIO()
    call_command("replay", prefix, stdout=out, stderr=err)
    found = LAST_LINE.fullmatch(out.getvalue().strip())
    assert found and found[5] == "yes", out.getvalue() + err.getvalue()
    return (int(found[1]), int(found[2]), int(found[3])), err.getvalue()


def case_of(log_case: str) -> Case:
    """The case that a log case became."""
    return Case.objects.get(applicant__name=f"申请人 {log_case}")


def verbs_of(log_case: str) -> list[tuple[str, str]]:
    """(verb, moment in the centre's time) of a log case's journal entries."""
    case = case_of(log_case)
    rows = Entry.objects.filter(subject=f"case:{case.number}").order_by("id")
    return [(row.verb, f"{timezone.localtime(row.at):%m-%dT%H:%M}") for row in rows]


@pytest.mark.django_db
def test_a_log_with_everything(tmp_path: Path) -> None:
    counts, told = replay(log(tmp_path))
    # refused: acceptance of `silent` after the law had accepted; the head decides `alone`, whom one resource examined
    assert counts == (5, 5 + 2 + 2 + 2 + 1, 1)
    assert verbs_of("plain") == [
        ("submit_application", "03-01T16:00"),
        ("accept_application", "03-01T17:00"),
        ("examine_case", "03-02T17:00"),
        ("approve_case", "03-02T18:00"),
    ]
    assert [verb for verb, _ in verbs_of("alone")][1:] == ["accept_application", "examine_case", "approve_case"]
    assert verbs_of("silent") == [("submit_application", "03-01T16:00"), ("deem_accepted", "03-09T00:00")]
    assert [verb for verb, _ in verbs_of("middle")] == ["submit_application", "accept_application"]
    assert [verb for verb, _ in verbs_of("strange")] == ["submit_application", "deem_accepted"]
    for word in ("transition.not_allowed", "Dance", "rows: 2", "without events: 1"):
        assert word in told
    assert "began in the middle: 2" in told


@pytest.mark.django_db
def test_whoever_examined_did_not_approve(tmp_path: Path) -> None:
    replay(log(tmp_path, packed=False, cases=None))
    for case in Case.objects.filter(state="granted"):
        hands = dict(Hand.objects.filter(case=case).values_list("act", "staff__name"))
        assert hands["examine"] != hands["approve"]
    assert Case.objects.filter(state="granted").count() == 2
    assert {"R1", "R2"} <= set(Staff.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_the_attributes_of_a_case_are_its_form_and_its_channel_counts(tmp_path: Path) -> None:
    replay(log(tmp_path))
    plain = case_of("plain")
    assert (plain.channel, plain.form["department"]) == ("window", "General")
    assert case_of("alone").channel == "online"


BPIC = """\
case_id,seq,timestamp,activity,role,resource
d1,0,2018-03-01T09:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d1,1,2018-03-01T10:00:00+01:00,Declaration REJECTED by ADMINISTRATION,ADMINISTRATION,STAFF MEMBER
d1,2,2018-03-01T11:00:00+01:00,Declaration REJECTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d1,3,2018-03-01T12:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d1,4,2018-03-01T13:00:00+01:00,Declaration REJECTED by ADMINISTRATION,ADMINISTRATION,STAFF MEMBER
d1,5,2018-03-01T14:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d1,6,2018-03-02T10:00:00+01:00,Declaration APPROVED by ADMINISTRATION,ADMINISTRATION,STAFF MEMBER
d1,7,2018-03-02T11:00:00+01:00,Declaration FINAL_APPROVED by SUPERVISOR,SUPERVISOR,STAFF MEMBER
d1,8,2018-03-05T11:00:00+01:00,Request Payment,UNDEFINED,SYSTEM
d1,9,2018-03-06T11:00:00+01:00,Payment Handled,UNDEFINED,SYSTEM
d2,0,2018-03-01T09:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d2,1,2018-03-01T10:00:00+01:00,Declaration REJECTED by NOBODY YET,,
d2,2,2018-03-01T11:00:00+01:00,Declaration REJECTED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
d3,0,2018-03-01T09:00:00+01:00,Declaration SAVED by EMPLOYEE,EMPLOYEE,STAFF MEMBER
"""


@pytest.mark.django_db
def test_claims_are_corrected_once_and_held_after(tmp_path: Path) -> None:
    counts, _told = replay(log(tmp_path, BPIC, None))
    assert counts == (3, 15, 0)
    assert [verb for verb, _ in verbs_of("d1")] == [
        "submit_application",
        "request_correction",
        "submit_correction",
        "hold_correction_incomplete",
        "submit_correction",
        "accept_application",
        "examine_case",
        "approve_case",
        "issue_certificate",
        "deliver_result",
    ]
    assert case_of("d2").state == "withdrawn"
    assert case_of("d3").state == "withdrawn"


@pytest.mark.django_db
def test_a_used_database_is_refused(tmp_path: Path) -> None:
    factories.make_organ("O9")
    with pytest.raises(CommandError, match="not empty") as refused:
        call_command("replay", log(tmp_path))
    assert refused.value.returncode == 2
    assert Organ.objects.count() == 1 and not Case.objects.exists()


@pytest.mark.django_db
def test_production_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.DEMO, settings.MODE = False, "production"
    with pytest.raises(CommandError, match="production") as refused:
        call_command("replay", log(tmp_path))
    assert refused.value.returncode == 2
    assert not Organ.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "events",
    ["", "case_id,activity\na,b\n", "case_id,timestamp,activity\n", "case_id,timestamp,activity\na,2018-01-01,Dance\n"],
)
def test_no_log_is_said_and_nothing_is_written(tmp_path: Path, events: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("replay", log(tmp_path, events))
    assert refused.value.returncode == 2
    assert not Organ.objects.exists()


def test_a_log_that_is_not_there() -> None:
    with pytest.raises(Unreadable, match="no such file"):
        read_log("nowhere/at_all", timezone.get_default_timezone())


def test_a_damaged_archive_is_unreadable(tmp_path: Path) -> None:
    prefix = log(tmp_path)
    path = Path(f"{prefix}.events.csv.gz")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unreadable):
        read_log(prefix, timezone.get_default_timezone())


def test_every_shipped_mapping_names_verbs_that_exist() -> None:
    known = all_verbs()
    for path in mapping.FOLDER.glob("*.yaml"):
        for name, activity in mapping.read(path).activities.items():
            for step in (step for rule in activity.rules for step in rule.steps):
                verb = known[step.verb]
                assert set(step.arguments) <= set(verb.arguments), (name, step.verb)


def test_a_mapping_with_a_wrong_word_is_refused(tmp_path: Path) -> None:
    text = (mapping.FOLDER / "bpic2020.yaml").read_text()
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("state: [granted]", "state: [grantd]"))
    with pytest.raises(mapping.BadMapping, match="grantd"):
        mapping.read(path)


REAL = ["receipt_wabo", "bpic2020_domestic_declarations", "bpic2020_travel_permits"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", REAL)
def test_the_beginning_of_a_real_log(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "data" / "events" / name
    with gzip.open(f"{source}.events.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = set(list(dict.fromkeys(row["case_id"] for row in rows))[:40])
    kept = [row for row in rows if row["case_id"] in chosen]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(kept)
    (cases, verbs, refusals), told = replay(log(tmp_path, text.getvalue(), None))
    assert cases == 40
    assert verbs > 2.5 * cases and refusals < verbs / 3, told
    assert "unmapped" not in told.replace("0  unmapped", "")
    assert_moments_are_the_logs(kept)


def assert_moments_are_the_logs(rows: list[dict[str, str]]) -> None:
    """No act of a person stands at a moment that the log does not have, and nobody approved what they examined."""
    moments = {datetime.fromisoformat(row["timestamp"]) for row in rows}
    acts = Entry.objects.filter(subject__startswith="case:").exclude(actor="clock")
    assert {act.at for act in acts} <= moments
    twice = Counter(Hand.objects.filter(act__in=["examine", "approve"]).values_list("case_id", "staff_id", "act"))
    pairs = {(case, staff) for case, staff, act in twice if act == "examine"}
    assert not pairs & {(case, staff) for case, staff, act in twice if act == "approve"}
