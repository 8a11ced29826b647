"""What a log line loses, and what it must keep."""

import io
import logging

import pytest

from yimen.ground.engines.scrub import Scrub, scrubbed


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("case of 11010519491231002X came in", "11010519491231002X"),
        ("small x 11010519491231002x.", "11010519491231002x"),
        ("old number 110105491231002 here", "110105491231002"),
        ("call 13812345678", "13812345678"),
        ("call +86 138 1234 5678 or 138-1234-5678", "1234"),
        ("landline 0635-8412345", "8412345"),
        ("mail to ouyang@example.org", "ouyang@example.org"),
        ("name='欧阳慕容' id=7", "欧阳慕容"),
        ('{"name": "欧阳慕容", "kind": "person"}', "欧阳慕容"),
        ("applicant=ApplicantData(name='欧阳', kind='person')", "欧阳"),
        ("password=hunter2&next=/", "hunter2"),
        ("{'password': 'hunter 2'}", "hunter 2"),
        ("query_password: ABCD2345EF", "ABCD2345EF"),
        ("Authorization: Bearer abc.def-ghi_jkl", "abc.def-ghi_jkl"),
        ("sent Bearer Zm9vYmFyYmF6", "Zm9vYmFyYmF6"),
        ("YIMEN_SECRET=xyzzy42", "xyzzy42"),
        ("Cookie: sessionid=0123abcd; csrftoken=xyz", "0123abcd"),
        ("GET /track/?number=1&password=hunter2 HTTP/1.1", "hunter2"),
        ("GET /cases/?q=%E5%BC%A0%E4%B8%89", "%E5%BC%A0"),
        ("body={'a': 'text', 'b': 'more'} and more", "more"),
        ("postgres://yimen:hunter2@db/yimen", "hunter2"),
        ("DETAIL:  Failing row contains (7, 张三, 1990).", "张三"),
        ("DETAIL:  Key (name)=(张三) already exists.", "张三"),
    ],
)
def test_it_is_gone(line: str, secret: str) -> None:
    assert secret not in scrubbed(line)
    assert "[removed]" in scrubbed(line)


@pytest.mark.parametrize(
    "line",
    [
        "POST /api/v1/cases/371500-20261124-0012-7/accept_application failed",
        "case 371500-20261124-0012-7, certificate 371500-C20261124-0012-7",
        "entries=12 sealed=10 heads=3 unsealed=2",
        "request 3f9a8b7c6d5e4f30 took 0.012 s",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "is this a question? yes",
        "2026-11-24 14:03:30,123 worker took 3 letters",
        "database busy: database is locked",
    ],
)
def test_it_stays(line: str) -> None:
    assert scrubbed(line) == line


def logged(act, *, level: int = logging.ERROR) -> str:  # type: ignore[no-untyped-def]
    """What a handler with the filter writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Scrub())
    logger = logging.Logger("scrub")
    logger.addHandler(handler)
    act(logger)
    return out.getvalue()


def test_arguments_tracebacks_and_stacks_are_scrubbed_too() -> None:
    def fail(logger: logging.Logger) -> None:
        try:
            raise ValueError("no such number 11010519491231002X")
        except ValueError:
            logger.exception("%s called %s", "13812345678", {"password": "hunter2"}, stack_info=True)

    text = logged(fail)
    assert "ValueError" in text and "Traceback" in text
    assert not [secret for secret in ("11010519491231002X", "13812345678", "hunter2") if secret in text]


def test_a_message_whose_arguments_do_not_fit_is_not_printed_with_them() -> None:
    text = logged(lambda logger: logger.error("%d cases", "13812345678"))
    assert "13812345678" not in text and "cases" in text
