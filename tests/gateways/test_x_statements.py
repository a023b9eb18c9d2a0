"""Statements on X: one request that answers nobody, and found again on our own timeline by its words."""

from datetime import timedelta

import pytest

from bot.gateways.networks.own_account_only import ourselves
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, PostsStatements, Sent
from tests.gateways.x_server import NOON, US, Start, Timeline, is_silent, post, says, start, x_at

__all__ = ["start"]
TEXT = "Our shop is down. We say more here at three."


def ours(minutes: int, text: str = TEXT, **more: object) -> dict[str, object]:
    return post(NOON + timedelta(minutes=minutes), text, author_id=US["id"], entities={}, **more)


def test_a_statement_goes_out_once_and_answers_nobody(start: Start) -> None:
    server = start(says(201, {"data": {"id": "1900000000000000001", "text": TEXT}}))
    outcome = x_at(server.url).post_statement(TEXT, "key")
    assert isinstance(outcome, Sent)
    [request] = server.requests
    assert (request.method, request.path, request.json) == ("POST", "/2/tweets", {"text": TEXT})


def test_a_lost_answer_is_unknown_and_the_post_is_found_by_its_words_alone(start: Start) -> None:
    answers = {"type": "replied_to", "id": "5"}
    posts = [
        ours(-20),  # too old to be this one
        ours(-1, referenced_tweets=[answers]),  # the same words in an answer
        ours(0, "Something else."),
        ours(1),
    ]
    network = x_at(start(Timeline(posts)).url)
    found = network.find_statement(TEXT, NOON, "key")
    assert isinstance(found, Sent)
    assert (found.post_id, found.at) == (posts[-1]["id"], NOON + timedelta(minutes=1))
    assert x_at(start(Timeline(posts[:-1])).url).find_statement(TEXT, NOON, "key") is None
    assert isinstance(x_at(start(is_silent).url, timeout=0.3).post_statement(TEXT, "key"), OutcomeLost)


def test_a_timeline_that_cannot_be_read_says_nothing_about_the_post(start: Start) -> None:
    with pytest.raises(NetworkTrouble):
        x_at(start(says(503)).url).find_statement(TEXT, NOON, "key")


@pytest.mark.parametrize(("answers_somebody", "kind"), [(True, NotSent), (False, OutcomeLost)])
def test_words_that_x_calls_a_duplicate_may_be_our_statement_unless_an_answer_has_them(
    start: Start, answers_somebody: bool, kind: type
) -> None:
    said = ours(-1, referenced_tweets=[{"type": "replied_to", "id": "5"}] if answers_somebody else [])
    refuse, timeline = (
        says(403, {"detail": "You are not allowed to create a Tweet with duplicate content."}),
        Timeline([said]),
    )
    network = x_at(start(lambda *of: (refuse if of[2].method == "POST" else timeline)(*of)).url)
    assert isinstance(network.post_statement(TEXT, "key"), kind)


def test_it_is_measured_in_weighted_characters_and_offered_behind_our_own_keys() -> None:
    network = ourselves(x_at("http://127.0.0.1:1"))
    assert isinstance(network, PostsStatements)
    assert network.posts_statements
    assert [(one.count, one.limit) for one in network.statement_lengths("\U0001f600a")] == [(3, 280)]
