"""What the API answers, for its description and as a check of its own answers."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from yimen.rooms.cases.rules.lifecycle import State


class Clock(BaseModel):
    """State and clocks of a case at the moment of the answer; due days are null while unknown (paused)."""

    model_config = ConfigDict(extra="allow")

    number: str
    version: int
    state: State
    received_on: date
    correction_notice_due_on: date
    accepted_on: date | None
    deemed_accepted: bool
    statutory_due_on: date | None
    promised_due_on: date | None
    promised_due_at: datetime | None
    provisional: bool
    paused: bool
    overdue: bool
    statutory_overdue: bool
    promise_kept: bool | None
    extension_days: int
    decided_on: date | None
    result: Literal["granted", "refused"] | None
    issue_due_on: date | None
    delivered_on: date | None
    item: str
    item_name: str
    organ: str
    applicant: str


class HandedMaterial(BaseModel):
    """A material that counts; `file` false: on paper."""

    code: str
    file: bool


class OrderTreated(BaseModel):
    """A change order that took effect while the case ran, by its document number, and what it made of the case."""

    order: str
    treatment: Literal["finish", "terminate", "move"]


class CaseFacts(Clock):
    """All facts of one case."""

    item_version: int
    orders: list[OrderTreated]
    channel: str
    reasons: str
    materials: list[HandedMaterial]
    situation: dict[str, str]
    materials_required: list[str]
    missing: list[str]
    certificate: str | None


class NewCase(CaseFacts):
    """A case just handed in; `query_password` opens its public page and is shown to nobody else."""

    query_password: str


class Disclosed(CaseFacts):
    """The facts and, only in the answer to the verb itself, what it showed in clear; a repeated request gets {}."""

    disclosed: dict[Literal["id_number", "phone", "email"], str]


class FoundApplicant(BaseModel):
    """An applicant of the own organ's cases; numbers are masked."""

    record: int
    name: str
    kind: str
    id_number: str
    phone: str
    email: str


class FoundApplicants(BaseModel):
    """Who has the number, the latest record first."""

    applicants: list[FoundApplicant]


class CasePage(BaseModel):
    """Newest first; send `next` as `after` for the following page (null: the last one)."""

    cases: list[Clock]
    next: str | None


class HistoryEntry(BaseModel):
    """One journal entry; `head` is the signed head that seals it."""

    id: int
    at: datetime
    recorded_at: datetime
    verb: str
    actor: str
    role: str
    organ: str
    facts: dict[str, Any]
    head: int | None


class History(BaseModel):
    """What happened to a case, oldest first."""

    entries: list[HistoryEntry]


class Uploaded(BaseModel):
    """A file that was taken; name it by `id`."""

    id: str
    name: str
    size: int
    sha256: str
    media_type: str


class OrganOut(BaseModel):
    """An organ."""

    code: str
    name: str


class ItemLine(BaseModel):
    """An item that is in force today. `is_sample`: an example, no fact."""

    code: str
    name: str
    is_sample: bool
    organ: OrganOut
    version: int
    statutory_limit: str
    promised_limit: str
    review: str


class ItemPage(BaseModel):
    """By code; send `next` as `after` for the following page (null: the last one)."""

    items: list[ItemLine]
    next: str | None


class GuideMaterial(BaseModel):
    """A material of the guide: `required` or `optional`.

    `form`: original, copy, original_and_copy, electronic, "" where the guide doesn't say; `copies` then null.
    Files handed in for it: of `file_kinds` (pdf, jpeg, word, …), at most `max_files` of at most `max_bytes` each.
    """

    code: str
    name: str
    necessity: str
    note: str
    form: str
    copies: int | None
    issuer: str
    file_kinds: list[str]
    max_bytes: int
    max_files: int


class StepAct(BaseModel):
    """A verb of casework, and its outcome where it has several."""

    verb: str
    outcome: str


class GuideStep(BaseModel):
    """A step on the way of an application. `limit`: a term ("5 working_days") or null where there is none; of the
    steps between acceptance and decision it is the promised limit, which they share."""

    key: str
    who: str
    acts: list[StepAct]
    other_ends: list[StepAct]
    limit: str | None


class GuideQuestion(BaseModel):
    """A frequent question."""

    question: str
    answer: str


class SituationAnswer(BaseModel):
    """One answer and what it changes: `materials` {code: required, optional or not_needed}, limits never longer than
    the guide's, its own `charges` and further `conditions`. What it does not name stays as the guide says."""

    code: str
    text: str
    materials: dict[str, Literal["required", "optional", "not_needed"]] = {}
    statutory_limit: str = ""
    promised_limit: str = ""
    charges: str = ""
    conditions: str = ""


