"""Bounds what a source may take: time, and how many looks there are at once; nothing that it raises comes through."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import field

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.customer import CustomerRecord
from bot.ports.customers import Customers, LookupTrouble

log = logging.getLogger(__name__)
AT_ONCE = 2  # looks: the other threads after a click open forms
Look = Callable[[], Sequence[CustomerRecord]]


@dataclass(frozen=True, slots=True)
class BoundedCustomers:
    """A source whose looks end in time, whether or not it does."""

    source: Customers
    within: float  # real seconds
    _room: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        """Ask the source, bounded."""
        return self._looked(lambda: self.source.by_order(number))

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        """Ask the source, bounded."""
        return self._looked(lambda: self.source.by_handle(network, handle, author_id))

    def _looked(self, look: Look) -> Sequence[CustomerRecord]:
        if not self._room.acquire(blocking=False):
            raise LookupTrouble("Other looks are under way. Press again in a moment.")
        answers: list[Sequence[CustomerRecord] | LookupTrouble] = []
        asking = threading.Thread(target=self._ask, args=(look, answers), name="customers", daemon=True)
        asking.start()
        asking.join(self.within)
        answer = answers[0] if answers else LookupTrouble(f"No answer came within {self.within:g} s.")
        if isinstance(answer, LookupTrouble):
            raise answer
        return answer

    def _ask(self, look: Look, answers: list[Sequence[CustomerRecord] | LookupTrouble]) -> None:
        try:
            answers.append(look())
        except LookupTrouble as trouble:
            answers.append(trouble)
        except Exception as trouble:  # noqa: BLE001 - another's package must not take the case with it
            log.warning("customers.broken kind=%s", type(trouble).__name__)
            answers.append(LookupTrouble("The system that knows customers did not answer as it should."))
        finally:
            self._room.release()
