"""Which files may stand for a material."""

import pytest

from yimen.ground.engines import sniff
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.rules.file_rules import (
    EXTENSIONS,
    KINDS,
    FileRule,
    HandedFile,
    check_file,
    check_files,
    check_number,
    expanded,
    rule_problems,
)

RULE = FileRule(("pdf", "jpeg"), 1000, 2)
ANY = FileRule()


def file(code: str = "M1", name: str = "a.pdf", media_type: str = "application/pdf", size: int = 10) -> HandedFile:
    return HandedFile(code, name, media_type, size)


def test_every_kind_of_the_store_has_a_word() -> None:
    taken = {kind for _magic, kind in (*sniff._MAGIC, *sniff._ZIP_FAMILIES)} | {"text/plain"}
    assert set(KINDS.values()) == taken and set(EXTENSIONS) == set(KINDS)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (file(media_type="image/png"), "material.file_kind"),
        (file(size=1001), "material.file_size"),
        (file(media_type="text/plain", size=1001), "material.file_kind"),
    ],
)
def test_one_file(wrong: HandedFile, code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")) as refused:
        check_file(RULE, wrong)
    assert refused.value.facts["kinds"] == ["pdf", "jpeg"] and refused.value.facts["max_bytes"] == 1000
    check_file(RULE, file(size=1000))
    check_file(RULE, file(media_type="image/jpeg"))
    check_file(ANY, wrong)


def test_a_number_of_files() -> None:
    check_number(RULE, "M1", 2)
    with pytest.raises(Refused, match=r"material\.too_many_files"):
        check_number(RULE, "M1", 3)


def test_all_that_is_wrong_is_named_at_once() -> None:
    files = [
        file("M1", "a.png", "image/png"),
        file("M1"),
        file("M1", "big.pdf", size=2000),
        file("M2", "b.txt", "text/plain"),
    ]
    with pytest.raises(Refused) as refused:
        check_files({"M1": RULE, "M2": ANY}, [*files, file("M9", "c.png", "image/png")])
    assert refused.value.code == "material.file_kind"
    assert [(e["file"], e["problem"]) for e in refused.value.facts["errors"]] == [
        ("a.png", "material.file_kind"),
        ("big.pdf", "material.file_size"),
        ("", "material.too_many_files"),
    ]
    check_files({"M1": RULE, "M2": ANY}, [file(), file(), *[file("M2", "b.txt", "text/plain")] * 10])


def test_groups_are_written_out_and_unknown_words_stay() -> None:
    assert expanded(["image", "pdf", "jpeg"]) == ["pdf", "jpeg", "png", "gif", "tiff"]
    assert expanded(["docm", "word"]) == ["word", "docm"]
    assert expanded([]) == []


@pytest.mark.parametrize(
    ("kinds", "most", "number", "wrong"),
    [
        (["pdf"], 1024, 1, []),
        (["pdf"], None, 50, []),
        (["docm"], None, 1, ["file_kinds"]),
        ([], 1023, 1, ["max_bytes"]),
        ([], True, 1, ["max_bytes"]),
        ([], None, 0, ["max_files"]),
        ([], None, 51, ["max_files"]),
    ],
)
def test_a_rule_as_somebody_wrote_it(kinds: list[str], most: int | None, number: int, wrong: list[str]) -> None:
    assert rule_problems(kinds, most, number) == wrong
