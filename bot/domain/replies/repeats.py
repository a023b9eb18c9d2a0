"""Finds repeated replies: the same words sent lately to this customer, or to somebody else."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import comparable, visible
from bot.domain.base.word_caches import word_cache
from bot.domain.cases.search import folded
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft_patterns import INITIALS

LATELY = timedelta(days=1)
COMPARED = 1_000  # sent replies whose words are kept in the form that is compared: each draft meets the same ones
TELLING = 20  # letters, without names: shorter texts are alike by chance
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SentWords:
    """A reply of ours that is public: its words, since when, and to whom."""

    text: str
    at: datetime
    handle: str
    name: str


def same_words(text: str, sent: Iterable[SentWords]) -> SentWords | None:
    """Return the first of `sent` with the same text, as a network compares it."""
    mine = comparable(visible(text)).strip()
    return next((one for one in sent if _compared(one.text) == mine), None)


@word_cache(COMPARED)
def _compared(text: str) -> str:
    return comparable(text)


def same_but_names(text: str, author: Author, sent: Iterable[SentWords]) -> SentWords | None:
    """Return the first of `sent` that differs only in names and signature."""
    mine = _bare(text, author.name, author.handle)
    if len(mine) < TELLING:
        return None
    return next((one for one in sent if _bare(one.text, one.name, one.handle) == mine), None)


@word_cache(COMPARED)
def _bare(text: str, name: str, handle: str) -> str:
    called = set(_WORD.findall(folded(f"{name} {handle}")))
    words = _WORD.findall(folded(INITIALS.sub("", visible(text))))
    return " ".join(word for word in words if word not in called)
