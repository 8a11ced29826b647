"""Writes the letter to standard error: for development."""

import sys

from yimen.rooms.messages.base import Letter, register


class Console:
    """Always takes the letter."""

    name = "console"

    def send(self, letter: Letter) -> str:
        """Print it."""
        print(f"[{letter.document_number}] → {letter.address}: {letter.title}\n{letter.body}", file=sys.stderr)
        return f"console:{letter.document_number}"

    def check_config(self) -> list[str]:
        """Nothing to set."""
        return []


channel = register(Console())
