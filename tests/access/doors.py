"""Who may open what: one entry for each address of the pages and each operation of the API, written down by hand.

Nothing here is read from the product's grants. **A new address needs an entry**; `test_access_pages.py` and
`test_access_api.py` fail until it has one:

    "office/fees/<int:key>/": (Door("office/fees/{fee}/", get=HEADS, post={"organ_head"}),)

The first text is the address as Django writes it (the failing test quotes it), `Door` a way to ask for it: an address
whose {names} are fields of `world.Side` or `World.values`. `get` and `post` are the roles that may, each in its own
scope; `None`: the address does not know that method. `scope` says who else may open what belongs to the other scope:

* `CASE`      those of `get`/`post` that act for the whole centre;
* `PERSONAL`  nobody;
* `SHARED`    everybody who may open the own: there is nothing of one organ or applicant behind it.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from tests.access import registers
from tests.access.world import IDLE, OTHER_ID_NUMBER, VISITOR
from tests.flows import test_publication
from tests.flows.test_permissions import MAY as CASEWORK
from tests.flows.world import ACTS
from yimen.rooms.identity.rules.roles import Role

CASE, PERSONAL, SHARED = "case", "personal", "shared"

ROLES = frozenset(str(role) for role in Role)
EVERYBODY = ROLES | {VISITOR}
OWNERS = frozenset({"applicant", "agent"})
STAFF = ROLES - OWNERS
COUNTER = frozenset({"window_clerk", "window_head"})
WIDE = frozenset({"committee", "legal_office", "government", "supervision", "auditor", "clock"})
VIEWERS = COUNTER | {
    "examiner",
    "approver",
    "section_head",
    "organ_head",
    "government",
    "committee",
    "legal_office",
    "supervision",
    "auditor",
    "duty_leader",
    "inspector",
}
READERS = VIEWERS | OWNERS
FIGURES = VIEWERS - {"window_clerk", "examiner", "approver", "inspector"}
CALENDAR = frozenset({"committee", "legal_office"})
REVEAL = COUNTER | {"examiner"}
WATCH = frozenset({"committee", "supervision", "government", "organ_head"})
MONEY = frozenset({"committee", "finance"})
IMPORTERS = frozenset({"legal_office", "admin"})
DISCLOSERS = frozenset({"legal_office", "admin", "committee", "organ_head"})
APPROVERS = frozenset({"window_head", "approver"})
TEXTS = frozenset({"examiner", "approver", "window_head", "section_head", "organ_head"})
PERSONS = sorted((EVERYBODY - IDLE) | {"tenderer"})  # stands for all of IDLE
SOME = frozenset({VISITOR, "applicant", "window_clerk", "admin"})


@dataclass(frozen=True)
class Door:
    """One way to ask for an address; see the module's docstring.

    `body`: what a POST carries. `readers`: asked only of who may read the case (whoever can't is told by the door of
    the case itself, and by `tests/flows/test_permissions.py`). `refused_only`: there is no such record, so asking tells
    nothing of those who may.
    """

    path: str
    get: Set[str] | None = EVERYBODY
    post: Set[str] | None = None
    scope: str = SHARED
    body: Any = None
    readers: bool = False
    refused_only: bool = False

    def asked_of(self, method: str, role: str) -> bool:
        """Whether there is anything to learn from asking: what is open to all is asked of a few."""
        may = self.get if method == "get" else self.post
        if may is None or (self.readers and role not in READERS) or (self.refused_only and role in may):
            return False
        if self.readers and method == "get" and role not in may:
            return False  # a refused POST says the same of the same permission
        return role in SOME or not may >= ROLES

    def opens(self, method: str, role: str, *, own: bool) -> bool:
        """Whether this role may."""
        may: Set[str] = (self.get if method == "get" else self.post) or frozenset()
        if own or self.scope == SHARED:
            return role in may
        return role in may and self.scope == CASE and role in WIDE


def door(path: str, get: Set[str] | None = EVERYBODY, post: Set[str] | None = None, **more: Any) -> tuple[Door, ...]:
    """An entry with one door."""
    return (Door(path, get, post, **more),)


PUBLIC = EVERYBODY
NOBODY: Set[str] = frozenset()
# Every verb of a case, with who may do it and what it is told.
MAY: dict[str, Set[str]] = {**CASEWORK, **test_publication.MAY}
TOLD = {verb: arguments for verb, (_who, arguments) in ACTS.items()} | test_publication.VERBS
QUESTION = {"title": "停车", "text": "能停车吗？"}
DISCLOSE = {"fields": ["phone"], "purpose": "contact", "reason": "核对"}
# Verbs of a case as pages. Any staff of the organ may ask for `extend_case`; the rule answers who extends. What is
# disclosed stands on a page of its own.
VERB_PAGES = (
    *(
        Door(f"cases/{{case}}/do/{verb}/", may - {"clock"}, may - {"clock"}, CASE, readers=True)
        for verb, may in sorted(MAY.items())
        if verb not in ("extend_case", "reveal_personal_data")
    ),
    Door(
        "cases/{case}/do/extend_case/",
        None,
        {"organ_head"},
        CASE,
        readers=True,
        body={"days": "3", "reason": "案情复杂"},
    ),
)
BULK = {"approve_case": APPROVERS, "examine_case": {"examiner"}, "archive_case": COUNTER}

REGISTER_LISTS = tuple(
    Door(f"office/registers/{kind}/", STAFF & roles) for kind, roles in sorted(registers.READERS.items())
)
REGISTER_FORMS = tuple(
    Door(f"office/registers/{kind}/new/{verb}/", STAFF & registers.MAY[verb], None) for kind, verb in registers.makers()
) or door("office/registers/organ/new/nothing/", frozenset())
# Where there is no such record everybody is told the same; scope is tested with the records themselves.
REGISTER_ACTS = tuple(
    Door(f"office/registers/{kind}/0/do/{verb}/", frozenset(), frozenset()) for kind, verb in registers.acts()
) or door("office/registers/organ/{organ}/do/nothing/", frozenset())

PAGES: dict[str, tuple[Door, ...]] = {
    "": door(""),
    "language/": door("language/", None, PUBLIC),
    "display/": door("display/", None, PUBLIC),
    "design/": door("design/"),
    "items/": (Door("items/"), Door("items/?q={item}")),
    "suggest/": door("suggest/?q={item}"),
    "items/<code:code>.jsonld": door("items/{item}.jsonld"),
    "opendata/": door("opendata/"),
    "opendata/catalogue.json": door("opendata/catalogue.json"),
    "opendata/catalogue.csv": door("opendata/catalogue.csv"),
    "opendata/catalogue.jsonld": door("opendata/catalogue.jsonld"),
    "items/<code:code>/guide.pdf": door("items/{item}/guide.pdf"),
    "items/<code:code>/": door("items/{item}/"),
    "items/<code:code>/list/": door("items/{item}/list/"),
    "items/<code:code>/apply/": door("items/{item}/apply/", OWNERS | COUNTER, OWNERS | COUNTER),
    "drafts/<str:key>/": door("drafts/{draft}/", OWNERS, OWNERS, scope=PERSONAL),
    "drafts/<str:key>/discard/": door("drafts/{draft}/discard/", OWNERS, OWNERS, scope=PERSONAL),
    "drafts/<str:key>/<slug:step>/": tuple(
        Door(f"drafts/{{draft}}/{step}/", OWNERS, OWNERS, scope=PERSONAL) for step in ("who", "check")
    ),
    "subjects/": (Door("subjects/"), Door("subjects/?list=past&on={today}")),
    "authorisations/": (Door("authorisations/"), Door("authorisations/?list=coming")),
    "decisions/": (Door("decisions/"), Door("decisions/?q={case}")),
    "announcements/": door("announcements/"),
    "announcements.atom": door("announcements.atom"),
    "announcements/<int:key>/": door("announcements/0/", NOBODY),  # none is in force
    "duty/": (Door("duty/"), Door("duty/?week=1")),
    "promises/": door("promises/"),
    "promises/reports/": door("promises/reports/", PUBLIC, None),  # a POST without number and password is told so
    "promises/<int:key>/report/": door("promises/0/report/", NOBODY, NOBODY),  # none is published
    "decisions.atom": door("decisions.atom?q={case}"),
    "orders/": door("orders/"),
    "orders.atom": door("orders.atom"),
    "orders/<str:key>/": door("orders/0/", NOBODY),
    "decisions/<str:number>/": door("decisions/{case}/", NOBODY),  # not public yet
    "ask/": (Door("ask/", PUBLIC, PUBLIC, body=QUESTION), Door("ask/?q={item}&item={item}")),
    "ask/follow/": door("ask/follow/", PUBLIC, None),
    "ask/<str:number>/": door("ask/0/", PUBLIC, None),  # the form; what it opens is tested in tests/web
    "faq/": (Door("faq/"), Door("faq/?q={item}")),
    "faq.atom": door("faq.atom"),
    "faq/<int:key>/": door("faq/0/", NOBODY),
    "track/": (Door("track/", PUBLIC, None), Door("track/?number={case}")),
    "my/": door("my/", OWNERS),
    "my/questions/": door("my/questions/", OWNERS),
    "my/<str:number>/": door("my/{case}/", OWNERS, scope=PERSONAL),
    "my/<str:number>/correction/": door("my/{case}/correction/", OWNERS, OWNERS, scope=PERSONAL),
    "my/<str:number>/withdraw/": door("my/{case}/withdraw/", OWNERS, OWNERS, scope=PERSONAL),
    "cases/<str:number>/received/": door("cases/{case}/received/", OWNERS | COUNTER, scope=CASE),
    "cases/<str:number>/receipt/": door("cases/{case}/receipt/", OWNERS | COUNTER, scope=CASE),
    "verify/": (Door("verify/"), Door("verify/?number={certificate}")),
    "verify/<str:number>/": door("verify/{certificate}/"),
    "journal/heads/": door("journal/heads/"),
    "journal/heads.json": door("journal/heads.json"),
    "sign-in/": door("sign-in/", PUBLIC, PUBLIC),
    "sign-out/": door("sign-out/", None, PUBLIC),
    "sign-in/persona/": door("sign-in/persona/", None, PUBLIC, body={"role": "applicant"}),
    "healthz": door("healthz"),
    "readyz": door("readyz"),
    "metrics": door("metrics"),  # this machine only, which is where the tests are
    "desk/": door("desk/", COUNTER),
    "desk/new/": (Door("desk/new/", COUNTER, COUNTER), Door("desk/new/?item={item}", COUNTER, None, CASE)),
    "desk/suggest/": door("desk/suggest/?q={item}", COUNTER),
    "desk/enterprises/": door("desk/enterprises/", COUNTER, COUNTER),
    "cases/": (
        Door("cases/", STAFF),
        Door("cases/?q={case}", STAFF),
        Door("cases/?organ={organ}", STAFF),
        Door("cases/?list=late", STAFF),
        Door("cases/?list=finished&after={today}_999999", STAFF),
    ),
    "cases/<str:number>/": door("cases/{case}/", READERS, scope=CASE),
    "cases/<str:number>/personal/": door("cases/{case}/personal/", REVEAL, REVEAL, scope=CASE),
    "cases/<str:number>/do/<slug:verb>/": VERB_PAGES,
    "cases/<str:number>/files/<int:key>/": door("cases/{case}/files/{file}/", READERS, scope=CASE),
    "cases/<str:number>/proof.json": door("cases/{case}/proof.json", READERS, scope=CASE),
    "papers/<path:number>.pdf": door("papers/{paper}.pdf", READERS, scope=CASE),
    "papers/<path:number>/": door("papers/{paper}/", READERS, scope=CASE),
    "office/": door("office/", STAFF),
    "office/next/": door("office/next/?after={case}", STAFF),
    "office/meetings/due/": door("office/meetings/due/", WATCH),
    "office/budget/": (
        Door("office/budget/", MONEY),
        Door("office/budget/?year=2025&as=csv", MONEY),
        Door("office/budget/?year=2025&as=xlsx", MONEY),
    ),
    "office/rules/": door("office/rules/", registers.MAY["acknowledge_rule"]),
    "office/breaches/": door("office/breaches/", {"committee"}),
    "windows/": door("windows/"),
    "windows/<int:key>/": door("windows/{window}/"),
    "windows/<int:key>/photo/<int:posting>/": door("windows/{window}/photo/{posting}/"),
    "stations/": door("stations/"),
    "items/<code:code>/files/<slug:key>/": door("items/{item}/files/{photo}/"),
    "services/": (Door("services/"), Door("services/?page=2")),
    "office/three-in/": door("office/three-in/", FIGURES),
    "office/violations/": door("office/violations/", FIGURES),
    "office/overview/": (
        Door("office/overview/", FIGURES),
        Door("office/overview/?by=hall", FIGURES),
        Door("office/overview/?as=csv", FIGURES),
        Door("office/overview/?by=hall&as=csv", FIGURES),
        Door("office/overview/?as=xlsx", FIGURES),
    ),
    "office/overview/<slug:figure>/": (
        Door("office/overview/received/", FIGURES),
        Door("office/overview/received/?organ={organ}", FIGURES),
        Door("office/overview/received/?by=hall&hall=none", FIGURES),
        Door("office/overview/running/?organ={organ}&as=csv", FIGURES),
    ),
    "office/bulk/<slug:verb>/": tuple(Door(f"office/bulk/{verb}/", may, may) for verb, may in BULK.items()),
    "office/texts/": door("office/texts/", TEXTS, TEXTS),
    "office/texts/<int:key>/": door("office/texts/{ready_text}/", TEXTS, TEXTS, scope=PERSONAL),
    "office/publications/": (
        Door("office/publications/", VIEWERS),
        Door("office/publications/?list=late", VIEWERS),
    ),
    "office/questions/": (
        Door("office/questions/", registers.READERS["question"]),
        Door("office/questions/?list=open&page=2", registers.READERS["question"]),
    ),
    # Where there is no such question everybody is told the same; scope is tested in tests/web/test_questions.py.
    "office/questions/<str:number>/": door("office/questions/0/", NOBODY, NOBODY),
    "office/questions/<str:number>/publish/": door("office/questions/0/publish/", NOBODY, NOBODY),
    # Only what the register shows; scope is tested in tests/web/test_orders.py.
    "office/disclosures/": door("office/disclosures/", DISCLOSERS),
    "office/versions/<str:key>/check/": door("office/versions/0/check/", NOBODY),
    "office/versions/<str:old>/<str:new>/": door("office/versions/0/0/", NOBODY),
    "office/registers/": door("office/registers/", STAFF),
    "office/registers/<slug:kind>/": REGISTER_LISTS,
    "office/registers/<slug:kind>/<code:key>/": door("office/registers/organ/{organ}/", STAFF),
    "office/registers/<slug:kind>/new/<slug:verb>/": REGISTER_FORMS,
    "office/registers/<slug:kind>/<code:key>/do/<slug:verb>/": REGISTER_ACTS,
    "office/catalogue/": door("office/catalogue/", IMPORTERS, IMPORTERS),
    "office/catalogue/export.<slug:kind>": door("office/catalogue/export.zip", IMPORTERS),
    # Where there is no such record everybody is told the same.
    "office/catalogue/imports/<int:key>/": door("office/catalogue/imports/0/", NOBODY, NOBODY),
    "office/catalogue/imports/<int:key>/report.csv": door("office/catalogue/imports/0/report.csv", NOBODY),
    "office/quarantine/": door("office/quarantine/", IMPORTERS, IMPORTERS),
    "office/quarantine/<int:key>/": door("office/quarantine/0/", NOBODY, NOBODY),
    "office/accounts/": door("office/accounts/", {"admin"}, {"admin"}),
    "office/calendar/": door("office/calendar/", CALENDAR, CALENDAR),
    "office/calendar/notices/<int:key>/": door("office/calendar/notices/{notice}/", CALENDAR, CALENDAR),
    "office/calendar/emergencies/": door("office/calendar/emergencies/", None, CALENDAR),
    "office/calendar/emergencies/<int:key>/": door("office/calendar/emergencies/{emergency}/", None, CALENDAR),
    "account/": door("account/", ROLES),
    "account/second-factor/": door("account/second-factor/", ROLES),
    "account/passkey/": door("account/passkey/"),
    "account/register/": door("account/register/", PUBLIC, PUBLIC),
    "account/enterprises/": door("account/enterprises/", OWNERS, OWNERS),
    "account/enterprises/<int:key>/accept/": door(
        "account/enterprises/{membership}/accept/", None, {"applicant"}, scope=PERSONAL
    ),
    "account/enterprises/<int:key>/revoke/": door(
        "account/enterprises/{membership}/revoke/", None, {"applicant"} | COUNTER, scope=PERSONAL
    ),
    "account/inactive/": door("account/inactive/"),
    "account/reauthenticate/": door("account/reauthenticate/", ROLES, ROLES),
    "account/email/": door("account/email/", ROLES, ROLES),
    "account/confirm-email/": door("account/confirm-email/"),
    r"account/^confirm-email/(?P<key>[-:\w]+)/$": door("account/confirm-email/x/"),
    "account/password/change/": door("account/password/change/", ROLES, ROLES),
    "account/password/set/": door("account/password/set/", ROLES, ROLES),
    "account/password/reset/": door("account/password/reset/", PUBLIC, PUBLIC),
    "account/password/reset/done/": door("account/password/reset/done/"),
    r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": door("account/password/reset/key/1-x/"),
    "account/password/reset/key/done/": door("account/password/reset/key/done/"),
    "account/2fa/": door("account/2fa/", ROLES),
    "account/2fa/authenticate/": door("account/2fa/authenticate/", ROLES),
    "account/2fa/reauthenticate/": door("account/2fa/reauthenticate/", ROLES),
    "account/2fa/totp/activate/": door("account/2fa/totp/activate/", ROLES, ROLES),
    "account/2fa/totp/deactivate/": door("account/2fa/totp/deactivate/", NOBODY, NOBODY),
    "account/2fa/recovery-codes/": door("account/2fa/recovery-codes/", NOBODY),
    "account/2fa/recovery-codes/generate/": door("account/2fa/recovery-codes/generate/", ROLES, ROLES),
    "account/2fa/recovery-codes/download/": door("account/2fa/recovery-codes/download/", NOBODY),
    "account/2fa/webauthn/": door("account/2fa/webauthn/", ROLES),
    "account/2fa/webauthn/add/": door("account/2fa/webauthn/add/", ROLES, ROLES),
    "account/2fa/webauthn/reauthenticate/": door("account/2fa/webauthn/reauthenticate/", ROLES),
    "account/2fa/webauthn/keys/<int:pk>/remove/": door("account/2fa/webauthn/keys/{key}/remove/", NOBODY, NOBODY),
    "account/2fa/webauthn/keys/<int:pk>/edit/": door("account/2fa/webauthn/keys/{key}/edit/", NOBODY, NOBODY),
    "account/2fa/webauthn/login/": door("account/2fa/webauthn/login/", ROLES),
    "account/sessions/": door("account/sessions/", ROLES, ROLES),
}

# The API: operation id → door. Methods and paths must be those of the description (`test_access_api.py` compares).
NOTICE = {"year": 2031, "number": "国办发明电〔2099〕2号", "days": [{"day": "2031-01-01", "is_workday": False}]}
EMERGENCY = {"day": "2026-11-11", "name": "台风", "basis": "通告"}
APPLICATION = {
    "item": "X1",
    "applicant": {"name": "张三", "id_number": "11010519491231002X"},
    "materials": ["M1"],
}
API_VERBS = {
    verb: Door(f"cases/{{case}}/{verb}", None, may, CASE, readers="clock" not in may, body=TOLD[verb])
    for verb, may in sorted(MAY.items())
}
OPERATIONS: dict[str, Door] = {
    "list_register": Door("registers/organ", STAFF),
    "get_thing": Door("registers/organ/{organ}", STAFF),
    **{verb: Door(f"registers/{kind}/{verb}", None, registers.MAY[verb]) for kind, verb in registers.makers()},
    **{
        verb: Door(f"registers/{kind}/0/{verb}", None, registers.MAY[verb], refused_only=True)
        for kind, verb in registers.acts()
    },
    "upload_file": Door("files", None, ROLES, body="multipart"),
    "list_items": Door("items?q={item}"),
    "get_item": Door("items/{item}"),
    "submit_application": Door("cases", None, OWNERS | COUNTER, body=APPLICATION),
    "list_cases": Door("cases", ROLES),
    "get_case": Door("cases/{case}", READERS, scope=CASE),
    "get_case_history": Door("cases/{case}/history", READERS, scope=CASE),
    "get_case_proof": Door("cases/{case}/proof", READERS, scope=CASE),
    "list_papers": Door("cases/{case}/papers", READERS, scope=CASE),
    "get_paper": Door("cases/{case}/papers/acceptance.pdf", READERS, scope=CASE),
    **API_VERBS,
    "reveal_personal_data": Door("cases/{case}/reveal_personal_data", None, REVEAL, CASE, body=DISCLOSE),
    "look_up_applicant": Door(
        "applicants/look_up_applicant", None, COUNTER, body={"field": "id_number", "text": OTHER_ID_NUMBER}
    ),
    "list_year_notices": Door("calendar/notices", CALENDAR),
    "enter_year_notice": Door("calendar/notices", None, CALENDAR, body=NOTICE),
    "preview_year_notice": Door("calendar/notices/{notice}/preview", CALENDAR),
    "confirm_year_notice": Door("calendar/notices/{notice}/confirm", None, CALENDAR),
    "list_emergency_days": Door("calendar/emergencies", CALENDAR),
    "declare_emergency_day": Door("calendar/emergencies", None, CALENDAR, body=EMERGENCY),
    "confirm_emergency_day": Door("calendar/emergencies/{emergency}/confirm", None, CALENDAR),
    "get_calendar_year": Door("calendar/{year}"),
    "check_certificate": Door("certificates/{certificate}"),
    "list_decisions": Door("decisions?q={case}"),
    "get_decision": Door("decisions/{case}", NOBODY),  # not public yet
    "list_heads": Door("journal/heads"),
    "get_journal_keys": Door("journal/key"),
}
