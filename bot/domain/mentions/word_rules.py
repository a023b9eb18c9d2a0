"""Finds whether a post tells of something, such as a danger: by one word, or by two words close together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeVar

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.routing_words import PostWording, key, places

NEAR = 80  # signs between what happened and what it happened to: about a sentence
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A sign of it: one of `words`; if `beside` has any, close to one of those."""

    words: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @cached_property
    def beside_by_key(self) -> Mapping[str, Sequence[str]]:
        """Return what stands beside it, by their keys."""
        return _by_key((thing, thing) for thing in self.beside)


@dataclass(frozen=True, kw_only=True)
class WordRule:
    """The words that tell of something, and the turns of phrase that only sound so."""

    signs: Sequence[Sign] = ()
    unless: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Sequence[tuple[Sign, str]]]:
        """Return the words that tell of it, by their keys."""
        return _by_key((word, (sign, word)) for sign in self.signs for word in sign.words)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Return the keys of all its words: a post with none of them is not looked at any further."""
        return frozenset(self.by_key)

    @cached_property
    def unless_by_key(self) -> Mapping[str, Sequence[str]]:
        """Return the turns of phrase, by their keys."""
        return _by_key((figure, figure) for figure in self.unless)


T = TypeVar("T")


def _by_key(words: Iterable[tuple[str, T]]) -> Mapping[str, Sequence[T]]:
    sorted_in: dict[str, list[T]] = {}
    for word, what in words:
        sorted_in.setdefault(key(word), []).append(what)
    return sorted_in


def _likely(sorted_in: Mapping[str, Sequence[T]], post: PostWording) -> Iterator[T]:
    """Yield the entries of a list, sorted by keys, that a post may say."""
    return chain.from_iterable(map(sorted_in.__getitem__, filter(sorted_in.__contains__, post.keys)))


def telling_words(rule: WordRule, post: PostWording) -> tuple[str, ...]:
    """Return the words by which a post tells of it; none where it does not."""
    if rule.keys.isdisjoint(post.key_set):
        return ()
    known = post.told.get(id(rule))
    if known is None:
        known = post.told[id(rule)] = (rule, _found(rule, post))
    return known[1]


def _found(rule: WordRule, post: PostWording) -> tuple[str, ...]:
    look = _Look(rule, post)
    for sign, word in _likely(rule.by_key, post):
        for happened in places(post, word):
            if not look.is_figure(happened) and (found := look.with_its_thing(sign, happened)):
                return tuple(post.text[slice(*span)] for span in found)
    return ()


class _Look:
    """One search in one post. Figures of speech and things are found once, so that a long post does not cost more."""

    def __init__(self, rule: WordRule, post: PostWording) -> None:
        self._rule, self._post = rule, post
        self._in_figure: bytearray | None = None  # one byte for each sign of the post
        self._things: dict[int, _Things] = {}

    def is_figure(self, span: Span) -> bool:
        """Return whether a word is part of a turn of phrase, as a whole."""
        if self._in_figure is None:
            self._in_figure = bytearray(len(self._post.text))
            for begins, ends in _all(_likely(self._rule.unless_by_key, self._post), self._post):
                self._in_figure[begins:ends] = b"\1" * (ends - begins)
        return all(self._in_figure[slice(*span)])

    def with_its_thing(self, sign: Sign, happened: Span) -> tuple[Span, ...]:
        """Return the positions of what happened and of the thing; nothing if no such thing is close by."""
        if not sign.beside:
            return (happened,)
        if id(sign) not in self._things:
            likely = _likely(sign.beside_by_key, self._post)
            spans = [one for one in _all(likely, self._post) if not self.is_figure(one)]
            self._things[id(sign)] = _Things(spans, len(self._post.text))
        thing = self._things[id(sign)].near(happened)
        return (happened, thing) if thing else ()


class _Things:
    """The positions of things in a post."""

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


def _all(words: Iterable[str], post: PostWording) -> Iterator[Span]:
    return chain.from_iterable(places(post, word) for word in words)
