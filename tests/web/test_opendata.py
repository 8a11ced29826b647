"""Open data: the same facts in three formats, samples marked, nothing computed, nothing sent twice."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.flows import catalogue
from yimen.rooms.catalogue.models import Item, ItemVersion

pytestmark = pytest.mark.django_db
FILES = ["/opendata/catalogue.json", "/opendata/catalogue.csv", "/opendata/catalogue.jsonld"]


def fetched(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def body(path: str) -> bytes:
    return b"".join(fetched(path).streaming_content)


@pytest.mark.clause("3.4a")
def test_the_three_formats_say_what_the_guide_says(item: ItemVersion) -> None:
    (found,) = json.loads(body(FILES[0]))["items"]
    assert (found["code"], found["name"], found["organ"]["code"]) == ("X1", "示例许可", "O1")
    assert (found["statutory_limit"], found["promised_limit"]) == ("20 working_days", "8 working_days")
    assert [(m["code"], m["necessity"]) for m in found["materials"]] == [("M1", "required"), ("M2", "optional")]
    (row,) = csv.DictReader(io.StringIO(body(FILES[1]).decode("utf-8-sig")))
    assert (row["code"], row["organ"], row["promised_limit"]) == ("X1", "部门O1", "8 working_days")
    assert row["materials"].splitlines() == [m["name"] for m in found["materials"]]
    (service,) = json.loads(body(FILES[2]))["@graph"]
    assert (service["@type"], service["identifier"], service["provider"]["name"]) == (
        "GovernmentService",
        "X1",
        "部门O1",
    )
    limits = {p["name"]: (p["value"], p.get("unitText")) for p in service["additionalProperty"]}
    assert limits["promised_limit"] == (8, "working_days")
    # Working days have no ISO 8601 duration: eight natural days would be another promise.
    assert "processingTime" not in service["availableChannel"]
    alone = json.loads(fetched("/items/X1.jsonld").content)
    assert alone == {"@context": "https://schema.org", **service}


def test_only_what_is_in_force_today_is_there(item: ItemVersion) -> None:
    today = timezone.localdate()
    factories.make_item("X2", valid_from=today + timedelta(days=1))
    factories.make_item("X3", valid_from=today)
    ended = factories.make_item("X4", valid_from=date(2000, 1, 1))
    ItemVersion.objects.filter(pk=ended.pk).update(valid_to=today - timedelta(days=1))
    assert [found["code"] for found in json.loads(body(FILES[0]))["items"]] == ["X1", "X3"]
    assert fetched("/items/X4.jsonld").status_code == 422  # item.not_in_force


@pytest.mark.parametrize("path", FILES)
def test_what_somebody_has_is_not_sent_again_until_it_changes(item: ItemVersion, path: str) -> None:
    first = fetched(path)
    assert first.status_code == 200 and first["Last-Modified"]
    again = fetched(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert fetched(path, **{"If-None-Match": f'W/{first["ETag"]}, "x"'}).status_code == 304
    assert fetched(path, **{"If-None-Match": '"x"'}).status_code == 200
    other = next(p for p in FILES if p != path)
    assert fetched(other, **{"If-None-Match": first["ETag"]}).status_code == 200
    catalogue.suspend_item(
        "X1", reason="改造", basis="公告", by=factories.make_actor("legal_office"), at=factories.now()
    )
    assert fetched(path, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_a_sample_passes_nowhere_for_a_fact(item: ItemVersion) -> None:
    Item.objects.update(is_sample=True)
    assert json.loads(body(FILES[0]))["items"][0]["is_sample"] is True
    assert next(csv.DictReader(io.StringIO(body(FILES[1]).decode("utf-8-sig"))))["is_sample"] == "true"
    (service,) = json.loads(body(FILES[2]))["@graph"]
    assert {"@type": "PropertyValue", "name": "is_sample", "value": True} in service["additionalProperty"]
    assert "is_sample" in fetched("/opendata/").content.decode()


def test_no_cell_is_a_formula(item: ItemVersion) -> None:
    Item.objects.update(name='=HYPERLINK("http://x")')
    row = next(csv.DictReader(io.StringIO(body(FILES[1]).decode("utf-8-sig"))))
    assert row["name"] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize("path", FILES)
def test_as_many_queries_for_three_items_as_for_one(item: ItemVersion, path: str) -> None:
    body(path)
    with CaptureQueriesContext(
        connection,
    ) as one:
        body(path)
    for code in ("X2", "X3"):
        factories.make_item(code)
    body(path)
    with CaptureQueriesContext(connection) as three:
        body(path)
    assert len(one) == len(three)


def test_the_page_says_under_which_licence(item: ItemVersion, settings: Any) -> None:
    assert "还没有说明" in fetched("/opendata/").content.decode()
    settings.DATA_LICENCE = "署名即可使用"
    assert "署名即可使用" in fetched("/opendata/").content.decode()
    assert json.loads(body(FILES[0]))["licence"] == "署名即可使用"
