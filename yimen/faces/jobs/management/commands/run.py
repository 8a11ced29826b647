"""`yimen run`: migrate, load the sample centre once, serve web and worker."""

import ipaddress
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from yimen.faces.jobs import schema
from yimen.faces.jobs.supervisor import Supervisor, answers, web_command, worker_command
from yimen.ground.engines import pdf_signing, secrets
from yimen.rooms.identity.models import Centre


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def shown_host(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


class Command(BaseCommand):
    """One command starts a centre; it runs until SIGTERM or SIGINT."""

    help = "Serve the centre: web pages, API and worker (demo mode unless YIMEN_MODE=production)."
    requires_system_checks: list[str] = []  # the tables may not be there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (demo: loopback only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--empty", action="store_true", help="don't load the sample centre")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._check(host, port)
        try:
            self._prepare_folders()
        except OSError as error:
            raise CommandError(f"YIMEN_VAR: {error}; name a folder that this user may write to") from error
        # The children print this address on papers; a QR code must lead to the port that was chosen.
        address = f"http://{shown_host(host)}:{port}" if settings.DEMO else settings.SITE_URL
        os.environ.setdefault("YIMEN_SITE_URL", address)
        self._migrate()
        if settings.DEMO and not options["empty"]:
            self._load_sample()
        sqlite = connection.vendor == "sqlite"
        connections.close_all()
        worker = worker_command() if "work" in get_commands() else None
        supervisor = Supervisor(web_command(host, port, workers=1 if sqlite else 2), worker, self._say)
        probe = "127.0.0.1" if host in ("0.0.0.0", "localhost") else host.strip("[]")
        code = supervisor.run(lambda: answers(probe, port), lambda: self._announce(host, port))
        if code:
            sys.exit(code)

    def _migrate(self) -> None:
        if found := schema.problem():
            raise CommandError(found)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise CommandError(
                f"the tables could not be brought to this version: {str(error).strip()}. A migration that fails leaves "
                "them as they were. Go back to the version before, or restore the backup (docs/operate/upgrade.md)"
            ) from error

    def _check(self, host: str, port: int) -> None:
        if not 0 < port < 65536:
            raise CommandError(f"--port {port}: a port is a number from 1 to 65535")
        if settings.DEMO and not is_loopback(host):
            raise CommandError(
                f"--host {host}: the demonstration signs anybody in without a password, so it only listens on loopback "
                "(127.0.0.1, ::1, localhost). To serve others set YIMEN_MODE=production."
            )
        if not settings.DEMO and not settings.ALLOWED_HOSTS:
            raise CommandError("production needs YIMEN_ALLOWED_HOSTS: the host names at which people reach the centre")
        if problem := pdf_signing.starts_with_development_certificate():
            raise CommandError(f"production does not start: {problem}")
        if not settings.DEMO and (problem := pdf_signing.unfit()):
            self._say(f"papers can't be made as PDF: {problem}")
        if problem := secrets.unfit_keys():
            raise CommandError(f"production does not start: {problem}")
        if answers("127.0.0.1" if host in ("0.0.0.0", "localhost") else host.strip("[]"), port):
            raise CommandError(f"port {port} is already in use; choose another with --port")

    def _prepare_folders(self) -> None:
        if settings.DEMO:
            secrets.mark_demo_keys()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if connection.vendor == "sqlite":
            Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)

    def _load_sample(self) -> None:
        """Once: a database that already has a centre keeps what it has."""
        if Centre.objects.exists() or "load-sample" not in get_commands():
            return
        self._say("loading the sample centre (only this first time)")
        connections.close_all()
        subprocess.run([sys.executable, "-m", "yimen", "load-sample"], check=True, stdout=sys.stderr)

    def _announce(self, host: str, port: int) -> None:
        self.stdout.write(f"Yimen ({settings.MODE}) answers at http://{shown_host(host)}:{port}/  (Ctrl-C ends it)")
        self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stderr.write(f"yimen: {text}")
        self.stderr.flush()
