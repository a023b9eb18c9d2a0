"""What an unmodified tweepy client may post, and the planned faults of the X API."""

from email.utils import parsedate_to_datetime

import pytest
import requests
import tweepy

from tests.rehearsal.street.conftest import connect

POST = "POST /2/tweets"


@pytest.fixture
def complaint(customers):
    return customers.post("@northwind charged twice")


def own_replies(x, stage, to):
    answer = x.get_users_tweets(
        stage.street.brand.id, user_auth=True, tweet_fields=["referenced_tweets"], since_id=to
    )
    return [post for post in answer.data or [] if str(post.referenced_tweets[0].id) == str(to)]


def test_a_reply_is_shown_with_the_authors_handle_and_kept_as_it_was_written(x, stage, complaint):
    made = x.create_tweet(text="Sorry & thank you.", in_reply_to_tweet_id=complaint)
    assert made.data["text"] == "@priya_n Sorry &amp; thank you."
    kept = stage.ledger()["x"]["posts"][-1]
    assert (kept["text"], kept["by"], kept["in_reply_to"]) == ("Sorry & thank you.", "app", complaint)


def test_a_reply_appears_on_the_street_under_the_complaint(x, stage, complaint):
    x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    conversation = requests.get(f"{stage.url}/street/posts?conversation={complaint}", timeout=10).json()
    assert [(post["handle"], post["brand"]) for post in conversation] == [("northwind", True), ("priya_n", False)]


def test_who_did_not_summon_us_is_not_answered(x, customers):
    bystander = customers.post("northwind is slow today")
    with pytest.raises(tweepy.Forbidden, match="mentioned or otherwise engaged"):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=bystander)


def test_a_quote_of_ours_summons_us(x, customers, stage):
    ours = stage.street.publish(stage.street.brand, "New kettle!", hand="phone").id
    quote = customers.post("about that kettle", quotes=str(ours))
    assert x.create_tweet(text="Tell us more.", in_reply_to_tweet_id=quote).data["id"]


def test_a_limited_conversation_is_not_answered_unless_we_are_mentioned_in_it(x, customers):
    limited = customers.post("@northwind only friends here", reply_settings="following")
    with pytest.raises(tweepy.Forbidden, match="limited by its author"):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=limited)
    open_to_us = customers.post("@northwind only you", reply_settings="mentionedUsers")
    assert x.create_tweet(text="Sorry.", in_reply_to_tweet_id=open_to_us).data["id"]


def test_the_same_words_twice_are_a_duplicate_without_a_code(x, customers, complaint):
    x.create_tweet(text="We are on it.", in_reply_to_tweet_id=complaint)
    other = customers.post("@northwind me too", handle="tom_a")
    with pytest.raises(tweepy.Forbidden) as refused:
        x.create_tweet(text="We are on it.", in_reply_to_tweet_id=other)
    assert "duplicate content" in refused.value.api_messages[0]
    assert refused.value.api_codes == []


def test_words_are_no_duplicate_a_day_later_or_once_deleted(x, stage, complaint):
    first = x.create_tweet(text="We are on it.", in_reply_to_tweet_id=complaint).data["id"]
    x.delete_tweet(first)
    x.create_tweet(text="We are on it.", in_reply_to_tweet_id=complaint)
    stage.clock.jump(24 * 3600 + 1)
    assert x.create_tweet(text="We are on it.", in_reply_to_tweet_id=complaint).data["id"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 280, True), ("a" * 281, False), ("木" * 140, True), ("木" * 141, False), (" ", False),
     ("👨‍👩‍👧‍👦" * 140, True), ("see https://example.com/" + "x" * 300, True)],
)  # fmt: skip
def test_length_is_weighted(x, complaint, text, fits):
    if fits:
        assert x.create_tweet(text=text, in_reply_to_tweet_id=complaint).data["id"]
    else:
        with pytest.raises(tweepy.BadRequest):
            x.create_tweet(text=text, in_reply_to_tweet_id=complaint)


def test_what_is_deleted_cannot_be_answered(x, customers, complaint):
    requests.delete(f"{customers.url}/street/posts/{complaint}", timeout=10)
    with pytest.raises(tweepy.BadRequest):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)


def test_only_our_own_posts_can_be_deleted(x, complaint):
    with pytest.raises(tweepy.Forbidden):
        x.delete_tweet(complaint)
    ours = x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint).data["id"]
    assert x.delete_tweet(ours).data == {"deleted": True}


def test_answers_tell_the_stages_time_so_that_the_windows_end_can_be_counted(x, stage):
    stage.clock.jump(7200)
    x.session.hooks["response"].append(lambda answer, **_: told.append(answer.headers))
    told = []
    x.get_me()
    [headers] = told
    date = parsedate_to_datetime(headers["date"])
    assert abs((stage.clock.now() - date).total_seconds()) < 60
    assert 0 < int(headers["x-rate-limit-reset"]) - date.timestamp() <= 902


