"""Personal data: what lies in the database, who is shown what, what may be looked up, and how keys are changed."""

import dataclasses
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from tests import factories
from tests.flows.world import EMAIL, NAME, PHONE, WHO, WORDS, House
from yimen.flows import keys, personal
from yimen.flows.setup import INSTALLER
from yimen.ground.engines import crypto, keyring, resealing
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import load
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Disclosure
from yimen.rooms.identity.rules.applicants import ApplicantData, folded
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.messages.models import Delivery

SECRETS = (factories.RESIDENT_ID, PHONE, EMAIL)
ASKED: dict[str, Any] = {"fields": ["phone"], "purpose": "contact", "reason": WORDS}


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Path:
    """A ring of one's own, so that a rotation moves no other test's."""
    settings.KEYS_DIR, settings.PERSONAL_KEYS = tmp_path, ""
    return tmp_path


def raw() -> str:
    """Every cell of every table as the driver gives it: nothing passes through a field."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(text)


def reveal(house: House, case: Case, who: str = "clerk", **more: Any) -> dict[str, str]:
    by = house.people[who]
    done = personal.reveal_personal_data(case.number, by=by, at=house.now, **{**ASKED, **more})
    shown: dict[str, str] = getattr(done, "disclosed", {})
    return shown


# --- at rest


def test_no_number_lies_clear_anywhere_in_the_database(house: House) -> None:
    case = house.submit(materials=["M2"])
    house.do(case, "request_correction", told=False, method="email")
    other = house.submit()
    for verb in ("accept_application", "examine_case", "approve_case"):
        house.do(other, verb)
    reveal(house, case, fields=["id_number", "phone", "email"])
    personal.look_up_applicant(field="id_number", text=factories.RESIDENT_ID, by=house.people["clerk"], at=house.now)
    assert {letter.address for letter in Delivery.objects.all()} == {EMAIL}
    text = raw()
    assert NAME in text, "the dump must be able to find something"
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_columns_hold_sealed_text_and_python_reads_it_clear(house: House) -> None:
    house.submit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, email, id_number_index, phone_index FROM identity_applicant")
        [row] = cursor.fetchall()
    assert all(value.startswith(crypto.current_mark()) for value in row[:3])
    assert all(len(value) == 64 for value in row[3:])
    applicant = Applicant.objects.get()
    assert (applicant.id_number, applicant.phone, applicant.email) == SECRETS


def test_a_value_moved_to_another_column_does_not_open(house: House) -> None:
    house.submit()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_applicant SET phone = id_number")
    with pytest.raises(crypto.Undecipherable, match=r"identity\.Applicant\.phone"):
        Applicant.objects.get()


def test_nobody_can_ask_the_database_for_a_sealed_value(house: House) -> None:
    for lookup in ("phone__contains", "phone__in", "phone__gt", "phone__length"):
        with pytest.raises(FieldError):
            list(Applicant.objects.filter(**{lookup: "1"}))
    with pytest.raises(TypeError, match="blind index"):
        list(Applicant.objects.filter(phone=PHONE))
    house.submit()
    assert Applicant.objects.filter(phone="").count() == 0 == Applicant.objects.filter(phone__isnull=True).count()


def test_a_number_without_its_index_is_refused_by_the_database(house: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Applicant.objects.create(kind="person", name="x", id_number=factories.RESIDENT_ID)


def test_who_applies_twice_is_one_row_and_who_says_it_otherwise_another(house: House) -> None:
    def row(**changes: str) -> int:
        return house.submit(applicant=dataclasses.replace(WHO, **changes)).applicant_id

    first = row()
    assert row() == row(id_number=factories.RESIDENT_ID.lower()) == row(phone=f" +86 {PHONE}") == first
    others = [row(name="别人"), row(phone="13900000000"), row(email="new@example.org"), row(id_number="")]
    assert len({first, *others}) == 5
    assert house.submit(who="other").applicant_id not in {first, *others}, "another account, another row"


@pytest.mark.parametrize(
    ("field", "one", "same"),
    [
        ("phone", "13812345678", "138-1234 5678"),
        ("phone", "13812345678", "+86 13812345678"),
        ("id_number", "11010519491231002x", " 110105 19491231 002X"),
    ],
)
def test_one_number_has_one_index(field: str, one: str, same: str) -> None:
    assert folded(field, one) == folded(field, same)


def test_landlines_and_foreign_numbers_stay_apart() -> None:
    assert folded("phone", "0635-8612345") == "06358612345" != folded("phone", "8612345")
    assert folded("phone", "8613812345") == "8613812345"


# --- shown in clear


@pytest.mark.parametrize("who", ["clerk", "head", "examiner"])
def test_the_deciding_organ_is_shown_what_it_asked_for_and_it_is_noted(house: House, who: str) -> None:
    case = house.submit()
    before = Entry.objects.count()
    assert reveal(house, case, who, fields=["phone", "id_number"]) == {
        "id_number": factories.RESIDENT_ID,
        "phone": PHONE,
    }
    entry, note = history(f"case:{case.number}")[-1], Disclosure.objects.get()
    assert Entry.objects.count() == before + 1
    assert (entry.verb, entry.actor, entry.at) == ("reveal_personal_data", house.people[who].id, house.now)
    assert entry.facts == {
        "version": 1,
        "state": "received",
        "fields": ["id_number", "phone"],
        "purpose": "contact",
        "disclosure": note.pk,
    }
    assert (note.reason, note.columns, note.staff_id) == (WORDS, ["id_number", "phone"], house.people[who].staff_id)
    assert WORDS not in json.dumps(entry.facts) and load(case.number).version == 1


MAY = {"window_clerk", "window_head", "examiner"}


def test_who_else_is_shown_nothing(house: House) -> None:
    case = house.submit()
    found = {}
    for role in Role:
        for organ in ("clerk", "stranger"):
            by = dataclasses.replace(house.people[organ], id=f"staff:{role}", roles=(role,))
            found[role, organ] = _attempt(case, by, house)
    assert {key for key, code in found.items() if code == "granted"} == {(Role(role), "clerk") for role in MAY}
    assert set(found.values()) == {"granted", "permission.denied"}
    assert _attempt(case, house.people["applicant"], house) == "permission.denied"
    assert Disclosure.objects.count() == 0


def _attempt(case: Case, by: Actor, house: House) -> str:
    try:
        with transaction.atomic():
            personal.reveal_personal_data(case.number, by=by, at=house.now, **ASKED)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.code
    return "granted"


def test_no_reason_no_number(house: House) -> None:
    case = house.submit()
    before = Entry.objects.count()
    with pytest.raises(Refused, match=r"reason\.missing"):
        reveal(house, case, reason="  ")
    assert (Disclosure.objects.count(), Entry.objects.count()) == (0, before)


def test_a_repeated_request_shows_nothing_and_notes_nothing(house: House) -> None:
    case = house.submit()
    house.people["clerk"] = dataclasses.replace(house.people["clerk"], request=("key-1", "0" * 64))
    assert reveal(house, case) == {"phone": PHONE}
    assert reveal(house, case) == {}
    assert Disclosure.objects.count() == 1


def test_an_archived_case_can_still_be_looked_into(house: House) -> None:
    case = house.do(house.ready("archive_case"), "archive_case")
    assert reveal(house, case) == {"phone": PHONE}


# --- looked up


def look_up(house: House, text: str, field: Any = "id_number", who: str = "clerk") -> list[personal.Found]:
    found: list[personal.Found] = personal.look_up_applicant(field=field, text=text, by=house.people[who], at=house.now)
    return found


@pytest.mark.parametrize("text", [factories.RESIDENT_ID, factories.RESIDENT_ID.lower(), f" {factories.RESIDENT_ID} "])
def test_the_exact_number_finds_the_applicant_masked(house: House, text: str) -> None:
    case = house.submit()
    [found] = look_up(house, text)
    assert found == personal.Found(
        case.applicant_id, NAME, "person", "110***********002X", "139****5678", "o****g@example.org"
    )
    assert [one.record for one in look_up(house, PHONE, "phone")] == [case.applicant_id]


@pytest.mark.parametrize("text", [factories.RESIDENT_ID[:-1], "", " ", "%", "11010519491231002", NAME])
def test_nothing_but_the_exact_number_finds(house: House, text: str) -> None:
    house.submit()
    house.submit(applicant=ApplicantData("无号"))  # rows without a number are found by nothing
    assert look_up(house, text) == [] == look_up(house, text, "phone")


def test_only_applicants_of_the_own_organs_cases_are_found(house: House) -> None:
    house.submit()
    assert look_up(house, factories.RESIDENT_ID, who="stranger") == []
    for who in ("examiner", "committee", "applicant"):
        with pytest.raises(Refused, match=r"permission\.denied"):
            look_up(house, factories.RESIDENT_ID, who=who)


def test_every_search_is_journalled_without_the_number(house: House) -> None:
    house.submit()
    look_up(house, factories.RESIDENT_ID)
    look_up(house, factories.CREDIT_CODE)
    look_up(house, factories.RESIDENT_ID.lower())
    first, second, third = (entry.facts for entry in history("organ:O1") if entry.verb == "look_up_applicant")
    assert (first["found"], second["found"], first["field"]) == (1, 0, "id_number")
    assert first["sought"] == third["sought"] != second["sought"]
    index = Applicant.objects.get().id_number_index
    assert first["sought"] != index, "the journal must not be a list of who is in the records"


def test_the_latest_record_of_a_person_is_found_once_and_namesakes_apart(house: House) -> None:
    house.submit()
    latest = house.submit(applicant=dataclasses.replace(WHO, phone="13900001111")).applicant_id
    other = house.submit(applicant=dataclasses.replace(WHO, name="改名", phone="13900001111")).applicant_id
    assert [one.record for one in look_up(house, factories.RESIDENT_ID)] == [other, latest]
    assert len(look_up(house, "13900001111", "phone")) == 2


def test_what_was_left_empty_comes_from_the_record(house: House) -> None:
    record = house.submit().applicant_id
    case = house.submit(who="clerk", record=record, applicant=ApplicantData(NAME, phone="13900001111"))
    applicant = Applicant.objects.get(pk=case.applicant_id)
    assert (applicant.id_number, applicant.phone, applicant.email) == (factories.RESIDENT_ID, "13900001111", EMAIL)


def test_a_record_of_somebody_else_or_of_another_organ_gives_nothing(house: House) -> None:
    record = house.submit().applicant_id
    company = ApplicantData("某公司", "organisation", id_number=factories.CREDIT_CODE)
    case = house.submit(who="clerk", record=record, applicant=company)
    assert Applicant.objects.get(pk=case.applicant_id).phone == ""
    factories.make_item("Y1", organ="O2", at=house.now - timedelta(days=1))
    case = house.submit(item="Y1", who="stranger", record=record, applicant=ApplicantData("甲"))
    assert Applicant.objects.get(pk=case.applicant_id).id_number == ""
    case = house.submit(who="other", record=record, applicant=ApplicantData("乙"))
    assert Applicant.objects.get(pk=case.applicant_id).phone == ""


# --- keys


def rotate(**more: Any) -> keys.Rotated:
    return keys.rotate_keys(by=INSTALLER, at=factories.now(), **more)


def people(house: House, count: int = 5) -> None:
    for n in range(count):
        house.submit(applicant=dataclasses.replace(WHO, name=f"{NAME}{n}", phone=f"1390000000{n}"))


@pytest.mark.parametrize("cipher", keyring.CIPHERS)
def test_a_rotation_seals_everything_anew(house: House, cipher: str) -> None:
    people(house)
    house.do(house.submit(), "request_correction", told=False, method="email")
    before = keyring.ring()
    done = rotate(cipher=cipher, chunk=2)
    after = keyring.ring()
    assert (done.resealed, done.keys, done.active) == (6 * 3 + Delivery.objects.count(), 2, after.active.id)
    assert after.active.cipher == cipher and after.active.id != before.active.id
    assert f"1.{before.active.id}." not in raw()
    assert {a.id_number for a in Applicant.objects.all()} == {factories.RESIDENT_ID}
    assert {letter.address for letter in Delivery.objects.all()} == {EMAIL}
    assert rotate(forget=True).keys == 1 and list(keyring.ring().keys) == [after.active.id]
    assert Applicant.objects.first().phone.startswith("139")  # type: ignore[union-attr]
    entry = history("centre")[-1]
    assert (entry.verb, entry.facts["active"]) == ("rotate_keys", after.active.id)


def test_a_rotation_that_was_stopped_goes_on_under_the_same_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    people(house)
    _stop_after(2, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        rotate(chunk=2)
    monkeypatch.undo()
    active = keyring.ring().active.id
    left = sum(resealing.waiting(field) for field in resealing.sealed_fields())
    assert 0 < left < 5 * 3 + Delivery.objects.count()
    assert Applicant.objects.count() == len({a.phone for a in Applicant.objects.all()}), "both keys open meanwhile"
    with pytest.raises(keys.NotYet, match=str(left)):
        _refuse_to_forget(monkeypatch)
    done = rotate(chunk=2)
    assert (done.resealed, done.active, done.keys) == (left, active, 2)


def _stop_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, seen = keys.resealing.reseal, []

    def stopping(field: Any, *, chunk: int) -> Any:
        for done in plain(field, chunk=chunk):
            seen.append(done)
            yield done
            if len(seen) >= chunks:
                raise KeyboardInterrupt

    monkeypatch.setattr(keys.resealing, "reseal", stopping)


def _refuse_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old keys stay while something could not be sealed anew."""
    with monkeypatch.context() as patch:
        patch.setattr(keys, "_reseal", lambda chunk, say: 0)
        rotate(forget=True)


