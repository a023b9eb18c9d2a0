"""The meaning of a Mastodon server's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH, moment_in
from bot.gateways.networks.answers import RefusedCall, answered_at, json_object
from bot.gateways.networks.call_outcomes import SHORT_WAIT, CallOutcomes

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=24)  # its limits count five minutes

_WHY: Mapping[int, str] = {
    401: "Mastodon does not accept our token. Whoever runs Heard can check MASTODON_ACCESS_TOKEN.",
    403: "Mastodon does not let our app do this. The token needs the scopes that docs/mastodon-access.md names.",
    404: "Mastodon does not have this post: it was deleted, or is hidden from us.",
    422: "Mastodon does not take these words: they may be too long.",
    400: "Mastodon does not take these words: they may be too long.",
    429: "Mastodon asks us to slow down.",
}
NOT_UNDERSTOOD = "Mastodon sent something that Heard does not understand."


def is_its_own(refused: RefusedCall) -> bool:
    """Return whether a refusal is the server's own, with its reason, and no page of something in between."""
    return refused.whole and isinstance(json_object(refused.body).get("error"), str)


def _refused(refused: RefusedCall) -> str:
    return _WHY.get(refused.status, "") if is_its_own(refused) else ""


def _wait(refused: RefusedCall) -> timedelta | None:
    """Return how long the server asks us to wait, by its own clock; its kin write seconds in place of a date."""
    if refused.status != 429:
        return None
    said, at = refused.headers.get("x-ratelimit-reset", "").strip(), answered_at(refused.headers)
    if said.isascii() and said.isdigit() and len(said) <= 11:
        until: datetime | None = EPOCH + timedelta(seconds=int(said))
    else:
        until = moment_in(said)
    left = until - at if until and at else USUAL_WAIT
    return min(max(left, SHORT_WAIT), LONGEST_WAIT)


def _shuts(refused: RefusedCall) -> bool:
    """Return whether the server does not accept our token."""
    return refused.status == 401 and is_its_own(refused)


OUTCOMES = CallOutcomes("Mastodon", _refused, lambda refused: _WHY.get(refused.status, ""), _wait, shuts=_shuts)
FINAL = frozenset({401, 403, 404})  # refusals of a reading that do not pass by themselves
