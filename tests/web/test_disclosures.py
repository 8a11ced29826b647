"""What must be public and says nothing, who sees it, and what becomes of it; the check of a draft before publishing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.flows import catalogue, guides, places
from yimen.rooms.authority.models import LicensingSubject
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Hall, Window
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role

type SignIn = Callable[[Any], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
PAGE = "/office/disclosures/"


@pytest.fixture
def centre() -> None:
    factories.make_centre()


def activate(applies_to: Any, *fields: str) -> None:
    """A set of these fields is in force from today."""
    by, at = factories.make_actor(Role.COMMITTEE, organ=None), factories.now()
    made = guides.define_disclosure_set(
        name=f"{applies_to}{fields}", fields=fields, applies_to=applies_to, by=by, at=at
    )
    guides.activate_disclosure_set(made.key, by=by, at=at)


def window(number: str, organ: str = "O1", **more: Any) -> Window:
    factories.make_organ(organ)
    by, at = factories.make_actor(Role.COMMITTEE, organ=None), factories.now()
    if not Hall.objects.exists():
        places.register_hall(name="一楼大厅", by=by, at=at)
    return places.register_window(hall="一楼大厅", number=number, organ=organ, by=by, at=at, **more)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def rows(client: Client) -> str:
    return text(client, PAGE).split("<main")[1]


class TestGuides:
    def test_a_guide_that_says_nothing_stands_there_with_the_way_to_mend_it(
        self, centre: None, signed_in: SignIn
    ) -> None:
        version = factories.make_item("X1", name="甲许可<b>")
        activate("item", "name", "quantity")
        page = rows(signed_in(factories.make_staff(Role.ORGAN_HEAD)))
        assert "甲许可&lt;b&gt;" in page and f"copy_item_version/?source={version.key}" in page
        legal = rows(signed_in(factories.make_staff(Role.LEGAL_OFFICE, organ=None)))
        assert f"/office/registers/version/{version.key}/" in legal and "copy_item_version" not in legal

    def test_a_draft_that_follows_is_where_it_is_mended(self, centre: None, signed_in: SignIn) -> None:
        version = factories.make_item("X1")
        activate("item", "quantity")
        head = factories.make_staff(Role.ORGAN_HEAD)
        draft = catalogue.copy_item_version(source=version.key, by=actor_of_staff(head), at=factories.now())
        assert f"/office/versions/{draft.key}/check/" in rows(signed_in(head))

    def test_a_guide_that_says_all_does_not_stand_there(self, centre: None, signed_in: SignIn) -> None:
        factories.make_item("X1", name="甲许可")
        activate("item", "name", "statutory_limit")
        assert "甲许可" not in rows(signed_in(factories.make_staff(Role.LEGAL_OFFICE, organ=None)))

    def test_a_head_sees_the_own_organ_only(self, centre: None, signed_in: SignIn) -> None:
        factories.make_item("X1", name="甲许可", organ="O1")
        factories.make_item("X2", name="乙许可", organ="O2")
        activate("item", "quantity")
        page = rows(signed_in(factories.make_staff(Role.ORGAN_HEAD, organ="O2")))
        assert "乙许可" in page and "甲许可" not in page
        both = rows(signed_in(factories.make_staff(Role.COMMITTEE, organ=None)))
        assert "乙许可" in both and "甲许可" in both

    @pytest.mark.parametrize("role", [Role.EXAMINER, Role.WINDOW_CLERK, Role.AUDITOR, Role.SECTION_HEAD])
    def test_nobody_else(self, centre: None, signed_in: SignIn, role: Role) -> None:
        factories.make_organ()
        assert signed_in(factories.make_staff(role)).get(PAGE).status_code == 403

    def test_more_rows_ask_no_more(self, centre: None, signed_in: SignIn) -> None:
        activate("item", "quantity")
        activate("window", "duties")
        activate("organ", "credit_code")
        client = signed_in(factories.make_staff(Role.COMMITTEE, organ=None))
        asked = []
        for number in ("1", "3"):
            for n in range(int(number)):
                factories.make_item(f"X{number}{n}", organ=f"P{number}{n}")
                window(f"{number}{n}", f"P{number}{n}")
            client.get(PAGE)
            with CaptureQueriesContext(connection) as queries:
                client.get(PAGE)
            asked.append(len(queries))
        assert asked[0] == asked[1]


class TestWindows:
    def test_a_window_with_an_empty_field_is_not_shown_until_it_is_mended(
        self, centre: None, signed_in: SignIn, client: Client
    ) -> None:
        silent, told = window("01"), window("02", duties="受理")
        assert f"/windows/{silent.pk}/" in text(client, "/windows/")
        activate("window", "duties")
        page = text(client, "/windows/")
        assert f"/windows/{silent.pk}/" not in page and f"/windows/{told.pk}/" in page
        text(client, f"/windows/{silent.pk}/", 404)
        committee = factories.make_staff(Role.COMMITTEE, organ=None)
        assert f"/office/registers/window/{silent.key}/do/change_window/" in rows(signed_in(committee))
        by = actor_of_staff(committee)
        places.change_window(silent.key, duties="咨询", by=by, at=factories.now())
        assert f"/windows/{silent.pk}/" in text(client, "/windows/")
        assert f"/office/registers/window/{silent.key}/" not in rows(signed_in(committee))

    def test_the_windows_of_an_organ_that_says_nothing_are_not_shown(
        self, centre: None, signed_in: SignIn, client: Client
    ) -> None:
        factories.make_organ("O2", name="乙局")
        made = window("01", "O2")
        activate("organ", "name_en")
        assert f"/windows/{made.pk}/" not in text(client, "/windows/")
        page = rows(signed_in(factories.make_staff(Role.ADMIN, organ=None)))
        assert "乙局" in page and "/office/registers/organ/O2/do/rename_organ/" in page

    def test_a_set_of_tomorrow_hides_nothing_today(self, centre: None, client: Client) -> None:
        made = window("01")
        by, at = factories.make_actor(Role.COMMITTEE, organ=None), factories.now()
        one = guides.define_disclosure_set(name="甲", fields=["duties"], applies_to="window", by=by, at=at)
        tomorrow = timezone.localdate(at) + timedelta(days=1)
        guides.activate_disclosure_set(one.key, starts_on=tomorrow, by=by, at=at)
        assert f"/windows/{made.pk}/" in text(client, "/windows/")


class TestCheck:
    @pytest.fixture
    def draft(self, centre: None) -> ItemVersion:
        """A draft without conditions and sources whose promise may end after the law's limit."""
        source, at = factories.make_item("X1", name="甲许可"), factories.now()
        by = factories.make_actor(Role.ORGAN_HEAD)
        made = catalogue.copy_item_version(source=source.key, by=by, at=at)
        given: dict[str, Any] = {"statutory_limit": "10 working_days", "promised_limit": "15 natural_days"}
        catalogue.change_item_version(made.key, conditions="", **given, by=by, at=at)
        return ItemVersion.objects.get(pk=made.pk)

    def test_problems_and_flags_with_where_to_mend_them(self, draft: ItemVersion, signed_in: SignIn) -> None:
        LicensingSubject.objects.all().delete()
        page = text(signed_in(factories.make_staff(Role.ORGAN_HEAD)), f"/office/versions/{draft.key}/check/")
        wrong, flags = page.split("<h2>")[1], page.split("<h2>")[2]
        assert f"/office/registers/version/{draft.key}/do/change_item_version/" in wrong
        assert "/office/registers/subject/" in wrong and "条件" in wrong
        assert "承诺" in flags and "法定时限" in flags and "出处" in flags
        assert "publish_item_version" not in page

    def test_what_it_says_is_what_publishing_refuses(self, draft: ItemVersion, signed_in: SignIn) -> None:
        LicensingSubject.objects.all().delete()
        found = catalogue.problems_to_publish(draft, timezone.localdate())
        assert {(p.field, p.reason) for p in found if not p.is_flag} == {
            ("subject", "not_in_force"),
            ("conditions", "not_disclosed"),
        }
        assert ("promised_limit", "longer_than_statutory") in {(p.field, p.reason) for p in found if p.is_flag}

    def test_the_day_asked_for_counts(self, draft: ItemVersion, signed_in: SignIn) -> None:
        eve = timezone.localdate() - timedelta(days=1)
        LicensingSubject.objects.update(valid_to=timezone.localdate())
        client = signed_in(factories.make_staff(Role.LEGAL_OFFICE, organ=None))
        path = f"/office/versions/{draft.key}/check/"
        assert "/office/registers/subject/" not in text(client, path).split("<h2>")[1]
        later = timezone.localdate() + timedelta(days=1)
        assert "/office/registers/subject/" in text(client, f"{path}?on={later}").split("<h2>")[1]
        for junk in ("x", "2026-13-01", str(eve)):
            text(client, f"{path}?on={junk}")

    def test_the_register_leads_there_and_another_organ_does_not_see_it(
        self, draft: ItemVersion, signed_in: SignIn
    ) -> None:
        path = f"/office/versions/{draft.key}/check/"
        head = signed_in(factories.make_staff(Role.ORGAN_HEAD))
        assert path in text(head, f"/office/registers/version/{draft.key}/")
        factories.make_organ("O2")
        text(signed_in(factories.make_staff(Role.ORGAN_HEAD, organ="O2")), path, 404)
        text(head, "/office/versions/999999/check/", 404)

    def test_an_examiner_reads_without_buttons(self, draft: ItemVersion, signed_in: SignIn) -> None:
        page = text(signed_in(factories.make_staff(Role.EXAMINER)), f"/office/versions/{draft.key}/check/")
        assert "/do/change_item_version/" not in page


@pytest.mark.parametrize(("starts", "offered"), [(-1, False), (0, False), (1, True)])
def test_withdrawing_is_offered_only_before_the_first_day(
    centre: None, signed_in: SignIn, starts: int, offered: bool
) -> None:
    version = factories.make_item("X1")
    ItemVersion.objects.filter(pk=version.pk).update(valid_from=timezone.localdate() + timedelta(days=starts))
    client = signed_in(factories.make_staff(Role.ORGAN_HEAD))
    where = f"/office/registers/version/{version.key}/"
    assert (f"{where}do/withdraw_item_version/" in text(client, where)) is offered
    assert client.get(f"{where}do/withdraw_item_version/").status_code == (200 if offered else 409)
