"""What a channel is, and the registry of those that there are."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper that goes with a letter: its file's name and the bytes of its PDF."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel carries: plain text to one address, and the PDF of the paper that it brings."""

    document_number: str
    address: str
    title: str
    body: str
    attachments: tuple[Attachment, ...] = ()


class NotTaken(Exception):
    """The carrier did not take the letter; the message says why. It is tried again later."""


class Channel(Protocol):
    """A way out of the house. `send` returns the carrier's proof or raises `NotTaken`; it may be called again."""

    name: str

    def send(self, letter: Letter) -> str:
        """Hand the letter to the carrier; the returned text proves that it was taken."""
        ...

    def check_config(self) -> list[str]:
        """What is wrong with the settings, one sentence each; empty when the channel can work."""
        ...


CHANNELS: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Add a member of the registry under its name."""
    CHANNELS[channel.name] = channel
    return channel


def one_line(text: str) -> str:
    """A title as one line of printable characters, at most 200: nothing in it can begin a header of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:200]


def is_address(text: str) -> bool:
    """Whether a letter can be sent there at all: NAME@HOST in printable characters without a space or a comma."""
    name, at, host = text.strip().rpartition("@")
    odd = any(not letter.isprintable() or letter in ' ,;<>"' for letter in text.strip())
    return bool(name and at and host) and not odd and "@" not in name
