"""A database written by an earlier version is upgraded completely, and its cases go on."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.base.tables import CASE, CaseVerb, DraftState
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.services.cases import owed
from bot.services.replies import review, sending
from storage import SqlStore, open_store
from storage.engine import migrate
from storage.engine.sqlite import APPLICATION_ID
from storage.slack.tellings import OF_ASKS
from tests import builders
from tests.fakes import BEN, FakeNetwork, a_desk
from tests.services.journey import clock

# One case for each pair of states of a case and its draft: the builders of the version before migration 0012 made
# them, and the file is SQLite's own dump. A later version adds another file.
WRITTEN = Path(__file__).parents[1] / "written_by_earlier_versions" / "schema_0011.sql"
STOOD = {
    1: ("new", ""),
    2: ("open", ""),
    3: ("pending", ""),
    4: ("solved", ""),
    5: ("dismissed", ""),
    6: ("closed", ""),
    7: ("open", "writing"),
    8: ("open", "in_review"),
    9: ("open", "approved"),
    10: ("open", "approved"),
    11: ("pending", "sent"),
    12: ("open", "sending"),
    13: ("pending", "in_review"),  # a correction
    14: ("open", "failed"),
    15: ("open", "unconfirmed"),
    16: ("open", "by_hand"),
    17: ("open", "withdrawn"),
}


@pytest.fixture
def taken_over(tmp_path: Path) -> Iterator[SqlStore]:
    path = tmp_path / "heard.db"
    conn = sqlite3.connect(path)
    conn.executescript(WRITTEN.read_text())
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.close()
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def schema(store: SqlStore) -> list[tuple[str, ...]]:
    return store.engine.rows("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")


def test_what_was_taken_over_has_the_schema_of_a_new_database(taken_over: SqlStore) -> None:
    assert taken_over.schema_faults() == []


def test_every_case_stands_as_it_stood(taken_over: SqlStore) -> None:
    cases = [taken_over.case(number) for number in STOOD]
    assert {one.id: (one.state, one.draft.state if one.draft else "") for one in cases} == STOOD
    assert taken_over.broken_chains() == []
    assert taken_over.saved_words(2, builders.ANA)["words"] == "Priya, I have read"
    assert taken_over.setting("week.said") == "2026-01-05"


def test_it_has_the_tables_of_a_new_one(taken_over: SqlStore, tmp_path: Path) -> None:
    fresh = open_store(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert schema(taken_over) == schema(fresh)
    fresh.close()
    newest = taken_over.engine.row("SELECT max(number) FROM migrations")
    assert newest == (migrate.known("sqlite")[-1].number,)


def test_a_copy_of_it_is_kept_as_it_was(taken_over: SqlStore, tmp_path: Path) -> None:
    kept = tmp_path / "heard.db.before-0012"
    with sqlite3.connect(kept) as conn:
        assert conn.execute("SELECT max(number) FROM migrations").fetchone() == (11,)


def test_what_waited_for_slack_is_told_whole_each_message_once(taken_over: SqlStore) -> None:
    told: list[int] = []
    while heads := taken_over.heads(builders.NOW):
        for one in heads:
            taken_over.mark_told(one.id, one.channel or f"D{one.recipient[1:]}", f"{one.id}.1", one.wanted)
            told.append(one.id)
    assert sorted(told) == list(range(1, 37))


def test_customers_who_write_again_are_heard(taken_over: SqlStore) -> None:
    live = [case for case in map(taken_over.case, STOOD) if CaseVerb.AUTHOR_WROTE in CASE[case.state]]
    for case in live:
        at = case.opened_at + timedelta(minutes=2)
        event = {"mention": case.latest, "posted_at": at, "promise": builders.owed(case, at)}
        after = builders.do(taken_over, case, CaseVerb.AUTHOR_WROTE, by="author", at=at, **event)
        assert after == taken_over.case(case.id)
    assert len(live) == len(STOOD) - 1
    assert taken_over.broken_chains() == []


def test_what_was_on_its_way_is_looked_for_and_what_waits_for_a_decision_is_owed_one(taken_over: SqlStore) -> None:
    desk = a_desk(taken_over, networks={("x", builders.OUR_ACCOUNT): FakeNetwork()})
    now = clock(desk).at = builders.NOW + timedelta(minutes=3)
    sending.recover(desk, now)
    owed.owe_decisions(desk, now)
    on_its_way, correction = taken_over.case(12), taken_over.case(13)
    assert on_its_way.draft is not None
    assert on_its_way.draft.state == DraftState.UNCONFIRMED
    assert correction.own_accord is not None
    assert correction.own_accord.clock_runs


def test_every_message_of_a_draft_that_was_taken_over_is_still_that_of_its_draft(taken_over: SqlStore) -> None:
    desk = a_desk(taken_over)
    told = [one for one in taken_over.to_tell(clock(desk).now(), 1_000) if one.kind in OF_ASKS and one.ts == ""]
    asks = {one.about: taken_over.ask(one.about) for one in told}
    assert len(told) == 8
    for one in told:
        its = asks[one.about]
        assert its is not None
        assert taken_over.case_at_draft(its.draft).id == one.case_id
        draft = taken_over.case_at_draft(its.draft).draft
        assert draft is not None
        assert (its.ended == "") == (draft.state == DraftState.IN_REVIEW)
    ready = [
        one
        for one in told
        if one.kind == TellingKind.ASK and (drawn := draw(desk, one, desk.clock.now())) and "Approve" in str(drawn)
    ]
    assert {one.case_id for one in ready} == {8, 13}


def test_the_next_request_of_a_draft_that_was_taken_over_is_a_message_of_its_own(taken_over: SqlStore) -> None:
    desk = a_desk(taken_over)
    draft = taken_over.case(8).draft
    assert draft is not None
    review.request_changes(desk, draft.id, "name the day", version=draft.version, by=BEN, at=clock(desk).now())
    first, *_ = taken_over.asks_of(draft.id)
    assert (first.ended, first.note, first.id) == ("request_changes", "name the day", draft.id)
