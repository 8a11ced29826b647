"""Django's name of the room."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    """The room `authority`."""

    name = "yimen.rooms.authority"
    label = "authority"
    default_auto_field = "django.db.models.BigAutoField"