def test_the_window_of_15_minutes_is_told_in_headers_and_never_by_retry_after(x, stage, complaint):
    for number in range(100):
        x.create_tweet(text=f"Reply {number}", in_reply_to_tweet_id=complaint)
    with pytest.raises(tweepy.TooManyRequests) as refused:
        x.create_tweet(text="One more", in_reply_to_tweet_id=complaint)
    headers = refused.value.response.headers
    assert (headers["x-rate-limit-limit"], headers["x-rate-limit-remaining"]) == ("100", "0")
    assert "retry-after" not in headers
    assert 0 < refused.value.reset_time - stage.clock.now().timestamp() <= 901
    stage.clock.jump(901)
    assert x.create_tweet(text="One more", in_reply_to_tweet_id=complaint).data["id"]


def test_an_answer_lost_after_the_deed_leaves_the_post_readable(x, stage, customers, complaint):
    customers.fault(POST, "lost_after")
    with pytest.raises(requests.ConnectionError):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert len(own_replies(x, stage, complaint)) == 1


def test_an_answer_lost_before_the_deed_leaves_nothing(x, stage, customers, complaint):
    customers.fault(POST, "lost_before")
    with pytest.raises(requests.ConnectionError):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert own_replies(x, stage, complaint) == []


@pytest.mark.parametrize(("kind", "posts"), [("500", 0), ("503", 0), ("500_after", 1)])
def test_trouble_at_the_server_may_come_before_or_after_the_deed(x, stage, complaint, kind, posts):
    stage.street.faults.plan(POST, kind)
    with pytest.raises(tweepy.TwitterServerError):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert len(own_replies(x, stage, complaint)) == posts


def test_a_late_post_is_accepted_at_once_and_readable_only_later(x, stage, customers, complaint):
    customers.fault(POST, "late", value=30)
    x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert own_replies(x, stage, complaint) == []
    stage.clock.jump(31)
    assert len(own_replies(x, stage, complaint)) == 1


def test_money_can_run_out(x, customers, complaint):
    customers.fault(POST, "402")
    with pytest.raises(tweepy.HTTPException) as refused:
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert refused.value.response.status_code == 402
    assert refused.value.response.json()["title"] == "CreditsDepleted"


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("403", tweepy.Forbidden), ("429", tweepy.TooManyRequests), ("html", tweepy.TwitterServerError),
     ("bad_json", requests.JSONDecodeError)],
)  # fmt: skip
def test_reads_can_fail_too_and_only_as_often_as_asked(x, stage, customers, kind, raised):
    customers.fault("GET /2/users/:id/mentions", kind, times=2)
    for _ in range(2):
        with pytest.raises(raised):
            x.get_users_mentions(stage.street.brand.id, user_auth=True)
    assert x.get_users_mentions(stage.street.brand.id, user_auth=True).meta["result_count"] == 0


def test_a_hanging_call_is_dropped_without_the_deed(x, stage, customers, complaint):
    customers.fault(POST, "hang", value=0.1)
    with pytest.raises(requests.ConnectionError):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    assert own_replies(x, stage, complaint) == []


def test_a_list_can_show_its_posts_twice(x, stage, customers, complaint):
    customers.fault("GET /2/users/:id/mentions", "twice")
    posts = x.get_users_mentions(stage.street.brand.id, user_auth=True).data
    assert [str(post.id) for post in posts] == [complaint, complaint]


def test_faults_can_be_taken_back_and_unknown_ones_are_refused(x, stage, customers):
    customers.fault("*", "500", times=9)
    assert requests.delete(f"{stage.url}/stage/faults", timeout=10).json() == {"ok": True}
    assert x.get_me().data.username == "northwind"
    body = {"side": "x", "method": POST, "kind": "earthquake"}
    assert requests.post(f"{stage.url}/stage/faults", json=body, timeout=10).status_code == 400


def test_every_call_stands_in_the_ledger_with_what_it_got(x, stage, customers, complaint):
    customers.fault(POST, "lost_after")
    with pytest.raises(requests.ConnectionError):
        x.create_tweet(text="Sorry.", in_reply_to_tweet_id=complaint)
    x.get_me()
    calls = stage.ledger()["x"]["calls"]
    assert [(c["method"], c["status"], c["fault"]) for c in calls] == [
        (POST, "lost", "lost_after"),
        ("GET /2/users/me", 200, ""),
    ]
    assert calls[0]["asked"] == {"text": "Sorry.", "reply": {"in_reply_to_tweet_id": complaint}}


def test_keys_are_never_written_down(rude_stage):
    with pytest.raises(tweepy.Unauthorized):
        connect(rude_stage, "very-private", "also-private").get_me()
    assert "private" not in str(rude_stage.ledger())
