"""Verbs of identity. Set-up is journalled like everything else; an applicant is part of an application's entry."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.engines.crypto import blind_index, blind_indexes, unseal
from yimen.ground.engines.recovery import forget_second_factors, one_time_key
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.identity import queries
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import (
    Applicant,
    Centre,
    Disclosure,
    Hall,
    Membership,
    Organ,
    Posting,
    Staff,
    StaffRole,
    Token,
    User,
    Window,
)
from yimen.rooms.identity.rules.applicants import SHOWABLE, ApplicantData, check_applicant, folded
from yimen.rooms.identity.rules.mandates import check_credit, check_term
from yimen.rooms.identity.rules.roles import Role

TOKEN_HOURS = 8


def _note(
    verb: str, subject: str, *, by: Actor, at: datetime, request: tuple[str, str] | None = None, **facts: object
) -> None:
    record(
        verb=verb,
        subject=subject,
        actor=by.id,
        role=by.role_for(verb),
        organ=by.organ_code,
        at=at,
        facts=dict(facts),
        request=request,
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
    *,
    code: str,
    name: str,
    name_en: str = "",
    credit_code: str = "",
    of_centre: bool = False,
    is_sample: bool = False,
    by: Actor,
    at: datetime,
) -> Organ:
    """A new, confirmed organ; `of_centre`: its windows are the centre's own."""
    organ = Organ.objects.create(
        code=code, name=name, name_en=name_en, credit_code=credit_code, of_centre=of_centre, is_sample=is_sample
    )
    _note("register_organ", f"organ:{code}", by=by, at=at, request=by.request)
    return organ


def register_window(*, hall: str, number: str, organ: Organ, by: Actor, at: datetime) -> Window:
    """A window of a hall (made when new) that serves `organ`."""
    window = Window.objects.create(
        hall=Hall.objects.get_or_create(name=hall)[0], number=number, organ=organ, opened_on=timezone.localdate(at)
    )
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
    staff = Staff.objects.create(user=user, name=name, organ=organ)
    if window:
        Posting.objects.create(staff=staff, window=window, starts=timezone.localdate(at))
    StaffRole.objects.bulk_create([StaffRole(staff=staff, role=role) for role in roles])
    _note(
        "register_staff",
        f"staff:{staff.pk}",
        by=by,
        at=at,
        request=by.request,
        roles=sorted(roles),
        organ=organ.code if organ else "",
    )
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


