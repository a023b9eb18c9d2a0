# ruff: noqa: F811 - fixtures are imported by name
"""Reading X: batches, cursors, gaps, and unreadable posts."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.mentions.mention import Answerable, Author, PostRef, Side
from bot.ports.network import Batch, NetworkTrouble, Sent
from tests.gateways.x_server import (
    NOON,
    PRIYA,
    US,
    Answer,
    Request,
    Server,
    Start,
    Timeline,
    moment,
    post,
    resets,
    says,
    snowflake,
    start,  # noqa: F401 - a fixture
    x_at,
)


def minutes_ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def posts(count: int, *, oldest: float = 600) -> list[dict[str, Any]]:
    """Return posts a second apart, the oldest so many minutes before noon."""
    return [post(minutes_ago(oldest) + timedelta(seconds=number), f"@Northwind {number}") for number in range(count)]


def read(server: Server, cursor: str = "", stream: str = "mentions") -> list[Batch]:
    return list(x_at(server.url).fetch(stream, cursor))


def words(batches: Sequence[Batch]) -> list[str]:
    return [mention.text for batch in batches for mention in batch.posts]


def one(start: Start, given: Any, stream: str = "mentions") -> Any:
    (batch,) = read(start(Timeline([given])), stream=stream)
    (mention,) = batch.posts
    return mention


# -- what a mention is


def test_a_post_that_names_us_becomes_a_mention_with_all_that_is_known_of_it(start: Start) -> None:
    given = post(
        NOON - timedelta(hours=1),
        "@Northwind where is my parcel &amp; why &lt;3",
        conversation_id="55",
        referenced_tweets=[{"type": "replied_to", "id": "54"}],
        attachments={"media_keys": ["3_1", "3_2"]},
    )
    mention = one(start, given)
    assert mention.ref == PostRef("x", "900", given["id"])
    assert (mention.root_id, mention.parent_id) == ("55", "54")
    assert mention.author == Author(id="901", handle="priya_k", name="Priya K.", followers=42)
    assert mention.text == "@Northwind where is my parcel & why <3"
    assert mention.posted_at == NOON - timedelta(hours=1)
    assert (mention.side, mention.language, mention.media) == (Side.THEIRS, "en", 2)
    assert mention.url == f"https://x.com/priya_k/status/{given['id']}"
    assert mention.answerable is Answerable.YES


def test_the_bytes_of_each_post_are_kept_as_they_came(start: Start) -> None:
    given = [post(minutes_ago(9), '@Northwind {\\"data\\": [1]}'), post(minutes_ago(8), "@Northwind ]}é")]
    spaced = ["  " + json.dumps(one, indent=3, ensure_ascii=False) for one in reversed(given)]
    body = '{ "errors": [{"data": [7]}], "data" : [' + " ,\n".join(spaced) + '\n ] , "meta": {} }'
    (batch,) = read(start(says(200, body)))
    assert [mention.raw.decode() for mention in batch.posts] == [one.strip() for one in reversed(spaced)]


def test_a_long_post_is_read_whole(start: Start) -> None:
    long = "@Northwind " + "late again " * 60
    assert one(start, post(NOON, long[:270] + "…", note_tweet={"text": long})).text == long


def test_an_author_whom_x_does_not_describe_goes_by_the_number(start: Start) -> None:
    server = start(Timeline([post(NOON)], users=[]))
    (batch,) = read(server)
    assert batch.posts[0].author == Author(id="901", handle="901")
    assert batch.posts[0].url == f"https://x.com/i/web/status/{snowflake(NOON)}"


def test_an_author_described_once_is_known_afterwards(start: Start) -> None:
    timeline = Timeline([post(minutes_ago(20))])
    network = x_at(start(timeline).url)
    list(network.fetch("mentions", ""))
    timeline.posts, timeline.users = [post(NOON)], []
    (batch,) = network.fetch("mentions", "")
    assert batch.posts[0].author.handle == "priya_k"


@pytest.mark.parametrize("code", ["und", "zxx", "", "<b>", 7])
def test_a_language_that_x_does_not_know_is_none(start: Start, code: object) -> None:
    assert one(start, post(NOON, lang=code)).language == ""


def test_text_that_cannot_be_stored_is_mended_and_its_bytes_are_kept(start: Start) -> None:
    body = json.dumps({"data": [post(NOON, "@Northwind SIGN")], "meta": {}}).encode()
    (batch,) = read(start(says(200, body.replace(b"SIGN", b"\xff \\ud800 \\u0000"))))
    assert batch.posts[0].text == "@Northwind � � �"
    assert b"\xff \\ud800 \\u0000" in batch.posts[0].raw


def test_a_bare_control_sign_in_one_post_hides_no_page(start: Start) -> None:
    body = json.dumps({"data": [post(NOON, "@Northwind SIGN")], "meta": {}}).replace("SIGN", "\x01")
    assert words(read(start(says(200, body)))) == ["@Northwind \x01"]


# -- whether an app may answer


NAMED = {"mentions": [{"username": "NORTHWIND", "id": "900"}]}
OTHERS = {"mentions": [{"username": "Southwind", "id": "800"}]}
QUOTE = [{"type": "quoted", "id": "44"}]
OUR_LINK = {"urls": [{"url": "https://t.co/a", "expanded_url": "https://x.com/northwind/status/44"}]}
THEIR_LINK = {"urls": [{"url": "https://t.co/a", "expanded_url": "https://twitter.com/southwind/status/44"}]}
RULES: dict[str, tuple[dict[str, Any], Answerable]] = {
    "named us": ({"entities": NAMED}, Answerable.YES),
    "named us and lets those answer": ({"entities": NAMED, "reply_settings": "mentionedUsers"}, Answerable.YES),
    "named us, only their followed answer": ({"entities": NAMED, "reply_settings": "following"}, Answerable.NO),
    "named us, only subscribers answer": ({"entities": NAMED, "reply_settings": "subscribers"}, Answerable.NO),
    "named us, a setting we do not know": ({"entities": NAMED, "reply_settings": "friends"}, Answerable.UNKNOWN),
    "named us, no setting told": ({"entities": NAMED, "reply_settings": None}, Answerable.UNKNOWN),
    "named somebody else": ({"entities": OTHERS}, Answerable.NO),
    "named nobody": ({"entities": {}}, Answerable.NO),
    "quoted us": ({"entities": OUR_LINK, "referenced_tweets": QUOTE}, Answerable.YES),
    "quoted us, only the named answer": (
        {"entities": OUR_LINK, "referenced_tweets": QUOTE, "reply_settings": "mentionedUsers"},
        Answerable.NO,
    ),
    "quoted somebody else": ({"entities": THEIR_LINK, "referenced_tweets": QUOTE}, Answerable.NO),
    "quoted we know not whom": ({"entities": {}, "referenced_tweets": QUOTE}, Answerable.UNKNOWN),
    "linked to us without quoting": ({"entities": OUR_LINK}, Answerable.NO),
}


@pytest.mark.parametrize(("changes", "answerable"), RULES.values(), ids=RULES)
def test_whether_x_lets_an_app_answer_is_known_before_anyone_drafts(
    start: Start, changes: dict[str, Any], answerable: Answerable
) -> None:
    mention = one(start, post(NOON, **changes))
    assert mention.answerable is answerable
    assert bool(mention.why_not) is (answerable is Answerable.NO)


# -- whose posts


def test_our_own_posts_and_reposts_are_no_mentions_but_move_the_cursor(start: Start) -> None:
    ours = post(minutes_ago(2), author_id=US["id"])
    repost = post(minutes_ago(1), referenced_tweets=[{"type": "retweeted", "id": "5"}])
    (batch,) = read(start(Timeline([post(minutes_ago(3), "@Northwind hello"), ours, repost])))
    assert words([batch]) == ["@Northwind hello"]
    assert batch.cursor == repost["id"]


def test_what_we_wrote_in_xs_own_app_is_seen_with_what_it_answers(start: Start) -> None:
    answer = post(NOON, "@priya_k we are on it", author_id=US["id"], conversation_id="54")
    server = start(Timeline([answer | {"referenced_tweets": [{"type": "replied_to", "id": "54"}]}]))
    (batch,) = read(server, stream="own")
    (mention,) = batch.posts
    assert (mention.side, mention.parent_id, mention.root_id) == (Side.OURS, "54", "54")
    assert mention.author == Author(id="900", handle="Northwind")
    assert server.requests[0].path == "/2/users/900/tweets"
    assert "exclude" not in server.requests[0].query
    assert "expansions" not in server.requests[0].query


# -- pages, batches and cursors


def test_pages_are_read_to_the_end_and_handed_on_oldest_first(start: Start) -> None:
    given = posts(250)
    server = start(Timeline(given))
    batches = read(server, cursor=given[0]["id"])
    assert [len(batch.posts) for batch in batches] == [100, 100, 50]
    assert words(batches) == [one["text"] for one in given]
    assert [batch.cursor for batch in batches] == [given[number]["id"] for number in (99, 199, 249)]
    assert [request.query.get("pagination_token") for request in server.requests] == [None, "100", "200"]
    assert len({request.query["since_id"] for request in server.requests}) == 1
    assert {request.query["max_results"] for request in server.requests} == {"100"}


def test_a_reader_killed_between_batches_goes_on_where_it_was(start: Start) -> None:
    given = posts(250)
    server = start(Timeline(given))
    stored: list[str] = []
    cursor = given[0]["id"]
    for stop_after in (1, 1, 9):
        for number, batch in enumerate(x_at(server.url).fetch("mentions", cursor), 1):
            stored += words([batch])
            cursor = batch.cursor
            if number == stop_after:
                break
    assert set(stored) == {one["text"] for one in given}
    assert cursor == given[-1]["id"]


def test_no_post_is_handed_on_before_the_last_page_is_read(start: Start) -> None:
    timeline = Timeline(posts(250))

    def breaks_on_the_third(server: Server, wire: Any, request: Request) -> None:
        (resets if len(server.requests) == 3 else timeline)(server, wire, request)

    batches = x_at(start(breaks_on_the_third).url).fetch("mentions", "1")
    with pytest.raises(NetworkTrouble):
        next(batches)


def test_ten_minutes_before_the_cursor_are_read_again_and_it_never_goes_back(start: Start) -> None:
    late = post(minutes_ago(9), "@Northwind shown late")
    cursor = snowflake(NOON)
    server = start(Timeline([post(minutes_ago(11), "@Northwind too old"), late]))
    (batch,) = read(server, cursor)
    assert words([batch]) == ["@Northwind shown late"]
    assert batch.cursor == cursor
    assert server.requests[0].query["since_id"] == snowflake(minutes_ago(10))


def test_nothing_new_yields_nothing(start: Start) -> None:
    assert read(start(Timeline([])), snowflake(NOON)) == []
    assert read(start(Timeline([]))) == []


def test_a_first_poll_takes_the_last_day_and_turns_no_page_beyond(start: Start) -> None:
    given = [post(NOON - timedelta(hours=hours), f"@Northwind {hours}") for hours in range(60, 0, -1)]
    server = start(Timeline(given, page=20))
    batches = read(server)
    assert words(batches) == [f"@Northwind {hours}" for hours in range(24, 0, -1)]
    assert len(server.requests) == 2
    assert "since_id" not in server.requests[0].query
    assert not any(batch.gap for batch in batches)


def test_a_first_poll_that_finds_only_old_posts_remembers_where_it_was(start: Start) -> None:
    old = post(NOON - timedelta(days=3))
    assert read(start(Timeline([old]))) == [Batch(cursor=old["id"])]


def test_a_post_pushed_onto_the_next_page_is_handed_on_once(start: Start) -> None:
    given = posts(30)
    pages = {"": [*reversed(given[10:])], "more": [*reversed(given[:15])]}

    def answer(server: Server, wire: Any, request: Request) -> None:
        token = request.query.get("pagination_token", "")
        says(200, {"data": pages[token], "meta": {} if token else {"next_token": "more"}})(server, wire, request)

    assert words(read(start(answer), "1")) == [one["text"] for one in given]


# -- gaps


def test_more_than_x_shows_is_a_gap_that_is_told_with_its_times(start: Start) -> None:
    given, cursor = posts(1000, oldest=300), snowflake(minutes_ago(330))
    server = start(Timeline(given, shows=800))
    first, *others = read(server, cursor)
    assert "800" in first.gap
    assert (first.gap_from, first.gap_to) == (minutes_ago(330), minutes_ago(300) + timedelta(seconds=200))
    assert not any(batch.gap or batch.gap_from for batch in others)
    assert len(server.requests) == 8


@dataclass
class Moving(Timeline):
    """A timeline that gets new posts while its pages are read; a page ends at an id, as X's tokens do."""

    coming: Sequence[Any] = ()
    each: int = 30  # posts between two pages

    def __call__(self, server: Server, wire: Any, request: Request) -> None:
        come = (len(server.requests) - 1) * self.each
        shown = [*self.posts, *self.coming[:come]][::-1][: self.shows]
        since, before = (int(request.query.get(key, other)) for key, other in _BETWEEN.items())
        left = [one for one in shown if since < int(one["id"]) < before]
        page, meta = left[: self.page], {"next_token": left[self.page - 1]["id"]} if len(left) > self.page else {}
        says(200, {"data": page, "includes": {"users": [PRIYA]}, "meta": meta})(server, wire, request)


