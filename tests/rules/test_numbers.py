"""Numbers, passwords and identifiers: what a wrong character does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.kernel import numbering
from yimen.ground.kernel.identifiers import check_credit_code, check_resident_id, mask

TODAY = date(2026, 11, 24)


def test_the_check_digit_is_iso_7064():
    # The example of the standard: 0794 has check digit 5.
    assert numbering._check_digit("0794") == 5
    assert numbering.case_number("371500", date(2026, 11, 24), 12).startswith("371500-20261124-0012-")


@given(st.integers(1, 10**6), st.integers(0, 9), st.data())
def test_one_wrong_digit_is_found(sequence, digit, data):
    for make, check in (
        (numbering.case_number, numbering.check_case_number),
        (numbering.certificate_number, numbering.check_certificate_number),
    ):
        number = make("371500", date(2026, 11, 24), sequence)
        assert check(number)
        place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
        wrong = number[:place] + str(digit) + number[place + 1 :]
        assert check(wrong) == (wrong == number)


def test_other_texts_are_no_numbers():
    number = numbering.case_number("371500", date(2026, 11, 24), 12)
    certificate = numbering.certificate_number("371500", date(2026, 11, 24), 12)
    for text in ("", number + "0", " " + number, number.replace("-", ""), number + "\n", certificate, "办件"):
        assert not numbering.check_case_number(text)
    assert not numbering.check_certificate_number(number)
    assert numbering.case_number("371500", date(2026, 11, 24), 123456)[16:22] == "123456"
    for area, sequence in (("3715", 1), ("37150a", 1), ("371500", 0), ("371500", -1)):
        with pytest.raises(ValueError):
            numbering.case_number(area, TODAY, sequence)


def test_document_numbers():
    assert numbering.document_number("聊政许准", 2026, 12) == "聊政许准〔2026〕12号"


def test_query_passwords():
    word = numbering.query_password(b"key", "A")
    assert word == numbering.query_password(b"key", "A")
    assert len(word) == 10
    assert not set(word) & set("0O1IL")
    assert len({numbering.query_password(b"key", str(i)) for i in range(2000)}) == 2000
    assert word != numbering.query_password(b"other", "A")
    assert numbering.check_query_password(b"key", "A", f" {word[:5].lower()}-{word[5:]}")
    for wrong in ("", word[:-1], word + "A", "é", "\ud800", numbering.query_password(b"key", "B")):
        assert not numbering.check_query_password(b"key", "A", wrong)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("12441500196720244T", None),
        ("11511301008778183N", None),
        ("113325000026455663", None),
        ("11511301452259996u", None),
        ("11370100004188532H", "check_digit"),
        ("1151130100877818", "length"),
        ("1151130100877818IN", "alphabet"),
        ("１1511301008778183N", "alphabet"),
        ("", "length"),
    ],
)
def test_credit_codes(code, answer):
    assert check_credit_code(code) == answer


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("11010519491231002X", None),
        ("11010519491231002x", None),
        ("440524188001010014", None),
        ("110105194912310021", "check_digit"),
        ("371502198002300017", "date"),
        ("371502299901010017", "future"),
        ("1101051949123100", "length"),
        ("1101051949123１002X", "alphabet"),
        ("11010519491231002Y", "alphabet"),
    ],
)
def test_resident_ids(number, answer):
    assert check_resident_id(number, today=TODAY) == answer


def test_shared_vectors(shared_rows):
    codes, numbers = shared_rows("ids/uscc_vectors.csv"), shared_rows("ids/ric_vectors.csv")
    assert len(codes) > 300
    assert [r for r in codes if (check_credit_code(r["uscc"]) is None) != (r["valid"] == "1")] == []
    wrong = [r for r in numbers if (check_resident_id(r["number"], today=TODAY) is None) != (r["valid"] == "1")]
    assert wrong == []


def test_masks_keep_only_the_ends():
    assert mask("11010519491231002X") == "110***********002X"
    assert mask("13812345678") == "138****5678"
    assert [mask(t) for t in ("", "张", "张三", "张三丰", "聊城某某公司")] == ["", "*", "张*", "张*丰", "聊****司"]
