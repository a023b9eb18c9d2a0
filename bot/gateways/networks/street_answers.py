"""The meaning of the street's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import timedelta

from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, Trouble, json_object
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=24)

_WHY: Mapping[str, str] = {
    "unknown_token": "Street does not accept our token. Whoever runs Heard can check STREET_TOKEN.",
    "not_there": "What this answers is not on Street any more.",
    "too_long": "Street finds this too long.",
    "key_taken": "Street knows other words under the key of this approval. Put the draft up for approval once more.",
    "malformed": "Street gives no clear reason.",
    "slow_down": "Street asks us to slow down.",
}
_NOT_REACHED = "Street could not be reached."
_BROKEN = "Street was called, but no complete answer came back."


def outcome_after(trouble: Trouble) -> NotSent | OutcomeLost:
    """Return the outcome of a reply after `trouble`: not sent after a refusal, otherwise unknown."""
    if isinstance(trouble, NotReached):
        return NotSent(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return OutcomeLost(_BROKEN)
    if 400 <= trouble.status < 500:
        return NotSent(_why(trouble), retry_after=_wait(trouble))
    return OutcomeLost(f"Street answered with {trouble.status}, which does not say whether it was done.")


def reading_trouble(trouble: Trouble) -> NetworkTrouble:
    """Return the NetworkTrouble for a failed read of the street."""
    if isinstance(trouble, NotReached):
        return NetworkTrouble(_NOT_REACHED)
    if isinstance(trouble, BrokenOff):
        return NetworkTrouble(_BROKEN)
    if trouble.status >= 500:
        return NetworkTrouble(f"Street has a problem of its own ({trouble.status}).")
    return NetworkTrouble(_why(trouble), _wait(trouble))


def proven_absent(refused: RefusedCall) -> ProvenAbsent | None:
    """Return the proof that nothing was made with a key, only if the answer is the street's own."""
    return ProvenAbsent() if refused.status == 404 and _code(refused) == "not_there" else None


def _why(refused: RefusedCall) -> str:
    return _WHY.get(_code(refused), f"Street does not let our app do this ({refused.status}).")


def _code(refused: RefusedCall) -> str:
    return str(json_object(refused.body).get("code", "")) if refused.whole else ""


def _wait(refused: RefusedCall) -> timedelta | None:
    after = refused.headers.get("retry-after", "")
    if refused.status != 429:
        return None
    seconds = int(after) if after.isascii() and after.isdigit() and len(after) <= 9 else 60
    return min(max(timedelta(seconds=seconds), SHORTEST_WAIT), LONGEST_WAIT)
