"""The administrator gives somebody of the staff who lost password or device a new start."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web.forms import real_actor, show_refusal, signed_in
from yimen.flows import setup
from yimen.ground.kernel.errors import Denied, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reset(request: HttpRequest) -> HttpResponse:
    """Asks for the user name; shows the one-time link once, to be handed over in person."""
    actor = real_actor(request)
    if "reset_access" not in actor.verbs:
        raise Denied(verb="reset_access")
    context: dict[str, object] = {"username": request.POST.get("username", "")[:150], "link": ""}
    if request.method == "POST":
        try:
            key = setup.reset_access(str(context["username"]), by=actor, at=timezone.now())
        except Refused as refusal:
            return show_refusal(request, "office/accounts.html", context, refusal)
        uid, _, token = key.partition("-")
        context["link"] = settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])
    return render(request, "office/accounts.html", context)
