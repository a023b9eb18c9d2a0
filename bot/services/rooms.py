"""Keeps complaints and drafts out of channels that are shared with another company, unless that is allowed."""

import logging
from collections.abc import Collection
from datetime import datetime

from bot.domain.errors import Refusal
from bot.domain.notice import Room
from bot.ports import ChatTrouble, Desk, Policy

log = logging.getLogger(__name__)

A_ROUND = 20  # channels looked at in one round: Slack allows 50 readings a minute


def refuse_shared(desk: Desk) -> None:
    """Raise a Refusal where a channel is shared with another company; what cannot be read is looked at later."""
    try:
        for room in rooms(desk.policy):
            if not desk.policy.shared_channels and desk.chat.shared(room):
                raise Refusal(
                    f"The channel {room} is shared with another company, whose people would see complaints and "
                    "drafts. Name a channel of your own workspace in heard.toml, or allow it: shared_channels = true "
                    "in [slack]."
                )
    except ChatTrouble as trouble:
        log.warning("rooms.unread why=%s", trouble)


def rooms(policy: Policy) -> tuple[str, ...]:
    """Return every channel the desk speaks in, each once."""
    return tuple(dict.fromkeys((policy.leads_channel, policy.channel, *(one.channel for one in policy.routes))))


def look(desk: Desk, held: set[str], now: datetime) -> None:
    """Keep in `held`, where nothing is shown, the channels that are shared now; say each change once.

    A channel that cannot be read stays as it was.
    """
    found = rooms(desk.policy)
    held.intersection_update(() if desk.policy.shared_channels else found)
    for room in found[:A_ROUND] if not desk.policy.shared_channels else ():
        try:
            shared = desk.chat.shared(room)
        except ChatTrouble as trouble:
            log.info("rooms.unread room=%s why=%s", room, trouble)
            continue
        if shared != (room in held):
            _say(
                desk, room, held ^ {room}, now
            )  # first: a store that is out of service then says it in the next round
            (held.add if shared else held.discard)(room)


def _say(desk: Desk, room: str, held: Collection[str], now: datetime) -> None:
    log.warning("rooms.%s room=%s", "held" if room in held else "open_again", room)
    if room in held:
        said = (
            " is shared with another company now, so nothing more is shown there. The cases are safe and their "
            "promises still count. Please stop sharing it, or name another channel in heard.toml."
        )
    else:
        said = " is not shared any more; what waited is shown there now."
    where = next((one for one in rooms(desk.policy) if one not in held), "")
    key = f"shared:{room}:{now.isoformat()}"
    if where and desk.store.notice(key, where, (Room(room), said), now):
        desk.changed()
