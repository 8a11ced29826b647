"""GET /certificates/{number}: is this certificate real? Public."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from yimen.faces.api.schemas import CertificateOut
from yimen.ground.engines import limits
from yimen.ground.kernel.errors import Refused
from yimen.rooms.certificates.queries import public_view

router = Router(tags=["certificates"])


@router.get("/certificates/{number}", auth=None, response=CertificateOut, operation_id="check_certificate")
def check_certificate(request: HttpRequest, number: str) -> dict[str, Any]:
    """Item, organ, masked holder, validity and state; `certificate.not_found`."""
    at = timezone.now()
    limits.check("verify", limits.client_ip(request), at=at)
    found = public_view(number, timezone.localdate(at))
    if found is None:
        limits.count("verify", limits.client_ip(request), at=at)
        raise Refused("certificate.not_found", number=number[:60])
    return found
