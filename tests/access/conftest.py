"""The world of the access tests: made once a module, taken back at its end."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all roles."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        # Nobody here asks which templates were used; copying their contexts is half of a request's time.
        patch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
        # Nor how a refusal is worded: its status is the answer (test_frame.py looks at the pages that say no).
        patch.setattr("yimen.faces.web.views.errors.render_to_string", lambda *_, **__: "")
        logging.disable(logging.ERROR)
        yield make_world()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
