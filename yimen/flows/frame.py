"""What every flow has around its verb: one transaction, one permission, the state of the law, one answer per request.

A request that carries an idempotency key leaves it in the journal entry of its verb (unique per actor). A second one
runs into that entry, is rolled back and gets the first one's answer, so the ordinary case costs no extra query.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yimen.facts.registers import base as registers
from yimen.flows.registry import register
from yimen.ground.journal.queries import request_entry
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.actions._write import settle
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor


def case_verb(function: Callable[..., None]) -> Callable[..., Case]:
    """Turn `verb(case, *, …, by, at)` into the flow `verb(number, *, …, by, at, version=None) -> Case`.

    Order of checks: the permission, the version that the caller read (`version`, as If-Match), then what the verb
    itself refuses. Raises `Refused`; nothing is written then.
    """
    verb = function.__name__

    def once(number: str, by: Actor, at: datetime, version: int | None, arguments: dict[str, Any]) -> Case:
        with transaction.atomic():
            case = queries.load(number)
            policy.permit(by, verb, case)
            if version is not None and version != case.version:
                raise Conflict(number=number, version=case.version)
            settle(case, at)
            function(case, by=by, at=at, **arguments)
            return case

    @functools.wraps(function)
    def flow(number: str, *, by: Actor, at: datetime, version: int | None = None, **arguments: Any) -> Case:
        def recall(subject: str) -> Case:
            if subject != f"case:{number}":
                raise Refused("idempotency.reused")
            return queries.load(number)

        return answer_once(by, verb, lambda: once(number, by, at, version, arguments), recall)

    register(function, flow, "case")
    return flow


def answer_once[T](by: Actor, verb: str, act: Callable[[], T], recall: Callable[[str], T]) -> T:
    """Run `act`; if the same request was answered before, `recall(subject)` instead.

    Raises `idempotency.reused` when the key came with another content or for another verb.
    """
    try:
        return act()
    except (IntegrityError, Refused):
        found = request_entry(by.id, by.request[0]) if by.request else None
        if found is None:
            raise
        entry, body_hash = found
        if by.request is None or body_hash != by.request[1] or entry.verb != verb:
            raise Refused("idempotency.reused") from None
        return recall(entry.subject)


def plain_verb(function: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that makes or changes something else than a case: one permission, one transaction."""
    verb = function.__name__

    @functools.wraps(function)
    def flow(*arguments: Any, by: Actor, at: datetime, **named: Any) -> Any:
        by.role_for(verb)
        with transaction.atomic():
            return function(*arguments, by=by, at=at, **named)

    register(function, flow, "")
    return flow


def for_programs[F: Callable[..., Any]](function: F) -> F:
    """The form of a register's verb that our own programs call: one permission, one transaction, no face shows it."""
    verb = function.__name__

    @functools.wraps(function)
    def flow(*arguments: Any, by: Actor, at: datetime, **named: Any) -> Any:
        by.role_for(verb)
        with transaction.atomic():
            return function(*arguments, by=by, at=at, **named)

    return flow  # type: ignore[return-value]


def maker(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`verb(*, …, by, at) -> thing` enters a thing of a register: one permission, one transaction, answered once."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        verb = function.__name__

        @functools.wraps(function)
        def flow(*, by: Actor, at: datetime, **arguments: Any) -> Any:
            by.role_for(verb)

            def act() -> Any:
                with transaction.atomic():
                    return function(by=by, at=at, **arguments)

            return answer_once(by, verb, act, lambda subject: _recalled(kind, subject))

        register(function, flow, "", kind)
        return flow

    return decorate


def thing_verb(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn `verb(thing, *, …, by, at)` into the flow `verb(key, *, …, by, at, version=None) -> thing`.

    Order of checks: the role holds the verb and the thing lies in the actor's scope (`permission.denied`), the version
    that the caller read (`conflict.stale`), then what the verb itself refuses.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        verb = function.__name__

        def once(key: str, by: Actor, at: datetime, version: int | None, arguments: dict[str, Any]) -> Any:
            with transaction.atomic():
                thing = registers.permitted(kind, key, verb, by)
                if version is not None and version != thing.version:
                    raise Conflict(thing=f"{kind}:{key}", version=thing.version)
                function(thing, by=by, at=at, **arguments)
                return thing

        @functools.wraps(function)
        def flow(key: str, *, by: Actor, at: datetime, version: int | None = None, **arguments: Any) -> Any:
            return answer_once(
                by, verb, lambda: once(str(key), by, at, version, arguments), lambda subject: _recalled(kind, subject)
            )

        register(function, flow, kind)
        return flow

    return decorate


def _recalled(kind: str, subject: str) -> Any:
    """The thing of a request that was answered before; raises `idempotency.reused` when it was about another kind."""
    found, _colon, key = subject.partition(":")
    if found != kind:
        raise Refused("idempotency.reused")
    return registers.of_journal(kind, key)
