"""What a channel is, and the registry of those that there are."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel carries: plain text to one address."""

    document_number: str
    address: str
    title: str
    body: str


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
