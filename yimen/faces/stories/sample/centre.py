"""The centre before its first case: units, windows, people with accounts, published items."""

from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO

from yimen.faces.stories.sample import book
from yimen.faces.stories.sample.book import ItemLine
from yimen.faces.stories.sample.people import People
from yimen.faces.stories.sample.powers import give_powers
from yimen.flows import catalogue, guides, setup
from yimen.flows.files import upload_file
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, User, Window
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.identity.rules.roles import GRANTS, Role

NAME = "聊城市行政服务中心（样本）"
NAME_EN = "Liaocheng Administrative Service Centre (sample)"
AREA_CODE = "371500"
HALLS = ("一楼大厅", "二楼大厅")
IN_EVERY_UNIT = (Role.WINDOW_CLERK, Role.WINDOW_HEAD, Role.EXAMINER)
# The units with a full staff, the busiest first; persona sign-in without an organ lands in the first.
MAIN_UNITS = ("A01", "A31", "B01", "B04")
ONLY_IN_MAIN_UNITS = (Role.APPROVER, Role.SECTION_HEAD, Role.ORGAN_HEAD)
NOT_STAFF = (Role.APPLICANT, Role.CLOCK)
NEIGHBOUR = "sample-neighbour"
# What a guide with materials offers for download.
FORMS = (
    {"kind": "blank_form", "material": "M01", "title": "空白表格（样本）"},
    {"kind": "result_sample", "material": "", "title": "结果样本（样本）"},
)


@dataclass(slots=True)
class SampleCentre:
    """Who can act: `staff` by (role, organ code), "" for the centre's own; `accounts` of applicants by name."""

    staff: dict[tuple[Role, str], Actor] = field(default_factory=dict)
    accounts: dict[str, Actor] = field(default_factory=dict)
    items: dict[str, ItemLine] = field(default_factory=dict)
    organs: dict[str, Organ] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    form_file: str = ""  # the upload that stands for every form and sample to download


def found_centre(people: People, *, valid_from: date, at: datetime) -> SampleCentre:
    """Make everything that stands before the first case; the items are in force from `valid_from`."""
    made = SampleCentre()
    by = setup.INSTALLER
    setup.name_centre(name=NAME, name_en=NAME_EN, area_code=AREA_CODE, is_sample=True, by=by, at=at)
    for position, line in enumerate(book.organs()):
        organ = setup.register_organ(code=line.code, name=line.name, name_en=line.name_en, is_sample=True, by=by, at=at)
        hall, number = HALLS[position // 21], f"{position % 21 + 1:02}"
        made.organs[line.code] = organ
        made.windows[line.code] = setup.register_window(hall=hall, number=number, organ=organ, by=by, at=at)
    items = book.items()
    for item in items:
        _register(item, made, at)
    _appoint(made, people, at)
    give_powers(items, made.staff, valid_from=valid_from, with_seals=MAIN_UNITS, at=at)
    made.form_file = upload_file(BytesIO(book.sample_file()), name="样本表格.pdf", by=by, at=at).public_id
    for item in items:
        _publish(item, made, valid_from=valid_from, at=at)
    accounts = {"persona": setup.persona(Role.APPLICANT, at=at), "neighbour": _account(NEIGHBOUR, at)}
    made.accounts = {name: actor_of_user(user) for name, user in accounts.items()}
    made.accounts["agent"] = made.staff[Role.AGENT, ""]
    return made


def _register(item: ItemLine, made: SampleCentre, at: datetime) -> None:
    catalogue.register_item(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        organ=item.organ,
        kind=item.kind,
        basis=item.guide["texts"]["statutory_basis"],
        is_sample=True,
        by=setup.INSTALLER,
        at=at,
    )
    made.items[item.code] = item


def _publish(item: ItemLine, made: SampleCentre, *, valid_from: date, at: datetime) -> None:
    window = made.windows[item.organ]
    place = f"{window.hall.name} {window.number} 号窗口（样本）"
    by = setup.INSTALLER
    version = catalogue.define_item_version(
        item=item.code,
        materials=item.materials,
        by=by,
        at=at,
        **{**{k: v for k, v in item.guide.items() if k != "texts"}, **item.guide["texts"], "place": place},
    )
    files = [{**one, "file": made.form_file} for one in FORMS]
    guides.describe_guide(version.key, **book.details(item), files=files, by=by, at=at)
    asked = book.situations().get(item.code)
    if asked:
        guides.set_situations(version.key, situations=asked, by=by, at=at)
    catalogue.publish_item_version(version.key, valid_from=valid_from, by=by, at=at)


def _appoint(made: SampleCentre, people: People, at: datetime) -> None:
    """The people of every unit that has an item, and one person for each role of the whole centre."""
    for code in sorted({item.organ for item in made.items.values()}):
        roles = IN_EVERY_UNIT + (ONLY_IN_MAIN_UNITS if code in MAIN_UNITS else ())
        for role in roles:
            made.staff[role, code] = _person(role, people, made, code, at)
    for code in sorted({item.organ for item in made.items.values()} - set(MAIN_UNITS)):
        # Somebody signs the window's authorisation, also where the unit has no other staff here.
        made.staff[Role.ORGAN_HEAD, code] = _person(Role.ORGAN_HEAD, people, made, code, at)
    for role in GRANTS:
        if role in setup.WITHOUT_ORGAN and role not in NOT_STAFF:
            made.staff[role, ""] = _person(role, people, made, "", at)


def _person(role: Role, people: People, made: SampleCentre, code: str, at: datetime) -> Actor:
    """A person under the name of the persona, so that signing in as the role finds this person and their cases."""
    username = setup.persona_name(role, code)
    name = people.name()
    known = User.objects.filter(username=username).first()
    if known:
        return actor_of_user(known)
    window = made.windows.get(code) if role in (Role.WINDOW_CLERK, Role.WINDOW_HEAD) else None
    staff = setup.register_staff(
        username=username,
        name=name,
        roles=[role],
        organ=made.organs.get(code),
        window=window,
        persona=True,
        by=setup.INSTALLER,
        at=at,
    )
    return actor_of_staff(staff)


def _account(username: str, at: datetime) -> User:
    user: User = setup.register_account(username=username, persona=True, by=setup.INSTALLER, at=at)
    return user
