"""One case over the API, from the door to the archive, and who may see it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.api.callers import World, problem
from yimen.flows.registry import case_verbs
from yimen.ground.engines.secrets import check_query_password
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.rules.roles import GRANTS, Role


def test_whole_case(world: World) -> None:
    answer = world.applicant.submit(form={"a": 1})
    assert answer.status_code == 201, answer.content
    facts = answer.json()
    number = facts["number"]
    assert answer.headers["Location"] == f"/api/v1/cases/{number}"
    assert answer.headers["ETag"] == '"1"'
    assert check_query_password(number, facts["query_password"])
    assert (facts["state"], facts["applicant"], facts["organ"]) == ("received", "张三", "O1")
    assert facts["materials"] == [{"code": "M1", "file": False}]
    steps = [
        (world.window_clerk, "accept_application", None, "accepted"),
        (world.examiner, "examine_case", {"opinion": "grant", "reasons": "符合条件"}, "examined"),
        (world.window_head, "approve_case", {"decision": "grant"}, "granted"),
        (world.window_clerk, "issue_certificate", {}, "issued"),
        (world.window_clerk, "deliver_result", {"method": "post"}, "delivered"),
        (world.window_clerk, "archive_case", None, "archived"),
    ]
    for version, (who, verb, body, state) in enumerate(steps, 2):
        answer = who.do(number, verb, body)
        assert answer.status_code == 200, answer.content
        assert (answer.json()["state"], answer.headers["ETag"]) == (state, f'"{version}"')
    seen = world.applicant.get(f"/cases/{number}").json()
    assert seen == answer.json()
    assert "query_password" not in seen
    certificate = world.applicant.get(f"/certificates/{seen['certificate']}").json()
    assert (certificate["state"], certificate["holder"]) == ("valid", "张*")
    verbs = [entry["verb"] for entry in world.applicant.get(f"/cases/{number}/history").json()["entries"]]
    assert verbs == ["submit_application", *(verb for _who, verb, _body, _state in steps)]
    proof = world.auditor.get(f"/cases/{number}/proof").json()
    assert [entry["content"]["verb"] for entry in proof["entries"]] == verbs


def test_promised_moment_is_in_the_centres_own_time(world: World) -> None:
    factories.make_item("H1", promised_limit="4 hours")
    number = world.applicant.submit(item="H1").json()["number"]
    facts = world.window_clerk.do(number, "accept_application").json()
    assert facts["promised_due_at"].endswith("+08:00")


def test_facts_are_the_laws_before_the_clock_writes_them(world: World) -> None:
    case = factories.make_case(user=world.applicant.user, at=timezone.now() - timedelta(days=30))
    facts = world.applicant.get(f"/cases/{case.number}").json()
    assert (facts["state"], facts["deemed_accepted"], facts["version"]) == ("accepted", True, 1)
    listed = world.applicant.get("/cases", {"state": "accepted"}).json()["cases"]
    assert [c["number"] for c in listed] == [case.number]
    assert world.applicant.get("/cases", {"state": "received"}).json()["cases"] == []


def test_file_goes_into_a_case(world: World) -> None:
    from tests.api.test_files import upload

    file = upload(world.applicant, factories.PDF, "身份证 😀.pdf").json()
    answer = world.applicant.submit(materials=[{"code": "M1", "file": file["id"]}, "M2"])
    assert answer.json()["materials"] == [{"code": "M1", "file": True}, {"code": "M2", "file": False}]
    problem(world.stranger.submit(materials=[{"code": "M1", "file": file["id"]}]), 422, "file.unknown")


# verb → who holds it in the organ of the item whose approver is the window's head (the contract of the scenarios)
HOLDERS = {verb: {role.value for role in Role if verb in GRANTS.get(role, ())} - {"clock"} for verb in case_verbs()}
HOLDERS.update({verb: {"window_head", "approver"} for verb in ("approve_case", "return_to_examiner", "terminate_case")})
HOLDERS["confirm_void"] = {"window_head"}
HOLDERS["extend_case"] = {"organ_head"}
BODIES = {
    "correct_on_the_spot": {"materials": ["M1"]},
    "request_correction": {"missing": ["M1"]},
    "submit_correction": {"materials": ["M1"]},
    "hold_correction_incomplete": {"missing": ["M1"], "reason": "x"},
    "invite_supplement": {"text": "x"},
    "examine_case": {"opinion": "grant"},
    "approve_case": {"decision": "grant"},
    "start_special_procedure": {"kind": "hearing", "expected_days": 3},
    "extend_case": {"days": 3, "reason": "x"},
    "deliver_result": {"method": "post"},
    "record_telling": {"method": "post"},
    "accept_application": None,
    "confirm_void": None,
    "archive_case": None,
    "issue_certificate": None,
    "end_special_procedure": None,
    "withdraw_application": None,
    "publish_decision": None,
    "withhold_decision": {"basis": "privacy", "reason": "x"},
    "withdraw_publication": {"basis": "mistake", "reason": "x"},
    "reveal_personal_data": {"fields": ["phone"], "purpose": "contact", "reason": "x"},
}


@pytest.mark.parametrize("verb", sorted(case_verbs()))
def test_grants_and_denials(world: World, verb: str) -> None:
    """Every role once: a holder meets the verb's own answer; who sees the case 403, who does not 404."""
    case = factories.make_case(user=world.applicant.user)
    seen_by = {name for name, who in world.roles.items() if who.get(f"/cases/{case.number}").status_code == 200}
    assert {"applicant", "window_clerk", "examiner", "supervision", "auditor"} <= seen_by
    body = BODIES.get(verb, {"reason": "x"})
    denied = set()
    for name, who in world.roles.items():
        if name in HOLDERS[verb]:
            continue
        answer = who.do(case.number, verb, body)
        refused = answer.json()["code"]
        assert answer.status_code in (403, 404), (name, answer.content)
        assert refused in ("permission.denied", "case.not_found", "extension.wrong_approver"), name
        if answer.status_code == 403:
            denied.add(name)
    assert denied >= seen_by & set(world.roles) - HOLDERS[verb] - {"agent"}
    for name in HOLDERS[verb] - {"agent"}:
        answer = world.roles[name].do(case.number, verb, body)
        assert answer.status_code in (200, 409, 422), (name, answer.content)
    problem(world.other.do(case.number, verb, body), 404, "case.not_found")
    problem(world.stranger.do(case.number, verb, body), 404, "case.not_found")


