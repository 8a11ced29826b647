"""/cases/{number}/papers: the list and the files, within scope."""

import hashlib

from tests.api.callers import World, problem


def test_papers_of_a_case(world: World) -> None:
    number = world.applicant.submit().json()["number"]
    assert world.window_clerk.do(number, "accept_application").status_code == 200
    listed = world.applicant.get(f"/cases/{number}/papers").json()["papers"]
    assert [p["name"] for p in listed] == ["receipt", "receipt_80mm", "acceptance"]
    assert {p["sha256"] for p in listed} == {None}
    sent = world.applicant.get(f"/cases/{number}/papers/acceptance.pdf")
    assert sent.status_code == 200 and sent.headers["Content-Type"] == "application/pdf"
    assert sent.content.startswith(b"%PDF-")
    listed = world.applicant.get(f"/cases/{number}/papers").json()["papers"]
    assert listed[2]["sha256"] == hashlib.sha256(sent.content).hexdigest()
    assert sent.headers["ETag"] == f'"{listed[2]["sha256"]}"'
    for other in (world.stranger, world.other):
        problem(other.get(f"/cases/{number}/papers"), 404, "case.not_found")
        problem(other.get(f"/cases/{number}/papers/acceptance.pdf"), 404, "case.not_found")


def test_an_untold_paper_is_the_staffs(world: World) -> None:
    number = world.applicant.submit().json()["number"]
    asked = {"missing": ["M1"], "told": False}
    assert world.window_clerk.do(number, "request_correction", asked).status_code == 200
    problem(world.applicant.get(f"/cases/{number}/papers/correction.pdf"), 404, "case.not_found")
    names = [p["name"] for p in world.applicant.get(f"/cases/{number}/papers").json()["papers"]]
    assert names == ["receipt", "receipt_80mm"]
    listed = world.window_clerk.get(f"/cases/{number}/papers").json()["papers"]
    assert listed[-1]["name"] == "correction" and listed[-1]["told_at"] is None


def test_the_query_password_is_not_for_supervision(world: World) -> None:
    number = world.applicant.submit().json()["number"]
    problem(world.supervision.get(f"/cases/{number}/papers/receipt.pdf"), 404, "case.not_found")
    problem(world.applicant.get(f"/cases/{number}/papers/nothing.pdf"), 404, "case.not_found")
