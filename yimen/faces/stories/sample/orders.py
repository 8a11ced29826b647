"""Change orders, drafts of guides and a suspended item in the sample: something to see on each of their pages."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.faces.stories.sample.centre import MAIN_UNITS, SampleCentre
from yimen.flows import authority, catalogue, orders, setup
from yimen.ground.kernel.calendar import Calendar
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role

OLD, SUSPENDED = "SAMPLE-OLD", "SAMPLE-SUSPENDED"
MARK = "（样本）"


def play(centre: SampleCentre, calendar: Calendar, as_of: date) -> None:
    """Two items of the sample's own (no case runs under them): one is cancelled by an order, one is suspended; of a
    third a new text waits for the check, and an order that would change it stands as a draft."""
    founded, drafted = _moment(calendar.before(as_of, 60), "08:30"), _moment(calendar.before(as_of, 15), "09:00")
    unit = MAIN_UNITS[0]
    for code, name in ((OLD, f"示例备案{MARK}"), (SUSPENDED, f"示例确认{MARK}")):
        _item(centre, code, name, unit, at=founded)
    lawyer, government = centre.staff[Role.LEGAL_OFFICE, ""], centre.staff[Role.GOVERNMENT, ""]
    second = _second_lawyer(founded)
    order = orders.draft_order(
        **_order("样本发〔示例〕1号", "关于取消示例备案的决定", calendar.before(as_of, 10)),
        changes=[{"action": "cancel", "item": OLD, "running": "terminate", "note": "已无在办件。"}],
        by=lawyer,
        at=drafted,
    )
    orders.check_order(order.key, opinion="pass", by=second, at=drafted + timedelta(hours=1))
    orders.approve_order(order.key, by=government, at=drafted + timedelta(hours=2))
    _waiting(centre, unit, second, as_of, at=drafted + timedelta(hours=3))
    catalogue.suspend_item(
        SUSPENDED,
        reason="办理系统升级，暂停受理新的申请，在办件照常办理。",
        basis=f"示例通知{MARK}",
        by=centre.staff[Role.ORGAN_HEAD, unit],
        at=_moment(calendar.before(as_of, 3), "10:00"),
    )


def _item(centre: SampleCentre, code: str, name: str, organ: str, *, at: datetime) -> None:
    by = setup.INSTALLER
    catalogue.register_item(
        code=code, name=name, organ=organ, kind="其他行政权力", basis=f"示例规定{MARK}", is_sample=True, by=by, at=at
    )
    head, leader = centre.staff[Role.WINDOW_HEAD, organ], centre.staff[Role.ORGAN_HEAD, organ]
    authority.authorise_window(
        items=[code],
        staff=Staff.objects.select_related("user").get(pk=head.hand).user.username,
        valid_from=at.date(),
        document_number=f"样本授权〔示例〕{code}",
        text="授权窗口负责人签批所列一般审批事项（样本）。",
        by=leader,
        at=at,
    )
    like = min((item for item in centre.items.values() if item.organ == organ), key=lambda item: item.code)
    guide = {name: value for name, value in like.guide.items() if name != "texts"}
    texts = {**like.guide["texts"], "place": f"一楼大厅{MARK}"}
    version = catalogue.define_item_version(item=code, materials=like.materials, **guide, **texts, by=by, at=at)
    catalogue.publish_item_version(version.key, valid_from=at.date(), by=by, at=at)


def _order(number: str, title: str, effective_on: date) -> dict[str, Any]:
    return {
        "document_number": f"{number}{MARK}",
        "issuing_organ": f"示例市人民政府{MARK}",
        "level": "city",
        "issued_on": effective_on - timedelta(days=10),
        "effective_on": effective_on,
        "title": f"{title}{MARK}",
        "text": "为方便群众办事，依照行政许可法第二十条、第二十一条的规定，对有关事项作如下调整。",
    }


def _waiting(centre: SampleCentre, unit: str, lawyer: Actor, as_of: date, *, at: datetime) -> None:
    """A draft of the unit that nobody has checked, and a draft of an order that would bring it into force."""
    code = sorted(item.code for item in centre.items.values() if item.organ == unit)[0]
    by = centre.staff[Role.SECTION_HEAD, unit]
    version = _published(code)
    draft = catalogue.copy_item_version(source=version, by=by, at=at)
    catalogue.change_item_version(draft.key, promised_limit="3 working_days", by=by, at=at)
    orders.draft_order(
        **_order("样本发〔示例〕2号", "关于缩短承诺时限的决定", as_of + timedelta(days=30)),
        changes=[{"action": "change", "item": code, "version": draft.key, "running": "move"}],
        by=lawyer,
        at=at,
    )


def _published(code: str) -> str:
    return str(ItemVersion.objects.get(item__code=code, state="published").pk)


def _second_lawyer(at: datetime) -> Actor:
    """Who checks what the first one drafts."""
    staff: Staff = setup.register_staff(
        username="sample-legal-office-2",
        name=f"法制审查员{MARK}",
        roles=[Role.LEGAL_OFFICE],
        persona=True,
        by=setup.INSTALLER,
        at=at,
    )
    return actor_of_staff(staff)


def _moment(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(settings.TIME_ZONE))
