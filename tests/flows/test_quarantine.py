"""Rows that wait: mended, tried again, laid aside; nothing is lost, nothing written over, one entry each."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yimen.flows.importing import import_items
from yimen.flows.quarantine import dismiss_quarantined_row, retry_quarantined_row, retry_quarantined_rows
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.catalogue.models import Item, QuarantinedRow
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
LEGAL = Actor(id="staff:2", name="乙", roles=(Role.LEGAL_OFFICE,))
HEADER = "部门,事项名称,事项编码,备注"


@pytest.fixture
def waiting(tmp_path: Path) -> Any:
    """Import lines; the rows that wait, in their order."""

    def waiting(*lines: str, header: str = HEADER, **options: Any) -> list[QuarantinedRow]:
        path = tmp_path / "list.csv"
        path.write_bytes("\n".join([header, *lines]).encode("utf-8", "surrogateescape"))
        import_items(path, by=LEGAL, at=AT, **options)
        return list(QuarantinedRow.objects.filter(resolved_at=None).order_by("pk"))

    return waiting


def last() -> tuple[str, str, Any]:
    entry = Entry.objects.latest("pk")
    return entry.verb, entry.subject, json.loads(entry.facts)


def test_a_mended_row_becomes_an_item_and_the_row_keeps_what_the_file_said(waiting: Any) -> None:
    (row,) = waiting("甲局,,X1,见附件")
    before = Entry.objects.count()
    assert retry_quarantined_row(row.pk, cells={"事项名称": "示例许可"}, by=LEGAL, at=AT) == "imported"
    item = Item.objects.get()
    assert (item.code, item.name, item.extra) == ("X1", "示例许可", {"备注": "见附件"})
    row.refresh_from_db()
    assert (row.resolved_at, row.raw["事项名称"], row.dismissed) == (AT, "", "")
    assert Entry.objects.count() == before + 1
    assert last() == (
        "retry_quarantined_row",
        f"quarantine:{row.pk}",
        {"imported": [item.pk], "updated": [], "organs": 1, "resolved": 1},
    )


def test_a_row_that_is_still_wrong_says_why_and_goes_on_waiting(waiting: Any) -> None:
    (row,) = waiting("甲局,,X1,")
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        retry_quarantined_row(row.pk, cells={"事项名称": "示例", "事项编码": ""}, by=LEGAL, at=AT)
    assert (refused.value.code, refused.value.facts["reason"]) == ("row.still_wrong", "code.missing")
    row.refresh_from_db()
    assert row.resolved_at is None and not Item.objects.exists() and Entry.objects.count() == before


def test_the_map_of_the_import_counts_also_for_the_row(waiting: Any) -> None:
    (row,) = waiting("甲局,,X1", header="谁,做什么,号", mapping={"谁": "organ", "做什么": "name", "号": "code"})
    retry_quarantined_row(row.pk, cells={"做什么": "示例许可"}, by=LEGAL, at=AT)
    assert Item.objects.get().name == "示例许可"


@pytest.mark.parametrize("line", ["甲局,许\x00可,X1,", "甲局,坏\udcff,X1,"])
def test_what_was_no_text_needs_a_look(waiting: Any, line: str) -> None:
    (row,) = waiting(line)
    with pytest.raises(Refused, match=r"row\.still_wrong"):
        retry_quarantined_row(row.pk, by=LEGAL, at=AT)
    assert retry_quarantined_row(row.pk, cells={"事项名称": "许可"}, by=LEGAL, at=AT) == "imported"


def test_cells_beyond_the_header_are_not_swallowed(waiting: Any) -> None:
    (row,) = waiting("甲局,示例,许可,X1,备注")
    cells = {"事项名称": "示例，许可", "事项编码": "X1", "备注": "备注"}
    with pytest.raises(Refused, match=r"row\.still_wrong"):
        retry_quarantined_row(row.pk, cells=cells, by=LEGAL, at=AT)
    assert retry_quarantined_row(row.pk, cells={**cells, "column_5": ""}, by=LEGAL, at=AT) == "imported"
    assert Item.objects.get().name == "示例，许可"


def test_all_of_a_reason_at_once(waiting: Any) -> None:
    rows = waiting("甲局,示例一,,", "甲局,示例二,,", ",示例三,X3,")
    QuarantinedRow.objects.filter(pk=rows[0].pk).update(raw={**rows[0].raw, "事项编码": "X1"})
    before = Entry.objects.count()
    assert retry_quarantined_rows("code.missing", by=LEGAL, at=AT) == (1, 1)
    assert Entry.objects.count() == before + 1 and last()[:2] == ("retry_quarantined_row", "quarantine:code.missing")
    assert retry_quarantined_rows("code.missing", by=LEGAL, at=AT) == (0, 1)
    assert Entry.objects.count() == before + 1
    assert [i.code for i in Item.objects.all()] == ["X1"]


def test_which_of_two_is_right_is_never_decided_by_the_dozen(waiting: Any) -> None:
    (row,) = waiting("甲局,第一,X1,", "甲局,第二,X1,")
    assert retry_quarantined_rows("code.duplicate", by=LEGAL, at=AT) == (0, 1)
    assert Item.objects.get().name == "第一"
    assert retry_quarantined_row(row.pk, by=LEGAL, at=AT) == "updated"
    assert Item.objects.get().name == "第二"


def test_a_row_laid_aside_does_not_come_back_with_its_file(waiting: Any) -> None:
    (row,) = waiting("甲局,,X1,合计")
    with pytest.raises(Refused, match=r"reason\.missing"):
        dismiss_quarantined_row(row.pk, reason=" ", by=LEGAL, at=AT)
    dismiss_quarantined_row(row.pk, reason="合计行，不是事项", by=LEGAL, at=AT)
    assert last() == (
        "dismiss_quarantined_row",
        f"quarantine:{row.pk}",
        {"imported": [], "updated": [], "organs": 0, "resolved": 1},
    )
    assert waiting("甲局,,X1,合计") == []
    row.refresh_from_db()
    assert (row.dismissed, row.raw["备注"]) == ("合计行，不是事项", "合计")


def test_whoever_comes_second_is_told(waiting: Any) -> None:
    (row,) = waiting("甲局,,X1,")
    dismiss_quarantined_row(row.pk, reason="空行", by=LEGAL, at=AT)
    for act in (
        lambda: retry_quarantined_row(row.pk, cells={"事项名称": "示例"}, by=LEGAL, at=AT),
        lambda: dismiss_quarantined_row(row.pk, reason="空行", by=LEGAL, at=AT),
    ):
        with pytest.raises(Refused, match=r"row\.settled"):
            act()
    with pytest.raises(Refused, match=r"thing\.not_found"):
        retry_quarantined_row(0, by=LEGAL, at=AT)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN, Role.LEGAL_OFFICE}))
def test_only_who_imports(waiting: Any, role: Role) -> None:
    (row,) = waiting("甲局,,X1,")
    stranger = Actor(id="staff:3", name="丙", roles=(role,))
    with pytest.raises(Denied):
        retry_quarantined_row(row.pk, cells={"事项名称": "示例"}, by=stranger, at=AT)
    with pytest.raises(Denied):
        retry_quarantined_rows("name.missing", by=stranger, at=AT)
    with pytest.raises(Denied):
        dismiss_quarantined_row(row.pk, reason="x", by=stranger, at=AT)
