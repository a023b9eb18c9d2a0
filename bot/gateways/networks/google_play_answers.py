"""The meaning of Google Play's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import timedelta

from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.call_outcomes import SHORT_WAIT, CallOutcomes
from bot.gateways.outside import object_in, objects, text_or_empty

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=24)  # readings are counted by the hour
_SLOWLY = "Google Play asks us to slow down: it allows 200 readings an hour and 2,000 answers a day for an app."
_WHY: Mapping[int, str] = {
    400: "Google Play does not take these words: they may be too long.",
    401: "Google Play does not accept our key. Whoever runs Heard can check GOOGLE_PLAY_KEY.",
    403: "Google Play does not let our service account do this: docs/google-play-access.md names the rights for it.",
    404: "Google Play does not show this review, or does not know this app.",
    429: _SLOWLY,
}
NOT_UNDERSTOOD = "Google Play sent something that Heard does not understand."
NO_ANSWER_HERE = (
    "Google Play lets our service account answer no reviews, or not this one. The Play Console may let a person."
)
_OF_A_LIMIT = frozenset({"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})


def is_googles_own(refused: RefusedCall) -> bool:
    """Return whether a refusal is Google's own, with its reason, and no page of something in between."""
    return refused.whole and object_in(json_object(refused.body), "error").get("code") == refused.status


def is_a_limit(refused: RefusedCall) -> bool:
    """Return whether a refusal says that too much was asked."""
    reasons = objects(object_in(json_object(refused.body), "error"), "errors")
    return refused.status == 429 or any(text_or_empty(one, "reason") in _OF_A_LIMIT for one in reasons)


def takes_no_answer(refused: RefusedCall) -> bool:
    """Return whether Google lets us answer no review, or not this one."""
    return refused.status == 403 and is_googles_own(refused) and not is_a_limit(refused)


def _refused(refused: RefusedCall) -> str:
    return _unread(refused) if is_googles_own(refused) else ""


def _unread(refused: RefusedCall) -> str:
    return _SLOWLY if is_a_limit(refused) else _WHY.get(refused.status, "")


def _wait(refused: RefusedCall) -> timedelta | None:
    if not is_a_limit(refused):
        return None
    said = refused.headers.get("retry-after", "").strip()
    asked = timedelta(seconds=int(said)) if said.isascii() and said.isdigit() and len(said) <= 9 else USUAL_WAIT
    return min(max(asked, SHORT_WAIT), LONGEST_WAIT)


def _shuts(refused: RefusedCall) -> bool:
    """Return whether Google does not accept our key."""
    return refused.status == 401 and is_googles_own(refused)


OUTCOMES = CallOutcomes("Google Play", _refused, _unread, _wait, too_many=is_a_limit, shuts=_shuts)
