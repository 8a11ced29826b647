"""What people may store runs nowhere: one world full of hostile words, and every page that shows them."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import factories
from tests.pdf_text import text_of
from yimen.flows import calendar, delivery, publication, ready_texts
from yimen.flows.files import upload_file
from yimen.ground.engines import sheets
from yimen.ground.engines.secrets import query_password
from yimen.ground.law.models import YearNotice
from yimen.rooms.catalogue.actions import TEXTS, MaterialText
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.identity.actor import CLOCK
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import Role

HTML = "<script>evil(1)</script>\"'><img src=x onerror=evil(2)></textarea><svg onload=evil(3)>javascript:evil(4){{7*7}}"
TYPST = '#eval("1+1") #read("/etc/passwd") $x^2$ @a \\u{41} // *b* _c_ <label>'
HOSTILE = HTML + TYPST
NAME = "=cmd|'/c calc'!A1<script>evil(5)</script>\u202e"
FILE = '"><img src=x onerror=evil(6)>.pdf'
OWN_SCRIPT = "/static/"


class Running(HTMLParser):
    """Everything in a page that could run: `found` holds what our own pages never send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith(OWN_SCRIPT):
            self.found.append(f"{tag} {attrs}")
        for name, value in attrs:
            scheme = re.sub(r"[\x00-\x20]", "", value or "").lower()
            bad = name in ("href", "src", "action", "formaction") and scheme.startswith(("javascript:", "data:text"))
            if bad or name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(f"{tag} {name}={value}")


def running(page: str) -> list[str]:
    parser = Running()
    parser.feed(page)
    return parser.found


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One item, one case whose every word is hostile, its papers, a published decision and the people to read them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def make_world() -> dict[str, Any]:
    at = factories.now()
    factories.make_centre(HTML[:60])
    organ = factories.make_organ("O1", f"={HTML[:59]}")
    texts = {name: HOSTILE[: ItemVersion._meta.get_field(name).max_length] for name in TEXTS}
    schema = {"type": "object", "properties": {"answer": {"type": "string", "title": HTML, "description": HTML}}}
    item = factories.make_item(
        name=HTML[:60],
        organ=organ,
        materials=(MaterialText("M1", HTML[:60]), MaterialText("M2", HTML[:60], "optional")),
        texts=texts | {"telephone": "javascript:evil(7)"},
        form_schema=schema,
    )
    user = factories.make_user()
    by = actor_of_user(user)
    file = upload_file(SimpleUploadedFile("a.pdf", factories.PDF), name=FILE, by=by, at=at).public_id
    who = ApplicantData(NAME, "organisation", "", factories.CREDIT_CODE, phone="13800000000")
    common: dict[str, Any] = {"item": item, "user": user, "applicant": who, "form": {"answer": HOSTILE}}
    case = factories.make_case(state="issued", materials=({"code": "M1", "file": file},), **common)
    waiting = factories.make_case(state="received", materials=({"code": "M1", "file": file},), **common)
    publication.publish_decision(case.number, by=CLOCK, at=at)
    writer = factories.make_staff(Role.EXAMINER)
    ready_texts.add_ready_text(
        step="examine_case", field="reasons", text=HOSTILE, by=factories.make_actor(Role.EXAMINER), at=at
    )
    staff: dict[str, Any] = {
        role: factories.make_staff(role).user for role in (Role.WINDOW_CLERK, Role.WINDOW_HEAD, Role.ORGAN_HEAD)
    }
    staff[Role.EXAMINER] = writer.user
    staff[Role.SUPERVISION] = factories.make_staff(Role.SUPERVISION, organ=None).user
    staff[Role.COMMITTEE] = factories.make_staff(Role.COMMITTEE, organ=None).user
    make_notices(at)
    return {"case": case, "waiting": waiting, "user": user, **staff}


def make_notices(at: Any) -> None:
    """A year notice and an emergency day, both hostile, with an address that closes its attribute."""
    by = factories.make_actor(Role.LEGAL_OFFICE, organ=None)
    year = date.today().year
    days = [{"day": f"{year}-12-30", "is_workday": False, "name": HTML[:80]}]
    url = "https://x/\"onmouseover=evil(8) x='<script>evil(9)</script>"
    calendar.enter_year_notice(year=year, number=HTML[:80], url=url, days=days, by=by, at=at)
    calendar.declare_emergency_day(day=date(year, 12, 29), name=HTML[:80], basis=HTML[:100], by=by, at=at)


