"""import_items: every row ends somewhere, a second run changes nothing, nothing is lost on the way."""

import csv
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from yimen.flows import importing
from yimen.flows.importing import import_items
from yimen.ground.engines.tables import Unreadable
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Denied
from yimen.rooms.catalogue.models import ImportRun, Item, ItemVersion, QuarantinedRow
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ADMIN = Actor(id="staff:1", name="甲", roles=(Role.ADMIN,))
HEADER = "department,item_name,item_code,org_code_in_item,remark"


@pytest.fixture
def run(tmp_path):
    def run(*lines: str, header: str = HEADER, **options) -> str:
        path = tmp_path / "list.csv"
        path.write_bytes("\n".join([header, *lines]).encode("utf-8", "surrogateescape"))
        return ended(path, **options)

    return run


def ended(path: Path, **options) -> str:
    """imported/updated/unchanged/quarantined, after a check that no row is lost."""
    counts = import_items(path, by=ADMIN, at=AT, **options)
    assert counts.rows == counts.imported + counts.updated + counts.unchanged + counts.quarantined
    return f"{counts.imported}/{counts.updated}/{counts.unchanged}/{counts.quarantined}"


def content() -> list[list[tuple]]:
    """Everything that an import may write but the run itself."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Organ, Item, ItemVersion, QuarantinedRow)]


def waiting() -> list[str]:
    return list(QuarantinedRow.objects.filter(resolved_at=None).order_by("pk").values_list("reason", flat=True))


def test_a_row_becomes_an_item_with_a_draft_and_an_unconfirmed_organ(run):
    assert run("甲局,示例许可,X1,115113010833722043,见附件") == "1/0/0/0"
    item = Item.objects.select_related("organ").get()
    assert (item.code, item.name, item.organ_code_in_item) == ("X1", "示例许可", "115113010833722043")
    assert item.extra == {"remark": "见附件"}
    assert (item.organ.name, item.organ.confirmed) == ("甲局", False)
    version = item.versions.get()
    assert (version.number, version.state, version.statutory_limit, version.promised_limit) == (1, "draft", "", "")
    made = ItemVersion.objects.create(item=item, number=2)  # the draft is what the model itself would make
    for field in ItemVersion._meta.concrete_fields:
        if field.attname not in ("id", "number"):
            made.refresh_from_db()
            assert getattr(version, field.attname) == getattr(made, field.attname), field.name


def test_a_second_run_changes_nothing(run):
    bad = ("甲局,,X2,,", "甲局,,X2,,", "甲局,另一,X1,,", "甲局,许\x00可,X3,,", "乙局,坏\udcff,X4,,")
    lines = ("甲局,示例许可,X1,,", *bad)
    assert run(*lines) == "1/0/0/5"
    before = content()
    assert run(*lines) == "0/0/1/5"
    assert content() == before
    assert waiting() == ["name.missing", "name.missing", "code.duplicate", "text.nul_character", "text.encoding"]


def test_a_changed_row_is_updated_and_what_the_list_does_not_say_stays(run):
    run("甲局,示例许可,X1,1,旧")
    Item.objects.update(basis="某法 第一条", extra={"remark": "旧", "note": "自己写的"})
    assert run("甲局,示例许可（新）,X1,1,新", "甲局,许可二,X2,1,") == "1/1/0/0"
    item = Item.objects.get(code="X1")
    assert (item.name, item.basis) == ("示例许可（新）", "某法 第一条")
    assert item.extra == {"remark": "新", "note": "自己写的"}
    assert item.versions.count() == 1


def test_one_department_with_several_codes_is_one_organ_and_one_code_of_several_departments_is_none(run):
    assert run("甲局,许可一,X1,111,", "甲局,许可二,X2,222,", "乙局,许可三,X3,222,") == "3/0/0/0"
    assert set(Organ.objects.values_list("name", flat=True)) == {"甲局", "乙局"}
    assert set(Item.objects.values_list("organ_code_in_item", flat=True)) == {"111", "222"}


def test_an_organ_that_is_known_is_used_by_name_and_a_renamed_one_found_again(run):
    known = Organ.objects.create(code="O1", name="甲局")
    run("甲局,许可一,X1,,", "乙局,许可二,X2,,")
    assert Item.objects.get(code="X1").organ == known
    Organ.objects.filter(name="乙局").update(name="乙局（全称）", confirmed=True)
    assert run("甲局,许可一,X1,,", "乙局,许可二,X2,,") == "0/0/2/0"
    assert Organ.objects.count() == 2


def test_without_a_department_the_code_decides(run):
    known = Organ.objects.create(code="O1", name="甲局", credit_code="111")
    assert run(",许可一,X1,111,", ",许可二,X2,73,", ",许可三,X3,,") == "2/0/0/1"
    assert Item.objects.get(code="X1").organ == known
    assert Item.objects.get(code="X2").organ.name == "部门代码 73"
    assert waiting() == ["organ.missing"]


def test_one_file_never_writes_over_itself(run):
    assert run("甲局,许可一,X1,,", "甲局,许可一,X1,,", "甲局,许可二,X1,,") == "1/0/1/1"
    assert Item.objects.get().name == "许可一"
    row = QuarantinedRow.objects.get()
    assert (row.line, row.reason, row.raw["item_name"]) == (4, "code.duplicate", "许可二")


def test_a_published_item_keeps_its_organ(run):
    run("甲局,许可一,X1,,", "甲局,许可二,X2,,")
    ItemVersion.objects.filter(item__code="X1").update(
        statutory_limit="20 working_days", promised_limit="8 working_days", state="published", valid_from=AT.date()
    )
    assert run("乙局,许可一,X1,,", "乙局,许可二,X2,,") == "0/1/0/1"
    assert Item.objects.get(code="X1").organ.name == "甲局"
    assert Item.objects.get(code="X2").organ.name == "乙局"
    assert waiting() == ["organ.conflict"]


def test_quarantine_keeps_the_whole_row(run):
    run("甲局,许,可,X1,,,多", '甲局,"未闭合,X2,,')
    first, second = QuarantinedRow.objects.order_by("line")
    assert first.raw == {
        "department": "甲局",
        "item_name": "许",
        "item_code": "可",
        "org_code_in_item": "X1",
        "remark": "",
        "column_6": "",
        "column_7": "多",
    }
    assert (second.line, second.reason, second.raw["item_name"]) == (3, "row.unclosed_quote", '"未闭合')


def test_a_map_takes_the_rows_that_waited_for_it(run):
    lines, header = ("甲局,许可一,1", "甲局,许可二,2"), "衙门,何事,号"
    remarks = []
    assert run(*lines, header=header, remark=lambda message, facts: remarks.append(facts)) == "0/0/0/2"
    assert remarks == [{"columns": "衙门, 何事, 号"}]
    mapping = {"衙门": "organ", "何事": "name", "号": "code"}
    assert run(*lines, header=header, mapping=mapping) == "2/0/0/0"
    assert waiting() == []
    assert run(*lines, header=header, mapping=mapping) == "0/0/2/0"


def test_a_row_that_waits_again_says_why_now(run):
    run("甲局,许可,X1", header="a,b,c")
    assert run("甲局,许可,1E20", header="department,item_name,item_code") == "0/0/0/1"
    mapping = {"a": "name", "c": "code"}
    run("甲局,许可,X1", header="a,b,c", mapping=mapping)
    assert waiting() == ["organ.missing", "code.damaged"]


def test_each_chunk_leaves_one_entry_and_a_run_without_change_one_all_the_same(run, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    lines = [f"甲局,许可{n},X{n},," for n in range(5)]
    run(*lines)
    facts = [json.loads(facts) for facts in Entry.objects.order_by("pk").values_list("facts", flat=True)]
    assert [(f["chunk"], len(f["imported"]), f["organs"]) for f in facts] == [(1, 2, 1), (2, 2, 0), (3, 1, 0)]
    keys = [key for f in facts for key in f["imported"]]
    assert keys == list(Item.objects.order_by("pk").values_list("pk", flat=True))
    run(*lines)
    last = Entry.objects.order_by("pk").last()
    assert (last.verb, last.actor, last.role, Entry.objects.count()) == ("import_items", "staff:1", "admin", 4)
    assert json.loads(last.facts)["unchanged"] == 5
    assert [(r.finished, r.counts["rows"]) for r in ImportRun.objects.order_by("pk")] == [(True, 5), (True, 5)]


def test_a_run_that_broke_in_the_middle_keeps_whole_chunks_and_is_completed_by_the_next(run, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    lines = [f"甲局,许可{n},X{n},," for n in range(6)]
    write, calls = importing._write, []

    def breaks(*args):
        calls.append(1)
        if len(calls) == 2:
            write(*args)
            raise KeyboardInterrupt
        return write(*args)

    monkeypatch.setattr(importing, "_write", breaks)
    with pytest.raises(KeyboardInterrupt):
        run(*lines)
    assert (Item.objects.count(), Entry.objects.count(), ImportRun.objects.get().finished) == (2, 1, False)
    monkeypatch.setattr(importing, "_write", write)
    assert run(*lines) == "4/0/2/0"


def test_another_import_in_between_makes_the_chunk_read_again(run, monkeypatch):
    apply, calls = importing.importing.apply_rows, []

    def races(rows, organs):
        calls.append(1)
        if len(calls) == 1:
            apply(rows, importing.importing.OrganBook())
            Item.objects.create(code="X1", name="别的", organ=Organ.objects.get())
        return apply(rows, organs)

    monkeypatch.setattr(importing.importing, "apply_rows", races)
    assert run("甲局,许可一,X1,,") == "1/0/0/0"
    assert len(calls) == 2


def test_a_chunk_takes_few_queries(run, django_assert_max_num_queries):
    lines = [f"甲局,许可{n},X{n},," for n in range(400)]
    with django_assert_max_num_queries(24):
        run(*lines)


def test_who_may_not_import_writes_nothing(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n甲局,许可,X1,,\n")
    with pytest.raises(Denied):
        import_items(path, by=Actor(id="staff:2", name="乙", roles=(Role.EXAMINER,)), at=AT)
    assert not ImportRun.objects.exists()


def test_what_cannot_be_read_writes_nothing(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"")
    with pytest.raises(Unreadable):
        import_items(path, by=ADMIN, at=AT)
    assert not ImportRun.objects.exists()


def test_a_header_alone_has_no_rows(run):
    assert run() == "0/0/0/0"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_same_list_in_another_encoding_is_the_same_list(run, tmp_path, encoding):
    lines = ("甲局,示例许可,X1,,", "甲局,许可二,X2,,", "甲局,,X3,,")
    run(*lines)
    before = content()
    path = tmp_path / "other.csv"
    path.write_text("\r\n".join([HEADER, *lines]).replace(",", ";"), encoding=encoding)
    assert ended(path) == "0/0/2/1"
    assert content() == before


def test_a_spreadsheet_of_the_same_list_is_the_same_list(run, tmp_path):
    lines = ("甲局,示例许可,115113010833722043,5,", "甲局,许可二,210973001000,6,")
    run(*lines)
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write_row(1, 0, ["甲局", "示例许可", "115113010833722043", 5])
    sheet.write_row(2, 0, ["甲局", "许可二", 210973001000, 6])
    sheet.write_row(3, 0, ["甲局", "许可三", 330104741801091000004, 6])
    book.close()
    assert ended(path) == "0/0/2/1"
    assert waiting() == ["code.damaged"]


def test_every_shared_list_is_taken_twice_without_a_change(shared):
    folder = shared / "data" / "catalogue"
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = len(list(csv.DictReader(file)))
        counts = import_items(path, by=ADMIN, at=AT)
        assert (counts.rows, counts.imported) == (rows, rows), path.name
        before = content()
        again = asdict(import_items(path, by=ADMIN, at=AT))
        assert again == {"rows": rows, "imported": 0, "updated": 0, "unchanged": rows, "quarantined": 0}
        assert content() == before


def test_the_district_keeps_its_departments_codes_and_odd_bases(shared):
    import_items(shared / "data" / "catalogue" / "guangan_district_items.csv", by=ADMIN, at=AT)
    with (shared / "data" / "catalogue" / "guangan_district_items.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert Organ.objects.count() == len({row["department"] for row in rows})
    for row in rows:
        item = Item.objects.select_related("organ").get(code=row["item_code"])
        assert item.organ.name == row["department"]
        assert (item.base_code, item.organ_code_in_item) == (row["base_code"], row["org_code_in_item"])


def test_what_a_list_says_about_the_guide_goes_into_the_draft(run):
    header = "department,item_name,item_code,申请材料,法定时限,承诺时限,是否收费"
    assert run("甲局,示例许可,X1,申请书；身份证明,20个工作日,30日,否", header=header) == "1/0/0/0"
    draft = ItemVersion.objects.get()
    assert (draft.state, draft.statutory_limit, draft.promised_limit) == ("draft", "20 working_days", "")
    assert (draft.charges, draft.check_note) == ("不收费", "导入待核：承诺时限：30日")
    assert [(m.code, m.name) for m in draft.materials.all()] == [("M1", "申请书"), ("M2", "身份证明")]
    # The list's own words stay beside the item, whatever was understood.
    assert Item.objects.get().extra["承诺时限"] == "30日"
    assert run("甲局,示例许可,X1,申请书；身份证明,20个工作日,30日,否", header=header) == "0/0/1/0"
    assert run("甲局,示例许可,X1,申请书,20个工作日,5个工作日,否", header=header) == "0/1/0/0"
    draft.refresh_from_db()
    assert (draft.promised_limit, draft.check_note, draft.materials.count()) == ("5 working_days", "", 1)


def test_a_draft_on_which_somebody_works_is_theirs(run):
    header = "department,item_name,item_code,收费"
    run("甲局,示例许可,X1,免费", header=header)
    ItemVersion.objects.update(version=2, charges="每证 10 元")
    assert run("甲局,示例许可,X1,每证 20 元", header=header) == "0/1/0/0"
    assert ItemVersion.objects.get().charges == "每证 10 元"
