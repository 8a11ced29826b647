"""Django's name of the room."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """The room `consultation`."""

    name = "yimen.rooms.consultation"
    label = "consultation"
    default_auto_field = "django.db.models.BigAutoField"
