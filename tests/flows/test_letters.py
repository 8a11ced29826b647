"""E-mail: the receipt after the hand-in, a copy of each paper that was told, the notice that is told by it.

Sent by the worker outside the transaction, with the PDF, once; a mail server that fails stops nothing.
"""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from tests import factories
from tests.flows.world import EMAIL, NAME, PHONE, WHO, House, at
from tests.pdf_text import text_of
from yimen.facts import papers
from yimen.flows import delivery, drafts
from yimen.ground.engines import typesetting
from yimen.ground.engines.secrets import query_password
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.documents.models import Document, Rendering
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.messages.base import Letter, is_address, one_line
from yimen.rooms.messages.contrib import email
from yimen.rooms.messages.models import Delivery

pytestmark = pytest.mark.usefixtures("quick_press")


def work(house: House, minutes: int = 0) -> int:
    """The worker's two jobs, once."""
    when = house.now + timedelta(minutes=minutes)
    delivery.queue_copies(now=lambda: when)
    return delivery.deliver_waiting(now=lambda: when)


def whole(message: EmailMessage) -> str:
    return message.message().as_string() + message.subject + str(message.body)


def test_the_receipt_goes_out_once_with_its_paper_and_without_the_password(
    house: House, mailoutbox: list[EmailMessage], quick_press: list[str]
) -> None:
    case = house.submit()
    assert mailoutbox == []  # nothing leaves inside the transaction
    assert work(house) == 1
    assert work(house, 60) == 0
    (mail,) = mailoutbox
    assert (mail.to, quick_press) == ([EMAIL], [f"{case.number}/receipt_by_mail"])
    ((name, content, kind),) = mail.attachments
    assert (name, kind) == (f"{case.number}-receipt_by_mail.pdf", "application/pdf")
    assert content.startswith(b"%PDF")
    assert case.number in mail.subject
    for sentence in ("2025年3月3日", "2025年3月10日", "3 March 2025", "10 March 2025", "收件凭证", "receipt"):
        assert sentence in mail.body
    for secret in (query_password(case.number), factories.RESIDENT_ID, PHONE, NAME):
        assert secret not in whole(mail)
    letter = Delivery.objects.get()
    assert (letter.state, letter.tells, letter.proof) == ("taken", False, mail.extra_headers["Message-ID"])


def test_the_mailed_receipt_is_the_receipt_without_the_password(house: House) -> None:
    case = house.submit()
    at_home, mailed = papers.load(f"{case.number}/receipt"), papers.load(f"{case.number}/receipt_by_mail")
    texts = []
    for paper in (at_home, mailed):
        sheet = papers.sheet(paper)
        texts.append(text_of(typesetting.typeset(sheet.files, sheet.main, sheet.data, timestamp=sheet.timestamp)))
    password = query_password(case.number)
    assert (password in texts[0], password in texts[1]) == (True, False)
    assert ("查询密码" in texts[1], case.number in texts[1], "示例许可" in texts[1]) == (False, True, True)


def test_without_an_address_nothing_is_queued_and_nothing_stops(house: House) -> None:
    for address in ("", "nobody", "a@b@c", "a@b.cn\r\nBcc: x@y.cn", "a@b.cn,c@d.cn", "<a@b.cn>"):
        assert not is_address(address)
        case = house.submit(applicant=ApplicantData(NAME, email=address))
        with pytest.raises(Refused, match=r"applicant\.no_address"):
            house.do(case, "request_correction", told=False, method="email")
        house.do(case, "accept_application")
        assert (work(house), Delivery.objects.count()) == (0, 0), address


def test_acceptance_and_decision_come_as_copies_with_their_papers(
    house: House, mailoutbox: list[EmailMessage], quick_press: list[str]
) -> None:
    case = house.do(house.ready("approve_case"), "approve_case")
    work(house)
    numbers = [f"{case.number}/{name}" for name in ("receipt_by_mail", "acceptance", "decision")]
    assert sorted(quick_press) == sorted(numbers)
    assert len(mailoutbox) == 3
    titles = " ".join(mail.subject for mail in mailoutbox)
    for word in ("受理通知书", "Notice of acceptance", "Decision"):
        assert word in titles
    assert "机密文字" not in "".join(str(mail.body) for mail in mailoutbox)  # reasons stand in the paper only
    assert work(house, 60) == 0
    decision = Document.objects.get(kind="decision")
    assert (decision.told_by, decision.copied) == ("online", True)  # the copy is no second telling
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(document_number=numbers[2], tells=False, channel="email", next_try_at=house.now)