_BETWEEN = {"since_id": "0", "pagination_token": str(2**62)}


@pytest.mark.parametrize("each", [1, 10, 20, 40])
def test_posts_that_come_while_pages_are_turned_hide_no_gap(start: Start, each: int) -> None:
    given, cursor = posts(1300, oldest=300), snowflake(minutes_ago(300) + timedelta(seconds=150))
    first, *_ = read(start(Moving(given[:1000], shows=800, coming=given[1000:], each=each)), cursor)
    assert first.gap


def test_eight_hundred_that_reach_back_to_the_cursor_leave_no_gap(start: Start) -> None:
    given = posts(900, oldest=300)
    assert not any(batch.gap for batch in read(start(Timeline(given, shows=800)), given[150]["id"]))


def test_a_quiet_time_before_new_posts_is_no_gap(start: Start) -> None:
    batches = read(start(Timeline(posts(250, oldest=60))), snowflake(NOON - timedelta(days=2)))
    assert len(batches) == 3
    assert not any(batch.gap or batch.gap_from or batch.gap_to for batch in batches)


def test_a_server_that_has_pages_for_ever_is_left_after_eight(start: Start) -> None:
    given = post(NOON)
    server = start(says(200, {"data": [given], "meta": {"next_token": "again"}}))
    (batch,) = read(server, snowflake(NOON - timedelta(days=2)))
    assert len(server.requests) == 8
    assert batch.gap


