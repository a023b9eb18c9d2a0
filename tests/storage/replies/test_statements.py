"""A statement and its posts are kept whole on either engine, and its approval is bound to its line in the trail."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState, statement_terms
from storage import SqlStore
from tests.fakes import BEN, CARO, NOON

LATER = NOON + timedelta(minutes=1)
POST = StatementPost(network="x", account="42", text="Sorry.\n\U0001f600", takes_back="9")


def test_a_statement_is_read_as_it_was_written(store: SqlStore) -> None:
    other = replace(POST, network="street", takes_back="", corrects="8", replaces="Sorry\n")
    written = Statement(by=CARO, at=NOON, posts=[POST, other], takes_back=3, corrects=4)
    found = store.statement(store.add_statement(written))
    assert statement_terms(found) == statement_terms(written)
    assert [*store.statements(5)] == [*store.statements(5, waiting=True)] == [found]
    assert [*store.undone_statement_posts()] == []  # nobody has approved it
    approved = replace(
        found, state=StatementState.APPROVED, decided_by=BEN, decided_at=LATER, terms=statement_terms(found)
    )
    store.decide_statement(approved, StatementState.APPROVED, by=BEN, at=LATER)
    assert store.statement(found.id) == approved
    assert (store.terms_in_trail(found.id), store.statements(5, waiting=True)) == (approved.terms, [])
    assert [*store.undone_statement_posts()] == [*approved.posts]
    first = approved.posts[0]
    moments = dict.fromkeys(("started_at", "ended_at", "look_at", "missed_at", "again_at"), LATER)
    moved = replace(
        first, state=PostState.SENT, key="k", post_id="1", url="u", why="w", looks=2, corrected_by=5, **moments
    )
    assert store.move_statement_post(moved, was=PostState.WAITING)
    assert not store.move_statement_post(first, was=PostState.WAITING)
    assert store.statement_post(first.id) == moved
    assert [one.id for one in store.undone_statement_posts()] == [approved.posts[1].id]


def test_statements_are_found_by_what_they_are_about_and_by_what_is_public_since(store: SqlStore) -> None:
    numbers = [store.add_statement(Statement(by=CARO, at=NOON, posts=[POST], **of)) for of in (
        {"takes_back": 0}, {"takes_back": 1}, {"corrects": 1}, {"corrects": 3}, {"corrects": 0})]  # fmt: skip
    first, *_, last = map(store.statement, numbers)
    for one, ended in ((first, NOON), (last, LATER)):
        store.decide_statement(one, StatementState.APPROVED, by=BEN, at=NOON)
        sent = replace(one.posts[0], state=PostState.SENT, post_id=f"9{one.id}", ended_at=ended)
        assert store.move_statement_post(sent, was=PostState.WAITING)
    found = {
        "proposed": store.proposed_statements(),
        "lately": store.statements_lately(LATER),
        "about one": store.statements_about(1),
        "about two": store.statements_about(1, 3),
        "with a post": store.statements_with_post("x", "91"),
        "with none": store.statements_with_post("x", ""),
        "approved": store.statements(9, approved=True),
    }
    assert {name: [one.id for one in some] for name, some in found.items()} == {
        "proposed": [2, 3, 4],
        "lately": [5, 4, 3, 2],
        "about one": [3, 2],
        "about two": [4, 3, 2],
        "with a post": [1],
        "with none": [],
        "approved": [5, 1],
    }


def test_a_statement_that_is_decided_is_not_decided_again(store: SqlStore) -> None:
    found = store.statement(store.add_statement(Statement(by=CARO, at=NOON, posts=[POST])))
    store.decide_statement(found, StatementState.DECLINED, by=BEN, at=LATER)
    assert store.statements_lately(LATER) == []  # however many a system brings: nothing of it is undone
    lines = len(store.audit("desk"))
    store.decide_statement(found, StatementState.DECLINED, by="desk", at=LATER)
    assert (store.statement(found.id).decided_by, len(store.audit("desk"))) == (BEN, lines)
