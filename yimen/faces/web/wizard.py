"""The pages of an application online, one thing a page: situation → who → questions → materials → check answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.faces.web import file_words, schema_form, schema_steps, situations
from yimen.faces.web.forms import FieldError, field_errors
from yimen.flows.drafts import applicant_of
from yimen.ground.files import queries as stored
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Draft
from yimen.rooms.cases.rules.drafts import is_ending
from yimen.rooms.cases.rules.form import check_form
from yimen.rooms.catalogue.rules.file_rules import HandedFile, check_files
from yimen.rooms.catalogue.terms import VersionTerms, terms_in_force
from yimen.rooms.guides.queries import narrowed, questions_of
from yimen.rooms.guides.rules.situations import fitting
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.applicants import ApplicantData, check_applicant

WHO = ("name", "kind", "id_number", "phone", "email")
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `names` of its questions, or the `code` of its material."""

    id: str
    kind: str
    title: str
    names: tuple[str, ...] = ()
    code: str = ""


def pages(version: VersionTerms, answers: Mapping[str, Any], questions: situations.Questions = ()) -> list[Page]:
    """All pages of an item, given the answers so far; `questions` about the situation come first, for the list of
    `version` hangs on them. A page of a material keeps its id whatever else is asked for."""
    asked = schema_steps.steps(version.form_schema, answers)
    about = [Page("situation", "situation", _("Your situation"), names=tuple(str(one["code"]) for one in questions))]
    return [
        *(about if questions else ()),
        Page("who", "who", _("Who applies?")),
        *(
            Page(f"q{n}", "questions", step.title or _("About your application"), names=step.names)
            for n, step in enumerate(asked, 1)
        ),
        *(
            Page(f"m{n}", "material", name, code=code)
            for n, (code, name) in enumerate(version.material_names.items(), 1)
            if code in version.guide
        ),
        Page(CHECK, "check", _("Check your answers before you hand in")),
    ]


@dataclass(frozen=True)
class Wizard:
    """An open draft with its pages; before the first saving there is no draft yet. Once all `questions` about the
    situation are answered, `version` are the terms of this situation."""

    version: VersionTerms
    content: Mapping[str, Any]
    draft: Draft | None
    at: datetime
    questions: situations.Questions = ()

    @property
    def told(self) -> dict[str, str]:
        """The answers about the situation that today's guide knows."""
        return fitting(self.questions, self.content["situation"])

    @property
    def is_personal(self) -> bool:
        """Whether the situation is known."""
        return bool(self.questions) and len(self.told) == len(self.questions)

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was answered, by name."""
        found: Mapping[str, Any] = self.content["answers"]
        return found

    @property
    def pages(self) -> list[Page]:
        """The pages as the answers so far make them."""
        return pages(self.version, self.answers, self.questions)

    def page(self, ident: str) -> Page | None:
        """The page with this id; None when a changed answer took it away."""
        return next((page for page in self.pages if page.id == ident), None)

    def url(self, ident: str) -> str:
        """Where a page stands."""
        if self.draft is None:
            return reverse("apply", args=[self.version.item_code])
        return reverse("draft", args=[self.draft.public_id, ident])

    def beside(self, ident: str, step: int) -> str:
        """The id of the next (1) or previous (-1) page; "" before the first."""
        ids = [page.id for page in self.pages]
        place = ids.index(ident) + step if ident in ids else len(ids) - 1
        return ids[min(place, len(ids) - 1)] if place >= 0 else ""

    def frame(self, page: Page) -> dict[str, Any]:
        """What every page of the wizard shows around its one thing."""
        ids = [p.id for p in self.pages]
        back = self.beside(page.id, -1)
        return {
            "terms": self.version,
            "draft": self.draft,
            "page": page,
            "number": ids.index(page.id) + 1,
            "total": len(ids),
            "back": self.url(back) if back else "",
            "ending": bool(self.draft) and is_ending(self.draft.expires_at, self.at) if self.draft else False,
            "changed": bool(self.draft) and self.draft.item_version_id != self.version.id if self.draft else False,
        }


def opened(key: str, actor: Actor, at: datetime) -> Wizard:
    """The wizard of an own draft under the guide of today; raises `draft.not_found`, `item.not_in_force`."""
    draft = queries.load_draft(key, actor)
    code = queries.draft_terms(draft).item_code
    return _wizard(terms_in_force(code, timezone.localdate(at)), queries.draft_content(draft), draft, at)


def begun(code: str, at: datetime) -> Wizard:
    """The wizard before anything was saved."""
    empty: dict[str, Any] = {"who": {}, "situation": {}, "answers": {}, "materials": {}}
    return _wizard(terms_in_force(code, timezone.localdate(at)), empty, None, at)


def _wizard(version: VersionTerms, content: Mapping[str, Any], draft: Draft | None, at: datetime) -> Wizard:
    asked = questions_of(version.id)
    told = fitting(asked, content["situation"])
    return Wizard(narrowed(version, told if len(told) == len(asked) else {}), content, draft, at, asked)


def who_errors(who: ApplicantData, at: datetime) -> tuple[list[FieldError], list[Refused]]:
    """What the rules would refuse about the applicant."""
    if who.kind not in ("person", "organisation"):
        return [FieldError("kind", _("Choose one of the answers offered."))], []
    try:
        check_applicant(who, timezone.localdate(at))
    except Refused as refusal:
        return field_errors(refusal), [refusal]
    return [], []


def form_errors(
    version: VersionTerms, answers: Mapping[str, Any], names: tuple[str, ...] | None = None
) -> tuple[list[FieldError], list[Refused]]:
    """What the item's schema would refuse: all of it, or the part about these fields."""
    try:
        check_form(schema_steps.asked_form(version.form_schema, answers), version.form_validator)
    except Refused as refusal:
        wrong = refusal.facts["errors"]
        if names is not None:
            wrong = [error for error in wrong if str(error["field"]).partition(".")[0] in names]
        if wrong:
            told = Refused(refusal.code, errors=wrong)
            return schema_form.field_errors(version.form_schema, told), [told]
    return [], []


