"""What an unmodified tweepy client reads from the X API."""

from datetime import UTC, timedelta

import pytest
import requests
import tweepy

from bot.gateways.networks.x_events import WANTED
from bot.rehearsal.street.posts import Hand
from bot.rehearsal.street.xactivity import events_of
from tests.rehearsal.street.conftest import connect

FIELDS = [
    "author_id", "conversation_id", "created_at", "in_reply_to_user_id", "referenced_tweets", "lang",
    "reply_settings", "attachments", "entities", "public_metrics",
]  # fmt: skip
USER = ["created_at", "public_metrics", "verified"]


def mentions(x, stage, **more):
    return x.get_users_mentions(stage.street.brand.id, user_auth=True, tweet_fields=FIELDS, **more)


def test_me_is_the_brand(x):
    me = x.get_me(user_fields=USER).data
    assert (me.username, me.name, me.verified) == ("northwind", "Northwind", True)


def test_a_member_is_found_by_handle_whatever_the_case(x, customers):
    customers.post("hello", handle="Lee_Park", name="Lee", followers=12)
    lee = x.get_user(username="lee_park", user_auth=True, user_fields=["public_metrics"]).data
    assert (lee.username, lee.public_metrics["followers_count"]) == ("Lee_Park", 12)
    assert x.get_user(username="nobody", user_auth=True).errors[0]["title"] == "Not Found Error"


def test_a_mention_carries_the_fields_asked_for(x, stage, customers):
    number = customers.post("@northwind 5 < 6 & you know it", media=2, lang="fr", name="Priya N", followers=3)
    answer = mentions(x, stage, expansions=["author_id", "attachments.media_keys"], user_fields=USER)
    post = answer.data[0]
    assert str(post.id) == number
    assert post.text == "@northwind 5 &lt; 6 &amp; you know it"
    assert post.conversation_id == post.id
    assert post.created_at.tzinfo is not None
    assert abs(post.created_at - stage.clock.now().astimezone(UTC)) < timedelta(minutes=1)
    assert (post.lang, post.reply_settings) == ("fr", "everyone")
    assert len(post.attachments["media_keys"]) == len(answer.includes["media"]) == 2
    assert post.entities["mentions"][0]["username"] == "northwind"
    assert answer.includes["users"][0].public_metrics["followers_count"] == 3


def test_without_fields_only_the_defaults_come(x, stage, customers):
    customers.post("@northwind hello")
    post = x.get_users_mentions(stage.street.brand.id, user_auth=True).data[0]
    assert set(post.data) == {"id", "text", "edit_history_tweet_ids"}


def test_only_posts_of_others_that_name_the_brand_are_mentions(x, stage, customers):
    named = customers.post("hey @Northwind!")
    customers.post("northwind without the sign, me@northwind.example, @northwinder")
    customers.post("@northwind talking to ourselves", handle="northwind")
    assert [str(post.id) for post in mentions(x, stage).data] == [named]


def test_a_reply_to_the_brand_names_it_by_itself(x, stage, customers):
    complaint = customers.post("@northwind where is it?")
    reply = x.create_tweet(text="On its way.", in_reply_to_tweet_id=complaint).data["id"]
    answer = customers.post("thank you", in_reply_to=reply)
    newest = mentions(x, stage).data[0]
    assert (str(newest.id), newest.text) == (answer, "@northwind thank you")
    assert str(newest.conversation_id) == complaint
    assert newest.in_reply_to_user_id == stage.street.brand.id
    assert [(one.type, str(one.id)) for one in newest.referenced_tweets] == [("replied_to", reply)]


def test_paging_walks_from_newest_to_oldest_without_gap_or_double(x, stage, customers):
    ids = [customers.post(f"@northwind number {number}") for number in range(23)]
    pages = list(tweepy.Paginator(x.get_users_mentions, stage.street.brand.id, user_auth=True, max_results=5))
    assert [str(post.id) for page in pages for post in page.data] == ids[::-1]
    assert pages[0].meta == {
        "newest_id": ids[-1], "oldest_id": ids[-5], "result_count": 5, "next_token": pages[0].meta["next_token"],
    }  # fmt: skip
    assert "next_token" not in pages[-1].meta


