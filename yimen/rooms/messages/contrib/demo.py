"""A carrier for tests and demonstrations: it works, fails or crashes as the address says (ok@, fail@, crash@)."""

from yimen.rooms.messages.base import Letter, NotTaken, register


class Demo:
    """Keeps what it took in `taken`."""

    name = "demo"

    def __init__(self) -> None:
        self.taken: list[Letter] = []

    def send(self, letter: Letter) -> str:
        """Take the letter, unless the address asks for trouble."""
        if letter.address.startswith("fail@"):
            raise NotTaken("the demo carrier refuses this address")
        if letter.address.startswith("crash@"):
            raise RuntimeError("the demo carrier crashed")
        self.taken.append(letter)
        return f"demo:{len(self.taken)}"

    def check_config(self) -> list[str]:
        """Nothing to set."""
        return []


channel = register(Demo())
