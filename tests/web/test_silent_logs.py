"""What production writes about a request: the JSON line, with the fields that Django hangs on its records."""

import logging

from django.test import RequestFactory

from yimen.ground.engines.logs import JsonLines
from yimen.ground.engines.scrub import Scrub

NUMBER, PASSWORD = "11010519491231002X", "ABCD2345"


def test_the_query_of_a_request_stays_out_of_its_json_line() -> None:
    request = RequestFactory().get(f"/track/x/?password={PASSWORD}&id={NUMBER}")
    extra = {"status_code": 404, "request": request, "told": f"number {NUMBER}"}
    record = logging.getLogger("django.request").makeRecord(
        "django.request", logging.WARNING, "f", 1, "%s: %s", ("Not Found", request.path), None, extra=extra
    )
    Scrub().filter(record)
    line = JsonLines().format(record)
    assert "Not Found" in line and '"status_code": 404' in line
    assert NUMBER not in line and PASSWORD not in line
