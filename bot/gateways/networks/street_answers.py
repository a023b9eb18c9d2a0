"""The meaning of the street's answers: whether a reply went out, and the sentence for people."""

from collections.abc import Mapping
from datetime import timedelta

from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.call_outcomes import CallOutcomes
from bot.ports.network import ProvenAbsent

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=24)

_WHY: Mapping[str, str] = {
    "unknown_token": "Street does not accept our token. Whoever runs Heard can check STREET_TOKEN.",
    "not_there": "What this answers is not on Street any more.",
    "too_long": "Street finds this too long.",
    "key_taken": "Street knows other words under the key of this approval. Put the draft up for approval once more.",
    "malformed": "Street gives no clear reason.",
    "slow_down": "Street asks us to slow down.",
}


def proven_absent(refused: RefusedCall) -> ProvenAbsent | None:
    """Return the proof that nothing was made with a key, only if the answer is the street's own."""
    return ProvenAbsent() if refused.status == 404 and _code(refused) == "not_there" else None


def _refused(refused: RefusedCall) -> str:
    return _why(refused) if 400 <= refused.status < 500 else ""


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


OUTCOMES = CallOutcomes("Street", _refused, _why, _wait)
