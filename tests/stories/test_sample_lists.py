"""The sample centre has rows to mend, and none of them became an item."""

from datetime import date

import pytest

from yimen.faces.stories.sample import load_sample
from yimen.rooms.catalogue.models import ImportRun, Item, QuarantinedRow
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.queries import forget_centre


@pytest.mark.django_db
def test_rows_wait_and_none_became_an_item() -> None:
    forget_centre()
    forget_terms()
    load_sample(as_of=date(2026, 9, 5))
    waiting = QuarantinedRow.objects.filter(resolved_at=None)
    assert [row.reason for row in waiting.order_by("line")] == [
        "name.missing",
        "code.missing",
        "organ.missing",
        "code.damaged",
        "code.missing",
    ]
    assert ImportRun.objects.get().counts["quarantined"] == 5
    assert not Item.objects.filter(code__startswith="SAMPLE-L0").exists()
