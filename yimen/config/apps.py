from django.apps import AppConfig


class SettingsConfig(AppConfig):
    name = "yimen.config"
    label = "config"

    def ready(self) -> None:
        """`yimen check --deploy` names each wrong setting."""
        from django.core import checks

        from yimen.config.checks import check_settings

        checks.register(check_settings, checks.Tags.security, deploy=True)
