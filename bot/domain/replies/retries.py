"""Automatic retries of refused replies, after the wait that the network asked for."""

from datetime import datetime, timedelta

from bot.domain.replies.draft import Attempt, Draft

TRIES = 3  # automatic retries of a refused reply; then a person decides
SET_BACK = timedelta(minutes=1)  # a refusal further ahead was written by a wrong clock


def again_at(draft: Draft, until: datetime | None) -> datetime | None:
    """Return when a reply refused with a wait until then is tried again; None where a person decides.

    The retry must begin within the time of the same approval. The parts of a reply have these retries together.
    """
    yes, tried = draft.approval, draft.attempt
    if until is None or yes is None or tried is None or tried.n - draft.done > TRIES or until >= yes.expires_at():
        return None
    return until


def may_begin_again(tried: Attempt, now: datetime) -> bool:
    """Return whether a refused reply may be tried again now."""
    if tried.again_at is None:
        return False
    return tried.again_at <= now or (tried.ended_at is not None and tried.ended_at > now + SET_BACK)
