"""Decides whether a new post belongs to an open storm, and whether it is folded or stands out. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime
from threading import Lock

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author
from bot.domain.storms.signature import Signature
from bot.domain.storms.storm import Standout, Storm, StormPolicy

KNOWN = 30  # posts in a language from which on a storm's words say what is new
NEW_WORDS = 6  # that no post of the storm said: so many are new information
NEW_SHARE = 0.75  # of the words of the post that say something
AMONG = 0.02  # of the posts that stay: what so few say is not what the storm is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """The facts of a post that decide whether it is folded."""

    signature: Signature
    language: str
    author: Author
    urgent: bool = False
    private: bool = False
    held: bool = False  # a person holds a case of its author


@dataclass(slots=True)
class StormWords:
    """The words that a storm's posts say: how many of them, by language; and those of cases that were taken out."""

    by_language: dict[str, Counter[str]] = field(default_factory=dict)
    posts: Counter[str] = field(default_factory=Counter)  # by language
    staying: Counter[str] = field(default_factory=Counter)  # posts by word, whatever the language
    apart: Counter[str] = field(default_factory=Counter)  # the same of cases that were taken out

    def add(self, language: str, words: Iterable[str]) -> None:
        """Count the words of a post of the storm."""
        said = list(words)
        self.posts[language] += 1
        self.by_language.setdefault(language, Counter()).update(said)
        self.staying.update(said)

    def take_out(self, language: str, words: Iterable[str]) -> None:
        """Count a post of the storm among those that are about something else."""
        said = list(words)
        self.posts[language] -= 1
        self.by_language.setdefault(language, Counter()).subtract(said)
        self.staying.subtract(said)
        self.apart.update(said)

    def new_in(self, language: str, words: frozenset[str]) -> frozenset[str]:
        """Return the words of a post that no post of the storm said; none while few were heard in its language."""
        if self.posts[language] < KNOWN:
            return frozenset()
        known = self.by_language.get(language, Counter[str]())
        return frozenset(one for one in words if known[one] <= 0)

    def unlike(self, words: frozenset[str]) -> frozenset[str]:
        """Return the words of a post that those say which were taken out, and hardly any of those that stay."""
        few = AMONG * max(sum(self.posts.values()), 0)
        return frozenset(one for one in words if self.apart[one] > 0 and self.staying[one] <= few)


@dataclass(slots=True)
class WordsOfStorms:
    """The words of the storms that go on, as far as their posts were read since the start."""

    said: dict[int, StormWords] = field(default_factory=dict)
    behind: dict[int, int] = field(default_factory=dict)  # the last row that was read of each
    learnt: dict[int, str] = field(default_factory=dict)  # the newest thing that people have taught of each
    tended: dict[int, datetime] = field(default_factory=dict)  # when each was looked after last
    shown: dict[int, object] = field(default_factory=dict)  # the figures that the message of each was wanted with
    pointed: dict[int, int] = field(default_factory=dict)  # the half hour of each in which its channel was counted
    reading: Lock = field(default_factory=Lock)  # several threads take posts in

    def of(self, storm: int) -> StormWords:
        """Return the words of one; nothing where it was not read yet."""
        return self.said.get(storm) or StormWords()

    def learn(self, storm: int, newest: str) -> None:
        """Read one anew the next time if people have taught something since: it has other posts by now."""
        if self.learnt.setdefault(storm, newest) != newest:
            self.said.pop(storm, None)
            self.behind.pop(storm, None)
            self.learnt[storm] = newest


def storm_of(open_storms: Sequence[Storm], signature: Signature) -> Storm | None:
    """Return the storm that a post is about: the one with which it has most in common, the older of equals."""
    shared = [(len(signature.traits.intersection(one.traits)), -one.id, one) for one in open_storms]
    best = max(((many, order, one) for many, order, one in shared if many), default=None, key=lambda it: it[:2])
    return best[2] if best else None


def stands_out(one: Newcomer, said: StormWords, policy: StormPolicy) -> Standout | None:
    """Return why a post of a storm is not folded; None: it is."""
    if one.private:
        return Standout.PRIVATE
    if one.urgent:
        return Standout.URGENT
    if is_influencer(one.author, policy):
        return Standout.INFLUENCER
    if one.held:
        return Standout.HELD
    words = one.signature.words
    if said.unlike(words):
        return Standout.UNLIKE
    new = said.new_in(one.language, words)
    says_new = len(new) >= NEW_WORDS and len(new) >= NEW_SHARE * len(words)
    return Standout.NEW_INFORMATION if says_new else None


def is_influencer(author: Author, policy: StormPolicy) -> bool:
    """Return whether many read what somebody writes: by the list of handles, or by their followers."""
    listed = author.handle.lstrip("@").casefold() in policy.influencers
    return listed or (policy.followers > 0 and (author.followers or 0) >= policy.followers)
