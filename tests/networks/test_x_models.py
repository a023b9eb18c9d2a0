"""What our X gateway sends and reads, judged by xdk, X's own client, and by tweepy's reading of the same answers.

xdk cannot be made to call another address without a key of X's; its published models judge the bodies.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.interference import Forward, Handler, Interference
from bot.gateways.networks.x_kind import KIND
from bot.ports import KnowsItself, Sent
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.stand_ins import OnTheStreet, x
from tests.gateways.x_server import Start, says, start, x_at

pytestmark = pytest.mark.networks
__all__ = ["start"]

# xdk asks with `post.fields`, and calls these so; tweepy, and so the gateway, still use the names of before.
RENAMED = {"note_tweet": "note_post", "referenced_tweets": "referenced_posts"}
Told = tuple[str, str, dict[str, Any]]  # method, path with its query, the answer's JSON


@pytest.fixture
def street() -> Iterator[OnTheStreet]:
    with x() as opened:
        yield opened


@pytest.fixture
def heard() -> list[Told]:
    return []


@pytest.fixture
def network(street: OnTheStreet, heard: list[Told]) -> Iterator[KnowsItself]:
    def listen(method: str, path: str) -> Any:
        def play(handler: Handler, forward: Forward) -> None:
            answer = forward()
            heard.append((method, path, json.loads(answer.body)))
            handler.give_all(answer)

        return play

    with Interference(street.api_url) as between:
        between.spoil(listen)
        yield KIND.build(
            AccountGiven(id=street.account, handle=street.handle, secrets=street.secrets, api_url=between.url)
        )


def refused_by(model: Any, told: dict[str, Any]) -> list[str]:
    """Return the fields that a model of X's does not know, at any depth that it describes, after it took the rest."""
    read = model.model_validate(told)
    strange = [*(read.model_extra or {})]
    for name in type(read).model_fields:
        for one in [getattr(read, name)] if not isinstance(getattr(read, name), list) else getattr(read, name):
            strange += [*(getattr(one, "model_extra", None) or {})]
    return strange


def test_what_we_send_is_a_request_that_x_publishes(start: Start) -> None:
    from xdk import schemas

    server = start(says(201, {"data": {"id": "1900000000000000001", "text": "We look."}}))
    target = PostRef("x", "900", "1800000000000000001")
    assert isinstance(x_at(server.url).reply(target, "We look.", "key"), Sent)
    [request] = server.requests
    assert refused_by(schemas.CreatePostsRequest, request.json) == []
    assert schemas.CreatePostsRequest.model_validate(request.json).reply.in_reply_to_tweet_id == target.post_id


def test_a_statement_and_a_change_of_it_are_requests_that_x_publishes(start: Start) -> None:
    from xdk import schemas

    server = start(says(201, {"data": {"id": "1900000000000000001", "text": "We are down."}}))
    assert isinstance(x_at(server.url).post_statement("We are down.", "key"), Sent)
    assert isinstance(x_at(server.url).edit_reply("1800000000000000001", "We are up.", "key"), Sent)
    posted, changed = [schemas.CreatePostsRequest.model_validate(one.json) for one in server.requests]
    assert [refused_by(schemas.CreatePostsRequest, one.json) for one in server.requests] == [[], []]
    assert (posted.text, posted.reply) == ("We are down.", None)
    assert changed.edit_options.previous_post_id == "1800000000000000001"


def test_all_that_we_read_is_an_answer_that_x_publishes(
    network: KnowsItself, street: OnTheStreet, heard: list[Told]
) -> None:
    from xdk import schemas

    complaint = street.say("@northwind my parcel is late, see example.com")
    network.verify()
    target = PostRef("x", street.account, complaint)
    sent = network.reply(target, "We look.", "key")
    assert isinstance(sent, Sent)
    posts = [post for batch in network.fetch("mentions", "") for post in batch.posts]
    own = [post for batch in network.fetch("own", "") for post in batch.posts]
    assert ([one.ref.post_id for one in posts], [one.ref.post_id for one in own]) == ([complaint], [sent.post_id])
    models = {
        ("GET", "me"): schemas.GetUsersMeResponse,
        ("POST", "tweets"): schemas.CreatePostsResponse,
        ("GET", "mentions"): schemas.GetUsersMentionsResponse,
        ("GET", "tweets"): schemas.GetUsersPostsResponse,
    }
    for method, path, told in heard:
        model = models[method, urlsplit(path).path.rpartition("/")[2]]
        assert model.model_validate(told) is not None
    assert {(method, urlsplit(path).path.rpartition("/")[2]) for method, path, _ in heard} == models.keys()


def test_every_field_that_we_ask_for_is_one_that_x_publishes(
    network: KnowsItself, street: OnTheStreet, heard: list[Told]
) -> None:
    from xdk import schemas

    street.say("@northwind late")
    list(network.fetch("mentions", ""))
    [asked] = [parse_qs(urlsplit(path).query) for _, path, _ in heard]
    models = {"tweet.fields": schemas.Post, "user.fields": schemas.User}
    for name, model in models.items():
        of_today = {RENAMED.get(one, one) for one in asked[name][0].split(",")}
        assert of_today <= model.model_fields.keys(), name


def test_tweepy_reads_the_same_posts_as_we_do(network: KnowsItself, street: OnTheStreet, heard: list[Told]) -> None:
    import tweepy

    complaint = street.say("@northwind my parcel is late")
    [ours] = [post for batch in network.fetch("mentions", "") for post in batch.posts]
    [theirs] = [tweepy.Tweet(one) for _, _, told in heard for one in told["data"]]
    assert (str(theirs.id), theirs.text, theirs.created_at) == (complaint, ours.text, ours.posted_at)
    assert (str(theirs.author_id), str(theirs.conversation_id)) == (ours.author.id, ours.root_id)
