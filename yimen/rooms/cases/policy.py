"""Who may do what with one case: the verbs of a role (identity) within its scope (here)."""

from django.db.models import Exists

from yimen.ground.kernel.errors import Denied, OutOfScope
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import terms_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.queries import enterprise_indexes, not_revoked
from yimen.rooms.identity.rules.reach import NOTHING_MORE
from yimen.rooms.identity.rules.roles import APPROVAL, CENTRE_WIDE, Role, grants

# window_head approves the ordinary items of its window; an item may name another approver.
ORDINARY_APPROVERS = (Role.WINDOW_HEAD, Role.APPROVER)


def _in_scope(actor: Actor, role: Role, case: Case) -> bool:
    if role in (Role.APPLICANT, Role.AGENT):
        return actor.user_id is not None and (
            case.submitted_by_id == actor.user_id
            or Applicant.objects.filter(pk=case.applicant_id, user_id=actor.user_id).exists()
            or _by_mandate(actor, case)
        )
    if role in CENTRE_WIDE:
        return True
    if actor.organ_id is None or actor.reach is NOTHING_MORE:
        return actor.organ_id == case.deciding_organ_id
    return actor.reach.covers(role, actor.organ_id, case.deciding_organ_id, terms_of(case).item_code)


def _by_mandate(actor: Actor, case: Case) -> bool:
    """Whether the account acts for the enterprise that applies, in this item, by a mandate that still stands."""
    for mandate in actor.mandates:
        if not mandate.covers(terms_of(case).item_code):
            continue
        theirs = Applicant.objects.filter(pk=case.applicant_id, id_number_index__in=enterprise_indexes(mandate))
        if theirs.filter(Exists(not_revoked(mandate))).exists():
            return True
    return False


def _holds(role: Role, verb: str, case: Case) -> bool:
    """Whether a role holds a verb for this case's item."""
    if verb in APPROVAL:
        named = terms_of(case).approver
        if verb == "confirm_void":
            return role in (Role.WINDOW_HEAD, named)
        return role in ORDINARY_APPROVERS if named == Role.WINDOW_HEAD else role == named
    if verb == "extend_case":
        # Any staff of the deciding organ may ask; the rule answers who the approver is (extension.wrong_approver).
        return role not in (Role.APPLICANT, Role.AGENT) and (role not in CENTRE_WIDE or role == Role.GOVERNMENT)
    return verb in grants(role)


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the case is within the actor's scope at all: the one-case form of `queries.visible_to`."""
    return any("view_case" in grants(role) and _in_scope(actor, role, case) for role in actor.roles)


def permit(actor: Actor, verb: str, case: Case) -> Role:
    """The role under which the actor does `verb`; raises `OutOfScope` or `Denied` (both permission.denied)."""
    roles = actor.roles
    if verb == "extend_case" and (provided := terms_of(case).extension):
        # Every role may ask, but who extends does it as the approver: that is the hat that the journal names.
        roles = tuple(sorted(roles, key=lambda role: role != provided["approver"]))
    if verb == "approve_case" and len(roles) > 1:
        # Whoever may decide by another office needs no authorisation as the head of a window.
        roles = tuple(sorted(roles, key=lambda role: role == Role.WINDOW_HEAD))
    for role in roles:
        if _holds(role, verb, case) and _in_scope(actor, role, case):
            return role
    raise Denied(verb=verb) if may_see(actor, case) else OutOfScope(verb=verb)
