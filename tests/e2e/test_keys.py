"""Comfort of the script: keys, a sorted table, ready texts; and that pages do without it."""

from collections.abc import Callable
from typing import Any

type Person = Callable[..., Any]


def test_keys_lead_where_they_say_and_can_be_switched_off(person: Person) -> None:
    clerk = person("window_clerk")
    clerk.goto("/cases/?state=received")
    clerk.keyboard.press("/")
    assert clerk.evaluate("document.activeElement.id") == "q"
    clerk.keyboard.type("na?")  # in a field they are letters
    assert clerk.input_value("#q") == "na?"
    clerk.goto("/cases/?state=received")  # what is typed narrows the list at once
    clerk.keyboard.press("n")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url("**/cases/3*/")
    case = clerk.url
    clerk.keyboard.press("a")
    clerk.wait_for_url("**/do/accept_application/")
    clerk.goto(case)
    clerk.keyboard.press("c")
    clerk.wait_for_url("**/do/request_correction/")
    clerk.goto(case)
    clerk.keyboard.press("?")
    assert clerk.locator("#keys").is_visible()
    clerk.uncheck("#keys-on")
    clerk.keyboard.press("Escape")
    clerk.locator("#keys").wait_for(state="hidden")  # a key pressed while it closes belongs to it
    clerk.keyboard.press("a")
    clerk.keyboard.press("?")
    assert clerk.url == case
    clerk.check("#keys-on")
    clerk.keyboard.press("Escape")
    clerk.locator("#keys").wait_for(state="hidden")
    clerk.keyboard.press("n")
    clerk.wait_for_url(lambda url: url != case)


def test_a_head_of_a_table_sorts_it_and_says_so(person: Person) -> None:
    page = person("supervision")
    page.goto("/design/")
    head = page.locator("table[data-sortable] th").nth(1)
    numbers = "[...document.querySelectorAll('table[data-sortable] td.num')].map(cell => Number(cell.textContent))"
    given = page.evaluate(numbers)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.evaluate(numbers) == sorted(given, reverse=True)
    assert page.locator("#status").inner_text()
    head.locator("button").click()
    assert page.evaluate(numbers) == sorted(given)


def test_a_ready_text_goes_into_its_field(person: Person) -> None:
    examiner = person("examiner")
    examiner.goto("/cases/?list=to_examine")
    examiner.locator("table.cases a").first.click()
    examiner.wait_for_load_state()
    examiner.locator('a[href$="/do/examine_case/"]').click()
    examiner.wait_for_load_state()
    examiner.select_option("#reasons-ready", "1")
    assert "申请材料齐全" in examiner.input_value("#reasons")
    assert examiner.input_value("#reasons-ready") == ""
