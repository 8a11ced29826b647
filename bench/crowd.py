"""A centre that has worked for three years: cases in bulk, beside the sample centre, for benches of reading.

    fill(1_000_000)

One case in ten is of unit A01, the others spread over the units that have a published item; one in ten applicants
comes back nine times. Two in a hundred are open (those received last), in every state; numbers have the form of real
ones. Rows are written by the driver's fastest way, and no flow has seen them: the benches time reading.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

YEARS_DAYS = 1000
OPEN_SHARE = 50  # one in so many
CASES_AN_APPLICANT = 10
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红"
TRADES = ("餐饮", "建材", "医药", "运输", "印务", "文化传播", "农业开发", "商贸")
OPEN = ("received", "accepted", "accepted", "examined", "accepted", "awaiting_correction", "granted", "issued")
ENDED = ("archived",) * 40 + ("delivered", "withdrawn", "refused", "not_accepted", "terminated", "voided")


def applicant_name(n: int) -> str:
    """Every fourth is an enterprise."""
    if n % 4 == 0:
        return f"示例{SURNAMES[n // 4 % 20]}{GIVEN[n // 80 % 26]}{TRADES[n % 8]}有限公司{n}"
    return f"{SURNAMES[n % 20]}{GIVEN[n // 20 % 26]}{GIVEN[n // 520 % 26]}"


def _rows(cases: int, today: date, organs: list[tuple[int, int]], first: tuple[int, int]) -> Iterator[dict[str, Any]]:
    day_share = max(1, cases // YEARS_DAYS)
    open_from = cases - cases // OPEN_SHARE
    for n in range(cases):
        day = today - timedelta(days=max(0, YEARS_DAYS - 1 - n // day_share))
        organ, version = first if n % 10 == 0 else organs[n % len(organs)]
        is_open = n >= open_from
        state = OPEN[n % len(OPEN)] if is_open else ENDED[n % len(ENDED)]
        due = (today if is_open else day) + timedelta(days=(n * 7) % 40 - 2)
        decided = None if is_open and state not in ("granted", "issued") else due - timedelta(days=n % 5)
        yield {
            "number": f"371500-{day:%Y%m%d}-{n % day_share + 1000:04}-{n % 10}",
            "state": state,
            "deciding_organ_id": organ,
            "item_version_id": version,
            "applicant": n // CASES_AN_APPLICANT,
            "received_on": day,
            "correction_notice_due_on": (today if is_open else day) + timedelta(days=7),
            "accepted_on": day,
            "promised_due_on": due,
            "paused_since": day if is_open and n % 16 == 1 else None,
            "decided_on": decided,
            "ended_on": decided,
            "promise_kept": None if decided is None else n % 20 > 0,
        }


def write(model: Any, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """INSERT by the driver's fastest way; `names` are attribute names, values are what the driver takes."""
    from django.db import connection

    by_name = {f.attname: f for f in model._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(by_name[name].column) for name in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def fill(cases: int, today: date) -> None:
    """`cases` cases and their applicants; the sample centre must be there."""
    from django.db import connection, transaction

    from yimen.rooms.cases.models import Case
    from yimen.rooms.identity.models import Applicant

    with transaction.atomic():
        first_applicant = _applicants(cases // CASES_AN_APPLICANT + 1)
        model = Case.objects.filter(state="accepted", item_version__item__organ__code="A01").first()
        assert model is not None
        pairs = Case.objects.exclude(deciding_organ=model.deciding_organ_id).order_by("deciding_organ")
        organs = sorted(set(pairs.values_list("deciding_organ_id", "item_version_id")))
        fields = [f for f in Case._meta.concrete_fields if not f.primary_key]
        usual = {f.attname: f.get_db_prep_save(getattr(model, f.attname), connection) for f in fields}
        own = (model.deciding_organ_id, model.item_version_id)
        names = [f.attname for f in fields]

        def prepared() -> Iterator[tuple[Any, ...]]:
            for row in _rows(cases, today, organs, own):
                row["applicant_id"] = first_applicant + row.pop("applicant")
                days = {key: str(value) for key, value in row.items() if isinstance(value, date)}
                yield tuple({**usual, **row, **days}[name] for name in names)

        write(Case, names, prepared())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    assert Applicant.objects.filter(pk=first_applicant).exists()


def _applicants(many: int) -> int:
    """Writes so many applicants without numbers; the key of the first."""
    from django.db import connection
    from django.db.models import Max

    from yimen.rooms.identity.models import Applicant

    first: int = (Applicant.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    fields = [f for f in Applicant._meta.concrete_fields]
    kinds = ("organisation", "person", "person", "person")
    usual = {f.attname: f.get_db_prep_save(f.get_default(), connection) for f in fields}

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(many):
            own = {"id": first + n, "name": applicant_name(n), "kind": kinds[n % 4]}
            yield tuple((usual | own).values())

    write(Applicant, [f.attname for f in fields], rows())
    return first
