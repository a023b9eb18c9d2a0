"""The meaning of refusals by Meta's Graph API: whether something was done, and the sentence for people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.call_outcomes import SHORT_WAIT, CallOutcomes
from bot.gateways.outside import Json, object_in, objects, read_json, whole_number

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=24)  # Meta counts the calls of a moving hour

TOKEN = frozenset({102, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
TOO_MANY = frozenset({4, 9, 17, 32, 341, 613, *range(80_000, 80_015)})
BLOCKED, NOT_REACHABLE, ALREADY_ANSWERED, NO_PRIVATE_ANSWER = 368, 551, 10_900, 10_903
INVALID, NO_SUCH_OBJECT = 100, 803
MISSING = 33  # with INVALID: there is no such object, or not for us
NO_SUCH_PERSON = 2_018_001  # with INVALID: nobody with this id, or nobody who takes messages
PASSING, TOO_LARGE = frozenset({1, 2}), 1  # they pass by themselves; 1 also when too much was asked for at once
WINDOW_CLOSED = frozenset({2_018_278, 2_534_022})  # with 10: Facebook's, Instagram's
# PASSING was seen after a message had been delivered; 506 says that these words are there: neither proves anything.

_ENDED: Mapping[int, str] = {
    458: "the app was taken out of the account's settings",
    459: "Meta wants its owner to sign in first",
    460: "its owner changed the password",
    463: "it ended",
    464: "its owner has not confirmed the account",
    467: "it ended",
    492: "its owner no longer has a role there",
}


@dataclass(frozen=True, slots=True)
class GraphFault:
    """The code of a refusal, and what it says more closely; 0: nothing."""

    code: int
    subcode: int = 0


_SENTENCES: Sequence[tuple[Callable[[GraphFault], bool], str]] = (
    (
        lambda fault: fault.code in TOKEN,
        "{label} does not accept our token any more{because}. Whoever runs Heard puts in a new {secret}; see {docs}.",
    ),
    (
        lambda fault: fault.subcode in WINDOW_CLOSED,
        "The time in which {label} lets apps answer this message has passed.",
    ),
    (
        lambda fault: fault.code in PERMISSION,
        "{label} does not let our app do this. The token needs the permissions that {docs} names.",
    ),
    (lambda fault: fault.code in TOO_MANY, "{label} asks us to slow down."),
    (
        lambda fault: fault.code == BLOCKED,
        "{label} has blocked this for a while, by its rules. A lead can look into the account's support inbox there.",
    ),
    (
        lambda fault: fault.code == NOT_REACHABLE or fault.subcode == NO_SUCH_PERSON,
        "{label} does not deliver messages to this person now.",
    ),
    (
        lambda fault: fault.code == ALREADY_ANSWERED,
        "This comment was answered in private before, and {label} takes one such answer.",
    ),
    (lambda fault: fault.code == NO_PRIVATE_ANSWER, "{label} takes no private answer to this comment."),
    (
        lambda fault: fault.code == NO_SUCH_OBJECT or fault == GraphFault(INVALID, MISSING),
        "{label} does not have this any more: it was deleted, or is hidden from us.",
    ),
    (lambda fault: fault.code == INVALID, "{label} does not take these words: they may be too long."),
)
_BUSINESS = "x-business-use-case-usage"


def fault_in(refused: RefusedCall) -> GraphFault | None:
    """Return the fault that Meta names; None for the page of something in between, or a broken answer."""
    error = object_in(json_object(refused.body), "error")
    code = whole_number(error, "code", 10**9)
    if not refused.whole or code is None:
        return None
    return GraphFault(code, whole_number(error, "error_subcode", 10**9) or 0)


def is_missing(refused: RefusedCall) -> bool:
    """Return whether there is no such object: it was deleted, or is hidden from us."""
    fault = fault_in(refused)
    return fault is not None and (fault.code == NO_SUCH_OBJECT or fault == GraphFault(INVALID, MISSING))


def _shuts(refused: RefusedCall) -> bool:
    """Return whether Meta does not accept our token any more."""
    fault = fault_in(refused)
    return fault is not None and fault.code in TOKEN


def passes(refused: RefusedCall) -> bool:
    """Return whether the refusal is of a kind that passes by itself."""
    fault = fault_in(refused)
    return fault is not None and fault.code in PASSING


def is_too_large(refused: RefusedCall) -> bool:
    """Return whether the answer may have become too large; Meta then wants less to be asked for."""
    fault = fault_in(refused)
    return fault is not None and fault.code == TOO_LARGE


def by_hand_only(refused: RefusedCall) -> bool:
    """Return whether Meta lets no app send this any more, while a person can still try on its own pages."""
    fault = fault_in(refused)
    closed = WINDOW_CLOSED | {NO_SUCH_PERSON}
    return fault is not None and (fault.subcode in closed or fault.code in {NOT_REACHABLE, NO_PRIVATE_ANSWER})


def graph_outcomes(label: str, secret: str, docs: str) -> CallOutcomes:
    """Return the outcomes of the calls of one network; `secret` names its token, `docs` the page that explains it."""

    def why(refused: RefusedCall) -> str:
        fault = fault_in(refused)
        if fault is None or refused.status >= 500:
            return ""
        return _sentence(label, secret, docs, fault)

    def unread(refused: RefusedCall) -> str:
        return why(refused) or (f"{label} has a problem of its own." if fault_in(refused) else "")

    return CallOutcomes(label, why, unread, _wait, _too_many, shuts=_shuts)


def _sentence(label: str, secret: str, docs: str, fault: GraphFault) -> str:
    because = _ENDED.get(fault.subcode, "")
    found = next((sentence for fits, sentence in _SENTENCES if fits(fault)), "")
    return found.format(label=label, secret=secret, docs=docs, because=f": {because}" if because else "")


def _too_many(refused: RefusedCall) -> bool:
    fault = fault_in(refused)
    return fault is not None and fault.code in TOO_MANY


def _wait(refused: RefusedCall) -> timedelta | None:
    """Return how long Meta asks us to wait: it names minutes for some limits, and nothing for others."""
    if not _too_many(refused):
        return None
    minutes = [whole_number(one, "estimated_time_to_regain_access", 100_000) or 0 for one in _usage(refused)]
    told = timedelta(minutes=max(minutes, default=0))
    return min(max(told or USUAL_WAIT, SHORT_WAIT), LONGEST_WAIT)


def _usage(refused: RefusedCall) -> list[Json]:
    try:
        told = read_json(refused.headers.get(_BUSINESS, "{}"))
    except ValueError:
        return []
    return [one for name in told for one in objects(told, name)] if isinstance(told, dict) else []
