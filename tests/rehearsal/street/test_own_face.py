"""The street's own API, as docs/stage.md describes it: one ledger, without posts of X."""

import pytest
import requests

from bot.rehearsal.street.posts import Hand, Where
from bot.rehearsal.street.sface import TOKEN


class Us:
    """The brand's app as a client of the street."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, method, path, body=None, key="", token=TOKEN):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return requests.request(method, f"{self._url}/s{path}", json=body, headers=headers, timeout=10)

    def changes(self, after=""):
        return self.ask("GET", f"/changes?after={after}").json()

    def told(self, after=""):
        """Return the changes with their texts."""
        lines = self.changes(after)["changes"]
        return [(one["what"], (one.get("post") or one.get("message") or {}).get("text", one["id"])) for one in lines]

    def reply(self, to, text, key="k1", where="posts"):
        return self.ask("POST", f"/{where}", {"text": text, "in_reply_to": to}, key)


@pytest.fixture
def us(stage):
    return Us(stage.url)


@pytest.fixture
def street(customers):
    """Write on the street network; return the post's id."""
    return lambda text, handle="priya_n", **more: customers.post(text, handle, network="street", **more)


@pytest.fixture
def privately(stage):
    """Write to the brand in private, or with `to` from its phone; return the message's id."""

    def write(text, handle="priya_n", **more):
        body = {"handle": handle, "text": text, **more}
        answer = requests.post(f"{stage.url}/street/messages", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()["message"]["id"]

    return write


def public(stage):
    return [post["text"] for post in stage.ledger()["street"]["posts"] if post["brand"] and not post["deleted"]]


def private(stage):
    return [one["text"] for one in stage.ledger()["street"]["messages"] if one["brand"] and not one["deleted"]]


def fault(stage, method, kind, **more):
    body = {"side": "street", "method": method, "kind": kind, **more}
    assert requests.post(f"{stage.url}/stage/faults", json=body, timeout=10).json() == {"ok": True}


# --- our account, and changes that do not concern us-------------------------------------------------------------


def test_it_says_who_we_are_and_how_much_fits(us, stage):
    told = us.ask("GET", "/me").json()
    assert told == {
        "id": str(stage.street.brand.id),
        "handle": "northwind",
        "name": "Northwind",
        "followers": 48_200,
        "limit": 500,
    }


@pytest.mark.parametrize("token", ["", "wrong", "r\u00e9hearsal".encode().decode("latin-1")])
def test_nothing_is_told_without_the_token(us, token):
    answer = us.ask("GET", "/changes", token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_token")


def test_what_the_street_does_not_know_is_noted_as_a_stranger(rude_stage):
    us = Us(rude_stage.url)
    assert us.ask("GET", "/friends").status_code == 404
    assert us.ask("GET", "/changes?since=1").status_code == 400
    assert [one["what"] for one in rude_stage.ledger()["street"]["strangers"]] == ["endpoint", "since"]


def test_no_post_shows_at_both_faces(us, x, stage, street, customers):
    here, there = street("@northwind on the street"), customers.post("@northwind on X")
    assert us.told() == [("posted", "@northwind on the street")]
    mentions = x.get_users_mentions(stage.street.brand.id, user_auth=True).data
    assert [str(one.id) for one in mentions] == [there]
    assert x.get_tweet(here, user_auth=True).errors
    assert us.reply(there, "We are sorry").status_code == 404
    with pytest.raises(Exception, match="invalid"):
        x.create_tweet(text="We are sorry", in_reply_to_tweet_id=here, user_auth=True)
    assert us.ask("DELETE", f"/posts/{there}").status_code == 404


def test_what_refers_to_a_post_stands_on_the_network_of_that_post(stage, street, customers):
    root = street("@northwind hello?")
    for more in ({"in_reply_to": root}, {"quotes": root}, {"in_reply_to": root, "network": "x"}):
        customers.post("me too", **more)
    assert {post["network"] for post in stage.ledger()["street"]["posts"]} == {"street"}
    assert stage.ledger()["x"]["posts"] == []


# --- changes, in order --------------------------------------------------------------------------------------------


def test_mentions_messages_and_our_own_posts_come_in_order(us, street, privately, customers):
    root = street("@northwind late")
    privately("my order is 4471")
    customers.post("We look into it", handle="northwind", in_reply_to=root)
    privately("Thank you", to="priya_n")
    street("nothing to do with you")
    street("me too", "lee_p", in_reply_to=root)
    assert us.told() == [
        ("posted", "@northwind late"), ("posted", "my order is 4471"), ("posted", "We look into it"),
        ("posted", "Thank you"), ("posted", "me too"),
    ]  # fmt: skip


def test_a_post_is_told_with_its_author_place_photos_and_likes(us, stage, street):
    root = street("@northwind late", name="Priya N", followers=214, media=2, lang="fr")
    reply = street("still late @northwind", in_reply_to=root)
    us.ask("PUT", f"/posts/{root}/like")
    first, second = (line["post"] for line in us.changes()["changes"])
    assert first | {"at": "", "author": {}} == {
        "id": root, "author": {}, "text": "@northwind late", "at": "", "edited_at": None, "conversation": root,
        "in_reply_to": None, "language": "fr", "photos": 2, "likes": 1,
    }  # fmt: skip
    assert (first["author"]["handle"], first["author"]["followers"]) == ("priya_n", 214)
    assert (second["id"], second["conversation"], second["in_reply_to"]) == (reply, root, root)


def test_a_private_message_is_told_with_the_customer_and_what_it_answers(us, stage, privately):
    first = privately("my order is 4471", name="Priya N", media=1)
    second = privately("Thank you", to="priya_n")
    one, two = (line["message"] for line in us.changes()["changes"])
    assert (one["id"], one["author"]["name"], one["photos"], one["in_reply_to"]) == (first, "Priya N", 1, None)
    assert (two["id"], two["author"]["handle"], two["in_reply_to"]) == (second, "northwind", first)
    assert one["with"] == two["with"] == one["author"]


def test_reading_goes_on_where_it_ended(us, street):
    street("@northwind one")
    cursor = us.changes()["cursor"]
    assert us.told(cursor) == []
    street("@northwind two")
    assert us.told(cursor) == [("posted", "@northwind two")]


def test_more_than_a_hundred_changes_come_in_pages_that_lose_nothing(us, street):
    numbers = [street(f"@northwind {number}", f"c{number % 7}") for number in range(120)]
    first = us.changes()
    assert (len(first["changes"]), first["more"]) == (100, True)
    second = us.changes(first["cursor"])
    assert second["more"] is False
    assert [one["id"] for one in first["changes"] + second["changes"]] == numbers


def test_an_edit_keeps_the_id_and_is_told_as_a_change(us, stage, street):
    post = street("@northwind teh kettle")
    cursor = us.changes()["cursor"]
    edited = requests.post(f"{stage.url}/street/posts/{post}/edit", json={"text": "the kettle"}, timeout=10).json()
    (line,) = us.changes(cursor)["changes"]
    assert (line["what"], line["id"], line["post"]["text"]) == ("edited", post, "the kettle")
    assert line["post"]["edited_at"] is not None
    reply = us.reply(post, "We are sorry").json()["post"]
    assert (edited["id"] != post, reply["in_reply_to"]) == (True, post)


def test_a_deletion_is_told_and_takes_the_words_out_of_what_was_not_read_yet(us, stage, street, privately):
    gone, message = street("@northwind oops"), privately("wrong address")
    cursor = us.changes()["cursor"]
    requests.delete(f"{stage.url}/street/posts/{gone}", timeout=10)
    requests.delete(f"{stage.url}/street/messages/{message}", timeout=10)
    assert us.told(cursor) == us.told() == [("deleted", gone), ("deleted", message)]


def test_a_cursor_of_an_earlier_street_goes_on_with_what_is_new(us, stage, street):
    before = str(stage.street.brand.id)
    street("@northwind hello")
    assert us.told(before) == [("posted", "@northwind hello")]


@pytest.mark.parametrize("after", ["x", "-1", "\u0663", "9" * 20])
def test_what_is_no_cursor_is_refused(us, after):
    assert us.ask("GET", f"/changes?after={after}").status_code == 400


# --- writing ------------------------------------------------------------------------------------------------------


def test_a_public_reply_stands_under_its_post_and_says_by_whose_hand(us, stage, street):
    root = street("@northwind late")
    answer = us.reply(root, "We are sorry")
    assert answer.status_code == 201
    post = answer.json()["post"]
    assert (post["in_reply_to"], post["conversation"], post["author"]["handle"]) == (root, root, "northwind")
    assert [(one["by"], one["network"]) for one in stage.ledger()["street"]["posts"]][-1] == ("app", "street")
    assert stage.ledger()["x"]["posts"] == []


def test_a_private_answer_reaches_its_customer_and_no_timeline(us, stage, privately):
    privately("me first", "omar")
    answered = us.reply(privately("my order is 4471"), "Thank you", where="messages").json()["message"]
    assert answered["with"]["handle"] == "priya_n"
    talk = requests.get(f"{stage.url}/street/messages?with=priya_n", timeout=10).json()
    assert [(one["brand"], one["by"], one["text"]) for one in talk] == [
        (False, "customer", "my order is 4471"), (True, "app", "Thank you"),
    ]  # fmt: skip
    assert requests.get(f"{stage.url}/street/timeline", timeout=10).json() == []
    further = us.reply(answered["id"], "One thing more", key="k2", where="messages").json()["message"]
    assert (further["with"]["handle"], further["in_reply_to"]) == ("priya_n", answered["id"])


def test_a_message_cannot_be_answered_in_public_nor_a_post_in_private(us, stage, street, privately):
    post, message = street("@northwind late"), privately("my order is 4471")
    assert us.reply(message, "Your order 4471").status_code == 404
    assert us.reply(message.removeprefix("m"), "Your order 4471", key="k2").status_code == 404
    assert us.reply(post, "Hello", key="k3", where="messages").status_code == 404
    assert us.reply("", "Hello", key="k4", where="messages").status_code == 404
    assert (public(stage), private(stage)) == ([], [])


@pytest.mark.parametrize("where", ["posts", "messages"])
def test_a_key_makes_one_thing_however_often_it_is_asked(us, stage, street, privately, where):
    to = street("@northwind late") if where == "posts" else privately("late")
    answers = [us.reply(to, "We are sorry", where=where) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 200, 200]
    assert len({str(one.json()) for one in answers}) == 1
    assert public(stage) + private(stage) == ["We are sorry"]


def test_a_key_that_was_used_for_something_else_is_refused(us, stage, street, privately):
    root = street("@northwind late")
    us.reply(root, "We are sorry")
    message = privately("late")
    for to, text, where in ((root, "Other words", "posts"), (message, "We are sorry", "messages")):
        answer = us.reply(to, text, where=where)
        assert (answer.status_code, answer.json()["code"]) == (409, "key_taken")
    assert public(stage) + private(stage) == ["We are sorry"]


@pytest.mark.parametrize("key", ["", "a b", "k" * 65])
def test_nothing_is_made_without_a_key(us, stage, street, key):
    assert us.reply(street("@northwind late"), "We are sorry", key=key).json()["code"] == "malformed"
    assert public(stage) == []


def test_a_key_proves_what_was_made_and_that_nothing_was(us, stage, street):
    assert us.ask("GET", "/keys/k1").status_code == 404
    made = us.reply(street("@northwind late"), "We are sorry").json()
    assert us.ask("GET", "/keys/k1").json() == made
    us.ask("DELETE", f"/posts/{made['post']['id']}")
    assert us.ask("GET", "/keys/k1").json()["deleted"] is True


def test_what_was_refused_leaves_its_key_free(us, stage, street):
    assert us.reply("12", "We are sorry").status_code == 404
    assert us.reply(street("@northwind late"), "We are sorry").status_code == 201


@pytest.mark.parametrize(
    ("text", "fits"), [("\u00e9" * 500, True), ("x" * 501, False), ("\U0001f469\u200d\U0001f680" * 167, False)]
)
@pytest.mark.parametrize("where", ["posts", "messages"])
def test_code_points_are_counted_alike_in_public_and_in_private(us, stage, street, privately, *, where, text, fits):
    to = street("@northwind late") if where == "posts" else privately("late")
    answer = us.reply(to, text, where=where)
    assert answer.status_code == (201 if fits else 422)
    if not fits:
        assert answer.json() | {"says": ""} == {"code": "too_long", "says": "", "count": 501, "limit": 500}


def test_customers_are_held_to_the_same_length(stage, street):
    root = street("@northwind late")
    paths = {"/posts": {"network": "street"}, f"/posts/{root}/edit": {}, "/messages": {}}
    for path, more in paths.items():
        body = {"handle": "priya_n", "text": "x" * 501, **more}
        answer = requests.post(f"{stage.url}/street{path}", json=body, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (
            400,
            "On the street 500 characters fit; this has 501.",
        )


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": 7}, {"text": "x", "in_reply_to": 7}, {"text": "x", "colour": "red"}]
)
def test_a_body_that_is_not_of_the_protocol_is_refused(us, stage, body):
    assert us.ask("POST", "/posts", body, "k1").json()["code"] == "malformed"
    assert public(stage) == []


def test_only_what_is_ours_can_be_deleted(us, stage, street, privately):
    theirs, message = street("@northwind late"), privately("late")
    assert us.ask("DELETE", f"/posts/{theirs}").json()["code"] == "not_yours"
    assert us.ask("DELETE", f"/messages/{message}").json()["code"] == "not_yours"
    ours = us.reply(theirs, "We are sorry").json()["post"]["id"]
    mine = us.reply(message, "We are sorry", key="k2", where="messages").json()["message"]["id"]
    for path in (f"/posts/{ours}", f"/messages/{mine}"):
        assert [us.ask("DELETE", path).json() for _ in range(2)] == [{"deleted": True}, {"deleted": False}]
    assert (public(stage), private(stage)) == ([], [])


def test_a_like_is_given_once_and_taken_back_once(us, stage, street):
    post = street("@northwind thank you")
    likes = [us.ask(method, f"/posts/{post}/like").json()["likes"] for method in ("PUT", "PUT", "DELETE", "DELETE")]
    assert likes == [1, 1, 0, 0]
    assert us.ask("PUT", "/posts/12/like").status_code == 404


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [("403", 403, 0), ("429", 429, 0), ("500", 500, 0), ("502", 502, 0), ("503", 503, 0), ("refuse", 403, 0),
     ("html", 502, 0), ("500_after", 500, 1), ("bad_json", 201, 1), ("twice", 201, 1), ("late", 201, 1)],
)  # fmt: skip
def test_each_fault_does_what_it_says_and_no_more(us, stage, street, *, kind, status, made):
    root = street("@northwind late")
    fault(stage, "POST /s/posts", kind)
    assert us.reply(root, "We are sorry").status_code == status
    assert len(public(stage)) == made
    assert us.ask("GET", "/keys/k1").status_code == (200 if made else 404)
    assert us.reply(root, "We are sorry").status_code == (200 if made else 201)
    assert len(public(stage)) == 1


@pytest.mark.parametrize(("kind", "made"), [("lost_before", 0), ("hang", 0), ("lost_after", 1)])
def test_an_answer_can_be_lost_before_and_after_the_deed(us, stage, street, kind, made):
    root = street("@northwind late")
    fault(stage, "POST /s/posts", kind)
    with pytest.raises(requests.ConnectionError):
        us.reply(root, "We are sorry")
    assert len(public(stage)) == made
    assert stage.ledger()["street"]["calls"][-1]["status"] == "lost"


def test_too_fast_is_told_with_the_seconds_to_wait(us, stage):
    fault(stage, "GET /s/changes", "429", value=90)
    assert us.ask("GET", "/changes").headers["retry-after"] == "90"


def test_what_is_written_late_holds_back_what_came_after_it_and_its_key_knows_it_at_once(us, stage, street):
    root = street("@northwind late")
    cursor = us.changes()["cursor"]
    fault(stage, "POST /s/posts", "late", value=60)
    us.reply(root, "We are sorry")
    street("@northwind later")
    assert us.changes(cursor) | {"cursor": ""} == {"changes": [], "cursor": "", "more": False}
    assert us.ask("GET", "/keys/k1").status_code == 200
    stage.clock.jump(61)
    assert us.told(cursor) == [("posted", "We are sorry"), ("posted", "@northwind later")]


def test_a_reading_that_lags_shows_the_rest_next_time(us, stage, street):
    street("@northwind one")
    fault(stage, "GET /s/changes", "late", value=60)
    first = us.changes()
    assert first["changes"] == []
    assert us.told(first["cursor"]) == [("posted", "@northwind one")]


def test_a_reading_can_repeat_itself(us, stage, street):
    street("@northwind one")
    fault(stage, "GET /s/changes", "twice")
    assert us.told() == [("posted", "@northwind one")] * 2


def test_a_fault_the_street_does_not_know_is_refused(stage):
    body = {"side": "street", "method": "*", "kind": "402"}
    assert requests.post(f"{stage.url}/stage/faults", json=body, timeout=10).status_code == 400


def test_backstage_counts_each_network_by_itself(us, stage, street, customers, privately):
    us.reply(street("@northwind late"), "We are sorry")
    privately("late")
    customers.post("@northwind on X")
    told = requests.get(f"{stage.url}/stage/numbers", timeout=10).json()
    assert (told["x"]["posts"], told["x"]["answers from the desk"]) == (1, 0)
    street_side = told["street"]
    assert (street_side["posts"], street_side["private messages"], street_side["answers from the desk"]) == (2, 1, 1)
    traffic = requests.get(f"{stage.url}/stage/traffic", timeout=10).json()
    assert [(one["side"], one["what"], one["outcome"]) for one in traffic] == [("street", "POST /s/posts", "201")]


def test_hands_and_networks_are_told_apart_in_the_ledger(stage):
    brand = stage.street.brand
    stage.street.publish(brand, "From the phone", hand=Hand.PHONE, network=Where.STREET)
    (post,) = stage.ledger()["street"]["posts"]
    assert (post["by"], post["network"], post["brand"]) == ("phone", "street", True)
