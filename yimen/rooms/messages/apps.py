from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yimen.rooms.messages"
    label = "yimen_messages"  # django.contrib.messages holds the plain label
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the members of the channel registry."""
        from yimen.rooms.messages.contrib import console, demo, email  # noqa: F401
