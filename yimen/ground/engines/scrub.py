"""What never gets into a log: identity numbers, telephones, e-mail addresses, secrets, query strings, bodies.

A net under the rule that nobody logs such things at all: libraries and tracebacks quote what they were given. Names of
people have no form that could be found, so they are removed where a known key stands before them.
"""

import logging
import re

GONE = "[removed]"
_SECRETS = (
    "password|passwd|pwd|secret|token|api_?key|authorization|cookie|set-cookie|sessionid|csrftoken|csrfmiddlewaretoken"
    "|query_password|private_key|otp|code_verifier"
)
_PERSONAL = "id_number|phone|telephone|mobile|e-?mail|address|applicant|applicant_name|holder|holder_name|username|name"
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{[^}]*\}|[^\s,;&)}\]]+)"""
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), instead)
    for pattern, instead, flags in (
        # A body, whatever it is, to the end of its line.
        (r"\b((?:raw_|request_?)?body|payload|post_?data)([\"']?\s*[:=]\s*).*", rf"\1\2{GONE}", re.I),
        # "Failing row contains (…)" and "Key (name)=(…)" of PostgreSQL.
        (r"(Failing row contains \().*", rf"\1{GONE}", re.I),
        (r"(Key \([^)]*\)=\().*?\)", rf"\1{GONE})", re.I),
        (r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{6,}", rf"\1 {GONE}", re.I),
        (rf"(?<![A-Za-z])((?:[a-z]+[_-])?(?:{_SECRETS}))([\"']?\s*[:=]\s*){_VALUE}", rf"\1\2{GONE}", re.I),
        (rf"(?<![A-Za-z_])({_PERSONAL})([\"']?\s*[:=]\s*){_VALUE}", rf"\1\2{GONE}", re.I),
        (r"(://)[^/\s:@]+:[^/\s@]+@", rf"\1{GONE}@", 0),
        # The query of an address: paths are known, what people type after the question mark is not.
        (r"(?<=[\w/.-])\?[\w%.~\[\]-]*=[^\s\"'<>]*", f"?{GONE}", 0),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", GONE, 0),
        (r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])", GONE, 0),
        # The identity number of fifteen digits, before 1999: region, date, sequence.
        (r"(?<![0-9A-Za-z.])[0-9]{8}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}(?![0-9A-Za-z])", GONE, 0),
        (r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9A-Za-z])", GONE, 0),
        (r"(?<![0-9A-Za-z.-])0[0-9]{2,3}-[0-9]{7,8}(?![0-9A-Za-z-])", GONE, 0),
    )
)


def scrubbed(text: str) -> str:
    """`text` without what must not be kept."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class Scrub(logging.Filter):
    """A filter of the handlers: message, traceback and stack of every record, whoever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record itself is changed, so that every later formatter sees the clean one."""
        record.msg, record.args = scrubbed(_message(record)), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = scrubbed(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None  # a formatter would make the text again, from the exception
        elif record.exc_text:
            record.exc_text = scrubbed(record.exc_text)
        if record.stack_info:
            record.stack_info = scrubbed(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} ({len(record.args or ())} arguments that do not fit)"
