"""With scripts switched off: sign in, apply, hand in, follow the case, check a certificate; nothing is out of reach."""

from tests import factories
from tests.e2e.test_walk import PDF, Person, press


def test_apply_track_and_verify(person: Person) -> None:
    applicant = person("applicant", java_script_enabled=False)
    applicant.goto("/items/食品/01/apply/")
    applicant.fill("#name", "张三")
    applicant.fill("#id_number", factories.RESIDENT_ID)
    press(applicant)
    applicant.fill("#form-shop", "无脚本面馆")
    applicant.select_option("#form-trade", "零售")
    press(applicant)
    applicant.set_input_files("#file", PDF)
    applicant.locator('button[name="more"]').click()
    assert "申请书.pdf" in applicant.inner_text("main")
    press(applicant)
    press(applicant)
    assert "无脚本面馆" in applicant.inner_text("main")
    press(applicant)
    number, password = applicant.locator(".panel .big").all_inner_texts()

    anybody = person("", java_script_enabled=False)
    anybody.goto("/track/")
    anybody.fill("#number", number)
    anybody.fill("#password", password)
    press(anybody)
    shown = anybody.inner_text("main")
    assert "食品经营许可" in shown and "无脚本面馆" not in shown
    anybody.locator("summary").first.click()  # the count of days unfolds by itself
    assert anybody.locator("details[open] table, details[open] li").first.is_visible()
    anybody.goto("/verify/")
    anybody.fill("#number", "371500-C20200101-0001-0")
    press(anybody)
    assert anybody.locator("#error-summary").is_visible()
    assert anybody.input_value("#number") == "371500-C20200101-0001-0"

    clerk = person("window_clerk", java_script_enabled=False)
    clerk.goto(f"/cases/{number}/do/accept_application/")
    press(clerk)
    assert "已受理" in clerk.inner_text("main")


def test_a_stranger_signs_in(person: Person) -> None:
    stranger = person("", java_script_enabled=False)
    stranger.goto("/my/")
    stranger.locator('button[name="role"][value="applicant"]').click()
    assert stranger.url.endswith("/my/")
    stranger.locator('form[action="/sign-out/"] button').click()
    stranger.goto("/my/")
    assert "/sign-in/" in stranger.url
