"""One case from hand-in to delivery: our flows against the same six transactions as hand-written SQL (the floor).

    yimen bench lifecycle [--cases N] [--rounds N]

Both sides run in one process on the same engine in alternating rounds, so their ratio can be compared between
machines; absolute rates can't. Ours runs with everything on: permission, journal with idempotency key, rules, papers.
The floor does what a careful hand would write and no more: a guarded UPDATE and an audit INSERT each, the rows of the
application and of the certificate; no permission, no law.
"""

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FORM = {"name": "示例餐饮店", "address": "示例路 1 号", "area": 120, "seats": 40, "opens_on": "2025-03-01"}
MATERIALS = ["M1", "M2", "M3"]
NOW = datetime(2025, 1, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ALWAYS = date(2000, 1, 1)
STEPS = ["accepted", "examined", "granted", "issued", "delivered"]

SCHEMA = [
    "CREATE TABLE floor_case (id {key}, number VARCHAR(40) UNIQUE, version INTEGER, state VARCHAR(20), item INTEGER,"
    " applicant VARCHAR(200), form TEXT, received_on VARCHAR(10), due_on VARCHAR(10))",
    "CREATE TABLE floor_material (id {key}, case_id INTEGER REFERENCES floor_case (id), code VARCHAR(40))",
    "CREATE TABLE floor_certificate (id {key}, number VARCHAR(60) UNIQUE, case_id INTEGER REFERENCES floor_case (id))",
    "CREATE TABLE floor_audit (id {key}, at VARCHAR(32), verb VARCHAR(40), subject VARCHAR(60), actor VARCHAR(40),"
    " facts TEXT)",
]


class Floor:
    """The six transactions by hand, on a connection of the engine's own driver."""

    def __init__(self, connection: object, mark: str, begin: str) -> None:
        self.connection, self.mark, self.begin = connection, mark, begin
        self.serial = 0

    def _sql(self, text: str) -> str:
        return text.replace("?", self.mark)

    def lifecycle(self) -> None:
        """One case, six durable transactions."""
        self.serial += 1
        number = f"F-{self.serial}"
        cursor = self.connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(self.begin)
        cursor.execute(
            self._sql(
                "INSERT INTO floor_case (number, version, state, item, applicant, form, received_on, due_on)"
                " VALUES (?, 1, 'received', 1, ?, ?, '2025-01-20', '2025-02-21') RETURNING id"
            ),
            (number, "张三", json.dumps(FORM, ensure_ascii=False)),
        )
        key = cursor.fetchone()[0]
        for code in MATERIALS:
            cursor.execute(self._sql("INSERT INTO floor_material (case_id, code) VALUES (?, ?)"), (key, code))
        self._audit(cursor, "submit", number)
        cursor.execute("COMMIT")
        for version, state in enumerate(STEPS, start=1):
            self._step(cursor, key, number, version, state)

    def _step(self, cursor: object, key: int, number: str, version: int, state: str) -> None:
        cursor.execute(self.begin)  # type: ignore[attr-defined]
        cursor.execute(  # type: ignore[attr-defined]
            self._sql("UPDATE floor_case SET state = ?, version = version + 1 WHERE id = ? AND version = ?"),
            (state, key, version),
        )
        if state == "issued":
            cursor.execute(  # type: ignore[attr-defined]
                self._sql("INSERT INTO floor_certificate (number, case_id) VALUES (?, ?)"), (f"C-{number}", key)
            )
        self._audit(cursor, state, number)
        cursor.execute("COMMIT")  # type: ignore[attr-defined]

    def _audit(self, cursor: object, verb: str, number: str) -> None:
        cursor.execute(  # type: ignore[attr-defined]
            self._sql("INSERT INTO floor_audit (at, verb, subject, actor, facts) VALUES (?, ?, ?, ?, ?)"),
            (NOW.isoformat(), verb, f"case:{number}", "staff:1", json.dumps({"state": verb})),
        )


def make_floor() -> Floor:
    """The floor beside our tables, in the same database."""
    from django.db import connection

    if connection.vendor == "sqlite":
        import sqlite3

        raw = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        key, mark, begin = "INTEGER PRIMARY KEY AUTOINCREMENT", "?", "BEGIN IMMEDIATE"
        execute: Callable[[str], object] = raw.execute
    else:
        import psycopg

        given = connection.get_connection_params()
        raw = psycopg.connect(
            **{k: v for k, v in given.items() if k in ("host", "port", "user", "password", "dbname")}, autocommit=True
        )
        raw.prepare_threshold = 1
        key, mark, begin = "BIGSERIAL PRIMARY KEY", "%s", "BEGIN"
        execute = raw.execute
    for statement in SCHEMA:
        execute(statement.format(key=key))
    return Floor(raw, mark, begin)


SCHEMA_OF_THE_FORM = {
    "type": "object",
    "required": ["name", "address"],
    "properties": {
        "name": {"type": "string", "maxLength": 100},
        "address": {"type": "string"},
        "area": {"type": "number", "minimum": 0},
        "seats": {"type": "integer"},
        "opens_on": {"type": "string", "format": "date"},
    },
}


def make_item(organ: Any) -> Any:
    """The item with its published version and materials, as rows: a draft and its check are not measured."""
    from yimen.rooms.catalogue.models import Item, ItemVersion, Material

    item = Item.objects.create(code="BENCH-1", name="示例许可", organ=organ)
    version = ItemVersion.objects.create(
        item=item,
        number=1,
        state="published",
        valid_from=ALWAYS,
        statutory_limit="20 working_days",
        promised_limit="8 working_days",
        form_schema=SCHEMA_OF_THE_FORM,
    )
    for code in MATERIALS:
        Material.objects.create(version=version, code=code, name=code)
    return item


def empower(head: int | None, item: Any) -> None:
    """The organ is a licensing subject, and the head of its window is authorised for the item."""
    from yimen.rooms.authority.models import Authorisation, AuthorisedItem, LicensingSubject

    LicensingSubject.objects.create(organ=item.organ, kind="statutory", basis="示例", valid_from=ALWAYS)
    authorised = Authorisation.objects.create(
        organ=item.organ, staff_id=head, given_by_id=head, document_number="示例", valid_from=ALWAYS
    )
    AuthorisedItem.objects.create(authorisation=authorised, item=item)


def make_ours() -> Callable[[], None]:
    """Our lifecycle through the flows, with the people and the item it needs."""
    from dataclasses import replace

    from yimen.flows import examination, intake, outcome, setup
    from yimen.rooms.identity.actor import Actor
    from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
    from yimen.rooms.identity.rules.applicants import ApplicantData
    from yimen.rooms.identity.rules.roles import Role

    by = setup.INSTALLER
    organ = setup.register_organ(code="BENCH", name="示例局", by=by, at=NOW)
    item = make_item(organ)
    clerk, examiner, head = (
        actor_of_staff(setup.register_staff(username=role, name=role, roles=[role], organ=organ, by=by, at=NOW))
        for role in (Role.WINDOW_CLERK, Role.EXAMINER, Role.WINDOW_HEAD)
    )
    empower(head.staff_id, item)
    applicant = actor_of_user(setup.register_account(username="bench", by=by, at=NOW))
    who = ApplicantData("张三", id_number="11010519491231002X")

    def asking(actor: Actor) -> Actor:
        return replace(actor, request=(str(uuid.uuid4()), "0" * 64))

    def lifecycle() -> None:
        number = intake.submit_application(
            item="BENCH-1", materials=MATERIALS, form=FORM, applicant=who, by=asking(applicant), at=NOW
        ).number
        intake.accept_application(number, by=asking(clerk), at=NOW)
        examination.examine_case(number, opinion="grant", by=asking(examiner), at=NOW)
        examination.approve_case(number, decision="grant", by=asking(head), at=NOW)
        outcome.issue_certificate(number, by=asking(clerk), at=NOW)
        outcome.deliver_result(number, method="window", by=asking(clerk), at=NOW)

    return lifecycle


def rate(act: Callable[[], None], cases: int) -> float:
    """Cases a second."""
    start = time.perf_counter()
    for _ in range(cases):
        act()
    return cases / (time.perf_counter() - start)


def main() -> None:
    """Run on the database of DATABASE_URL (migrated, thrown away by the caller); the ratio is the last line."""
    cases, rounds = int(os.environ.get("BENCH_CASES") or 150), int(os.environ.get("BENCH_ROUNDS") or 5)
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()
    floor, ours = make_floor().lifecycle, make_ours()
    rate(floor, 20), rate(ours, 20)
    pairs = []
    for _ in range(rounds):
        pairs.append((rate(floor, cases), rate(ours, cases)))
        print(f"floor {pairs[-1][0]:8.1f}/s   ours {pairs[-1][1]:8.1f}/s", file=sys.stderr)
    print(f"{statistics.median(mine / theirs for theirs, mine in pairs):.3f}")


if __name__ == "__main__":
    main()
