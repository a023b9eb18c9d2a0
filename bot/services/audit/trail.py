"""Posts the head of the audit trail in the leads' channel each day, so that a copy is kept outside the database."""

from datetime import datetime, timedelta

from bot.domain.audit.trail import SHOWN_TO_ALL
from bot.ports import Desk

_SAID = "trail.said"


def tell_head_of_trail(desk: Desk, now: datetime) -> str:
    """Post the head of the trail once a day, after midnight; return the sentence, or an empty string."""
    today = now.astimezone(desk.policy.hours.zone).date()
    said = desk.store.setting(_SAID)
    if said == today.isoformat():
        return ""
    day = today - timedelta(days=1)
    with desk.store.transaction():  # both or neither survive a kill
        desk.store.put_setting(_SAID, today.isoformat())
        if not said:  # the first day of a desk has no day before it
            return ""
        head = desk.store.tell_head(day, now)
        sentence = (
            f"Audit trail at the end of {day.day} {day:%B}: {head}. "
            f"To check proof files: {head.public[:SHOWN_TO_ALL]}."
        )
        new = desk.store.notice(f"trail:{day}", desk.policy.leads_channel, sentence, now)
    return sentence if new else ""
