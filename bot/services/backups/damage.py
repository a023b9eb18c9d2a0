"""Stops sending when a part of the database is not as it was written, and says so to the leads."""

import logging
from datetime import datetime, timedelta

from bot.domain.halts.halt import Halt, HaltKind
from bot.ports import Desk
from bot.services.halts.halting import begin_halt
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

CHECKED_EVERY = timedelta(hours=6)
_WHY = "Nothing is sent: a part of the database is not as it was written, and a lead has not released it yet."
_AT_REST = "Its file was changed while the desk was stopped, by a damaged disk or by somebody's hand."
_THEN = (
    "The desk takes posts in and reminds people, and sends nothing. Whoever runs Heard: please restore the last good "
    "backup (docs/backups.md). A lead who knows why it is so lets the desk go on with `/care release now`."
)


def look_at_start(desk: Desk, now: datetime, *, held: bool) -> None:
    """Check the pages quickly, and whether the file was changed at rest; `held`: it is an older copy, so it was."""
    what = desk.store.fault(quickly=True)
    if not what and desk.store.changed_at_rest and not held:
        what = _AT_REST
    if what:
        begin_damage(desk, what, now)
    desk.store.take_up()


def check_pages(desk: Desk, now: datetime) -> str:
    """Read every page and every reference; return what is wrong, or ""."""
    what = desk.store.fault()
    if what:
        begin_damage(desk, what, now)
    return what


def begin_damage(desk: Desk, what: str, now: datetime) -> None:
    """Stop sending because of damage, and tell leads once."""
    log.error("database.damaged what=%s", what)
    with desk.store.transaction():
        if begin_halt(desk, Halt(kind=HaltKind.DAMAGE, by="desk", at=now, why=_WHY)):
            said = f"A part of the database is not as it was written. {what} {_THEN}"
            tell_leads(desk, f"damage:{now.isoformat()}", said, now)