def test_out_of_scope_looks_exactly_like_absent(world: World) -> None:
    number = factories.make_case().number
    for path in ("", "/history", "/proof"):
        problem(world.other.get(f"/cases/{number}{path}"), 404, "case.not_found")
    hidden = world.other.do(number, "accept_application").json()
    absent = world.other.do("371500-20260101-9999-0", "accept_application").json()
    for body in (hidden, absent):
        body.pop("request_id")
        body["facts"].pop("number")
    assert hidden == absent


def test_list_is_scoped_and_paged(world: World) -> None:
    numbers = [factories.make_case(user=world.applicant.user).number for _ in range(5)]
    assert world.other.get("/cases").json() == {"cases": [], "next": None}
    first = world.window_clerk.get("/cases", {"limit": 3}).json()
    rest = world.window_clerk.get("/cases", {"limit": 3, "after": first["next"]}).json()
    assert [c["number"] for c in first["cases"] + rest["cases"]] == numbers[::-1]
    assert rest["next"] is None
    assert len(world.supervision.get("/cases", {"organ": "O1"}).json()["cases"]) == 5
    assert world.supervision.get("/cases", {"organ": "O2"}).json()["cases"] == []
    problem(world.other.get("/cases", {"after": numbers[0]}), 422, "input.invalid")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(world: World, rows: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(rows):
        factories.make_case(user=world.applicant.user)
    with django_assert_max_num_queries(5):
        assert len(world.window_clerk.get("/cases").json()["cases"]) == rows


def test_version_is_checked_before_the_rule(world: World) -> None:
    number = world.applicant.submit().json()["number"]
    problem(world.window_clerk.do(number, "archive_case", None, If_Match='"9"'), 409, "conflict.stale")
    problem(world.window_clerk.do(number, "archive_case", None, If_Match='"1"'), 409, "transition.not_allowed")
    for wrong in ("abc", '"1', "-1", "1.5", "9" * 30):
        fault = problem(world.window_clerk.do(number, "accept_application", None, If_Match=wrong), 422, "input.invalid")
        assert fault["facts"]["errors"][0]["field"] == "If-Match"
    for right in ("1", "*"):
        number = world.applicant.submit().json()["number"]
        assert world.window_clerk.do(number, "accept_application", None, If_Match=right).status_code == 200


def test_staff_of_a_window_applies_for_its_own_organ_only(world: World) -> None:
    assert world.window_clerk.submit().json()["channel"] == "window"
    problem(world.other.submit(), 403, "permission.denied")
    problem(world.examiner.submit(), 403, "permission.denied")


def test_nothing_is_written_by_a_refusal(world: World) -> None:
    before = Case.objects.count()
    problem(
        world.applicant.submit(applicant={"name": "李四", "id_number": "110105194912310021"}), 422, "applicant.invalid"
    )
    assert Case.objects.count() == before


def test_openapi_names_every_verb_with_its_arguments(world: World) -> None:
    schema = world.stranger.get("/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for name, verb in case_verbs().items():
        operation = schema["paths"][f"/api/v1/cases/{{number}}/{name}"]["post"]
        assert operation["operationId"] == name
        body = json.dumps(operation["requestBody"])
        model = schema["components"]["schemas"][name.title().replace("_", "") + "In"]
        assert model["title"] in body and model["additionalProperties"] is False
        assert set(model["properties"]) == set(verb.arguments)
