"""Makes the backup that is due, and tells leads when the last good one is too old."""

import logging
from datetime import datetime, timedelta

from bot.domain.backups.backup import is_too_old
from bot.domain.base.moments import in_full
from bot.ports import BackupFailed, Desk
from bot.services.base.told_troubles import open_since, over, told_of
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

_TOLD = "backup"
LOOKED_EVERY = timedelta(minutes=5)  # at whether a backup is due; also the wait after a failed one


def back_up(desk: Desk, now: datetime) -> bool:
    """Make a backup if one is due; return whether one was made. One that fails is tried again at the next look."""
    backups = desk.backups
    if backups is None:
        return False
    newest = backups.newest(now)
    if newest is not None and now - newest < backups.policy.every:
        return False
    try:
        content = backups.make(now)
    except BackupFailed as failed:
        log.warning("backup.failed why=%s", failed)
        if is_too_old(newest, backups.policy, now):
            _tell_of(desk, str(failed), newest, now)
        return False
    _tell_of_end(desk, now)
    log.info("backup.made cases=%d rows=%d lines=%d", content.cases, content.rows, content.lines)
    return True


def _tell_of(desk: Desk, why: str, newest: datetime | None, now: datetime) -> None:
    """Tell leads once a day that there is no backup of the last hours."""
    last = f"The last good backup is from {in_full(newest)}." if newest else "There is no good backup yet."
    said = f"{last} {why} For whoever runs Heard: `heard backup` tries it at once, and docs/backups.md says more."
    with desk.store.transaction():
        tell_leads(desk, f"backup:{now:%Y-%m-%d}", said, now)
        if open_since(desk, _TOLD)[0] is None:
            desk.store.put_setting(*told_of(_TOLD, now))


def _tell_of_end(desk: Desk, now: datetime) -> None:
    """Tell leads once that a backup was made again, where they were told that none could be."""
    since, _ = open_since(desk, _TOLD)
    if since is not None:
        with desk.store.transaction():
            tell_leads(desk, f"backup-again:{since.isoformat()}", "A backup was made again, and verified.", now)
            desk.store.put_setting(*over(_TOLD))
