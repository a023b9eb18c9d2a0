"""Reports that posts may be missing to the leads' channel."""

from datetime import datetime

from bot.ports import Batch, Desk, Network
from bot.ports.network_kind import network_label


def say_the_gap(desk: Desk, network: Network, batch: Batch, now: datetime) -> None:
    """Store the gap of a batch, and tell of it once."""
    if not batch.gap:
        return
    since, until = batch.gap_from or now, batch.gap_to or now
    if desk.store.add_gap(network.name, network.account, batch.gap, since, until):
        missed = f"We may have missed mentions of @{network.handle} on {network_label(network.name)} between "
        said = (missed, since, " and ", until, f": {batch.gap} Please look there yourself.")
        key = f"gap:{network.name}:{network.account}:{since.isoformat()}"
        desk.store.notice(key, desk.policy.leads_channel, said, now)
