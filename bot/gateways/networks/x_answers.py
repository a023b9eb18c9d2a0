"""The meaning of X's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.accounts.holds import SHUT_FIRMLY, SHUT_FOR, Limit
from bot.domain.base.moments import EPOCH
from bot.gateways.networks.answers import (
    BrokenOff,
    NotReached,
    Trouble,
    answered_at,
    date_in,
)
from bot.gateways.networks.x_refusals import x_refusal
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

WINDOW = timedelta(minutes=15)  # length of X's rate-limit windows
LONGEST_WAIT = timedelta(hours=24)  # the only longer window X has
SHORTEST_WAIT = timedelta(minutes=1)

_WHY = {
    400: "X gives no clear reason; the post it answers may be gone.",
    404: "X does not have this post: it was deleted, or is hidden from us.",
    413: "X finds this too large.",
    422: "X gives no clear reason.",
    429: "X asks us to slow down.",
}
_CERTAIN = {*_WHY, 401, 402, 403}  # after these nothing was done
_NOT_REACHED = "X could not be reached."
_BROKEN = "X was called, but no complete answer came back."
# When a reply that was refused is tried again by itself; the posts of a whole day may be used up.
_AGAIN: Mapping[Limit, timedelta | None] = {
    Limit.NONE: None,
    Limit.PACE: timedelta(hours=1),
    Limit.CAP: SHUT_FIRMLY,
    Limit.SHUT: SHUT_FOR,
}


def outcome_after(trouble: Trouble) -> NotSent | OutcomeLost:
    """Return the outcome of a post after `trouble`."""
    if isinstance(trouble, NotReached):
        return NotSent(_NOT_REACHED)
    if isinstance(trouble, BrokenOff) or (trouble.status == 403 and not trouble.whole):
        return OutcomeLost(_BROKEN)  # a 403 that breaks off may have been the refusal of a duplicate
    if trouble.status not in _CERTAIN:
        return OutcomeLost(f"X answered with {trouble.status}, which does not say whether it was done.")
    said = x_refusal(trouble)
    if said is None:
        limit = Limit.PACE if trouble.status == 429 else Limit.NONE
        return NotSent(_WHY[trouble.status], retry_after=wait(trouble.headers) if limit else None, limit=limit)
    if said.maybe_public:
        return OutcomeLost(said.why)
    return NotSent(said.why, by_hand=said.by_hand, retry_after=_AGAIN[said.limit], limit=said.limit)


def reading_trouble(trouble: Trouble) -> NetworkTrouble:
    """Return the NetworkTrouble for a failed read of X."""
    if isinstance(trouble, NotReached):
        return NetworkTrouble(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return NetworkTrouble(_BROKEN)
    if trouble.status >= 500:
        return NetworkTrouble(f"X has a problem of its own ({trouble.status}).")
    said = x_refusal(trouble)
    if said is not None and said.limit in {Limit.CAP, Limit.SHUT}:
        return NetworkTrouble(said.why, limit=said.limit)
    if trouble.status == 429:
        return NetworkTrouble(_WHY[429], wait(trouble.headers))
    why = said.why if said and trouble.status not in _WHY else _WHY.get(trouble.status)
    return NetworkTrouble(why or f"X answered with {trouble.status}, which cannot be read.")


def wait(headers: Mapping[str, str]) -> timedelta:
    """Return how long X asks us to wait, by its own clock: one minute to a day; a window when it does not say."""
    until = _seconds_until(headers)
    if until is None or until > LONGEST_WAIT.total_seconds():
        return WINDOW
    return max(timedelta(seconds=until), SHORTEST_WAIT)


def says_not_found(said: Mapping[str, Any]) -> bool:
    """Return whether X's answer says that a post does not exist, and not that it is hidden from us."""
    errors = said.get("errors")
    kinds = [one.get("type") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return any(isinstance(kind, str) and kind.endswith("/resource-not-found") for kind in kinds)


def not_found(said: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the posts that X's answer says do not exist, and that it does not return beside that."""
    errors, data = said.get("errors"), said.get("data")
    told = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    gone = {str(one.get("resource_id", "")) for one in told if says_not_found({"errors": [one]})}
    there = {str(one.get("id", "")) for one in data if isinstance(one, dict)} if isinstance(data, list) else set()
    return frozenset(gone - there)


_OF_A_DAY = ("x-user-limit-24hour", "x-app-limit-24hour")


def _spent(headers: Mapping[str, str], name: str) -> str:
    """Return when a limit of a day begins anew, if none of it is left; it outlasts the one of 15 minutes."""
    return headers.get(f"{name}-reset", "") if headers.get(f"{name}-remaining", "") == "0" else ""


def _seconds_until(headers: Mapping[str, str]) -> float | None:
    at, after = answered_at(headers), headers.get("retry-after", "")
    reset = next((found for name in _OF_A_DAY if (found := _spent(headers, name))), "")
    reset = reset or headers.get("x-rate-limit-reset", "")
    if at and is_number(reset):
        return int(reset) - (at - EPOCH).total_seconds()
    if is_number(after):
        return int(after)
    back_at = date_in(after)
    return (back_at - at).total_seconds() if back_at and at else None


def is_number(text: str) -> bool:
    """Return whether a header is a whole number."""
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 15
