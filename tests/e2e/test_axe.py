"""Nothing for axe to find, on every page that a role can reach, in both languages, dark and large.

The walk follows every link from a role's first page and looks once at each kind of page (the name of its URL), so a new
page is looked at without anybody adding it here. axe-core (MPL-2.0, tests/e2e/vendor) runs past the policy of scripts.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import Resolver404, resolve

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    v => `${v.id} (${v.impact}): ` + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "))"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
# What a browser saves or shows by itself instead of a page of ours.
NO_PAGES = frozenset({"case_file", "case_proof", "paper_pdf", "journal_heads_json", "healthz", "readyz", "metrics"})
ROLES = {
    "": "/",
    "applicant": "/my/",
    "window_clerk": "/desk/",
    "window_head": "/desk/",
    "examiner": "/office/",
    "organ_head": "/office/",
    "committee": "/office/",
    "supervision": "/office/",
    "admin": "/office/",
}
MOST_PAGES = 60
# Chinese is looked at for every role; a kind of page that another role saw in English is not looked at again.
_seen_in_english: set[str] = set()


def kind_of(url: str, site: str) -> str:
    """The page's kind: the name of its URL, with the verb for pages of verbs; empty for what is no page of ours."""
    if not url.startswith(site):
        return ""
    try:
        match = resolve(unquote(urlsplit(url).path))
    except Resolver404:
        return ""
    name = match.url_name or ""
    return "" if name in NO_PAGES else f"{name} {match.kwargs.get('verb', '')}".strip()


def pages(page: Any, site: str, start: str) -> Iterator[tuple[str, str]]:
    """(kind, address) of every kind of page that links lead to; the page shows it when it is yielded."""
    waiting, seen = [site + start, f"{site}/sign-in/", f"{site}/nowhere/"], {"sign_out"}
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        kind = kind_of(url, site) or ("missing" if url.endswith("/nowhere/") else "")
        if not kind or kind in seen:
            continue
        seen.add(kind)
        page.goto(url)
        yield kind, url
        waiting += [link.partition("#")[0] for link in page.evaluate(LINKS)]


def context_of(browser: Any, site: str, **more: Any) -> Any:
    """A browser of its own in which axe may run."""
    return browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site, bypass_csp=True, **more)


def as_role(page: Any, role: str) -> None:
    page.set_default_timeout(20_000)
    if role:
        page.goto("/sign-in/")
        page.locator(f'button[name="role"][value="{role}"]').click()
        page.wait_for_load_state()


def found(page: Any) -> list[str]:
    """What axe says about the page that is shown."""
    page.evaluate(AXE)
    told: list[str] = page.evaluate(RUN)
    return told


def look_everywhere(page: Any, site: str, start: str, done: set[str]) -> dict[str, list[str]]:
    """{kind of page and address: violations} of the whole walk; pages without any and those `done` are left out."""
    result = {}
    for kind, url in pages(page, site, start):
        if kind not in done and (told := found(page)):
            result[f"{kind}: {url}"] = told
        done.add(kind)
    return result


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(browser: Any, site: str, role: str, language: str) -> None:
    context = context_of(browser, site)
    try:
        context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page = context.new_page()
        as_role(page, role)
        assert look_everywhere(page, site, ROLES[role], _seen_in_english if language == "en" else set()) == {}
    finally:
        context.close()


@pytest.mark.parametrize(
    ("role", "look"),
    [
        ("", {"yimen_theme": "dark"}),
        ("window_clerk", {"yimen_theme": "dark"}),
        ("window_clerk", {"yimen_size": "large"}),
    ],
)
def test_axe_finds_nothing_in_the_dark_and_in_large_type(
    browser: Any, site: str, role: str, look: dict[str, str]
) -> None:
    context = context_of(browser, site)
    try:
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in look.items()])
        page = context.new_page()
        as_role(page, role)
        assert look_everywhere(page, site, ROLES[role], set()) == {}
    finally:
        context.close()


def test_axe_would_find_something(browser: Any, site: str) -> None:
    context = context_of(browser, site)
    try:
        page = context.new_page()
        page.goto("/")
        page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
        assert any(told.startswith("image-alt") for told in found(page))
    finally:
        context.close()


def test_one_click_makes_type_large_and_it_stays_without_a_script(browser: Any, site: str) -> None:
    context = context_of(browser, site, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/items/?q=x")
        page.locator('button[name="size"][value="large"]').click()
        page.locator('button[name="theme"][value="dark"]').click()
        assert page.url.endswith("/items/?q=x")
        page.goto("/track/")
        assert page.locator("html").get_attribute("data-size") == "large"
        assert page.locator("html").get_attribute("data-theme") == "dark"
    finally:
        context.close()
