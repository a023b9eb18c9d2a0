"""Damage stops sending, leads hear of it once, and a lead ends it; reminders go on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.halts.halt import HaltKind
from bot.gateways.findings import Level
from bot.ports import Damaged, Desk
from bot.services.backups.damage import check_pages, look_at_start
from bot.services.backups.reconciling import end_hold, found_in_hold
from bot.services.halts.gate import reminders_wait
from bot.services.replies import sending
from bot.services.slack.out_of_service import OutOfServiceReport
from handlers.doctor import findings
from handlers.watch import Watch
from storage import SqlStore, open_store
from tests.fakes import CARO, LEADS, NOON, a_desk
from tests.services.journey import approved, notices, published, slack


def opened(folder: Path) -> SqlStore:
    return open_store(f"sqlite:///{folder}/heard.db", synchronous="OFF", key_file=folder / "trail.key")


@pytest.fixture
def touched(tmp_path: Path) -> Iterator[Desk]:
    """Yield a desk whose file was changed while it was stopped."""
    with closing(opened(tmp_path)) as store:
        approved(a_desk(store))
    with closing(sqlite3.connect(tmp_path / "heard.db", isolation_level=None)) as conn:
        conn.execute("UPDATE mentions SET text = 'other words'")
    with closing(opened(tmp_path)) as store:
        yield a_desk(store)


def test_a_file_that_was_changed_at_rest_sends_nothing_until_a_lead_ends_it(touched: Desk) -> None:
    look_at_start(touched, NOON, held=False)
    look_at_start(touched, NOON, held=False)
    assert sending.send_due(touched, NOON) == 0
    [(channel, said)] = notices(touched)
    assert channel == LEADS
    assert "changed while the desk was stopped" in said
    assert reminders_wait(touched) is None
    found = found_in_hold(touched)
    assert found is not None
    assert next(found.said()).startswith("Held since 2 Mar 12:00 UTC. Nothing is sent: a part of the database")
    assert end_hold(touched, by=CARO, at=NOON)
    assert (sending.send_due(touched, NOON), len(published(touched))) == (1, 1)


def test_an_older_copy_is_held_as_that_and_not_as_damage(touched: Desk) -> None:
    look_at_start(touched, NOON, held=True)
    assert touched.store.halts() == []


def test_a_fault_that_a_check_finds_is_said_by_the_doctor(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        desk = a_desk(store)
        approved(desk)
        assert check_pages(desk, NOON) == ""
        with closing(sqlite3.connect(tmp_path / "heard.db", isolation_level=None)) as conn:
            conn.execute("DELETE FROM draft_versions")
        assert "refers to one of" in check_pages(desk, NOON)
        assert [one.kind for one in store.halts()] == [HaltKind.DAMAGE]
        said = [one for one in findings(desk, Watch(desk, list, list)) if "as it was written" in one.what]
        assert [one.level for one in said] == [Level.BAD]


def test_damage_that_is_met_at_work_is_said_in_its_own_words(desk: Desk) -> None:
    OutOfServiceReport().say(desk, Damaged("database disk image is malformed"), NOON)
    [message] = slack(desk).messages.values()
    assert message.text.startswith("A part of the desk's database cannot be read as it was written")


def test_only_where_there_are_checksums_to_have_the_doctor_asks_for_them(desk: Desk) -> None:
    assert [one for one in findings(desk, Watch(desk, list, list)) if "page" in one.what] == []
    assert replace(desk).store.page_checksums() is None
