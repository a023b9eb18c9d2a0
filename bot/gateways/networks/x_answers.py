"""The meaning of X's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.base.moments import EPOCH
from bot.gateways.networks.answers import (
    BrokenOff,
    NotReached,
    RefusedCall,
    Trouble,
    answered_at,
    date_in,
    json_object,
)
from bot.gateways.outside import objects, text_or_empty
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

WINDOW = timedelta(minutes=15)  # length of X's rate-limit windows
LONGEST_WAIT = timedelta(hours=24)  # the only longer window X has
SHORTEST_WAIT = timedelta(minutes=1)

_WHY = {
    400: "X gives no clear reason; the post it answers may be gone.",
    401: "X does not accept our keys. Whoever runs Heard can check the four X secrets.",
    402: "X says our developer account has no credit left. Whoever pays for it can add credit there.",
    403: "X does not let our app do this. Whoever runs Heard can look at the app's rights in X's developer console.",
    404: "X does not have this post: it was deleted, or is hidden from us.",
    413: "X finds this too large.",
    422: "X gives no clear reason.",
    429: "X asks us to slow down.",
}
_CAPPED = "X says our app has used up what its plan allows {}. Whoever pays for it can raise that in X's console."
_PERIODS = {"daily": "for today", "monthly": "for this month"}
_NOT_ENROLLED = "X says our app has no plan that allows this. Whoever pays for it can choose one in X's console."
_NOT_REACHED = "X could not be reached."
_BROKEN = "X was called, but no complete answer came back."
_DUPLICATE = "X says these words were already posted, so the reply may be out."
_BY_HAND = "X lets an app answer only those who named or quoted us and let us reply. A person can answer by hand."
_HIDDEN = "The post we answer was deleted, or is hidden from us."


def outcome_after(trouble: Trouble) -> NotSent | OutcomeLost:
    """Return the outcome of a post after `trouble`."""
    if isinstance(trouble, NotReached):
        return NotSent(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return OutcomeLost(_BROKEN)
    if trouble.status == 403:
        return _forbidden(trouble)
    if trouble.status not in _WHY:
        return OutcomeLost(f"X answered with {trouble.status}, which does not say whether it was done.")
    if (plan := _of_the_plan(trouble)) or trouble.status != 429:
        return NotSent(plan or _WHY[trouble.status])
    return NotSent(_WHY[429], retry_after=wait(trouble.headers))


def reading_trouble(trouble: Trouble) -> NetworkTrouble:
    """Return the NetworkTrouble for a failed read of X."""
    if isinstance(trouble, NotReached):
        return NetworkTrouble(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return NetworkTrouble(_BROKEN)
    if trouble.status < 500 and (plan := _of_the_plan(trouble)):
        return NetworkTrouble(plan)
    if trouble.status == 429:
        return NetworkTrouble(_WHY[429], wait(trouble.headers))
    if trouble.status >= 500:
        return NetworkTrouble(f"X has a problem of its own ({trouble.status}).")
    return NetworkTrouble(_WHY.get(trouble.status, f"X answered with {trouble.status}, which cannot be read."))


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


def is_duplicate(trouble: RefusedCall) -> bool:
    """Return whether X refused a text because it was posted already."""
    return trouble.status == 403 and trouble.whole and "duplicate" in _detail(trouble)


def _detail(trouble: RefusedCall) -> str:
    return str(json_object(trouble.body).get("detail", "")).casefold()


def _of_the_plan(trouble: RefusedCall) -> str:
    """Return the sentence for a refusal because of our plan (by type and reason, not by status), or ""."""
    said = json_object(trouble.body)
    for one in (said, *objects(said, "errors")):
        kind, title = text_or_empty(one, "type").rpartition("/")[2], text_or_empty(one, "title")
        if kind == "usage-capped" or title == "UsageCapExceeded":
            return _CAPPED.format(_PERIODS.get(text_or_empty(one, "period").casefold(), "for now"))
        if text_or_empty(one, "reason").endswith("not-enrolled"):
            return _NOT_ENROLLED
        if kind == "credits" or title == "CreditsDepleted":
            return _WHY[402]
    return ""


def _forbidden(trouble: RefusedCall) -> NotSent | OutcomeLost:
    """Return the outcome of a 403: about our plan by type and reason, all others by X's text."""
    if not trouble.whole:
        return OutcomeLost(_BROKEN)  # it may have been the refusal of a duplicate
    if plan := _of_the_plan(trouble):
        return NotSent(plan)
    detail = _detail(trouble)
    if is_duplicate(trouble):
        return OutcomeLost(_DUPLICATE)
    if "deleted or not visible" in detail:
        return NotSent(_HIDDEN)
    if any(sign in detail for sign in ("reply to this", "replies to this", "this reply", "been mentioned")):
        return NotSent(_BY_HAND, by_hand=True)
    return NotSent(_WHY[403])


def _seconds_until(headers: Mapping[str, str]) -> float | None:
    at = answered_at(headers)
    reset, after = headers.get("x-rate-limit-reset", ""), headers.get("retry-after", "")
    if at and is_number(reset):
        return int(reset) - (at - EPOCH).total_seconds()
    if is_number(after):
        return int(after)
    back_at = date_in(after)
    return (back_at - at).total_seconds() if back_at and at else None


def is_number(text: str) -> bool:
    """Return whether a header is a whole number."""
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 15
