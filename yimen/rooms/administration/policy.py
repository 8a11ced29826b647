"""Whose things an actor may enter: the committee for every unit, a unit for itself."""

from yimen.ground.kernel.errors import Denied
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role


def is_committee(actor: Actor) -> bool:
    """Whether somebody of the committee acts."""
    return Role.COMMITTEE in actor.roles


def own_or_committee(by: Actor, organ_id: int | None, verb: str) -> None:
    """Raises `Denied` when a unit acts in the name of another."""
    if not is_committee(by) and (organ_id is None or by.organ_id != organ_id):
        raise Denied(verb=verb)
