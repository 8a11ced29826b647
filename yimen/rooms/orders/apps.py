"""Django's name of the room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The room `orders`."""

    name = "yimen.rooms.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
