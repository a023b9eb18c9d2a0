"""What is wrong with a configuration, said all at once to whoever can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: where it stands, what it is, what to do."""

    line: int | None  # in heard.toml, where it can be found
    where: str  # "slack.channel", or the name of a secret
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.line else self.where
        return f"{place}: {self.what} {self.remedy}".strip()


class SettingsFaults(Exception):
    """The configuration cannot be used; every reason at once, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda one: (one.line or 1_000_000, one.where))
        super().__init__("\n".join(str(one) for one in self.faults))
