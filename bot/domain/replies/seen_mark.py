"""A mark of the conversation as shown to somebody who decides on a draft; it changes with the conversation."""

from collections.abc import Iterable
from hashlib import sha256

from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side


def shown_mark(case: Case, mentions: Iterable[Mention]) -> str:
    """Return a mark of the author's posts, of our newest answer, and of why the draft is stale.

    The row of the newest post is not enough: it does not change with an edit, or with a late older post.
    """
    theirs = [_shown(one) for one in mentions if one.side == Side.THEIRS]
    answered = case.answered_at.isoformat() if case.answered_at else ""
    return _mark((theirs, answered, str(case.draft.stale) if case.draft else ""))


def conversation_mark(case: Case, mentions: Iterable[Mention]) -> str:
    """Return a mark of all posts of both sides, for somebody who sends a reply solo.

    A solo reply had no draft that could become stale, and no second person would see a newer answer of ours.
    """
    said = [(one.side.value, *_shown(one)) for one in mentions]
    return _mark((said, case.answered_at))


def _shown(post: Mention) -> tuple[object, ...]:
    return (post.id, post.text, post.media, post.stars, post.deleted_at is None)


def _mark(shown: object) -> str:
    return sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]
