"""Renews the token of an account before it ends, and tells leads when that fails again and again."""

import logging
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.token_end import (
    FIRST_WAIT,
    LONGEST_WAIT,
    SPREAD,
    TRIES,
    share_of_spread,
    wait_after_failures,
)
from bot.ports import Desk, Network, NetworkTrouble, RenewsToken
from bot.ports.network_kind import network_label
from bot.services.base.told_troubles import open_since, over, told_of
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)


@dataclass(slots=True)
class TokenRenewal:
    """The renewals of one account's token."""

    desk: Desk
    network: Network
    tries: int = 0  # failed in a row
    _share: float = field(init=False)

    def __post_init__(self) -> None:
        self._share = share_of_spread(f"{self.network.name} {self.network.account}")

    @property
    def name(self) -> str:
        """Return the name of this job for people."""
        return f"token-{self.network.name}-{self.network.account}"

    def one_round(self, now: datetime) -> float:
        """Renew the token if it is time; return the seconds until the next look."""
        due = self._due()
        if due is not None and due <= now:
            return self._renew(now).total_seconds()
        wait = LONGEST_WAIT if due is None else min(due - now, LONGEST_WAIT)
        return (FIRST_WAIT if due is None else max(wait, timedelta(seconds=1))).total_seconds()

    def _due(self) -> datetime | None:
        at = self.network.renew_at() if isinstance(self.network, RenewsToken) else None
        return at - SPREAD * self._share if at else None

    def _renew(self, now: datetime) -> timedelta:
        try:
            self._ask()
        except NetworkTrouble as trouble:
            return self._failed(trouble, now)
        told_at, _ = open_since(self.desk, self.name)
        if told_at is not None:
            said = f"The token of {self._whose()} is renewed again."
            with self.desk.store.transaction():
                tell_leads(self.desk, f"renewed:{self.name}:{told_at.isoformat()}", said, now)
                self.desk.store.put_setting(*over(self.name))
        self.tries = 0
        return FIRST_WAIT * 5  # no sooner, also where the new token is said to end soon

    def _ask(self) -> None:
        try:
            if isinstance(self.network, RenewsToken):
                self.network.renew_token()
        except NetworkTrouble:
            raise
        except Exception as odd:  # tried again as seldom as after an answer of the network
            log.exception("token.broken network=%s", self.network.name)
            raise NetworkTrouble(f"Something unexpected came in between ({type(odd).__name__}).") from odd

    def _failed(self, trouble: NetworkTrouble, now: datetime) -> timedelta:
        self.tries += 1
        log.warning("token.not_renewed network=%s account=%s", self.network.name, self.network.account)
        if self.tries == TRIES:
            said = (
                f"The token of {self._whose()} could not be renewed {TRIES} times: {trouble.sentence} "
                "It is tried again every hour. Please look whether the network wants a new login."
            )
            with self.desk.store.transaction():
                tell_leads(self.desk, f"not-renewed:{self.name}:{now.isoformat()}", said, now)
                self.desk.store.put_setting(*told_of(self.name, now))
        return wait_after_failures(self.tries, trouble.retry_after, self._share)

    def _whose(self) -> str:
        return f"@{self.network.handle} on {network_label(self.network.name)}"


def renews(network: Network) -> bool:
    """Return whether the desk itself renews the token of an account."""
    return isinstance(network, RenewsToken) and network.renews_token
