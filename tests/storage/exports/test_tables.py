"""Exports: each table complete, with readable columns, equal on both engines, with few rows in memory at a time."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.mentions.mention import Author, Side
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.ports.exports import Table
from storage import open_store
from storage.exports import tables
from tests import builders
from tests.builders import ANA, BEN, NOW, PRIYA, WITHIN, WORDS, a_post, do
from tests.fakes import teammate
from tests.storage.scenes import another

LATER = NOW + timedelta(days=1)
HOSTILE = Author(id="666", handle="=cmd", name="@SUM(1)")


def handed_out(store, table, now=LATER):
    found = store.exported(table, now)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def lived(store):
    store.put_people([teammate(ANA, "Ana"), teammate(BEN, "Ben")], [])
    return builders.delivered(store)


def test_a_case_is_handed_out_in_plain_words(store):
    case = lived(store)
    assert handed_out(store, Table.CASES) == [
        {
            "case": case.id,
            "network": "x",
            "account": case.account,
            "state": "pending",
            "priority": "normal",
            "topic": case.topic or None,
            "language": case.language or None,
            "segment": None,
            "private": False,
            "author_handle": PRIYA.handle,
            "author_name": PRIYA.name,
            "author_followers": PRIYA.followers,
            "assignee": "Ana",
            "opened_at": NOW,
            "first_response_at": case.first_response_at,
            "answered_at": case.answered_at,
            "due_at": None,
            "ended_at": None,
            "deleted_at": None,
            "answered_by": "Ana",
            "approved_by": "Ben",
            "answer_url": case.answer_url,
            "reason": None,
            "follows_case": None,
            "joined_into_case": None,
        }
    ]


def test_a_mention_is_handed_out_with_its_case_and_its_words(store):
    case = builders.opened(store, post=a_post(author=HOSTILE, private=True, text="“Naïve”\n=1"), private=True)
    [row] = handed_out(store, Table.MENTIONS)
    said = {
        name: row[name] for name in ("case", "post", "written_by", "author_handle", "text", "private", "posted_at")
    }
    assert said == {
        "case": case.id,
        "post": "1001",
        "written_by": "customer",
        "author_handle": "=cmd",
        "text": "“Naïve”\n=1",
        "private": True,
        "posted_at": NOW,
    }


def test_a_post_of_ours_is_said_to_be_ours(store):
    case = builders.opened(store)
    store.add_mention(a_post("1002", side=Side.OURS), NOW, case.id)
    assert [one["written_by"] for one in handed_out(store, Table.MENTIONS)] == ["customer", "us"]


def test_a_reply_is_handed_out_with_who_wrote_and_who_approved_it_and_where_it_stands(store):
    case = lived(store)
    [row] = handed_out(store, Table.REPLIES)
    names = ("case", "state", "version", "text", "written_by", "approved_by", "post", "url", "answers_post")
    assert {name: row[name] for name in names} == {
        "case": case.id,
        "state": "sent",
        "version": 1,
        "text": WORDS,
        "written_by": "Ana",
        "approved_by": "Ben",
        "post": "2001",
        "url": case.answer_url,
        "answers_post": "1001",
    }
    assert row["sent_at"] == case.answered_at


def test_a_statement_is_handed_out_by_account_with_what_was_done_to_it(store):
    store.put_people([teammate(ANA, "Ana"), teammate(BEN, "Ben")], [])
    posts = [StatementPost(network=one, account="1", text="Down.", why=one) for one in ("street", "x")]
    first = store.statement(store.add_statement(Statement(by=ANA, at=NOW, posts=posts)))
    store.decide_statement(replace(first, terms="t"), StatementState.APPROVED, by=BEN, at=NOW)
    sent = replace(first.posts[1], state=PostState.SENT, post_id="77", url="https://x.example/77", ended_at=LATER)
    store.move_statement_post(replace(sent, corrected_by=2), was=PostState.WAITING)
    other = replace(posts[1], text="Down until three.", corrects="77", replaces="Down.")
    store.add_statement(Statement(by="source status-page", at=LATER, posts=[other], corrects=first.id))
    waits, public, corrects = handed_out(store, Table.STATEMENTS)
    assert (waits["state"], waits["post"], waits["url"], waits["sent_at"]) == ("waiting", None, None, None)
    assert (public["post"], public["sent_at"], public["corrected_by"]) == ("77", LATER, 2)
    assert [public[one] for one in ("statement", "written_by", "decided_by", "decision")] == [
        1,
        "Ana",
        "Ben",
        "approved",
    ]
    names = ("text", "replaced_text", "acts_on_post", "corrects", "written_by", "decided_by", "takes_back")
    assert [corrects[one] for one in names] == [
        "Down until three.",
        "Down.",
        "77",
        1,
        "source status-page",
        None,
        None,
    ]


def test_what_was_not_sent_has_no_place_on_the_network(store):
    builders.unconfirmed(store)
    [row] = handed_out(store, Table.REPLIES)
    assert (row["state"], row["sent_at"], row["post"], row["url"]) == ("unconfirmed", None, None, None)


def test_a_promise_is_handed_out_with_what_became_of_it(store):
    lived(store)
    builders.opened(store, post=another("2"))
    do(store, builders.opened(store, post=another("3")), CaseVerb.SOLVE, by=ANA)

    def outcomes(now):
        return [one["outcome"] for one in handed_out(store, Table.PROMISES, now)]

    assert outcomes(NOW) == ["kept", "running", "no longer owed"]
    assert outcomes(LATER) == ["kept", "lapsed", "no longer owed"]
    first = handed_out(store, Table.PROMISES)[0]
    assert (first["kind"], first["within_minutes"]) == ("first_response", WITHIN / timedelta(minutes=1))


def test_the_audit_trail_is_handed_out_line_by_line_without_a_word_of_anybody(store):
    case = lived(store)
    store.note("started", "desk", NOW, {"schema": 1})
    rows = handed_out(store, Table.AUDIT)
    assert [(one["case"], one["verb"]) for one in rows][:2] == [(None, "started"), (case.id, "opened")]
    assert [one["hash"] for one in rows if one["case"]] == [line.hash for line in store.audit(f"case:{case.id}")]
    assert rows[0]["facts"] == {"schema": 1}


@pytest.mark.parametrize("table", Table)
def test_a_store_without_anything_in_it_hands_out_the_columns(store, table):
    found = store.exported(table, NOW)
    assert list(found.rows) == []
    assert list(found.columns) == [one.name for one in tables.FIELDS[table]]


def test_rows_are_read_as_they_are_handed_out_beside_a_desk_that_writes_on(store, address):
    for number in range(5):
        builders.opened(store, post=another(str(number + 10)))
    reader = open_store(address, read_only=True)
    with reader.snapshot():
        rows = reader.exported(Table.MENTIONS, NOW).rows
        first = list(islice(rows, 2))
        builders.opened(store, post=another("99"))
        assert len(first) + len(list(rows)) == 5
        assert len(list(reader.exported(Table.MENTIONS, NOW).rows)) == 5, "all tables are of one moment"
    assert len(list(reader.exported(Table.MENTIONS, NOW).rows)) == 6
    reader.close()


def test_one_odd_value_spoils_no_other(store):
    builders.opened(store, post=another("1"))
    builders.opened(store, post=another("2"))
    store.engine.run("UPDATE cases SET opened_at = 9000000000000000000 WHERE id = 1")
    rows = handed_out(store, Table.CASES)
    assert [one["opened_at"] for one in rows] == ["9000000000000000000", NOW]
    assert [one["case"] for one in rows] == [1, 2]
