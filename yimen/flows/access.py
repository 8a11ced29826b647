"""Who comes in: accounts that people open themselves, and the entries of signing in and out.

Sessions themselves are the framework's; what is written here is the record. It names accounts by key, addresses and
names that were typed by a keyed hash, so that equal ones are told apart and nobody can read them.
"""

from datetime import datetime

from django.db import transaction

from yimen.rooms.identity import actions
from yimen.rooms.identity.models import User


def open_account(*, username: str, email: str, password: str | None, address: str, at: datetime) -> User:
    """An applicant's account, opened by itself; it can sign in when its e-mail address is confirmed."""
    with transaction.atomic():
        return actions.open_account(username=username, email=email, password=password, address=address, at=at)


def note_access(
    verb: str, *, user_id: int | None = None, typed: str = "", address: str = "", method: str = "", at: datetime
) -> None:
    """One entry: sign_in, fail_sign_in, lock_out, sign_out, change_password, change_second_factor."""
    with transaction.atomic():
        actions.note_access(verb, user_id=user_id, typed=typed, address=address, method=method, at=at)