def note_unconfirmed_organs(
    names: dict[str, str], more: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, int]:
    """{code: name} of organs that an import met → {code: key}; those that are there already are left as they are.
    `more`: {code: other columns}, where the file says them.

    Part of the import's act, so it has no entry of its own.
    """
    further = more or {}
    Organ.objects.bulk_create(
        [Organ(code=code, name=name, confirmed=False, **further.get(code, {})) for code, name in names.items()],
        ignore_conflicts=True,
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


def _keyed(text: str, purpose: str) -> str:
    """A hash by which equal texts are told and none is read."""
    return blind_index(text, f"access {purpose}")[:32]


def open_account(*, username: str, email: str, password: str | None, address: str, at: datetime) -> User:
    """An applicant's account, opened by itself."""
    user = User(username=username, email=email)
    user.set_password(password)
    user.save()
    record(
        verb="open_account",
        subject=f"user:{user.pk}",
        actor=f"user:{user.pk}",
        role=Role.APPLICANT,
        organ="",
        at=at,
        facts={"address": _keyed(address, "address")},
    )
    return user


def note_access(verb: str, *, user_id: int | None, typed: str, address: str, method: str, at: datetime) -> None:
    """An entry about signing in; what was typed and from where stand as keyed hashes."""
    facts = {"address": _keyed(address, "address"), "typed": _keyed(typed, "typed"), "method": method}
    who = f"user:{user_id}" if user_id else "visitor"
    record(
        verb=verb,
        subject=who if user_id else "sign_in:failed",
        actor=who,
        role="",
        organ="",
        at=at,
        facts={name: value for name, value in facts.items() if value},
    )


def _account(username: str) -> User:
    """The open account of an applicant; raises `account.unknown`. Staff act for their organ, not for enterprises."""
    user = User.objects.filter(username=username.strip(), is_active=True, staff=None).first()
    if user is None:
        raise Refused("account.unknown", field="username")
    return user


def _add_member(membership: Membership) -> Membership:
    """Insert it; raises `membership.exists` when the account has a mandate or an invitation already."""
    taken = Membership.objects.filter(credit_code=membership.credit_code, user=membership.user, revoked_at=None)
    if taken.exists():
        raise Refused("membership.exists", field="username")
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError:
        raise Refused("membership.exists", field="username") from None
    return membership


def appoint_enterprise_owner(
    *, credit_code: str, enterprise: str, username: str, today: date, by: Actor, at: datetime
) -> Membership:
    """The window has seen the licence and the representative: this account owns the enterprise's affairs here."""
    if not enterprise.strip() or len(enterprise.strip()) > 200:
        raise Refused("input.invalid", field="enterprise")
    made = _add_member(
        Membership(
            credit_code=check_credit(credit_code),
            enterprise=enterprise.strip(),
            user=_account(username),
            kind=Membership.Kind.OWNER,
            valid_from=today,
            accepted_at=at,
            organ_id=by.organ_id,
        )
    )
    _note("appoint_enterprise_owner", f"membership:{made.pk}", by=by, at=at, user=f"user:{made.user_id}")
    return made


def invite_member(
    *,
    credit_code: str,
    username: str,
    kind: str,
    items: Sequence[str],
    valid_to: date | None,
    today: date,
    by: Actor,
    at: datetime,
) -> Membership:
    """An owner invites an account; it acts from the moment in which it accepts."""
    own = _owned(check_credit(credit_code), by)
    made = _add_member(
        Membership(
            credit_code=own.credit_code,
            enterprise=own.enterprise,
            user=_account(username),
            kind=kind,
            items=check_term(items, valid_to, today),
            valid_from=today,
            valid_to=valid_to,
            invited_by_id=by.user_id,
            organ_id=own.organ_id,
        )
    )
    _note("invite_member", f"membership:{made.pk}", by=by, at=at, user=f"user:{made.user_id}", kind=kind)
    return made


def _owned(credit_code: str, by: Actor) -> Membership:
    """The actor's standing ownership of the enterprise; raises `Denied`."""
    keys = [m.key for m in by.mandates if m.kind == Membership.Kind.OWNER and m.credit_code == credit_code]
    found = Membership.objects.filter(pk__in=keys, revoked_at=None).first()
    if found is None:
        raise Denied()
    return found


def accept_membership(key: int, *, by: Actor, at: datetime) -> None:
    """The invited account accepts; raises `membership.not_found` for any other."""
    waiting = Membership.objects.filter(pk=key, user_id=by.user_id or 0, accepted_at=None, revoked_at=None)
    if waiting.update(accepted_at=at) != 1:
        raise Refused("membership.not_found")
    _note("accept_membership", f"membership:{key}", by=by, at=at)


def revoke_membership(key: int, *, by: Actor, at: datetime) -> None:
    """End a mandate at once: an owner any of the enterprise, a person the own one, a window those of its organ (and a
    window of the centre's own all).

    The last owner stays, unless a window ends the ownership. Raises `membership.not_found`, `membership.last_owner`.
    """
    found = Membership.objects.filter(pk=key, revoked_at=None).first()
    owned = {m.credit_code for m in by.mandates if m.kind == Membership.Kind.OWNER}
    window = found is not None and queries.may_end_at_window(found, by)
    if found is None or not (window or found.user_id == by.user_id or found.credit_code in owned):
        raise Refused("membership.not_found")
    others = Membership.objects.filter(credit_code=found.credit_code, kind=Membership.Kind.OWNER, revoked_at=None)
    if found.kind == Membership.Kind.OWNER and not window and not others.exclude(pk=key).exists():
        raise Refused("membership.last_owner")
    if Membership.objects.filter(pk=key, revoked_at=None).update(revoked_at=at) != 1:
        raise Refused("membership.not_found")
    _note("revoke_membership", f"membership:{key}", by=by, at=at, user=f"user:{found.user_id}")


def reset_access(username: str, *, by: Actor, at: datetime) -> str:
    """Take away password, second factors and with them every session; the key of a one-time link for a new password.

    Raises `account.unknown`; a demonstration account has nothing to reset.
    """
    user = User.objects.filter(username=username.strip(), is_active=True, is_persona=False).first()
    if user is None:
        raise Refused("account.unknown", field="username")
    user.set_unusable_password()  # a new hash also ends every session
    user.save(update_fields=["password"])
    factors = forget_second_factors(user)
    _note("reset_access", f"user:{user.pk}", by=by, at=at, second_factors=factors)
    return one_time_key(user)
