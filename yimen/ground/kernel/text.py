"""Marks msgids in pure code; faces translate them."""


def gettext_noop(message: str) -> str:
    """Identity: lets the message extractor find `message` without importing Django."""
    return message
