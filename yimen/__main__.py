"""The command line: `yimen COMMAND` is Django's command line plus the house's own commands."""

import os
import sys

# What exists in demo mode only, and `run`: without YIMEN_MODE they take it for granted, so that a token fits the server
# that `run` started. None of them harms a centre whose mode was forgotten in a shell: the server refuses a persona's
# token in production, and the other two touch only an empty database.
DEMO_BY_DEFAULT = frozenset({"run", "token", "load-sample", "replay"})


def main() -> None:
    """Entry point of `.venv/bin/yimen` and of `python -m yimen`."""
    if sys.argv[1:2] == ["due"]:  # needs neither Django nor a database, and so answers at once
        from yimen.faces.jobs.due import main as due

        sys.exit(due(sys.argv[2:]))
    if sys.argv[1:2] and sys.argv[1] in DEMO_BY_DEFAULT and not os.environ.get("YIMEN_MODE"):
        os.environ["YIMEN_MODE"] = "demo"  # before the settings are read, and for the children too
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # the reader (`| head`) has what it wanted; the last flush must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)


if __name__ == "__main__":
    main()
