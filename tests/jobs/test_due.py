"""`yimen due`: exact output, tolerant input, honest failures; no Django and no database behind it."""

import csv
import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import call_command

from yimen.faces.jobs.due import main


@pytest.fixture
def due(capfdbinary):
    """`due("--from", …)` → (exit code, standard output, standard error) as text."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def test_the_first_line_is_the_day_and_the_last_says_why(due):
    code, out, err = due("--from", "2025-01-20", "--days", 5)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "2025-01-26"
    assert [line[:10] for line in lines[1:]] == [f"2025-01-{d}" for d in range(20, 27)]
    assert lines[6] == "2025-01-25 星期六 休息日（周末），不计入"
    assert lines[-1] == "2025-01-26 星期日 第 5 个工作日（调休上班），期限届满"


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [
        (
            ["--from", "2025-01-24", "--days", "7", "--unit", "natural_days"],
            "2025-02-05",
            "顺延后的首个工作日，期限届满",
        ),
        (["--from", "2025-02-10", "--days", "7", "--back"], "2025-01-24", "倒数第 7 个工作日，最后一日"),
        (["--from", "2025-03-03", "--days", "30", "--unit", "natural_days", "--back"], "2025-02-01", "最后一日"),
        (["--from", "2025-01-25", "--days", "0"], "2025-01-25", "届满日"),
        (["--from", "2026-12-30", "--days", "2"], "2027-01-04", "（暂定：该年放假安排尚未公布）"),
    ],
)
def test_units_and_directions(due, arguments, first, last):
    code, out, _ = due(*arguments)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == first
    assert lines[-1].startswith(first)
    assert lines[-1].endswith(last)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--from", "2025-01-20"],
        ["--from", "2025-02-30", "--days", "5"],
        ["--from", "20250120", "--days", "5"],
        ["--from", "2025-01-20", "--days", "-1"],
        ["--from", "2025-01-20", "--days", "1.5"],
        ["--from", "2025-01-20", "--days", "3661"],
        ["--from", "1989-01-20", "--days", "5"],
        ["--from", "2025-01-20", "--days", "5", "--unit", "weeks"],
        ["--from", "2025-01-20", "--days", "5", "--batch", "x.csv"],
        ["--batch", "no-such-file.csv"],
        ["--batch", "."],
        ["--unknown"],
    ],
)
def test_bad_arguments_end_with_2_and_a_reason(due, arguments):
    code, out, err = due(*arguments)
    assert (code, out) == (2, "")
    assert "yimen due" in err
    assert "Traceback" not in err


BODY = "start_date,working_days,说明\n2025-01-20,5,甲\n2025-01-20,20,乙\n"
WITH_DUE = "start_date,working_days,说明,due\n2025-01-20,5,甲,2025-01-26\n2025-01-20,20,乙,2025-02-21\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_batch_in_any_encoding(due, tmp_path, encoding, ending):
    path = tmp_path / "in.csv"
    path.write_bytes(BODY.replace("\n", ending).encode(encoding))
    before = path.read_bytes()
    assert due("--batch", path) == (0, WITH_DUE.replace("\n", ending), "")
    assert path.read_bytes() == before


def test_other_columns_pass_letter_by_letter(due, tmp_path):
    path = tmp_path / "in.csv"
    rows = [
        'id,"start_date",working_days,"text"',
        '001, 2025-01-20 ,5,"a ""quoted"", word"',
        '002,2025-01-20,5,"two',
        'lines"',
        "",
        "003,2025-01-20,5",
        '004,"2025-01-20","5",',
    ]
    path.write_text("\n".join(rows))  # and no line end at the end
    code, out, err = due("--batch", path)
    assert (code, err) == (0, "")
    day = "2025-01-26"
    assert out == "\n".join(
        [
            rows[0] + ",due",
            f"{rows[1]},{day}",
            rows[2],
            f"{rows[3]},{day}",
            "",
            f"{rows[5]},,{day}",
            f"{rows[6]},{day}",
            "",
        ]
    )


def test_bad_rows_keep_their_place(due, tmp_path):
    path = tmp_path / "in.csv"
    rows = [
        "start_date,working_days,note",
        "2025-01-20,5,fine",
        "2025-02-30,5,no such day",
        "2025-01-20,five,no number",
        "2025-01-20,-1,below zero",
        ",,empty",
        "2025-01-20",
        "2025-01-20,5,a,too,long",
        "2025-01-20,99999,too many",
        "1950-01-01,5,before the calendar",
        '2025-01-20,5,"never closed',
        "2025-01-20,20,fine again",
    ]
    path.write_text("\n".join(rows) + "\n")
    code, out, err = due("--batch", path)
    found = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert len(out.splitlines()) == len(rows)
    assert [row["due"] for row in found[:9]] == ["2025-01-26", *[""] * 8]
    assert out.splitlines()[-1] == "2025-01-20,20,fine again,2025-02-21"
    for line in range(3, 11):
        assert f"第 {line} 行：" in err
    assert "第 2 行" not in err
    assert "第 12 行" not in err


@pytest.mark.parametrize(
    "body", ["", "a,b\n1,2\n", "start_date,working_days,due\n", "start_date,start_date,working_days\n"]
)
def test_a_file_without_its_columns(due, tmp_path, body):
    path = tmp_path / "in.csv"
    path.write_text(body)
    code, out, err = due("--batch", path)
    assert (code, out) == (2, "")
    assert "in.csv" in err


def test_a_batch_from_a_pipe(due, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(BODY.encode("gbk"),))
    writer.start()
    assert due("--batch", pipe) == (0, WITH_DUE, "")
    writer.join()


def test_shared_sample(due, shared):
    code, out, _ = due("--batch", Path(shared, "data", "calendar", "due_date_cases_sample.csv"))
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert len(rows) > 200
    assert all(row["due"] == row["due_date"] for row in rows)


def test_it_loads_no_django_and_survives_a_closed_pipe():
    script = (
        "import sys; sys.argv = ['yimen', 'due', '--from', '2025-01-20', '--days', '3000']\n"
        "import yimen.__main__ as m\n"
        "try: m.main()\n"
        "finally: print('django' in sys.modules, file=sys.stderr)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().count(b"-") == 2
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b"False\n"
    assert process.wait() == 0


def test_as_a_django_command():
    out = io.StringIO()
    call_command("due", "--from", "2025-01-20", "--days", "5", stdout=out)
    assert out.getvalue().splitlines()[0] == "2025-01-26"
