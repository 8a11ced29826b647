"""公示 Decisions become public within seven working days; what the law keeps secret does not (第五条、第四十条).

The clock publishes on the working day before the last one, so that a night without it breaks no promise of the law;
until then the organ's head may keep a decision back.
"""

from datetime import datetime

from django.utils import timezone

from yimen.flows.frame import case_verb
from yimen.flows.intake import Text
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions import publication
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.publication import Ground, Secrecy
from yimen.rooms.identity.actor import CLOCK, Actor

BATCH = 500


@case_verb
def publish_decision(case: Case, *, by: Actor, at: datetime) -> None:
    """Make the decision public at once, natural persons masked; also one that was kept or taken back."""
    publication.publish(case, by=by, at=at)


@case_verb
def withhold_decision(case: Case, *, basis: Secrecy, reason: Text, by: Actor, at: datetime) -> None:
    """Keep a decision from publication: state secret, trade secret or privacy, with the reason."""
    publication.hide(case, "withhold_decision", basis=basis, reason=reason, by=by, at=at)


@case_verb
def withdraw_publication(case: Case, *, basis: Ground, reason: Text, by: Actor, at: datetime) -> None:
    """Take a published decision back, with ground and reason."""
    publication.hide(case, "withdraw_publication", basis=basis, reason=reason, by=by, at=at)


@case_verb
def correct_publication(case: Case, *, reason: Text, by: Actor, at: datetime) -> None:
    """Publish the facts anew from the corrected record; the public page says that it was corrected, and when."""
    publication.correct(case, reason=reason, by=by, at=at)


def publish_due(*, by: Actor = CLOCK, at: datetime) -> int:
    """Publish what is due by the end of the next working day; returns how many. Each is its own transaction.

    Killed in the middle it has done some of them; run again it does the rest. What somebody keeps back at the same
    moment stays back.
    """
    by.role_for("publish_decision")
    done = 0
    for number in queries.to_publish(law.calendar().after(timezone.localdate(at), 1), BATCH):
        try:
            publish_decision(number, by=by, at=at)
            done += 1
        except (Conflict, Refused):
            continue
    return done
