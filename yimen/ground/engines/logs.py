"""Lines of the log: as JSON for machines, as text for people; each with the number of its request.

The request's number lives in structlog's context variables, so whatever logs below a request carries it.
"""

import logging
from datetime import UTC, datetime

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from yimen.ground.engines.scrub import scrubbed

# `request`: Django hangs the whole request on its records, and as text that is the address with its query.
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}
_render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def begin(request_id: str) -> None:
    """Everything logged from here on in this thread belongs to the request."""
    clear_contextvars()
    bind_contextvars(request_id=request_id)


def end() -> None:
    """The request is over."""
    clear_contextvars()


def _clean(value: object) -> object:
    """An extra field: numbers as they are, anything else as text that went through the scrubbing."""
    return value if value is None or isinstance(value, (bool, int, float)) else scrubbed(str(value))


class JsonLines(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, event, request_id, the record's extra fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. What the scrubbing filter left is all there is: no exception is formatted a second time."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **get_contextvars(),
            **{name: _clean(value) for name, value in vars(record).items() if name not in _KNOWN},
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["exception"] = record.exc_text
        return str(_render(None, "", line))


class TextLines(logging.Formatter):
    """The message, with the request's number before it where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        number = get_contextvars().get("request_id")
        return f"[{number}] {super().format(record)}" if number else super().format(record)
