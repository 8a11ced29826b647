"""`yimen set-up`: an empty centre from a file, and what a wrong file says."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from yimen.ground.journal.models import Entry
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


WRONG = [
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
