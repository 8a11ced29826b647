"""Import, export and quarantine in the office: looked at first, read by the worker, every row accounted for."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.faces.jobs import import_report
from yimen.faces.jobs.worker import Worker
from yimen.facts import imports
from yimen.flows import import_queue
from yimen.flows.import_queue import import_waiting
from yimen.rooms.catalogue.models import ImportRun, Item, ItemVersion, QuarantinedRow
from yimen.rooms.identity.models import Staff, User

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
type SignIn = Callable[[User | Staff], Client]
LIST = "部门,事项名称,事项编码\n甲局,示例许可,L1\n甲局,,L2\n甲局,另一许可,L3\n甲局,,L4\n"


@pytest.fixture
def office(item: ItemVersion, signed_in: SignIn, settings: Any, tmp_path: Path) -> Client:
    settings.VAR_DIR = tmp_path
    return signed_in(factories.make_staff("legal_office"))


def handed_in(office: Client, content: str = LIST, encoding: str = "utf-8") -> ImportRun:
    sent = SimpleUploadedFile("事项.csv", content.encode(encoding))
    answer = office.post("/office/catalogue/", {"list": sent})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == f"/office/catalogue/imports/{run.pk}/"
    return run


def read() -> int:
    return import_waiting(written=import_report.written, now=timezone.now)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_list_is_looked_at_then_read_then_accounted_for(office: Client, encoding: str) -> None:
    run = handed_in(office, encoding=encoding)
    page = f"/office/catalogue/imports/{run.pk}/"
    seen = office.get(page).content.decode()
    assert "示例许可" in seen and "<code>L1</code>" in seen and "organ" in seen
    assert not Item.objects.filter(code="L1").exists() and read() == 0
    assert office.post(page, {"start": "1"}).status_code == 302
    assert 'http-equiv="refresh"' in office.get(page).content.decode()
    assert read() == 1 and read() == 0
    run.refresh_from_db()
    assert run.finished and (run.counts["rows"], run.counts["imported"], run.counts["quarantined"]) == (4, 2, 2)
    ended = office.get(page).content.decode()
    assert 'http-equiv="refresh"' not in ended
    report = b"".join(office.get(f"{page}report.csv").streaming_content).decode("utf-8-sig")
    assert len(report.strip().splitlines()) == 5 and "name.missing" in report


def test_other_columns_by_hand(office: Client) -> None:
    run = handed_in(office, "谁,做什么,号\n甲局,示例许可,L1\n")
    page = f"/office/catalogue/imports/{run.pk}/"
    assert "没有一列" in office.get(page).content.decode()
    assert "不能识别" in office.post(page, {"map": "做什么=nonsense", "start": "1"}).content.decode()
    assert read() == 0
    office.post(page, {"map": "谁=organ\n做什么=name\n号=code", "start": "1"})
    assert read() == 1 and Item.objects.get(code="L1").name == "示例许可"


def test_killed_while_it_reads_it_is_read_again(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = handed_in(office)
    office.post(f"/office/catalogue/imports/{run.pk}/", {"start": "1"})
    tell = import_queue._tell

    def dies(*arguments: Any) -> None:
        tell(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_queue, "_tell", dies)
    with pytest.raises(KeyboardInterrupt):
        read()
    monkeypatch.setattr(import_queue, "_tell", tell)
    run.refresh_from_db()
    assert not run.finished and run.counts["state"] == "reading"
    assert read() == 1
    run.refresh_from_db()
    assert run.finished and run.counts["rows"] == 4
    assert Item.objects.filter(code__startswith="L").count() == 2 and QuarantinedRow.objects.count() == 2


@pytest.mark.parametrize("content", ["", "\x00\x01\x02"])
def test_what_is_no_list_is_told_so(office: Client, content: str) -> None:
    sent = SimpleUploadedFile("x.csv", content.encode())
    answer = office.post("/office/catalogue/", {"list": sent})
    if answer.status_code == 302:
        answer = office.get(answer["Location"])
    assert "notice" in answer.content.decode() or answer.status_code == 422


def test_who_lost_the_duty_meanwhile_imports_nothing(office: Client) -> None:
    run = handed_in(office)
    office.post(f"/office/catalogue/imports/{run.pk}/", {"start": "1"})
    Staff.objects.update(active=False)
    assert read() == 1
    run.refresh_from_db()
    assert run.counts["error"] == "permission.denied" and not Item.objects.filter(code="L1").exists()


def test_only_who_handed_it_in_starts_it(office: Client, signed_in: SignIn) -> None:
    run = handed_in(office)
    other = signed_in(factories.make_staff("admin"))
    assert other.post(f"/office/catalogue/imports/{run.pk}/", {"start": "1"}).status_code == 403
    assert read() == 0


def test_the_worker_reads_what_waits(office: Client) -> None:
    assert "imports" in [name for name, _every, _job in Worker()._jobs]
    assert [every for name, every, _job in Worker()._jobs if name == "imports"] == [timedelta(seconds=3)]


def test_the_catalogue_goes_out_and_comes_in(office: Client) -> None:
    for kind in ("xlsx", "zip"):
        sent = office.get(f"/office/catalogue/export.{kind}")
        assert sent["Content-Disposition"].endswith(f'.{kind}"')
        again = SimpleUploadedFile(f"c.{kind}", sent.content)
        answer = office.post("/office/catalogue/", {"catalogue": "1", "whole": again}, follow=True)
        assert "0 个版本" in answer.content.decode()
    assert office.get("/office/catalogue/export.pdf").status_code == 404
    broken = office.post(
        "/office/catalogue/", {"catalogue": "1", "whole": SimpleUploadedFile("c.zip", b"x")}, follow=True
    )
    assert "不是导出的事项目录" in broken.content.decode()


@pytest.fixture
def rows(office: Client) -> list[QuarantinedRow]:
    run = handed_in(office)
    office.post(f"/office/catalogue/imports/{run.pk}/", {"start": "1"})
    read()
    return list(QuarantinedRow.objects.order_by("pk"))


def test_a_row_is_mended_on_its_page(office: Client, rows: list[QuarantinedRow]) -> None:
    page = f"/office/quarantine/{rows[0].pk}/"
    cells = {f"cell-{n}": text for n, text in enumerate(rows[0].raw.values())}
    wrong = office.post(page, cells)
    assert wrong.status_code == 422 and "name" in wrong.content.decode()
    place = list(rows[0].raw).index("事项名称")
    assert office.post(page, {**cells, f"cell-{place}": "补上的名称"}).status_code == 302
    assert Item.objects.get(code="L2").name == "补上的名称"
    assert '<form method="post" class="card"' not in office.get(page).content.decode()


def test_a_row_is_laid_aside_with_a_reason(office: Client, rows: list[QuarantinedRow]) -> None:
    page = f"/office/quarantine/{rows[0].pk}/"
    assert office.post(page, {"dismiss": "1", "reason": ""}).status_code == 422
    assert office.post(page, {"dismiss": "1", "reason": "合计行"}).status_code == 302
    assert "合计行" in office.get(page).content.decode()
    listed = office.get("/office/quarantine/?reason=name.missing").content.decode()
    assert f"/office/quarantine/{rows[0].pk}/" not in listed and f"/office/quarantine/{rows[1].pk}/" in listed


def test_all_of_a_reason(office: Client, rows: list[QuarantinedRow]) -> None:
    answer = office.post("/office/quarantine/", {"reason": "name.missing"}, follow=True)
    assert "2 行继续等待" in answer.content.decode()


def test_pages_of_waiting_rows(office: Client, rows: list[QuarantinedRow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PAGE", 1)
    first = office.get("/office/quarantine/").content.decode()
    assert f"after={rows[0].pk}" in first and f"/office/quarantine/{rows[1].pk}/" not in first
    second = office.get(f"/office/quarantine/?after={rows[0].pk}").content.decode()
    assert f"/office/quarantine/{rows[1].pk}/" in second and 'rel="next"' not in second


def test_two_rows_cost_as_many_queries_as_one(office: Client, rows: list[QuarantinedRow]) -> None:
    office.get("/office/quarantine/")
    with CaptureQueriesContext(connection) as two:
        office.get("/office/quarantine/")
    QuarantinedRow.objects.filter(pk=rows[1].pk).delete()
    with CaptureQueriesContext(connection) as one:
        office.get("/office/quarantine/")
    assert len(one) == len(two)


def test_text_of_a_list_never_runs(office: Client) -> None:
    evil = "<script>alert(1)</script>"
    run = handed_in(office, f"部门,事项名称,事项编码\n{evil},,{evil}\n")
    page = f"/office/catalogue/imports/{run.pk}/"
    shown = [office.get(page)]
    office.post(page, {"start": "1"})
    read()
    row = QuarantinedRow.objects.latest("pk")
    shown += [office.get("/office/quarantine/"), office.get(f"/office/quarantine/{row.pk}/")]
    assert all(evil not in answer.content.decode() for answer in shown)


def test_others_see_nothing_of_it(item: ItemVersion, signed_in: SignIn) -> None:
    head = signed_in(factories.make_staff("organ_head"))
    for page in ("/office/catalogue/", "/office/catalogue/export.zip", "/office/quarantine/", "/office/quarantine/1/"):
        assert head.get(page).status_code == 403, page
    assert "/office/catalogue/" not in head.get("/office/").content.decode()
