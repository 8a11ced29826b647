"""服务承诺: made, published, withdrawn; breaches reported and answered."""

from datetime import datetime

from django.utils import timezone
from django.utils.crypto import get_random_string

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.models import Breach, Promise
from yimen.rooms.administration.rules.promises import BREACH, PROMISE, Promised, Reported
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Window


def make(*, organ: Organ, window: Window | None, text: str, measure: str, by: Actor, at: datetime) -> Promise:
    """Draft a promise."""
    made = Promise(organ=organ, window=window, text=text, measure=measure, state=Promised.DRAFT, made_by=by.id)
    enter(made, "make_promise", by=by, at=at, organ_code=organ.code, window=window.pk if window else None)
    return made


def publish(promise: Promise, *, by: Actor, at: datetime) -> None:
    """The committee makes it public; not the person who drafted it."""
    state = PROMISE.target("publish_promise", promise.state)
    if promise.made_by == by.id:
        raise Refused("separation.same_person")
    changes = {"state": state, "published_on": timezone.localdate(at)}
    change(promise, "publish_promise", changes, by=by, at=at)


def withdraw(promise: Promise, *, reason: str, by: Actor, at: datetime) -> None:
    """It is promised no longer; what was reported stays."""
    state = PROMISE.target("withdraw_promise", promise.state)
    change(promise, "withdraw_promise", {"state": state, "withdrawn_because": reason}, by=by, at=at)


def report_breach(promise: Promise, *, what: str, contact: str, by: Actor, at: datetime) -> Breach:
    """Somebody says that it was broken; raises `promise.not_published`."""
    if promise.state != Promised.PUBLISHED:
        raise Refused("promise.not_published")
    today = timezone.localdate(at)
    # The number is drawn, not counted: a public form must not tell how many reports there are.
    number = f"CN{today:%Y%m%d}-{get_random_string(8, '0123456789')}"
    made = Breach(promise=promise, number=number, what=what, contact=contact, reported_on=today, state=Reported.OPEN)
    enter(made, "report_breach", by=by, at=at, promise=promise.key, number=number)
    return made


def answer_breach(breach: Breach, *, upheld: bool, text: str, by: Actor, at: datetime) -> None:
    """The committee has looked into it."""
    state = BREACH.target("answer_breach", breach.state, "upheld" if upheld else "dismissed")
    changes = {"state": state, "answer": text, "answered_on": timezone.localdate(at)}
    change(breach, "answer_breach", changes, by=by, at=at, state=state)
