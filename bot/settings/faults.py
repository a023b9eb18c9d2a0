"""The faults of a configuration, reported together."""

from collections.abc import Sequence

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, what it is, and what to do."""

    line: int | None  # in heard.toml; None when unknown
    where: str  # "slack.channel", or the name of a secret
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.line else self.where
        return f"{place}: {self.what} {self.remedy}".strip()


class SettingsFaults(Exception):
    """The configuration cannot be used; all faults, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda one: (one.line or 1_000_000, one.where))
        super().__init__("\n".join(str(one) for one in self.faults))
