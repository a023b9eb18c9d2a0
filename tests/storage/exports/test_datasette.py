"""The copy for Datasette: every table, titles, readable views, and none of the desk's secrets."""

import json
import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import CaseVerb
from bot.domain.cases.same_person import HowKnown
from bot.domain.replies.statement import Statement, StatementPost
from bot.ports.exports import Table
from bot.services.base.button_key import signing_key
from storage.exports import datasette
from tests import builders
from tests.builders import ANA, BEN, NOW, WORDS, a_post, do
from tests.fakes import teammate
from tests.storage.scenes import another

LATER = NOW + timedelta(days=1)


@pytest.fixture
def copy(store, tmp_path):
    store.put_people([teammate(ANA, "Ana"), teammate(BEN, "Ben")], [])
    builders.delivered(store)
    builders.opened(store, post=another("2", text="Where is my PÄCKCHEN?"))
    builders.opened(store, post=a_post("3", root_id="3", private=True, text="my order 77"), private=True)
    do(store, builders.opened(store, post=another("4")), CaseVerb.SOLVE, by=ANA)
    store.note("started", "desk", NOW, {})
    elsewhere = replace(store.case(2), network="mastodon")
    store.join_people(store.case(1), elsewhere, how=HowKnown.COLLEAGUE, note="Ben", by=ANA, at=NOW)
    store.add_statement(Statement(by=ANA, at=NOW, posts=[StatementPost(network="x", account="1", text="Down.")]))
    datasette.write_copy(store, tmp_path / "care.db", LATER)
    database = Database(tmp_path / "care.db")
    yield database
    database.close()


def test_every_table_is_in_it_as_it_is_handed_out(store, copy):
    for table in Table:
        found = store.exported(table, LATER)
        expected = [dict(zip(found.columns, map(datasette._stored, row), strict=True)) for row in found.rows]
        assert list(copy.table(table).rows) == expected
        assert expected


def test_tables_lead_to_their_case_and_words_are_searched(copy):
    leads = {table: [one.other_table for one in copy.table(table).foreign_keys] for table in Table}
    assert leads == {table: [] if table in {Table.CASES, Table.STATEMENTS} else ["cases"] for table in Table}
    assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [row["case"] for row in copy.table("mentions").search("packchen")] == [2]
    assert [row["case"] for row in copy.table("replies").search("parcel")] == [1]


def test_the_views_say_what_they_are_called(copy):
    assert set(copy.view_names()) == set(datasette.VIEWS)
    waiting = list(copy.view("waiting_for_us").rows)
    assert [(one["case"], one["newest_words"]) for one in waiting] == [
        (2, "Where is my PÄCKCHEN?"),
        (3, "my order 77"),
    ]
    [sent] = copy.view("replies_that_went_out").rows
    assert (sent["case"], sent["we_answered"], sent["written_by"], sent["approved_by"]) == (1, WORDS, "Ana", "Ben")
    assert sent["they_wrote"].startswith("@northwind my parcel")
    assert [one["case"] for one in copy.view("promises_not_kept").rows] == [2, 3]
    assert list(copy.view("day_by_day").rows) == [{"day": "2026-01-05", "opened": 4, "answered": 1, "private": 1}]


def test_everything_in_it_has_a_title(copy, tmp_path):
    titles = json.loads((tmp_path / "care.metadata.json").read_text())["databases"]["care"]["tables"]
    shown = {name for name in (*copy.table_names(), *copy.view_names()) if "_fts" not in name}
    assert titles.keys() == shown
    assert all(one["title"] and one["description"] for one in titles.values())


def test_the_copy_is_private_and_holds_no_secret_of_the_desk(store, tmp_path):
    key = signing_key(store)
    builders.opened(store)
    datasette.write_copy(store, tmp_path / "care.db", LATER)
    for path in (tmp_path / "care.db", tmp_path / "care.metadata.json"):
        assert key not in path.read_bytes()
    assert stat.S_IMODE((tmp_path / "care.db").stat().st_mode) == 0o600


def test_a_desk_without_a_case_gives_empty_tables(store, tmp_path):
    datasette.write_copy(store, tmp_path / "care.db", LATER)
    copy = Database(tmp_path / "care.db")
    assert [copy.table(table).count for table in Table] == [0] * len(Table)
    assert list(copy.view("waiting_for_us").rows) == []
    copy.close()


def test_a_file_that_is_there_is_left_alone(store, tmp_path):
    (tmp_path / "care.db").write_text("mine")
    with pytest.raises(FileExistsError):
        datasette.write_copy(store, tmp_path / "care.db", LATER)
    assert (tmp_path / "care.db").read_text() == "mine"


def test_a_copy_that_breaks_off_leaves_no_half_of_it(store, tmp_path):
    builders.opened(store)

    def stops(_rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        datasette.write_copy(store, tmp_path / "care.db", LATER, stops)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("care")] == []


def test_a_disk_that_is_full_is_said_in_a_sentence(store, tmp_path):
    builders.opened(store)

    class Full:
        """Tables whose second row does not fit: the file may not grow any further."""

        snapshot = store.snapshot

        def exported(self, table, now):
            found = store.exported(table, now)
            return replace(found, rows=self.rows(found.rows))

        def rows(self, rows):
            yield from rows
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(NotUsable, match=r"care.db could not be written: database or disk is full\."):
        datasette.write_copy(Full(), tmp_path / "care.db", LATER)
    assert not (tmp_path / "care.db").exists()


def test_titles_that_somebody_wrote_stay(store, tmp_path):
    (tmp_path / "care.metadata.json").write_text("{}")
    datasette.write_copy(store, tmp_path / "care.db", LATER)
    assert (tmp_path / "care.metadata.json").read_text() == "{}"
