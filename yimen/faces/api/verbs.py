"""POST /cases/{number}/{verb}: one operation for each verb of a case, made from the signatures of the flows."""

from inspect import Parameter, getdoc
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, ConfigDict, create_model

from yimen.faces.api.auth import IdempotencyKey, IfMatch, acting, version_read
from yimen.faces.api.schemas import CaseFacts, Disclosed
from yimen.faces.api.showing import shown
from yimen.flows.registry import Verb, case_verbs

router = Router(tags=["verbs of a case"])
# Verbs that answer more than the facts of the case.
ANSWERS: dict[str, type[CaseFacts]] = {"reveal_personal_data": Disclosed}


def body_of(verb: Verb) -> type[BaseModel]:
    """The verb's own arguments as a model: nothing else is taken, nothing is converted ("yes" is no true)."""
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is Parameter.empty else parameter.default)
        for name, parameter in verb.arguments.items()
    }
    name = verb.name.title().replace("_", "") + "In"
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def publish(verb: Verb) -> None:
    """Give the verb its operation; where nothing is required an empty body will do."""
    model: Any = body_of(verb)
    needed = any(field.is_required() for field in model.model_fields.values())
    kind: Any = model if needed else model | None

    def operation(
        request: HttpRequest,
        response: HttpResponse,
        number: str,
        body: kind = ... if needed else None,
        if_match: str = IfMatch,
        idempotency_key: str = IdempotencyKey,
    ) -> dict[str, Any]:
        by, at = acting(request, idempotency_key), timezone.now()
        arguments = body.model_dump(exclude_unset=True) if body else {}
        case = verb.run(number, by=by, at=at, version=version_read(if_match), **arguments)
        facts = shown(response, case, by=by, at=at)
        return facts | {"disclosed": getattr(case, "disclosed", {})} if verb.name in ANSWERS else facts

    operation.__name__ = verb.name
    route = router.post(
        f"/cases/{{number}}/{verb.name}",
        response=ANSWERS.get(verb.name, CaseFacts),
        operation_id=verb.name,
        summary=verb.summary,
        description=f"{getdoc(verb.function) or ''}\n\nAnswers the facts of the case after it.",
    )
    route(operation)


for _verb in case_verbs().values():
    publish(_verb)
