"""A file of `heard prove --statement` shows who wrote, approved and posted a statement, and no change of it is missed."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.domain.base.refusals import NotUsable, Unknown
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState, statement_terms
from handlers.proving import write_statement
from tests import builders
from tests.builders import BEN, CARO, NOW
from tests.storage.audit.test_lines import forge
from tests.storage.audit.test_proofs import changed, found, opened, script, sealed_anew

DAY = timedelta(days=1)
TOLD = NOW.date().isoformat()


def moved(store, of, verb, **facts):
    about = {"statement": of.statement, "network": of.network, "account": of.account}
    store.note(verb, "desk", NOW, about | facts)


def stated(store, verb="statement_proposed", **acts):
    """Put a statement for two accounts up, approve it, and post it on one of them; return its row."""
    posts = [
        StatementPost(network="x", account="9001", text="Our shop is down.\n\U0001f600"),
        StatementPost(network="mastodon", account="7", text="Our shop is down."),
    ]
    posts = [replace(posts[0], takes_back="50" if acts.get("takes_back") else "", **_corrected(acts)), posts[1]]
    one = store.statement(store.add_statement(Statement(by=CARO, at=NOW, posts=posts, **acts)))
    store.note(verb, CARO, NOW, {"statement": one.id, "terms": statement_terms(one)})
    store.decide_statement(replace(one, terms=statement_terms(one)), StatementState.APPROVED, by=BEN, at=NOW)
    return store.statement(one.id)


def _corrected(acts):
    return {"corrects": "50", "replaces": "Before."} if acts.get("corrects") else {}


def sent(store, one, verb="statement_sent"):
    post = next(post for post in one.posts if post.network == "x")
    moved(store, post, "statement_sending")
    store.move_statement_post(
        replace(post, state=PostState.SENT, post_id="77", url="https://x/77"), was=PostState.WAITING
    )
    moved(store, post, verb, post="77")
    return one.id


def lived(store):
    builders.delivered(store)
    number = sent(store, stated(store))
    head = store.tell_head(NOW.date(), NOW + DAY).public
    return number, head


def test_a_proof_says_who_wrote_who_approved_and_which_words_went_where_and_when(store):
    number, head = lived(store)
    who, there, not_yet, under = script.check(write_statement(store, number, NOW), {TOLD: head[:32]})
    assert who.startswith(f"Written by {CARO} at {NOW.isoformat(timespec='microseconds')}, approved by {BEN} at ")
    assert there.startswith('exactly "Our shop is down.\\n\\ud83d\\ude00" went to x as account 9001, between ')
    assert there.endswith("as post 77.")
    assert not_yet == "Nothing is known to have gone to mastodon as account 7."
    assert f"under the head of {TOLD}: {head}" in under


@pytest.mark.parametrize(
    ("acts", "verb", "said"),
    [
        ({"takes_back": 1}, "statement_deleted", "Post 50 was deleted from x as account 9001"),
        ({"corrects": 1}, "statement_corrected", "replaced the words of post 50 on x as account 9001"),
        ({}, "statement_seen", "as post 77, as a person said who looked there."),
    ],
)
def test_what_was_deleted_corrected_or_seen_is_said_so(sqlite_store, acts, verb, said):
    written = {"takes_back": "statement_take_back_proposed", "corrects": "statement_correction_proposed"}
    began = written.get(next(iter(acts), ""), "statement_proposed")
    number = sent(sqlite_store, stated(sqlite_store, began, **acts), verb)
    assert said in script.check(write_statement(sqlite_store, number, NOW))[1]


def test_what_an_older_copy_found_again_has_no_beginning(sqlite_store):
    one = stated(sqlite_store)
    post = next(post for post in one.posts if post.network == "x")
    sqlite_store.move_statement_post(replace(post, state=PostState.SENT, post_id="77"), was=PostState.WAITING)
    moved(sqlite_store, post, "statement_sent", post="77")
    assert "before 2026" in script.check(write_statement(sqlite_store, one.id, NOW))[1]


def test_what_a_person_saw_where_the_desk_has_no_account_any_more_is_proved_without_an_id(sqlite_store):
    one = stated(sqlite_store)
    post = next(post for post in one.posts if post.network == "x")
    sqlite_store.move_statement_post(replace(post, state=PostState.SENT, url="https://x/77"), was=PostState.WAITING)
    moved(sqlite_store, post, "statement_seen")
    said = script.check(write_statement(sqlite_store, one.id, NOW))[1]
    assert said.endswith("as a post without an id, as a person said who looked there.")


def test_one_that_is_not_there_or_whose_trail_was_changed_is_not_proved(store):
    number, _ = lived(store)
    for other in (99, 0, 2**70):
        with pytest.raises(Unknown):
            write_statement(store, other, NOW)
    forge(store, "UPDATE audit SET who = 'U0EVE' WHERE chain = 0 AND verb = 'statement_approved'")
    with pytest.raises(NotUsable):
        write_statement(store, number, NOW)


def test_words_that_were_erased_are_not_proven_and_all_else_is(sqlite_store):
    number, head = lived(sqlite_store)
    sqlite_store.engine.run("UPDATE statement_posts SET text = '[erased]' WHERE network = 'x'")
    said = script.check(write_statement(sqlite_store, number, NOW), {TOLD: head[:32]})
    assert said[1].startswith("words that are erased since went to x")
    for change in ({"takes_back": "50"}, {"corrects": "50"}):
        proof = opened(write_statement(sqlite_store, number, NOW))
        proof["posts"] = [post | change for post in proof["posts"]]
        assert found(sealed_anew(proof), {TOLD: head[:32]}), change
        assert found(sealed_anew(proof | dict.fromkeys(change, 1)), {TOLD: head[:32]}), change


def test_a_hundred_random_changes_of_a_file_are_all_found(sqlite_store):
    number, head = lived(sqlite_store)
    file, dice = write_statement(sqlite_store, number, NOW), Random(7)  # noqa: S311 - the same changes each time
    assert all(found(one, {TOLD: head}) for _ in range(100) if (one := changed(file, dice)) != file)


CHANGES = (
    lambda proof: proof["posts"][0].update(text="We lie."),
    lambda proof: proof["posts"][0].update(account="1"),
    lambda proof: proof["posts"][0].update(post="78"),
    lambda proof: proof["posts"][0].update(post=""),
    lambda proof: proof["posts"].append(dict(proof["posts"][0])),
    lambda proof: proof["posts"].pop(),
    lambda proof: proof.update(takes_back=1),
    lambda proof: proof["posts"][0].update(text=None),
)


def test_words_and_places_are_bound_to_the_lines_even_when_all_digests_are_made_anew(sqlite_store):
    number, head = lived(sqlite_store)
    file = write_statement(sqlite_store, number, NOW)
    assert not found(sealed_anew(opened(file)), {TOLD: head})
    for change in CHANGES:
        change(proof := opened(file))
        assert found(sealed_anew(proof), {TOLD: head}), proof["posts"]
