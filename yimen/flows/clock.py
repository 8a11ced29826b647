"""What the clock does by itself: it writes down what the law already says. Missing a night changes nothing."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen.flows.registry import CLOCKWORK, all_verbs, register
from yimen.ground.kernel.errors import Conflict
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions._write import settle
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import State
from yimen.rooms.identity.actor import CLOCK, Actor


def tick(*, by: Actor = CLOCK, at: datetime) -> int:
    """Write down every deemed acceptance that holds at `at`, then whatever else is due; returns how many things
    changed. Each case is its own transaction.

    Killed in the middle it has done some of them; run again it does the rest. A case that somebody else changes at
    the same moment is left to that person's flow, which settles it too.
    """
    by.role_for("tick")
    today = timezone.localdate(at)
    due = Case.objects.filter(state=State.RECEIVED, correction_notice_due_on__lt=today).order_by("id")
    done = 0
    for number in list(due.values_list("number", flat=True)):
        try:
            with transaction.atomic():
                case = queries.load(number)
                before = case.version
                settle(case, at)
                done += case.version != before
        except Conflict:
            continue
    all_verbs()  # the modules that have clockwork
    return done + sum(due(at) for due in CLOCKWORK)


register(tick, tick, "")
