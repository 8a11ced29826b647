"""One case from the door to the certificate, in a browser: applicant, clerk, examiner, head, and anybody who checks."""

from collections.abc import Callable
from typing import Any

from tests import factories

PDF = {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}
type Person = Callable[..., Any]


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


def apply(page: Any) -> tuple[str, str]:
    """From the home page's search to the confirmation: (number, query password)."""
    page.goto("/")
    page.locator('input[type="search"], input[name="q"]').first.fill("食品")
    page.keyboard.press("Enter")
    page.locator("main a", has_text="食品经营许可").first.click()
    page.locator('a[href$="/apply/"]').first.click()
    page.fill("#name", "张三")
    page.fill("#id_number", factories.RESIDENT_ID[:-1] + "1")
    press(page)
    # The check digit was wrong: the page says so, and keeps what was typed.
    assert page.locator("#error-summary a").first.get_attribute("href") == "#id_number"
    assert page.input_value("#name") == "张三"
    page.fill("#id_number", factories.RESIDENT_ID)
    press(page)
    page.fill("#form-shop", "张三面馆")
    page.fill("#form-seats", "24")
    page.fill("#form-opens", "2027-03-01")
    page.select_option("#form-trade", "餐饮")
    page.check("#form-gas")
    # Leave, and find the draft again: it is said in large type that nothing is handed in.
    page.locator('button[name="pause"]').click()
    page.wait_for_load_state()
    page.locator('main a[href^="/drafts/"]').first.click()
    page.wait_for_load_state()
    assert page.locator(".draft-band").inner_text().startswith("草稿")
    assert page.input_value("#form-shop") == "张三面馆"
    press(page)
    page.set_input_files("#file", PDF)
    press(page)
    press(page)
    shown = page.inner_text("main")
    assert "张三面馆" in shown
    assert "申请书.pdf" in shown
    press(page)
    number, password = page.locator(".panel .big").all_inner_texts()
    return number, password


def test_the_whole_walk(person: Person) -> None:
    applicant = person("applicant", width=390)
    number, password = apply(applicant)

    clerk = person("window_clerk")
    assert number in clerk.inner_text("main")
    do(clerk, number, "request_correction")
    clerk.locator(".check", has_text="场地证明").click()
    clerk.fill("#reason-1", "未提交")
    press(clerk)
    assert "待补正" in state(clerk, number)

    applicant.goto(f"/my/{number}/")
    assert "未提交" in applicant.inner_text("main")
    applicant.set_input_files('input[type="file"] >> nth=0', PDF)
    applicant.locator("main form button.button").first.click()
    applicant.wait_for_load_state()

    do(clerk, number, "accept_application")
    press(clerk)
    assert "已受理" in state(clerk, number)

    examiner = person("examiner")
    assert number in examiner.inner_text("main")
    do(examiner, number, "examine_case")
    examiner.check("#opinion-0")
    examiner.fill("#reasons", "符合条件")
    press(examiner)
    assert examiner.locator('a[href$="/do/approve_case/"]').count() == 0

    head = person("window_head")
    do(head, number, "approve_case")
    assert "符合条件" in head.inner_text("main")
    assert number in head.locator(".notice").last.inner_text()
    head.check("#decision-0")
    press(head)
    do(clerk, number, "issue_certificate")
    press(clerk)
    certificate = clerk.locator('.strip a[href^="/verify/"]').inner_text()
    do(clerk, number, "deliver_result")
    clerk.check("#method-0")
    press(clerk)

    anybody = person("")
    anybody.goto("/track/")
    anybody.fill("#number", number)
    anybody.fill("#password", password)
    press(anybody)
    assert "张三面馆" not in anybody.inner_text("main")
    assert certificate in anybody.inner_text("main")
    anybody.goto("/verify/")
    anybody.fill("#number", certificate)
    press(anybody)
    shown = anybody.inner_text("main")
    assert "食品经营许可" in shown
    assert "张三" not in shown


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
