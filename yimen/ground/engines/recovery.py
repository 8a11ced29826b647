"""One-time links by which an account gets a new password, as django-allauth reads them."""

from typing import Any


def one_time_key(user: Any) -> str:
    """ "ID-KEY" of the address /account/password/reset/key/ID-KEY/: works once, for settings.PASSWORD_RESET_TIMEOUT."""
    # Imported here: allauth's forms need the tables' models loaded.
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def forget_second_factors(user: Any) -> int:
    """Remove authenticator app, passkeys and recovery codes of an account; how many there were."""
    from allauth.mfa.models import Authenticator

    return int(Authenticator.objects.filter(user=user).delete()[0])