class SituationQuestion(BaseModel):
    """A question about the applicant's situation. `submit_application` takes the answers as `situation`
    {code of the question: code of the answer}: all of them, or none, and then the whole list of the guide counts."""

    code: str
    question: str
    answers: list[SituationAnswer]


class ItemSuspended(BaseModel):
    """Nobody can apply from `starts` to `until` (null: until it is resumed)."""

    starts: date
    until: date | None
    reason: str
    basis: str


class ItemOut(ItemLine):
    """The guide of an item in force today, or on the day asked for. `details`: further fields of GB/T 39046, those that
    say something, under the names that `describe_guide` takes."""

    suspended: ItemSuspended | None
    supervising_organ: OrganOut | None
    valid_from: date | None
    valid_to: date | None
    basis: str
    conditions: str
    procedure: str
    steps: list[GuideStep]
    charges: str
    quantity: str
    visits: int | None
    place: str
    directions: str
    hours: str
    telephone: str
    complaint_telephone: str
    result_name: str
    validity_years: int | None
    questions: list[GuideQuestion]
    materials: list[GuideMaterial]
    situations: list[SituationQuestion]
    details: dict[str, Any]
    form_schema: dict[str, Any]
    form_example: dict[str, Any]
    special_procedures: list[Any]
    extension: dict[str, Any] | None
    sources: dict[str, str]


class CalendarDay(BaseModel):
    """A day that is not what its weekday says."""

    day: date
    is_workday: bool
    kind: str
    name: str
    source: str


class YearOut(BaseModel):
    """The special days of a year; `provisional` until its notice has come out."""

    year: int
    provisional: bool
    days: list[CalendarDay]


class NoticeOut(BaseModel):
    """A year notice; it counts when `confirmed`."""

    id: int
    year: int
    number: str
    url: str
    state: str
    entered_by: str
    confirmed_by: str
    days: list[dict[str, Any]]


class NoticeList(BaseModel):
    """Notices, newest first."""

    notices: list[NoticeOut]


class Confirmed(NoticeOut):
    """A confirmed notice; `moved` open cases got new days."""

    moved: int


class EmergencyOut(BaseModel):
    """A local emergency day; it counts when `confirmed`."""

    id: int
    day: date
    is_workday: bool
    name: str
    basis: str
    state: str
    entered_by: str
    confirmed_by: str


class EmergencyList(BaseModel):
    """Emergency days, newest first."""

    emergencies: list[EmergencyOut]


class EmergencyConfirmed(EmergencyOut):
    """A confirmed emergency day; `moved` open cases got new days."""

    moved: int


class MovedDay(BaseModel):
    """A due day of an open case that would move."""

    number: str
    which: str
    old: date | None
    new: date | None


class Preview(BaseModel):
    """What confirming would move."""

    moved: list[MovedDay]


class CertificateOut(BaseModel):
    """What anyone may see of a certificate; a person's name is masked."""

    number: str
    item: str
    organ: str
    holder: str
    issued_on: date
    valid_to: date | None
    state: str


class DecisionLine(BaseModel):
    """A published decision. `holder`: an enterprise's name, of a natural person one letter; `result`: granted or
    refused."""

    number: str
    result: str
    item_code: str
    item_name: str
    organ_code: str
    organ_name: str
    holder_kind: str
    holder: str
    credit_code: str
    decided_on: date
    published_on: date
    corrected_on: date | None


class DecisionPage(BaseModel):
    """Newest first; send `next` as `after` for the following page (null: the last one)."""

    decisions: list[DecisionLine]
    next: str | None


class DecisionOut(DecisionLine):
    """A published decision and the certificate that it led to, if there is one by now."""

    certificate: CertificateOut | None


class Heads(BaseModel):
    """Signed heads of the journal, newest first; send the last id as `before`."""

    heads: list[dict[str, Any]]


class Keys(BaseModel):
    """Key id → Ed25519 public key in hex."""

    keys: dict[str, str]


class Problem(BaseModel):
    """Every error. `code` is stable; `title` and `detail` follow Accept-Language (zh, en)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]
    request_id: str


class PaperOut(BaseModel):
    """A paper of a case; `name` goes into `/cases/{number}/papers/{name}.pdf`. `sha256` null: not yet made as PDF."""

    name: str
    kind: str
    number: str
    made_at: datetime
    told_at: datetime | None
    sha256: str | None


class PaperList(BaseModel):
    """The papers of a case that you may have, receipts first, then in the order in which they were made."""

    papers: list[PaperOut]
