"""Items, their versions and the days on which they are law."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yimen.ground.journal import guards
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.ground.law import queries as law
from yimen.rooms.catalogue import actions, queries
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.catalogue.models import Item, ItemVersion, VersionState
from yimen.rooms.catalogue.rules.import_rows import WIDTHS, Imported
from yimen.rooms.catalogue.search_words import search_words
from yimen.rooms.catalogue.terms import forget_terms, shown_in_force, terms, terms_in_force
from yimen.rooms.guides.actions.importing import OrganBook, apply_rows
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
BY = {"by": Actor(id="installer", name="甲", roles=(Role.ADMIN,), organ_code="C0"), "at": AT}


@pytest.fixture
def organ():
    return Organ.objects.create(code="O1", name="甲局")


@pytest.fixture
def item(organ):
    return actions.register_item(code="X1", name="示例许可", organ=organ, **BY)


def draft(item, **changes):
    given = {
        "statutory_limit": "20 working_days",
        "promised_limit": "8 working_days",
        "materials": [MaterialText("M1", "申请书"), MaterialText("M2", "图纸", "optional", "一份")],
    }
    return actions.define_version(item, **given | changes, **BY)


def publish(item, valid_from, valid_to=None):
    return actions.publish_version(draft(item), valid_from=valid_from, valid_to=valid_to, **BY)


def test_an_item_is_registered_once(item, organ):
    assert (item.code, item.code_scheme, item.organ) == ("X1", "local", organ)
    with pytest.raises(Refused, match=r"item\.exists"):
        actions.register_item(code=" X1", name="另一", organ=organ, **BY)
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.actor, entry.role, entry.organ) == (
        "register_item",
        "item:X1",
        "installer",
        "admin",
        "C0",
    )


@pytest.mark.parametrize(
    ("field", "text"), [("code", ""), ("name", " "), ("code", "X" * 121), ("name", "名" * 501), ("name", "a\x00")]
)
def test_what_the_table_cannot_hold_is_refused_by_field(organ, field, text):
    with pytest.raises(Refused) as refusal:
        actions.register_item(**{"code": "X1", "name": "许可", field: text}, organ=organ, **BY)
    assert (refusal.value.code, refusal.value.facts) == ("input.invalid", {"fields": [field]})


def test_a_draft_keeps_its_materials_in_order_and_takes_the_next_number(item):
    version = draft(item, texts={"conditions": "年满十八周岁"}, special_procedures=["hearing"])
    assert (version.number, version.state, version.conditions) == (1, VersionState.DRAFT, "年满十八周岁")
    assert [(m.code, m.necessity, m.note) for m in queries.materials(version)] == [
        ("M1", "required", ""),
        ("M2", "optional", "一份"),
    ]
    assert draft(item).number == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"texts": {"name": "x"}}, "name"),
        ({"review": "never"}, "review"),
        ({"texts": {"telephone": "1" * 101}}, "telephone"),
        ({"materials": [MaterialText("M1", "甲", "maybe")]}, "necessity"),
        ({"materials": [MaterialText("M1", "甲"), MaterialText("M1", "乙")]}, "materials"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(item, changes, field):
    with pytest.raises(Refused) as refusal:
        draft(item, **changes)
    assert refusal.value.facts == {"fields": [field]}
    assert not ItemVersion.objects.exists()


def test_an_imported_draft_without_limits_cannot_be_published(item):
    version = actions.define_version(item, **BY)
    with pytest.raises(Refused) as refusal:
        actions.publish_version(version, valid_from=date(2026, 1, 1), **BY)
    assert refusal.value.code == "version.incomplete"
    assert {p["field"] for p in refusal.value.facts["problems"]} == {"statutory_limit", "promised_limit"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(state="published", valid_from=date(2026, 1, 1))


def test_a_version_is_in_force_on_both_its_ends_and_not_beyond(item, django_assert_num_queries):
    version = publish(item, date(2026, 1, 10), date(2026, 1, 20))
    for day in (10, 15, 20):
        with django_assert_num_queries(1):
            found = queries.version_in_force("X1", date(2026, 1, day))
            assert (found, found.item.code, found.item.organ.name) == (version, "X1", "甲局")
    for day in (9, 21):
        with pytest.raises(Refused, match=r"item\.not_in_force"):
            queries.version_in_force("X1", date(2026, 1, day))


@pytest.mark.parametrize("code", ["X2", "", "x1", "X" * 5000, "X1\x00"])
def test_an_unknown_item_is_said_to_be_unknown(item, code):
    with pytest.raises(Refused, match=r"item\.unknown"):
        queries.version_in_force(code, date(2026, 1, 1))


def test_a_draft_is_not_in_force(item):
    draft(item)
    with pytest.raises(Refused, match=r"item\.not_in_force"):
        queries.version_in_force("X1", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [
        (date(2026, 1, 1), None),
        (date(2026, 1, 20), None),
        (date(2026, 1, 1), date(2026, 1, 10)),
        (date(2026, 1, 12), date(2026, 1, 13)),
    ],
)
def test_two_versions_never_hold_on_one_day(item, valid_from, valid_to):
    publish(item, date(2026, 1, 10), date(2026, 1, 20))
    second = draft(item)
    with pytest.raises(Refused, match=r"version\.overlap"):
        actions.publish_version(second, valid_from=valid_from, valid_to=valid_to, **BY)
    changes = {"state": "published", "valid_from": valid_from, "valid_to": valid_to}
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.filter(pk=second.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.create(item=item, number=9, statutory_limit="1 hours", promised_limit="1 hours", **changes)


def test_versions_that_touch_do_not_overlap_and_other_items_are_free(item, organ):
    publish(item, date(2026, 1, 10), date(2026, 1, 20))
    publish(item, date(2026, 1, 21))
    publish(item, date(2026, 1, 1), date(2026, 1, 9))
    publish(actions.register_item(code="X2", name="另一", organ=organ, **BY), date(2026, 1, 10))
    assert queries.version_in_force("X1", date(2026, 1, 21)).number == 2


def test_a_version_is_published_once_and_says_so_in_the_journal(item):
    version = draft(item, promised_limit="30 working_days")
    actions.publish_version(version, valid_from=date(2026, 1, 1), **BY)
    assert version.state == VersionState.PUBLISHED
    entry = Entry.objects.get(verb="publish_item_version")
    assert '"flags":["promised_limit.longer_than_statutory"]' in entry.facts
    ItemVersion.objects.filter(pk=version.pk).update(valid_to=date(2026, 6, 1))
    with pytest.raises(Refused, match=r"version\.not_draft"):
        actions.publish_version(version, valid_from=date(2027, 1, 1), **BY)
    assert Entry.objects.filter(verb="publish_item_version").count() == 1


def test_a_version_ends_so_that_another_can_follow(item):
    version = publish(item, date(2026, 1, 1))
    with pytest.raises(Refused, match=r"version\.ends_in_past"):
        actions.end_version(version, valid_to=date(2026, 11, 23), **BY)
    stale = ItemVersion.objects.get(pk=version.pk)
    actions.end_version(version, valid_to=date(2026, 12, 31), **BY)
    assert publish(item, date(2027, 1, 1)).number == 2
    with pytest.raises(Refused, match=r"version\.overlap"):
        actions.end_version(version, valid_to=date(2027, 1, 1), **BY)
    stale.valid_to = None
    with pytest.raises(Conflict):
        actions.end_version(stale, valid_to=date(2026, 12, 1), **BY)


def test_who_does_not_hold_the_verb_changes_nothing(item):
    version = draft(item)
    version.state = VersionState.CHECKED  # the check would be asked for first
    clerk = Actor(id="staff:2", name="乙", roles=(Role.WINDOW_CLERK,))
    with pytest.raises(Denied), transaction.atomic():
        actions.publish_version(version, valid_from=date(2026, 1, 1), by=clerk, at=AT)
    assert ItemVersion.objects.get().state == VersionState.DRAFT


def test_search_finds_words_in_name_code_and_organ_of_what_is_in_force(item, organ):
    publish(item, date(2026, 1, 1))
    draft(actions.register_item(code="X2", name="示例确认", organ=organ, **BY))
    today = date(2026, 11, 24)
    for text in ("示例", "x1", "许可 甲局", "", "示例\x00"):
        assert [v.item.code for v in queries.search(text, today)] == ["X1"]
    for text in ("确认", "示例 乙局", "%", "_"):
        assert not queries.search(text, today)
    assert not queries.published_items(date(2025, 12, 31))


def test_search_knows_what_people_say_and_how_it_sounds_and_puts_the_best_first(organ):
    names = {"F1": "食品经营许可", "F2": "公共场所卫生许可", "F3": "许可证补发", "F4": "许可", "F5": "取水许可"}
    for code, name in names.items():
        publish(actions.register_item(code=code, name=name, organ=organ, **BY), date(2026, 1, 1))
    today = date(2026, 11, 24)

    def found(text):
        return [v.item.code for v in queries.answers(text, today, limit=9).versions]

    assert found("开饭店") == found("kfd") == found("shipin") == found("SPJYXK") == ["F1"]
    assert found("打井") == found("qsxk") == ["F5"]
    assert found("许可")[:2] == ["F4", "F3"] and sorted(found("许可")) == sorted(names)
    assert found("食品 甲局") == ["F1"]
    assert found("食品 没有") == found("%") == found("_") == found("\n") * 0 == []
    assert found("") == sorted(names)


def test_pages_of_a_search_follow_one_another(organ):
    for number in range(7):
        publish(actions.register_item(code=f"P{number}", name=f"许可{number}", organ=organ, **BY), date(2026, 1, 1))
    for text in ("许可", ""):
        seen, after = [], ""
        for _ in range(4):
            page = queries.answers(text, date(2026, 11, 24), after=after, limit=2)
            assert page.total == 7
            seen += [v.item.code for v in page.versions]
            after = page.next_after
        assert seen == [f"P{number}" for number in range(7)] and not after
    assert len(queries.answers("", date(2026, 11, 24), after="9:\x00'", limit=9).versions) == 7


def test_an_import_writes_the_words_for_searching(organ):
    row = Imported(code="N1", organ=organ.name, organ_code="", values={"name": "取水许可"}, extra={}, digest=b"")
    apply_rows([row], OrganBook())
    assert Item.objects.get(code="N1").search_words == search_words("取水许可", "N1") != ""


def test_terms_name_kinds_of_special_procedures_as_texts(item):
    version = draft(item, special_procedures=["hearing", {"kind": "publicity", "basis": "某法 第九条"}])
    forget_terms()  # another test's version may have had the same key
    assert terms(version.pk).special_procedures == ("hearing", "publicity")
    forget_terms()


def test_a_renamed_item_has_its_new_name_in_every_process(organ, item):
    version = publish(item, date(2026, 1, 1))
    forget_terms()
    before = law.current_revision()
    assert terms(version.pk).item_name == terms_in_force("X1", date(2026, 2, 1)).item_name == "示例许可"
    apply_rows([Imported("X1", organ.name, "", {"name": "改名许可"}, {}, b"")], OrganBook())
    # No cache was cleared here: another process kept the name under the old number and reads the new one.
    assert law.current_revision() > before
    assert terms(version.pk).item_name == terms_in_force("X1", date(2026, 2, 1)).item_name == "改名许可"
    assert shown_in_force("X1", date(2026, 2, 1)).name == "改名许可"
    with CaptureQueriesContext(connection) as read:
        assert terms(version.pk, law.current_revision()).item_name == "改名许可"
    assert len(read) == 1  # the revision alone: what is known under it is not read again
    forget_terms()


def test_a_draft_keeps_file_rules_questions_and_visits(item):
    material = MaterialText(
        "M1", "申请书", form="original", copies=2, issuer="某局", file_kinds=("image",), max_files=3
    )
    asked = {"question": "可以代办吗？", "answer": "可以。"}
    version = draft(item, materials=[material], visits=1, questions=[asked], texts={"quantity": "不限"})
    kept = version.materials.get()
    assert (kept.form, kept.copies, kept.issuer, kept.max_files, kept.max_bytes) == ("original", 2, "某局", 3, None)
    assert kept.file_kinds == ["jpeg", "png", "gif", "tiff"]
    assert (version.visits, version.questions, version.quantity) == (1, [asked], "不限")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"materials": [MaterialText("M1", "甲", form="parchment")]}, "form"),
        ({"materials": [MaterialText("M1", "甲", file_kinds=("docm",))]}, "file_kinds"),
        ({"materials": [MaterialText("M1", "甲", max_bytes=10)]}, "max_bytes"),
        ({"materials": [MaterialText("M1", "甲", max_files=0)]}, "max_files"),
        ({"materials": [MaterialText("M1", "甲", copies=101)]}, "copies"),
        ({"visits": 21}, "visits"),
        ({"questions": [{"question": "？", "answer": " "}]}, "questions"),
        ({"texts": {"directions": "x" * 301}}, "directions"),
    ],
)
def test_a_draft_refuses_what_nobody_could_follow(item, changes, field):
    with pytest.raises(Refused, match=r"input\.invalid") as refused:
        draft(item, **changes)
    assert refused.value.facts["fields"] == [field]


def test_the_guards_are_there():
    names = {g.name for g in guards.listed() if g.table == "catalogue_itemversion"}
    assert names == {"catalogue_version_overlap_insert", "catalogue_version_overlap_update"}
    assert not names & set(guards.missing())


def test_the_widths_of_the_import_are_those_of_the_tables():
    columns = {"organ_code": "organ_code_in_item"}
    for name, width in WIDTHS.items():
        model, column = (Organ, "name") if name == "organ" else (Item, columns.get(name, name))
        assert model._meta.get_field(column).max_length == width


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_the_same_second_one_wins():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing can run between the two")
    organ = Organ.objects.create(code="O1", name="甲局")
    item = Item.objects.create(code="X1", name="示例许可", organ=organ)
    drafts = [
        ItemVersion.objects.create(item=item, number=n, statutory_limit="1 hours", promised_limit="1 hours")
        for n in (1, 2)
    ]
    first_has_written, results = threading.Event(), []

    def second() -> None:
        first_has_written.wait(10)
        try:
            with transaction.atomic():
                ItemVersion.objects.filter(pk=drafts[1].pk).update(state="published", valid_from=date(2026, 1, 1))
            results.append("published")
        except IntegrityError:
            results.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        ItemVersion.objects.filter(pk=drafts[0].pk).update(state="published", valid_from=date(2026, 1, 1))
        first_has_written.set()
        other.join(0.5)  # it waits for the item's lock
        assert results == []
    other.join(10)
    assert results == ["refused"]


def test_an_english_name_is_found_and_an_import_keeps_it(organ):
    publish(
        actions.register_item(code="F1", name="食品经营许可", name_en="Food business licence", organ=organ, **BY),
        date(2026, 1, 1),
    )
    publish(actions.register_item(code="F2", name="取水许可", organ=organ, **BY), date(2026, 1, 1))
    today = date(2026, 11, 24)

    def found(text):
        return [v.item.code for v in queries.answers(text, today, limit=9).versions]

    assert found("food") == found("Business Licence") == found("LICENCE") == ["F1"]
    assert found("许可") == ["F1", "F2"]
    row = Imported("F1", "甲局", "", {"name": "食品经营许可证"}, {}, b"")
    with transaction.atomic():
        apply_rows([row], OrganBook())
    assert Item.objects.get(code="F1").name == "食品经营许可证"
    assert found("food business") == ["F1"]
