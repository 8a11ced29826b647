"""What is wrong with the settings of a production centre, in words: `yimen check --deploy`.

Errors keep people out or let the wrong ones in; warnings leave something undone. The process starts all the same, as an
operator may be on the way to putting it right; what must never start refuses in `yimen run` and in wsgi.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from yimen.ground.engines import pdf_signing, secrets


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every setting that is wrong for production."""
    return [*_mode(), *_addresses(), *_keys(), *_papers_and_letters(), *_watching()]


def _mode() -> Iterator[CheckMessage]:
    if settings.DEMO:
        yield Error(
            "YIMEN_MODE is demo: anybody on this machine may be any person, and acts are dated back",
            hint="Leave YIMEN_MODE unset or set it to production.",
            id="yimen.E001",
        )


def _addresses() -> Iterator[CheckMessage]:
    hosts = settings.ALLOWED_HOSTS
    if not hosts:
        yield Error(
            "YIMEN_ALLOWED_HOSTS is empty: every request is refused",
            hint="Set it to the host names at which people reach the centre, separated by commas.",
            id="yimen.E002",
        )
    if "*" in hosts:
        yield Error(
            "YIMEN_ALLOWED_HOSTS holds *: links in letters may be made to lead anywhere",
            hint="Name the hosts.",
            id="yimen.E003",
        )
    if not settings.SITE_URL_GIVEN:
        yield Warning(
            f"YIMEN_SITE_URL is not set: papers and letters lead to {settings.SITE_URL}",
            hint="Set it to the address at which people reach the centre.",
            id="yimen.W003",
        )
    if not settings.PROXIES:
        yield Warning(
            "YIMEN_PROXIES is 0: behind a proxy everybody seems to come from one address and shares its rate limits",
            hint="Set it to the number of proxies in front, 1 with docs/operate/install.md.",
            id="yimen.W005",
        )
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        yield Error(
            f"YIMEN_SITE_URL is {settings.SITE_URL}: papers and letters lead to a page without TLS",
            hint="Set it to https://HOST and let the proxy speak TLS (docs/operate/install.md).",
            id="yimen.E004",
        )
    elif hosts and "*" not in hosts and not any(_fits(site.hostname or "", host) for host in hosts):
        yield Error(
            f"the host of YIMEN_SITE_URL ({site.hostname}) is not in YIMEN_ALLOWED_HOSTS: links on papers are refused",
            hint="Add it to YIMEN_ALLOWED_HOSTS.",
            id="yimen.E005",
        )


def _fits(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))


def _keys() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < 40:
        yield Error(
            f"YIMEN_SECRET_KEY has {len(settings.SECRET_KEY)} characters: sessions could be forged",
            hint="Use at least 50 random characters, or leave it unset: one is made under var/keys.",
            id="yimen.E006",
        )
    if problem := secrets.unfit_keys():
        yield Error(
            f"production does not start: {problem}",
            hint="Use an empty folder, and restore no demonstration into it.",
            id="yimen.E010",
        )
    folder = Path(settings.KEYS_DIR)
    for path in [folder, *sorted(folder.glob("*"))] if folder.is_dir() else []:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Error(
                f"keys/{path.name if path != folder else ''} may be read by others (mode {mode:03o})",
                hint="chmod 700 the folder and 600 its files; change the keys if others could have read them.",
                id="yimen.E007",
            )


def _papers_and_letters() -> Iterator[CheckMessage]:
    if problem := pdf_signing.unfit():
        yield Error(
            f"papers can't be signed: {problem}",
            hint="Set YIMEN_SIGNING_CERT and YIMEN_SIGNING_KEY (docs/operate/keys.md).",
            id="yimen.E008",
        )
    if "console" in settings.MAILERS["default"]["BACKEND"]:
        yield Warning(
            "YIMEN_EMAIL_URL is empty: letters go to the log of the worker, not to people",
            hint="Set it to smtp://USER:PASSWORD@HOST:PORT.",
            id="yimen.W001",
        )
    elif settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield Warning(
            f"YIMEN_EMAIL_FROM is not set: letters come from {settings.DEFAULT_FROM_EMAIL}, which mail servers refuse",
            hint="Set it to an address of the centre.",
            id="yimen.W004",
        )


def _watching() -> Iterator[CheckMessage]:
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < 20:
        yield Warning(
            "YIMEN_METRICS_TOKEN is short: the figures of the centre could be read by guessing",
            hint="Use at least 20 random characters, or leave it unset: then only this machine may read /metrics.",
            id="yimen.W002",
        )
