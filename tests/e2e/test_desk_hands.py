"""What the scripts do for clerks, examiners and applicants: suggestions, look-ups, scans, keys, lists, quiet saving."""

import re
from typing import Any

from tests import factories
from tests.e2e.conftest import Person

# One red pixel.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
GIVE = """([how, names, picture]) => {
  const files = new DataTransfer();
  const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
  names.forEach(name => files.items.add(new File([bytes], name, {type: 'image/png'})));
  const row = document.querySelectorAll('[data-drop]')[how === 'drop' ? 0 : 1];
  if (how === 'drop') {
    row.dispatchEvent(new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}));
  } else {
    row.querySelector('input[type=file]').focus();
    document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: files, bubbles: true, cancelable: true}));
  }
}"""
# Whether leaving the page now would make the browser ask.
ASKED = """() => {
  const leaving = new Event('beforeunload', {cancelable: true});
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}"""


def focus(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_suggestions_by_arrow_keys(person: Person) -> None:
    page = person("")
    page.goto("/items/")
    field = page.locator("#q")
    field.press_sequentially("spjy")
    option = page.locator("#suggestions [role=option]").first
    option.wait_for()
    assert field.get_attribute("aria-expanded") == "true" and field.get_attribute("role") == "combobox"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden() and focus(page) == "q"
    page.keyboard.type("q")  # 食品经营许可 goes on with x
    page.locator("#suggestions [aria-disabled]").wait_for()
    page.keyboard.press("Backspace")
    page.locator("#suggestions a").first.wait_for()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation(url=re.compile(r"/items/.+/01/$")):
        page.keyboard.press("Enter")


def test_the_counter_looks_up_and_takes_scans(person: Person) -> None:
    clerk = person("window_clerk")
    clerk.goto("/desk/new/")
    clerk.keyboard.type("spjy")
    clerk.locator("#suggestions [aria-selected=true]").wait_for()
    with clerk.expect_navigation(url="**item=*"):
        clerk.keyboard.press("Enter")
    assert focus(clerk) == "id_number"
    clerk.keyboard.type(factories.RESIDENT_ID)  # the last character looks up by itself
    clerk.locator("#applicant [name=record]").wait_for(state="attached")
    assert clerk.input_value("#name") == "张三" and focus(clerk) == "id_number"
    assert "138****0000" in clerk.inner_text("#applicant")
    for how, name in (("drop", "扫描.png"), ("paste", "粘贴.png")):
        clerk.evaluate(GIVE, [how, [name], PICTURE])
        assert name in clerk.inner_text("#status")
    assert clerk.is_checked("#materials-0") and clerk.is_checked("#materials-1")
    assert clerk.evaluate(ASKED), "typed and not sent"
    clerk.fill("#form-shop", "老张面馆")
    clerk.select_option("#form-trade", index=1)
    with clerk.expect_navigation(url="**/received/"):
        clerk.keyboard.press("Control+Enter")
    assert not clerk.evaluate(ASKED)
    with clerk.expect_navigation(url=re.compile(r"/cases/[^/]+/$")):
        clerk.keyboard.press("o")
    shown = clerk.locator("img.viewer__sheet")
    first = shown.get_attribute("src")
    clerk.keyboard.press("j")
    clerk.locator("#sheet-before").wait_for()
    assert shown.get_attribute("src") != first and "show=" in clerk.url
    clerk.keyboard.press("k")
    clerk.locator(f'img.viewer__sheet[src="{first}"]').wait_for()
    clerk.keyboard.press("?")
    assert "受理" in clerk.inner_text("#keys-here")
    clerk.keyboard.press("Escape")
    clerk.locator("#keys").wait_for(state="hidden")
    with clerk.expect_navigation(url="**/do/refuse_acceptance/"):
        clerk.keyboard.press("r")


def test_a_list_is_narrowed_in_its_page_and_keeps_its_address(person: Person) -> None:
    clerk = person("window_clerk")
    clerk.goto("/cases/")
    clerk.evaluate("window.kept = true")
    clerk.select_option("#state", "received")
    clerk.wait_for_url("**state=received*")
    clerk.locator("#filters-off a").wait_for()
    tags = clerk.locator("#results table.cases .tag").all_inner_texts()
    assert tags and all("收件" in tag for tag in tags)
    clerk.fill("#q", "nobody at all")
    clerk.locator("#results .empty").wait_for()
    assert clerk.evaluate("window.kept") and focus(clerk) == "q"
    clerk.reload()
    assert clerk.input_value("#q") == "nobody at all"


def test_a_draft_saves_itself_and_two_windows_lose_nothing(person: Person) -> None:
    me = person("applicant")
    me.goto("/items/食品/01/apply/")
    me.fill("#name", "张三")
    me.fill("#id_number", factories.RESIDENT_ID)
    assert me.evaluate(ASKED)
    with me.expect_navigation(url="**/q1/"):
        me.locator("main form .buttons button").first.dblclick()
    other = me.context.new_page()
    other.goto(me.url)
    version = me.input_value("#draft-version")
    me.fill("#form-shop", "这边")
    assert me.evaluate(ASKED)
    me.locator(f'#draft-version:not([value="{version}"])').wait_for(state="attached")
    assert not me.evaluate(ASKED), "what is saved is not lost by leaving"
    assert re.search(r"已保存 \d\d:\d\d", me.inner_text("#saved"))
    other.fill("#form-shop", "那边")
    other.select_option("#form-trade", index=1)
    with other.expect_navigation():
        other.locator("main form .buttons button").first.click()
    both = other.inner_text("main table")
    assert "这边" in both and "那边" in both
    with other.expect_navigation(url="**/m1/"):
        other.locator("main form .buttons button").click()
    files = [{"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}]
    other.set_input_files("#file", files)  # sent at once, with its progress; the page stays
    other.locator("main li button[name=remove]").wait_for()
    assert other.url.endswith("/m1/")
    other.goto(other.url.replace("/m1/", "/check/"))
    assert "那边" in other.inner_text("main") and "申请书.pdf" in other.inner_text("main")
    with other.expect_navigation(url="**/received/"):
        other.locator("main form .buttons button").dblclick()


def test_the_paper_is_shown_beside_its_form(person: Person) -> None:
    head = person("window_head")
    head.goto("/cases/?list=to_approve")
    head.locator("table.cases a").first.click()
    head.locator('a[href$="/do/approve_case/"]').wait_for()
    with head.expect_navigation(url="**/do/approve_case/"):
        head.keyboard.press("d")
    head.check('input[name="decision"][value="grant"]')
    with head.expect_response(lambda answer: answer.request.method == "POST") as made:
        head.locator("[data-previews]").click()
    assert made.value.headers["content-type"] == "application/pdf"
    assert head.locator("iframe[name=preview]").is_visible() and "/do/approve_case/" in head.url
