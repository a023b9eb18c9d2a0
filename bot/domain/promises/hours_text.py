"""The sentence on our hours for the brand's profile, and whether our answers are as fast as it says."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import RECORDED
from bot.domain.promises.promise import DeskHours, Promise, PromiseKind
from bot.domain.promises.report import Milestone, Track, Verdict, reached, time_between, verdict

LOOKED_BACK = timedelta(days=28)
FEWEST = 30  # customers counted; with fewer no public statement is made
KEPT = 90  # per cent answered in time; below it no public statement is made
NEVER = timedelta.max  # an answer that was owed and did not come
USUALLY = 3, 4  # "usually within" means three answers in four; a half would be too few to rely on
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LENGTH = re.compile(r"\b(\d{1,3})\s*(min(?:ute)?s?|m|h(?:ou)?rs?|h|days?|d)\b", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The sentence that the profile could say, the one it says, and the measured times."""

    text: str = ""  # a true sentence for the profile; empty: none
    said: str = ""  # the profile's sentence, from the configuration
    within: timedelta | None = None  # the length of time that it names
    met: int = 0  # customers who were answered within that length of desk time
    kept: int = 0  # customers who were answered in time
    owed: int = 0  # customers who were answered, or should have been by now
    same_hours: bool = True
    every: int = 1  # a sample: one case in so many


def published(hours: DeskHours, tracks: Iterable[Track], said: str, now: datetime) -> Published:
    """Compare the published hours with the answers of the last 28 days, in desk time.

    A customer with an overdue answer counts as not answered. Replayed posts do not count.
    """
    found = list(_met(hours, tracks, now))
    lengths = sorted(length for length, _ in found)
    kept = sum(in_time for _, in_time in found)
    within = named_length(said)
    return Published(
        text=_text(hours, usual_time(lengths)) if may_be_said(kept, len(found)) else "",
        said=said,
        within=within,
        met=sum(one <= within for one in lengths) if within else 0,
        kept=kept,
        owed=len(found),
        same_hours=_comparable(hours_in_words(hours)) in _comparable(said),
    )


def may_be_said(kept: int, owed: int) -> bool:
    """Return whether enough customers were counted, and enough of them answered in time."""
    return owed >= FEWEST and kept * 100 >= KEPT * owed


def _met(hours: DeskHours, tracks: Iterable[Track], now: datetime) -> Iterator[tuple[timedelta, bool]]:
    """Yield for each customer the time to the first answer, and whether it was in time."""
    for track in tracks:
        replied = reached(track).get(Milestone.REPLIED)
        missed = [one for one in track.promises if _first(one) and verdict(one, hours, now) == Verdict.LAPSED]
        if track.network == RECORDED:
            continue
        if replied is None and any(one.clock_runs or one.due_at >= now - LOOKED_BACK for one in missed):
            yield NEVER, False
        elif replied and now - LOOKED_BACK <= replied <= now:
            yield time_between(track.began_at, replied, hours).desk, not missed


def _first(owed: Promise) -> bool:
    return owed.kind == PromiseKind.FIRST_RESPONSE


def usual_time(lengths: Sequence[timedelta]) -> timedelta | None:
    """Return the time within which three in four were answered, rounded up; None where there is none."""
    if not lengths:
        return None
    part, of = USUALLY
    exact = sorted(lengths)[-(-len(lengths) * part // of) - 1]
    if exact == NEVER:
        return None
    step = next(step for step, least in _STEPS if exact > least)
    return max(-(-exact // step), 1) * step


_STEPS = (
    (timedelta(days=1), timedelta(hours=36)),
    (timedelta(hours=1), timedelta(hours=1)),
    (timedelta(minutes=5), timedelta(minutes=5)),
    (timedelta(minutes=1), -timedelta(microseconds=1)),
)


def _text(hours: DeskHours, within: timedelta | None) -> str:
    usually = f", usually within {_in_words(within)}" if within else ""
    return f"We answer {hours_in_words(hours)}{usually}."


def _in_words(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes} min"
    if minutes <= 36 * 60:
        return "1 hour" if minutes == 60 else f"{minutes // 60} hours"
    return f"{minutes // 1440} days"


def hours_in_words(hours: DeskHours) -> str:
    """Return opening hours in words: "Mon-Thu 9:00-12:30 and 13:30-17:00, Fri 9:00-16:00 (London)"."""
    days = [tuple(sorted(hours.periods.get(day, ()))) for day in range(7)]
    if not hours.closed and all(one == ((0, 1440),) for one in days):
        return "around the clock"
    parts = [
        _days(list(group), periods) for periods, group in groupby(range(7), key=lambda day: days[day]) if periods
    ]
    return f"{', '.join(parts)} ({_place(hours.zone.key)})"


def _days(days: Sequence[int], periods: Sequence[tuple[int, int]]) -> str:
    named = _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]}-{_DAYS[days[-1]]}"
    return f"{named} {' and '.join(_period(*one) for one in periods)}"


def _period(opens: int, closes: int) -> str:
    if (opens, closes) == (0, 1440):
        return "all day"
    return f"{opens // 60}:{opens % 60:02}-{closes // 60}:{closes % 60:02}"


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def named_length(said: str) -> timedelta | None:
    """Return the length of time that a sentence names ("within 30 minutes"), the last one where there are several."""
    found = _LENGTH.findall(said)
    if not found:
        return None
    number, unit = found[-1]
    return int(number) * _UNITS[unit[0].lower()] or None


def _comparable(said: str) -> str:
    """Return words without differences of writing: dashes, blanks, leading zeros, capitals."""
    even = re.sub(r"\s*[-–—]\s*|\s+to\s+", "-", said.casefold())
    return re.sub(r"\b0(?=\d:)", "", " ".join(even.split()))
