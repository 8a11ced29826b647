"""Who may decide in the sample centre: each unit by its own power, its window head by a written authorisation; the
units with a full staff work under special seals. None of it is a fact: it says 样本."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from yimen.faces.stories.sample.book import ItemLine
from yimen.flows import authority
from yimen.flows.setup import INSTALLER
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role

SEALS = {"approval": "审批专用章（样本）", "acceptance": "受理专用章（样本）"}


def give_powers(
    items: list[ItemLine],
    staff: dict[tuple[Role, str], Actor],
    *,
    valid_from: date,
    with_seals: tuple[str, ...],
    at: datetime,
) -> None:
    """Subjects and authorisations in force from `valid_from`, one authorisation that has been revoked, and seals."""
    of_unit: dict[str, list[str]] = {}
    for item in items:
        of_unit.setdefault(item.organ, []).append(item.code)
    names = dict(Staff.objects.values_list("pk", "user__username"))
    year = valid_from.year
    for number, (unit, codes) in enumerate(sorted(of_unit.items()), 1):
        authority.register_subject(
            organ=unit,
            kind="statutory",
            basis="行政许可法 第二十二条；本部门职责规定（样本）",
            valid_from=valid_from,
            by=INSTALLER,
            at=at,
        )
        head, leader = staff[Role.WINDOW_HEAD, unit], staff[Role.ORGAN_HEAD, unit]
        authority.authorise_window(
            items=codes,
            staff=names[head.hand],
            valid_from=valid_from,
            document_number=f"样本授权〔{year}〕{number}号",
            text="授权窗口负责人签批所列一般审批事项，使用审批专用章（样本）。",
            by=leader,
            at=at,
        )
    _ended(of_unit, staff, names, valid_from, at)
    for unit in with_seals:
        for kind, name in SEALS.items():
            authority.register_seal(
                organ=unit,
                name=name,
                kind=kind,
                keeper=names[staff[Role.WINDOW_HEAD, unit].hand],
                valid_from=valid_from,
                by=staff[Role.ORGAN_HEAD, unit],
                at=at,
            )


def _ended(
    of_unit: dict[str, list[str]], staff: dict[tuple[Role, str], Actor], names: dict[int, str], day: date, at: datetime
) -> None:
    """An authorisation and a power that hold no longer: the registers keep them."""
    unit, later = min(of_unit), timezone.localdate(at) + timedelta(days=7)
    revoked = authority.authorise_window(
        items=of_unit[unit][:1],
        staff=names[staff[Role.WINDOW_CLERK, unit].hand],
        valid_from=day,
        document_number=f"样本授权〔{day.year}〕0号",
        by=staff[Role.ORGAN_HEAD, unit],
        at=at,
    )
    authority.revoke_authorisation(
        revoked.key, on=later, reason="岗位调整（样本）", by=staff[Role.ORGAN_HEAD, unit], at=at
    )
    subject = authority.register_subject(
        organ=unit,
        kind="statutory",
        basis="职权已经并入本部门的全部事项（样本）",
        items=of_unit[unit][:1],
        valid_from=day,
        by=INSTALLER,
        at=at,
    )
    authority.end_subject(subject.key, on=later, reason="按全部事项重新登记（样本）", by=INSTALLER, at=at)
