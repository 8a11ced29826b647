"""The whole catalogue leaves the centre as a file and comes into another one."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, router, transaction

from yimen.ground.engines import bundles
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Denied, Refused
from yimen.ground.law.revision import bump
from yimen.rooms.catalogue.models import ImportRun, Item
from yimen.rooms.guides import exchange
from yimen.rooms.guides.actions.exchange import Taken, take_catalogue
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

FORMATS = {"xlsx": bundles.write_xlsx, "zip": bundles.write_zip}


def export_catalogue(out: BinaryIO, kind: str, *, by: Actor) -> None:
    """Write organs, items, all versions and what hangs on them to `out` as `xlsx` or `zip` (CSV files); drafts too, so
    it is for those who import. Raises `Denied`."""
    by.role_for("import_items")
    FORMATS[kind](out, exchange.exported())


def import_catalogue(path: Path, *, as_published: bool = False, by: Actor, at: datetime) -> Taken:
    """Take over an exported catalogue: all of it or nothing, one entry. What is here already stays as it is.

    Versions come as drafts, for nobody here has checked them. `as_published` (admin alone: a whole centre moves) keeps
    their states and days. Raises `Denied`, `bundles.Unreadable`, `catalogue.unreadable`, `version.overlap`.
    """
    by.role_for("import_items")
    if as_published and Role.ADMIN not in by.roles:
        raise Denied(verb="publish_item_version")
    tables = bundles.opened(path)
    if exchange.ITEMS not in tables:
        raise bundles.unreadable()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        with transaction.atomic():
            return _take(path, tables, digest, as_published, by, at)
    except IntegrityError as error:
        code = "version.overlap" if "version.overlap" in str(error) else "catalogue.unreadable"
        raise Refused(code, table=exchange.VERSIONS, line=0, column="") from error


def _take(
    path: Path, tables: dict[str, list[list[str]]], digest: str, as_published: bool, by: Actor, at: datetime
) -> Taken:
    taken = take_catalogue(tables, as_published=as_published)
    counts = {"organs": taken.organs, "items": len(taken.items), "versions": len(taken.versions)}
    counts |= {"unchanged": taken.unchanged, "kept": len(taken.kept)}
    run = ImportRun.objects.create(
        file_name=path.name[-300:], file_sha256=digest, started_at=at, actor=by.id, finished=True, counts=counts
    )
    record(
        verb="import_items",
        subject=f"import:{run.pk}",
        actor=by.id,
        role=by.role_for("import_items"),
        organ=by.organ_code,
        at=at,
        facts={"file": digest, "as_published": as_published, **counts},
    )
    if taken.items or taken.versions:
        bump(router.db_for_write(Item))
    return taken
