"""The law as a Django application; its shipped parameters are put in after every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LawConfig(AppConfig):
    """Label `law`."""

    name = "yimen.ground.law"
    label = "law"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yimen.ground.law.seeds import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="yimen.law.seeds")
