"""Puts the shipped parameters into the database; does nothing when they are there."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from yimen.ground.law.models import LegalParameter, Revision
from yimen.ground.law.revision import bump

PARAMETERS = Path(__file__).resolve().parents[2] / "data" / "law" / "parameters.csv"


def shipped_parameters() -> list[dict[str, Any]]:
    """The rows of data/law/parameters.csv as fields of `LegalParameter`."""
    with PARAMETERS.open(encoding="utf-8", newline="") as source:
        return [
            {
                **row,
                "amount": int(row["amount"]) if row["amount"] else None,
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            }
            for row in csv.DictReader(source)
        ]


def seed(using: str) -> bool:
    """Bring the shipped rows up to this release; a row that the centre entered itself stays. True when it wrote."""
    rows = LegalParameter.objects.using(using)
    present = {(p.key, p.valid_from): p for p in rows.all()}
    changed = False
    with transaction.atomic(using=using):
        for fields in shipped_parameters():
            known = present.get((fields["key"], fields["valid_from"]))
            if known is None:
                rows.create(**fields, shipped=True)
            elif known.shipped and any(getattr(known, name) != value for name, value in fields.items()):
                rows.filter(pk=known.pk).update(**fields)
            else:
                continue
            changed = True
        if changed or not Revision.objects.using(using).exists():
            bump(using)
    return changed


def after_migrate(*, using: str, **_: Any) -> None:
    """post_migrate: seed, unless the tables have just been migrated away."""
    if LegalParameter._meta.db_table in connections[using].introspection.table_names():
        seed(using)
