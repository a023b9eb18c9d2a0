"""Reports to the leads that the database cannot be written to, without using the database."""

from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import for_slack
from bot.domain.slack.readers import OURS, InChannel
from bot.ports import Damaged, Desk, Message, OutOfService
from bot.services.slack import outgoing

_DAMAGED = (
    "A part of the desk's database cannot be read as it was written, and nothing is sent. Whoever runs Heard: please "
    "stop the desk, and restore the last good backup (docs/backups.md)."
)
_CANNOT_WRITE = (
    "The desk cannot write anything down ({why}) and has stopped sending. What was acknowledged is safe. Whoever "
    "runs Heard can make room on the disk or free the database; the desk then goes on by itself."
)
SAID_AGAIN = timedelta(hours=1)


@dataclass(slots=True)
class OutOfServiceReport:
    """Reports at most once an hour."""

    said_at: datetime | None = None

    def say(self, desk: Desk, trouble: OutOfService, now: datetime) -> None:
        """Post it in the leads' channel, unless that was done within the hour."""
        if self.said_at is not None and abs(now - self.said_at) < SAID_AGAIN:
            return
        self.said_at = now
        sentence = _DAMAGED if isinstance(trouble, Damaged) else _CANNOT_WRITE.format(why=_first_line(trouble))
        leads = InChannel(desk.policy.leads_channel)
        outgoing.post(desk, leads, Message(text=sentence, kept_to=OURS), now)


def _first_line(trouble: OutOfService) -> str:
    """Return the database's error in plain words, without details."""
    return for_slack((str(trouble).splitlines() or [""])[0], 200)
