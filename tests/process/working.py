"""People who work during a storm: one claims cards, one post in the middle is urgent, one draft is made; all timed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from bot.blocks.base.ids import CASE_CLAIM, CASE_MORE, CASE_REPLY, MORE_RELEASE
from tests.bench.figures import share
from tests.bench.starting import resident
from tests.person import Person, elements
from tests.process.conftest import Theatre

CARE = "C0CARE0001"
URGENT = "@northwind the plug of the kettle melted and the socket is burning, the fire brigade is here"
SAID = "Noor, the kettle must stay off. I call you today before 17:00 about the refund. ^AL"
EVERY = 2.0  # real seconds between two claims
LOOKS = 0.25  # real seconds between two looks at Slack
PATIENCE = 300.0  # real seconds


@dataclass
class Work:
    """The timed actions of people during a storm; times are seconds, sizes MB."""

    theatre: Theatre
    clicks: list[float] = field(default_factory=list)
    refused: int = 0
    urgent_shown: float | None = None
    draft_shown: float | None = None
    sizes: list[float] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)
    _hands: list[threading.Thread] = field(default_factory=list)

    def begins(self, until_the_middle: float) -> None:
        """Start everybody; the urgent post comes after so many real seconds."""
        for one in (self._claim, self._weigh, lambda: self._urgent(until_the_middle)):
            hand = threading.Thread(target=_unless_closed, args=(one,), daemon=True)
            hand.start()
            self._hands.append(hand)

    def ends(self) -> None:
        """Let everybody stop."""
        self._done.set()
        for hand in self._hands:
            hand.join(30)

    def lines(self) -> list[tuple[str, str]]:
        """Return the figures as rows of the table."""
        ms = [one * 1_000 for one in self.clicks]
        enough = len(ms) > 1
        clicks = f"{len(ms)}, p99 {share(ms, 99):.0f} ms, median {share(ms, 50):.0f} ms" if enough else str(len(ms))
        sizes = [f"{one:.0f}" for one in self.sizes[:: max(1, len(self.sizes) // 8)]]
        return [
            ("claims and releases pressed, to their acknowledgement", f"{clicks}; {self.refused} not acknowledged"),
            ("an urgent post in the middle, until its card", _seconds(self.urgent_shown)),
            ("the draft made then, until Slack shows it", _seconds(self.draft_shown)),
            ("resident memory, MB", ", ".join(sizes)),
        ]

    def _claim(self) -> None:
        while not self._done.wait(EVERY):
            card = _showing(self.theatre.ana, CASE_CLAIM)
            if card is not None:
                self._timed(card, CASE_CLAIM)
            elif (held := _showing(self.theatre.ana, CASE_MORE, "Hand back")) is not None:
                self._timed(held, CASE_MORE, MORE_RELEASE)  # few cards stand beside a storm

    def _timed(self, card: dict[str, Any], action: str, option: str = "") -> None:
        begun = time.perf_counter()
        if self.theatre.ana.press(card, action, option).get("acked"):
            self.clicks.append(time.perf_counter() - begun)
        else:
            self.refused += 1

    def _weigh(self) -> None:
        desk = self.theatre.desks[-1]
        while not self._done.wait(10):
            self.sizes.append(resident(desk.pid))

    def _urgent(self, after: float) -> None:
        if self._done.wait(after):
            return
        self.theatre.street.post(URGENT, handle="noor_k", name="Noor K")
        begun = time.perf_counter()
        card = self._seen(lambda: _showing(self.theatre.caro, CASE_REPLY, "socket is burning"))
        if card is None:
            return
        self.urgent_shown = time.perf_counter() - begun
        self.theatre.caro.press(card, CASE_REPLY)
        self.theatre.caro.submit({"words_input": SAID})
        begun = time.perf_counter()
        if self._seen(lambda: _said_in(self.theatre.ben, card)):
            self.draft_shown = time.perf_counter() - begun

    def _seen(self, question: Callable[[], Any]) -> Any:
        """Ask until there is an answer; None after a long time, or at the end."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and not self._done.wait(LOOKS):
            if answer := question():
                return answer
        return None


def _unless_closed(work: Callable[[], None]) -> None:
    try:
        work()
    except (requests.RequestException, AssertionError) as trouble:  # the stage closes, or is too busy
        print(f"somebody stopped working: {type(trouble).__name__}: {str(trouble)[:200]}")


def _showing(person: Person, action: str, words: str = "") -> dict[str, Any] | None:
    """Return the newest message of the channel that has this button and these words."""
    for one in reversed(person.messages(CARE)):
        if words in str(one) and any(e.get("action_id") == action for e in elements(one.get("blocks") or [])):
            return {**one, "channel": CARE}
    return None


def _said_in(person: Person, card: dict[str, Any]) -> bool:
    return any(SAID in str(one) for one in person.messages(CARE, card["ts"]))


def _seconds(took: float | None) -> str:
    return "never seen" if took is None else f"{took:.1f} s of real time"
