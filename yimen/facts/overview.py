"""The figures of a month by organ or by hall: what came in, what ran, what ended and how it stood to the promise.

Each figure is a condition on cases, and the list behind it is filtered by the same condition, so that number and list
can't differ. What a figure counts (every figure counts cases, each once; a receipt that was voided is no case):

received      received in the month (the day on the receipt)
running       received by the last day of the month and not ended by then; in the month that runs: by now
finished      ended in the month: decided, not accepted, no permit needed, withdrawn or terminated
early         decided in the month on a day before the promised day
late          ended in the month after the promise was broken: decided after the promised day (a promise in hours: after
              its minute), or withdrawn or terminated when that day had already passed undecided
corrections   whose one correction notice was told in the month (行政许可法 第三十二条第一款第四项)
pauses        in which a special procedure began in the month (第四十五条)

Early and late are judged by the promise, not by the statutory limit, and by the promised day as it stood at the end:
special procedures have moved it, an extension has not. A case decided on the promised day itself is neither.

A case belongs to the hall of the window that handles it; a secondary platform is a hall of its own (意见三（一）).
Whatever no window has taken in hand yet (handed in online) belongs to none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Demand, SpecialProcedure, VoidRequest
from yimen.rooms.cases.rules.lifecycle import OPEN_STATES
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Hall, Organ, Window

EARLIEST = 1990
# Who applies: natural persons, or legal persons and other organisations.
APPLICANTS = tuple(str(kind) for kind in Applicant.Kind)
# The code of the line of cases that no window handles.
NO_HALL = "none"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the centre."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which a day lies."""
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str, today: date) -> "Month":
        """`2026-11`; whatever is no month from 1990 to this one is this month."""
        try:
            found = cls.of(datetime.strptime(text, "%Y-%m").date()) if text.isascii() else cls.of(today)
        except ValueError:
            return cls.of(today)
        return found if found.first.year >= EARLIEST and found.first <= today else cls.of(today)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        """The last day."""
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> "Month":
        """The next month."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.first, self.last

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From midnight to the midnight after (not included), in the centre's time zone."""
        starts = (timezone.make_aware(datetime.combine(day, time())) for day in (self.first, self.after.first))
        return next(starts), next(starts)


# The few that were voided, read once, instead of a look beside every case.
NOT_VOIDED = ~Q(pk__in=VoidRequest.objects.filter(confirmed_at__isnull=False).values("case_id"))


def _running(month: Month) -> Q:
    open_then = Q(state__in=OPEN_STATES) | Q(ended_on__gt=month.last)
    # "Not after": nearly every case came in before; what finds the few is that they were open then.
    return ~Q(received_on__gt=month.last) & open_then & NOT_VOIDED


def _corrections(month: Month) -> Q:
    start, end = month.moments
    told = Demand.objects.filter(notice__kind="correction", notice__told_at__gte=start, notice__told_at__lt=end)
    return Q(pk__in=told.values("case_id"))


def _pauses(month: Month) -> Q:
    return Q(pk__in=SpecialProcedure.objects.filter(starts_on__range=month.days).values("case_id"))


FIGURES: dict[str, Callable[[Month], Q]] = {
    "received": lambda month: Q(received_on__range=month.days) & NOT_VOIDED,
    "running": _running,
    "finished": lambda month: Q(ended_on__range=month.days) & NOT_VOIDED,
    "early": lambda month: Q(ended_on__range=month.days, promise_kept=True, decided_on__lt=F("promised_due_on")),
    "late": lambda month: Q(ended_on__range=month.days, promise_kept=False),
    "corrections": _corrections,
    "pauses": _pauses,
}


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one organ or hall: name → (this month, the month before). An empty code: all of them together.

    The code of a hall is its key, NO_HALL where no window handles the cases; `platform`: a secondary platform.
    """

    code: str
    name: str
    name_en: str
    figures: dict[str, tuple[int, int]]
    platform: bool = False


def cases(
    actor: Actor, figure: str, month: Month, *, organ: str = "", hall: str = "", applicant: str = ""
) -> QuerySet[Case]:
    """The cases behind a figure, of those that the actor may see; KeyError for a figure that there is not. `hall`: the
    code of a line; one that is none has no cases."""
    found = queries.visible_to(actor).filter(FIGURES[figure](month))
    if organ:
        found = found.filter(deciding_organ__code=organ)
    if hall:
        found = found.filter(_of_hall(hall))
    return found.filter(applicant__kind=applicant) if applicant in APPLICANTS else found


def _of_hall(code: str) -> Q:
    if code == NO_HALL:
        return Q(handling_window=None)
    key = int(code) if code.isascii() and code.isdigit() and len(code) < 19 else 0
    return Q(handling_window__in=Window.objects.filter(hall_id=key).values("pk"))


def hall_name(code: str) -> str:
    """The name of a hall by the code of its line; empty when there is none."""
    known = code.isascii() and code.isdigit() and len(code) < 19
    return (Hall.objects.filter(pk=int(code)).values_list("name", flat=True).first() or "") if known else ""


type _Counts = dict[str, list[int]]


def by_organ(actor: Actor, month: Month, *, applicant: str = "") -> list[Line]:
    """A line for each organ with a figure in this month or the one before, then, of several, their sum.

    Fifteen queries, whatever the number of organs.
    """
    counted = _counted(actor, month, applicant, "deciding_organ_id")
    organs = Organ.objects.filter(pk__in=counted).order_by("code")
    return _summed([Line(o.code, o.name, o.name_en, _pairs(counted[o.pk])) for o in organs])


def by_hall(actor: Actor, month: Month, *, applicant: str = "") -> list[Line]:
    """The same for each hall, the ordinary ones first, then the platforms, then what no window handles."""
    counted = _counted(actor, month, applicant, "handling_window_id")
    windows = Window.objects.filter(pk__in=[key for key in counted if key is not None]).select_related("hall")
    halls: dict[Hall, _Counts] = {}
    for window in windows.order_by("hall__is_secondary_platform", "hall_id"):
        whole = halls.setdefault(window.hall, _nothing())
        for figure, pair in counted[window.pk].items():
            whole[figure] = [number + more for number, more in zip(whole[figure], pair, strict=True)]
    lines = [Line(str(h.pk), h.name, "", _pairs(numbers), h.is_secondary_platform) for h, numbers in halls.items()]
    if None in counted:
        lines.append(Line(NO_HALL, "", "", _pairs(counted[None])))
    return _summed(lines)


def _nothing() -> _Counts:
    return {name: [0, 0] for name in FIGURES}


def _counted(actor: Actor, month: Month, applicant: str, column: str) -> dict[Any, _Counts]:
    """{key in the column: {figure: [this month, the month before]}}; the sum is that of `queries.by_organ`."""
    counted: dict[Any, _Counts] = {}
    for place, each in enumerate((month, month.before)):
        for figure in FIGURES:
            rows = cases(actor, figure, each, applicant=applicant).order_by().annotate(group=F(column) + 0)
            for key, number in rows.values("group").values_list("group", Count("pk")):
                counted.setdefault(key, _nothing())[figure][place] = number
    return counted


def _pairs(numbers: _Counts) -> dict[str, tuple[int, int]]:
    return {name: (now, then) for name, (now, then) in numbers.items()}


def _summed(lines: list[Line]) -> list[Line]:
    """The lines and, of several, their sum."""
    if len(lines) < 2:
        return lines
    pairs = {name: [line.figures[name] for line in lines] for name in FIGURES}
    return [*lines, Line("", "", "", {name: (sum(n for n, _ in p), sum(b for _, b in p)) for name, p in pairs.items()})]
