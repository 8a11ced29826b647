"""Links beside a version of a guide and an order on their register pages."""

from django import template

from yimen.faces.web.register_words import value_words
from yimen.rooms.catalogue.models import ItemVersion

register = template.Library()


@register.filter
def registered(value: str, fact: str) -> str:
    """A word of the registers in the reader's language."""
    return value_words(fact, value)


@register.simple_tag
def version_before(key: str) -> str:
    """The key of the version that came before this one, "" for the first."""
    found = ItemVersion.objects.filter(pk=key).values_list("item_id", "number").first()
    if found is None:
        return ""
    earlier = ItemVersion.objects.filter(item_id=found[0], number__lt=found[1]).order_by("-number")
    return str(earlier.values_list("pk", flat=True).first() or "")
