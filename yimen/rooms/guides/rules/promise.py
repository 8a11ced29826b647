"""Can a promise end later than the law's limit? Limits of different units are compared on every day of the calendar."""

from datetime import datetime, time, timedelta

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import due
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term

_FIRST_YEAR = 2001
# An acceptance counts at any hour of the office; the last minute is the worst for a term of hours.
_WORST_MINUTE = time(17, 30)


def may_be_longer(calendar: Calendar, statutory: Term, promised: Term) -> bool:
    """Whether for some day of acceptance, from 2001 to the last year whose days are known, the promised day comes
    after the statutory one (行政许可法 第四十二条)."""
    last = max(calendar.noticed_years, default=_FIRST_YEAR)
    day = datetime.combine(datetime(max(_FIRST_YEAR, calendar.first_year), 1, 1), _WORST_MINUTE)
    while day.year <= last:
        try:
            law, promise = due(calendar, statutory, day).on, due(calendar, promised, day).on
        except Refused:  # beyond the calendar
            return False
        if law is not None and promise is not None and promise > law:
            return True
        day += timedelta(days=1)
    return False