def test_since_and_until_leave_out_their_own_ids(x, stage, customers):
    ids = [customers.post(f"@northwind number {number}") for number in range(6)]
    answer = mentions(x, stage, since_id=ids[1], until_id=ids[4])
    assert [str(post.id) for post in answer.data] == [ids[3], ids[2]]
    assert mentions(x, stage, since_id=ids[-1]).data is None
    assert mentions(x, stage, since_id=ids[-1]).meta == {"result_count": 0}


def test_mentions_end_at_the_newest_800(x, stage):
    author = stage.street.account("priya_n")
    made = [stage.street.publish(author, f"@northwind {n}", hand="customer") for n in range(830)]
    pages = tweepy.Paginator(
        x.get_users_mentions, stage.street.brand.id, user_auth=True, max_results=100, since_id=made[0].id
    )
    seen = [post.id for page in pages for post in page.data]
    assert seen == [post.id for post in made[:-801:-1]]


def test_the_timeline_ends_at_the_newest_3200(x, stage):
    brand = stage.street.brand
    made = [stage.street.publish(brand, f"post {n}", hand="phone") for n in range(3_220)]
    pages = tweepy.Paginator(x.get_users_tweets, brand.id, user_auth=True, max_results=100)
    seen = [post.id for page in pages for post in page.data]
    assert seen == [post.id for post in made[:-3201:-1]]


def test_own_posts_show_what_they_answer_also_from_the_phone(x, stage, customers):
    complaint = customers.post("@northwind hello?")
    customers.post("From my phone: sorry!", handle="northwind", in_reply_to=complaint)
    own = x.get_users_tweets(stage.street.brand.id, user_auth=True, tweet_fields=FIELDS, since_id=complaint).data
    assert [str(one.referenced_tweets[0].id) for one in own] == [complaint]


def test_what_is_gone_is_told_beside_what_is_there(x, customers):
    here, gone = customers.post("@northwind here"), customers.post("@northwind gone")
    requests.delete(f"{customers.url}/street/posts/{gone}", timeout=10)
    answer = x.get_tweets([here, gone], user_auth=True)
    assert [str(post.id) for post in answer.data] == [here]
    assert [one["resource_id"] for one in answer.errors] == [gone]
    alone = x.get_tweet(gone, user_auth=True)
    assert (alone.data, alone.errors[0]["title"]) == (None, "Not Found Error")


def test_an_edit_is_a_new_version_with_an_id_of_its_own(x, stage, customers):
    old = customers.post("@northwind it is broken")
    new = requests.post(
        f"{customers.url}/street/posts/{old}/edit", json={"text": "@northwind it works now"}, timeout=10
    ).json()["id"]
    seen = mentions(x, stage).data
    assert [(str(one.id), one.text) for one in seen] == [(new, "@northwind it works now")]
    assert seen[0].edit_history_tweet_ids == [int(old), int(new)]
    assert x.get_tweet(old, user_auth=True).data.text == "@northwind it is broken"
    requests.delete(f"{customers.url}/street/posts/{old}", timeout=10)
    assert mentions(x, stage).data is None


@pytest.mark.parametrize(("app", "account"), [("wrong", "rehearsal-account"), ("rehearsal-app", "wrong")])
def test_wrong_keys_are_refused(stage, app, account):
    with pytest.raises(tweepy.Unauthorized):
        connect(stage, app, account).get_me()


