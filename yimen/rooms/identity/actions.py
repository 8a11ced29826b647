"""Verbs of identity. Set-up is journalled like everything else; an applicant is part of an application's entry."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from yimen.ground.engines import sql
from yimen.ground.engines.crypto import blind_index, blind_indexes, unseal
from yimen.ground.journal.actions import record
from yimen.rooms.identity import queries
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import (
    Applicant,
    Centre,
    Disclosure,
    Hall,
    Organ,
    Staff,
    StaffRole,
    Token,
    User,
    Window,
)
from yimen.rooms.identity.rules.applicants import SHOWABLE, ApplicantData, check_applicant, folded
from yimen.rooms.identity.rules.roles import Role

TOKEN_HOURS = 8


def _note(verb: str, subject: str, *, by: Actor, at: datetime, **facts: object) -> None:
    record(
        verb=verb, subject=subject, actor=by.id, role=by.role_for(verb), organ=by.organ_code, at=at, facts=dict(facts)
    )


def find_or_register_applicant(data: ApplicantData, *, user_id: int | None, today: date) -> int:
    """Key of the applicant's row; a person who applies twice from one account is one row."""
    data = check_applicant(data, today)
    known = _same_applicant(data, user_id)
    return known or sql.insert(
        Applicant,
        user_id=user_id,
        kind=data.kind,
        name=data.name,
        id_kind=data.id_kind,
        id_number=data.id_number,
        phone=data.phone,
        email=data.email,
        id_number_index=blind_index(folded("id_number", data.id_number), "id_number"),
        phone_index=blind_index(folded("phone", data.phone), "phone"),
    )


# Without any number the name alone would fit many rows; beyond these a new row is cheaper than opening all of them.
_MOST_NAMESAKES = 20


def _same_applicant(data: ApplicantData, user_id: int | None) -> int | None:
    """The key of the row that says the same, found by the blind indexes; e-mail has none, so it is compared clear."""
    numbers = blind_indexes(folded("id_number", data.id_number), "id_number")
    phones = blind_indexes(folded("phone", data.phone), "phone")
    account, owner = ("user_id IS NULL", ()) if user_id is None else ("user_id = %s", (user_id,))
    rows = sql.rows(
        f"SELECT id, email FROM identity_applicant WHERE {sql.one_of('id_number_index', numbers)} AND name = %s"
        f" AND {sql.one_of('phone_index', phones)} AND {account} ORDER BY id DESC LIMIT {_MOST_NAMESAKES}",
        *numbers,
        data.name,
        *phones,
        *owner,
    )
    place = Applicant._meta.get_field("email").place
    return next((int(key) for key, email in rows if unseal(email, place) == data.email), None)


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


def disclose(
    applicant_id: int, *, subject: str, columns: Sequence[str], purpose: str, reason: str, by: Actor, at: datetime
) -> tuple[int, dict[str, str]]:
    """(key of the note, {column: clear text}) of an applicant; the caller writes the journal's entry."""
    applicant = Applicant.objects.get(pk=applicant_id)
    shown = {name: str(getattr(applicant, name)) for name in columns if name in SHOWABLE}
    note = Disclosure.objects.create(
        applicant=applicant,
        subject=subject,
        columns=list(columns),
        purpose=purpose,
        reason=reason.strip(),
        staff_id=by.hand,
        at=at,
    )
    return note.pk, shown


def note_look_up(field: str, text: str, *, found: int, by: Actor, at: datetime) -> None:
    """The entry of a search: a hash under the index's secret key tells equal searches, and nobody else the number."""
    sought = blind_index(folded(field, text), f"look-up {field}")
    _note("look_up_applicant", f"organ:{by.organ_code}", by=by, at=at, field=field, sought=sought, found=found)


def reindex_applicants(*, chunk: int) -> int:
    """Write the blind indexes under the active index key where they are not; returns how many rows were written."""
    last, written = 0, 0
    while True:
        with transaction.atomic():
            rows = list(Applicant.objects.filter(pk__gt=last).order_by("pk")[:chunk])
            if not rows:
                return written
            changed = [row for row in rows if _index(row)]
            Applicant.objects.bulk_update(changed, ["id_number_index", "phone_index"], batch_size=100)
        last, written = rows[-1].pk, written + len(changed)


def _index(row: Applicant) -> bool:
    """Compute the indexes of a row; whether they differ from what it carried."""
    before = (row.id_number_index, row.phone_index)
    row.id_number_index = blind_index(folded("id_number", row.id_number), "id_number")
    row.phone_index = blind_index(folded("phone", row.phone), "phone")
    return before != (row.id_number_index, row.phone_index)


def note_rotation(*, active: str, index: str, keys: int, by: Actor, at: datetime) -> None:
    """The entry of a rotation: ids of keys, which tell nothing about the keys."""
    _note("rotate_keys", "centre", by=by, at=at, active=active, index=index, keys=keys)
