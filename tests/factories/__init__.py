"""Things to test with, made through the flows: a centre, an item with its guide, staff, accounts, cases in any state.

Every function takes the moment `at`; without it things happen now, so that pages (whose clock is the server's) fit.
"""

import itertools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from yimen.flows import catalogue, examination, intake, outcome, setup
from yimen.rooms.authority.models import Authorisation, AuthorisedItem, LicensingSubject
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Centre, Organ, Staff, User
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user, forget_centre
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

ADMIN = setup.INSTALLER
RESIDENT_ID = "11010519491231002X"
CREDIT_CODE = "91350100M000100Y43"
_count = itertools.count(1)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def now() -> datetime:
    """The present moment."""
    return timezone.now()


def make_centre(name: str = "示例市行政服务中心", *, at: datetime | None = None) -> Centre:
    """The centre's row; also forgets what the process kept of another test's database."""
    forget_centre()
    forget_terms()
    return setup.name_centre(
        name=name, name_en="Example City Service Centre", area_code="371500", by=ADMIN, at=at or now()
    )


def make_organ(code: str = "O1", name: str = "", *, of_centre: bool = False, at: datetime | None = None) -> Organ:
    """The organ with this code, made when new."""
    found = Organ.objects.filter(code=code).first()
    return found or setup.register_organ(
        code=code, name=name or f"部门{code}", of_centre=of_centre, by=ADMIN, at=at or now()
    )


def make_item(
    code: str = "X1",
    *,
    name: str = "示例许可",
    organ: Organ | str = "O1",
    statutory_limit: str = "20 working_days",
    promised_limit: str = "8 working_days",
    materials: tuple[MaterialText, ...] | None = None,
    valid_from: date = date(2000, 1, 1),
    at: datetime | None = None,
    **guide: Any,
) -> ItemVersion:
    """A published item: M1 required, M2 optional, hearing and testing, ten days of extension by the organ's head.

    `guide` goes to `flows.catalogue.define_item_version` (review, approver, form_schema, texts, …).
    """
    forget_terms()
    at = at or now()
    organ = make_organ(organ, at=at) if isinstance(organ, str) else organ
    texts = guide.pop("texts", None)
    values: dict[str, Any] = {
        "extension": {"max": 10, "approver": "organ_head", "basis": "行政许可法 第四十二条"},
        "special_procedures": ["hearing", "testing"],
        **(
            {
                "statutory_basis": "示例法 第一条",
                "conditions": "年满十八周岁",
                "procedure": "申请、受理、审查、决定",
                "charges": "不收费",
                "place": "一楼大厅 3 号窗口",
                "hours": "08:30-12:00 13:30-17:30",
                "telephone": "0000-1234567",
                "complaint_telephone": "0000-7654321",
                "result_name": f"{name}证",
            }
            if texts is None
            else texts
        ),
        **guide,
    }
    item = catalogue.register_item(code=code, name=name, organ=organ.code, kind="行政许可", by=ADMIN, at=at)
    _empower(organ, item)
    version = catalogue.define_item_version(
        item=item.code,
        statutory_limit=statutory_limit,
        promised_limit=promised_limit,
        materials=materials or (MaterialText("M1", "申请书"), MaterialText("M2", "补充说明", "optional")),
        by=ADMIN,
        at=at,
        **values,
    )
    return catalogue.publish_item_version(version.key, valid_from=valid_from, by=ADMIN, at=at)


LONG_AGO = date(1990, 1, 1)


def _empower(organ: Organ, item: Item) -> None:
    """Who may decide: the organ is a subject for all its items, its window heads (or somebody) are authorised for this
    one. Rows as the flows write them: most tests are about something else."""
    if not organ.licensing_subjects.exists():
        LicensingSubject.objects.create(organ=organ, kind="statutory", basis="示例法 第一条", valid_from=LONG_AGO)
    if not organ.authorisations.exists():
        name = f"authorised-{next(_count)}"
        authorise(Staff.objects.create(user=User.objects.create(username=name), name=name, organ=organ), items=())
    AuthorisedItem.objects.bulk_create([AuthorisedItem(authorisation=a, item=item) for a in organ.authorisations.all()])


def authorise(staff: Staff, *, items: Iterable[Item], **days: date) -> Authorisation:
    """A written authorisation of a person for these items; `days`: valid_from, valid_to, ended_on."""
    made = Authorisation.objects.create(
        organ=staff.organ,
        staff=staff,
        given_by=staff,
        document_number="示例授权〔1990〕1号",
        **{"valid_from": LONG_AGO, **days},
    )
    AuthorisedItem.objects.bulk_create([AuthorisedItem(authorisation=made, item=item) for item in items])
    return made


