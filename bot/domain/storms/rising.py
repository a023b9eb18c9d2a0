"""Notices when more people than usual say the same within a short time. Pure: it is told of posts, one by one."""

import math
from bisect import insort
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.safety import TOPIC
from bot.domain.storms.signature import FeatureKind, Signature, Trait

WINDOW = timedelta(hours=1)  # looked back
STEPS = (5, 8, 13, 21, 34)  # so many people are looked for, the newest ones
CHANCE = 1e-5  # a rise is one that the usual would bring less often than that
SHORTEST = timedelta(minutes=1)  # within less than this nothing is measured
FLOOR = 1.0  # people an hour that count as usual where nothing else is known
# Of all who write, this share is taken to have a trait in common by chance alone.
SHARES: Mapping[FeatureKind, float] = {FeatureKind.WORD: 0.05, FeatureKind.TOPIC: 0.5, FeatureKind.UNDER: 0.05}
HELD = 120  # people kept of one trait
WARM = timedelta(minutes=10)  # below it nothing is known of how many write in an hour
POSTS = 5_000  # kept at most
TRAITS = 40_000  # kept at most, more or less
_DANGER = Trait(FeatureKind.TOPIC, TOPIC)  # of it nothing is usual by how many write at all
_TIDIED_EVERY = 500  # posts
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One post of one person: `at` it was written, or taken in where that is earlier."""

    at: datetime
    author: str
    case: int
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """So many people within so long have `trait` in common, where `usual` of them an hour do."""

    trait: Trait
    since: datetime
    until: datetime
    usual: float
    chance: float  # that the usual brings as many
    members: Sequence[Sighting]  # the posts, oldest first; each person once

    @property
    def people(self) -> int:
        """Return how many people it is."""
        return len(self.members)

    @property
    def cases(self) -> frozenset[int]:
        """Return the cases of the posts."""
        return frozenset(one.case for one in self.members)


@dataclass(slots=True)
class _Held:
    """The newest people of one trait, each with their first post, oldest first."""

    posts: list[Sighting] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.posts)

    def add(self, one: Sighting, start: datetime) -> None:
        """Add a post; posts from before `start` are dropped, and the oldest when there are too many."""
        if one.author not in self.authors:
            self.authors.add(one.author)
            insort(self.posts, one, key=_moment)
        while self.posts and (self.posts[0].at <= start or len(self.posts) > HELD):
            self.authors.discard(self.posts.pop(0).author)


@dataclass(slots=True)
class RecentTopics:
    """The posts of the last hour, by what they are about; bounded, however many come."""

    usual: Mapping[Trait, float] = field(default_factory=dict)  # people at this hour of the week
    since: datetime | None = None  # when it began to watch; None: with the first post
    _posts: deque[Sighting] = field(default_factory=lambda: deque(maxlen=POSTS))
    _by_trait: dict[Trait, _Held] = field(default_factory=dict)
    _authors: Counter[str] = field(default_factory=Counter)
    _newest: datetime | None = None
    _seen: int = 0

    def see(self, one: Sighting) -> list[Rise]:
        """Add a post and return the rises that it makes, the least usual first."""
        self._newest = max(one.at, self._newest or one.at)
        self.since = self.since or one.at
        if one.at <= self._newest - WINDOW:
            return []  # it came too late to say anything about now
        self._keep(one)
        found = [rise for trait in one.signature.traits if (rise := self._rise(trait))]
        return sorted(found, key=lambda rise: (rise.chance, rise.trait))

    def common(self, members: Collection[Sighting], share: float = 0.4, most: int = 3) -> list[str]:
        """Return the words that at least this share of some posts have in common, the most frequent first."""
        counted = Counter(word for one in members for word in one.signature.words)
        enough = [(count, word) for word, count in counted.items() if count >= max(share * len(members), 2)]
        return [word for _, word in sorted(enough, key=lambda one: (-one[0], one[1]))[:most]]

    def _keep(self, one: Sighting) -> None:
        if len(self._posts) == POSTS:
            self._drop(self._posts[0])
        self._posts.append(one)
        self._authors[one.author] += 1
        while self._posts and self._posts[0].at <= self._start:
            self._drop(self._posts.popleft())
        for trait in one.signature.traits:
            self._by_trait.setdefault(trait, _Held()).add(one, self._start)
        self._seen += 1
        if self._seen % _TIDIED_EVERY == 0:
            self._tidy()

    def _drop(self, one: Sighting) -> None:
        self._authors[one.author] -= 1
        if self._authors[one.author] <= 0:
            del self._authors[one.author]

    @property
    def _start(self) -> datetime:
        return (self._newest or EPOCH) - WINDOW

    @property
    def _watched(self) -> datetime:
        """Return the moment since which all posts are known, at most a window ago."""
        return max(self.since or EPOCH, self._start)

    def _rise(self, trait: Trait) -> Rise | None:
        held = self._by_trait[trait]
        if len(held) < STEPS[0]:
            return None
        usual = self._usual(trait)
        found = [self._measured(trait, held, count, usual) for count in STEPS if count <= len(held)]
        return min((one for one in found if one), key=lambda one: one.chance, default=None)

    def _measured(self, trait: Trait, held: _Held, count: int, usual: float) -> Rise | None:
        """Return the rise that the newest `count` people make, if they do."""
        since, until = held.posts[-count].at, held.posts[-1].at
        usual = max(usual, self._before(held, count, since))
        mean = usual * (max(until - since, SHORTEST) / _HOUR)
        if mean > count / 2 or (chance := at_least(count, mean)) >= CHANCE:
            return None
        members = held.posts[-count:]
        return Rise(trait=trait, since=since, until=until, usual=usual, chance=chance, members=members)

    def _usual(self, trait: Trait) -> float:
        watched = max((self._newest or EPOCH) - self._watched, WARM)
        share = 0.0 if trait == _DANGER else SHARES[trait.kind]
        by_chance = share * len(self._authors) / (watched / _HOUR)
        return max(FLOOR, by_chance, self.usual.get(trait, 0.0))

    def _before(self, held: _Held, count: int, since: datetime) -> float:
        """Return how many people an hour had it in common earlier in the window."""
        if len(held) == HELD:  # those before the first one are not held any more
            return (HELD - count) / (max(since - held.posts[0].at, SHORTEST) / _HOUR)
        watched = since - self._watched
        return (len(held) - count) / (watched / _HOUR) if watched >= WARM else 0.0

    def _tidy(self) -> None:
        """Drop what nobody has said within the hour; if that is not enough, what only one person said."""
        fresh = {trait: held for trait, held in self._by_trait.items() if held and held.posts[-1].at > self._start}
        if len(fresh) > TRAITS:
            fresh = {trait: held for trait, held in fresh.items() if len(held) > 1}
        self._by_trait = fresh


def _moment(one: Sighting) -> datetime:
    return one.at


def at_least(count: int, mean: float) -> float:
    """Return the chance that something which happens `mean` times on average happens `count` times or more."""
    if mean >= count:
        return 1.0
    if mean <= 0:
        return 0.0
    term = math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1))
    total, at = term, count
    while term > total * 1e-9:
        at += 1
        term *= mean / at
        total += term
    return min(total, 1.0)
