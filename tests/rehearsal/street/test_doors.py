"""The street's JSON routes and the backstage."""

import subprocess
import sys

import pytest
import requests

from bot.rehearsal.stage import Stage
from tests.children import Child


def ask(stage, method, path, body=None):
    return requests.request(method, f"{stage.url}{path}", json=body, timeout=10)


def test_a_conversation_is_shown_newest_first(stage, customers):
    root = customers.post("@northwind hello?", handle="priya_n", name="Priya N", followers=12_400)
    reply = customers.post("me too", handle="tom_a", in_reply_to=root)
    customers.post("elsewhere", handle="lee_p")
    told = ask(stage, "GET", f"/street/posts?conversation={reply}").json()
    assert [(one["id"], one["in_reply_to"], one["conversation"]) for one in told] == [
        (reply, root, root), (root, None, root),
    ]  # fmt: skip
    assert (told[1]["followers"], told[1]["by"], told[0]["leading"]) == (12_400, "customer", ["priya_n", "northwind"])


def test_the_brands_phone_writes_as_the_brand_past_the_desk(stage, customers):
    root = customers.post("@northwind hello?")
    customers.post("From the phone.", handle="Northwind", in_reply_to=root)
    last = ask(stage, "GET", "/street/timeline").json()[0]
    assert (last["brand"], last["by"], last["author_id"]) == (True, "phone", str(stage.street.brand.id))


def test_deleted_posts_leave_the_timeline_and_stay_in_the_ledger(stage, customers):
    post = customers.post("@northwind hello?")
    assert ask(stage, "DELETE", f"/street/posts/{post}").json() == {"ok": True}
    assert ask(stage, "GET", "/street/timeline").json() == []
    assert stage.ledger()["x"]["posts"][0]["deleted"] is True
    assert ask(stage, "DELETE", f"/street/posts/{post}").status_code == 404
    assert ask(stage, "POST", f"/street/posts/{post}/edit", {"text": "x"}).status_code == 404


def test_ids_grow_with_time_and_carry_it(stage, customers):
    first = int(customers.post("one"))
    stage.clock.jump(60)
    second = int(customers.post("two"))
    assert 60_000 <= (second >> 22) - (first >> 22) <= 70_000


