"""Renews this process's lease among the running desks, from its opening to its end."""

import logging
from math import inf
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import OutOfService
from handlers.loops import Loop

log = logging.getLogger(__name__)

RENEWALS = 6  # in the time of one lease
ENDS_WITHIN = 2.0  # real seconds
AGAIN = 0.5  # real seconds after a failure


class HasLease(Protocol):
    """A store of which several processes may have a share."""

    def renew_lease(self) -> None:
        """Renew; raise OutOfService."""

    def lease_left(self) -> float:
        """Return the seconds that are left; infinite where there is nothing to renew."""


@dataclass(slots=True)
class LeaseRenewal:
    """The thread that renews the lease; a process that is alone with its database needs none."""

    store: HasLease
    _loop: Loop | None = None
    _fails: bool = False
    _every: float = 5.0  # real seconds

    def start(self) -> None:
        """Start the thread, where there is a lease."""
        left = self.store.lease_left()
        if left < inf:
            self._every = left / RENEWALS
            self._loop = Loop("lease", self.one_round, lambda seconds: seconds, self._every)
            self._loop.start()

    def stop(self) -> None:
        """Stop; the store gives the lease back when it is closed. A database that is away is not waited for long."""
        if self._loop is not None:
            self._loop.stop(ENDS_WITHIN)

    def one_round(self) -> float:
        """Renew once; return the seconds until the next time."""
        try:
            self.store.renew_lease()
        except OutOfService as trouble:
            if not self._fails:
                log.warning("lease.not_renewed why=%s", type(trouble.__cause__ or trouble).__name__)
            self._fails = True
            return AGAIN
        self._fails = False
        return self._every
