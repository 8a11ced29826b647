"""`yimen migrate`, which must be able to put back a guard that is missing."""

from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.commands import migrate

from yimen.faces.jobs import schema


class Command(migrate.Command):
    """Django's own, without the database checks before it: `journal.E001` (a guard is missing) would stop the very
    command that installs the guards. They run with `yimen check --database default`."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Drop the databases from what Django would check first."""
        kwargs: Any = super().get_check_kwargs(options)
        return {**kwargs, "databases": []}

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then make the table of the shared cache (rate limits) when it is missing.

        A database of another version is left as it is: CommandError says what to do."""
        if found := schema.problem():
            raise CommandError(found)
        super().handle(*args, **options)
        if not options["check_unapplied"] and not options["plan"]:
            call_command("createcachetable", database=options["database"], verbosity=0)
