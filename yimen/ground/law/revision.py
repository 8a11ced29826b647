"""The number that tells whether a cached calendar or parameter is still what the database says."""

from secrets import randbelow

from yimen.ground.law.models import Revision

_SPREAD = 1 << 20


def bump(using: str) -> int:
    """Give `using` a new, higher number; call it in the transaction of the change, after the change.

    The low bits are random: a number that a rolled-back transaction or a restored copy has used must not come back
    with another content, or a process would serve what it cached under it.
    """
    row = Revision.objects.using(using).filter(pk=1).first()
    number = ((row.number if row else 0) // _SPREAD + 1) * _SPREAD + randbelow(_SPREAD)
    Revision.objects.using(using).update_or_create(pk=1, defaults={"number": number})
    return number
