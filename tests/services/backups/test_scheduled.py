"""The desk makes the backup that is due, and leads hear once a day when the last good one is too old."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.backups.backup import BackupContent, BackupPolicy
from bot.gateways.findings import Level
from bot.ports import BackupFailed, Desk
from bot.services.backups.scheduled import back_up
from handlers.doctor import findings
from handlers.watch import Watch
from tests.fakes import LEADS, NOON
from tests.services.journey import clock, notices

HOUR = timedelta(hours=1)


@dataclass
class FakeBackups:
    """A folder whose backups succeed, until `why` says why not."""

    policy: BackupPolicy = field(default_factory=BackupPolicy)
    made: list[datetime] = field(default_factory=list)
    why: str = ""

    def count(self) -> int:
        return len(self.made)

    def newest(self, now: datetime) -> datetime | None:
        return max((one for one in self.made if one <= now), default=None)

    def make(self, now: datetime) -> BackupContent:
        if self.why:
            raise BackupFailed(self.why)
        self.made.append(now)
        return BackupContent(cases=1, rows=2, lines=3, trail="4")


@pytest.fixture
def folder() -> FakeBackups:
    return FakeBackups()


@pytest.fixture
def kept(desk: Desk, folder: FakeBackups) -> Desk:
    return replace(desk, backups=folder)


def look(desk: Desk, minutes: int) -> bool:
    return back_up(desk, clock(desk).move(minutes=minutes))


def test_a_backup_is_made_when_it_is_due_and_not_before(kept: Desk, folder: FakeBackups) -> None:
    assert [look(kept, minutes) for minutes in (0, 59, 1, 5)] == [True, False, True, False]
    assert folder.made == [NOON, NOON + HOUR]


def test_one_that_fails_is_tried_again_and_leads_hear_of_it_once_it_is_too_old(
    kept: Desk, folder: FakeBackups
) -> None:
    look(kept, 0)
    folder.why = "No backup can be written to /backups: No space left on device."
    assert [look(kept, 60), notices(kept)] == [False, []]
    for _ in range(3):
        look(kept, 61)
    [(channel, said)] = notices(kept)
    assert channel == LEADS
    assert said.startswith(
        "The last good backup is from 2 Mar 12:00 UTC. No backup can be written to /backups: No space"
    )
    folder.why = ""
    assert look(kept, 5)
    assert notices(kept)[1:] == [(LEADS, "A backup was made again, and verified.")]
    assert look(kept, 60)
    assert len(notices(kept)) == 2


def test_where_none_are_configured_none_are_made(desk: Desk) -> None:
    assert not back_up(desk, NOON)


def about_backups(desk: Desk) -> list[tuple[Level, str]]:
    found = findings(desk, Watch(desk, list, list))
    return [(one.level, one.what) for one in found if "backup" in one.what]


def test_the_doctor_says_how_old_the_last_good_backup_is(desk: Desk, kept: Desk) -> None:
    assert about_backups(desk) == []
    assert about_backups(kept) == [(Level.BAD, "There is no good backup yet.")]
    look(kept, 0)
    assert about_backups(kept) == [(Level.OK, "The last good backup is from 2 Mar 12:00 UTC.")]
    clock(kept).move(hours=3)
    assert about_backups(kept) == [(Level.BAD, "The last good backup is from 2 Mar 12:00 UTC.")]
