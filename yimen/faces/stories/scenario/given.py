"""`given`: what a story takes for granted, completed with the scenario defaults."""

from datetime import date
from typing import Any

from yimen.faces.stories.scenario.document import day, items_of, only, text
from yimen.faces.stories.scenario.values import Given, ItemGiven, Malformed, PersonGiven
from yimen.flows.setup import WITHOUT_ORGAN
from yimen.ground.kernel.clock import parse_office_hours
from yimen.ground.kernel.term import Term
from yimen.rooms.cases.rules.deadlines import DEFAULT_EXTENSION, SPECIAL_PROCEDURES
from yimen.rooms.identity.rules.roles import Role

ITEM_KEYS = (
    "code",
    "name",
    "organ",
    "statutory_limit",
    "promised_limit",
    "review",
    "approver",
    "materials",
    "extension",
    "special_procedures",
    "valid_from",
    "valid_to",
    "subject",
    "authorised",
)
ALWAYS = date(1990, 1, 1)
DEFAULT_MATERIALS: list[Any] = ["M1", {"code": "M2", "necessity": "optional"}]
# Names that a story may use without naming the person: every role, and the short names of the contract's example.
SHORT_NAMES = {"clerk": Role.WINDOW_CLERK, "head": Role.WINDOW_HEAD}
ROLES = frozenset(role.value for role in Role) - {Role.CLOCK.value}


def read_given(found: Any) -> Given:
    """Checked values; raises `Malformed`."""
    keys = only(found, "given", ("items", "organs", "staff", "holidays", "office_hours"))
    organs = _organs(keys.get("organs"))
    entries = items_of(keys.get("items"), "given.items")
    first = next(iter(organs), "") or _first_organ(entries, keys.get("staff"))
    organs.setdefault(first, f"示例机关 {first}")
    items = tuple(_item(entry, first) for entry in entries or [{"code": "X1"}])
    staff = _staff(keys.get("staff"), first)
    for code in [*(item.organ for item in items), *(person.organ for person in staff.values() if person.organ)]:
        organs.setdefault(code, f"示例机关 {code}")
    holidays = only(keys.get("holidays"), "given.holidays", ("add", "work"))
    off = tuple(day(d, "given.holidays.add") for d in items_of(holidays.get("add"), "given.holidays.add"))
    work = tuple(day(d, "given.holidays.work") for d in items_of(holidays.get("work"), "given.holidays.work"))
    return Given(organs, items, staff, off, work, _office_hours(keys.get("office_hours")))


def _organs(found: Any) -> dict[str, str]:
    organs = {}
    for entry in items_of(found, "given.organs"):
        keys = only(entry, "given.organs", ("code", "name")) if isinstance(entry, dict) else {"code": entry}
        code = text(keys.get("code"), "given.organs: code")
        organs[code] = text(keys.get("name", f"示例机关 {code}"), "given.organs: name")
    return organs


def _first_organ(items: list[Any], staff: Any) -> str:
    """The first organ that anything names: where a person or an item says none, it is meant."""
    people = list(staff.values()) if isinstance(staff, dict) else []
    for entry in [*items, *people]:
        if isinstance(entry, dict) and entry.get("organ") is not None:
            return text(entry["organ"], "organ")
    return "O1"


def _item(entry: Any, first_organ: str) -> ItemGiven:
    keys = only(entry, "given.items", ITEM_KEYS) if isinstance(entry, dict) else {"code": entry}
    code = text(keys.get("code", "X1"), "given.items: code")
    where = f"item {code}"
    review = text(keys.get("review") or "examine_and_approve", f"{where}: review")
    if review not in ("examine_and_approve", "immediate"):
        raise Malformed(f"{where}: review must be examine_and_approve or immediate, not {review!r}")
    statutory = _term(keys.get("statutory_limit") or "20 working_days", f"{where}: statutory_limit")
    # An immediate item is promised for the same day; elsewhere the promise is the law's own limit.
    promised = keys.get("promised_limit") or ("0 working_days" if review == "immediate" else statutory)
    approver = text(keys.get("approver") or "window_head", f"{where}: approver")
    _check_role(approver, f"{where}: approver")
    return ItemGiven(
        code=code,
        name=text(keys.get("name") or "示例许可", f"{where}: name"),
        organ=text(keys.get("organ") or first_organ, f"{where}: organ"),
        statutory_limit=statutory,
        promised_limit=_term(promised, f"{where}: promised_limit"),
        review=review,
        approver=approver,
        materials=_materials(keys.get("materials", DEFAULT_MATERIALS), where),
        extension=_extension(keys["extension"], where) if "extension" in keys else dict(DEFAULT_EXTENSION),
        special_procedures=_procedures(keys.get("special_procedures", list(SPECIAL_PROCEDURES)), where),
        valid_from=day(keys["valid_from"], f"{where}: valid_from") if keys.get("valid_from") else ALWAYS,
        valid_to=day(keys["valid_to"], f"{where}: valid_to") if keys.get("valid_to") else None,
        subject=_subject(keys.get("subject"), f"{where}: subject"),
        authorised=_yes_or_no(keys.get("authorised"), f"{where}: authorised"),
    )


