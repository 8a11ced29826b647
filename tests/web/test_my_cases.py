"""An applicant's list: what asks something first, what runs, what has ended with its certificate; in few queries."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.identity.models import Staff, User

SignIn = Callable[[User | Staff], Client]


def test_what_waits_comes_first_and_certificates_say_until_when(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    states = ("awaiting_correction", "received", "granted", "delivered")
    cases = {state: factories.make_case(state=state, item=item, user=user) for state in states}
    other = factories.make_case(state="delivered", item=item, user=factories.make_user())
    page = signed_in(user).get("/my/").content.decode()
    order = [
        "待您办理",
        cases["awaiting_correction"].number,
        "在办",
        cases["granted"].number,
        cases["received"].number,
    ]
    order += ["已办结", cases["delivered"].number]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count(cases["awaiting_correction"].number) == 2  # its address and its words: in one group only
    certificate = Certificate.objects.get(ground=f"case:{cases['delivered'].number}")
    assert f"/verify/{certificate.number}/" in page
    assert other.number not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_case_and_for_three(
    item: ItemVersion, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], object], rows: int
) -> None:
    user = factories.make_user()
    for _ in range(rows):
        factories.make_case(state="awaiting_correction", item=item, user=user)
        factories.make_case(state="delivered", item=item, user=user)
    client = signed_in(user)
    client.get("/my/")
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        assert client.get("/my/").status_code == 200


def test_an_empty_list_says_how_to_begin(item: ItemVersion, signed_in: SignIn) -> None:
    page = signed_in(factories.make_user()).get("/my/").content.decode()
    assert "/items/" in page and 'class="blank"' in page
