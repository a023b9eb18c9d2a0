"""Counts a day's or a week's cases by topic, beside the usual number, and finds the words that stand out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.storms.heard import Heard
from bot.domain.storms.rising import at_least
from bot.domain.storms.spikes import Spike
from bot.domain.storms.usual import middle

LEAST = 5  # cases on a topic, until it can be said that it rose
CHANCE = 1e-3  # a topic rose where the usual would bring as many less often
SAID_BY = 3  # people, until a word stands out
MOST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount:
    """The opened cases of one topic, and the usual number; None where nothing is known to compare with."""

    topic: str  # empty: none
    cases: int
    usual: float | None
    words: tuple[str, ...] = ()

    @property
    def rose(self) -> bool:
        """Return whether these are more than chance would bring."""
        if self.usual is None or self.cases < LEAST:
            return False
        return at_least(self.cases, max(self.usual, 1.0)) < CHANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The topics of a period."""

    title: str  # of the period
    counts: Sequence[TopicCount]  # what rose first, then the most cases
    compared: int  # with how many periods like this one
    unit: str  # of these: "week", or "day"
    spikes: Sequence[tuple[Spike, int]]  # with how many people, those that go on first
    loudest: Sequence[Heard]
    looked_at: int  # posts whose words were counted
    partly: bool  # there are more, which were not
    now: datetime

    @property
    def total(self) -> int:
        """Return how many cases were opened."""
        return sum(one.cases for one in self.counts)


def counts(
    cases: Mapping[str, int], before: Sequence[Mapping[str, int]], words: Mapping[str, Sequence[str]]
) -> list[TopicCount]:
    """Return each topic with the middle of its counts in earlier periods; those that rose come first."""
    found = [
        TopicCount(
            topic=topic,
            cases=cases.get(topic, 0),
            usual=middle([one.get(topic, 0) for one in before]) if before else None,
            words=tuple(words.get(topic, ())),
        )
        for topic in {*cases, *(topic for one in before for topic in one)}
    ]
    worth_saying = [one for one in found if one.cases or (one.usual or 0) >= LEAST]
    return sorted(worth_saying, key=lambda one: (not one.rose, -one.cases, one.topic))


def standing_out(said: Iterable[tuple[str, str, Collection[str]]]) -> Mapping[str, Sequence[str]]:
    """Return the words that stand out in each topic, of posts as topic, author and words.

    A word counts once for each person; those stand out that are said there more often than elsewhere.
    """
    by_topic: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for topic, author, words in said:
        for word in words:
            by_topic[topic][word].add(author)
    counted = {topic: {word: len(who) for word, who in people.items()} for topic, people in by_topic.items()}
    everywhere = Counter[str]()
    for people in counted.values():
        everywhere.update(people)
    return {topic: _first(people, everywhere) for topic, people in counted.items()}


def _first(people: Mapping[str, int], everywhere: Mapping[str, int]) -> list[str]:
    enough = [word for word, count in people.items() if count >= SAID_BY]
    return sorted(enough, key=lambda word: (-(people[word] ** 2) / everywhere[word], word))[:MOST_WORDS]
