"""Django's name of the room."""

from django.apps import AppConfig


class GuidesConfig(AppConfig):
    """The room `guides`."""

    name = "yimen.rooms.guides"
    label = "guides"
    default_auto_field = "django.db.models.BigAutoField"
