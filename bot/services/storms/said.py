"""Words a spike for the leads' channel: how many people, about what, since when, and who is loudest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from bot.domain.base.moments import in_minutes
from bot.domain.base.text import plain
from bot.domain.slack.notice import CaseNamed, Piece
from bot.domain.storms.heard import Heard
from bot.domain.storms.rising import Rise
from bot.domain.storms.spikes import Ongoing, Spike
from bot.ports import Desk
from bot.ports.network_kind import network_label

LOUDEST = 3
LATELY = timedelta(minutes=10)
_ASKED = 100  # posts looked at for the loudest people
_HANDLE = 60


def begins(desk: Desk, spike: Spike, rise: Rise) -> list[Piece]:
    """Say that it begins."""
    span = in_minutes(max(rise.until - rise.since, timedelta(minutes=1)))
    many = f"{_replayed(spike)}{rise.people} people in {span} {spike.about}; {expected(spike)}. The first wrote "
    return [many, spike.since, ".", *_loudest(desk, spike), " `/care topics` says more."]


def goes_on(desk: Desk, on: Ongoing, people: int, now: datetime) -> list[Piece]:
    """Say how it stands now."""
    spike, lately = on.spike, on.recent(now, LATELY)
    many = f"{_replayed(spike)}{people} people {spike.about} since "
    recent = f", {lately} of them in the last {in_minutes(LATELY)}; {expected(spike)}. As of "
    return [many, spike.since, recent, now, ".", *_loudest(desk, spike), " `/care topics` says more."]


def is_over(desk: Desk, spike: Spike, people: int, now: datetime) -> list[Piece]:
    """Say that hardly anybody writes about it any more."""
    many = f"{_replayed(spike)}It is quiet again: {people} people wrote {spike.about} from "
    return [many, spike.since, " on, and since ", now, " hardly more than usual.", *_loudest(desk, spike)]


def expected(spike: Spike) -> str:
    """Return how many were expected, in words: by what is usual at this hour, and by how many write at all."""
    return f"expected: at most {ceil(spike.usual)} an hour"


def _replayed(spike: Spike) -> str:
    return "Replayed posts: " if spike.recorded else ""


def _loudest(desk: Desk, spike: Spike) -> list[Piece]:
    """Name the cases of those with most followers; their words are in the threads, where they can still change."""
    found = first_of_each_person(desk.store.loudest_in(spike.id, _ASKED))
    named: list[Piece] = []
    for one in found:
        named += ["; " if named else " Loudest: ", CaseNamed(one.case), f" ({_who(one)})"]
    return [*named, "."] if named else []


def first_of_each_person(heard: Sequence[Heard], most: int = LOUDEST) -> list[Heard]:
    """Return the first post of each of the first people."""
    found: dict[str, Heard] = {}
    for one in heard:
        if one.case and len(found) < most:
            found.setdefault(one.author, one)
    return list(found.values())


def _who(one: Heard) -> str:
    author = one.mention.author
    followers = f", {author.followers:,} followers" if author.followers else ""
    return f"{plain(author.called, _HANDLE)} on {network_label(one.mention.ref.network)}{followers}"