# -- what is not understood


STRANGE: dict[str, Any] = {
    "no author": {name: value for name, value in post(minutes_ago(5)).items() if name != "author_id"},
    "no text": post(minutes_ago(5), text=None),
    "a moment that is none": post(minutes_ago(5), created_at="Sun Nov 22"),
    "a moment without a zone": post(minutes_ago(5), created_at="2026-11-22T12:00:00"),
    "an id that is none": post(minutes_ago(5), id=12) | {"id": 12},
    "no post at all": "what",
    "a number": 7,
    "nothing": None,
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_a_strange_post_is_set_aside_with_its_bytes_and_stops_nobody(start: Start, strange: Any) -> None:
    body = {"data": [post(NOON, "@Northwind after"), strange, post(minutes_ago(9), "@Northwind before")], "meta": {}}
    (batch,) = read(start(says(200, body)))
    assert words([batch]) == ["@Northwind before", "@Northwind after"]
    (unparsed,) = batch.unparsed
    assert json.loads(unparsed.raw) == strange
    assert unparsed.why.endswith("Heard does not understand.")


@pytest.mark.parametrize(
    "odd",
    [
        {"entities": []},
        {"entities": {"mentions": {"0": 1}}},
        {"referenced_tweets": "5"},
        {"referenced_tweets": [5, {"type": "replied_to", "id": 7}]},
        {"attachments": {"media_keys": 3}},
        {"conversation_id": {"id": 5}},
        {"note_tweet": ["x"]},
        {"extra": {"deep": [[[]]]}},
    ],
)
def test_oddities_beside_the_words_do_not_set_a_complaint_aside(start: Start, odd: dict[str, Any]) -> None:
    mention = one(start, post(NOON, **odd))
    assert mention.text == "@Northwind my parcel is late"
    assert mention.root_id == mention.ref.post_id


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '{"errors": []}', '{"data": [', "[" * 99_999])
def test_a_page_that_is_none_is_trouble_and_not_silence(start: Start, body: str) -> None:
    with pytest.raises(NetworkTrouble):
        read(start(says(200, body)), snowflake(NOON))


