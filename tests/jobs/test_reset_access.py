"""`yimen reset-access USERNAME`: on the machine, a new start for an account whose password or second factor is lost."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from tests import factories
from yimen.flows import setup
from yimen.ground.journal.models import Entry
from yimen.rooms.identity.models import User

pytestmark = pytest.mark.django_db
OLD, NEW = "the old long password", "another long password"


@pytest.fixture
def wang() -> User:
    """A clerk with a password."""
    user = factories.make_staff("window_clerk").user
    user.set_password(OLD)
    user.save()
    return user


def reset(username: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("reset-access", username, stdout=out)
    return out.getvalue()


def test_the_old_password_and_every_session_are_gone(wang: User) -> None:
    before = Client()
    assert before.login(username=wang.username, password=OLD)
    assert before.get("/desk/").status_code == 200
    reset(wang.username)
    wang.refresh_from_db()
    assert not wang.has_usable_password()
    assert not Client().login(username=wang.username, password=OLD)
    assert before.get("/desk/").status_code == 302


def test_the_link_works_once(wang: User) -> None:
    printed = reset(wang.username)
    found = re.fullmatch(r"https?://[^/\s]+(/account/password/reset/key/\S+/)\n", printed)
    assert found, "only the link on standard output"
    fresh, passwords = Client(), {"password1": NEW, "password2": NEW}
    assert fresh.post(fresh.get(found[1])["Location"], passwords).status_code == 302
    assert Client().login(username=wang.username, password=NEW)
    later = Client()
    answer = later.get(found[1], follow=True)
    later.post(answer.request["PATH_INFO"], {"password1": OLD, "password2": OLD})
    assert not Client().login(username=wang.username, password=OLD), "a spent link changes nothing"
    assert Client().login(username=wang.username, password=NEW)


def test_one_entry_without_the_link(wang: User) -> None:
    entries = Entry.objects.count()
    key = reset(wang.username).rstrip("/\n").rpartition("/")[2]
    entry = Entry.objects.get(verb="reset_access")
    assert Entry.objects.count() == entries + 1
    assert (entry.subject, entry.actor) == (f"user:{wang.pk}", setup.INSTALLER.id)
    assert key not in str(vars(entry))


@pytest.mark.parametrize("who", ["unknown", "closed", "persona"])
def test_nobody_to_reset_is_exit_2_with_a_sentence(wang: User, who: str) -> None:
    persona = setup.register_account(username="persona", persona=True, by=setup.INSTALLER, at=factories.now())
    User.objects.filter(pk=wang.pk).update(is_active=who != "closed")
    username = {"unknown": "nobody", "closed": wang.username, "persona": persona.username}[who]
    entries, passwords = Entry.objects.count(), set(User.objects.values_list("username", "password"))
    with pytest.raises(CommandError) as stopped:
        reset(username)
    assert stopped.value.returncode == 2
    sentence = str(stopped.value)
    assert len(sentence) > 8 and "account.unknown" not in sentence
    assert Entry.objects.count() == entries
    assert set(User.objects.values_list("username", "password")) == passwords
