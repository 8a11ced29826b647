"""服务承诺: published promises of units and windows, and what is said of their breach."""

from datetime import datetime
from typing import Annotated

from annotated_types import MaxLen

from yimen.facts.registers import base as registers
from yimen.flows import arguments
from yimen.flows.arguments import Line, Of, OrganCode, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.actions import promises
from yimen.rooms.administration.models import Breach, Promise
from yimen.rooms.administration.policy import own_or_committee
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Window
from yimen.rooms.identity.rules.roles import Role

# Whoever reports without an account.
VISITOR = Actor(id="visitor", name="visitor", roles=(Role.APPLICANT,))
PromiseKey = Annotated[str, MaxLen(20), Of("promise")]
WindowKey = Annotated[str, MaxLen(150), Of("window")]
Contact = Annotated[str, MaxLen(100)]


@maker("promise")
def make_promise(
    *, organ: OrganCode, window: WindowKey = "", text: Text, measure: Line = "", by: Actor, at: datetime
) -> Promise:
    """Draft a service promise of a unit, or of one of its windows (`window`: its key; of another unit:
    `window.unknown`); `measure`: how it is measured. By the unit's heads or the committee; public only once published.
    """
    unit = arguments.organ(organ)
    own_or_committee(by, unit.pk, "make_promise")
    required(text=text)
    place = None
    if window:
        place = Window.objects.filter(pk=int(window) if window.isascii() and window.isdigit() else 0).first()
        if place is None or place.organ_id != unit.pk:
            raise Refused("window.unknown", window=window[:40])
    return promises.make(organ=unit, window=place, text=text, measure=measure, by=by, at=at)


@thing_verb("promise")
def publish_promise(promise: Promise, *, by: Actor, at: datetime) -> None:
    """The committee publishes a drafted promise (page /promises/); not the person who drafted it
    (`separation.same_person`)."""
    promises.publish(promise, by=by, at=at)


@thing_verb("promise")
def withdraw_promise(promise: Promise, *, reason: Text, by: Actor, at: datetime) -> None:
    """It is promised no longer, with the reason."""
    required(reason=reason)
    promises.withdraw(promise, reason=reason, by=by, at=at)


@maker("breach")
def report_breach(*, promise: PromiseKey, what: Text, contact: Contact = "", by: Actor, at: datetime) -> Breach:
    """Anybody reports that a published promise was broken, also without an account (on the public page); the answer is
    read with the number and a query password. Not published: `promise.not_published`. What is left as `contact` lies
    sealed."""
    required(what=what)
    found: Promise = registers.thing("promise", promise)
    return promises.report_breach(found, what=what, contact=contact, by=by, at=at)


@thing_verb("breach")
def answer_breach(breach: Breach, *, upheld: bool, text: Text, by: Actor, at: datetime) -> None:
    """The committee answers: whether the promise was broken (`upheld`), and what follows. The number of reports and of
    those upheld stands beside the promise on its public page."""
    required(text=text)
    promises.answer_breach(breach, upheld=upheld, text=text, by=by, at=at)