def file_errors(wizard: Wizard, actor: Actor) -> tuple[list[FieldError], list[Refused]]:
    """The files of the draft that today's guide does not take (it may have changed since they were uploaded)."""
    materials = wizard.content["materials"].items()
    named = [(code, str(f["file"])) for code, files in materials for f in files if code in wizard.version.guide]
    kept = stored.find_all([key for _code, key in named], [actor.id])
    given = [(code, kept[key]) for code, key in named if key in kept]
    try:
        check_files(wizard.version.file_rules, [HandedFile(code, u.name, u.media_type, u.size) for code, u in given])
    except Refused as refusal:
        return file_words.errors_of(refusal, wizard.version.file_rules, wizard.version.material_names), [refusal]
    return [], []


def all_errors(wizard: Wizard, actor: Actor) -> tuple[list[FieldError], list[Refused]]:
    """All that would be refused at once: nobody mends one thing at a time."""
    unanswered = situations.errors_of(wizard.questions, wizard.told)
    left = [Refused("situation.unanswered", questions=[e.message for e in unanswered])] if unanswered else []
    who, who_refused = who_errors(applicant_of(wizard.content), wizard.at)
    form, form_refused = form_errors(wizard.version, wizard.answers)
    files, files_refused = file_errors(wizard, actor)
    return [*unanswered, *who, *form, *files], [*left, *who_refused, *form_refused, *files_refused]


def summary(wizard: Wizard) -> list[dict[str, Any]]:
    """The sections of the page "check answers": {title, kind, lines: [{id, label, value, missing, url}]}.

    Pages of one title are one section, and all materials are one.
    """
    known, required = schema_steps.properties(wizard.version.form_schema, wizard.answers)
    sections: list[dict[str, Any]] = []
    for page in wizard.pages[:-1]:
        if page.kind == "who":
            lines = who_lines(wizard.content["who"])
        elif page.kind == "situation":
            lines = situation_lines(wizard.questions, wizard.told)
        elif page.kind == "questions":
            lines = [
                {
                    "id": schema_form.PREFIX + name,
                    "label": schema_form.title_of(name, known[name]),
                    "value": schema_form.shown(known[name], wizard.answers.get(name)),
                    "missing": name in required and wizard.answers.get(name) in (None, ""),
                }
                for name in page.names
            ]
        else:
            lines = [_material_line(wizard, page)]
        lines = [{**line, "url": wizard.url(page.id)} for line in lines]
        title = _("Materials") if page.kind == "material" else page.title
        if sections and sections[-1]["title"] == title:
            sections[-1]["lines"] += lines
        else:
            sections.append({"title": title, "kind": page.kind, "lines": lines})
    return sections


def situation_lines(questions: situations.Questions, told: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was answered about the situation, in words."""
    return [
        {"id": one.id, "label": one.question, "value": dict(one.answers).get(one.chosen, ""), "missing": not one.chosen}
        for one in situations.asked(questions, told)
    ]


def who_lines(who: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is said about the applicant, in words."""
    kinds = {"person": _("a person"), "organisation": _("a company or another organisation")}
    labels = {
        "kind": _("The applicant is"),
        "name": _("Name of the person or organisation"),
        "id_number": _("Identity card number or unified social credit code"),
        "phone": _("Telephone"),
        "email": _("E-mail"),
    }
    values = {**who, "kind": kinds.get(who.get("kind", ""), "")}
    return [
        {"id": name, "label": label, "value": values.get(name, ""), "missing": name == "name" and not who.get("name")}
        for name, label in labels.items()
    ]


def _material_line(wizard: Wizard, page: Page) -> dict[str, Any]:
    files = wizard.content["materials"].get(page.code) or []
    needed = wizard.version.guide.get(page.code) == "required"
    return {
        "id": f"material-{page.code}",
        "label": page.title,
        "value": "\n".join(str(file["name"]) for file in files),
        "missing": needed and not files,
    }
