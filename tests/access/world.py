"""Two scopes furnished alike, and one person for each role: what `test_access_*.py` walks through.

The first scope is organ O1 with applicant A; the agent has a case of its own there. The second scope is organ O2 with
applicant B, whose words (`SECRETS`) no person of the first scope may ever read.
"""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from tests import factories
from yimen.flows import calendar, drafts, enterprises, places, ready_texts
from yimen.flows.evidence import seal_journal
from yimen.flows.files import upload_file
from yimen.flows.papers import render_document
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.identity.actions import issue_token
from yimen.rooms.identity.models import Posting, User
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

VISITOR = "visitor"
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
# Roles that hold nothing yet. One person with all of them asks for all of them: rights add up, so whatever one of them
# opened would be open to that person.
IDLE = frozenset({"tenderer", "bidder", "expert", "intermediary", "system"})
NAME, OTHER_NAME = "欧阳慕容", "拓跋嵩岳"
PHONE, OTHER_PHONE = "13812345678", "13987654321"
ID_NUMBER, OTHER_ID_NUMBER = factories.RESIDENT_ID, "110105199003078078"
OTHER_FILE, OTHER_ANSWER, OTHER_ORGAN = "对方秘密材料.pdf", "对方秘密回答", "对方秘密部门"
ENTERPRISE, OTHER_ENTERPRISE = factories.CREDIT_CODE, "91110000600037341L"


@dataclass
class Side:
    """What one scope holds: numbers and keys that stand in addresses."""

    organ: str
    item: str
    case: str
    certificate: str
    file: int
    paper: str
    draft: str
    ready_text: int
    membership: int = 0


@dataclass
class Person:
    """Somebody with one role (or nobody: `VISITOR`), a browser, a token and the scope that is his own."""

    role: str
    client: Client
    token: str
    own: Side


@dataclass
class World:
    """`people` by role; `other` is the scope that belongs to none of them."""

    people: dict[str, Person]
    other: Side
    notice: int
    emergency: int
    key: int  # the passkey of applicant B
    today: date
    posting: Posting  # of a clerk of O1, with a photo

    def values(self, side: Side) -> dict[str, Any]:
        """What the addresses of the tables may name."""
        return {
            **vars(side),
            "notice": self.notice,
            "key": self.key,
            "emergency": self.emergency,
            "year": self.today.year,
            "window": self.posting.window_id,
            "photo": self.posting.photo,
            "posting": self.posting.pk,
            "today": self.today,
        }


def furnish(*, item: ItemVersion, user: User, who: ApplicantData, file: str, answer: str, at: datetime) -> Side:
    """A case with its certificate, file and papers, and a draft, all of one account."""
    by = actor_of_user(user, at=at)
    upload = upload_file(BytesIO(factories.PDF + answer.encode()), name=file, by=by, at=at)
    case = factories.make_case(
        state="issued",
        item=item,
        user=user,
        applicant=who,
        materials=({"code": "M1", "file": upload.public_id},),
        form={"answer": answer},
        at=at,
    )
    paper = f"{case.number}/acceptance"
    render_document(paper, at=at)
    draft = drafts.save_draft(item=item.item.code, part={"who": {"name": who.name}}, step="who", by=by, at=at)
    writer = factories.make_actor(Role.EXAMINER, organ=item.item.organ)
    text = ready_texts.add_ready_text(step="examine_case", field="reasons", text=answer, by=writer, at=at)
    return Side(
        organ=item.item.organ.code,
        item=item.item.code,
        case=case.number,
        certificate=Certificate.objects.get(ground=f"case:{case.number}").number,
        file=case.materials.get(superseded=False).pk,
        paper=paper,
        draft=draft.public_id,
        ready_text=text.pk,
    )


def _invited(user: User, code: str, organ: str, at: datetime) -> int:
    """An invitation for the account to act for an enterprise whose owner a window of `organ` entered."""
    clerk = factories.make_actor(Role.WINDOW_CLERK, organ=organ)
    owner = factories.make_user(at=at)
    enterprises.appoint_enterprise_owner(
        credit_code=code, enterprise=f"企业{code}", username=owner.username, by=clerk, at=at
    )
    by = actor_of_user(owner, at=at)
    return enterprises.invite_member(credit_code=code, username=user.username, by=by, at=at).pk


def _person(role: str, user: User | None, own: Side, at: datetime) -> Person:
    client = Client(raise_request_exception=False)
    if user is None:
        return Person(role, client, "", own)
    client.force_login(user)
    session = client.session  # as after a sign-in of this moment: allauth's pages ask for one
    record_authentication(SimpleNamespace(session=session), user, "password", reauthenticated=True)
    session.save()
    return Person(role, client, issue_token(user, at=at), own)


