"""Decides which channel a mention goes to, how much it matters, what it is about, and within how long it is owed."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from bot.domain.case import Case, Priority
from bot.domain.mention import Mention
from bot.domain.turnaround import PromiseKind
from bot.ports import Policy, Route

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a mention goes."""

    channel: str
    priority: Priority
    topic: str
    by_words: bool = False  # whether the words of the post itself decided, not only who wrote it where


def turnaround(policy: Policy, case: Case, kind: PromiseKind) -> timedelta | None:
    """Return within how long something is promised on this case, or None where no rule promises it.

    The rule that names most decides; the settings refuse two that name equally much of the same case.
    """
    if kind == PromiseKind.OWN_ACCORD:
        kind = PromiseKind.NEXT_RESPONSE  # decided on as fast as a customer who wrote again would be answered
    facts = {
        "kind": kind,
        "network": case.network,
        "priority": case.priority,
        "channel": case.channel,
        "segment": case.segment,
    }
    answers = kind != PromiseKind.RESOLUTION
    fits = [
        one
        for one in policy.turnarounds
        if (one.kind or answers) and all(facts[name] == value for name, value in one.names.items())
    ]
    return max(fits, key=lambda one: len(one.names)).within if fits else None


def route(mention: Mention, policy: Policy, segment: str = "") -> Routed:
    """Return what the first route that fits says; without one, the usual channel at normal priority.

    `segment` is the author's, or empty.
    """
    text = mention.text.casefold()
    for one in policy.routes:
        if _fits(one, mention, text, segment):
            priority = Priority(one.priority) if one.priority else Priority.NORMAL
            return Routed(one.channel or policy.channel, priority, one.topic, bool(one.words))
    return Routed(policy.channel, Priority.NORMAL, "")


def _fits(one: Route, mention: Mention, text: str, segment: str) -> bool:
    if one.networks and mention.ref.network not in one.networks:
        return False
    if one.languages and mention.language not in one.languages:
        return False
    if one.segments and segment not in one.segments:
        return False
    return not one.words or any(_says(text, word) for word in one.words)


def _says(text: str, word: str) -> bool:
    """Tell whether a folded text holds a routing word; most do not, and only the others are taken apart for it."""
    spoken, longest = _spoken(word)
    return longest in text and spoken in _spaced(text)


def _spaced(text: str) -> str:
    return f" {_NOT_WORD.sub(' ', text)} "


@lru_cache(maxsize=4096)
def _spoken(word: str) -> tuple[str, str]:
    """Return how a routing word is looked for, a trailing star leaving its end open; and the longest word in it."""
    bare = _NOT_WORD.sub(" ", word.rstrip("*").casefold()).strip()
    return f" {bare}" if word.endswith("*") else f" {bare} ", max(bare.split(" "), key=len)
