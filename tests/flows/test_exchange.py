"""The catalogue goes out and comes in without loss, what is here stays, and nothing comes in by halves."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from yimen.flows import catalogue
from yimen.flows.exchange import export_catalogue, import_catalogue
from yimen.ground.engines import bundles
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.authority.models import Authorisation, LicensingSubject
from yimen.rooms.catalogue.models import ImportRun, Item, ItemVersion, Material
from yimen.rooms.catalogue.queries import search
from yimen.rooms.guides import exchange
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ADMIN = Actor(id="staff:1", name="甲", roles=(Role.ADMIN,))
LEGAL = Actor(id="staff:2", name="乙", roles=(Role.LEGAL_OFFICE,))
NASTY = "=1+1\r\n'json:\t" + "长" * 70_000


@pytest.fixture
def centre(db: None) -> None:
    """Two items with versions of several states, a suspension, further fields, and texts that files like to break."""
    factories.make_centre()
    factories.make_organ("O2", "乙局")
    first = factories.make_item("X1", name="=示例许可", at=AT)
    ItemVersion.objects.filter(pk=first.pk).update(
        valid_to=date(2026, 12, 31), conditions=NASTY, supervising_organ=Organ.objects.get(code="O2")
    )
    GuideDetail.objects.update_or_create(version=first, defaults={"themes": ["开店"], "is_online": False})
    catalogue.copy_item_version(source=str(first.pk), by=factories.ADMIN, at=AT)
    factories.make_item("Y/2", organ="O2", at=AT, promised_limit="2 hours")
    Item.objects.filter(code="Y/2").update(extra={"备注": "见附件", "a": [1, None]}, is_sample=True)
    catalogue.suspend_item("X1", reason="改造", basis="公告", by=factories.make_actor("legal_office"), at=AT)


def exported(kind: str) -> bytes:
    out = io.BytesIO()
    export_catalogue(out, kind, by=ADMIN)
    return out.getvalue()


def emptied() -> None:
    """As in a centre that has nothing yet."""
    Authorisation.objects.all().delete()
    LicensingSubject.objects.all().delete()
    for table in reversed(exchange.tables()):
        table.model._default_manager.all().delete()


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Any]:
    def put(content: bytes) -> Path:
        path = tmp_path / "catalogue.bin"
        path.write_bytes(content)
        return path

    return put


@pytest.mark.clause("3.4a")
@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_there_and_back_without_loss(centre: None, put: Any, kind: str) -> None:
    before = exported(kind)
    emptied()
    assert exported(kind) != before
    taken = import_catalogue(put(before), as_published=True, by=ADMIN, at=AT)
    assert (len(taken.items), len(taken.versions), taken.kept) == (2, 3, [])
    assert exported(kind) == before
    assert ItemVersion.objects.get(item__code="X1", number=1).conditions == NASTY
    assert [v.item.code for v in search("示例许可", date(2026, 11, 24))] == ["X1", "Y/2"]
    assert Material.objects.count() == 6


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_second_time_changes_nothing(centre: None, put: Any, kind: str) -> None:
    path, before = put(exported(kind)), exported(kind)
    emptied()
    import_catalogue(path, as_published=True, by=ADMIN, at=AT)
    keys = list(ItemVersion.objects.order_by("pk").values_list())
    taken = import_catalogue(path, as_published=True, by=ADMIN, at=AT)
    assert (taken.organs, taken.items, taken.versions, taken.unchanged, taken.kept) == (0, [], [], 5, [])
    assert list(ItemVersion.objects.order_by("pk").values_list()) == keys and exported(kind) == before


def test_without_a_word_nothing_comes_in_as_law(centre: None, put: Any) -> None:
    path = put(exported("zip"))
    emptied()
    import_catalogue(path, by=LEGAL, at=AT)
    assert set(ItemVersion.objects.values_list("state", "valid_from", "valid_to")) == {("draft", None, None)}
    taken = import_catalogue(path, by=LEGAL, at=AT)
    assert (taken.versions, taken.unchanged, taken.kept) == ([], 5, [])


def test_what_is_here_is_never_written_over(centre: None, put: Any) -> None:
    path = put(exported("zip"))
    Item.objects.filter(code="X1").update(name="本地的名称")
    ItemVersion.objects.filter(item__code="Y/2").update(conditions="本地的条件")
    Organ.objects.filter(code="O2").update(name="本地的局")
    taken = import_catalogue(path, as_published=True, by=ADMIN, at=AT)
    assert (taken.items, taken.versions, sorted(taken.kept)) == ([], [], ["X1", "Y/2#1"])
    assert Item.objects.get(code="X1").name == "本地的名称" and Organ.objects.get(code="O2").name == "本地的局"


def test_who_may(centre: None, put: Any) -> None:
    path = put(exported("zip"))
    with pytest.raises(Denied):
        import_catalogue(path, as_published=True, by=LEGAL, at=AT)
    for role in set(Role) - {Role.ADMIN, Role.LEGAL_OFFICE}:
        stranger = Actor(id="staff:3", name="丙", roles=(role,))
        with pytest.raises(Denied):
            export_catalogue(io.BytesIO(), "zip", by=stranger)
        with pytest.raises(Denied):
            import_catalogue(path, by=stranger, at=AT)


def test_one_entry_and_organs_wait_for_somebody_to_confirm_them(centre: None, put: Any) -> None:
    factories.make_organ("O3", "丙局")
    path = put(exported("zip"))
    emptied()
    Organ.objects.filter(code="O3").delete()
    before = Entry.objects.count()
    import_catalogue(path, as_published=True, by=ADMIN, at=AT)
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.subject) == ("import_items", f"import:{ImportRun.objects.get().pk}")
    assert "示例" not in entry.facts
    assert Organ.objects.values_list("name", "confirmed").get(code="O3") == ("丙局", False)


@pytest.mark.parametrize(
    ("table", "old", "new", "column"),
    [
        ("versions", "8 working_days", "8 working_days" * 20, "promised_limit"),
        ("versions", "X1,1,", "X9,1,", "item"),
        ("items", ",O2,", ",O9,", "organ"),
        ("material", "X1#1", "X1#7", "version"),
        ("versions", "2000-01-01", "gestern", "valid_from"),
    ],
)
def test_all_or_nothing(centre: None, put: Any, table: str, old: str, new: str, column: str) -> None:
    content = changed(exported("zip"), table, old, new)
    emptied()
    with pytest.raises(Refused) as refused:
        import_catalogue(put(content), as_published=True, by=ADMIN, at=AT)
    assert refused.value.code == "catalogue.unreadable"
    assert (refused.value.facts["table"], refused.value.facts["column"]) == (table, column)
    assert not Item.objects.exists() and not ImportRun.objects.exists()


def changed(content: bytes, table: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            assert name != f"{table}.csv" or old in text
            after.writestr(name, text.replace(old, new, 1) if name == f"{table}.csv" else text)
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"code,name\n1,2", b"PK\x03\x04broken"])
def test_another_file_is_told_so(db: None, put: Any, content: bytes) -> None:
    with pytest.raises(bundles.Unreadable):
        import_catalogue(put(content), by=ADMIN, at=AT)


def test_every_table_that_hangs_on_the_catalogue_travels() -> None:
    """Whoever adds a table to the catalogue or the guides finds it here."""
    names = {table.model.__name__ for table in exchange.tables()}
    assert {"Item", "ItemVersion", "Material", "Suspension", "GuideDetail"} <= names


def test_by_commands(centre: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "all.xlsx"
    call_command("export-catalogue", str(path))
    emptied()
    call_command("import-catalogue", str(path), "--published")
    assert capsys.readouterr().out.strip().endswith("items=2 versions=3 unchanged=0 kept=0")


CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["=1", "'=1", "'", "json:1", "_x0041_", " a ", "\r\n", "00012", "1e5", "TRUE", "x" * 65_000, "\x00"]
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_cells_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("cells")
    for kind, write in (("zip", bundles.write_zip), ("xlsx", bundles.write_xlsx)):
        out = io.BytesIO()
        table = [["key", "a", "b"], *[[str(n), *row] for n, row in enumerate(rows)]]
        write(out, [("t", table)])
        path = folder / f"t.{kind}"
        path.write_bytes(out.getvalue())
        found = list(bundles.as_records(bundles.opened(path)["t"]))
        assert [(row["a"], row["b"]) for row in found] == rows
