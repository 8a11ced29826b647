"""Plays the sample: the centre is founded, then every act of every case happens in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from yimen.faces.stories.sample import book, committee, disclosure, lists, orders, questions
from yimen.faces.stories.sample.book import Story, StoryStep
from yimen.faces.stories.sample.centre import SampleCentre, found_centre
from yimen.faces.stories.sample.people import People
from yimen.faces.stories.sample.places import furnish
from yimen.flows import clock, publication
from yimen.flows.files import upload_file
from yimen.flows.intake import ApplicantData
from yimen.flows.registry import all_verbs
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Centre, Organ
from yimen.rooms.identity.queries import forget_centre
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

# Working days before the as-of day on which the centre is founded: before the first step of any story.
FOUNDED = 70
ROLES = {
    "clerk": Role.WINDOW_CLERK,
    "head": Role.WINDOW_HEAD,
    "examiner": Role.EXAMINER,
    "organ_head": Role.ORGAN_HEAD,
    "government": Role.GOVERNMENT,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load made."""

    organs: int
    items: int
    cases: int
    verbs: int


@dataclass(slots=True)
class _Run:
    """One story while it is played. `minutes`: how much later than written each of its steps happens."""

    story: Story
    minutes: int
    applicant: ApplicantData
    number: str = ""


@dataclass(slots=True)
class _Stage:
    """What the steps share. `files`: the upload that stands for every electronic material of an account."""

    centre: SampleCentre
    files: dict[str, str] = field(default_factory=dict)


def load_sample(*, as_of: date, seed: int = 1) -> Loaded | None:
    """Fill an empty database as if the centre had worked up to the eve of `as_of`; None when it is not empty.

    One transaction: killed in the middle it leaves nothing, and the next start begins again. The same day and seed
    make the same numbers, states and days. Raises `permission.denied` outside demo mode: acts are dated back here.
    """
    if not settings.DEMO:
        raise Refused("permission.denied", mode=settings.MODE)
    try:
        with transaction.atomic():
            if Centre.objects.exists() or Organ.objects.exists():
                return None
            return _play(as_of, Random(seed))
    except BaseException:
        # What the process remembers of rows that were rolled back must not outlive them.
        forget_centre()
        forget_terms()
        raise


def _play(as_of: date, random: Random) -> Loaded:
    calendar = law.calendar()
    people = People(random, book.people())
    founded = calendar.before(as_of, FOUNDED)
    centre = found_centre(people, valid_from=founded, at=_moment(founded, "08:00"))
    stage, runs = _Stage(centre), _runs(people, random, centre)
    acts = sorted(_acts(runs, calendar, as_of), key=lambda act: act[:2])
    last_night = founded
    for at, _order, run, step in acts:
        last_night = _nights(last_night, at.date())
        _act(run, step, stage, at)
    _nights(last_night, as_of)
    furnish(centre, founded=founded, as_of=as_of, at=_moment(founded, "08:30"))
    disclosure.play(centre, at=_moment(founded, "08:40"))
    questions.play(centre, calendar, as_of)
    committee.play(centre, people, calendar, as_of)
    orders.play(centre, calendar, as_of)
    lists.play(centre, calendar, as_of)
    # What the law says at midnight of the as-of day is written down, as the clock would have done every night.
    clock.tick(at=_moment(as_of, "00:00"))
    return Loaded(len(centre.organs), len(centre.items), len(runs), len(acts))


def _nights(last: date, until: date) -> date:
    """The nights up to the morning of `until`, in each of which the clock publishes the decisions that are due."""
    while last < until:
        last += timedelta(days=1)
        publication.publish_due(at=_moment(last, "00:00"))
    return last


def _runs(people: People, random: Random, centre: SampleCentre) -> list[_Run]:
    """The stories with their applicants; an account is always the same person or the same company."""
    of_account: dict[tuple[str, bool], ApplicantData] = {}
    runs = []
    for story in book.stories():
        organisation = centre.items[story.item].for_organisations
        applicant = people.applicant(organisation=organisation)
        if story.by not in ("window", "agent"):
            applicant = of_account.setdefault((story.by, organisation), applicant)
        runs.append(_Run(story, random.randrange(10), applicant))
    return runs


def _acts(runs: list[_Run], calendar: Calendar, as_of: date) -> list[tuple[datetime, int, _Run, StoryStep]]:
    return [
        (_moment(calendar.before(as_of, step.back), step.clock) + timedelta(minutes=run.minutes), order, run, step)
        for order, run in enumerate(runs)
        for step in run.story.steps
    ]


def _moment(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(settings.TIME_ZONE))


def _act(run: _Run, step: StoryStep, stage: _Stage, at: datetime) -> None:
    by = _actor(run, step.who, stage.centre)
    if step.verb == "submit_application":
        _submit(run, by, stage, at)
        return
    arguments = dict(step.arguments)
    if step.verb in ("submit_correction", "correct_on_the_spot"):
        arguments["materials"] = _materials(run, arguments["materials"], by, stage, at)
    run_verb: Callable[..., Any] = all_verbs()[step.verb].run
    run_verb(run.number, by=by, at=at, **arguments)


def _submit(run: _Run, by: Actor, stage: _Stage, at: datetime) -> None:
    item = stage.centre.items[run.story.item]
    codes = item.required[: len(item.required) - run.story.lacks]
    submit: Callable[..., Any] = all_verbs()["submit_application"].run
    case = submit(
        item=item.code,
        materials=_materials(run, codes, by, stage, at),
        form=item.example,
        situation=_situation(item.code, item.required),
        applicant=run.applicant,
        by=by,
        at=at,
    )
    run.number = case.number


def _situation(code: str, required: list[str]) -> dict[str, str] | None:
    """Answers that leave what must be handed in and both limits as they are, so that a story runs by its own days; None
    where the guide asks nothing, or where every answer changes something."""
    told: dict[str, str] = {}
    for one in book.situations().get(code, []):
        for answer in one["answers"]:
            same = all((e == "required") is (m in required) for m, e in answer.get("materials", {}).items())
            if same and not answer.keys() & {"statutory_limit", "promised_limit"}:
                told.setdefault(one["code"], answer["code"])
        if one["code"] not in told:
            return None
    return told or None


def _materials(run: _Run, codes: list[str], by: Actor, stage: _Stage, at: datetime) -> list[Any]:
    """Paper at a window; a file each from an account."""
    if run.story.by == "window":
        return list(codes)
    if by.id not in stage.files:
        stage.files[by.id] = upload_file(BytesIO(book.sample_file()), name="样本材料.pdf", by=by, at=at).public_id
    return [{"code": code, "file": stage.files[by.id]} for code in codes]


def _actor(run: _Run, who: str, centre: SampleCentre) -> Actor:
    organ = centre.items[run.story.item].organ
    if who == "applicant":
        return centre.staff[Role.WINDOW_CLERK, organ] if run.story.by == "window" else centre.accounts[run.story.by]
    role = ROLES[who]
    return centre.staff[role, "" if role in CENTRE_WIDE else organ]