# -- trouble


TROUBLE: dict[str, tuple[Answer, str, timedelta | None]] = {
    "401": (says(401, "{}"), "keys", None),
    "402": (says(402, "{}"), "credit", None),
    "403": (says(403, "{}"), "rights", None),
    "429": (
        says(429, "{}", x_rate_limit_reset=str(int(NOON.timestamp()) + 60 * 7)),
        "slow down",
        timedelta(minutes=7),
    ),
    "503": (says(503, "<html>"), "problem of its own", None),
    "302": (says(302, "", Location="http://127.0.0.1:9/"), "cannot be read", None),
    "reset": (resets, "no complete answer", None),
}


@pytest.mark.parametrize(("answer", "word", "back_in"), TROUBLE.values(), ids=TROUBLE)
def test_x_that_cannot_be_read_is_told_in_a_sentence(
    start: Start, answer: Answer, word: str, back_in: timedelta | None
) -> None:
    server = start(answer)
    with pytest.raises(NetworkTrouble, match=word) as told:
        read(server)
    assert told.value.retry_after == back_in
    assert len(server.requests) == 1


# -- whether a reply is out


def our(at: datetime, text: str, parent: str, **changes: Any) -> dict[str, Any]:
    return post(at, text, author_id="900", referenced_tweets=[{"type": "replied_to", "id": parent}], **changes)


