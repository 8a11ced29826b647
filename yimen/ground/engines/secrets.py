"""Secrets derived from the centre's key: nothing of them is stored."""

import hmac
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from yimen.ground.kernel import numbering

DEMO_MARK = "demo"


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose.encode(), sha256)


def request_mac(text: str) -> str:
    """64 hex that tell one request from another and tell nobody what it said: it stays in the journal for good."""
    return hmac.new(_key("request"), text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def query_password(number: str) -> str:
    """The password that opens the public page of a case; printed on its receipt."""
    return numbering.query_password(_key("query password"), number)


def check_query_password(number: str, text: str) -> bool:
    """Whether `text` is the case's password, in constant time; case and spaces don't matter."""
    return numbering.check_query_password(_key("query password"), number, text)


def mark_demo_keys() -> None:
    """Note beside the keys that a demonstration uses them: production refuses them from then on."""
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / DEMO_MARK).touch(mode=0o600)


def unfit_keys() -> str:
    """Why production may not start with the keys there are; empty when it may (always in demo mode)."""
    if settings.DEMO:
        return ""
    if (Path(settings.KEYS_DIR) / DEMO_MARK).exists():
        return f"the keys in {settings.KEYS_DIR} were made for a demonstration; set YIMEN_VAR to a folder of its own"
    return ""
