"""The further fields of the sample guides: they fit their items, and what nobody published says so."""

import re

import pytest

from yimen.faces.stories.sample import book
from yimen.rooms.guides.queries import codes

pytestmark = pytest.mark.clause("3.4a")


def test_own_fields_name_items_and_materials_that_exist() -> None:
    items = {item.code: item for item in book.items()}
    told = book._yaml("details.yaml")["items"]
    assert len(told) >= 12 and set(told) <= set(items)
    for code, said in told.items():
        known = {m.code for m in items[code].materials}
        named = {one["code"] for one in said.get("material_notes", [])} | {
            *said.get("tolerance", {"materials": []})["materials"]
        }
        assert named <= known, code


def test_every_item_says_whom_it_serves_and_how_with_codes_of_the_standard() -> None:
    for item in book.items():
        said = book.details(item)
        assert said["service_objects"] == (["2", "3"] if item.for_organisations else ["1"])
        assert said["national_kind"] == ("1" if item.guide["review"] == "immediate" else "2")
        hearing = any(one["kind"] == "hearing" for one in item.guide["special_procedures"])
        assert ("procedure_limits" in said) == hearing
        for table in set(codes()) & set(said):
            values = [said[table]] if isinstance(said[table], str) else said[table]
            assert set(values) <= set(codes()[table])


def test_texts_of_services_and_notes_are_marked_as_sample() -> None:
    for said in book._yaml("details.yaml")["items"].values():
        texts = [one["by"] for one in said.get("services", [])]
        texts += [v for one in said.get("material_notes", []) for k, v in one.items() if k != "code"]
        assert [text for text in texts if not re.search("样本", text)] == []


def test_the_sources_say_that_the_further_fields_are_sample() -> None:
    assert {item.guide["sources"]["details"] for item in book.items()} == {book.SAMPLE}