def test_a_notice_told_by_e_mail_brings_its_paper_and_no_second_copy(
    house: House, mailoutbox: list[EmailMessage], quick_press: list[str]
) -> None:
    case = house.submit(applicant=WHO)
    work(house)
    house.do(case, "request_correction", told=False, method="email")
    assert work(house, 5) == 1
    assert Document.objects.get().told_by == "email"
    assert (work(house, 10), len(mailoutbox)) == (0, 2)
    assert quick_press[-1] == f"{case.number}/correction"
    assert "申请书" in mailoutbox[-1].body
    assert len(mailoutbox[-1].attachments) == 1


def test_old_papers_are_no_news(house: House) -> None:
    """A centre that was restored or imported sends nothing about its past."""
    house.do(house.submit(applicant=ApplicantData(NAME)), "accept_application")
    house.do(house.submit(), "accept_application")
    assert delivery.queue_copies(now=lambda: house.now + timedelta(days=4)) == 0
    assert list(Document.objects.values_list("copied", flat=True)) == [True, True]


def test_a_mail_server_that_fails_stops_nothing_and_is_tried_again(
    house: House, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_given: object, **_more: object) -> None:
        raise smtplib.SMTPServerDisconnected("connection lost; it was for ouyang@example.org")

    case = house.submit()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
        assert work(house) == 0
        house.do(case, "accept_application")
    letter = Delivery.objects.get(document_number__endswith="receipt_by_mail")
    assert (letter.state, letter.attempts) == ("waiting", 1)
    assert "connection lost" in letter.last_error
    assert EMAIL not in letter.last_error
    assert work(house, 5) == 2
    assert len(mailoutbox) == 2


def test_a_press_that_is_busy_is_waited_for_and_then_the_letter_goes_bare(
    house: House, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object, **_more: object) -> Rendering:
        raise Refused("document.being_made")

    monkeypatch.setattr(delivery, "render_document", busy)
    house.submit()
    assert [work(house, minutes) for minutes in (0, 5, 10)] == [0, 0, 1]
    assert mailoutbox[0].attachments == []
    assert "PDF" in mailoutbox[0].body


def test_a_title_is_one_line_whatever_the_item_is_called(house: House, mailoutbox: list[EmailMessage]) -> None:
    title = "许可\r\nBcc: all@example.org\x0b\x00\u2028\u202e终"
    assert one_line(title) == "许可 Bcc: all@example.org 终"
    assert len(one_line("长" * 300)) == 200
    letter = Letter("", "ok@example.org", title, "正文\r\nBcc: no@example.org")
    email.channel.send(letter)
    text = mailoutbox[0].message().as_string()
    head = text.partition("\n\n")[0]
    assert "bcc:" not in head.lower().replace("\n ", "")
    assert mailoutbox[0].recipients() == ["ok@example.org"]


def test_a_killed_worker_sends_nothing_twice_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the mark and the letter, neither is there; two workers queue one copy."""
    house.do(house.submit(), "accept_application")

    def killed(*_given: object, **_more: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("yimen.rooms.cases.actions.receipt.send_copy", killed)
        delivery.queue_copies(now=lambda: house.now)
    assert Document.objects.get().copied is False
    assert [delivery.queue_copies(now=lambda: house.now) for _worker in range(2)] == [1, 0]


def test_the_end_of_a_draft_is_told_in_both_languages_to_the_draft_s_or_the_account_s_address(house: House) -> None:
    user = factories.make_user()
    me = factories.actor_of_user(user)
    now = at("2025-03-03T09:00")
    drafts.save_draft(item="X1", part={"who": {"name": NAME, "email": ""}}, step="who", by=me, at=now)
    assert drafts.end_drafts(at=now + timedelta(days=28)) == (0, 0)  # nowhere to write to: the page warns
    type(user).objects.filter(pk=user.pk).update(email="me@example.org")
    drafts.save_draft(item="X1", part={"who": {"name": NAME}}, step="who", by=me, at=now + timedelta(days=1))
    assert drafts.end_drafts(at=now + timedelta(days=29)) == (1, 0)
    letter = Delivery.objects.get()
    assert letter.address == "me@example.org"
    assert "2025年4月3日" in letter.body
    assert "3 April 2025" in letter.body
    assert "/my/" in letter.body
    assert NAME not in letter.title + letter.body
    assert Case.objects.count() == 0
