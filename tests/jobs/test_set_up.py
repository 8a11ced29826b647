"""`yimen set-up`: an empty centre from a file, and what a wrong file says."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from yimen.flows import authority, catalogue
from yimen.flows.setup import INSTALLER
from yimen.ground.journal.models import Entry
from yimen.rooms.authority.models import Authorisation, LicensingSubject
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.identity.models import Centre, Organ, Staff, User, Window
from yimen.rooms.identity.queries import actor_of_staff, forget_centre

pytestmark = pytest.mark.django_db

BOOK = """
centre: {name: 示例市行政服务中心, name_en: Example City Service Centre, area_code: "371500"}
organs:
  - {code: J01, name: 市建设局}
windows:
  - {hall: 一楼大厅, number: "03", organ: J01}
people:
  - {username: wangjing, name: 王静, roles: [admin]}
  - {username: liqiang, name: 李强, roles: [window_clerk, examiner], organ: J01, hall: 一楼大厅, window: "03"}
"""


def run(folder: Path, text: str) -> list[str]:
    path, out = folder / "centre.yaml", StringIO()
    path.write_text(text, "utf-8")
    forget_centre()
    call_command("set-up", str(path), stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def test_a_centre_its_people_and_the_link_of_each(tmp_path: Path) -> None:
    lines = run(tmp_path, BOOK)
    assert lines[-1] == "organs=1 windows=1 people=2" and len(lines) == 3
    assert Centre.objects.get().area_code == "371500"
    clerk = Staff.objects.get(user__username="liqiang")
    assert (clerk.organ, actor_of_staff(clerk).window_id) == (Organ.objects.get(), Window.objects.get().pk)
    assert set(clerk.roles.values_list("role", flat=True)) == {"window_clerk", "examiner"}
    username, link = lines[0].split()
    assert username == "wangjing" and not User.objects.get(username=username).has_usable_password()
    path = "/" + link.split("/", 3)[3]
    assert Client().get(path, follow=True).status_code == 200
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"name_centre", "register_staff", "reset_access"}


def test_again_makes_only_what_is_new(tmp_path: Path) -> None:
    run(tmp_path, BOOK)
    entries = Entry.objects.count()
    assert run(tmp_path, BOOK) == ["organs=0 windows=0 people=0"]
    assert Entry.objects.count() == entries
    more = BOOK + "  - {username: zhao, name: 赵敏, roles: [supervision]}\n"
    assert run(tmp_path, more)[-1] == "organs=0 windows=0 people=1"


POWERS = """
  - {username: zhang, name: 张军, roles: [organ_head], organ: J01}
  - {username: wang, name: 王磊, roles: [window_head], organ: J01}
subjects:
  - {organ: J01, kind: statutory, basis: 建筑法 第七条, valid_from: 2026-01-01}
authorisations:
  - {given_by: zhang, staff: wang, items: [X1], document_number: 建授〔2026〕1号, valid_from: "2026-01-01"}
"""

NAMED = "yimen: the centre has its name already\n"


def told(folder: Path, text: str) -> tuple[str, str]:
    """(the last line, what is said on standard error)."""
    path, out, err = folder / "centre.yaml", StringIO(), StringIO()
    path.write_text(text, "utf-8")
    call_command("set-up", str(path), stdout=out, stderr=err)
    return out.getvalue().splitlines()[-1], err.getvalue()


def test_who_may_decide_is_entered_and_what_lacks_is_told(tmp_path: Path) -> None:
    forget_centre()
    last, said = told(tmp_path, BOOK)
    assert "J01: no licensing subject is in force" in said and "J01: nobody is authorised" in said
    text = BOOK.rstrip() + POWERS
    last, said = told(tmp_path, text)
    assert last == "organs=0 windows=0 people=2 subjects=1 authorisations=0"
    assert "there is no item X1 yet" in said and "no licensing subject" not in said and "nobody is authorised" in said
    catalogue.register_item(code="X1", name="示例许可", organ="J01", kind="行政许可", by=INSTALLER, at=timezone.now())
    assert told(tmp_path, text) == ("organs=0 windows=0 people=0 subjects=0 authorisations=1", NAMED)
    assert told(tmp_path, text) == ("organs=0 windows=0 people=0 subjects=0 authorisations=0", NAMED)
    (given,) = Authorisation.objects.all()
    assert (given.staff.user.username, given.given_by.user.username) == ("wang", "zhang")
    assert (given.valid_from, [row.item.code for row in given.items.all()]) == (date(2026, 1, 1), ["X1"])
    assert LicensingSubject.objects.get().all_items
    entry = Entry.objects.get(verb="authorise_window")
    assert (entry.actor, entry.role) == ("installer", "organ_head")  # no person is said to have sat there
    version = ItemVersion(item=Item.objects.get(), approver="window_head")
    assert authority.missing_powers(version, date(2026, 1, 1)) == []
    assert [p.field for p in authority.missing_powers(version, date(2025, 12, 31))] == ["subject", "authorisation"]


def test_only_the_head_of_an_organ_authorises(tmp_path: Path) -> None:
    forget_centre()
    text = (BOOK.rstrip() + POWERS).replace("given_by: zhang", "given_by: wang")
    last, said = told(tmp_path, text)
    assert last.endswith("authorisations=0") and "wang heads no organ" in said


WRONG = [
    ("subjects: [{organ: J09, kind: statutory, basis: x, valid_from: 2026-01-01}]", "subjects: there is no organ J09"),
    ("subjects: [{organ: J01, kind: royal, basis: x, valid_from: 2026-01-01}]", "kind is one of statutory"),
    ("subjects: [{organ: J01, kind: statutory, basis: x, valid_from: soon}]", "valid_from is a day"),
    (
        "authorisations: [{given_by: a, staff: b, items: [1], document_number: x, valid_from: 2026-01-01}]",
        "items is a list of codes",
    ),
    ("", "the file says nothing"),
    ("people: [", "can't be read as YAML"),
    ("folk: []", "folk: this part is not known"),
    ("organs: [{code: 1, name: x}]", "organs 1: code is not a text"),
    ("organs: [{code: J01}]", "organs 1: name is missing"),
    ("organs: [J01]", "organs 1: '' is not known"),
    ("windows: [{hall: a, number: '1', organ: J09}]", "windows: there is no organ J09"),
    ("people: [{username: a, name: b, roles: [emperor]}]", "no role of the staff: emperor"),
    ("people: [{username: a, name: b, roles: [clock]}]", "no role of the staff: clock"),
    ("people: [{username: a, name: b, roles: [examiner]}]", "belong to an organ"),
    ("people: [{username: a, name: b, roles: [admin], window: '3'}]", "its hall and its number"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=lambda value: value[:30])
def test_a_wrong_file_is_told_and_nothing_is_made(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path, text)
    assert sentence in str(refused.value) and refused.value.returncode == 2
    assert not Organ.objects.exists() and not User.objects.filter(username="a").exists()


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("set-up", "/no/such/file.yaml")