def test_what_x_does_not_know_is_refused_and_noted(rude_stage):
    x, brand = connect(rude_stage), rude_stage.street.brand.id
    with pytest.raises(tweepy.BadRequest):
        x.get_users_mentions(brand, user_auth=True, tweet_fields=["colour"])
    with pytest.raises(tweepy.NotFound):
        x.get_liked_tweets(brand, user_auth=True)
    with pytest.raises(tweepy.BadRequest):
        x.create_tweet(text="hi", place_id="here")
    with pytest.raises(tweepy.BadRequest):
        x.request("GET", f"/2/users/{brand}/mentions", params={"colour": "red"}, user_auth=True)
    assert len(rude_stage.ledger()["strangers"]) == 4


@pytest.mark.parametrize("limit", [4, 101])
def test_a_page_holds_5_to_100(x, stage, limit):
    with pytest.raises(tweepy.BadRequest):
        mentions(x, stage, max_results=limit)


def test_answers_keep_the_shapes_of_the_official_client(x, stage, customers):
    from xdk import schemas  # takes a second, which every process of the tests would spend

    complaint = customers.post("@northwind look at example.com", media=1, quotes=customers.post("older"))
    made = x.create_tweet(text="We are looking.", in_reply_to_tweet_id=complaint)
    stage.street.edits_replies = True
    asked = {"text": "We have found it.", "edit_options": {"previous_post_id": made.data["id"]}}
    edited = x.request("POST", "/2/tweets", json=asked, user_auth=True).json()
    answer = customers.post("@northwind rubbish", in_reply_to=customers.post("Our parcels.", handle="northwind"))
    x.return_type = dict
    wide = {
        "tweet_fields": FIELDS, "user_fields": USER, "media_fields": ["url"],
        "expansions": ["author_id", "attachments.media_keys", "referenced_tweets.id"],
    }  # fmt: skip
    brand = stage.street.brand.id
    strict = {
        schemas.GetUsersMentionsResponse: x.get_users_mentions(brand, user_auth=True, **wide),
        schemas.GetUsersPostsResponse: x.get_users_tweets(brand, user_auth=True, **wide),
        schemas.GetPostsByIdsResponse: x.get_tweets([complaint, "1"], user_auth=True, **wide),
        schemas.GetUsersMeResponse: x.get_me(user_fields=USER),
        schemas.GetPostsByIdResponse: x.get_tweet(complaint, user_auth=True, **wide),
        schemas.CreatePostsResponse: edited,
        schemas.HidePostsReplyResponse: x.hide_reply(answer),
        schemas.DeletePostsResponse: x.delete_tweet(made.data["id"]),
    }
    for model, answer in strict.items():
        assert model.model_validate(answer).data is not None
    parsed = schemas.GetUsersMentionsResponse.model_validate(strict[schemas.GetUsersMentionsResponse])
    assert parsed.data[-1].reply_settings == "everyone"
    assert schemas.CreatePostsRequest.model_validate(asked).edit_options.previous_post_id == made.data["id"]
    assert parsed.includes.users[0].username == "priya_n"
    assert schemas.CreatePostsResponse.model_validate({"data": made.data}).data.id == made.data["id"]


def test_the_events_of_the_stream_keep_the_shapes_of_the_official_client(stage, customers):
    from xdk import schemas  # as above

    street, now = stage.street, stage.clock.now()
    brand = str(street.brand.id)
    for kind in WANTED:
        made = street.activity.add({"event_type": kind, "filter": {"user_id": brand}, "tag": "heard-1"}, now)
        schemas.CreateActivitySubscriptionResponse.model_validate(made)
    schemas.GetActivitySubscriptionsResponse.model_validate(street.activity.list())
    offer = street.publish(street.brand, "New kettles are in.", hand=Hand.PHONE).id
    for more in ({"in_reply_to": offer}, {"quotes": offer}, {"media": 1}):
        customers.post("@northwind mine melted: https://example.com", **more)
    street.delete(offer)
    events = [one for what, post in street.on_x for one in events_of(street, what, post)]
    assert {one["data"]["event_type"] for one in events} == set(WANTED)
    for one in events:
        schemas.ActivityStreamResponse.model_validate(one)
