"""The committee's work in the sample: leaders, rota, requests, meetings, duties, promises, rules, notices, a budget."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.faces.stories.sample.centre import MAIN_UNITS, SampleCentre
from yimen.faces.stories.sample.people import People
from yimen.flows import budget, coordination, duties, meetings, notices, promises, rota, setup
from yimen.ground.kernel.calendar import Calendar
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role

FOUNDING = Path(__file__).resolve().parents[3] / "data" / "decisions" / "founding.csv"
TITLE = "关于进一步加强市行政服务中心建设的意见"
MARK = "中心规定（样本）"


@dataclass(frozen=True, slots=True)
class _Stage:
    centre: SampleCentre
    calendar: Calendar
    as_of: date
    leaders: dict[str, list[Actor]]

    def back(self, working_days: int, hour: str = "09:00") -> datetime:
        """An hour of a working day before the as-of day."""
        return _moment(self.calendar.before(self.as_of, working_days), hour)

    def of(self, role: Role, code: str = "") -> Actor:
        """The person with this role."""
        return self.centre.staff[role, code]


def play(centre: SampleCentre, people: People, calendar: Calendar, as_of: date) -> None:
    """Everything happens up to the eve of `as_of`; the rota reaches beyond it."""
    stage = _Stage(centre, calendar, as_of, {})
    for code in MAIN_UNITS:
        stage.leaders[code] = [_leader(stage, people, code, number) for number in (1, 2)]
    _terms_and_leaders(stage)
    _meetings(stage)
    _rota(stage)
    _requests(stage)
    _duties(stage)
    _promises(stage)
    _notices(stage)
    _budget(stage)


def _moment(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(settings.TIME_ZONE))


def _leader(stage: _Stage, people: People, code: str, number: int) -> Actor:
    """A deputy head of a unit; the first one is the unit's demonstration account of that role."""
    name = setup.persona_name(Role.DUTY_LEADER, code)
    staff = setup.register_staff(
        username=name if number == 1 else f"{name}-{number}",
        name=people.name(),
        roles=[Role.DUTY_LEADER],
        organ=stage.centre.organs[code],
        persona=True,
        by=setup.INSTALLER,
        at=stage.back(60),
    )
    return actor_of_staff(staff)


def _account(actor: Actor) -> str:
    return Staff.objects.select_related("user").get(pk=actor.hand).user.username


def _terms_and_leaders(stage: _Stage) -> None:
    by, start = stage.of(Role.COMMITTEE), stage.back(55)
    for name, amount in (("unit_meeting_days", 30), ("check_in_minutes", 30)):
        meetings.set_management_term(
            name=name, amount=amount, valid_from=start.date(), basis=MARK, by=by, at=stage.back(56)
        )
    for code, (first, _second) in stage.leaders.items():
        meetings.name_responsible_leader(
            organ=code, staff=_account(first), valid_from=start.date(), by=stage.of(Role.ORGAN_HEAD, code), at=start
        )


def _meetings(stage: _Stage) -> None:
    """Two units have met lately, one long ago, one never; a joint meeting is to come."""
    for code, back in (("A01", 8), ("A31", 12), ("B01", 45)):
        by, at = stage.of(Role.ORGAN_HEAD, code), stage.back(back + 2)
        day = stage.back(back).date()
        made = meetings.call_meeting(
            kind="unit_leadership",
            organ=code,
            on=day,
            place="本单位会议室",
            agenda=["听取窗口工作汇报", "研究窗口人员配备"],
            by=by,
            at=at,
        )
        due_on = stage.calendar.before(stage.as_of, 3) if code == "A01" else stage.calendar.after(stage.as_of, 5)
        meetings.record_meeting(
            made.key,
            attended=["主要负责人", "分管责任人", "窗口负责人"],
            minutes="听取了窗口上月受理和按期办结情况，研究了窗口人员调整（样本）。",
            decisions=[{"text": "补充一名窗口审查人员", "owner": code, "due_on": due_on}],
            by=by,
            at=stage.back(back, "16:00"),
        )
    meetings.call_meeting(
        kind="joint",
        organs=list(MAIN_UNITS),
        on=stage.calendar.after(stage.as_of, 4),
        place="中心二楼会议室",
        agenda=["基本建设领域并联审批（样本）"],
        by=stage.of(Role.COMMITTEE),
        at=stage.back(2),
    )


def _rota(stage: _Stage) -> None:
    """From the working day before to seven working days on; yesterday one leader was absent, on the record."""
    days = [stage.calendar.before(stage.as_of, 1)]
    day = stage.as_of
    while len(days) < 8:
        if stage.calendar.is_workday(day):
            days.append(day)
        day += timedelta(days=1)
    for place, (code, leaders) in enumerate(stage.leaders.items()):
        head, planned = stage.of(Role.ORGAN_HEAD, code), stage.back(3)
        shifts: list[Any] = []
        for turn, on in enumerate(days):
            for half_place, half in enumerate(("morning", "afternoon")):
                first, second = leaders if (turn + half_place + place) % 2 == 0 else leaders[::-1]
                named = {"leader": _account(first), "substitute": _account(second)}
                made = rota.plan_shift(organ=code, on=on, half=half, **named, by=head, at=planned)
                shifts.append((made.key, first, second))
        rota.publish_rota(organ=code, valid_from=days[0], valid_to=days[-1], by=head, at=planned)
        (morning, came, _other), (afternoon, ill, instead) = shifts[:2]
        rota.check_in_shift(morning, hall="一楼大厅", by=came, at=stage.back(1, "08:35"))
        if place == 0:
            rota.report_shift_absence(afternoon, reason="赴省里开会（样本）", by=ill, at=stage.back(1, "12:30"))
            rota.check_in_shift(afternoon, hall="一楼大厅", by=instead, at=stage.back(1, "13:35"))
        else:
            rota.check_in_shift(afternoon, hall="一楼大厅", by=ill, at=stage.back(1, "13:35"))


