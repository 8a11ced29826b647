"""Codes of organs and items, and what may be published; no database."""

import pytest

from yimen.rooms.catalogue.rules.codes import ItemScheme, OrganCode, classify_organ_code, guess_scheme, is_damaged, mend
from yimen.rooms.catalogue.rules.versions import check_version

# Real codes of a district's list (rules §7.2, §7.4).
ORGAN_CODES = [
    ("115113010833722043", OrganCode.CREDIT_CODE),
    ("11511301452259996u", OrganCode.CREDIT_CODE),
    ("11370100004188532H", OrganCode.BAD_CREDIT_CODE),
    ("1151130108778239R", OrganCode.BAD_CREDIT_CODE),
    ("083372204", OrganCode.ORGANISATION_CODE),
    ("00877836-X", OrganCode.ORGANISATION_CODE),
    ("083372205", OrganCode.JUNK),
    ("511602000000", OrganCode.AREA_CODE),
    ("1111111111111111", OrganCode.JUNK),
    ("4444444444", OrganCode.JUNK),
    ("8282348", OrganCode.JUNK),
    ("1.15113E+17", OrganCode.DAMAGED),
    ("", OrganCode.MISSING),
    ("部门", OrganCode.JUNK),
    ("0" * 5000, OrganCode.DAMAGED),
]


@pytest.mark.parametrize(("code", "kind"), ORGAN_CODES)
def test_an_organ_code_is_told_apart(code, kind):
    assert classify_organ_code(code) == kind


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("210973001000", ItemScheme.NATIONAL_12),
        ("11370800MB285591843370118033001", ItemScheme.NATIONAL_31),
        ("11370800MB28559184337011800900413", ItemScheme.NATIONAL_33),
        ("511A0138000000-511602000000-000-115113010833722043-1-00", ItemScheme.SICHUAN),
        ("G-000007-001-511602000000-000-115113010833722043-1-00", ItemScheme.SICHUAN),
        ("4201020010100100", ItemScheme.HUBEI),
        ("XK00012001", ItemScheme.LETTERS_10),
        ("import:" + "0" * 24, ItemScheme.DERIVED),
        ("Z", ItemScheme.LOCAL),
        ("事项一", ItemScheme.LOCAL),
    ],
)
def test_the_layout_of_an_item_code_is_guessed(code, scheme):
    assert guess_scheme(code) == scheme


@pytest.mark.parametrize("code", ["3.30104741801091E20", "3.30104741801091e+20", "1E5", "330104741801091000000"])
def test_a_code_that_lost_digits_is_seen(code):
    assert is_damaged(code)


@pytest.mark.parametrize("code", ["511602000000", "115113010833722043", "4201020010100100", "Z", "1J", "5-1", ""])
def test_a_sound_code_is_not_called_damaged(code):
    assert not is_damaged(code)


@pytest.mark.parametrize(("code", "mended"), [("'123", "123"), ('="0012"', "0012"), ("$X1$", "X1"), (" 1J ", "1J")])
def test_what_spreadsheets_add_is_taken_off(code, mended):
    assert mend(code) == mended


def problems(**changes):
    given = {
        "statutory_limit": "20 working_days",
        "promised_limit": "8 working_days",
        "materials": [("M1", "申请书", "required")],
        "extension": {"max": 10, "approver": "organ_head"},
        "special_procedures": ["hearing", "expert_review"],
    }
    return {(p.field, p.reason, p.is_flag) for p in check_version(**(given | changes))}


def test_a_complete_version_has_no_problem():
    assert problems() == set()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"statutory_limit": ""}, ("statutory_limit", "missing", False)),
        ({"promised_limit": "8 days"}, ("promised_limit", "not_a_term", False)),
        ({"promised_limit": "21 working_days"}, ("promised_limit", "longer_than_statutory", True)),
        ({"materials": [("M1", "甲", "required"), ("M1", "乙", "optional")]}, ("materials.M1", "code_twice", False)),
        ({"materials": [("M1", " ", "required")]}, ("materials.M1", "name_missing", False)),
        ({"materials": [("M1", "甲", "maybe")]}, ("materials.M1", "necessity_unknown", False)),
        ({"extension": {"max": 0, "approver": "organ_head"}}, ("extension.max", "not_a_number_of_days", False)),
        ({"extension": {"max": True, "approver": "organ_head"}}, ("extension.max", "not_a_number_of_days", False)),
        ({"extension": {"max": 10, "approver": "clerk"}}, ("extension.approver", "unknown", False)),
        ({"special_procedures": ["visit"]}, ("special_procedures.visit", "basis_missing", False)),
        ({"special_procedures": ["hearing", "hearing"]}, ("special_procedures.hearing", "kind_twice", False)),
    ],
)
def test_what_is_wrong_with_a_version_is_named(changes, problem):
    assert problems(**changes) == {problem}


def test_limits_of_different_units_are_not_compared_and_equal_ones_are_fine():
    assert problems(promised_limit="25 natural_days") == set()
    assert problems(promised_limit="20 working_days") == set()


def test_another_procedure_is_allowed_with_the_law_that_names_it():
    assert problems(special_procedures=[{"kind": "publicity", "basis": "某法 第九条"}]) == set()
