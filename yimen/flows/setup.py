"""Setting up a centre: its name, organs, windows, people, accounts. Django's admin never writes.

Organs, windows and people are registers (`flows.places`); here are the same verbs for programs that hold the rows, and
that make samples, personas and people with a password."""

from datetime import datetime

from django.conf import settings

from yimen.flows.frame import for_programs, plain_verb
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity import actions
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Centre, Organ, Staff, User, Window
from yimen.rooms.identity.queries import organ_by_code
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

# Who sets up before anybody has an account: the command line of the machine.
INSTALLER = Actor(id="installer", name="installer", roles=(Role.ADMIN,))


@plain_verb
def name_centre(
    *, name: str, name_en: str = "", area_code: str, is_sample: bool = False, by: Actor, at: datetime
) -> Centre:
    """Give the centre its name and its GB/T 2260 area code."""
    return actions.name_centre(name=name, name_en=name_en, area_code=area_code, is_sample=is_sample, by=by, at=at)


@for_programs
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
    """A new organ; `of_centre`: the centre itself, where it runs windows of its own."""
    return actions.register_organ(
        code=code,
        name=name,
        name_en=name_en,
        credit_code=credit_code,
        of_centre=of_centre,
        is_sample=is_sample,
        by=by,
        at=at,
    )


@for_programs
def register_window(*, hall: str, number: str, organ: Organ, by: Actor, at: datetime) -> Window:
    """A window of a hall that serves an organ."""
    return actions.register_window(hall=hall, number=number, organ=organ, by=by, at=at)


@for_programs
def register_staff(
    *,
    username: str,
    name: str,
    roles: list[Role],
    organ: Organ | None = None,
    window: Window | None = None,
    persona: bool = False,
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> Staff:
    """A person of the staff with an account."""
    return actions.register_staff(
        username=username,
        name=name,
        roles=roles,
        organ=organ,
        window=window,
        persona=persona,
        password=password,
        by=by,
        at=at,
    )


@plain_verb
def register_account(*, username: str, persona: bool = False, by: Actor, at: datetime) -> User:
    """An applicant's account."""
    return actions.register_account(username=username, persona=persona, by=by, at=at)


@plain_verb
def reset_access(username: str, *, by: Actor, at: datetime) -> str:
    """Password and second factor of a lost account are taken away; answers the key of a one-time link for new ones."""
    return actions.reset_access(username, by=by, at=at)


# Roles that are not tied to one organ of the centre.
WITHOUT_ORGAN = CENTRE_WIDE | {
    Role.APPLICANT,
    Role.AGENT,
    Role.ADMIN,
    Role.FINANCE,
    Role.BANK,
    Role.SYSTEM,
    Role.CONSULTATION_DESK,
}


def persona_name(role: Role, organ_code: str = "") -> str:
    """The user name of a role's demonstration account; `organ_code` empty for roles outside the organs."""
    return f"persona-{role}" + (f"-{organ_code}" if organ_code else "")


def persona(role: Role, *, organ_code: str | None = None, at: datetime) -> User:
    """The demonstration account of a role (made on first use), in demo mode only.

    Without `organ_code` an organ-bound role gets the first organ that has a published item. Raises
    `permission.denied` in production, `organ.unknown` when there is no such organ.
    """
    if not settings.DEMO:
        raise Refused("permission.denied", mode=settings.MODE)
    organ = None
    if role not in WITHOUT_ORGAN:
        organ = organ_by_code(organ_code) if organ_code else _first_serving_organ()
    username = persona_name(role, organ.code if organ else "")
    user = User.objects.filter(username=username).first()
    if user:
        return user
    if role == Role.APPLICANT:
        return register_account(username=username, persona=True, by=INSTALLER, at=at)
    return register_staff(
        username=username, name=role.value, roles=[role], organ=organ, persona=True, by=INSTALLER, at=at
    ).user


def issue_persona_token(role: Role, *, organ_code: str | None = None, at: datetime) -> str:
    """A bearer token of a role's demonstration account, for eight hours; refuses what `persona` refuses."""
    return actions.issue_token(persona(role, organ_code=organ_code, at=at), at=at)


def _first_serving_organ() -> Organ:
    organs = Organ.objects.filter(confirmed=True).order_by("code")
    organ = organs.filter(items__versions__state="published").first() or organs.first()
    if organ is None:
        raise Refused("organ.unknown", organ="")
    return organ
