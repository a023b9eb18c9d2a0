"""A sample of what was set aside in a month, for the leads to look at again."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.base.quick_dataclass import dataclass

MOST = 100  # of a sample


class SampleVerdict(StrEnum):
    """The result of looking again at one that was set aside."""

    OPEN = ""  # nobody has looked yet
    RIGHT = "right"
    MISSED = "missed"  # it should have been answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that was set aside: a case, or a post without one."""

    reason: str
    case: int = 0
    mention: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleItem(Candidate):
    """One of a sample, and the verdict on it."""

    id: int
    verdict: SampleVerdict = SampleVerdict.OPEN
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample of a month."""

    id: int
    month: str  # "2026-10"
    seed: str
    of: int  # how many were set aside in that month
    counts: Mapping[tuple[str, SampleVerdict], int] = field(default_factory=dict)  # by reason and verdict

    def count(self, *verdicts: SampleVerdict) -> int:
        """Return how many have one of these verdicts; without any, how many there are."""
        return sum(many for (_, one), many in self.counts.items() if not verdicts or one in verdicts)

    @property
    def missed(self) -> Mapping[str, int]:
        """Return how many of each reason should have been answered."""
        return {reason: many for (reason, one), many in self.counts.items() if one == SampleVerdict.MISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One of a page of a sample, as far as its reader may read it."""

    item: SampleItem
    author: str
    text: str  # "": private, or deleted
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """The next ones of a sample that nobody has looked at."""

    sample: Sample
    shown: Sequence[SampleRow] = ()
    kept_to: str = ""


def month_before(local: datetime) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the month before, in the zone of the moment."""
    until = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    earlier = (until.year - 1, 12) if until.month == 1 else (until.year, until.month - 1)
    return until.replace(year=earlier[0], month=earlier[1]), until


def picked(found: Sequence[Candidate], seed: str, most: int = MOST) -> list[Candidate]:
    """Return up to so many, as evenly from all reasons as they have; the same for the same seed.

    What one reason has too few of is shared by the others. Order and number of `found` by other reasons do not
    change which ones of a reason come first.
    """
    by_reason: dict[str, list[Candidate]] = {}
    for one in sorted(found, key=lambda one: _lot(one, seed)):
        by_reason.setdefault(one.reason, []).append(one)
    rounds = max(map(len, by_reason.values()), default=0)
    in_turn = (ones[turn] for turn in range(rounds) for _, ones in sorted(by_reason.items()) if turn < len(ones))
    return [one for one, _ in zip(in_turn, range(most), strict=False)]


def _lot(one: Candidate, seed: str) -> bytes:
    return sha256(f"{seed}.{one.reason}.{one.case}.{one.mention}".encode()).digest()
