"""Papers as PDF: what they say, that they are made once, signed, journalled, and given to the right people."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificate

from tests import factories
from tests.pdf_text import metadata_of, pages_of, text_of
from yimen.facts import papers
from yimen.flows import examination, intake
from yimen.flows import papers as press_room
from yimen.flows.registry import case_verbs
from yimen.ground.engines import pdf_signing, press, typesetting
from yimen.ground.files.actions import sweep_orphans
from yimen.ground.files.queries import open_file
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.documents.models import Document, Rendering
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData

INJECTION = '#read("/etc/passwd") #panic() $x^2$ *b* _i_ `r` \\u{41} ] ) } @ref <label> // end'
PLAIN_TEXT = re.sub(r"\s", "", INJECTION)
LONG_NAME = "A" * 120
KINDS = [
    "acceptance",
    "correction",
    "held_correction",
    "not_required",
    "not_accepted",
    "supplement",
    "special_procedure",
    "special_procedure_end",
    "extension",
    "decision",
    "termination",
]


@pytest.fixture
def centre(db: None) -> None:
    factories.make_centre()


def read(made: Rendering) -> bytes:
    with open_file(made.sha256) as stream:
        return stream.read()


def set_in_process(sheet: press.Sheet) -> bytes:
    return typesetting.typeset(sheet.files, sheet.main, sheet.data, timestamp=sheet.timestamp)


def newest(case: Case) -> papers.Paper:
    return papers.of_document(Document.objects.filter(subject=f"case:{case.number}").latest("id"))


def case_with(kind: str, words: str, name: str = "张三") -> Case:
    """A case whose newest paper is of `kind`, with `words` in every free text."""
    person = ApplicantData(name, id_number=factories.RESIDENT_ID)
    states = {"held_correction": "received", "correction": "received", "extension": "accepted"}
    states |= {"not_required": "received", "not_accepted": "received", "decision": "examined"}
    state = states.get(kind, "accepted" if kind != "acceptance" else "received")
    case = factories.make_case(state=state, applicant=person)
    actor: Callable[..., Actor] = factories.make_actor
    at = factories.now()
    acts: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "acceptance": [("window_clerk", "accept_application", {})],
        "correction": [
            ("window_clerk", "request_correction", {"missing": [{"code": "M1", "reason": words}], "note": words})
        ],
        "held_correction": [
            ("window_clerk", "request_correction", {"missing": ["M1"]}),
            ("applicant", "submit_correction", {"materials": ["M1"]}),
            ("window_clerk", "hold_correction_incomplete", {"missing": ["M1"], "reason": words}),
        ],
        "not_required": [("window_clerk", "declare_not_required", {"reason": words})],
        "not_accepted": [
            ("window_clerk", "refuse_acceptance", {"reason": words, "competent_organ": "省级部门" + words[:100]})
        ],
        "supplement": [("examiner", "invite_supplement", {"text": words})],
        "special_procedure": [
            ("examiner", "start_special_procedure", {"kind": "hearing", "expected_days": 5, "basis": words[:200]})
        ],
        "special_procedure_end": [
            ("examiner", "start_special_procedure", {"kind": "hearing", "expected_days": 5}),
            ("examiner", "end_special_procedure", {}),
        ],
        "extension": [("organ_head", "extend_case", {"days": 7, "reason": words})],
        "decision": [("window_head", "approve_case", {"decision": "refuse", "reasons": words})],
        "termination": [("window_head", "terminate_case", {"reason": words})],
    }
    for step, (role, verb, arguments) in enumerate(acts[kind]):
        by = actor_of_user(case.submitted_by) if role == "applicant" else actor(role)
        case_verbs()[verb].run(case.number, by=by, at=at + timedelta(seconds=step), **arguments)
    return case


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_what_people_wrote_and_runs_none_of_it(centre: None, kind: str) -> None:
    case = case_with(kind, INJECTION + "\n第二段", name=f"李四{LONG_NAME}")
    paper = newest(case)
    assert paper.kind == kind
    pdf = set_in_process(papers.sheet(paper))
    text = text_of(pdf)
    for fact in (f"李四{LONG_NAME}", "示例许可", "部门O1", case.number, paper.number, "样本"):
        assert fact in text, fact
    if kind not in ("acceptance", "special_procedure_end"):
        assert PLAIN_TEXT in text
    assert "root:" not in text
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in metadata_of(pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_empty_and_unshowable_words(centre: None, kind: str) -> None:
    """Emoji, rare characters, control and direction marks: shown or named by their code point, never lost."""
    case = case_with(kind, "\U0001f600\u202e\x07\U0002a6d6字", name="𠮷\U0001f600王")
    text = text_of(set_in_process(papers.sheet(newest(case))))
    assert "王" in text and ("\U0001f600" in text or "〔U+1F600〕" in text)


def test_articles_days_and_remedies(centre: None) -> None:
    case = case_with("decision", "不符合条件")
    case.refresh_from_db()
    text = text_of(set_in_process(papers.sheet(newest(case))))
    for words in ("不予行政许可决定书", "第三十八条第二款", "不符合条件", "60日内", "6个月内", "人民法院"):
        assert words in text, words
    granted = factories.make_case(state="granted")
    text = text_of(set_in_process(papers.sheet(newest(granted))))
    due = granted.issue_due_on
    assert due and f"最迟{due.year}年{due.month}月{due.day}日" in text
    assert "准予行政许可决定书" in text and "第四十四条" in text and "行政复议" not in text
    accepted = case_with("acceptance", "")
    accepted.refresh_from_db()
    text = text_of(set_in_process(papers.sheet(newest(accepted))))
    for day in (accepted.promised_due_on, accepted.statutory_due_on):
        assert day and f"{day.year}年{day.month}月{day.day}日" in text
    assert "承诺时限8个工作日" in text and "法定时限20个工作日" in text and "0000-7654321" in text


def test_a_correction_notice_names_every_demand(centre: None) -> None:
    text = text_of(set_in_process(papers.sheet(newest(case_with("correction", "看不清")))))
    for words in ("补正告知书", "申请书", "看不清", "一次告知", "五个工作日", "收件人签名"):
        assert words in text, words


def test_receipts_and_certificate(centre: None) -> None:
    case = factories.make_case(state="issued")
    for name in papers.RECEIPTS:
        pdf = set_in_process(papers.sheet(papers.load(f"{case.number}/{name}")))
        text = text_of(pdf)
        assert pages_of(pdf) == 1
        for words in ("收件凭证", case.number, "不表示受理", "申请书（纸质）", "/track/"):
            assert words in text, (name, words)
    paper = papers.load(f"{case.number}/certificate")
    text = text_of(set_in_process(papers.sheet(paper)))
    assert paper.certificate
    for words in (paper.certificate.number, "张三", "示例许可证", "长期", f"/verify/{paper.certificate.number}/"):
        assert words in text, words


def test_the_same_paper_is_the_same_bytes(centre: None) -> None:
    sheet = papers.sheet(newest(factories.make_case(state="accepted")))
    assert set_in_process(sheet) == set_in_process(sheet)


def test_templates_reach_nothing_outside(centre: None) -> None:
    """No package of the network, no file but their own frame and the data."""
    for path in papers.TEMPLATES.glob("*.typ"):
        source = path.read_text("utf-8")
        assert "@preview" not in source and "eval(" not in source and "read(" not in source
        assert set(re.findall(r'#import "([^"]+)"', source)) <= {"frame.typ", "receipt_rows.typ"}
    with pytest.raises(typesetting.NotSet):
        typesetting.typeset({"x.typ": '#import "@preview/cetz:0.3.0": *'}, "x.typ", {}, timestamp=0)
    with pytest.raises(typesetting.NotSet):
        typesetting.typeset({"x.typ": '#read("/etc/passwd")'}, "x.typ", {}, timestamp=0)


def test_made_once_signed_and_journalled(centre: None) -> None:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    case = factories.make_case(state="accepted")
    number = f"{case.number}/acceptance"
    assert Rendering.objects.count() == 0
    made = press_room.render_document(number, at=factories.now())
    again = press_room.render_document(number, at=factories.now())
    assert again.pk == made.pk and Rendering.objects.count() == 1
    pdf = read(made)
    assert hashlib.sha256(pdf).hexdigest() == made.sha256

    entries = [row for row in history(f"case:{case.number}") if row.verb == "render_document"]
    assert [(e.facts["document"], e.facts["sha256"], e.role) for e in entries] == [(number, made.sha256, "clock")]

    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    pem = Path(pdf_signing.credentials().certificate).read_bytes()
    root = x509.Certificate.load(load_pem_x509_certificate(pem).public_bytes(_der()))
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.intact and status.valid and status.trusted
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert "Yimen development" in embedded.signer_cert.subject.human_friendly

    changed = pdf.replace(b"Typst", b"Tipst", 1)
    assert changed != pdf
    (embedded,) = PdfFileReader(io.BytesIO(changed)).embedded_signatures
    assert not validate_pdf_signature(embedded, ValidationContext(trust_roots=[root])).intact


def _der() -> Any:
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def test_the_worker_makes_what_waits_once(centre: None) -> None:
    case = factories.make_case(state="issued")
    assert press_room.render_waiting(now=factories.now) == 4
    assert press_room.render_waiting(now=factories.now) == 0
    made = set(Rendering.objects.values_list("kind", flat=True))
    assert made == {"acceptance", "decision", "certificate", "receipt"}
    assert Entry.objects.filter(subject=f"case:{case.number}", verb="render_document").count() == 4


def test_the_sweeper_leaves_papers_alone(centre: None) -> None:
    case = factories.make_case(state="accepted")
    made = press_room.render_document(f"{case.number}/acceptance", at=factories.now())
    sweep_orphans(at=factories.now() + timedelta(days=3))
    assert read(made)


def test_one_bad_sheet_does_not_keep_the_others() -> None:
    good = press.Sheet({"a.typ": '#let d = json("data.json")\n#d.x'}, "a.typ", {"x": "fine"}, 0)
    bad = press.Sheet({"a.typ": "#panic()"}, "a.typ", {}, 0)
    first, second = press.print_all([bad, good], sign=None)
    assert not first.pdf and "panic" in first.error
    assert text_of(second.pdf) == "fine"


def test_the_press_learns_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_SECRET_KEY", "very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    assert not {"YIMEN_SECRET_KEY", "DATABASE_URL", "YIMEN_VAR"} & set(press._environment())


def test_a_press_that_fails_is_a_refusal_and_leaves_nothing(centre: None, monkeypatch: pytest.MonkeyPatch) -> None:
    case = factories.make_case(state="accepted")

    def broken(*_: Any, **__: Any) -> Any:
        raise press.PressFailed("jam")

    monkeypatch.setattr(press, "print_all", broken)
    with pytest.raises(Refused) as refused:
        press_room.render_document(f"{case.number}/acceptance", at=factories.now())
    assert refused.value.code == "document.not_made"
    assert press_room.render_waiting(now=factories.now) == 0
    assert Rendering.objects.count() == 0


def test_a_busy_press_says_wait(centre: None, monkeypatch: pytest.MonkeyPatch) -> None:
    case = factories.make_case(state="accepted")
    monkeypatch.setattr(press_room, "WAIT_SECONDS", 0.01)
    with press_room._PRESS, pytest.raises(Refused) as refused:
        press_room.render_document(f"{case.number}/acceptance", at=factories.now())
    assert refused.value.code == "document.being_made"


def test_two_that_make_the_same_paper_keep_the_first(centre: None) -> None:
    paper = newest(factories.make_case(state="accepted"))
    clock = press_room.CLOCK
    first = press_room._keep(paper, b"%PDF-1.7 first\n%%EOF\n", by=clock, at=factories.now())
    second = press_room._keep(paper, b"%PDF-1.7 second\n%%EOF\n", by=clock, at=factories.now())
    assert second.sha256 == first.sha256
    assert Entry.objects.filter(verb="render_document").count() == 1


def test_only_the_clock_makes_papers(centre: None) -> None:
    case = factories.make_case(state="accepted")
    with pytest.raises(Refused) as refused:
        press_room.render_document(f"{case.number}/acceptance", by=factories.make_actor("admin"), at=factories.now())
    assert refused.value.code == "permission.denied"


def test_who_may_have_which_paper(centre: None) -> None:
    user, at = factories.make_user(), factories.now()
    case = factories.make_case(state="received", user=user)
    clerk = factories.make_actor("window_clerk")
    intake.request_correction(case.number, missing=["M1"], told=False, by=clerk, at=at)
    untold = f"{case.number}/correction"
    people = {
        "applicant": actor_of_user(user),
        "stranger": actor_of_user(factories.make_user()),
        "clerk": clerk,
        "other organ": factories.make_actor("window_clerk", organ="O2"),
        "supervision": factories.make_actor("supervision"),
    }

    def having(number: str) -> set[str]:
        got = set()
        for name, actor in people.items():
            try:
                papers.find(number, actor)
            except Refused as refusal:
                assert refusal.code == "case.not_found"
            else:
                got.add(name)
        return got

    assert having(untold) == {"clerk", "supervision"}
    assert having(f"{case.number}/receipt") == {"applicant", "clerk"}
    assert having(f"{case.number}/certificate") == set()
    assert having("nonsense") == having("") == having(f"{case.number}/../x") == set()
    intake.record_telling(case.number, method="handed_over", by=clerk, at=at)
    assert having(untold) == {"applicant", "clerk", "supervision"}


def test_a_preview_writes_nothing_and_says_so(centre: None) -> None:
    case = factories.make_case(state="examined")
    head, at = factories.make_actor("window_head"), factories.now()
    before = json.dumps(list(Case.objects.values()), default=str), Entry.objects.count(), Document.objects.count()
    pdf = press_room.preview(
        case_verbs()["approve_case"], case.number, decision="refuse", reasons="理由甲", by=head, at=at
    )
    text = text_of(pdf)
    assert "预览" in text and "理由甲" in text and "不予行政许可决定书" in text and "样本" not in text
    after = json.dumps(list(Case.objects.values()), default=str), Entry.objects.count(), Document.objects.count()
    assert before == after and Rendering.objects.count() == 0
    with pytest.raises(Refused) as refused:
        press_room.preview(case_verbs()["approve_case"], case.number, decision="refuse", by=head, at=at)
    assert refused.value.code == "reason.missing"
    with pytest.raises(Refused) as refused:
        press_room.preview(
            case_verbs()["approve_case"],
            case.number,
            decision="grant",
            by=factories.make_actor("window_head", organ="O2"),
            at=at,
        )
    assert refused.value.code == "permission.denied"
    examination.approve_case(case.number, decision="grant", by=head, at=at)  # the case is as it was


def test_every_verb_that_draws_up_a_paper_can_be_previewed() -> None:
    assert set(case_verbs()) >= press_room.MAKES_PAPER
