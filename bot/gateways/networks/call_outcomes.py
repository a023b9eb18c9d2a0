"""The meaning of a failed call, in the same way for every network: its outcome, and the sentence for people."""

from collections.abc import Callable
from datetime import timedelta

from bot.domain.accounts.holds import NEEDS_ACTION, SHUT_FOR, Limit
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, Trouble
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

SHORT_WAIT = timedelta(minutes=1)


def unsent_since(trouble: NetworkTrouble) -> NotSent:
    """Return the outcome of a reply for which something could not be read first; it is tried again by itself."""
    return NotSent(trouble.sentence, retry_after=wait_after(trouble), limit=trouble.limit)


def wait_after(trouble: NetworkTrouble) -> timedelta:
    """Return after how long a reply is tried again for which something could not be read."""
    return trouble.retry_after or (SHUT_FOR if trouble.limit in NEEDS_ACTION else SHORT_WAIT)


@dataclass(frozen=True, slots=True)
class CallOutcomes:
    """The outcomes of one network's calls.

    `refused`: the sentence for a refusal after which nothing was done for certain, or "". `unread`: the sentence for
    one while reading, or "". `wait`: how long a refusal asks us to wait, or None. `too_many`: whether a refusal says
    that there were too many calls. `shuts`: whether it shuts our account out of everything until a person acts.
    """

    label: str
    refused: Callable[[RefusedCall], str]
    unread: Callable[[RefusedCall], str]
    wait: Callable[[RefusedCall], timedelta | None]
    too_many: Callable[[RefusedCall], bool] = lambda refused: refused.status == 429
    shuts: Callable[[RefusedCall], bool] = lambda _: False

    def after(self, trouble: Trouble) -> NotSent | OutcomeLost:
        """Return the outcome of a call that changes something: refused for certain, or unknown."""
        if isinstance(trouble, NotReached):
            return NotSent(self._not_reached)
        if isinstance(trouble, BrokenOff):
            return OutcomeLost(self._broken)
        if why := self.refused(trouble):
            limit = self._limit(trouble)
            again = SHUT_FOR if limit == Limit.SHUT else None
            return NotSent(why, retry_after=self.wait(trouble) or again, limit=limit)
        return OutcomeLost(f"{self.label} answered with {trouble.status}, which does not say whether it was done.")

    def reading(self, trouble: Trouble) -> NetworkTrouble:
        """Return the NetworkTrouble for a failed read."""
        if isinstance(trouble, NotReached):
            return NetworkTrouble(self._not_reached)
        if isinstance(trouble, BrokenOff):
            return NetworkTrouble(self._broken)
        if trouble.status >= 500:
            return NetworkTrouble(f"{self.label} has a problem of its own ({trouble.status}).")
        why = self.unread(trouble) or f"{self.label} answered with {trouble.status}, which cannot be read."
        return NetworkTrouble(why, self.wait(trouble), self._limit(trouble))

    def before(self, trouble: Trouble, final: frozenset[int]) -> NotSent:
        """Return the outcome of a reply that was not sent, since what it needs could not be read.

        It is tried again soon, unless the network's refusal is one of the `final` ones and names no limit of ours.
        """
        read = self.reading(trouble)
        if isinstance(trouble, RefusedCall) and trouble.status in final and not read.limit:
            return NotSent(read.sentence)
        return unsent_since(read)

    def _limit(self, refused: RefusedCall) -> Limit:
        """Return the limit of our account that refused a call."""
        if self.shuts(refused):
            return Limit.SHUT
        return Limit.PACE if self.too_many(refused) else Limit.NONE

    @property
    def _not_reached(self) -> str:
        return f"{self.label} could not be reached."

    @property
    def _broken(self) -> str:
        return f"{self.label} was called, but no complete answer came back."
