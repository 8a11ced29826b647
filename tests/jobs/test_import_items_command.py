"""`yimen import-items`: its last line, its exit codes, its report."""

import csv
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from yimen.ground.journal.models import Entry
from yimen.rooms.catalogue.models import Item

pytestmark = pytest.mark.django_db

LINES = ("department,item_name,item_code", "甲局,示例许可,X1", "甲局,=1+1,'X2", "甲局,,X3")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


def run(*arguments) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import-items", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_standard_output_is_the_counts_and_nothing_else(file):
    assert run(file) == ("rows=3 imported=2 updated=0 unchanged=0 quarantined=1\n", "")
    assert run(file) == ("rows=3 imported=0 updated=0 unchanged=2 quarantined=1\n", "")
    assert Entry.objects.first().actor == "system:import-items"


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_report_has_every_row_and_can_be_imported_again(file, tmp_path, ending):
    report = tmp_path / f"report{ending}"
    run(file, "--report", report)
    if ending == ".csv":
        with report.open(encoding="utf-8-sig", newline="") as source:
            rows = list(csv.reader(source))
    else:
        rows = CalamineWorkbook.from_path(str(report)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["line", "outcome", "reason", "explanation", "department", "item_name", "item_code"]
    assert [row[:3] for row in rows[1:]] == [
        ["2", "imported", ""],
        ["3", "imported", ""],
        ["4", "quarantined", "name.missing"],
    ]
    assert [row[4:] for row in rows[1:]] == [line.split(",") for line in LINES[1:]]
    assert rows[3][3]
    out, _ = run(report)
    assert out == "rows=3 imported=0 updated=0 unchanged=2 quarantined=1\n"


def test_a_header_alone_is_no_mistake(file):
    file.write_text(LINES[0])
    assert run(file)[0] == "rows=0 imported=0 updated=0 unchanged=0 quarantined=0\n"


def test_a_map_is_given_as_text_or_as_a_file(file, tmp_path):
    file.write_text("局,何事,号\n甲局,许可,X1\n", encoding="gb18030")
    assert "quarantined=1" in run(file)[0]
    assert "局, 何事, 号" in run(file)[1]
    given = tmp_path / "map.txt"
    given.write_text("局=organ\n何事=name\n号=code\n", encoding="utf-8")
    assert "imported=1" in run(file, "--map", given)[0]
    assert "unchanged=1" in run(file, "--map", "局=organ,何事=name,号=code")[0]


BAD_ARGUMENTS = [["--map", "x"], ["--map", "a=nothing"], ["--report", "LIST"], ["--report", "DIR"]]


@pytest.mark.parametrize("arguments", BAD_ARGUMENTS)
def test_an_argument_that_cannot_be_used_is_exit_2_before_anything_is_written(file, tmp_path, arguments):
    places = {"LIST": str(file), "DIR": str(tmp_path)}
    with pytest.raises(CommandError) as error:
        run(file, *(places.get(a, a) for a in arguments))
    assert error.value.returncode == 2
    assert file.read_text(encoding="utf-8").startswith("department")
    assert not Item.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x7fELF" + bytes(range(256)) * 20, b"PK\x03\x04junk", None])
def test_a_file_that_cannot_be_read_is_exit_2_and_named(tmp_path, content):
    path = tmp_path / "junk.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"junk\.csv") as error:
        run(path)
    assert error.value.returncode == 2


def test_the_command_is_found_by_its_name_with_a_hyphen():
    command = [sys.executable, "-m", "yimen", "import-items", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "--report" in shown.stdout
