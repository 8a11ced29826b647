"""A clerk at the counter, who never touches the mouse: from the desk to the receipt on paper in under a minute."""

from typing import Any

from tests.e2e.test_walk import Person, Shots

# Seconds a key takes a practised typist (keystroke-level model of Card, Moran and Newell: 0.2 to 0.28), and a page.
KEY_SECONDS, PAGE_SECONDS = 0.28, 1.0
# Somebody of whom no other story has made a record.
NEW_HERE = "110105198512310037"
FOCUSED = "element => element === document.activeElement"


class Keyboard:
    """Presses keys and counts them; pages are counted as they come."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys, self.pages = page, 0, 0
        page.on("framenavigated", lambda frame: self._turned(frame))

    def _turned(self, frame: Any) -> None:
        self.pages += frame == self.page.main_frame

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def tab_to(self, place: str, most: int = 30) -> None:
        """Tab until the place has the focus, as a hand would."""
        for _ in range(most):
            if self.page.locator(place).evaluate(FOCUSED):
                return
            self.press("Tab")
        raise AssertionError(f"{place} is not among the next {most} places")

    def goes(self, address: str, *keys: str) -> None:
        """These keys lead to a page of that address."""
        with self.page.expect_navigation(url=address):
            self.press(*keys)
        self.page.wait_for_load_state()


def test_a_receipt_in_under_a_minute(person: Person, shots: Shots) -> None:
    clerk = person("window_clerk")
    hand = Keyboard(clerk)
    hand.goes("**/desk/new/", "a")
    assert clerk.locator("#q").evaluate(FOCUSED)
    hand.write("spjy")
    hand.goes("**/desk/new/?item=*", "Enter")
    assert clerk.locator("#id_number").evaluate(FOCUSED)
    hand.write(NEW_HERE)
    clerk.locator("#applicant .notice").wait_for()  # the number's last character looks up the records by itself
    hand.tab_to("#name")
    hand.write("zhangsan")  # as many keys as an input method takes for 张三
    hand.tab_to("#form-shop")
    hand.write("lao wang")
    hand.tab_to("#form-trade")
    hand.press("ArrowDown")
    hand.tab_to("#materials-0", most=20)
    hand.press("Space")
    shots(clerk, "counter-1-filled")
    hand.goes("**/received/", "Control+Enter")
    shots(clerk, "counter-2-received")
    hand.tab_to('main a[href$="/receipt/"]')
    hand.goes("**/receipt/", "Enter")
    assert "zhangsan" in clerk.inner_text("main")
    clerk.emulate_media(media="print")
    assert not clerk.locator(".topbar").is_visible()
    assert not clerk.locator(".masthead").is_visible()
    shots(clerk, "counter-3-receipt-on-paper")
    assert hand.keys * KEY_SECONDS + hand.pages * PAGE_SECONDS < 60, (hand.keys, hand.pages)
