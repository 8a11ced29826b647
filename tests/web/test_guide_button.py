"""The guide offers to apply only to those whom the next page lets in: no dead button."""

import pytest
from django.test import Client

from tests import factories
from yimen.faces.web.views.account import PERSONAS
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.rules.roles import Role

APPLY = 'href="/items/X1/apply/"'


def offered(client: Client) -> bool:
    return APPLY in client.get("/items/X1/").content.decode()


def test_a_visitor_may_apply(item: ItemVersion) -> None:
    assert offered(Client())


@pytest.mark.parametrize("role", PERSONAS)
def test_offered_to_those_whom_the_next_page_lets_in(item: ItemVersion, role: Role) -> None:
    client = Client()
    client.post("/sign-in/persona/", {"role": role})
    assert offered(client) == (client.get("/items/X1/apply/", follow=True).status_code == 200)


def test_a_window_of_another_organ_is_not_sent_to_a_page_that_is_not_there(item: ItemVersion) -> None:
    clerk = factories.make_staff(Role.WINDOW_CLERK, organ="O2")
    client = Client()
    client.force_login(clerk.user)
    assert client.get("/items/X1/apply/", follow=True).status_code == 404
    assert not offered(client)
