from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register


def check_signing(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """`check --deploy`: production needs a signing certificate of its own, never the development one."""
    from yimen.ground.engines import pdf_signing

    problem = pdf_signing.starts_with_development_certificate() or pdf_signing.unfit()
    hint = "See YIMEN_SIGNING_CERT and YIMEN_SIGNING_KEY in yimen/config/settings.py."
    return [Error(f"Papers can't be signed: {problem}", hint=hint, id="yimen.E301")] if problem else []


class DocumentsConfig(AppConfig):
    name = "yimen.rooms.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_signing, Tags.security, deploy=True)
