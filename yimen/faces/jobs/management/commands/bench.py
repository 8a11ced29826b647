"""`yimen bench NAME`: a bench of the source tree on each engine that is there (lifecycle, search, pages, rush)."""

import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg import sql

POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"


class Command(BaseCommand):
    """Runs `bench/NAME.py` in a database of its own on each engine; never touches the centre's."""

    help = "Measure lifecycle or pages against their floor, as a ratio in one run; search in ms, rush in seconds."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=["lifecycle", "search", "pages", "rush"])
        parser.add_argument("--cases", type=int, default=150, help="cases a round (default 150)")
        parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")

    def handle(self, *args: Any, **options: Any) -> None:
        script = settings.PROJECT_DIR / "bench" / f"{options['name']}.py"
        if not script.exists():
            raise CommandError("the bench folder is part of the source tree; run this in a clone")
        scale = {"BENCH_CASES": str(options["cases"]), "BENCH_ROUNDS": str(options["rounds"])}
        ratios = [f"sqlite {on_sqlite(script, scale)}"]
        found = on_postgresql(script, scale)
        if found is None:
            self.stderr.write("postgresql: no server answers at DATABASE_URL or 127.0.0.1:5432, not measured")
        else:
            ratios.append(f"postgresql {found}")
        self.stdout.write(f"{options['name']} {' '.join(ratios)}")


def _measure(script: Path, url: str, folder: str, scale: dict[str, str]) -> str:
    environment = {**os.environ, "DATABASE_URL": url, "YIMEN_VAR": folder, "YIMEN_MODE": "demo", **scale}
    yimen = [sys.executable, "-m", "yimen"]
    subprocess.run([*yimen, "migrate", "--verbosity", "0"], env=environment, check=True, stdout=sys.stderr)
    done = subprocess.run([sys.executable, str(script)], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    last = done.stdout.split()[-1]
    return last if "=" in last else f"ratio={last}"


def on_sqlite(script: Path, scale: dict[str, str]) -> str:
    """The figures on SQLite."""
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        return _measure(script, f"sqlite:///{folder}/bench.sqlite3", folder, scale)


def on_postgresql(script: Path, scale: dict[str, str]) -> str | None:
    """The figures on PostgreSQL (server of DATABASE_URL, else the local one); None when none answers."""
    url = os.environ.get("DATABASE_URL") or ""
    server = url if url.startswith("postgres") else POSTGRESQL
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        return None
    name = f"yimen_bench_{uuid.uuid4().hex[:8]}"
    with connection, tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            return _measure(script, f"{server.rpartition('/')[0]}/{name}", folder, scale)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