def make_world() -> World:
    """Everything, about an hour old."""
    now = factories.now()
    at = now - timedelta(hours=1)
    factories.make_centre(at=at)
    item, other_item = factories.make_item("X1", at=at), factories.make_item("X2", organ=_other_organ(at), at=at)
    a, b = factories.make_user(at=at), factories.make_user(at=at)
    agent = factories.make_staff(Role.AGENT, at=at).user
    who = ApplicantData(NAME, id_number=ID_NUMBER, phone=PHONE, email="own@example.org")
    strange = ApplicantData(OTHER_NAME, id_number=OTHER_ID_NUMBER, phone=OTHER_PHONE, email="other@example.org")
    own = furnish(item=item, user=a, who=who, file="申请书.pdf", answer="甲的回答", at=at)
    agents = furnish(item=item, user=agent, who=who, file="申请书.pdf", answer="甲的回答", at=at)
    other = furnish(item=other_item, user=b, who=strange, file=OTHER_FILE, answer=OTHER_ANSWER, at=at)
    own.membership = _invited(a, ENTERPRISE, "O1", at)
    other.membership = _invited(b, OTHER_ENTERPRISE, "O2", at)
    agents.membership = own.membership
    people, users = {VISITOR: _person(VISITOR, None, own, now)}, {Role.APPLICANT: a, Role.AGENT: agent}
    users |= {role: _staff(role, at) for role in Role if role not in users and role not in IDLE}
    users[Role.TENDERER] = factories.make_staff(*sorted(IDLE), organ="O1", at=at).user
    User.objects.filter(pk__in=[user.pk for user in users.values()]).update(password=make_password("not asked for"))
    for role, user in users.items():
        user.refresh_from_db()
        people[role.value] = _person(role.value, user, agents if role == Role.AGENT else own, now)
    committee = actor_of_staff(factories.make_staff(Role.COMMITTEE, organ=None, at=at))
    first = date(now.year + 1, 1, 1)
    notice = calendar.enter_year_notice(
        year=first.year,
        number="国办发明电〔2099〕1号",
        url="",
        days=[{"day": first.isoformat(), "is_workday": False, "name": "元旦"}],
        by=committee,
        at=at,
    )
    day = calendar.declare_emergency_day(
        day=now.date() + timedelta(days=9), name="台风", basis="通告", by=committee, at=at
    )
    seal_journal(at=at)
    key = Authenticator.objects.create(user=b, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}})
    return World(people, other, notice.pk, day.pk, key.pk, now.date(), _seat(at))


def _seat(at: datetime) -> Posting:
    """A window of O1 with a clerk whose face is shown there."""
    admin = factories.make_actor(Role.ADMIN, organ=None)
    places.register_hall(name="一楼大厅", by=admin, at=at)
    window = places.register_window(hall="一楼大厅", number="01", organ="O1", by=admin, at=at)
    picture = upload_file(BytesIO(PNG), name="照片.png", by=admin, at=at)
    clerk = factories.make_staff(Role.WINDOW_CLERK, at=at).user.username
    places.assign_window_staff(window.key, staff=clerk, photo=picture.public_id, by=admin, at=at)
    for version in ItemVersion.objects.filter(state="published"):
        kept = {name: getattr(picture, name) for name in ("sha256", "name", "media_type", "size")}
        offered = {"kind": "result_sample", "material": "", "title": "", "file": picture.public_id, **kept}
        GuideDetail.objects.create(version=version, files=[offered])
    return Posting.objects.get(window=window)


def _other_organ(at: datetime) -> Any:
    return factories.make_organ("O2", OTHER_ORGAN, at=at)


def _staff(role: Role, at: datetime) -> User:
    return factories.make_staff(role, organ=None if role in CENTRE_WIDE else "O1", at=at).user


def secrets(side: Side) -> tuple[str, ...]:
    """Words of the other scope that no page, list, file or answer may hold for who is not of it."""
    return (OTHER_NAME, OTHER_FILE, OTHER_ANSWER, side.case, side.draft)


def fingerprint() -> dict[str, Any]:
    """The number of rows of every table of the house, and the versions of cases and drafts: what a denial leaves."""
    names = {
        m._meta.db_table for app in apps.get_app_configs() if app.name.startswith("yimen.") for m in app.get_models()
    }
    counted = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in sorted(names))
    versions = " UNION ALL ".join(
        f"SELECT '{t} versions', SUM(version) FROM {t}" for t in ("cases_case", "cases_draft")
    )
    mandates = "SELECT 'mandates', COUNT(*) FROM identity_membership WHERE revoked_at IS NULL AND accepted_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"{counted} UNION ALL {versions} UNION ALL {mandates}")
        return dict(cursor.fetchall())


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
