"""/registers: what the law and the committee keep on record, and one operation for each of their verbs."""

from datetime import date, datetime
from inspect import getdoc
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from yimen.faces.api.auth import Holding, IdempotencyKey, IfMatch, acting, version_read
from yimen.faces.api.showing import mark_replayed
from yimen.faces.api.verbs import body_of
from yimen.facts.registers import base
from yimen.flows.registry import Verb, register_verbs
from yimen.ground.kernel.errors import Denied
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

router = Router(tags=["registers"])
KindName = Annotated[str, Path(max_length=40, pattern=r"^[a-z_]+$", description="The word of the register.")]
Key = Annotated[str, Path(max_length=base.LONGEST_KEY, description="The key of the record.")]


class ThingOut(BaseModel):
    """One record. `facts` depend on the register (docs/verbs.md); `verbs`: what you may do with it now."""

    kind: str
    key: str
    title: str
    version: int | None = None
    facts: dict[str, Any]
    verbs: list[str]


class ThingList(BaseModel):
    """A page of a register; `next`: give it as `after` for the next page, empty on the last."""

    things: list[ThingOut]
    next: Annotated[str, Field(examples=["120"])] = ""


def told(name: str, found: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    """A thing as the API answers it."""
    kind = base.kind_of(name)
    verbs = [verb.name for verb in register_verbs(name).values() if not verb.makes]
    return {
        "kind": name,
        "key": kind.key(found),
        "title": kind.title(found),
        "version": getattr(found, "version", None),
        "facts": json_values(kind.facts(found, at)),
        "verbs": base.offered(kind, found, actor, verbs, at),
    }


def json_values(value: Any) -> Any:
    """Days and moments as text, moments in the centre's own time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): json_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_values(inner) for inner in value]
    return value


def _of_the_staff(request: HttpRequest) -> Actor:
    actor = acting(request)
    if actor.staff_id is None or set(actor.roles) <= {Role.APPLICANT, Role.AGENT}:
        raise Denied(verb="view_registers")
    return actor


def _answer(response: HttpResponse, name: str, found: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    answer = told(name, found, actor, at)
    if answer["version"] is not None:
        response.headers["ETag"] = f'"{answer["version"]}"'
    return answer


def publish_maker(verb: Verb) -> None:
    """POST /registers/{kind}/{verb}: enters a record."""
    model: Any = body_of(verb)

    def operation(
        request: HttpRequest, response: HttpResponse, body: model, idempotency_key: str = IdempotencyKey
    ) -> Status[dict[str, Any]]:
        by, at = acting(request, idempotency_key), timezone.now()
        made = verb.run(by=by, at=at, **body.model_dump(exclude_unset=True))
        mark_replayed(response, by=by, at=at)
        answer = _answer(response, verb.makes, made, by, at)
        response.headers["Location"] = f"{request.path.rpartition('/')[0]}/{answer['key']}"
        return Status(201, answer)

    operation.__name__ = verb.name
    router.post(
        f"/registers/{verb.makes}/{verb.name}",
        auth=Holding(verb.name),
        response={201: ThingOut},
        operation_id=verb.name,
        summary=verb.summary,
        description=getdoc(verb.function) or "",
    )(operation)


def publish_verb(verb: Verb) -> None:
    """POST /registers/{kind}/{key}/{verb}: acts on a record."""
    model: Any = body_of(verb)
    needed = any(field.is_required() for field in model.model_fields.values())
    kind: Any = model if needed else model | None

    def operation(
        request: HttpRequest,
        response: HttpResponse,
        key: Key,
        body: kind = ... if needed else None,
        if_match: str = IfMatch,
        idempotency_key: str = IdempotencyKey,
    ) -> dict[str, Any]:
        by, at = acting(request, idempotency_key), timezone.now()
        arguments = body.model_dump(exclude_unset=True) if body else {}
        found = verb.run(key, by=by, at=at, version=version_read(if_match), **arguments)
        mark_replayed(response, by=by, at=at)
        return _answer(response, verb.subject, found, by, at)

    operation.__name__ = verb.name
    router.post(
        f"/registers/{verb.subject}/{{key}}/{verb.name}",
        auth=Holding(verb.name),
        response=ThingOut,
        operation_id=verb.name,
        summary=verb.summary,
        description=f"{getdoc(verb.function) or ''}\n\nAnswers the record after it.",
    )(operation)


for _kind in base.all_kinds():
    for _verb in register_verbs(_kind).values():
        (publish_maker if _verb.makes else publish_verb)(_verb)


# After the verbs: an address that names a verb must not be taken for a key.
@router.get("/registers/{kind}", response=ThingList, operation_id="list_register")
def list_register(
    request: HttpRequest, kind: KindName, after: Annotated[str, Query(max_length=base.LONGEST_KEY)] = ""
) -> dict[str, Any]:
    """What you may see of a register, fifty at a time."""
    actor, at = _of_the_staff(request), timezone.now()
    things, following = base.page(base.kind_of(kind), actor, after, at=at)
    return {"things": [told(kind, found, actor, at) for found in things], "next": following}


@router.get("/registers/{kind}/{key}", response=ThingOut, operation_id="get_thing")
def get_thing(request: HttpRequest, response: HttpResponse, kind: KindName, key: Key) -> dict[str, Any]:
    """One record with its facts; its version is the ETag."""
    actor = _of_the_staff(request)
    return _answer(response, kind, base.seen(kind, key, actor), actor, timezone.now())
