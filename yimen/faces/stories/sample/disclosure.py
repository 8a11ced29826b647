"""The sample's window set, and a window that nobody has described yet: it is not shown until somebody does."""

from datetime import datetime

from yimen.faces.stories.sample.centre import SampleCentre
from yimen.flows import guides, places
from yimen.rooms.identity.rules.roles import Role

FIELDS = ("number", "organ", "hours")


def play(made: SampleCentre, at: datetime) -> None:
    """Put the set in force from the founding and open the window."""
    committee = made.staff[Role.COMMITTEE, ""]
    wanted = guides.define_disclosure_set(
        name="窗口公示内容（样本）", fields=FIELDS, applies_to="window", basis="样本", by=committee, at=at
    )
    guides.activate_disclosure_set(wanted.key, by=committee, at=at)
    first = made.windows[min(made.windows)]
    places.register_window(hall=first.hall.name, number="99", organ=min(made.windows), by=committee, at=at)