def test_applicants_are_found_while_and_after_the_index_has_a_new_key(house: House) -> None:
    record = house.submit().applicant_id
    old = Applicant.objects.get().id_number_index
    keyring.store(keyring.with_active(keyring.ring(), keyring.new_key(keyring.HMAC)))
    assert [one.record for one in look_up(house, factories.RESIDENT_ID)] == [record]
    assert house.submit().applicant_id == record, "still one row"
    assert rotate(chunk=1).reindexed == 1
    assert Applicant.objects.get().id_number_index != old
    rotate(forget=True)
    assert keyring.ring().older_indexes == []
    assert [one.record for one in look_up(house, factories.RESIDENT_ID)] == [record]


def test_a_new_index_key_is_made_once(house: House) -> None:
    house.submit()
    assert rotate(index=True).reindexed == 1
    active = keyring.ring().active_index
    assert rotate(index=True).reindexed == 0 and keyring.ring().active_index == active


def test_only_who_sets_up_the_centre_rotates(house: House) -> None:
    for who in ("clerk", "committee"):
        with pytest.raises(Refused, match=r"permission\.denied"):
            keys.rotate_keys(by=house.people[who], at=house.now)


def test_a_ring_of_the_environment_is_not_changed_but_its_active_key_is_used(house: House, settings: Any) -> None:
    house.submit()
    older = keyring.ring()
    settings.PERSONAL_KEYS = keyring.written(keyring.with_active(older, keyring.new_key(keyring.AES)))
    said: list[str] = []
    assert rotate(say=said.append).resealed == 3 + 1, "three columns, and the address of the receipt's letter"
    assert "environment" in said[0] and next(iter(keyring.read(settings.PERSONAL_KEYS).keys)) == older.active.id
    with pytest.raises(keyring.BadRing, match="YIMEN_PERSONAL_KEYS"):
        rotate(forget=True)


def test_the_command_says_what_it_did(house: House) -> None:
    house.submit()
    out, err = io.StringIO(), io.StringIO()
    call_command("rotate-keys", "--cipher", keyring.SM4, stdout=out, stderr=err)
    assert out.getvalue() == f"resealed=4 reindexed=0 keys=2 active={keyring.ring().active.id}\n"
    secrets = [key.secret.hex() for key in keyring.ring().keys.values()]
    assert not [secret for secret in (*secrets, *SECRETS) if secret in err.getvalue()]


def test_the_command_says_when_a_key_is_lost(house: House) -> None:
    house.submit()
    keyring.store(keyring.new_ring(keyring.AES))
    with pytest.raises(CommandError, match="no key"):
        call_command("rotate-keys", stdout=io.StringIO(), stderr=io.StringIO())
