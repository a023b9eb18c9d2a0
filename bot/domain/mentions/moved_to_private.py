"""Public conversations that continue in private messages: which case a private message belongs to."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Answerable, Mention, Side
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft_patterns import PRIVATE_WAY, SENTENCE_END

JOINS_WITHIN = timedelta(days=7)  # after a reply that asked for it; later ones are about something else
LOOKED_FOR_AFTER = timedelta(days=3)  # of waiting for the message: whoever holds the case is told that none came
_NOT_SO = re.compile(
    r"(?:\b(?:never|not|cannot|no|without|nie|niemals|nicht|keine?n?)\b|n['’]t\b)(?:(?!\b(?:but|sondern)\b)[^,;:]){0,40}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInPrivate:
    """A public case of an author, and when our newest words on it that asked for a private message went out."""

    case: int
    network: str
    account: str
    author: str
    at: datetime


def asks_in_private(text: str) -> bool:
    """Return whether our text asks the customer to write privately; "we never do that by DM" does not."""
    return any(_says_so(sentence) for sentence in SENTENCE_END.split(text))


def counts_from_message(text: str, spoken: Spoken | None) -> bool:
    """Return whether the promised time counts from the customer's message: "within an hour of that"."""
    return spoken is not None and spoken.within is not None and asks_in_private(text)


def _says_so(sentence: str) -> bool:
    return any(not _NOT_SO.search(sentence[: found.start()]) for found in PRIVATE_WAY.finditer(sentence))


def can_go_on(post: Mention, asked: Iterable[AskedInPrivate]) -> Sequence[int]:
    """Return the public cases that a private message can belong to, newest request first.

    The message must come from the same author, to the same account of ours, within JOINS_WITHIN after a reply
    that asked for it.
    """
    if not post.private or post.side != Side.THEIRS:
        return ()
    fits = [one for one in asked if _is_theirs(post, one) and one.at <= post.posted_at <= one.at + JOINS_WITHIN]
    return tuple(one.case for one in sorted(fits, key=lambda one: (one.at, one.case), reverse=True))


def _is_theirs(post: Mention, one: AskedInPrivate) -> bool:
    return (one.network, one.account, one.author) == (post.ref.network, post.ref.account, post.author.id)


def to_answer(mentions: Sequence[Mention]) -> Mention | None:
    """Return the post that a reply answers: the author's newest that is there and answerable, else their newest."""
    theirs = [one for one in mentions if one.side == Side.THEIRS]
    open_to_us = [one for one in theirs if one.answerable != Answerable.NO and one.deleted_at is None]
    return next(reversed(open_to_us or theirs), None)


def public_post(mentions: Sequence[Mention]) -> Mention | None:
    """Return the author's newest public post that is there and can be answered, or None."""
    theirs = [one for one in mentions if one.side == Side.THEIRS and not one.private and one.deleted_at is None]
    return next((one for one in reversed(theirs) if one.answerable != Answerable.NO), None)


def went_private(mentions: Sequence[Mention]) -> Mention | None:
    """Return the author's first private message among these posts, or None."""
    return next((one for one in mentions if one.private and one.side == Side.THEIRS), None)
