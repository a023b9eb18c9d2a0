"""When a refused reply is sent again: after the wait that the network asked for, by itself."""

from datetime import datetime, timedelta

from bot.domain.replies.draft import Attempt, Draft

TRIES = 3  # so often a refused reply begins again by itself; then a person decides
SET_BACK = timedelta(minutes=1)  # a refusal further ahead was written by a clock that has been set back since


def again_at(draft: Draft, until: datetime | None) -> datetime | None:
    """Return when a reply, refused with a wait until then, begins again; None where a person decides.

    It does so under the same approval and within its time, or not at all.
    """
    yes, tried = draft.approval, draft.attempt
    if until is None or yes is None or tried is None or tried.n > TRIES or until >= yes.expires_at():
        return None
    return until


def may_begin_again(tried: Attempt, now: datetime) -> bool:
    """Tell whether the moment has come at which a refused reply begins again."""
    if tried.again_at is None:
        return False
    return tried.again_at <= now or (tried.ended_at is not None and tried.ended_at > now + SET_BACK)
