"""Reads the network before an approval that waited goes out: what was said or deleted meanwhile counts first."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.reply import Draft, DraftKind
from bot.ports import Batch, Desk, Network, NetworkTrouble, TellsWhatIsGone
from bot.services.intake import poll, receive
from bot.services.sweeping import sweep

log = logging.getLogger(__name__)

WAITED = timedelta(minutes=1)  # a younger approval saw what the last reading saw


def catch_up(desk: Desk, case_ids: Iterable[int], now: datetime) -> int:
    """Take in what the networks of these approved replies show now; return for how many something could be read.

    Each network is read once, and each post that is answered is looked for where the network can tell. One that
    cannot be read stops no reply: it was approved, and the network itself refuses an answer to nothing.
    """
    if not desk.policy.sends:
        return 0
    read: dict[tuple[str, str], bool] = {}
    return sweep("catch_up", case_ids, lambda one: _catch_up(desk, one, read, now))


def _catch_up(desk: Desk, case_id: int, read: dict[tuple[str, str], bool], now: datetime) -> bool:
    draft = desk.store.case(case_id).draft
    if draft is None or draft.approval is None or abs(now - draft.approval.at) < WAITED:
        return False
    network = desk.network(draft.target)
    if network is None:
        return False
    key = (network.name, network.account)
    try:
        if key not in read:
            read[key] = False
            for stream in network.streams:
                poll(desk, network, stream, now)
            read[key] = True
        if read[key]:
            _ask_for(desk, network, draft, now)
    except NetworkTrouble as trouble:
        read[key] = False  # nobody waits for it once per reply
        log.info("catch_up.unread network=%s why=%s", network.name, trouble.sentence)
    return read[key]


def _ask_for(desk: Desk, network: Network, draft: Draft, now: datetime) -> None:
    answered = draft.target.post_id
    if draft.kind != DraftKind.REPLY or not isinstance(network, TellsWhatIsGone):
        return
    if network.is_gone(answered):
        receive(desk, network, "asked", Batch(deletions=(answered,)), now)
