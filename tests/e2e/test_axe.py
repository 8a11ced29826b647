"""Nothing for axe to find, on every page that a role can reach, in both languages, light, dark and large.

The walk follows every link from a role's first page and looks once at each kind of page (the name of its URL), so a new
page is looked at without anybody adding it here. axe-core (MPL-2.0, tests/e2e/vendor) runs past the policy of scripts.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils import translation

from yimen.faces.web.views import errors

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RUN = """async rules => {
    const options = {resultTypes: ["violations"], ...(rules ? {runOnly: rules} : {})}
    return (await axe.run(document, options)).violations.map(
        v => `${v.id} (${v.impact}): ` + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "))
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
SWITCH = "([name, value]) => { document.documentElement.dataset[name] = value }"
# The page without its words and addresses: what axe has looked at once need not be looked at as another role.
SHAPE = """() => [...document.querySelectorAll('main, main *')].map(e => [e.tagName, e.id.replace(/[0-9]+/g, ''),
    e.className, e.type, e.getAttribute('role'), e.hidden, !e.textContent.trim()].join(' ')).join(';')"""
# What a browser saves or shows by itself instead of a page of ours.
NO_PAGES = frozenset(
    {
        "case_file",
        "case_proof",
        "guide_file",
        "paper_pdf",
        "journal_heads_json",
        "decisions_feed",
        "announcements_feed",
        "faq_feed",
        "orders_feed",
        "opendata_json",
        "opendata_csv",
        "opendata_jsonld",
        "item_jsonld",
        "guide_pdf",
        "window_photo",
        "export_catalogue",
        "import_report",
        "suggest",
        "desk_suggest",
    }
    | {"healthz", "readyz", "metrics"}
)
# Pages that look the same to everybody; strangers see them, other roles need not.
PUBLIC = frozenset(
    {"sign_in", "items", "guide", "track", "verify", "verify_number", "journal_heads", "design", "passkey"}
    | {"account_reset_password", "account_signup", "missing", "decisions", "decision"}
    | {"announcements", "announcement", "duty", "promises", "breach", "breach_new", "guide_list", "services"}
    | {"orders", "order", "subjects", "authorisations", "windows", "window", "stations", "opendata", "faq", "faqs"}
)
# Pages of one's own account: an applicant's, and a clerk's for all who work here.
OWN = frozenset(
    {"account_change_password", "account_set_password", "account_email", "usersessions_list", "mfa_index"}
    | {"mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
)
LOOK_AT_OWN = ("applicant", "window_clerk")
# Kinds that differ by the case's state: so many of each are looked at.
SEVERAL = {"my_case": 8, "case": 3}
ROLES = (
    "", "applicant", "agent", "window_clerk", "window_head", "examiner", "approver", "organ_head",
    "duty_leader", "inspector", "committee", "finance", "legal_office", "supervision", "auditor", "admin",
)  # fmt: skip
# Pages to which a link leads only at times.
MORE = {
    "": ("/nowhere/", "/account/password/reset/done/", "/account/confirm-email/", "/account/inactive/"),
    "applicant": ("/account/password/set/", "/account/reauthenticate/", "/office/"),
    "window_clerk": ("/account/second-factor/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"),
}
MOST_PAGES = 60
# Chinese is looked at for every role; a kind of page that another role saw in English is not looked at again.
_seen_in_english: set[str] = set()
_seen_shapes: set[str] = set()


def kind_of(url: str, site: str) -> str:
    """The page's kind: the name of its URL, with the verb for pages of verbs; empty for what is no page of ours."""
    if not url.startswith(site):
        return ""
    try:
        match = resolve(unquote(urlsplit(url).path))
    except Resolver404:
        return "missing" if url.endswith("/nowhere/") else ""
    name = match.url_name or ""
    return "" if name in NO_PAGES else f"{name} {match.kwargs.get('verb', '')}".strip()


def pages(page: Any, site: str, role: str, first_page: str) -> Iterator[tuple[str, str]]:
    """(kind, address) of every kind of page that links lead to; the page shows it when it is yielded."""
    waiting = [first_page, f"{site}/account/", *(site + path for path in MORE.get(role, ()))]
    left_out = {"sign_out", "account_logout", *(PUBLIC if role else ()), *(() if role in LOOK_AT_OWN else OWN)}
    seen: list[tuple[str, str]] = []
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        kind = kind_of(url, site)
        times = sum(kind == other for other, _ in seen)
        if not kind or kind in left_out or times == SEVERAL.get(kind, 1) or (kind, url) in seen:
            continue
        seen.append((kind, url))
        page.goto(url)
        yield kind, url
        waiting += [link.partition("#")[0] for link in page.evaluate(LINKS)]


def found(page: Any, *rules: str) -> list[str]:
    """What axe says about the page that is shown, by all of its rules or by these."""
    page.evaluate(AXE)
    told: list[str] = page.evaluate(RUN, list(rules) or None)
    return told


def found_in_every_look(page: Any) -> list[str]:
    """Light as it came, then dark, then in large type, where nothing may stick out either."""
    told = found(page)
    page.evaluate(SWITCH, ["theme", "dark"])
    told += [f"dark: {line}" for line in page.evaluate(RUN, ["color-contrast", "link-in-text-block"])]
    page.evaluate(SWITCH, ["theme", "light"])
    page.evaluate(SWITCH, ["size", "large"])
    told += [f"large: {line}" for line in page.evaluate(RUN, ["target-size", "scrollable-region-focusable"])]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        told.append("large: wider than the screen")
    return told


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(
    browser: Any, site: str, role: str, sessions: Callable[[str], tuple[Any, str]], record_property: Any
) -> None:
    state, first_page = sessions(role)
    context, page = look(browser, site, state, "zh-hans")
    english_context, english = look(browser, site, state, "en")
    wrong: dict[str, list[str]] = {}
    looked = []
    for kind, url in pages(page, site, role, first_page):
        looked.append(kind)
        if (shape := f"{kind}: {page.evaluate(SHAPE)}") not in _seen_shapes:
            _seen_shapes.add(shape)
            wrong[f"{kind}: {url}"] = found_in_every_look(page)
        if kind not in _seen_in_english:
            _seen_in_english.add(kind)
            english.goto(url)
            wrong[f"{kind} in English: {url}"] = found(english)
    context.close()
    english_context.close()
    record_property("kinds of pages", " ".join(looked))
    assert len(looked) > 1
    assert {where: told for where, told in wrong.items() if told} == {}


def look(browser: Any, site: str, state: Any, language: str) -> tuple[Any, Any]:
    """A context in which axe may run and nothing moves, and its page."""
    size = {"width": 1280, "height": 900}
    context = browser.new_context(
        viewport=size, base_url=site, storage_state=state, bypass_csp=True, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return context, page


def test_pages_that_say_no_without_a_database(browser: Any, site: str) -> None:
    """Rendered here, shown at the address of the site, for most of them can't be asked for."""
    context, page = look(browser, site, None, "zh-hans")
    wrong = {}
    for key, language in product(errors.PAGES, ("zh-hans", "en")):
        with translation.override(language):
            body = errors.plain(RequestFactory().get("/no/"), 500, key).content
        page.route("**/no/", lambda route, _, body=body: route.fulfill(body=body, content_type="text/html"))
        page.goto("/no/")
        wrong[f"{key} {language}"] = found_in_every_look(page)
        page.unroute("**/no/")
    context.close()
    assert {where: told for where, told in wrong.items() if told} == {}


def test_axe_would_find_something(browser: Any, site: str) -> None:
    context, page = look(browser, site, None, "zh-hans")
    page.goto("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert any(told.startswith("image-alt") for told in found(page))
    context.close()


def test_one_click_makes_type_large_and_it_stays_without_a_script(person: Callable[..., Any]) -> None:
    page = person("", java_script_enabled=False)
    page.goto("/items/?q=x")
    page.locator('button[name="size"][value="large"]').click()
    page.locator('button[name="theme"][value="dark"]').click()
    assert page.url.endswith("/items/?q=x")
    page.goto("/track/")
    assert page.locator("html").get_attribute("data-size") == "large"
    assert page.locator("html").get_attribute("data-theme") == "dark"
