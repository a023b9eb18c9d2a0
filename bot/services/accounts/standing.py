"""Tells what each of our accounts does not do now, for `heard doctor` and for lists of all accounts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.accounts.holds import NEEDS_ACTION, AccountHold, Limit, Use
from bot.domain.base.moments import in_full
from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Desk, Network
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import holds_on

_WHAT: Mapping[Use, str] = {
    Use.POLL: "reads no new posts",
    Use.LOOK: "looks for no single posts",
    Use.WRITE: "sends no replies",
    Use.DELETE: "takes no replies back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWait:
    """The uses of an account that wait for the same reason."""

    account: str  # "@northwind on X"
    uses: Sequence[Use]
    until: datetime
    why: str  # the network's reason, as a sentence
    limit: Limit

    def said(self) -> str:
        """Return in one sentence what waits, and until when; where a person has to act the moment says nothing."""
        what = [_WHAT[use] for use in self.uses]
        listed = f"{', '.join(what[:-1])} and {what[-1]}" if len(what) > 1 else what[0]
        until = "" if self.limit in NEEDS_ACTION else f" until {in_full(self.until)}"
        return f"{self.account} {listed}{until}."


def account_waits(desk: Desk, network: Network, now: datetime) -> list[AccountWait]:
    """Return what an account does not do now, one for each limit and reason."""
    found: dict[tuple[Limit, str], list[AccountHold]] = {}
    for hold in holds_on(desk, network.name, network.account, now):
        found.setdefault((hold.limit, hold.why), []).append(hold)
    return [
        AccountWait(
            account=f"@{network.handle} on {network_label(network.name)}",
            uses=sorted((one.use for one in together), key=list(Use).index),
            until=max(one.until for one in together),
            why=why,
            limit=limit,
        )
        for (limit, why), together in found.items()
    ]