TARGET = PostRef("x", "900", snowflake(minutes_ago(60)))


def find(server: Server, text: str = "We are sorry", since: datetime = NOON) -> Sent | None:
    return x_at(server.url).find_reply(TARGET, text, since)


def test_a_reply_that_is_out_is_found_among_our_own_posts(start: Start) -> None:
    reply = our(NOON, "@priya_k We are sorry", TARGET.post_id)
    server = start(Timeline([our(minutes_ago(1), "We are sorry", "77"), reply]))
    assert find(server) == Sent(reply["id"], f"https://x.com/Northwind/status/{reply['id']}", NOON)
    assert server.requests[0].query["since_id"] == TARGET.post_id


def test_a_reply_is_known_again_in_the_form_that_x_gives_it(start: Start) -> None:
    url = {"url": "https://t.co/xyz", "expanded_url": "https://northwind.example/help"}
    reply = our(NOON, "@priya_k Cafe\u0301 &amp; more: https://t.co/xyz ", TARGET.post_id, entities={"urls": [url]})
    assert find(start(Timeline([reply])), "Café & more: https://northwind.example/help")


@pytest.mark.parametrize(
    "other",
    [
        our(NOON, "We are very sorry", TARGET.post_id),
        our(NOON, "We are sorry", "78"),
        post(NOON, "We are sorry", author_id="900"),
        our(minutes_ago(6), "We are sorry", TARGET.post_id),
    ],
    ids=["other words", "to somebody else", "to nobody", "long before"],
)
def test_another_post_of_ours_is_not_taken_for_the_reply(start: Start, other: dict[str, Any]) -> None:
    assert find(start(Timeline([other]))) is None


