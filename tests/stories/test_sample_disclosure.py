"""The sample shows a window that says too little to be public, and cases whose applicants told their situation."""

from datetime import date
from typing import Any

import pytest

from yimen.faces.stories.sample import book
from yimen.faces.stories.sample.load import load_sample
from yimen.facts import disclosure, places
from yimen.facts.situations import told_in
from yimen.rooms.cases.models import Case
from yimen.rooms.guides.rules.disclosure import AppliesTo
from yimen.rooms.identity.models import Window

AS_OF = date(2026, 3, 14)  # a Saturday


@pytest.mark.django_db
def test_a_window_waits_to_be_described_and_cases_tell_their_situation(settings: Any) -> None:
    settings.DEMO = True
    load_sample(as_of=AS_OF)
    failing = {group.applies_to: group.rows for group in disclosure.failing(None, AS_OF)}
    (row,) = failing[AppliesTo.WINDOW]
    assert (row.found.number, row.fields) == ("99", ["hours"])
    shown = {shown.window.pk for shown in places.windows(AS_OF)}
    assert row.found.pk not in shown and len(shown) == Window.objects.count() - 1
    assert failing[AppliesTo.ITEM] == []
    cases = list(Case.objects.exclude(situation={}).select_related("item_version__item"))
    assert {case.item_version.item.code for case in cases} <= set(book.situations()) and cases
    told = told_in(cases[0])
    assert told is not None and all(question and answer for question, answer in told.lines)
