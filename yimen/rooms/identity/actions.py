"""Verbs of identity. Set-up is journalled like everything else; an applicant is part of an application's entry."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from yimen.ground.engines import sql
from yimen.ground.journal.actions import record
from yimen.rooms.identity import queries
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Centre, Hall, Organ, Staff, StaffRole, Token, User, Window
from yimen.rooms.identity.rules.applicants import ApplicantData, check_applicant
from yimen.rooms.identity.rules.roles import Role

TOKEN_HOURS = 8


def _note(verb: str, subject: str, *, by: Actor, at: datetime, **facts: object) -> None:
    record(
        verb=verb, subject=subject, actor=by.id, role=by.role_for(verb), organ=by.organ_code, at=at, facts=dict(facts)
    )


def find_or_register_applicant(data: ApplicantData, *, user_id: int | None, today: date) -> int:
    """Key of the applicant's row; a person who applies twice from one account is one row."""
    data = check_applicant(data, today)
    same = (data.id_number, data.name, data.phone, data.email)
    account = ("user_id IS NULL", ()) if user_id is None else ("user_id = %s", (user_id,))
    known = sql.value(
        "SELECT id FROM identity_applicant"
        f" WHERE id_number = %s AND name = %s AND phone = %s AND email = %s AND {account[0]} LIMIT 1",
        *same,
        *account[1],
    )
    if known:
        return int(known)
    return sql.insert(
        Applicant,
        user_id=user_id,
        kind=data.kind,
        name=data.name,
        id_kind=data.id_kind,
        id_number=data.id_number,
        phone=data.phone,
        email=data.email,
    )


def name_centre(*, name: str, name_en: str, area_code: str, is_sample: bool = False, by: Actor, at: datetime) -> Centre:
    """Give the centre its name and area."""
    centre, _ = Centre.objects.update_or_create(
        id=1, defaults={"name": name, "name_en": name_en, "area_code": area_code, "is_sample": is_sample}
    )
    queries.forget_centre()
    _note("name_centre", "centre", by=by, at=at, area_code=area_code)
    return centre


def register_organ(
    *, code: str, name: str, name_en: str = "", credit_code: str = "", is_sample: bool = False, by: Actor, at: datetime
) -> Organ:
    """A new, confirmed organ."""
    organ = Organ.objects.create(code=code, name=name, name_en=name_en, credit_code=credit_code, is_sample=is_sample)
    _note("register_organ", f"organ:{code}", by=by, at=at)
    return organ


def register_window(*, hall: str, number: str, organ: Organ, by: Actor, at: datetime) -> Window:
    """A window of a hall (made when new) that serves `organ`."""
    window = Window.objects.create(hall=Hall.objects.get_or_create(name=hall)[0], number=number, organ=organ)
    _note("register_window", f"window:{window.pk}", by=by, at=at, organ=organ.code, number=number)
    return window


def register_staff(
    *,
    username: str,
    name: str,
    roles: list[Role],
    organ: Organ | None,
    window: Window | None = None,
    persona: bool = False,
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> Staff:
    """A person with an account and roles; a persona has no password."""
    user = User(username=username, is_persona=persona)
    user.set_password(password)
    user.save()
    staff = Staff.objects.create(user=user, name=name, organ=organ, window=window)
    StaffRole.objects.bulk_create([StaffRole(staff=staff, role=role) for role in roles])
    _note("register_staff", f"staff:{staff.pk}", by=by, at=at, roles=sorted(roles), organ=organ.code if organ else "")
    return staff


def register_account(*, username: str, persona: bool, by: Actor, at: datetime) -> User:
    """An applicant's account."""
    user = User(username=username, is_persona=persona)
    user.set_unusable_password()
    user.save()
    _note("register_account", f"user:{user.pk}", by=by, at=at)
    return user


def issue_token(user: User, *, at: datetime) -> str:
    """A bearer token for eight hours; only its digest is kept. Sessions and tokens leave no journal entry."""
    token = secrets.token_urlsafe(32)
    Token.objects.create(
        user=user, digest=hashlib.sha256(token.encode()).hexdigest(), expires_at=at + timedelta(hours=TOKEN_HOURS)
    )
    return token


def note_unconfirmed_organs(names: dict[str, str]) -> dict[str, int]:
    """{code: name} of organs that an import met → {code: key}; those that are there already are left as they are.

    Part of the import's act, so it has no entry of its own.
    """
    Organ.objects.bulk_create(
        [Organ(code=code, name=name, confirmed=False) for code, name in names.items()], ignore_conflicts=True
    )
    return dict(Organ.objects.filter(code__in=names).values_list("code", "pk"))
