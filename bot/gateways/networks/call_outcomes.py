"""The meaning of a failed call, in the same way for every network: its outcome, and the sentence for people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.accounts.holds import SHUT_FOR, Limit
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, Trouble
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost

SHORT_WAIT = timedelta(minutes=1)


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

        It is tried again soon, unless the network's refusal is one of the `final` ones.
        """
        read = self.reading(trouble)
        if isinstance(trouble, RefusedCall) and trouble.status in final and read.retry_after is None:
            return NotSent(read.sentence)
        return NotSent(read.sentence, retry_after=read.retry_after or SHORT_WAIT, limit=read.limit)

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
