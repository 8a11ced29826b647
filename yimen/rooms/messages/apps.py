from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yimen.rooms.messages"
    label = "yimen_messages"  # django.contrib.messages holds the plain label
    default_auto_field = "django.db.models.BigAutoField"
