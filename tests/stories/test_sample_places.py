"""The sample's house has something to show on every page of it."""

from datetime import date
from typing import Any

import pytest

from yimen.faces.stories.sample.load import load_sample
from yimen.facts import places, presence
from yimen.rooms.identity.models import OrganName
from yimen.rooms.stationing.models import Onboarding, Platform
from yimen.rooms.stationing.queries import overdue_stations

AS_OF = date(2026, 3, 14)  # a Saturday


@pytest.mark.django_db
def test_windows_stations_names_platforms_and_units_moving_in(settings: Any) -> None:
    settings.DEMO = True
    load_sample(as_of=AS_OF)
    shown = places.windows(AS_OF)
    assert any(row.on_duty for row in shown) and any(row.station for row in shown)
    assert all(row.window.hours and (row.window.telephone or row.station) for row in shown)
    assert len(places.stations(AS_OF)) == 3
    assert overdue_stations(AS_OF).count() == 1
    assert OrganName.objects.count() == 4
    assert Platform.objects.get().state == "opinion_given"
    assert Onboarding.objects.get().steps.filter(done_on=None).count() == 2
    assert {board.facts()["items"]["share"] for board in presence.boards(AS_OF).values() if board.items} == {100}
