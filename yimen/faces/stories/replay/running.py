"""The replay itself: every event of every case in time order, the clock once for each day in between."""

import time as stopwatch
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from yimen.faces.stories.replay.centre import ReplayCentre
from yimen.faces.stories.replay.mapping import Activity, Step
from yimen.faces.stories.replay.mapping import Mapping as LogMapping
from yimen.faces.stories.replay.reading import Event, Log
from yimen.flows import clock
from yimen.flows.intake import ApplicantData
from yimen.flows.registry import Verb, all_verbs
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.models import Case

BARRED = "separation.same_person"
SUBMIT = "submit_application"
# The clock writes shortly after midnight, as the worker does in a centre that runs.
NIGHT = time_of_day(0, 5)


@dataclass(slots=True)
class Replayed:
    """What came of it. `verbs`: done; `refusals`: (verb, code) → times; `noted`: events that stand for no verb here."""

    cases: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    deputies: int = 0
    implied: int = 0
    nights: int = 0
    settled: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Verbs done a second."""
        return self.verbs.total() / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _File:
    """What the replay remembers of one log case: its row as last returned, and what the conditions ask for."""

    activities: list[str]
    moments: list[tuple[datetime, tuple[int, int]]]
    case: Case | None = None
    corrected: bool = False
    invited: bool = False

    def around(self, event: Event) -> tuple[list[str], list[str]]:
        """Activities before and after this event."""
        place = bisect_right(self.moments, (event.at, event.order))
        return self.activities[: place - 1], self.activities[place:]

    def situation(self) -> list[str]:
        """The case's state and what else is true of it; `none` before it came in."""
        if self.case is None:
            return ["none"]
        more = {
            "corrected": self.corrected and self.case.state == "received",
            "deemed": self.case.deemed_accepted,
            "invited": self.invited,
            "paused": self.case.paused_since is not None,
        }
        return [str(self.case.state), *(name for name, holds in more.items() if holds)]


class Replay:
    """One run. `say` is told of progress, at most once a thousand cases."""

    def __init__(self, log: Log, mapping: LogMapping, centre: ReplayCentre, say: Callable[[str], None]) -> None:
        self._log, self._mapping, self._centre, self._say = log, mapping, centre, say
        self._verbs: dict[str, Verb] = all_verbs()
        self._activities: dict[str, Activity | None] = {}
        self._files = {
            case_id: _File([e.activity for e in events], [(e.at, e.order) for e in events])
            for case_id, events in log.by_case.items()
        }
        self.result = Replayed()

    def run(self) -> Replayed:
        """Replay everything."""
        started = stopwatch.monotonic()
        day = self._log.events[0].at.date()
        for event in self._log.events:
            while day < event.at.date():
                day += timedelta(days=1)
                self._night(datetime.combine(day, NIGHT, event.at.tzinfo))
            self._replay(event)
        self.result.seconds = stopwatch.monotonic() - started
        return self.result

    def _night(self, at: datetime) -> None:
        self.result.nights += 1
        self.result.settled += clock.tick(at=at)

    def _replay(self, event: Event) -> None:
        file = self._files[event.case_id]
        before, after = file.around(event)
        activity = self._known(event.activity)
        if activity is None:
            self.result.unmapped[event.activity] += 1
        if file.case is None and not (activity and activity.submits):
            if self._submitted_in(after):
                if activity:
                    self.result.noted[event.activity] += 1
                return
            # A log that begins in the middle: the application came in by the first thing that is known of it.
            self.result.implied += 1
            if not self._try(Step(SUBMIT, "applicant"), event, file):
                return
        steps = activity.steps(self._situation(file, event), before, after) if activity else ()
        if activity and not steps:
            self.result.noted[event.activity] += 1
        for step in steps:
            if not self._try(step, event, file) and not step.go_on:
                break

    def _known(self, name: str) -> Activity | None:
        if name not in self._activities:
            self._activities[name] = self._mapping.activity(name)
        return self._activities[name]

    def _submitted_in(self, activities: list[str]) -> bool:
        return any(found.submits for name in activities if (found := self._known(name)))

    def _situation(self, file: _File, event: Event) -> list[str]:
        """As the tables have it: the clock may have moved the case since its last verb."""
        case = file.case
        if case is not None and case.state == "received" and event.at.date() > case.correction_notice_due_on:
            case.refresh_from_db()
        return file.situation()

    def _try(self, step: Step, event: Event, file: _File) -> bool:
        """Do a step; a refusal is counted. Whether it was done in the end."""
        try:
            self._do(step, self._centre.actor(step, event), event, file)
        except Refused as refused:
            self.result.refusals[step.verb, refused.code] += 1
            if not step.deputy or refused.code != BARRED:
                return False
            self._do(step, self._centre.deputy(step), event, file)
            self.result.deputies += 1
        return True

    def _do(self, step: Step, by: Any, event: Event, file: _File) -> None:
        verb = self._verbs[step.verb]
        if step.verb == SUBMIT:
            file.case = verb.run(**self._application(event, step), at=event.at)
            self.result.cases += 1
            if self.result.cases % 1000 == 0:
                self._say(f"{self.result.cases} of {len(self._files)} cases have come in, {event.at:%Y-%m-%d}")
        else:
            assert file.case is not None  # a case comes in first, see _replay
            file.case = verb.run(file.case.number, by=by, at=event.at, **step.arguments)
        self.result.verbs[step.verb] += 1
        file.corrected |= step.verb == "submit_correction"
        file.invited = step.verb == "invite_supplement" or (file.invited and step.verb != "submit_correction")

    def _application(self, event: Event, step: Step) -> dict[str, Any]:
        """Arguments of submit_application: the log's case number names the applicant, its attributes are the form."""
        attributes: Mapping[str, str] = self._log.attributes.get(event.case_id, {})
        channel = self._mapping.channels.get(attributes.get("channel", ""), "online")
        by = self._centre.applicant if channel == "online" else self._centre.actor(Step(SUBMIT), event)
        name = event.case_id[:50]
        # Upper case makes some letters two: a number of another alphabet might not fit its column any more.
        number = name if name.isascii() else ""
        return {
            "item": self._centre.item_code,
            "materials": step.arguments.get("materials", ["M1"]),
            "form": {"case_id": event.case_id[:500]} | {k[:80]: v[:500] for k, v in attributes.items() if v},
            "channel": channel,
            "account": self._centre.applicant.user_id,
            "applicant": ApplicantData(f"申请人 {name}", id_kind="other", id_number=number),
            "by": by,
        }
