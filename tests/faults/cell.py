"""One cell of the matrix: a call that goes wrong in one way, and what is said of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.gateways.networks.certify.interference import Interference, Play
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.ports import ChatTrouble, NetworkTrouble, NotSent, OutcomeLost, Sent
from tests.faults.ways import Elsewhere, Way

HASTE, PATIENCE = 0.4, 15.0  # seconds of a call that nothing but patience ends, and of any other
_NO_SENTENCE = re.compile(r"Traceback|<html|https?://|\bError\b|Exception|\bNone\b")


@dataclass
class Cell:
    """What one call came to: in a few words, and each thing that is wrong, as a sentence."""

    way: Way
    elsewhere: Elsewhere
    said: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def within(self) -> float:
        """Return the seconds that the caller has patience for."""
        return HASTE if self.way.endless else PATIENCE

    def address(self, url: str) -> str:
        """Return the address that the call is made to."""
        return self.elsewhere.address(url, self.way.leads)

    def spoiling(self, fits: Callable[[str, str], bool]) -> Callable[[str, str], Play | None]:
        """Return what becomes of calls: those that fit go wrong in this way."""
        return lambda method, path: self.way.play if fits(method, path) else None

    def finds(self, *wrong: str) -> None:
        """Note things that are wrong."""
        self.wrong += wrong


def ended(cell: Cell, call: Callable[[], object], *may_raise: type[Exception]) -> object:
    """Return what a call returned, or the error that it may raise; note everything else as wrong."""
    try:
        return in_time(call)
    except NoEnd:
        cell.finds("It does not end in time.")
    except may_raise as trouble:
        return trouble
    except Exception as trouble:
        cell.finds(f"It raises {type(trouble).__name__}.")
    return None


def sentence_of(outcome: object) -> str | None:
    """Return the sentence for people that an outcome or an error has; None: it has none to have."""
    match outcome:
        case NotSent(why=why) | OutcomeLost(why=why):
            return why
        case NetworkTrouble(sentence=sentence):
            return sentence
        case ChatTrouble():
            return str(outcome)
    return None


def judge_sentence(outcome: object, *secrets: str) -> Iterator[str]:
    """Yield what is wrong with the sentence for people."""
    said = sentence_of(outcome)
    if said is None:
        return
    if not said.strip().endswith((".", "?", "!")) or _NO_SENTENCE.search(said):
        yield f"What people read is no sentence for them: {said[:80]!r}."
    if any(one in said for one in secrets if len(one) > 5):
        yield "What people read has a secret in it."


def short(outcome: object) -> str:
    """Return an outcome in a few words."""
    if isinstance(outcome, bool | str) or outcome is None:
        return repr(outcome)
    words = _WORDS.get(type(outcome), type(outcome).__name__)
    wait = getattr(outcome, "retry_after", None)
    by_hand = ", by hand" if getattr(outcome, "by_hand", False) else ""
    return words + (f", again in {wait.total_seconds():.0f} s" if wait else by_hand)


_WORDS = {Sent: "sent", NotSent: "not sent", OutcomeLost: "unknown", NetworkTrouble: "not read"}


def arrived(between: Interference, before: int, changes: Callable[[str, str], bool]) -> list[str]:
    """Return the calls since then that change something, and came as far as the other side."""
    return [one for one in between.calls[before:] if changes(*one.split(" ", 1))]
