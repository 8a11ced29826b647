"""Django's name of the room."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """The room `administration`."""

    name = "yimen.rooms.administration"
    label = "administration"
    default_auto_field = "django.db.models.BigAutoField"
