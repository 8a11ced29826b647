"""One row of somebody's list: what it says or why it waits; which column is what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.rooms.catalogue.rules.columns import BadMapping, find_columns, fold, known_headings, parse_mapping
from yimen.rooms.catalogue.rules.import_rows import Imported, OneFile, Quarantined, judge, visible

HEADER = ("department", "item_name", "item_code", "remark")
COLUMNS = find_columns(HEADER)


def row(department="甲局", name="某许可", code="X1", remark="", columns=COLUMNS, damage=""):
    return judge([department, name, code, remark], columns, damage)


def test_the_columns_of_every_shared_list_are_known(shared_rows):
    wanted = {
        "guangan_district_items": {
            "organ",
            "main_item",
            "name",
            "code",
            "base_code",
            "kind",
            "area_code",
            "organ_code",
        },
        "intermediary_services_meteorology": {"name", "organ", "basis"},
        "liaoning_catalogue_extract": {"base_code", "name", "kind", "organ_code", "basis"},
        "pre_registration_approvals_2017": {"name", "organ", "basis"},
        "qingyuan_health_permits": {"name", "organ", "basis"},
    }
    for name, fields in wanted.items():
        header = tuple(shared_rows(f"catalogue/{name}.csv")[0])
        columns = find_columns(header)
        assert set(columns.at) == fields
        assert len(columns.at) + len(columns.extras) == len(header)  # no column is lost


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("Item Code", "itemcode"),
        ("事项编码（必填）*", "事项编码"),
        ("ＩＴＥＭ＿ＣＯＤＥ", "itemcode"),
        ("\ufeffcode", "code"),
    ],
)
def test_headings_are_compared_without_decoration(heading, folded):
    assert fold(heading) == folded


def test_chinese_headings_are_known():
    columns = find_columns(("序号", "实施主体", "事项名称", "实施编码", "事项类型", "设定依据"))
    assert columns.at == {"organ": 1, "name": 2, "code": 3, "kind": 4, "basis": 5}
    assert known_headings(["序号", "说明"]) == 0


def test_the_surest_heading_wins_and_the_other_stays_an_extra():
    columns = find_columns(("名称", "事项名称"))
    assert columns.at == {"name": 1}
    assert columns.extras == (0,)


def test_a_map_goes_before_the_known_headings():
    columns = find_columns(("事项名称", "标题", "局"), parse_mapping("标题=name, 局=organ\n事项名称=-"))
    assert columns.at == {"name": 1, "organ": 2}
    assert columns.extras == (0,)
    assert find_columns(("a",), {"b": "name"}).not_found == ("b",)
    assert parse_mapping('{"a=b": "code"}') == {"a=b": "code"}


@pytest.mark.parametrize("text", ["a", "a=nothing", "=name", '{"a": 1}', "{", "[1]=x"])
def test_a_map_that_makes_no_sense_is_refused(text):
    with pytest.raises(BadMapping):
        parse_mapping(text)


def test_a_good_row_keeps_everything():
    taken = row(remark=" 见\u3000附件 ", code="'X1")
    assert (taken.code, taken.organ, taken.values["name"]) == ("X1", "甲局", "某许可")
    assert taken.extra == {"remark": "见 附件", "code_in_source": "'X1"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " \u3000"}, "name.missing"),
        ({"department": ""}, "organ.missing"),
        ({"code": ""}, "code.missing"),
        ({"code": "3.30104741801091E20"}, "code.damaged"),
        ({"code": "X" * 121}, "value.too_long"),
        ({"name": "名" * 501}, "value.too_long"),
        ({"department": "局" * 201}, "value.too_long"),
        ({"remark": "a\x00b"}, "text.nul_character"),
        ({"name": "坏\udcff"}, "text.encoding"),
        ({"damage": "row.unclosed_quote"}, "row.unclosed_quote"),
    ],
)
def test_a_bad_row_waits_with_its_reason(changes, reason):
    verdict = row(**changes)
    assert isinstance(verdict, Quarantined)
    assert verdict.reason == reason


@pytest.mark.parametrize("code", ["Z", "1J", "083372204", "1111111111111111", "1.1E+17", ""])
def test_odd_base_and_organ_codes_are_text_and_no_reason(code):
    columns = find_columns(("部门", "事项名称", "事项编码", "基本编码", "实施主体编码"))
    taken = judge(["甲局", "某许可", "X1", code, code], columns)
    assert isinstance(taken, Imported)
    assert taken.values["base_code"] == taken.values["organ_code"] == code


def test_a_list_without_codes_gets_codes_that_depend_on_name_and_organ_only():
    one, two = find_columns(("seq", "item_name", "agency")), find_columns(("agency", "item_name"))
    first = judge(["1", "某许可", "甲局"], one)
    assert first.code == judge(["9", "某许可", "甲局"], one).code == judge(["甲局", "某许可"], two).code
    assert first.code != judge(["1", "某许可", "乙局"], one).code
    assert first.extra == {"seq": "1"}


def test_a_list_with_base_codes_only_takes_them_unless_they_name_a_class():
    columns = find_columns(("basic_code", "item_name", "dept_code"))
    assert judge(["210973001000", "裁决", "73"], columns).code == "210973001000"
    assert judge(["Z", "裁决", "73"], columns).code.startswith("import:")


def test_an_intermediary_service_is_named_by_itself_not_by_the_approval_it_serves():
    columns = find_columns(("intermediary_service", "approval_item", "dept"))
    taken = judge(["检测", "验收", "气象局"], columns)
    assert (taken.values["name"], taken.values["kind"], taken.extra) == ("检测", "中介服务", {"approval_item": "验收"})


def test_one_file_never_writes_over_itself():
    seen = OneFile()
    first = row()
    assert seen.judge_again(first) is first
    assert seen.judge_again(row(name=" 某许可")) is None  # the same but for a space
    assert seen.judge_again(row(name="另一许可")) == Quarantined("code.duplicate", "X1")
    cells = ["", "", "X1", ""]
    assert seen.fingerprint(cells) != seen.fingerprint(cells)
    assert OneFile().fingerprint(cells) == OneFile().fingerprint(cells)


@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=4, max_size=4))
def test_no_cells_make_it_fail_and_what_is_taken_can_be_stored(cells):
    verdict = judge(cells, COLUMNS)
    assert "\x00" not in "".join(map(visible, cells))
    "".join(map(visible, cells)).encode()
    if isinstance(verdict, Imported):
        for text in (verdict.code, verdict.organ, *verdict.values.values(), *verdict.extra.values()):
            assert "\x00" not in text
            text.encode()


def test_every_row_of_the_district_is_taken(shared_rows):
    rows = shared_rows("catalogue/guangan_district_items.csv")
    columns = find_columns(tuple(rows[0]))
    verdicts = [judge(list(r.values()), columns) for r in rows]
    assert all(isinstance(v, Imported) for v in verdicts)
    assert [v.code for v in verdicts] == [r["item_code"] for r in rows]