def _subject(found: Any, where: str) -> bool:
    if found not in (None, "none", "default"):
        raise Malformed(f"{where} is none or default, not {found!r}: enter another one with register_subject")
    return found != "none"


def _yes_or_no(found: Any, where: str) -> bool:
    if found is not None and not isinstance(found, bool):
        raise Malformed(f"{where} is true or false, not {found!r}")
    return found is not False


def _term(value: Any, where: str) -> str:
    try:
        return str(Term.parse(text(value, where)))
    except ValueError as error:
        raise Malformed(f"{where}: {error}") from None


def _check_role(role: str, where: str) -> None:
    if role not in ROLES:
        raise Malformed(f"{where}: there is no role {role!r}")


def _materials(found: Any, where: str) -> tuple[tuple[str, str, str], ...]:
    materials = []
    for entry in items_of(found, f"{where}: materials"):
        if isinstance(entry, dict):
            keys = only(entry, f"{where}: materials", ("code", "name", "necessity"))
        else:
            keys = {"code": entry}
        code = text(keys.get("code"), f"{where}: material")
        necessity = text(keys.get("necessity") or "required", f"{where}: necessity of {code}")
        if necessity not in ("required", "optional"):
            raise Malformed(f"{where}: material {code} is required or optional, not {necessity!r}")
        materials.append((code, text(keys.get("name") or f"材料 {code}", f"{where}: name of {code}"), necessity))
    return tuple(materials)


def _extension(found: Any, where: str) -> dict[str, Any] | None:
    if found is None:
        return None
    keys = only(found, f"{where}: extension", ("max", "approver", "basis"))
    most, approver = keys.get("max", DEFAULT_EXTENSION["max"]), str(keys.get("approver") or "organ_head")
    if isinstance(most, bool) or not isinstance(most, int):
        raise Malformed(f"{where}: extension.max must be a number of days, not {most!r}")
    _check_role(approver, f"{where}: extension.approver")
    return {"max": most, "approver": approver, "basis": str(keys.get("basis") or DEFAULT_EXTENSION["basis"])}


def _procedures(found: Any, where: str) -> tuple[Any, ...]:
    """Kinds of Article 45; another kind is one that a law names for the item, whose words a story need not quote."""
    procedures: list[Any] = []
    unsaid = "法律、行政法规对本事项的规定"
    for entry in items_of(found, f"{where}: special_procedures"):
        if isinstance(entry, dict):
            keys = only(entry, f"{where}: special_procedures", ("kind", "basis"))
            kind, basis = text(keys.get("kind"), f"{where}: kind"), str(keys.get("basis") or unsaid)
        else:
            kind, basis = text(entry, f"{where}: special_procedures"), unsaid
        procedures.append(kind if kind in SPECIAL_PROCEDURES else {"kind": kind, "basis": basis})
    return tuple(procedures)


def _staff(found: Any, first_organ: str) -> dict[str, PersonGiven]:
    if found is not None and not isinstance(found, dict):
        raise Malformed("given.staff must be a mapping of names")
    return {text(name, "given.staff"): _person(name, entry, first_organ) for name, entry in (found or {}).items()}


def _person(name: Any, entry: Any, first_organ: str) -> PersonGiven:
    where = f"staff {name}"
    keys = only(entry, where, ("role", "organ", "authorised")) if isinstance(entry, dict) else {"role": entry}
    roles = tuple(text(role, f"{where}: role") for role in items_of(keys.get("role"), f"{where}: role"))
    if not roles:
        raise Malformed(f"{where}: no role")
    for role in roles:
        _check_role(role, where)
    given = text(keys["organ"], f"{where}: organ") if keys.get("organ") is not None else ""
    free = all(role in WITHOUT_ORGAN for role in roles)
    authorised = _yes_or_no(keys.get("authorised"), f"{where}: authorised")
    return PersonGiven(tuple(dict.fromkeys(roles)), given or ("" if free else first_organ), authorised)


def default_person(name: str, organ: str) -> PersonGiven | None:
    """Who is meant by a name that the story does not explain: the person of that role in the first organ."""
    role = SHORT_NAMES.get(name, name)
    if role not in ROLES or role == Role.APPLICANT:
        return None
    return PersonGiven(roles=(str(role),), organ="" if role in WITHOUT_ORGAN else organ)


def _office_hours(found: Any) -> tuple[str, ...]:
    spans = tuple(text(span, "given.office_hours") for span in items_of(found, "given.office_hours"))
    try:
        if spans:
            parse_office_hours(spans)
    except ValueError as error:
        raise Malformed(f"given.office_hours: {error}") from None
    return spans
