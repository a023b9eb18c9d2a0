"""Chooses among a template's ways to say its sentences those that our sent replies said least lately."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.base.word_caches import word_cache
from bot.domain.cases.search import folded

Ways = Sequence[Sequence[Sequence[str]]]  # of each sentence: of each way: its runs of words, without facts

COMPARED = 200  # sent replies, the newest
ALIKE = 4  # how much more a reply counts with each sentence that it says like this one
ENOUGH = 0.25  # of a way's letters to know it again: words were changed, or stand in an `if` that is not said

_WORD = re.compile(r"\w+")


def bare_words(text: str) -> list[str]:
    """Return the words of a text without capitals, accents and signs."""
    return _WORD.findall(folded(text))


def standing(ways: Ways, text: str) -> tuple[int | None, ...]:
    """Return which way of each sentence stands in a text; None where none does."""
    said = _bare(text)
    return tuple(_standing(sentence, said) for sentence in ways)


def least_said(ways: Ways, sent: Sequence[str], case: int) -> tuple[int, ...]:
    """Return a way for each sentence: of the half that `sent` (newest first) says less, one by the case's number.

    Chosen sentence by sentence; a reply that says those before in the same way counts more, so that what is
    avoided is a whole reply that went out before. Half of them stays open since other replies are being written.
    """
    known = [standing(ways, one) for one in sent[:COMPARED]]
    alike, chosen, turn, now = [1] * len(known), list[int](), case, 0
    for at, sentence in enumerate(ways):
        said = [
            sum(much for much, one in zip(alike, known, strict=True) if one[at] == way)
            for way in range(len(sentence))
        ]
        most = sorted(said)[(len(said) - 1) // 2]
        rarely = [way for way, much in enumerate(said) if much <= most]
        turn, digit = divmod(turn, len(rarely))
        now = (digit + now) % len(rarely)  # so that cases in a row differ in each sentence, not in the first one only
        chosen.append(rarely[now])
        alike = [much * ALIKE if one[at] == rarely[now] else much for much, one in zip(alike, known, strict=True)]
    return tuple(chosen)


def by_chooser(chosen: Sequence[int]) -> Mapping[str, str]:
    """Return the facts by which a template is filled in these ways."""
    return {chooser(number): str(way) for number, way in enumerate(chosen, start=1)}


def chooser(number: int) -> str:
    """Return the name of the fact that chooses the way of a sentence; no writer can ask for one with a digit."""
    return f"way_{number}"


@word_cache(COMPARED * 5)
def _bare(text: str) -> str:
    return f" {' '.join(bare_words(text))} "


def _standing(sentence: Sequence[Sequence[str]], said: str) -> int | None:
    best, found = None, (False, 0)
    for way, runs in enumerate(sentence):
        letters = sum(len(run) for run in runs if f" {run} " in said)
        every = sum(map(len, runs))
        if letters > every * ENOUGH and (letters == every, letters) > found:
            best, found = way, (letters == every, letters)
    return best
