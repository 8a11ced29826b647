"""One case from the door to the certificate, in a browser: applicant, clerk, examiner, head, and anybody who checks.

Each step leaves a picture (`shots`), so that a reader of the CI's results sees what the people saw.
"""

from collections.abc import Callable
from typing import Any

from tests import factories
from tests.e2e import qr_reader

PDF = {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}
type Person = Callable[..., Any]
type Shots = Callable[[Any, str], None]


def press(page: Any) -> None:
    """The main button of the form in the middle of the page."""
    page.locator("main form button.button:visible:not(.button--plain)").last.click()
    page.wait_for_load_state()


def do(page: Any, number: str, verb: str) -> None:
    """Open the case and choose a step that is offered there."""
    page.goto(f"/cases/{number}/")
    page.locator(f'a[href$="/do/{verb}/"]').click()
    page.wait_for_load_state()


def state(page: Any, number: str) -> str:
    page.goto(f"/cases/{number}/")
    return str(page.locator("p.lead .tag").first.inner_text())


def find_item(page: Any, shots: Shots) -> None:
    """From the home page's search to the first page of the application."""
    page.goto("/")
    shots(page, "story-01-home")
    page.locator('input[type="search"], input[name="q"]').first.fill("食品")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    shots(page, "story-02-search")
    page.locator("main a", has_text="食品经营许可").first.click()
    page.wait_for_load_state()
    shots(page, "story-03-guide")
    page.locator('a[href$="/apply/"]').first.click()
    page.wait_for_load_state()


def say_who(page: Any, shots: Shots) -> None:
    """With a wrong check digit first: the page says so, and keeps what was typed."""
    page.fill("#name", "张三")
    page.fill("#id_number", factories.RESIDENT_ID[:-1] + "1")
    press(page)
    assert page.locator("#error-summary a").first.get_attribute("href") == "#id_number"
    assert page.input_value("#name") == "张三"
    shots(page, "story-04-wrong-number")
    page.fill("#id_number", factories.RESIDENT_ID)
    press(page)


def answer(page: Any, shots: Shots) -> None:
    """The form's questions, with a pause: the draft is found again and says that nothing is handed in."""
    page.fill("#form-shop", "张三面馆")
    page.fill("#form-seats", "24")
    page.fill("#form-opens", "2027-03-01")
    page.select_option("#form-trade", "餐饮")
    page.check("#form-gas")
    page.locator('button[name="pause"]').click()
    page.wait_for_load_state()
    shots(page, "story-05-paused")
    page.locator('main a[href^="/drafts/"]').first.click()
    page.wait_for_load_state()
    assert page.locator(".draft-band").inner_text().startswith("草稿")
    assert page.input_value("#form-shop") == "张三面馆"
    shots(page, "story-06-questions")
    press(page)


def hand_in(page: Any, shots: Shots) -> tuple[str, str]:
    """Materials, the check of all answers, the confirmation: (number, query password)."""
    page.set_input_files("#file", PDF)
    shots(page, "story-07-material")
    press(page)
    press(page)
    shown = page.inner_text("main")
    assert "张三面馆" in shown
    assert "申请书.pdf" in shown
    shots(page, "story-08-check")
    press(page)
    number, password = page.locator(".panel .big").all_inner_texts()
    shots(page, "story-09-received")
    return number, password


def correct(clerk: Any, applicant: Any, number: str, shots: Shots) -> None:
    """The window asks for a material, the applicant hands it in where it is asked for."""
    do(clerk, number, "request_correction")
    clerk.locator(".check", has_text="场地证明").click()
    clerk.fill("#reason-1", "未提交")
    shots(clerk, "story-11-ask-for-a-material")
    press(clerk)
    assert "待补正" in state(clerk, number)
    applicant.goto(f"/my/{number}/")
    assert "未提交" in applicant.inner_text("main")
    shots(applicant, "story-12-asked")
    applicant.set_input_files('input[type="file"] >> nth=0', PDF)
    applicant.locator("main form button.button").first.click()
    applicant.wait_for_load_state()
    shots(applicant, "story-13-corrected")


def decide(person: Person, number: str, shots: Shots) -> None:
    """One examines, another approves: who examined is offered no approval."""
    examiner = person("examiner")
    assert number in examiner.inner_text("main")
    shots(examiner, "story-15-examiner")
    do(examiner, number, "examine_case")
    examiner.check("#opinion-0")
    examiner.fill("#reasons", "符合条件")
    shots(examiner, "story-16-examine")
    press(examiner)
    assert examiner.locator('a[href$="/do/approve_case/"]').count() == 0
    head = person("window_head")
    do(head, number, "approve_case")
    assert "符合条件" in head.inner_text("main")
    assert number in head.locator(".notice").last.inner_text()
    head.check("#decision-0")
    shots(head, "story-17-approve")
    press(head)


def hand_out(clerk: Any, number: str, shots: Shots) -> str:
    """Issue and deliver: the certificate's number."""
    do(clerk, number, "issue_certificate")
    press(clerk)
    certificate = str(clerk.locator('.strip a[href^="/verify/"]').inner_text())
    do(clerk, number, "deliver_result")
    clerk.check("#method-0")
    press(clerk)
    shots(clerk, "story-18-delivered")
    return certificate


def scan(page: Any, link: Any) -> str:
    """The address in the QR code that is drawn on the certificate's PDF."""
    pdf = page.context.request.get(link.get_attribute("href"))
    assert pdf.headers["content-type"] == "application/pdf"
    return qr_reader.read(qr_reader.drawn(pdf.body()))


def test_the_whole_walk(site: str, person: Person, shots: Shots) -> None:
    applicant = person("applicant", width=390)
    find_item(applicant, shots)
    say_who(applicant, shots)
    answer(applicant, shots)
    number, password = hand_in(applicant, shots)

    clerk = person("window_clerk")
    assert number in clerk.inner_text("main")
    shots(clerk, "story-10-desk")
    correct(clerk, applicant, number, shots)
    do(clerk, number, "accept_application")
    press(clerk)
    assert "已受理" in state(clerk, number)
    shots(clerk, "story-14-accepted")

    decide(person, number, shots)
    certificate = hand_out(clerk, number, shots)

    anybody = person("")
    anybody.goto("/track/")
    anybody.fill("#number", number)
    anybody.fill("#password", password)
    press(anybody)
    assert "张三面馆" not in anybody.inner_text("main")
    assert certificate in anybody.inner_text("main")
    shots(anybody, "story-19-track")
    address = scan(anybody, anybody.locator('a[href$="/certificate.pdf"]').first)
    assert address == f"{site}/verify/{certificate}/"

    stranger = person("", width=390)
    stranger.goto(address)
    shown = stranger.inner_text("main")
    assert "食品经营许可" in shown and "真实" in shown
    assert "张三" not in shown
    shots(stranger, "story-20-checked")


PAGES = {
    "window_head": ("/desk/", "/desk/new/", "/desk/new/?item=食品/01", "/cases/"),
    "committee": ("/office/", "/office/calendar/", "/cases/"),
}


def test_no_page_of_the_staff_is_wider_than_the_screen(person: Person) -> None:
    for role, paths in PAGES.items():
        page = person(role)
        for path in paths:
            assert page.goto(path).status == 200
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
