"""Django's name of the room."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    """The room `authority`."""

    name = "yimen.rooms.authority"
    label = "authority"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The register of use of the seals is written once: no hand on the database changes it."""
        from yimen.ground.journal import guards

        for guard in guards.immutable("authority_sealuse", ("id",), ("document",)):
            guards.add(guard)
