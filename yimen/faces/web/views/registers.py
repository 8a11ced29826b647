"""Registers: the list of a kind, one record with its history, and each verb on a page of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import register_forms, register_words
from yimen.faces.web.check_words import field_words
from yimen.faces.web.forms import FieldError, acting, real_actor, show_refusal, signed_in, version_of
from yimen.faces.web.register_words import fact_words, joined, title_words, value_words, verb_words
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import day_words, is_chinese, moment_words, refusal_text, term_words
from yimen.facts.registers import base
from yimen.flows.registry import Verb, register_verbs
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Conflict, Denied, OutOfScope, Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff

# Facts that hold codes of organs, which people know by their names.
ORGANS = frozenset(
    {"organ", "organs", "asker", "asked", "owner", "upper", "successor", "supervising_organ", "entrusted_by"}
)


@dataclass(frozen=True, slots=True)
class Names:
    """How organs (by code) and people (by account) are called in the reader's language."""

    organs: Mapping[str, str]
    people: Mapping[str, str]


def names_in(told: Sequence[Mapping[str, Any]]) -> Names:
    """The names of whatever these facts mention; two queries, however many there are."""
    rows = Organ.objects.values_list("code", "name", "name_en")
    organs = {code: name if is_chinese() or not english else english for code, name, english in rows}
    mentioned = {text for facts in told for text in _texts(facts)}
    staff = Staff.objects.filter(user__username__in=mentioned).values_list("user__username", "name")
    return Names(organs, {username: title_words(name) for username, name in staff})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) <= base.LONGEST_KEY:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def shown(fact: str, value: Any, kind: str, names: Names) -> Any:
    """A fact's value in words: days, yes and no, words of the register, organs and people by their names; lists and
    records stay what they are, but a list inside a record is one line."""
    if isinstance(value, bool):
        return value_words(fact, "true" if value else "false", kind)
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, list | tuple):
        return [shown(fact, inner, kind, names) for inner in value]
    if isinstance(value, dict):
        told = {name: inner for name, inner in value.items() if inner not in (None, "", [])}
        return [(fact_words(kind, name), _in_a_line(shown(name, inner, kind, names))) for name, inner in told.items()]
    return "" if value is None else _text(fact, str(value), kind, names)


def _in_a_line(value: Any) -> Any:
    plain = isinstance(value, list) and all(isinstance(inner, str) for inner in value)
    return _(", ").join(value) if plain else value


def _text(fact: str, text: str, kind: str, names: Names) -> str:
    if fact in ORGANS and text in names.organs:
        return names.organs[text]
    if fact == "fields":  # of a disclosure set: names of the guide's, the window's or the organ's own fields
        return field_words(text)
    if fact.endswith("_limit") and text:
        return term_words(text)
    words = value_words(fact, text, kind)
    # On the page of a person the account is what it is; elsewhere people go by their names.
    return names.people.get(text, words) if words == text and kind != "staff" else words


def may_list(kind: base.Kind, actor: Actor) -> bool:
    """Whether a register is one of an actor's pages: something is seen there, or may be entered."""
    makes = any(verb.makes and verb.name in actor.verbs for verb in register_verbs(kind.name).values())
    return makes or kind.visible(actor).query.is_empty() is False


@require_safe
@signed_in
def registers(request: HttpRequest) -> HttpResponse:
    """All registers that the person may open, by field of work."""
    actor = staff_of(request)
    kinds = base.all_kinds()
    groups: dict[str, list[tuple[str, Any]]] = {}
    for heading, names in register_words.groups():
        rows = [(name, joined("KINDS")[name][1]) for name in names if name in kinds and may_list(kinds[name], actor)]
        if rows:
            groups.setdefault(str(heading), []).extend(rows)
    return render(request, "registers/index.html", {"groups": list(groups.items())})


def _kind(name: str, actor: Actor) -> base.Kind:
    kind = base.kind_of(name)
    if name not in joined("KINDS") or not may_list(kind, actor):
        raise Denied(verb=f"view_{name}")
    return kind


@require_safe
@signed_in
def register_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The records of a register, fifty at a time."""
    actor, at = staff_of(request), timezone.now()
    described = _kind(kind, actor)
    things, following = base.page(described, actor, request.GET.get("after", "")[: base.LONGEST_KEY], at=at)
    told = [described.facts(thing, at) for thing in things]
    rows, names = [], names_in(told)
    for thing, facts in zip(things, told, strict=True):
        cells = [shown(name, facts.get(name), kind, names) for name in described.columns]
        rows.append((described.key(thing), title_words(described.title(thing)), cells))
    context = {
        "kind": kind,
        "words": joined("KINDS")[kind],
        "columns": [fact_words(kind, name) for name in described.columns],
        "rows": rows,
        "next": following,
        "page": _own_page(kind, actor),
        "makers": [
            (v.name, verb_words(v.name)) for v in register_verbs(kind).values() if v.makes and v.name in actor.verbs
        ],
    }
    return render(request, "registers/list.html", context)


def _own_page(kind: str, actor: Actor) -> tuple[str, Any] | None:
    """(name, words) of the page that shows a register in a shape of its own, where the reader may open it."""
    name, words, verbs = joined("PAGES").get(kind, ("", "", ()))
    return (name, words) if name and (not verbs or actor.verbs & set(verbs)) else None


@require_safe
@signed_in
def register_thing(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One record: what it says, what may be done with it now, what was done."""
    actor, at = staff_of(request), timezone.now()
    found = base.seen(kind, key, actor)
    return render(request, "registers/one.html", _page(_kind(kind, actor), found, actor, at))