def test_a_clock_five_minutes_apart_does_not_hide_a_reply(start: Start) -> None:
    assert find(start(Timeline([our(minutes_ago(4.9), "We are sorry", TARGET.post_id)])))


def test_two_replies_give_the_first_and_an_alarm(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    both = [our(NOON + timedelta(seconds=number), "We are sorry", TARGET.post_id) for number in range(2)]
    found = find(start(Timeline(both)))
    assert found
    assert found.post_id == both[0]["id"]
    assert [record.message for record in caplog.records] == ["x.reply_found_twice"]
    assert "sorry" not in caplog.text


def test_could_not_look_is_not_the_same_as_not_there(start: Start) -> None:
    with pytest.raises(NetworkTrouble):
        find(start(says(503, "{}")))
    busy = [our(NOON + timedelta(seconds=number), f"Sorry {number}", "5") for number in range(900)]
    with pytest.raises(NetworkTrouble):
        find(start(Timeline(busy)))
    assert find(start(Timeline(busy[:800]))) is None


def test_nothing_is_looked_for_under_what_is_no_post_of_x(start: Start) -> None:
    server = start(Timeline([]))
    assert x_at(server.url).find_reply(PostRef("x", "900", "by-hand-7"), "We are sorry", NOON) is None
    assert server.requests == []


def test_looking_turns_no_page_beyond_the_attempt(start: Start) -> None:
    before = [our(minutes_ago(50) + timedelta(seconds=number), f"Sorry {number}", "5") for number in range(900)]
    server = start(Timeline([*before, our(NOON, "We are sorry", TARGET.post_id)]))
    assert find(server)
    assert len(server.requests) == 1


# -- whether a post is still there

PROBLEM = "https://api.twitter.com/2/problems/"


def problem(post_id: str, kind: str) -> dict[str, str]:
    return {"resource_id": post_id, "type": f"{PROBLEM}{kind}", "parameter": "ids"}


@pytest.mark.parametrize(
    ("answered", "gone"),
    [
        ({"data": [post(NOON, "late")]}, []),
        ({"errors": [problem("5", "resource-not-found")]}, ["5"]),
        ({"errors": [problem("5", "not-authorized-for-resource"), problem("6", "resource-not-found")]}, ["6"]),
        ({"data": [{"id": "5"}], "errors": [problem("5", "resource-not-found")]}, []),
        ({"errors": [problem("7", "resource-not-found")]}, []),
        ({"errors": [{"type": None, "resource_id": "5"}, "odd"]}, []),
        ({"errors": "odd", "data": "odd"}, []),
        ("no JSON", []),
    ],
)
def test_posts_are_gone_only_where_x_says_so(start: Start, answered: Any, gone: list[str]) -> None:
    server = start(says(200, answered))
    assert list(x_at(server.url).which_are_gone(["5", "6"])) == gone
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [402, 404, 429, 503])
def test_an_x_that_does_not_say_is_trouble_and_no_deletion(start: Start, status: int) -> None:
    with pytest.raises(NetworkTrouble):
        x_at(start(says(status, {})).url).which_are_gone(["5"])


# -- who we are


