"""Reports something about the desk to leads, where they can read it."""

import logging
from datetime import datetime

from bot.domain.slack.notice import Said
from bot.ports import Desk
from bot.services.team.access import approvers
from bot.services.team.shifts import leading

log = logging.getLogger(__name__)


def tell_leads(desk: Desk, key: str, said: Said, now: datetime, *, besides: str = "", offers: str = "") -> None:
    """Queue a sentence for the leads' channel, once per key.

    If it is about that channel itself (`besides`), each lead gets it by direct message; without a known lead the
    approvers get it.
    """
    room = desk.policy.leads_channel
    if besides != room:
        desk.store.notice(key, room, said, now, offers)
        return
    people = sorted(leading(desk)) or approvers(desk, now)
    log.error("leads.channel_refuses told_to=%d", len(people))
    if people:
        desk.store.notice(key, "", said, now, people=people)
