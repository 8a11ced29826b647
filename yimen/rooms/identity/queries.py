"""Reads of identity."""

import hashlib
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from yimen.ground.engines.crypto import blind_indexes
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Centre, Organ, Staff, Token, User
from yimen.rooms.identity.rules.applicants import folded
from yimen.rooms.identity.rules.roles import Role

NO_CENTRE = Centre(id=1, name="行政服务中心", name_en="Administrative Service Centre", area_code="000000")


@lru_cache(maxsize=64)
def _centre(database: str) -> Centre:
    return Centre.objects.first() or NO_CENTRE


def centre() -> Centre:
    """The centre's own row, kept in the process (it changes with a restart); a nameless one before set-up."""
    return _centre(str(connection.settings_dict["NAME"]))


def forget_centre() -> None:
    """Read the centre's row anew (set-up, tests)."""
    _centre.cache_clear()


def actor_of_staff(staff: Staff) -> Actor:
    """The actor that a person of the staff is."""
    return Actor(
        id=f"staff:{staff.pk}",
        name=staff.name,
        roles=tuple(Role(r.role) for r in staff.roles.all()),
        organ_id=staff.organ_id,
        organ_code=staff.organ.code if staff.organ else "",
        staff_id=staff.pk,
        user_id=staff.user_id,
        window_id=staff.window_id,
    )


def actor_of_user(user: User) -> Actor:
    """Staff act with their roles; every other account is an applicant."""
    staff = Staff.objects.filter(user=user, active=True).select_related("organ").prefetch_related("roles").first()
    return actor_of_staff(staff) if staff else _applicant(user)


def _applicant(user: User) -> Actor:
    return Actor(id=f"user:{user.pk}", name=user.username, roles=(Role.APPLICANT,), user_id=user.pk)


def organ_by_code(code: str) -> Organ:
    """An organ by its code or credit code; raises `organ.unknown`."""
    organ = Organ.objects.filter(code=code).first() or Organ.objects.filter(credit_code=code).first()
    if organ is None:
        raise Refused("organ.unknown", organ=code)
    return organ


def applicants_of(user_id: int) -> list[Applicant]:
    """The applicants for which an account has acted, latest first."""
    return list(Applicant.objects.filter(user_id=user_id).order_by("-id"))


def actor_of_token(text: str, *, at: datetime) -> Actor | None:
    """The actor of a bearer token; None when it is unknown or expired, its account closed, or a persona outside demo
    mode. Two queries at most."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    found = Token.objects.filter(digest=digest, expires_at__gt=at, user__is_active=True)
    token = found.select_related("user__staff__organ").prefetch_related("user__staff__roles").first()
    if token is None or (token.user.is_persona and not settings.DEMO):
        return None
    staff: Staff | None = getattr(token.user, "staff", None)
    if staff is None:
        return _applicant(token.user)
    return actor_of_staff(staff) if staff.active else None


def actor_of_username(username: str) -> Actor:
    """The actor of an open account by its name (command line); raises `account.unknown`."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Refused("account.unknown", username=username[:150])
    return actor_of_user(user)


def with_number(applicants: QuerySet[Applicant], field: str, text: str) -> list[Applicant]:
    """Those of `applicants` whose `field` (id_number or phone) is exactly this, latest first, at most a hundred."""
    indexes = blind_indexes(folded(field, text), field)
    if indexes == [""]:
        return []
    return list(applicants.filter(**{f"{field}_index__in": indexes}).order_by("-id")[:100])
