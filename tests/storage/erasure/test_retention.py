"""What is older than the configuration keeps goes by itself, table by table, and no younger row does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases import events
from bot.domain.erasure.retention import RetentionPolicy
from bot.ports import Batch, Desk
from bot.ports.network import Unparsed
from bot.services.erasure import retention
from bot.services.mentions import intake
from tests.fakes import ANA, POLICY, a_desk, a_post
from tests.services.journey import clock, receive, street

DAY = timedelta(days=1)


def old_desk(store, **keeps) -> Desk:
    """Return a desk with a closed case, one that goes on, a light mention and a settled odd post, ten days old."""
    desk = a_desk(store, policy=replace(POLICY, retention=RetentionPolicy(**keeps)))
    receive(desk, replace(a_post("100", "Charged for zanzibar @northwind"), raw=b"zanzibar"))
    receive(desk, replace(a_post("200", "Charged for timbuktu @northwind", by="omar"), raw=b"timbuktu"))
    receive(desk, replace(a_post("300", "@northwind thank you", by="lena"), raw=b"lalibela"))
    odd = Batch(unparsed=(Unparsed(raw=b"odd samarkand", why="no text", post_id="400"),))
    intake.receive(desk, street(desk), "mentions", odd, desk.clock.now())
    store.settle_unreadable(1, "dropped", ANA, 0, desk.clock.now())
    case = store.record(store.case(1), events.Solved(by=ANA, at=desk.clock.now(), reason="Paid back"))
    store.record(case, events.Closed(by="desk", at=desk.clock.now()))
    clock(desk).move(days=10)
    return desk


def words(store) -> set[str]:
    tables = ("mentions", "cases", "quarantine")
    text = " ".join(
        str([bytes(x) if isinstance(x, memoryview) else x for x in row])
        for table in tables
        for row in store.engine.rows(f"SELECT * FROM {table}")
    )
    return {one for one in ("zanzibar", "timbuktu", "lalibela", "samarkand", "Paid back", "priya") if one in text}


EVERYTHING = {"zanzibar", "timbuktu", "lalibela", "samarkand", "Paid back", "priya"}


@pytest.mark.parametrize(
    ("keeps", "gone"),
    [
        ({}, set()),
        ({"cases": 9 * DAY}, {"zanzibar", "Paid back", "priya"}),
        ({"without_case": 9 * DAY}, {"lalibela"}),
        ({"unreadable": 9 * DAY}, {"samarkand"}),
        ({"cases": 11 * DAY, "without_case": 11 * DAY, "raw": 11 * DAY, "unreadable": 11 * DAY}, set()),
    ],
)
def test_what_is_older_than_it_is_kept_goes_and_nothing_else(sqlite_store, keeps, gone):
    desk = old_desk(sqlite_store, **keeps)
    for _ in range(2):
        retention.erase_old(desk, desk.clock.now())
    assert words(sqlite_store) == EVERYTHING - gone
    assert retention.erase_old(desk, desk.clock.now()) == 0
    assert sqlite_store.prove().whole


def test_raw_payloads_go_and_the_words_stay(store):
    desk = old_desk(store, raw=9 * DAY)
    retention.erase_old(desk, desk.clock.now())
    raw = [bytes(row[0]) for row in store.engine.rows("SELECT raw FROM mentions")]
    assert raw == [b"", b"", b""]
    assert words(store) == EVERYTHING - {"lalibela"}  # that was in the payload only


def test_the_number_of_a_case_and_its_trail_stay(store):
    desk = old_desk(store, cases=9 * DAY, without_case=9 * DAY, unreadable=9 * DAY)
    assert retention.erase_old(desk, desk.clock.now()) == 3
    assert words(store) == {"timbuktu"}
    assert [line.verb for line in store.audit("case:1")] == ["opened", "solve", "close", "erased"]
    assert store.case(1).author.name == "(erased)"


def test_a_clock_that_is_set_far_ahead_erases_step_by_step_and_one_that_is_set_back_ends_that(sqlite_store):
    desk = old_desk(sqlite_store, cases=20 * DAY)
    assert retention.erase_old(desk, desk.clock.now()) == 0
    wrong, right = clock(desk).move(days=400), desk.clock.now() - 400 * DAY
    assert [retention.erase_old(desk, wrong) for _ in range(24)] == [0] * 24  # a day further
    assert [retention.erase_old(desk, right + step) for step in (timedelta(), 9 * DAY)] == [0, 0]
    found = [retention.erase_old(desk, right + 11 * DAY) for _ in range(12 * 24)]
    assert sum(found) == 1
    assert found[0] == 0


def test_an_old_case_with_a_post_that_is_dated_ahead_goes_whole(sqlite_store):
    desk = a_desk(sqlite_store, policy=replace(POLICY, retention=RetentionPolicy(cases=9 * DAY)))
    ahead = desk.clock.now() + 400 * DAY
    receive(desk, replace(a_post("100", "Charged for zanzibar @northwind"), posted_at=ahead))
    case = sqlite_store.record(sqlite_store.case(1), events.Solved(by=ANA, at=desk.clock.now(), reason="Paid back"))
    sqlite_store.record(case, events.Closed(by="desk", at=desk.clock.now()))
    clock(desk).move(days=10)
    retention.erase_old(desk, desk.clock.now())
    assert words(sqlite_store) == set()
    assert sqlite_store.engine.rows("SELECT id FROM cases") == [(1,)]
