"""Acting for an enterprise: an account's mandates, an owner's members; the window enters owners."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yimen.faces.web.forms import real_actor, show_refusal, signed_in
from yimen.flows import enterprises as flows
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.identity import queries
from yimen.rooms.identity.actor import Actor

KINDS = ("member", "agent", "owner")
FIELDS = ("credit_code", "enterprise", "username", "kind", "items", "valid_to")


def _context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    own = list(queries.memberships_of(actor.user_id or 0))
    owned = {m.credit_code: m.enterprise for m in own if m.kind == "owner" and m.accepted_at}
    return {
        "own": own,
        "owned": [(code, name, queries.members_of(code)) for code, name in owned.items()],
        "kinds": KINDS,
        "values": {name: request.POST.get(name, "")[:4000] for name in FIELDS},
        "today": timezone.localdate(),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enterprises(request: HttpRequest) -> HttpResponse:
    """The mandates of an account; an owner invites from here."""
    actor = real_actor(request)
    if "invite_member" not in actor.verbs:
        raise Denied(verb="invite_member")
    context = _context(request, actor)
    if request.method != "POST":
        return render(request, "enterprises.html", context)
    try:
        _invite(actor, context["values"])
    except Refused as refusal:
        return show_refusal(request, "enterprises.html", context, refusal)
    messages.success(request, _("Invited. The mandate begins when the other account accepts it."))
    return HttpResponseRedirect(reverse("enterprises"))


def _invite(actor: Actor, values: dict[str, str]) -> None:
    if values["kind"] not in KINDS:
        raise Refused("input.invalid", field="kind")
    try:
        until = date.fromisoformat(values["valid_to"]) if values["valid_to"] else None
    except ValueError:
        raise Refused("input.invalid", field="valid_to") from None
    flows.invite_member(
        credit_code=values["credit_code"],
        username=values["username"],
        kind=values["kind"],
        items=values["items"].replace("，", ",").split(","),
        valid_to=until,
        by=actor,
        at=timezone.now(),
    )


@require_POST
@signed_in
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Accept an invitation."""
    flows.accept_membership(key, by=real_actor(request), at=timezone.now())
    messages.success(request, _("You now act for this enterprise; its cases stand under “My cases”."))
    return HttpResponseRedirect(reverse("enterprises"))


@require_POST
@signed_in
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Decline, leave or revoke: the mandate ends at once."""
    actor = real_actor(request)
    flows.revoke_membership(key, by=actor, at=timezone.now())
    messages.success(request, _("The mandate has ended."))
    return HttpResponseRedirect(reverse("enterprise_owners" if actor.staff_id else "enterprises"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def owners(request: HttpRequest) -> HttpResponse:
    """At the window: enter the owner of an enterprise; look who acts for one."""
    actor = real_actor(request)
    if "appoint_enterprise_owner" not in actor.verbs:
        raise Denied(verb="appoint_enterprise_owner")
    values = {name: request.POST.get(name, "")[:4000] for name in FIELDS}
    code = request.GET.get("credit_code", "").strip().upper()[:18]
    members = [(m, queries.may_end_at_window(m, actor)) for m in queries.members_of(code)] if code else []
    context = {"values": values, "code": code, "members": members}
    if request.method != "POST":
        return render(request, "desk/enterprises.html", context)
    named = {name: values[name] for name in ("credit_code", "enterprise", "username")}
    try:
        made = flows.appoint_enterprise_owner(**named, by=actor, at=timezone.now())
    except Refused as refusal:
        return show_refusal(request, "desk/enterprises.html", context, refusal)
    messages.success(request, _("The account may now act for the enterprise and invite others."))
    return HttpResponseRedirect(f"{reverse('enterprise_owners')}?credit_code={made.credit_code}")
