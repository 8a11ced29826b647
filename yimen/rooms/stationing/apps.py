"""Django's name of the room."""

from django.apps import AppConfig


class StationingConfig(AppConfig):
    """The room `stationing`."""

    name = "yimen.rooms.stationing"
    label = "stationing"
    default_auto_field = "django.db.models.BigAutoField"
