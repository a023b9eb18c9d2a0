"""The meaning of a Mastodon server's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH, moment_in
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, Trouble, answered_at, json_object
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=24)  # its limits count five minutes
SHORT_WAIT = timedelta(minutes=1)

_WHY: Mapping[int, str] = {
    401: "Mastodon does not accept our token. Whoever runs Heard can check MASTODON_ACCESS_TOKEN.",
    403: "Mastodon does not let our app do this. The token needs the scopes that docs/mastodon-access.md names.",
    404: "Mastodon does not have this post: it was deleted, or is hidden from us.",
    422: "Mastodon does not take these words: they may be too long.",
    400: "Mastodon does not take these words: they may be too long.",
    429: "Mastodon asks us to slow down.",
}
_NOT_REACHED = "Mastodon could not be reached."
_BROKEN = "Mastodon was called, but no complete answer came back."
NOT_UNDERSTOOD = "Mastodon sent something that Heard does not understand."


def outcome_after(trouble: Trouble) -> NotSent | OutcomeLost:
    """Return the outcome of a call that changes something, after `trouble`: refused for certain, or unknown."""
    if isinstance(trouble, NotReached):
        return NotSent(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return OutcomeLost(_BROKEN)
    if trouble.status in _WHY and is_its_own(trouble):
        return NotSent(_WHY[trouble.status], retry_after=_wait(trouble) if trouble.status == 429 else None)
    return OutcomeLost(f"Mastodon answered with {trouble.status}, which does not say whether it was done.")


def reading_trouble(trouble: Trouble) -> NetworkTrouble:
    """Return the NetworkTrouble for a failed read."""
    if isinstance(trouble, NotReached):
        return NetworkTrouble(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return NetworkTrouble(_BROKEN)
    if trouble.status >= 500:
        return NetworkTrouble(f"Mastodon has a problem of its own ({trouble.status}).")
    why = _WHY.get(trouble.status, f"Mastodon answered with {trouble.status}, which cannot be read.")
    return NetworkTrouble(why, _wait(trouble) if trouble.status == 429 else None)


def before_sending(trouble: Trouble) -> NotSent:
    """Return the outcome of a reply whose parent could not be read: nothing was posted."""
    if isinstance(trouble, RefusedCall) and trouble.status in {401, 403, 404}:
        return NotSent(_WHY[trouble.status])
    wait = _wait(trouble) if isinstance(trouble, RefusedCall) and trouble.status == 429 else SHORT_WAIT
    return NotSent(reading_trouble(trouble).sentence, retry_after=wait)


def is_its_own(refused: RefusedCall) -> bool:
    """Return whether a refusal is the server's own, with its reason, and no page of something in between."""
    return refused.whole and isinstance(json_object(refused.body).get("error"), str)


def _wait(refused: RefusedCall) -> timedelta:
    """Return how long the server asks us to wait, by its own clock; its kin write seconds in place of a date."""
    said, at = refused.headers.get("x-ratelimit-reset", "").strip(), answered_at(refused.headers)
    if said.isascii() and said.isdigit() and len(said) <= 11:
        until: datetime | None = EPOCH + timedelta(seconds=int(said))
    else:
        until = moment_in(said)
    left = until - at if until and at else USUAL_WAIT
    return min(max(left, SHORT_WAIT), LONGEST_WAIT)
