"""`yimen import-calendar`: one person enters a year's notice from a file, another confirms it."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.faces.jobs.notice_file import Unreadable, read
from yimen.flows import calendar
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS
from yimen.ground.law import queries
from yimen.ground.law.models import YearNotice
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_username
from yimen.rooms.identity.rules.roles import Role

# Whoever works at the machine may enter; confirming takes a person with an account.
OPERATOR = Actor(id="system:import-calendar", name="import-calendar", roles=(Role.COMMITTEE,))


class Command(BaseCommand):
    """Prints the open cases that (would) move; last line `notice=ID state=entered|confirmed moved=N`.

    Exit 2: the file or the command line can't be used; 1: refused.
    """

    help = "Enter a year's holiday notice from a CSV (date,is_workday,name) or JSON file, or confirm one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--year", type=int)
        parser.add_argument("--number", default="", help="number of the notice, as 国办发明电〔2025〕7号")
        parser.add_argument("--url", default="", help="where the notice is published")
        parser.add_argument("--by", metavar="USERNAME", help="who enters or confirms")
        parser.add_argument("--confirm", type=int, metavar="ID", help="confirm the notice with this id (with --by)")
        parser.add_argument("--confirm-by", metavar="USERNAME", help="enter, and let this other person confirm at once")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["file"] is None) == (options["confirm"] is None):
            raise CommandError(_("Give a FILE to enter, or --confirm ID."), returncode=2)
        try:
            self._run(options, timezone.now())
        except Refused as refused:
            raise CommandError(_said(refused)) from refused
        except (Unreadable, OSError) as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_("The database is not ready (run `yimen migrate` first): %s") % error) from error

    def _run(self, options: dict[str, Any], at: datetime) -> None:
        person = options["by"]
        if options["confirm"] is not None:
            if person is None:
                raise CommandError(_("Say who confirms: --by USERNAME."), returncode=2)
            self._confirm(queries.notice(options["confirm"]), person, at)
            return
        notice = self._enter(options, at)
        if options["confirm_by"]:
            self._confirm(notice, options["confirm_by"], at)
        else:
            self._report(notice, self._preview(notice))

    def _enter(self, options: dict[str, Any], at: datetime) -> YearNotice:
        found = read(options["file"])
        year = options["year"] or found.year
        if year is None:
            raise CommandError(_("Say the year of the notice: --year Y."), returncode=2)
        by = actor_of_username(options["by"]) if options["by"] else OPERATOR
        url = options["url"] or found.url
        return calendar.enter_year_notice(year=year, number=options["number"], url=url, days=found.days, by=by, at=at)

    def _confirm(self, notice: YearNotice, username: str, at: datetime) -> None:
        self._preview(notice)
        calendar.confirm_year_notice(notice, by=actor_of_username(username), at=at)
        self._report(notice, calendar.recompute_open_cases(cause=f"year_notice:{notice.pk}", at=at))

    def _preview(self, notice: YearNotice) -> int:
        moved = calendar.preview_notice(notice)
        for move in moved:
            self.stdout.write(f"{move.number} {move.which} {move.old or '—'} → {move.new or '—'}")
        return len({move.number for move in moved})

    def _report(self, notice: YearNotice, moved: int) -> None:
        self.stdout.write(f"notice={notice.pk} state={notice.state} moved={moved}")


def _said(refused: Refused) -> str:
    refusal = REFUSALS[refused.code]
    facts = ", ".join(f"{name}={value}" for name, value in refused.facts.items())
    return f"{refused.code}: {_(refusal.sentence)} {_(refusal.advice)} ({facts})"
