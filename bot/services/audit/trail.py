"""Posts the head of the audit trail in the leads' channel each day, so that a copy is kept outside the database."""

from datetime import datetime, timedelta

from bot.domain.audit.trail import SHOWN, SHOWN_TO_ALL
from bot.ports import Desk

_SAID = "trail.said"
_SLICES = 20  # of the trail that are read in one round: after an update, the first head is about everything


def tell_head_of_trail(desk: Desk, now: datetime) -> str:
    """Post the head of the trail once a day, after midnight; return the sentence, or an empty string."""
    today = now.astimezone(desk.policy.hours.zone).date()
    said = desk.store.setting(_SAID)
    if said == today.isoformat():
        return ""
    if said and _reads_on(desk):  # further lines are read in the next round
        return ""
    day = today - timedelta(days=1)
    with desk.store.transaction():  # both or neither survive a kill
        if not said:  # the first day of a desk has no day before it
            desk.store.put_setting(_SAID, today.isoformat())
            return ""
        head = desk.store.tell_head(day, now)
        if not head.goes_on:
            desk.store.put_setting(_SAID, today.isoformat())
        rest = " A further message is about more cases." if head.goes_on else ""
        sentence = (
            f"Audit trail at the end of {day.day} {day:%B}: {head}. "
            f"To check proof files: {head.public[:SHOWN_TO_ALL]}.{rest}"
        )
        key = f"trail:{day}:{head.public[:SHOWN]}" if head.goes_on else f"trail:{day}"
        new = desk.store.notice(key, desk.policy.leads_channel, sentence, now)
    return sentence if new else ""


def _reads_on(desk: Desk) -> bool:
    """Read some slices of the trail; return whether more wait."""
    return all(desk.store.read_trail_ahead() for _ in range(_SLICES))