def _requests(stage: _Stage) -> None:
    ask, head = coordination.ask_coordination, stage.of(Role.SECTION_HEAD, "A01")
    late = ask(organ="A31", matter="请核对取水工程范围（样本）", due_in=3, by=head, at=stage.back(7))
    coordination.escalate_coordination(late.key, reason="逾期未答复（样本）", by=head, at=stage.back(2))
    ask(organ="B04", matter="请确认供水管线位置（样本）", due_in=10, by=head, at=stage.back(2))
    done = ask(
        organ="A01", matter="请提供图纸审查进度（样本）", due_in=5, by=stage.of(Role.COMMITTEE), at=stage.back(20)
    )
    coordination.answer_coordination(done.key, text="已完成八成，下周结束（样本）。", by=head, at=stage.back(18))
    coordination.close_coordination(
        done.key, outcome="settled", text="各方一致（样本）", by=stage.of(Role.COMMITTEE), at=stage.back(17)
    )


def _duties(stage: _Stage) -> None:
    """The founding document's clauses: units that it names own theirs, the rest is the committee's to see to."""
    by = stage.of(Role.COMMITTEE)
    decision = duties.register_decision(
        title=TITLE,
        issuing_organ="聊城市人民政府",
        issued_on=date(2005, 11, 21),
        text="为进一步加强和完善行政服务中心建设,优化政务环境",
        by=by,
        at=stage.back(50),
    )
    codes = {organ.name: code for code, organ in stage.centre.organs.items()}
    made: dict[str, Any] = {}
    with FOUNDING.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            duty = duties.assign_duty(
                decision=decision.key,
                clause=row["clause"],
                text=row["text"],
                organ=codes.get(row["owner"]),
                by=by,
                at=stage.back(50, "10:00"),
            )
            made[row["id"] + row["owner"]] = duty
    told = duties.report_duty(
        made["4.4a中心管委会"].key, evidence="中心网站", text="互联网站已开通（样本）", by=by, at=stage.back(30)
    )
    duties.confirm_duty(told.key, by=stage.of(Role.SUPERVISION), at=stage.back(28))
    head = stage.of(Role.SECTION_HEAD, "B04")
    duties.report_duty(
        made["3.2市公用事业管理局"].key, evidence="进厅清单", text="项目和人员已进厅（样本）", by=head, at=stage.back(4)
    )


def _promises(stage: _Stage) -> None:
    office = stage.of(Role.COMMITTEE)
    texts = {
        "A01": ("等候超过二十分钟的，增开窗口（样本）", "叫号记录"),
        "A31": ("所需材料一次告知，不让申请人跑第二趟（样本）", "补正通知的次数"),
        "B04": ("下班前到达窗口的，办完再下班（样本）", ""),
    }
    keys = []
    for code, (text, measure) in texts.items():
        by = stage.of(Role.WINDOW_HEAD, code)
        made = promises.make_promise(organ=code, text=text, measure=measure, by=by, at=stage.back(40))
        promises.publish_promise(made.key, by=office, at=stage.back(39))
        keys.append(made.key)
    report = promises.report_breach
    first = report(promise=keys[0], what="等了一个小时（样本）", by=promises.VISITOR, at=stage.back(10))
    promises.answer_breach(
        first.key, upheld=True, text="当日一名工作人员请假未及时替补，已整改（样本）。", by=office, at=stage.back(8)
    )
    report(promise=keys[1], what="第二次才说要图纸（样本）", by=promises.VISITOR, at=stage.back(1))


def _notices(stage: _Stage) -> None:
    office = stage.of(Role.COMMITTEE)
    rule = notices.publish_rule(
        title="窗口工作人员岗位规范（样本）",
        text="按时到岗，佩证上岗。\n离岗须由同岗人员替补并交接。",
        by=office,
        at=stage.back(35),
    )
    for by in (office, stage.of(Role.WINDOW_HEAD, "A01"), stage.of(Role.EXAMINER, "A01")):
        notices.acknowledge_rule(rule.key, by=by, at=stage.back(34))
    announce = notices.publish_announcement
    announce(title="咨询电话试运行（样本）", text="试运行期间以窗口答复为准。", by=office, at=stage.back(15))
    announce(
        title="二楼大厅部分窗口调整位置（样本）",
        text="请按大厅指示牌前往新位置，办理时间不变。",
        pinned=True,
        by=office,
        at=stage.back(5),
    )


def _budget(stage: _Stage) -> None:
    """Amounts are invented; the heading of the year before lets the years be compared."""
    office, treasury = stage.of(Role.COMMITTEE), stage.of(Role.FINANCE)
    at = stage.back(1)
    for heading, *amounts in (
        ("办公费（样本）", "120000.00", "80000.00", "36500.50"),
        ("信息系统（样本）", "300000.00", "150000.00", "98000.00"),
    ):
        planned, given, spent = map(Decimal, amounts)
        budget.open_budget(year=at.year - 1, heading=heading, planned=planned, by=office, at=at)
        made = budget.open_budget(year=at.year, heading=heading, planned=planned, by=office, at=at)
        budget.allot_budget(made.key, amount=given, document_number="样本拨款 1 号", on=at.date(), by=treasury, at=at)
        budget.spend_budget(
            made.key, amount=spent, voucher="样本凭证 1", on=at.date(), what="采购（样本）", by=office, at=at
        )
