"""The command line: `yimen COMMAND` is Django's command line plus the house's own commands."""

import os
import sys


def main() -> None:
    """Entry point of `.venv/bin/yimen` and of `python -m yimen`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
