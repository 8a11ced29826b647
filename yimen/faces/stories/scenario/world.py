"""Builds what is given, through the flows, and knows everybody by name."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yimen.faces.stories.scenario.given import default_person
from yimen.faces.stories.scenario.powers import Powers
from yimen.faces.stories.scenario.values import Given, ItemGiven, Malformed, PersonGiven
from yimen.flows import calendar, catalogue, setup
from yimen.flows.catalogue import MaterialText
from yimen.flows.setup import INSTALLER
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import Role

AREA = "371500"
# Made-up people; the first is `applicant`, the second `applicant2`, and so on.
SURNAMES = "张王李赵陈刘杨黄周吴"


@dataclass
class World:
    """The people of one story, made when they first act. `labels`: keys of what is given, by (kind, label)."""

    given: Given
    at: datetime
    organs: dict[str, Any] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    now: datetime | None = None

    def actor(self, name: str) -> Actor:
        """Who `name` is; `Malformed` when the story does not say and the defaults do not either."""
        if name == "clock":
            return CLOCK
        if name not in self.actors:
            self.actors[name] = self._applicant(name) if self._is_applicant(name) else self._person(name)
        return self._of_the_day(self.actors[name])

    def _of_the_day(self, actor: Actor) -> Actor:
        """A person of the staff as of the story's present day: roles, windows and organs have days."""
        if actor.staff_id is None or self.now is None:
            return actor
        return actor_of_staff(Staff.objects.get(pk=actor.staff_id), at=self.now)

    def applicant_data(self, name: str) -> ApplicantData:
        """What an applicant writes into the form."""
        number = int(name.removeprefix("applicant") or 1) if self._is_plain_applicant(name) else 1
        return ApplicantData(SURNAMES[(number - 1) % len(SURNAMES)] + "示例" + (str(number) if number > 10 else ""))

    def knows(self, name: str) -> bool:
        """Whether anybody has this name."""
        if name == "clock" or self._is_applicant(name) or name in self.given.staff:
            return True
        return default_person(name, self.first_organ) is not None

    @property
    def first_organ(self) -> str:
        """The organ that is meant where none is named."""
        return next(iter(self.given.organs))

    def _is_plain_applicant(self, name: str) -> bool:
        return name not in self.given.staff and (
            name.startswith("applicant") and (name == "applicant" or (name[9:].isdecimal() and name[9:] != "0"))
        )

    def _is_applicant(self, name: str) -> bool:
        person = self.given.staff.get(name)
        return self._is_plain_applicant(name) or (person is not None and person.roles == (Role.APPLICANT.value,))

    def _applicant(self, name: str) -> Actor:
        return actor_of_user(setup.register_account(username=name, by=INSTALLER, at=self.at))

    def _person(self, name: str) -> Actor:
        person = self.given.staff.get(name) or default_person(name, self.first_organ)
        if person is None:
            raise Malformed(f"nobody is called {name!r}: name the person under given.staff")
        return self._hire(name, person)

    def hire(self, name: str, person: PersonGiven) -> Actor:
        """A person of the story before anything happens."""
        if name not in self.actors:
            self.actors[name] = self._hire(name, person)
        return self.actors[name]

    def _hire(self, name: str, person: PersonGiven) -> Actor:
        staff = setup.register_staff(
            username=name,
            name=name,
            roles=[Role(role) for role in person.roles],
            organ=self.organs[person.organ] if person.organ else None,
            by=INSTALLER,
            at=self.at,
        )
        return actor_of_staff(staff)


def build(given: Given, at: datetime, acting: Collection[str] = ()) -> World:
    """The centre with its organs, items, powers and calendar as of the story's first moment. `acting`: the names of
    those who do something in the story."""
    setup.name_centre(name="示例中心", area_code=AREA, by=INSTALLER, at=at)
    world = World(given, at)
    for code, name in given.organs.items():
        world.organs[code] = setup.register_organ(code=code, name=name, by=INSTALLER, at=at)
    for item in {item.code: item for item in reversed(given.items)}.values():
        catalogue.register_item(code=item.code, name=item.name, organ=item.organ, by=INSTALLER, at=at)
    powers = Powers(given, world, at)
    powers.give(acting)
    world.labels = powers.labels
    for item in given.items:
        try:
            _publish(item, at)
        except Refused as refused:
            raise Malformed(f"item {item.code} can't be published: {refused.code} {refused.facts}") from None
    _arrange_calendar(given, world, at)
    return world


# What the six disclosures want of every item of a story.
DISCLOSED = {"statutory_basis": "本情景给定", "conditions": "本情景给定", "charges": "不收费"}


def _publish(item: ItemGiven, at: datetime) -> None:
    """A code that comes again is the next version of the same item, for other days."""
    version = catalogue.define_item_version(
        item=item.code,
        materials=[MaterialText(*material) for material in item.materials],
        statutory_limit=item.statutory_limit,
        promised_limit=item.promised_limit,
        review=item.review,
        approver=item.approver,
        extension=item.extension,
        special_procedures=item.special_procedures,
        **DISCLOSED,
        by=INSTALLER,
        at=at,
    )
    catalogue.publish_item_version(version.key, valid_from=item.valid_from, valid_to=item.valid_to, by=INSTALLER, at=at)


def _arrange_calendar(given: Given, world: World, at: datetime) -> None:
    """Days and hours that differ from the built-in ones, each entered by one person and confirmed by another."""
    if not (given.days_off or given.days_at_work or given.office_hours):
        return
    committee = PersonGiven((Role.COMMITTEE.value,), "")
    enters, confirms = world._hire("calendar desk", committee), world._hire("calendar check", committee)
    for day, works in [*((d, False) for d in given.days_off), *((d, True) for d in given.days_at_work)]:
        name = "上班日" if works else "放假日"
        try:
            entered = calendar.declare_emergency_day(
                day=day, name=name, basis="本情景给定", is_workday=works, by=enters, at=at
            )
            calendar.confirm_emergency_day(entered, by=confirms, at=at)
        except Refused as refused:
            raise Malformed(f"given.holidays: {day}: {refused.code}") from None
    if given.office_hours:
        calendar.set_office_hours(
            spans=given.office_hours, valid_from=date(1990, 1, 2), basis="本情景给定", by=enters, at=at
        )
