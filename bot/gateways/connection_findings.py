"""The findings of `heard check` and `heard doctor` about the connection of each account."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks.mentions.connections import NEW_TOKEN, in_words, whole
from bot.domain.mentions.connection import Connection, Trouble
from bot.gateways.findings import Finding, Level

_REMEDIES: Mapping[Trouble, str] = {
    Trouble.ENDED: f"{NEW_TOKEN}.",
    Trouble.UNREAD: "It is tried again by itself; where this lasts, look at what the network says of itself.",
    Trouble.FAULT: "Until then the token is kept in memory only, and a restart costs a login, or needs a new token.",
    Trouble.ODD: "The log says why, under “connections.broken”.",
    Trouble.BEHIND: "What was posted since then comes in with the next reading. Without a running desk: `heard run`.",
    Trouble.HELD: "",
    Trouble.ENDS: f"{NEW_TOKEN}.",
}


def of_connection(one: Connection, now: datetime) -> Finding:
    """Return the finding about an account: its connection, and what to do about the worst that is wrong with it."""
    what, troubles = " ".join(in_words(phrase) for phrase in whole(one, now)), one.troubles(now)
    if troubles and troubles[0] != Trouble.HELD:  # a finding of its own says what waits, and why
        level = Level.BAD if troubles[0] == Trouble.ENDED else Level.WARN
        return Finding(level, what, _REMEDIES[troubles[0]])
    if one.allowance is not None and not one.allowance.whole:
        return Finding(Level.WARN, what, "It is read again then. Nothing to do here.")
    return Finding(Level.OK, what)