def _page(kind: base.Kind, found: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    verbs = [verb.name for verb in register_verbs(kind.name).values() if not verb.makes]
    facts = kind.facts(found, at)
    names = names_in([facts])
    return {
        "kind": kind.name,
        "public": facts.get("state") in ("approved", "in_force"),
        "key": kind.key(found),
        "words": joined("KINDS")[kind.name],
        "title": title_words(kind.title(found)),
        "facts": [(fact_words(kind.name, name), shown(name, value, kind.name, names)) for name, value in facts.items()],
        "offers": [(verb, verb_words(verb)) for verb in base.offered(kind, found, actor, verbs, at)],
        "history": [
            (entry.at, verb_words(entry.verb), entry.role, entry.head) for entry in history(kind.subject(found))
        ],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_new(request: HttpRequest, kind: str, verb: str) -> HttpResponse:
    """Enter a record."""
    actor = staff_of(request)
    found = _verb(kind, verb, makes=True)
    actor.role_for(verb)
    _kind(kind, actor)
    return _form(request, found, "", None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_do(request: HttpRequest, kind: str, key: str, verb: str) -> HttpResponse:
    """One verb on one record."""
    actor = staff_of(request)
    found = _verb(kind, verb, makes=False)
    _kind(kind, actor)
    thing = base.permitted(kind, key, verb, actor)
    if request.method != "POST" and not base.kind_of(kind).lets(verb, thing, timezone.now()):
        raise Refused("transition.not_allowed", verb=verb, state=str(getattr(thing, "state", "")))
    return _form(request, found, key, thing)


def _verb(kind: str, name: str, *, makes: bool) -> Verb:
    found = register_verbs(base.kind_of(kind).name).get(name)
    if found is None or bool(found.makes) is not makes:
        raise Http404
    return found


def _form(request: HttpRequest, verb: Verb, key: str, thing: Any) -> HttpResponse:
    actor = acting(request) if request.method == "POST" else real_actor(request)
    at, kind = timezone.now(), base.kind_of(verb.kind)
    start = {**kind.facts(thing, at), **request.GET.dict()} if thing is not None else request.GET.dict()
    asked = register_forms.questions(verb, actor, {k: v for k, v in start.items() if k in verb.arguments})
    context = {
        "kind": verb.kind,
        "key": key,
        "words": joined("KINDS")[verb.kind],
        "title": title_words(kind.title(thing)) if thing is not None else "",
        "verb": verb.name,
        "label": verb_words(verb.name),
        "warning": joined("WARNINGS").get(verb.name, ""),
        "questions": asked,
        "multipart": any(one.kind == "upload" for question in asked for one in (question, *question.columns)),
        "version": getattr(thing, "version", None),
        "request_key": request.POST.get("request_key", ""),
    }
    if request.method != "POST":
        return render(request, "registers/do.html", context)
    arguments, errors = register_forms.read(asked, request, actor, at)
    if "more" in request.POST:  # room for more lines; nothing is done yet
        return render(request, "registers/do.html", context)
    if errors:
        return show_refusal(request, "registers/do.html", context, Refused("input.invalid"), errors)
    try:
        if verb.makes:
            thing = verb.run(by=actor, at=at, **arguments)
        else:
            context["version"] = version_of(request)
            thing = verb.run(key, by=actor, at=at, version=context["version"], **arguments)
    except Conflict as refusal:
        return show_refusal(request, "registers/do.html", context | {"stale": True}, refusal)
    except OutOfScope as refusal:
        # The record itself was asked for before: this is something that the form names, and what is typed must stay.
        return show_refusal(request, "registers/do.html", context, Denied(**refusal.facts))
    except Refused as refusal:
        return show_refusal(request, "registers/do.html", context, refusal, _at_field(refusal, asked))
    messages.success(request, _("Done: %(verb)s") % {"verb": context["label"]})
    return redirect("register_thing", kind=verb.kind, key=kind.key(thing))


def _at_field(refusal: Refused, asked: list[register_forms.Question]) -> list[FieldError] | None:
    """The message goes to the field that the refusal names."""
    by_name = {question.name: question for question in asked}
    name = str(refusal.facts.get("field") or next((n for n in refusal.facts if n in by_name), ""))
    if name not in by_name:
        return None
    error = FieldError(by_name[name].anchor, refusal_text(refusal).sentence)
    by_name[name].error = error.message
    return [error]
