"""A mark of what somebody was shown of a conversation when they decided on a draft. It changes when that changes."""

from collections.abc import Iterable
from hashlib import sha256

from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side


def shown_mark(case: Case, mentions: Iterable[Mention]) -> str:
    """Return a mark of what the author said, as it reads now, of our newest answer, and of why to look once more.

    The row of the newest post is not enough: it does not change with an edit, or with an older post that came late.
    """
    theirs = [(one.id, one.text, one.media, one.deleted_at is None) for one in mentions if one.side == Side.THEIRS]
    answered = case.answered_at.isoformat() if case.answered_at else ""
    return _mark((theirs, answered, str(case.draft.stale) if case.draft else ""))


def conversation_mark(case: Case, mentions: Iterable[Mention]) -> str:
    """Return a mark of everything the customer and we have said: what whoever lets a reply out alone was shown.

    There is no draft yet that could become stale, and nobody else who would see that we said something meanwhile.
    """
    said = [(one.id, one.side.value, one.text, one.media, one.deleted_at is None) for one in mentions]
    return _mark((said, case.answered_at))


def _mark(shown: object) -> str:
    return sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]
