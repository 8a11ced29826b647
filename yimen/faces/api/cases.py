"""/cases: hand in, read, list, history and proof. The verbs of a case stand in `verbs`."""

from typing import Annotated, Any, Literal

from annotated_types import MaxLen
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from yimen.faces.api.auth import IdempotencyKey, acting
from yimen.faces.api.schemas import CaseFacts, CasePage, History, NewCase
from yimen.faces.api.showing import localised, shown
from yimen.facts import worklists
from yimen.facts.cases import case_facts, clock_facts
from yimen.flows.intake import ApplicantData, Materials, Situation, submit_application
from yimen.ground.engines.secrets import query_password
from yimen.ground.journal import queries as journal
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import State

router = Router(tags=["cases"])
Limit = Annotated[int, Query(ge=1, le=100)]
Word = Annotated[str, Query(max_length=120)]


class ApplicantIn(BaseModel):
    """Who applies. `id_kind` left out: a resident id for a person, a credit code for an organisation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["person", "organisation"] = "person"
    name: Annotated[str, MaxLen(200)]
    id_kind: Literal["", "resident_id", "credit_code", "other"] = ""
    id_number: Annotated[str, MaxLen(50)] = ""
    phone: Annotated[str, MaxLen(30)] = ""
    email: Annotated[str, MaxLen(254)] = ""


class CaseIn(BaseModel):
    """An application. Materials may be incomplete: it is received, and the organ judges what is missing."""

    model_config = ConfigDict(extra="forbid", strict=True)

    item: Annotated[str, MaxLen(120)]
    applicant: ApplicantIn
    form: dict[str, Any] = Field(default_factory=dict, description="answers to the item's `form_schema`")
    materials: Materials = ()
    channel: Literal["online", "window", "post"] | None = None
    situation: Situation = Field(
        default_factory=dict,
        description="{code of a question: code of its answer} for all `situations` of `get_item`; the case then"
        " demands the materials and keeps the limits of this situation. Left out: the whole list of the guide counts",
    )


@router.post("/cases", response={201: NewCase}, operation_id="submit_application")
def hand_in(
    request: HttpRequest, response: HttpResponse, body: CaseIn, idempotency_key: str = IdempotencyKey
) -> Status[dict[str, Any]]:
    """Hand in an application: numbered and received at once, complete or not.

    `item.unknown`, `item.not_in_force`, `applicant.invalid`, `form.invalid`, `material.unknown`, `file.unknown`, and
    for files that do not fit the guide `material.file_kind`, `material.file_size`, `material.too_many_files`; for the
    `situation` `situation.unanswered`, `situation.unknown_answer`. The answer
    alone carries the `query_password` that opens the case's public page.
    """
    by, at = acting(request, idempotency_key), timezone.now()
    case = submit_application(
        item=body.item,
        materials=body.materials,
        form=body.form,
        channel=body.channel,
        situation=body.situation,
        applicant=ApplicantData(**body.applicant.model_dump()),
        by=by,
        at=at,
    )
    facts = shown(response, case, by=by, at=at)
    response.headers["Location"] = f"{request.path}/{case.number}"
    return Status(201, {**facts, "query_password": query_password(case.number)})


@router.get("/cases", response=CasePage, operation_id="list_cases")
def list_cases(
    request: HttpRequest, state: State | None = None, organ: Word = "", after: Word = "", limit: Limit = 50
) -> dict[str, Any]:
    """The cases that you may see, newest first, each as the law sees it now."""
    at, scope = timezone.now(), queries.visible_to(acting(request))
    found = scope.select_related("deciding_organ", "applicant").order_by("-id")
    if state is not None:
        found = found.filter(_in_state(state))
    if organ:
        found = found.filter(deciding_organ__code=organ)
    if after:
        found = found.filter(id__lt=_key_of(scope, after))
    rows = queries.with_law(found[: limit + 1], at)
    page = [
        localised(
            {
                "number": case.number,
                "version": case.version,
                **clock_facts(case, at),
                "item": queries.terms_of(case).item_code,
                "item_name": queries.terms_of(case).item_name,
                "organ": case.deciding_organ.code,
                "applicant": case.applicant.name,
            }
        )
        for case in rows[:limit]
    ]
    return {"cases": page, "next": page[-1]["number"] if len(rows) > limit else None}


@router.get("/cases/{number}", response=CaseFacts, operation_id="get_case")
def get_case(request: HttpRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """All facts of a case as the law sees it now; ETag is its version, for If-Match. `case.not_found`."""
    at = timezone.now()
    case = _seen(request, number)
    response.headers["ETag"] = f'"{case.version}"'
    return localised(case_facts(case, at))


@router.get("/cases/{number}/history", response=History, operation_id="get_case_history")
def get_history(request: HttpRequest, number: str) -> dict[str, Any]:
    """Every journal entry of a case, oldest first."""
    rows = journal.history(f"case:{_seen(request, number).number}")
    return {
        "entries": [
            {
                "id": row.id,
                "at": timezone.localtime(row.at),
                "recorded_at": timezone.localtime(row.recorded_at),
                "verb": row.verb,
                "actor": row.actor,
                "role": row.role,
                "organ": row.organ,
                "facts": row.facts,
                "head": row.head,
            }
            for row in rows
        ]
    }


@router.get("/cases/{number}/proof", response=dict[str, Any], operation_id="get_case_proof")
def get_proof(request: HttpRequest, number: str) -> dict[str, Any]:
    """Entries, heads and paths that prove the history without this server (`verifier/verify_journal.py` reads it)."""
    return journal.proof(f"case:{_seen(request, number).number}")


def _seen(request: HttpRequest, number: str) -> Case:
    """The case within the actor's scope; what lies outside does not exist."""
    found = queries.with_law(queries.visible_to(acting(request)).filter(number=number)[:1], timezone.now())
    if not found:
        raise Refused("case.not_found", number=number[:40])
    return found[0]


def _in_state(state: State) -> Q:
    """The law's state, not the row's: silence accepts whether or not the clock has written it down."""
    today = timezone.localdate()
    if state == State.RECEIVED:
        return worklists.received(today)
    return worklists.accepted(today) if state == State.ACCEPTED else Q(state=state)


def _key_of(scope: QuerySet[Case], number: str) -> int:
    key = scope.filter(number=number).values_list("id", flat=True).first()
    if key is None:
        raise Refused("input.invalid", errors=[{"field": "after", "problem": "unknown"}])
    return key
