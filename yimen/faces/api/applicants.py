"""POST /applicants/look_up_applicant: whose number it is, for a window. A number never stands in an address."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from annotated_types import MaxLen, MinLen
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, ConfigDict

from yimen.faces.api.auth import acting
from yimen.faces.api.schemas import FoundApplicants
from yimen.flows import personal

router = Router(tags=["applicants"])


class LookUp(BaseModel):
    """What is looked for, exactly: an identity number or credit code, or a telephone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    field: Literal["id_number", "phone"]
    text: Annotated[str, MinLen(1), MaxLen(50)]


@router.post(
    "/applicants/look_up_applicant", response=FoundApplicants, operation_id="look_up_applicant", summary="Look up"
)
def look_up_applicant(request: HttpRequest, body: LookUp) -> dict[str, Any]:
    """Applicants of your organ's cases with exactly this number, numbers masked. Every search is journalled.

    It changes nothing, so it takes no `Idempotency-Key`: a repetition is another search, and another entry.
    """
    found = personal.look_up_applicant(field=body.field, text=body.text, by=acting(request), at=timezone.now())
    return {"applicants": [asdict(one) for one in found]}
