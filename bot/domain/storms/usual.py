"""Computes the usual number of people at this hour: which hours are read, and how their counts are used."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.base.seldom import median
from bot.domain.mentions.silence import hour_of
from bot.domain.storms.signature import FeatureKind, Signature, Trait

DAYS, WEEKS = 7, 8  # looked back: the same hour of so many days, and of so many weeks
KEPT = timedelta(weeks=WEEKS + 1)
MOST_WORDS = 300  # kept of one hour
LEAST = 2  # people; what one person says in an hour is usual anyway


def same_hours(now: datetime, zone: ZoneInfo, known_since: int) -> Sequence[Sequence[int]]:
    """Return the hours (since 1970 UTC) like this one in the desk's zone: those of the days, those of the weeks.

    Those before the hour `known_since` are left out.
    """
    days = [earlier(now, timedelta(days=n), zone) for n in range(1, DAYS + 1)]
    weeks = [earlier(now, timedelta(weeks=n), zone) for n in range(1, WEEKS + 1)]
    return [[hour for hour in map(hour_of, each) if hour >= known_since] for each in (days, weeks)]


def earlier(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment so many whole days before, at the same local time of the desk."""
    local = at.astimezone(zone).replace(tzinfo=None) - by
    return local.replace(tzinfo=zone).astimezone(UTC)


def usual_now(
    counted: Mapping[Trait, Mapping[int, int]], like_this: Sequence[Sequence[int]]
) -> Mapping[Trait, float]:
    """Return how many people are usual in an hour: by the days or by the weeks, whichever is more.

    The middle one of several counts, so that one storm makes no storm usual.
    """
    known = [hours for hours in like_this if hours]
    return {
        trait: max((float(median(by_hour.get(hour, 0) for hour in hours)) for hours in known), default=0.0)
        for trait, by_hour in counted.items()
    }


def counted(posts: Iterable[tuple[str, Signature]]) -> Mapping[Trait, int]:
    """Count the people of one hour by what they said: each topic, and the words that several of them used."""
    people: defaultdict[Trait, set[str]] = defaultdict(set)
    for author, said in posts:
        for trait in said.traits:
            people[trait].add(author)
    topics = {trait: len(who) for trait, who in people.items() if trait.kind == FeatureKind.TOPIC}
    words = {trait: len(who) for trait, who in people.items() if trait.kind == FeatureKind.WORD and len(who) >= LEAST}
    return topics | _first(words, MOST_WORDS)


def _first(counts: Mapping[Trait, int], most: int) -> dict[Trait, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most])


def middle(counts: Collection[int]) -> float:
    """Return the middle one of several counts; 0 without any."""
    return float(median(counts)) if counts else 0.0