@pytest.mark.parametrize(
    "body",
    [{}, {"handle": "a b", "text": "x"}, {"handle": "way_too_long_for_a_handle", "text": "x"},
     {"handle": "a", "text": " "}, {"handle": "a", "text": 5}, {"handle": "a", "text": "x" * 25_001},
     {"handle": "a", "text": "x", "colour": "red"}],
)  # fmt: skip
def test_a_post_that_cannot_be_is_refused_with_a_sentence(stage, body):
    answer = ask(stage, "POST", "/street/posts", body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_foreign_text_comes_back_as_it_was_written(stage, customers):
    rude = "<b>\x00\ud800\u202e</b> <!channel> &amp; " + "木" * 3_000
    customers.post(rude, name=rude[:40])
    told = ask(stage, "GET", "/street/timeline").json()[0]
    assert (told["text"], told["name"]) == (rude, rude[:40])


def test_the_crowd_is_started_and_stopped(stage):
    assert ask(stage, "POST", "/street/crowd", {"mood": "storm", "rate": 600}).json()["rate"] == 600
    assert ask(stage, "DELETE", "/street/crowd").json()["mood"] == "silent"
    assert ask(stage, "POST", "/street/crowd", {"mood": "odd"}).status_code == 400


def test_the_crowd_learns_what_to_tell_again(stage):
    said = [{"key": "1", "handle": "c_501", "text": "@northwind late again"}]
    told = ask(stage, "POST", "/street/crowd", {"mood": "file", "said": said}).json()
    assert (told["mood"], told["moods"][-1]) == ("file", "file")


def test_the_clock_is_told_set_and_never_turned_back(stage):
    assert ask(stage, "GET", "/stage/clock").json()["speed"] == 1
    before = stage.clock.now()
    told = ask(stage, "POST", "/stage/clock", {"speed": 0, "jump": 3600}).json()
    assert told["speed"] == 0
    assert (stage.clock.now() - before).total_seconds() >= 3600
    assert ask(stage, "POST", "/stage/clock", {"jump": -1}).status_code == 400


def test_the_ledger_tells_both_sides_and_their_strangers(rude_stage):
    requests.get(f"{rude_stage.url}/x/2/lists", timeout=10)
    requests.post(
        f"{rude_stage.url}/api/chat.shout", headers={"Authorization": "Bearer xoxb-rehearsal-bot"}, timeout=10
    )
    ledger = ask(rude_stage, "GET", "/stage/ledger").json()
    assert set(ledger) == {"slack", "x", "street", "strangers"}
    assert [one["side"] for one in ledger["strangers"]] == ["slack", "x"]


def test_faults_reach_the_side_they_are_meant_for(stage):
    planned = {"side": "slack", "method": "chat.postMessage", "kind": "503", "times": 2}
    assert ask(stage, "POST", "/stage/faults", planned).json() == {"ok": True}
    assert ask(stage, "GET", "/stage/ledger").json()["slack"]["faults"]["waiting"][0]["times"] == 2
    ask(stage, "DELETE", "/stage/faults")
    assert ask(stage, "GET", "/stage/ledger").json()["slack"]["faults"]["waiting"] == []
    assert ask(stage, "POST", "/stage/faults", {**planned, "kind": "earthquake"}).status_code == 400
    assert ask(stage, "POST", "/stage/faults", {**planned, "side": "moon"}).status_code == 400


def test_what_the_desk_has_on_its_way_out_is_shown_as_it_told_it(stage):
    assert ask(stage, "GET", "/stage/outbox").json() == {}
    told = {"waiting": 1, "messages": [{"what": "card, case 1", "to": "C1", "state": "begun"}], "replies": []}
    before = ask(stage, "GET", "/stage/versions").json()["outbox"]
    assert ask(stage, "POST", "/stage/outbox", told).json() == {"ok": True}
    assert ask(stage, "GET", "/stage/outbox").json() == told
    assert ask(stage, "GET", "/stage/versions").json()["outbox"] != before
    assert ask(stage, "POST", "/stage/outbox", {"messages": ["card"], "replies": []}).status_code == 400
    assert ask(stage, "POST", "/stage/outbox", {}).status_code == 400


def test_news_is_told_when_something_changed(stage, customers):
    with requests.get(f"{stage.url}/stage/events", stream=True, timeout=10) as news:
        lines = (line for line in news.iter_lines(decode_unicode=True) if line.startswith("data:"))
        before = next(lines)
        customers.post("something new")
        assert next(lines) != before


def test_the_stage_is_a_process_of_its_own_that_says_when_it_is_ready():
    command = [sys.executable, "-m", "bot.rehearsal", "--port", "0", "--crowd", "storm"]
    with Child(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            word, url = process.stdout.readline().split()
            assert word == "ready"
            assert "crowd" in {
                one["by"] for one in requests.get(f"{url}/stage/ledger", timeout=10).json()["x"]["posts"]
            }
        finally:
            process.terminate()


def test_two_stages_share_nothing():
    with Stage() as one, Stage() as other:
        requests.post(f"{one.url}/street/posts", json={"handle": "a", "text": "hi"}, timeout=10)
        assert requests.get(f"{other.url}/street/timeline", timeout=10).json() == []


def test_likes_are_given_taken_back_and_told_to_x(stage, customers, x):
    post = customers.post("@northwind hello?")
    like = f"/street/posts/{post}/like"
    assert [ask(stage, "POST", like, {"handle": who}).json()["likes"] for who in ("lee", "tom", "LEE")] == [1, 2, 1]
    told = x.get_tweet(post, tweet_fields=["public_metrics"], user_auth=True).data
    assert told.public_metrics["like_count"] == 1
    edited = ask(stage, "POST", f"/street/posts/{post}/edit", {"text": "@northwind hello again?"}).json()["post"]
    assert edited["likes"] == 1
    assert ask(stage, "POST", "/street/posts/12/like", {"handle": "lee"}).status_code == 404


def test_a_repost_names_what_it_repeats(stage, customers, x):
    post = customers.post("@northwind hello?", lang="fr")
    repost = ask(stage, "POST", f"/street/posts/{post}/repost", {"handle": "lee"}).json()["id"]
    told = x.get_tweet(repost, tweet_fields=["referenced_tweets"], user_auth=True).data
    assert [(one.type, str(one.id)) for one in told.referenced_tweets] == [("retweeted", post)]
    assert told.text == "RT @priya_n: @northwind hello?"


def test_private_messages_stay_between_a_customer_and_the_brand(stage, customers):
    first = {"handle": "priya_n", "name": "Priya N", "text": "My order number is 7."}
    ask(stage, "POST", "/street/messages", first)
    ask(stage, "POST", "/street/messages", {"to": "priya_n", "text": "Thank you."})
    ask(stage, "POST", "/street/messages", {"handle": "tom", "text": "Me too."})
    letters = ask(stage, "GET", "/street/messages?with=Priya_N").json()
    assert [(one["brand"], one["text"]) for one in letters] == [(False, first["text"]), (True, "Thank you.")]
    assert ask(stage, "GET", "/street/timeline").json() == []
    assert len(stage.ledger()["street"]["messages"]) == 3
    assert ask(stage, "POST", "/street/messages", {"handle": "northwind", "text": "x"}).status_code == 400
    assert ask(stage, "POST", "/street/messages", {"handle": "tom", "text": "x" * 501}).status_code == 400


def test_single_calls_of_both_sides_are_listed_newest_first(stage, customers, x):
    x.get_me()
    requests.post(f"{stage.url}/api/auth.test", timeout=10)
    told = ask(stage, "GET", "/stage/traffic?limit=2").json()
    assert [(one["side"], one["what"], one["outcome"]) for one in told] == [
        ("slack", "auth.test", "not_authed"), ("x", "GET /2/users/me", "200"),
    ]  # fmt: skip
    assert ask(stage, "GET", "/stage/next").json() == {"at": None, "in": None}


def test_a_customer_takes_another_handle_and_stays_who_they_are(stage, customers, x):
    root = customers.post("@northwind hello?", handle="priya_n", name="Priya N")
    told = ask(stage, "POST", "/street/accounts/priya_n", {"handle": "priya_k", "name": "Priya Kaur"}).json()
    customers.post("@northwind still me", handle="priya_k", name="", in_reply_to=root)
    shown = ask(stage, "GET", f"/street/posts?conversation={root}").json()
    assert {(one["author_id"], one["handle"], one["name"]) for one in shown} == {
        (told["id"], "priya_k", "Priya Kaur")
    }


@pytest.mark.parametrize(
    ("who", "to", "status"),
    [("nobody", "lee", 404), ("priya_n", "tom_a", 400), ("priya_n", "a b", 400), ("northwind", "southwind", 400)],
)
def test_a_handle_that_cannot_be_taken_is_refused_with_a_sentence(stage, customers, who, to, status):
    customers.post("hello", handle="priya_n")
    customers.post("hello", handle="tom_a")
    answer = ask(stage, "POST", f"/street/accounts/{who}", {"handle": to})
    assert (answer.status_code, answer.json()["error"][-1]) == (status, ".")
