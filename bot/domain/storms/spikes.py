"""Rises that were noticed: which post belongs to which of them, which two are the same, and when one is over."""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.storms.rising import RecentTopics, Rise, Sighting
from bot.domain.storms.signature import FeatureKind, Trait

QUIET = timedelta(minutes=30)  # looked at, to tell whether it is over
FEW = 4  # people within that time who are no spike any more, at least
SAME = 0.5  # of the cases of a rise: when so many belong to a spike, it is that one
MOST_TRAITS = 6  # of one spike
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A rise that was noticed, from the first post of it on until it is over."""

    id: int
    traits: tuple[Trait, ...]  # what its posts have in common, what was noticed first at the head
    words: tuple[str, ...]  # that say what it is about
    since: datetime  # its first post
    noticed_at: datetime
    usual: float  # people an hour
    recorded: bool = False  # posts that are replayed: nobody waits there
    over_at: datetime | None = None

    @property
    def about(self) -> str:
        """Return what its posts have in common, in words."""
        kind, name = self.traits[0] if self.traits else (FeatureKind.WORD, "")
        said = ", ".join(f"“{word}”" for word in self.words)
        if kind == FeatureKind.WORD:
            return f"about {said}"
        return f"{f'on {name}' if kind == FeatureKind.TOPIC else 'under one post'}{f' ({said})' if said else ''}"

    def holds(self, one: Sighting) -> bool:
        """Return whether a post is about the same."""
        return not one.signature.traits.isdisjoint(self.traits)


@dataclass(slots=True)
class Ongoing:
    """A spike that goes on, with its cases and who wrote lately."""

    spike: Spike
    cases: set[int] = field(default_factory=set)
    lately: dict[str, datetime] = field(default_factory=dict)  # by author, the newest post
    said: int = 0  # how many people were said last
    said_at: datetime | None = None

    def add(self, one: Sighting) -> None:
        """Add a post of it."""
        self.lately[one.author] = max(one.at, self.lately.get(one.author, one.at))
        self.cases.add(one.case)

    def is_same(self, rise: Rise) -> bool:
        """Return whether a rise is about the same: by its trait, or since nearly the same people make it."""
        return rise.trait in self.spike.traits or len(rise.cases & self.cases) >= SAME * len(rise.cases)

    def recent(self, now: datetime, within: timedelta = QUIET) -> int:
        """Return how many people wrote about it lately."""
        return sum(now - within < at for at in self.lately.values())

    def is_over(self, now: datetime) -> bool:
        """Return whether hardly more people than usual write about it any more."""
        self.lately = {who: at for who, at in self.lately.items() if now - QUIET < at}
        return self.recent(now) <= max(FEW, self.spike.usual * (QUIET / _HOUR))


@dataclass(slots=True)
class Spikes:
    """The spikes that go on now, and those that ended so lately that new posts are still compared with them."""

    watch: RecentTopics = field(default_factory=RecentTopics)
    ongoing: dict[int, Ongoing] = field(default_factory=dict)
    ended: list[Ongoing] = field(default_factory=list)

    def see(self, one: Sighting) -> tuple[list[Ongoing], Rise | None]:
        """Add a post; return the spikes that it belongs to, and the rise that it makes if that is new."""
        found = [on for on in self.ongoing.values() if on.spike.holds(one)]
        new = None
        for rise in self.watch.see(one):
            known = self._known(rise)
            if known is None:
                new = new or rise
            elif known.spike.over_at is None:
                _widen(known, rise)
                found += [known] if known not in found else []
        for on in found:
            on.add(one)
        return found, new

    def begin(self, spike: Spike, cases: Iterable[int] = (), members: Iterable[Sighting] = ()) -> Ongoing:
        """Add a spike that was just noticed, or that was read from the store."""
        on = self.ongoing.setdefault(spike.id, Ongoing(spike, set(cases)))
        for one in members:
            on.add(one)
        return on

    def end(self, on: Ongoing, now: datetime) -> Spike:
        """Mark a spike as over, and return it."""
        del self.ongoing[on.spike.id]
        on.spike = replace(on.spike, over_at=now)
        self.ended = [one for one in self.ended if one.spike.over_at and now - one.spike.over_at < _HOUR] + [on]
        return on.spike

    def _known(self, rise: Rise) -> Ongoing | None:
        """Return the known spike that is the same as this rise, or None."""
        for on in self.ongoing.values():
            if on.is_same(rise):
                return on
        for on in self.ended:  # its posts stay in sight for an hour, and say nothing new
            if on.spike.over_at and rise.since < on.spike.over_at and on.is_same(rise):
                return on
        return None


def _widen(on: Ongoing, rise: Rise) -> None:
    """Let a spike hold what nearly all of its own posts say besides: those who say only that mean the same."""
    inside = len(rise.cases & on.cases)
    if len(on.spike.traits) < MOST_TRAITS and rise.trait not in on.spike.traits and inside >= 0.8 * len(rise.cases):
        on.spike = replace(on.spike, traits=(*on.spike.traits, rise.trait))
