"""The meaning of Bluesky's answers: whether something was done, and the sentence for people."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.base.moments import EPOCH
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.call_outcomes import SHORT_WAIT, CallOutcomes
from bot.gateways.outside import Json, text_or_empty
from bot.ports.network import NetworkTrouble

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=24)  # its limits count five minutes, an hour, a day
LOGIN_WAIT = timedelta(minutes=10)  # after a refused login: only 300 a day are allowed

_PASSWORD = "Bluesky does not accept our app password. Whoever runs Heard can check BLUESKY_APP_PASSWORD."  # noqa: S105
_TAKEN_DOWN = "Bluesky has taken our account down. Whoever owns it can write to Bluesky's support."
_DEACTIVATED = "Our account on Bluesky is deactivated. Whoever owns it can activate it there."
_SLOW_DOWN = "Bluesky asks us to slow down."
_NO_WORDS = "Bluesky does not take these words."
_SESSION = "Bluesky ended our session. The desk signs in again."
# By the name of the error; after each of these nothing was done for certain.
_WHY: Mapping[str, str] = {
    "InvalidRequest": _NO_WORDS,
    "InvalidRecord": _NO_WORDS,
    "PayloadTooLarge": _NO_WORDS,
    "AuthMissing": _SESSION,
    "AuthenticationRequired": _PASSWORD,
    "ExpiredToken": _SESSION,
    "InvalidToken": _SESSION,
    "AccountTakedown": _TAKEN_DOWN,
    "AccountSuspended": _TAKEN_DOWN,
    "AccountDeactivated": _DEACTIVATED,
    "AccountNotFound": _PASSWORD,
    "RepoTakendown": _TAKEN_DOWN,
    "RepoSuspended": _TAKEN_DOWN,
    "RepoDeactivated": _DEACTIVATED,
    "AuthFactorTokenRequired": "Bluesky wants a second factor. Please give the desk an app password in its place.",
    "RateLimitExceeded": _SLOW_DOWN,
    "ConvoLocked": "This conversation on Bluesky is locked, so nothing can be written in it.",
    "InvalidConvo": "Bluesky does not have this conversation any more.",
}
NO_RIGHT = (
    "Our app password on Bluesky has no access to private messages, and cannot get it later. "
    "Whoever runs Heard can make a new one with “Allow access to your direct messages”."
)
_NOT_TO_THEM = "Bluesky does not let us write to this person: they take no private messages from us."
_OF_OUR_ACCOUNT = {_TAKEN_DOWN, _DEACTIVATED, _PASSWORD}
NOT_UNDERSTOOD = "Bluesky sent something that Heard does not understand."


def listed_in(told: Json, name: str) -> list[Any]:
    """Return the list called `name` in an answer. Raises NetworkTrouble where there is none."""
    found = told.get(name)
    if not isinstance(found, list):
        raise NetworkTrouble(NOT_UNDERSTOOD)
    return found


def error_name(refused: RefusedCall) -> str:
    """Return the name of a refusal of the network's own; "" for all else, such as a page of something between."""
    return text_or_empty(json_object(refused.body), "error") if refused.whole and refused.status < 500 else ""


def is_not_there(refused: RefusedCall) -> bool:
    """Return whether the network says that there is no such record or post."""
    return error_name(refused) in {"RecordNotFound", "NotFound"}


def is_gone(ask: Callable[..., Json], post_id: str) -> bool:
    """Return whether a post that is not shown to us is deleted, or only hidden from us; raise NetworkTrouble."""
    try:
        ask("app.bsky.feed.getPostThread", uri=post_id, depth=0, parentHeight=0)
    except RefusedCall as refused:
        if is_not_there(refused):
            return True
        raise OUTCOMES.reading(refused) from refused
    except (NotReached, BrokenOff) as trouble:
        raise OUTCOMES.reading(trouble) from trouble
    return False


def is_of_the_session(refused: RefusedCall) -> bool:
    """Return whether a call was refused since the access token is not valid any more; nothing was done then."""
    return error_name(refused) in {"ExpiredToken", "InvalidToken", "AuthMissing"} and not lacks_the_right(refused)


def lacks_the_right(refused: RefusedCall) -> bool:
    """Return whether our app password was made without access to private messages; a new session has the same."""
    return error_name(refused) == "InvalidToken" and _message(refused).startswith("bad token ")


def _message(refused: RefusedCall) -> str:
    return text_or_empty(json_object(refused.body), "message").casefold()


def is_of_our_account(refused: RefusedCall) -> bool:
    """Return whether the network does not let our account in, which does not pass by itself."""
    return _WHY.get(error_name(refused), "") in _OF_OUR_ACCOUNT


def unresolved(refused: RefusedCall) -> bool:
    """Return whether the network knows no account of a handle that it was asked for."""
    return error_name(refused) in {"InvalidRequest", "HandleNotFound"} and refused.status in {400, 404}


def why_inactive(status: str) -> str:
    """Return why our account can do nothing, by the network's word for its state."""
    return _DEACTIVATED if status == "deactivated" else _TAKEN_DOWN


def _refused(refused: RefusedCall) -> str:
    """Return why nothing was done; a record that is said to exist already may be our reply."""
    if "exist" in _message(refused):
        return ""
    return _why(refused)


def _why(refused: RefusedCall) -> str:
    if refused.status == 429:
        return _SLOW_DOWN
    if lacks_the_right(refused):
        return NO_RIGHT
    if error_name(refused) == "InvalidRequest" and "recipient" in _message(refused):
        return _NOT_TO_THEM
    return _WHY.get(error_name(refused), "")


def _wait(refused: RefusedCall) -> timedelta | None:
    """Return how long the network asks us to wait, by its own clock."""
    if is_of_our_account(refused):
        return LOGIN_WAIT
    if is_of_the_session(refused):
        return SHORT_WAIT
    if refused.status != 429:
        return None
    after, until = (_seconds(refused.headers.get(name, "")) for name in ("retry-after", "ratelimit-reset"))
    at = answered_at(refused.headers)
    left = after if after is not None else EPOCH + until - at if until is not None and at else USUAL_WAIT
    return min(max(left, SHORT_WAIT), LONGEST_WAIT)


def _seconds(said: str) -> timedelta | None:
    bare = said.strip()
    return timedelta(seconds=int(bare)) if bare.isascii() and bare.isdigit() and len(bare) <= 11 else None


OUTCOMES = CallOutcomes("Bluesky", _refused, _why, _wait, shuts=is_of_our_account)
