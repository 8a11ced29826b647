"""What the API shows: items, certificates, heads, keys, the calendar; and how a notice comes to count."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories
from tests.api.callers import Caller, World, problem
from yimen.flows.evidence import seal_journal
from yimen.ground.law.models import YearNotice
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.guides.models import GuideDetail

# A made-up notice for a year that has none yet: the first working week of January is off.
NOTICE = {
    "year": 2031,
    "number": "示例〔2030〕1号",
    "url": "https://example.org/notice",
    "days": [
        {"day": "2031-01-01", "is_workday": False, "name": "元旦"},
        {"day": "2031-01-02", "is_workday": False, "name": "元旦"},
        {"day": "2031-01-04", "is_workday": True, "name": "元旦"},
    ],
}


def test_items(world: World, nobody: Caller) -> None:
    factories.make_item("X2/甲", name="另一许可", organ="O2", materials=(MaterialText("A", "章程", "optional"),))
    page = nobody.get("/items", {"limit": 1}).json()
    assert [i["code"] for i in page["items"]] == ["X1"]
    rest = nobody.get("/items", {"limit": 1, "after": page["next"]}).json()
    assert ([i["code"] for i in rest["items"]], rest["next"]) == (["X2/甲"], None)
    assert [i["code"] for i in nobody.get("/items", {"q": "另一"}).json()["items"]] == ["X2/甲"]
    guide = nobody.get("/items/X2/甲").json()
    assert guide["organ"] == {"code": "O2", "name": "部门O2"}
    (material,) = guide["materials"]
    assert (material["code"], material["name"], material["necessity"]) == ("A", "章程", "optional")
    assert (material["max_files"], material["max_bytes"], material["copies"]) == (10, 20 * 1024 * 1024, None)
    assert {"pdf", "jpeg", "word", "ofd"} <= set(material["file_kinds"])
    assert [(step["key"], step["limit"]) for step in guide["steps"]] == [
        ("hand_in", None),
        ("look", "5 working_days"),
        ("examine", "8 working_days"),
        ("approve", "8 working_days"),
        ("deliver", "10 working_days"),
    ]
    assert (guide["statutory_limit"], guide["promised_limit"]) == ("20 working_days", "8 working_days")
    assert guide["extension"]["max"] == 10


@pytest.mark.clause("3.4a")
def test_an_item_tells_its_questions_and_a_case_keeps_the_answers(world: World, nobody: Caller) -> None:
    answers = [
        {"code": "new", "text": "新办", "materials": {"M2": "required"}},
        {"code": "change", "text": "变更", "materials": {"M2": "not_needed"}, "charges": "工本费十元"},
    ]
    asked = {"code": "kind", "question": "办理哪一种？", "answers": answers}
    GuideDetail.objects.create(version=factories.make_item("X5"), situations=[asked], themes=["经营许可"])
    item = nobody.get("/items/X5").json()
    (told,) = item["situations"]
    assert (told["code"], [a["code"] for a in told["answers"]]) == ("kind", ["new", "change"])
    assert told["answers"][1]["materials"] == {"M2": "not_needed"} and told["answers"][1]["charges"] == "工本费十元"
    assert item["details"] == {"themes": ["经营许可"]}
    assert (nobody.get("/items/X1").json()["situations"], nobody.get("/items/X1").json()["details"]) == ([], {})
    whole = world.applicant.submit(item="X5").json()
    own = world.applicant.submit(item="X5", situation={"kind": "new"}).json()
    assert (whole["situation"], own["situation"]) == ({}, {"kind": "new"})
    assert "M2" not in whole["materials_required"] and "M2" in own["materials_required"]
    problem(world.applicant.submit(item="X5", situation={"kind": "other"}), 422, "situation.unknown_answer")


def test_heads_and_keys(world: World, nobody: Caller) -> None:
    number = world.applicant.submit().json()["number"]
    seal_journal(at=timezone.now())
    heads = nobody.get("/journal/heads").json()["heads"]
    assert heads[0]["key"] in nobody.get("/journal/key").json()["keys"]
    assert nobody.get("/journal/heads", {"before": heads[-1]["id"]}).json() == {"heads": []}
    assert world.applicant.get(f"/cases/{number}/history").json()["entries"][0]["head"] == heads[0]["id"]
    assert world.applicant.get(f"/cases/{number}/proof").json()["heads"][0]["hash"] == heads[0]["hash"]


def test_year(nobody: Caller) -> None:
    year = nobody.get("/calendar/2005").json()
    assert year["provisional"] is False
    days = {day["day"]: day for day in year["days"]}
    assert days["2005-12-31"]["is_workday"] is True
    assert nobody.get("/calendar/2031").json()["provisional"] is True
    problem(nobody.get("/calendar/1800"), 422, "input.invalid")


def test_notice_takes_two_people_and_moves_open_cases(world: World) -> None:
    factories.make_item("LONG", statutory_limit="1040 working_days", promised_limit="1030 working_days")
    number = world.applicant.submit(item="LONG").json()["number"]
    before = world.window_clerk.do(number, "accept_application").json()
    assert before["provisional"] is True
    notice = {**NOTICE, "year": date.today().year + 1}
    first = date(notice["year"], 3, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    notice["days"] = [{"day": monday.isoformat(), "is_workday": False, "name": "示例"}]
    problem(world.window_head.post("/calendar/notices", notice), 403, "permission.denied")
    key = {"Idempotency-Key": "notice-1"}
    entered = world.committee.post("/calendar/notices", notice, headers=key)
    assert (entered.status_code, entered.json()["state"]) == (201, "entered")
    again = world.committee.post("/calendar/notices", notice, headers=key)
    assert again.json() == entered.json() and again.headers["Idempotent-Replayed"] == "true"
    assert YearNotice.objects.count() == 1
    path = f"/calendar/notices/{entered.json()['id']}"
    moved = world.legal_office.get(f"{path}/preview").json()["moved"]
    assert {m["number"] for m in moved} == {number}
    problem(world.committee.post(f"{path}/confirm"), 409, "separation.same_person")
    problem(world.window_head.post(f"{path}/confirm"), 403, "permission.denied")
    confirmed = world.legal_office.post(f"{path}/confirm", headers=key).json()
    assert (confirmed["state"], confirmed["moved"]) == ("confirmed", 1)
    after = world.applicant.get(f"/cases/{number}").json()
    assert {m["which"]: m["new"] for m in moved}["promised_due_on"] == after["promised_due_on"]
    replay = world.legal_office.post(f"{path}/confirm", headers=key)
    assert (replay.status_code, replay.json()["moved"]) == (200, 0)
    problem(world.legal_office.post(f"{path}/confirm"), 409, "transition.not_allowed")
    assert [n["state"] for n in world.committee.get("/calendar/notices").json()["notices"]] == ["confirmed"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": [{"day": "2031-02-30", "is_workday": False}]}, "calendar.invalid"),
        ({"days": [{"day": "2029-06-01", "is_workday": False}]}, "calendar.invalid"),
        ({"days": []}, "calendar.invalid"),
        ({"number": " "}, "calendar.invalid"),
        ({"url": "javascript:alert(1)"}, "calendar.invalid"),
        ({"days": [{"day": 1924905600, "is_workday": False}]}, "input.invalid"),
        ({"days": [{"day": "20310101", "is_workday": False}]}, "input.invalid"),
        ({"days": [{"day": "2031-01-01", "is_workday": "no"}]}, "input.invalid"),
        ({"year": 2**63}, "input.invalid"),
        ({"year": 1}, "input.invalid"),
    ],
)
def test_bad_notice(world: World, changes: dict[str, Any], code: str) -> None:
    problem(world.committee.post("/calendar/notices", {**NOTICE, **changes}), 422, code)
    assert not YearNotice.objects.exists()


def test_unknown_notice(world: World) -> None:
    problem(world.committee.get("/calendar/notices/9/preview"), 404, "notice.not_found")
    problem(world.committee.post("/calendar/notices/9/confirm"), 404, "notice.not_found")
    problem(world.committee.post(f"/calendar/notices/{2**63}/confirm"), 422, "input.invalid")


def test_request_id_is_answered(world: World) -> None:
    answer = world.applicant.get("/nothing", **{"X-Request-Id": "abcdef-123456"})
    assert problem(answer, 404, "path.unknown")["request_id"] == answer.headers["X-Request-Id"] == "abcdef-123456"


# the commands


def test_import_calendar(world: World, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "2031.json"
    days = [
        {"name": "元旦", "date": "2031-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2031-01-04", "isOffDay": False},
    ]
    file.write_text(json.dumps({"year": 2031, "papers": ["https://example.org/a"], "days": days}))
    call_command("import-calendar", str(file), number="示例1号")
    notice = YearNotice.objects.get()
    assert capsys.readouterr().out.splitlines()[-1] == f"notice={notice.pk} state=entered moved=0"
    assert (notice.year, notice.url) == (2031, "https://example.org/a")
    table = tmp_path / "2031.csv"
    table.write_text("\ufeffdate,is_workday,name\n2031-01-01,0,元旦\n2031-01-04,1,元旦\n", encoding="utf-8")
    call_command("import-calendar", str(table), year=2031, number="示例2号", by=world.committee.user.username)  # type: ignore[union-attr]
    second = YearNotice.objects.order_by("-pk")[0]
    assert second.days == notice.days
    for name, says in (
        (world.committee.user.username, "separation.same_person"),  # type: ignore[union-attr]
        (world.examiner.user.username, "permission.denied"),  # type: ignore[union-attr]
        ("nobody", "account.unknown"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command("import-calendar", confirm=second.pk, by=name)
    call_command("import-calendar", confirm=second.pk, by=world.legal_office.user.username)  # type: ignore[union-attr]
    assert capsys.readouterr().out.splitlines()[-1] == f"notice={second.pk} state=confirmed moved=0"
    with pytest.raises(CommandError):
        call_command("import-calendar", confirm=2**70, by=world.legal_office.user.username)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]x", "a,b\n1,2\n", "date,is_workday\n2031-01-01,maybe\n", '{"days": [{"date": "2031-01-01"}]}', "\x00"],
)
def test_unreadable_calendar(db: None, tmp_path: Any, text: str) -> None:
    file = tmp_path / "bad"
    file.write_text(text)
    with pytest.raises(CommandError) as error:
        call_command("import-calendar", str(file), year=2031, number="1")
    assert error.value.returncode == 2
    with pytest.raises(CommandError) as error:
        call_command("import-calendar", str(tmp_path / "absent"), year=2031, number="1")
    assert error.value.returncode == 2


def test_token_command(world: World, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    call_command("token", role="window_clerk", organ="O2")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    case = factories.make_case(item=factories.make_item("O2X", organ="O2"))
    assert [c["number"] for c in Caller(lines[0]).get("/cases").json()["cases"]] == [case.number]
    call_command("token", role="applicant")
    assert Caller(capsys.readouterr().out.strip()).submit().status_code == 201
    for arguments in ({"role": "king"}, {"role": "clock"}, {"role": "examiner", "organ": "NONE"}):
        with pytest.raises(CommandError) as error:
            call_command("token", **arguments)
        assert error.value.returncode == 2
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("token", role="applicant")
    assert not capsys.readouterr().out
    assert Case.objects.count() == 2
