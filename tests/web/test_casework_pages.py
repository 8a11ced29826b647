"""The case page and a page for each verb: who sees what, what is offered, what a refusal looks like."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]
KEY = "a-one-time-key-of-a-form"


def entries(case: Case, verb: str) -> int:
    return Entry.objects.filter(subject=f"case:{case.number}", verb=verb).count()


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


SEES = {
    "window_clerk": True,
    "window_head": True,
    "examiner": True,
    "approver": True,
    "organ_head": True,
    "section_head": True,
    "committee": True,
    "legal_office": True,
    "supervision": True,
    "auditor": True,
    "government": True,
    "finance": False,
    "admin": False,
}


@pytest.mark.parametrize(("role", "sees"), SEES.items())
def test_case_page_once_per_role(item: ItemVersion, signed_in: SignIn, role: str, sees: bool) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff(role))
    text = page(client, f"/cases/{case.number}/", 200 if sees else 404)
    assert ("申请书" in text) == sees


@pytest.mark.parametrize("role", ["window_clerk", "examiner", "window_head", "auditor"])
def test_numbers_are_masked_for_everybody(item: ItemVersion, signed_in: SignIn, role: str) -> None:
    text = page(signed_in(factories.make_staff(role)), f"/cases/{factories.make_case().number}/")
    assert "13800000000" not in text and factories.RESIDENT_ID not in text
    assert "138****0000" in text and "110***********002X" in text


def test_staff_of_another_organ_get_404_everywhere(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_head", organ="O2"))
    for rest in ("", "do/accept_application/", "proof.json", "files/1/"):
        page(client, f"/cases/{case.number}/{rest}", 404)
    assert case.number not in page(client, "/cases/")
    assert client.post(f"/cases/{case.number}/do/accept_application/", {"version": 1}).status_code == 404
    case.refresh_from_db()
    assert case.state == "received"


def test_a_visitor_is_sent_to_sign_in(item: ItemVersion, client: Client) -> None:
    case = factories.make_case()
    for path in ("/desk/", "/desk/new/", "/office/", "/cases/", f"/cases/{case.number}/", "/office/calendar/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/sign-in/?next="), path


def test_a_clerk_is_offered_the_five_treatments_and_an_auditor_nothing(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    text = page(signed_in(factories.make_staff("window_clerk")), f"/cases/{case.number}/")
    for verb in (
        "accept_application",
        "request_correction",
        "correct_on_the_spot",
        "declare_not_required",
        "refuse_acceptance",
    ):
        assert f"/do/{verb}/" in text
    assert "/do/approve_case/" not in text
    assert "/do/" not in page(signed_in(factories.make_staff("auditor")), f"/cases/{case.number}/")


def test_verb_page_without_the_verb_is_403(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="examined")
    page(signed_in(factories.make_staff("window_clerk")), f"/cases/{case.number}/do/approve_case/", 403)


def test_verb_page_in_the_wrong_state_is_409(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    page(signed_in(factories.make_staff("window_clerk")), f"/cases/{case.number}/do/accept_application/", 409)


@pytest.mark.parametrize("verb", ["deem_accepted", "no_such_verb", "submit_application", "enter_year_notice"])
def test_no_page_for_what_is_no_verb_of_a_case(item: ItemVersion, signed_in: SignIn, verb: str) -> None:
    case = factories.make_case()
    page(signed_in(factories.make_staff("window_head")), f"/cases/{case.number}/do/{verb}/", 404)


def test_whoever_examined_reads_why_the_button_is_not_there(item: ItemVersion, signed_in: SignIn) -> None:
    both = factories.make_staff("examiner", "window_head")
    case = factories.make_case(state="accepted")
    client = signed_in(both)
    answer = client.post(
        f"/cases/{case.number}/do/examine_case/", {"version": case.version, "opinion": "grant", "reasons": ""}
    )
    assert answer.status_code == 302
    text = page(client, f"/cases/{case.number}/")
    assert "/do/approve_case/" not in text
    assert "一审一核" in text
    page(client, f"/cases/{case.number}/do/approve_case/", 409)


def test_accepting_twice_with_one_key_accepts_once(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    body = {"version": case.version, "request_key": KEY}
    for _click in range(2):
        answer = client.post(f"/cases/{case.number}/do/accept_application/", body)
        assert answer.status_code == 302
        assert answer["Location"] == f"/cases/{case.number}/"
    assert entries(case, "accept_application") == 1


def test_a_stale_form_is_told_so_and_writes_nothing(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    client = signed_in(factories.make_staff("examiner"))
    body = {"version": case.version - 1, "opinion": "refuse", "reasons": "面积不足，详见勘验记录"}
    answer = client.post(f"/cases/{case.number}/do/examine_case/", body)
    assert answer.status_code == 409
    assert "面积不足，详见勘验记录" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_refusal_without_reasons_is_shown_at_the_field(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    client = signed_in(factories.make_staff("examiner"))
    answer = client.post(f"/cases/{case.number}/do/examine_case/", {"version": case.version, "opinion": "refuse"})
    assert answer.status_code == 422
    assert 'href="#reasons"' in answer.content.decode()


BAD = [
    ("examine_case", {"opinion": "maybe"}, "opinion-0"),
    ("examine_case", {"opinion": "grant", "reasons": "长" * 4001}, "reasons"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": "9" * 40}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": "-1"}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": "٣"}, "expected_days"),
    ("start_special_procedure", {"kind": "", "expected_days": "3"}, "kind"),
    ("start_special_procedure", {"kind": "tender", "expected_days": "3"}, ""),
    ("invite_supplement", {"text": "   "}, "text"),
]


@pytest.mark.parametrize(("verb", "body", "field"), BAD)
def test_bad_input_is_a_clear_422(
    item: ItemVersion, signed_in: SignIn, verb: str, body: dict[str, str], field: str
) -> None:
    case = factories.make_case(state="accepted")
    client = signed_in(factories.make_staff("examiner"))
    answer = client.post(f"/cases/{case.number}/do/{verb}/", {"version": case.version, **body})
    assert answer.status_code == 422
    assert not field or f'href="#{field}"' in answer.content.decode()
    assert entries(case, verb) == 0


@pytest.mark.parametrize("version", ["", "x", "9" * 60, "-1", "٣"])
def test_junk_as_version_never_breaks(item: ItemVersion, signed_in: SignIn, version: str) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    answer = client.post(f"/cases/{case.number}/do/accept_application/", {"version": version, "request_key": "x" * 999})
    assert answer.status_code in (302, 409)


def test_correction_is_asked_with_reasons_and_told(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    path = f"/cases/{case.number}/do/request_correction/"
    assert 'name="reason-0"' in page(client, path)
    nothing = client.post(path, {"version": case.version, "told": "yes", "method": "handed_over"})
    assert nothing.status_code == 422
    body = {"version": case.version, "missing-0": "1", "reason-0": "印章不清", "told": "yes", "method": "handed_over"}
    assert client.post(path, body).status_code == 302
    text = page(client, f"/cases/{case.number}/")
    assert "申请书" in text
    paper = page(client, f"/papers/{case.number}/correction/")
    assert "印章不清" in paper
    page(signed_in(factories.make_staff("window_clerk", organ="O2")), f"/papers/{case.number}/correction/", 404)


def test_applicant_hands_in_corrections_and_withdraws_on_the_same_pages(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    case = factories.make_case(state="awaiting_correction", user=user)
    client = signed_in(user)
    path = f"/cases/{case.number}/do/submit_correction/"
    page(client, path)
    pdf = SimpleUploadedFile("申请书.pdf", factories.PDF)
    answer = client.post(path, {"version": case.version, "code-0": "M1", "file-0": pdf})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "received"
    page(signed_in(factories.make_user()), f"/cases/{case.number}/do/withdraw_application/", 404)


FILES = [
    ("empty.pdf", b""),
    ("page.html", b"<html><script>alert(1)</script></html>"),
    ("program.pdf", b"MZ\x90\x00" + b"\x00" * 200),
]


@pytest.mark.parametrize(("name", "content"), FILES)
def test_a_bad_file_is_refused_and_the_good_one_kept(
    item: ItemVersion, signed_in: SignIn, name: str, content: bytes
) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    path = f"/cases/{case.number}/do/correct_on_the_spot/"
    body = {
        "version": case.version,
        "code-0": "M1",
        "file-0": SimpleUploadedFile("好.pdf", factories.PDF),
        "code-1": "M2",
        "file-1": SimpleUploadedFile(name, content),
    }
    answer = client.post(path, body)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#file-1"' in text
    assert 'name="kept-0"' in text


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "字" * 10_000 + ".pdf", "😀.pdf", "a\u202efdp.exe"])
def test_odd_file_names_are_kept_safely_and_served_without_running(
    item: ItemVersion, signed_in: SignIn, name: str
) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    body = {"version": case.version, "code-0": "M1", "file-0": SimpleUploadedFile(name, factories.PDF)}
    assert client.post(f"/cases/{case.number}/do/correct_on_the_spot/", body).status_code == 302
    kept = case.materials.get(superseded=False)
    assert len(kept.file_name) <= 255
    answer = client.get(f"/cases/{case.number}/files/{kept.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == factories.PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    page(signed_in(factories.make_staff("examiner", organ="O2")), f"/cases/{case.number}/files/{kept.pk}/", 404)
    page(client, f"/cases/{case.number}/files/{10**30}/", 404)


@pytest.mark.parametrize("number", ["371500-20250101-0001-1", "x", "%F0%9F%98%80", "9" * 300, "..%2f..%2fetc"])
def test_unknown_numbers_are_404(item: ItemVersion, signed_in: SignIn, number: str) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    for path in (f"/cases/{number}/", f"/cases/{number}/do/accept_application/", f"/papers/{number}/"):
        page(client, path, 404)


def test_proof_is_a_file_with_the_entries_of_the_case(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    answer = signed_in(factories.make_staff("auditor")).get(f"/cases/{case.number}/proof.json")
    assert answer.status_code == 200
    assert [e["content"]["verb"] for e in answer.json()["entries"]] == ["submit_application", "accept_application"]


def test_history_is_sentences_in_both_languages(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="delivered")
    client = signed_in(factories.make_staff("auditor"))
    chinese = page(client, f"/cases/{case.number}/")
    client.cookies["django_language"] = "en"
    english = page(client, f"/cases/{case.number}/")
    assert "Examined; opinion: Grant." in english
    assert "Examined; opinion" not in chinese
    for verb in ("submit_application", "accept_application", "deliver_result"):
        assert verb not in chinese


@pytest.mark.parametrize("state", sorted(factories.PATHS))
def test_the_page_of_every_state_opens_for_every_duty(item: ItemVersion, signed_in: SignIn, state: str) -> None:
    case = factories.make_case(state=state)
    for role in ("window_clerk", "window_head", "examiner", "organ_head"):
        page(signed_in(factories.make_staff(role)), f"/cases/{case.number}/")


def test_every_offered_page_opens(item: ItemVersion, signed_in: SignIn) -> None:
    from yimen.facts import casefile

    for state in sorted(factories.PATHS):
        case = factories.make_case(state=state)
        for role in ("window_clerk", "window_head", "examiner", "organ_head"):
            person = factories.make_staff(role)
            actor = factories.actor_of_staff(person)
            file = casefile.read(case.number, actor, factories.now())
            for offer in casefile.offers(file, actor, factories.now()):
                if not offer.barred:
                    page(signed_in(person), f"/cases/{case.number}/do/{offer.verb}/")
