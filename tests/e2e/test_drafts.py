"""An application with every kind of field, by a person with a telephone and with scripts switched off; axe looks on."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import factories
from tests.e2e.test_axe import found


def look(page: Any, name: str) -> None:
    """Nothing for axe to find, and no wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    assert found(page) == [], name


def on(page: Any) -> None:
    page.locator("main form .buttons button.button").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_every_kind_of_field(person: Callable[..., Any], width: int, language: str) -> None:
    page = person("applicant", width=width, bypass_csp=True)
    if language == "en":
        page.locator('button[name="language"][value="en"]').click()
    page.goto("/items/摊位/01/apply/")
    look(page, f"{language}-who")
    page.fill("#name", "李四")
    page.fill("#id_number", factories.RESIDENT_ID)
    on(page)
    page.select_option("#form-kind", "food")
    page.select_option("#form-place", "37")
    page.locator('button[name="refine"]').click()
    page.select_option('[id="form-place.1"]', "3715")
    page.locator('button[name="refine"]').click()
    page.select_option('[id="form-place.2"]', "371502")
    page.fill("#form-capital", "12,000")
    page.fill("#form-operator", factories.CREDIT_CODE[:-1] + "4")
    page.fill('[id="form-staff.0.name"]', "甲")
    page.locator('button[name="row"][value^="add"]').click()
    page.fill('[id="form-staff.1.name"]', "乙")
    look(page, f"{language}-questions")
    on(page)
    assert page.locator("#error-summary a").get_attribute("href") == "#form-operator"
    look(page, f"{language}-wrong")
    page.fill("#form-operator", factories.CREDIT_CODE)
    on(page)
    page.fill("#form-health", "样本 1 号")
    page.press("#form-health", "Enter")
    page.wait_for_url("**/m1/")
    files = [{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": factories.PDF} for n in (1, 2)]
    page.set_input_files("#file", files)
    page.locator('button[name="more"]').click()
    look(page, f"{language}-material")
    on(page)
    on(page)
    shown = page.inner_text("main")
    words = ("山东省聊城市东昌府区", "12000.00", "1. 姓名 甲", "2. 姓名 乙", "1.pdf")
    assert [word for word in words if word not in shown] == []
    look(page, f"{language}-check")
    page.goto("/my/")
    look(page, f"{language}-my")
    page.locator('main a[href$="/discard/"]').first.click()
    look(page, f"{language}-discard")
    page.locator("main form button.button").click()
    page.wait_for_load_state()
