"""Halts in both databases: one of a kind at a place, read oldest first, ended by a person."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.slack.telling import TellingKind
from tests import builders
from tests.builders import ANA, NOW

PAUSED = Halt(kind=HaltKind.PAUSE, network="x", account="42", by=ANA, at=NOW, why="Ana has paused sending.")
HELD = Halt(kind=HaltKind.HOLD, by="desk", at=NOW - timedelta(hours=1), why="This database is an older copy.")


def test_a_halt_stands_until_it_is_ended(store):
    assert store.halt(PAUSED)
    assert not store.halt(replace(PAUSED, by="U0BEN"))
    assert store.halt(HELD)
    assert store.halts() == [HELD, PAUSED]
    assert store.end_halt(HaltKind.PAUSE, "x", "", NOW) is None  # another place
    assert store.end_halt(HaltKind.PAUSE, "x", "42", NOW) == PAUSED
    assert store.halts() == [HELD]


def test_messages_of_some_kinds_are_put_off_and_no_others(store):
    builders.opened(store)
    store.notice("told", "C0LEADS", "Something to read.", NOW)
    later = NOW + timedelta(minutes=10)
    assert store.put_off_tellings([TellingKind.NOTICE], "held", NOW, later) == 1
    assert store.put_off_tellings([TellingKind.NOTICE], "held", NOW, later) == 0  # not due again yet
    assert [one.kind for one in store.heads(NOW)] == [TellingKind.CARD]
    assert store.put_off() == {("C0LEADS", "held"): 1}
    assert store.put_off_tellings([TellingKind.NOTICE], "held", later, later + timedelta(minutes=10)) == 1
    assert [one.kind for one in store.heads(later)] == [TellingKind.CARD]
