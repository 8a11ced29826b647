"""Reads of the catalogue."""

from datetime import date
from typing import NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When, Window

from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion, Material, Suspension, VersionState
from yimen.rooms.identity.models import Organ


def in_force(on: date) -> Q:
    """The condition of a published version on a day; both ends of its days count."""
    return Q(state=VersionState.PUBLISHED, valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def suspended_on(on: date) -> Q:
    """The condition of a suspension that holds on a day."""
    open_ended = Q(until__isnull=True) | Q(until__gte=on)
    return Q(starts__lte=on) & open_ended & (Q(lifted_from__isnull=True) | Q(lifted_from__gt=on))


def suspension_of(item_id: int, on: date) -> Suspension | None:
    """Why nobody can apply for an item on a day, or None."""
    return Suspension.objects.filter(suspended_on(on), item_id=item_id).order_by("starts", "id").first()


def gap_before(version: ItemVersion, valid_from: date) -> int:
    """How many days without any law lie between the published version before and this day; 0 without one before."""
    earlier = ItemVersion.objects.filter(item_id=version.item_id, state=VersionState.PUBLISHED, valid_to__lt=valid_from)
    last = earlier.exclude(pk=version.pk).order_by("-valid_to").values_list("valid_to", flat=True).first()
    return (valid_from - last).days - 1 if last else 0


def version_in_force(item_code: str, on: date) -> ItemVersion:
    """The published version of an item on a day, with its item and organ, in one query.

    Raises `item.unknown` or `item.not_in_force`.
    """
    if "\x00" in item_code:  # PostgreSQL can't even be asked for it
        raise Refused("item.unknown", item="", on=on.isoformat())
    found = ItemVersion.objects.filter(in_force(on), item__code=item_code).select_related("item__organ", "organ")
    version = next(iter(found.order_by()[:1]), None)
    if version is None:
        known = Item.objects.filter(code=item_code).exists()
        raise Refused("item.not_in_force" if known else "item.unknown", item=item_code[:120], on=on.isoformat())
    return version


def published_items(on: date) -> QuerySet[ItemVersion]:
    """Every version in force on a day, with item and organ, by organ and code."""
    versions = ItemVersion.objects.filter(in_force(on)).select_related("item__organ", "organ")
    return versions.order_by("item__organ__code", "item__code")


def _words(text: str) -> list[str]:
    """At most eight words in small letters. No line end is left, so no word can reach over two lines."""
    return text.replace("\x00", " ").lower().split()[:8]


def search(text: str, on: date) -> QuerySet[ItemVersion]:
    """Versions in force that answer every word of `text`; all for an empty text.

    A word answers when name, code, main item, an everyday word for the item, or the pinyin or the initials of one of
    them contains it, or the name of the organ does.
    """
    found = published_items(on)
    for word in _words(text):
        organs = Organ.objects.filter(name__icontains=word).values("pk")
        found = found.filter(Q(item__search_words__contains=word) | Q(item__organ_id__in=organs))
    return found


def ranked(text: str, on: date) -> QuerySet[ItemVersion]:
    """`search` with the best answer first, by `rank` and code: 0 the name, code or everyday word itself, 1 a name that
    begins so, 2 a name that contains it, 3 an everyday word, pinyin or initials that begin so, 4 the rest."""
    words = _words(text)
    found = search(text, on)
    if not words:
        return found.annotate(rank=Value(4)).order_by("item__code")
    lines = "item__search_words__contains"
    rank = Case(
        When(**{lines: f"\n{' '.join(words)}\n"}, then=Value(0)),
        When(item__search_words__startswith=f"\n{words[0]}", then=Value(1)),
        When(item__name__icontains=words[0], then=Value(2)),
        When(**{lines: f"\n{words[0]}"}, then=Value(3)),
        default=Value(4),
    )
    return found.annotate(rank=rank).order_by("rank", "item__code")


class Answers(NamedTuple):
    """A page of a search: how many fit, the versions of this page with item and organ, the key of the next page."""

    total: int
    versions: list[ItemVersion]
    next_after: str


def answers(text: str, on: date, *, after: str = "", limit: int) -> Answers:
    """A page of `ranked`, beginning after the key of the page before. Only the rows of the page are read whole: sorting
    whole guides would cost more than finding them."""
    found = ranked(text, on)
    following = _after(found, after).annotate(total=Window(Count("pk")))
    keys = list(following.values_list("pk", "rank", "item__code", "total")[: limit + 1])
    # The window counts what follows the key; from the first page on that is all.
    total = found.order_by().count() if after else (keys[0][3] if keys else 0)
    whole = whole_of([key[0] for key in keys[:limit]], on)
    next_after = f"{keys[limit - 1][1]}:{keys[limit - 1][2]}" if len(keys) > limit else ""
    return Answers(total, [whole[key[0]] for key in keys[:limit]], next_after)


def whole_of(keys: list[int], on: date) -> dict[int, ItemVersion]:
    """Versions by their keys with item and organs; `suspended`: whether nobody can apply for the item on the day."""
    suspended = Suspension.objects.filter(suspended_on(on), item=OuterRef("item"))
    rows = ItemVersion.objects.select_related("item__organ", "organ")
    return {version.pk: version for version in rows.annotate(suspended=Exists(suspended)).filter(pk__in=keys)}


def _after(found: QuerySet[ItemVersion], key: str) -> QuerySet[ItemVersion]:
    """What follows `key` (rank:code); all for a key that is none."""
    rank, colon, code = key.replace("\x00", "").partition(":")
    if not colon or rank not in ("0", "1", "2", "3", "4"):
        return found
    return found.filter(Q(rank__gt=int(rank)) | Q(rank=int(rank), item__code__gt=code))


def materials(version: ItemVersion) -> list[Material]:
    """The material list of a version, in its order."""
    return list(version.materials.all())
