"""Whether a post tells of a danger to somebody: by a word alone, or by what happened to a thing close by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from bot.domain.mentions.routing_words import BEGINNING, PostWording, begins_with, places

NEAR = 80  # signs between what happened and what it happened to: about a sentence
TOPIC = "safety"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """What tells of a danger: one of `words`, close to one of `beside` where that holds any."""

    words: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SafetyRule:
    """Which words mean danger, which figures of speech do not, and where such a case goes."""

    dangers: Sequence[Danger] = ()
    unless: tuple[str, ...] = ()  # turns of phrase
    channel: str = ""  # empty: the usual one

    @cached_property
    def by_beginning(self) -> Mapping[str, Sequence[tuple[Danger, str]]]:
        """Return the words that tell of a danger, by what they begin with; what may stand anywhere is under ""."""
        sorted_in: dict[str, list[tuple[Danger, str]]] = {}
        for danger in self.dangers:
            for word in danger.words:
                sorted_in.setdefault(begins_with(word), []).append((danger, word))
        return sorted_in


def danger_words(rule: SafetyRule, post: PostWording) -> tuple[str, ...]:
    """Return the words by which a post tells of a danger; none where it does not."""
    look = _Look(rule, post)
    for danger, word in _likely(rule, post):
        for happened in places(post, word):
            if not look.is_figure(happened) and (found := look.with_its_thing(danger, happened)):
                return tuple(post.text[slice(*span)] for span in found)
    return ()


def _likely(rule: SafetyRule, post: PostWording) -> Iterator[tuple[Danger, str]]:
    beginnings = dict.fromkeys(["", *(word[:BEGINNING] for word in post.text.split())])
    return chain.from_iterable(rule.by_beginning.get(one, ()) for one in beginnings)


class _Look:
    """One look at one post: figures and things are looked for once, so that a long post of one word costs no more."""

    def __init__(self, rule: SafetyRule, post: PostWording) -> None:
        self._rule, self._post = rule, post
        self._in_figure: bytearray | None = None  # one byte for each sign of the post
        self._things: dict[int, _Things] = {}

    def is_figure(self, span: Span) -> bool:
        """Tell whether a word is part of a turn of phrase."""
        if self._in_figure is None:
            self._in_figure = bytearray(len(self._post.text))
            for begins, ends in _all(self._rule.unless, self._post):
                self._in_figure[begins:ends] = b"\1" * (ends - begins)
        return any(self._in_figure[slice(*span)])

    def with_its_thing(self, danger: Danger, happened: Span) -> tuple[Span, ...]:
        """Return where it stands what happened and to what; nothing where no such thing is close by."""
        if not danger.beside:
            return (happened,)
        if id(danger) not in self._things:
            spans = [one for one in _all(danger.beside, self._post) if not self.is_figure(one)]
            self._things[id(danger)] = _Things(spans, len(self._post.text))
        thing = self._things[id(danger)].near(happened)
        return (happened, thing) if thing else ()


class _Things:
    """Where things stand in a post."""

    def __init__(self, spans: Sequence[Span], length: int) -> None:
        self._from, self._to = {one[0]: one for one in spans}, {one[1]: one for one in spans}
        self._starts, self._ends = bytearray(length + 1), bytearray(length + 1)
        for begins, ends in spans:
            self._starts[begins] = self._ends[ends] = 1

    def near(self, span: Span) -> Span | None:
        """Return a thing close before or after, or None."""
        after = self._starts.find(1, span[1], span[1] + NEAR + 1)
        before = self._ends.rfind(1, max(span[0] - NEAR, 0), span[0] + 1)
        return self._from.get(after) or self._to.get(before)


def _all(words: Sequence[str], post: PostWording) -> Iterator[Span]:
    return chain.from_iterable(places(post, word) for word in words)
