"""The sample's house: halls and windows as the public reads them, dated names, stationed units, a platform, units that
move in. All of it marked 样本; names of units are invented, those of organs are the book's."""

from datetime import date, datetime, timedelta

from yimen.faces.stories.sample.centre import SampleCentre
from yimen.flows import places, setup, stationing
from yimen.rooms.identity.rules.roles import Role

# How many organs have a dated name; the document is invented (样本).
OLD_NAMES = 2
HOURS = "09:00-12:00 13:30-17:00（样本）"
STATIONS = (
    ("样本供水公司", "utility", ["用水报装", "过户"], 0, 200),
    ("样本燃气公司", "utility", ["用气报装"], 1, -5),
    ("样本测绘院", "intermediary", ["测绘"], None, None),
)


def furnish(made: SampleCentre, *, founded: date, as_of: date, at: datetime) -> None:
    """Enter it as of the founding; `as_of`: the present day of the sample, before which one deadline has passed."""
    committee = made.staff[Role.COMMITTEE, ""]
    for number, (code, window) in enumerate(sorted(made.windows.items()), 1):
        places.change_window(
            window.key,
            floor=window.hall.name[:2],
            duties=f"受理{made.organs[code].name}的行政许可申请（样本）",
            hours=HOURS,
            telephone=f"0000-10{number:05}",
            complaint_telephone="0000-1012345",
            by=committee,
            at=at,
        )
    _names(made, founded, at)
    _stations(made, as_of, at)
    _moving_in(made, as_of, at)


def _names(made: SampleCentre, founded: date, at: datetime) -> None:
    """Two organs took their present names on the day of the founding."""
    for code in sorted(made.organs)[:OLD_NAMES]:
        organ = made.organs[code]
        places.rename_organ(
            code,
            name=organ.name,
            name_en=organ.name_en,
            valid_from=founded,
            basis="机构改革方案（样本）",
            by=setup.INSTALLER,
            at=at,
        )


def _stations(made: SampleCentre, as_of: date, at: datetime) -> None:
    committee, organs = made.staff[Role.COMMITTEE, ""], sorted(made.organs)
    for number, (name, sort, services, organ, days) in enumerate(STATIONS, 60):
        station = stationing.register_station(
            name=f"{name}（样本）",
            sort=sort,
            services=services,
            organ=organs[organ] if organ is not None else None,
            decouple_by=as_of + timedelta(days=days) if days is not None else None,
            by=committee,
            at=at,
        )
        window = places.register_window(hall="二楼大厅", number=str(number), hours=HOURS, by=committee, at=at)
        stationing.open_station_window(station.key, window=window.key, by=committee, at=at)


def _moving_in(made: SampleCentre, as_of: date, at: datetime) -> None:
    """An applied platform of a main unit, and a unit whose checklist is open."""
    committee = made.staff[Role.COMMITTEE, ""]
    code = next(organ for role, organ in made.staff if role == Role.ORGAN_HEAD and organ)
    head = made.staff[Role.ORGAN_HEAD, code]
    item = next(item.code for item in made.items.values() if item.organ == code)
    applied = stationing.apply_platform(
        organ=code, items=[item], reason="检测设备不能搬动（样本）", place="原址（样本）", by=head, at=at
    )
    stationing.give_platform_opinion(applied.key, opinion="object", reasons="建议进厅（样本）", by=committee, at=at)
    owner = setup.persona_name(Role.ORGAN_HEAD, code)
    opened = stationing.open_onboarding(organ=code, owner=owner, due_on=as_of + timedelta(days=20), by=committee, at=at)
    stationing.complete_onboarding_step(
        opened.key, step=1, evidence="进厅事项公告（样本）", on=at.date(), by=committee, at=at
    )