def browser(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


PUBLIC = ("/", "/items/", "/items/?q=script", "/suggest/?q=script", "/items/X1/", "/decisions/")
STAFF = ("/cases/", "/cases/{case}/", "/cases/{waiting}/", "/papers/{case}/acceptance/", "/office/")
PAGES = {
    "anyone": (*PUBLIC, "/decisions/{case}/", "/verify/{certificate}/"),
    "user": ("/items/X1/apply/", "/my/", "/my/{case}/", "/my/{waiting}/", "/papers/{case}/acceptance/"),
    Role.WINDOW_CLERK: (*STAFF, "/desk/", "/desk/new/?item=X1", "/cases/{waiting}/do/request_correction/"),
    Role.EXAMINER: (*STAFF, "/office/texts/"),
    Role.ORGAN_HEAD: (*STAFF, "/office/publications/", "/cases/{case}/do/withdraw_publication/"),
    Role.SUPERVISION: ("/cases/", "/cases/{case}/", "/office/overview/"),
    Role.COMMITTEE: ("/office/calendar/", "/office/calendar/notices/{notice}/"),
}


@pytest.mark.parametrize("role", PAGES)
def test_no_page_runs_what_people_stored(world: dict[str, Any], db: None, role: str) -> None:
    client = browser(world.get(role))
    shown = 0
    for pattern in PAGES[role]:
        path = pattern.format(
            case=world["case"].number,
            waiting=world["waiting"].number,
            certificate=Certificate.objects.get().number,
            notice=YearNotice.objects.get().pk,
        )
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, (path, answer.status_code)
        assert "<script>evil" not in page and running(page) == [], path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy, path
        shown += answer.status_code == 200 and "&lt;script&gt;evil" in page
    assert shown >= 2, "the words must get there"


def test_a_case_opened_with_its_password_runs_nothing(world: dict[str, Any], db: None) -> None:
    number = world["case"].number
    client = browser()
    client.post("/track/", {"number": number, "password": query_password(number)})
    page = client.get("/track/", {"number": number}).content.decode()
    assert "&lt;script&gt;evil" in page and running(page) == []


def test_a_file_s_hostile_name_and_its_bytes_stay_data(world: dict[str, Any], db: None) -> None:
    case = world["case"]
    answer = browser(world[Role.WINDOW_CLERK]).get(f"/cases/{case.number}/files/{case.materials.get().pk}/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "<img" not in re.sub(r'"(?:\\.|[^"\\])*"', "", answer.headers["Content-Disposition"])


def test_a_paper_prints_the_words_and_reads_no_file(world: dict[str, Any], db: None) -> None:
    client = browser(world["user"])
    answer: Any = client.get(f"/papers/{world['case'].number}/certificate.pdf")
    text = text_of(answer.getvalue())
    assert '#eval("1+1")' in text and '#read("/etc/passwd")' in text and "<script>evil" in text
    assert "root:" not in text


def test_tables_hold_no_formula(world: dict[str, Any], db: None) -> None:
    client = browser(world[Role.SUPERVISION])
    answer = client.get("/office/overview/?as=csv")
    table = answer.content.decode("utf-8-sig")
    assert "evil(1)" in table, "the organ's name must get there"
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@"))] == []


# What a spreadsheet would compute, fetch or run, also behind what it strips before it looks.
FORMULAS = (
    "=cmd|'/c calc'!A1",
    "+cmd|'/c calc'!A1",
    "-2+3+cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd|'/c calc'!A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "＠SUM(1)",
    '=HYPERLINK("http://x","y")',
    '=WEBSERVICE("http://x")',
    "http://x/?secret",
    "mailto:x@example.org",
    "internal:Sheet2!A1",
    "{=1+1}",
    "1\ufffe\x0b\x00\u202e",
)


def test_a_spreadsheet_s_cells_are_texts(world: dict[str, Any], db: None) -> None:
    """Read from the file itself: no formula, no link, no relation to anything outside, and XML to its last byte."""
    real = browser(world[Role.SUPERVISION]).get("/office/overview/?as=xlsx").content
    made = sheets.as_xlsx([["figure"], *([text] for text in FORMULAS), [-1]])
    for book, words in ((real, [HTML[:40]]), (made, [FORMULAS[0], FORMULAS[-2]])):
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
        shown = "".join(ElementTree.fromstring(parts["xl/sharedStrings.xml"]).itertext())
        assert all(word in shown for word in words), "the words must get there"
        for name, part in parts.items():
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(part).iter()}
            assert not tags & {"f", "hyperlink", "hyperlinks", "externalReference", "ddeLink", "oleObject"}, name
            assert b'TargetMode="External"' not in part, name


def test_a_csv_computes_none_of_them() -> None:
    table = sheets.as_csv([[text] for text in FORMULAS]).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(table, newline=""))]
    assert [cell.removeprefix("'") for cell in cells] == list(FORMULAS), "nothing is lost"
    computed = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
    assert [cell for cell in cells if cell.lstrip(" ").startswith(computed)] == []


def test_the_feed_stays_xml_whatever_an_item_is_called(world: dict[str, Any], db: None) -> None:
    """U+FFFE or a control character in one name, and no reader would show any entry."""
    item = factories.make_item("X2", name=f"许可\ufffe\uffff\x0b\x1b]]>{HTML[:40]}")
    who = ApplicantData(NAME, "organisation", "", factories.CREDIT_CODE, phone="13800000000")
    case = factories.make_case(state="granted", item=item, applicant=who)
    publication.publish_decision(case.number, by=CLOCK, at=factories.now())
    answer = browser().get("/decisions.atom")
    assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(answer.content).findall(f"{atom}entry")
    assert len(entries) == 2
    for entry in entries:
        title, summary = entry.find(f"{atom}title"), entry.find(f"{atom}summary")
        assert title is not None and summary is not None
        assert title.get("type") in (None, "text") and "<script>evil(1)" in str(title.text), "the words must get there"
        assert running(str(summary.text)) == [] and "&lt;script&gt;evil" in str(summary.text)
        assert all(link.get("href", "").startswith("http") for link in entry.findall(f"{atom}link"))


def test_a_letter_keeps_its_head_and_is_no_page(world: dict[str, Any], db: None) -> None:
    """The item's name brings its own lines of a head, and markup; all of it stays one subject and plain text."""
    item = factories.make_item("X3", name="许可\r\nBcc: all@example.org\r\n\r\n<script>evil(1)</script>")
    who = ApplicantData("<img src=x onerror=evil(2)>\r\nBcc: b@example.org", email="ok@example.org")
    factories.make_case(state="accepted", item=item, applicant=who)
    delivery.queue_copies(now=factories.now)
    assert delivery.deliver_waiting(now=factories.now) >= 1 and mail.outbox
    for letter in mail.outbox:
        made = letter.message()
        assert letter.recipients() == ["ok@example.org"] and made["Bcc"] is None and made["Cc"] is None
        assert len(str(letter.subject).splitlines()) == 1
        assert {part.get_content_type() for part in made.walk()} <= {
            "text/plain",
            "multipart/mixed",
            "application/pdf",
        }
    assert all("Bcc: all@example.org" in str(letter.body) for letter in mail.outbox), "the words must get there"


@pytest.mark.parametrize("address", ["li@example.cn\r\nBcc: all@example.org", "li@example.cn\nx: y", "a,b@example.org"])
def test_an_address_that_brings_a_line_of_its_own_gets_no_letter(world: dict[str, Any], db: None, address: str) -> None:
    """At registration, recovery and in an application."""
    word = "correct horse battery"
    form = {"username": "lisi", "email": address, "password1": word, "password2": word}
    assert browser().post("/account/register/", form).status_code == 200
    browser().post("/account/password/reset/", {"email": address})
    factories.make_case(item=factories.make_item("X4"), applicant=ApplicantData("张三", email=address))
    delivery.queue_copies(now=factories.now)
    delivery.deliver_waiting(now=factories.now)
    assert mail.outbox == []
    assert browser().post("/account/register/", {**form, "email": "li@example.cn"}).status_code == 302
    assert [letter.recipients() for letter in mail.outbox] == [["li@example.cn"]], "an honest one goes out"