def test_the_account_of_the_keys_is_asked_and_pinned(start: Start) -> None:
    network = x_at(start(says(200, {"data": US})).url, account="", handle="")
    assert network.verify() == Author(id="900", handle="Northwind", name="Northwind")
    assert (network.account, network.handle) == ("900", "Northwind")


@pytest.mark.parametrize("configured", [{"account": "901"}, {"handle": "@Southwind"}])
def test_keys_of_another_account_are_refused(start: Start, configured: dict[str, str]) -> None:
    with pytest.raises(NetworkTrouble, match="belong to @Northwind"):
        x_at(start(says(200, {"data": US})).url, **configured).verify()


@pytest.mark.parametrize("body", ["", "[]", '{"data": []}', '{"data": {"username": "Northwind"}}'])
def test_an_answer_that_names_nobody_is_trouble(start: Start, body: str) -> None:
    with pytest.raises(NetworkTrouble):
        x_at(start(says(200, body)).url).verify()


# -- small things


def test_addresses_lead_to_the_post_and_to_xs_own_reply_window() -> None:
    network = x_at("")
    assert network.post_url("5", "priya_k") == "https://x.com/priya_k/status/5"
    assert network.post_url("5") == "https://x.com/i/web/status/5"
    assert (
        network.web_reply_url(TARGET, "We & co")
        == f"https://x.com/intent/post?in_reply_to={TARGET.post_id}&text=We+%26+co"
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/northwind/status/123",
        "https://x.com/northwind/status/123/",
        "https://x.com/northwind/status/123?s=20&t=abc",
        "https://x.com/northwind/status/123#m",
        "https://x.com/northwind/status/123/photo/1",
        "https://x.com/northwind/status/123/analytics?x=/status/9",
        "https://www.x.com/northwind/status/123",
        "https://mobile.twitter.com/northwind/status/123",
        "http://m.x.com/northwind/statuses/123",
        "https://X.com/Northwind/Status/123",
        "https://x.com/i/web/status/123",
        "https://x.com/i/status/123",
        "http://127.0.0.1:8/northwind/status/123",  # a rehearsal's address
    ],
)
def test_every_form_of_a_posts_address_leads_to_the_post(link: str) -> None:
    assert x_at("http://127.0.0.1:8/x").post_behind(link) == "123"


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/northwind",
        "https://x.com/123",
        "https://x.com/",
        "https://x.com/northwind/status/",
        "https://x.com/northwind/status/abc",
        "https://x.com/northwind/status/12x",
        "https://x.com/northwind/lists/123",
        "https://x.com/search?q=/northwind/status/123",
        "https://notx.com/northwind/status/123",
        "https://x.com.evil.example/northwind/status/123",
        "https://x.com@evil.example/northwind/status/123",
        "https://evil.example/x.com/northwind/status/123",
        "http://127.0.0.1:9/northwind/status/123",
        "ftp://x.com/northwind/status/123",
        "https://x.com/northwind/status/\u0661\u0662",
        f"https://x.com/northwind/status/{'1' * 20}",
    ],
)
def test_any_other_page_is_no_post(link: str) -> None:
    assert x_at("http://127.0.0.1:8/x").post_behind(link) == ""


def test_length_is_counted_as_x_does() -> None:
    [length] = x_at("").lengths("see https://example.com/a/very/long/path 😀")
    assert (length.count, length.limit) == (4 + 23 + 1 + 2, 280)


def test_tweepy_is_not_imported_before_the_first_call() -> None:
    script = (
        "import sys; from bot.gateways.networks.x import XNetwork; "
        "XNetwork(account='1', handle='a', consumer_key='', consumer_secret='', access_token='', "
        "access_token_secret=''); print({'tweepy', 'requests', 'urllib3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_fixtures_ids_are_those_of_x() -> None:
    assert moment(NOON) == "2026-11-22T12:00:00.000Z"
    assert PRIYA["id"] != US["id"]