def make_staff(
    role: Role | str, *more: Role | str, organ: Organ | str | None = "O1", at: datetime | None = None
) -> Staff:
    """A person of the staff with these roles; centre-wide roles have no organ."""
    roles = [Role(role), *(Role(r) for r in more)]
    if isinstance(organ, str):
        organ = None if set(roles) <= CENTRE_WIDE | {Role.ADMIN} else make_organ(organ, at=at)
    username = f"{role}-{next(_count)}"
    staff: Staff = setup.register_staff(
        username=username, name=username, roles=roles, organ=organ, by=ADMIN, at=at or now()
    )
    if Role.WINDOW_HEAD in roles and organ is not None:
        authorise(staff, items=organ.items.all())
    return staff


def make_actor(role: Role | str, *more: Role | str, organ: Organ | str | None = "O1") -> Actor:
    """The actor of a new person with these roles."""
    return actor_of_staff(make_staff(role, *more, organ=organ))


def make_user(*, at: datetime | None = None) -> User:
    """An applicant's account."""
    return setup.register_account(username=f"applicant-{next(_count)}", by=ADMIN, at=at or now())


def make_case(
    *,
    state: str = "received",
    item: ItemVersion | str = "X1",
    user: User | None = None,
    applicant: ApplicantData | None = None,
    materials: tuple[Any, ...] = ("M1",),
    form: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Case:
    """A case brought to `state` through the flows, each step by the right person, a minute apart.

    With `item` the code of an item that does not exist yet, one is made.
    """
    at = at or now() - timedelta(hours=1)
    code, organ = _item(item, at)
    by = actor_of_user(user or make_user(at=at))
    case: Case = intake.submit_application(
        item=code,
        materials=materials,
        form=form or {},
        applicant=applicant or ApplicantData("张三", id_number=RESIDENT_ID, phone="13800000000"),
        by=by,
        at=at,
    )
    people = {
        role: actor_of_staff(make_staff(role, organ=organ, at=at))
        for role in ("window_clerk", "window_head", "examiner")
    }
    for step, (role, verb, arguments) in enumerate(PATHS[state], 1):
        actor = by if role == "applicant" else people[role]
        case = verb(case.number, by=actor, at=at + timedelta(minutes=step), **arguments)
    return case


def _item(item: ItemVersion | str, at: datetime) -> tuple[str, Organ]:
    if isinstance(item, str):
        found = ItemVersion.objects.filter(item__code=item, state="published").first()
        item = found or make_item(item, at=at)
    return item.item.code, item.item.organ


type Step = tuple[str, Any, dict[str, Any]]
_ACCEPT: Step = ("window_clerk", intake.accept_application, {})
_EXAMINE: Step = ("examiner", examination.examine_case, {"opinion": "grant", "reasons": "符合条件"})
_GRANT: Step = ("window_head", examination.approve_case, {"decision": "grant"})
_REFUSE: Step = ("window_head", examination.approve_case, {"decision": "refuse", "reasons": "不符合法定条件"})
_ISSUE: Step = ("window_clerk", outcome.issue_certificate, {})
_DELIVER: Step = ("window_clerk", outcome.deliver_result, {"method": "window"})
_ARCHIVE: Step = ("window_clerk", outcome.archive_case, {})

# state → the steps from a received case to it
PATHS: dict[str, list[Step]] = {
    "received": [],
    "awaiting_correction": [
        ("window_clerk", intake.request_correction, {"missing": [{"code": "M1", "reason": "看不清"}]})
    ],
    "not_required": [("window_clerk", intake.declare_not_required, {"reason": "无需许可"})],
    "not_accepted": [("window_clerk", intake.refuse_acceptance, {"reason": "不属于本部门职权"})],
    "voided": [
        ("window_clerk", intake.void_receipt, {"reason": "录入错误"}),
        ("window_head", intake.confirm_void, {}),
    ],
    "accepted": [_ACCEPT],
    "paused": [_ACCEPT, ("examiner", examination.start_special_procedure, {"kind": "hearing", "expected_days": 5})],
    "examined": [_ACCEPT, _EXAMINE],
    "granted": [_ACCEPT, _EXAMINE, _GRANT],
    "refused": [_ACCEPT, _EXAMINE, _REFUSE],
    "withdrawn": [("applicant", outcome.withdraw_application, {})],
    "terminated": [_ACCEPT, ("window_head", outcome.terminate_case, {"reason": "申请人死亡"})],
    "issued": [_ACCEPT, _EXAMINE, _GRANT, _ISSUE],
    "delivered": [_ACCEPT, _EXAMINE, _GRANT, _ISSUE, _DELIVER],
    "archived": [_ACCEPT, _EXAMINE, _GRANT, _ISSUE, _DELIVER, _ARCHIVE],
}
