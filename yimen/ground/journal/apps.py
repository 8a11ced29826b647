"""The journal as a Django application; its guards are put back after every migrate."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Label `journal`: the tables are `journal_entry`, `journal_leaf` and `journal_head`."""

    name = "yimen.ground.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yimen.ground.journal import guards

        guards.connect(self)
