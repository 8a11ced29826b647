"""Secrets derived from the centre's key: nothing of them is stored."""

import hmac
from hashlib import sha256

from django.conf import settings

from yimen.ground.kernel import numbering


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose.encode(), sha256)


def query_password(number: str) -> str:
    """The password that opens the public page of a case; printed on its receipt."""
    return numbering.query_password(_key("query password"), number)


def check_query_password(number: str, text: str) -> bool:
    """Whether `text` is the case's password, in constant time; case and spaces don't matter."""
    return numbering.check_query_password(_key("query password"), number, text)
