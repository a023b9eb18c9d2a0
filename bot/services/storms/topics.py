"""Answers `/care topics`: what the day or the week is about, against what is usual. Costs by the asked period."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable
from bot.domain.mentions.silence import HOUR, hour_of
from bot.domain.storms import topics
from bot.domain.storms.heard import Heard
from bot.domain.storms.spikes import Spike
from bot.domain.storms.topics import Topics
from bot.domain.storms.usual import DAYS, WEEKS, earlier
from bot.ports import Desk
from bot.services.promises.report import Period, period
from bot.services.storms import usual
from bot.services.storms.said import first_of_each_person
from bot.services.storms.signatures import signature_of

MOST_POSTS = 2_000  # whose words are counted: Slack waits three seconds for the answer
_LOUD = 100  # posts looked at for the loudest people
_PERIODS = ("", "today", "week")


def about(desk: Desk, words: str, now: datetime) -> Topics:
    """Return what today is about, or this week. Raises NotUsable for other words."""
    if words.strip().casefold() not in _PERIODS:
        raise NotUsable("Please say `/care topics today` or `/care topics week`.")
    chosen = period(words.strip(), now, desk.policy.hours.zone)
    before, unit = _before(desk, chosen, now)
    heard = [one for one in desk.store.heard_within(chosen.since, chosen.until, MOST_POSTS) if not one.recorded]
    return Topics(
        title=chosen.title,
        counts=topics.counts(desk.store.opened_on(chosen.since, chosen.until), before, _words(desk, heard)),
        compared=len(before),
        unit=unit,
        spikes=_spikes(desk, chosen.since),
        loudest=first_of_each_person(desk.store.loudest_within(chosen.since, chosen.until, _LOUD)),
        looked_at=len(heard),
        partly=len(heard) >= MOST_POSTS,
        now=now,
    )


def _words(desk: Desk, heard: Sequence[Heard]) -> Mapping[str, Sequence[str]]:
    return topics.standing_out((one.topic, one.author, signature_of(desk, one).words) for one in heard)


def _spikes(desk: Desk, since: datetime) -> list[tuple[Spike, int]]:
    found = [one for one in desk.store.spikes(since) if not one.recorded]
    found.sort(key=lambda one: (one.over_at is not None, -one.id))
    return [(one, desk.store.spike_people(one.id)) for one in found]


def _before(desk: Desk, chosen: Period, now: datetime) -> tuple[list[Mapping[str, int]], str]:
    """Return the cases by topic up to the same moment of the weeks before; of a young desk's days, without a week."""
    weeks = _periods(desk, chosen, now, [timedelta(weeks=n) for n in range(1, WEEKS + 1)])
    if weeks or chosen.title != "today":
        return weeks, "week"
    return _periods(desk, chosen, now, [timedelta(days=n) for n in range(1, DAYS + 1)]), "day"


def _periods(desk: Desk, chosen: Period, now: datetime, back: Sequence[timedelta]) -> list[Mapping[str, int]]:
    """Return the cases by topic so far back, each up to the same moment, as far as it is known."""
    zone, known = desk.policy.hours.zone, usual.known_since(desk, now)
    spans = [(earlier(chosen.since, by, zone), earlier(now, by, zone)) for by in back]
    return [_counted(desk, since, until) for since, until in spans if hour_of(since) >= known]


def _counted(desk: Desk, since: datetime, until: datetime) -> Mapping[str, int]:
    """Return the cases between two moments; of the last hour as much as had passed of it."""
    first, last = hour_of(since), hour_of(until)
    whole, part = desk.store.opened_usually(first, last), desk.store.opened_usually(last, last + 1)
    passed = (until - until.replace(minute=0, second=0, microsecond=0)) / HOUR
    return {topic: whole.get(topic, 0) + round(part.get(topic, 0) * passed) for topic in {*whole, *part}}
