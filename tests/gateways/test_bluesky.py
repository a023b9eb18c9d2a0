"""The Bluesky gateway against a make-believe server; the tests check the server's own memory."""

import errno
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.mentions.poll_pace import Allowance
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks import bluesky_listing
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.bluesky_allowance import allowance_in
from bot.gateways.networks.bluesky_answers import LOGIN_WAIT, LONGEST_WAIT, OUTCOMES, USUAL_WAIT
from bot.gateways.networks.bluesky_ids import own_record_key, post_address
from bot.gateways.networks.bluesky_record import facets_of, names_in
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference
from bot.gateways.networks.graphemes import graphemes
from bot.ports import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, Sent, Unparsed
from bot.rehearsal.bluesky import OUR_DID, PASSWORD, THEIR_DID, THEIR_HANDLE, BlueskyServer, Declined, bluesky

SINCE = datetime(2025, 3, 2, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
CREATE = "com.atproto.repo.createRecord"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with bluesky() as opened:
        yield opened


def connect(url: str, password: str = PASSWORD, folder: Path | None = None, **more: str) -> BlueskyNetwork:
    facts = {"account": OUR_DID, "handle": "northwind.example", **more}
    return BlueskyNetwork(password=password, api_url=url, timeout=10.0, folder=folder, **facts)


@pytest.fixture
def network(server: BlueskyServer) -> BlueskyNetwork:
    return connect(server.api_url)


def read(network: BlueskyNetwork, cursor: str = "", stream: str = "mentions") -> list[Mention]:
    return [post for batch in network.fetch(stream, cursor) for post in batch.posts]


def caught_up(network: BlueskyNetwork, cursor: str = "") -> str:
    return [batch.cursor for batch in network.fetch("mentions", cursor)][-1]


def target(post_id: str) -> PostRef:
    return PostRef("bluesky", OUR_DID, post_id)


def record(server: BlueskyServer) -> dict[str, Any]:
    """Return the record of our only post."""
    [ours] = server.public()
    return dict(server.records[ours.id].value)


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_mention_is_read_with_all_that_the_desk_asks(network: BlueskyNetwork, server: BlueskyServer) -> None:
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": ""}, {"alt": ""}]}
    post_id = server.say("@northwind.example my parcel is late", embed=images)
    [post] = read(network)
    assert (post.ref, post.root_id, post.parent_id, post.side) == (target(post_id), post_id, None, Side.THEIRS)
    assert (post.author.id, post.author.handle, post.author.name) == (THEIR_DID, THEIR_HANDLE, "Priya")
    assert (post.text, post.language, post.media, post.private) == (
        "@northwind.example my parcel is late", "en", 2, False,
    )  # fmt: skip
    assert post.url == f"https://bsky.app/profile/{THEIR_DID}/post/{post_id.rpartition('/')[2]}"
    assert network.read_again(post.raw, Glimpse()) == post


def test_a_further_post_belongs_to_the_conversation_that_it_is_in(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    first = server.say("late")
    reply = network.reply(target(first), "We are looking.", KEY)
    assert isinstance(reply, Sent)
    server.say("thanks", parent=reply.post_id)
    assert [(post.root_id, post.parent_id) for post in read(network)] == [(first, None), (first, reply.post_id)]
    [ours] = read(network, stream="own")
    assert (ours.side, ours.ref.post_id, ours.parent_id) == (Side.OURS, reply.post_id, first)


def test_nothing_is_told_twice_and_nothing_is_left_out(network: BlueskyNetwork, server: BlueskyServer) -> None:
    ids = [server.say(f"number {number}") for number in range(90)]
    cursor = caught_up(network)
    assert list(network.fetch("mentions", cursor)) == []
    more = [server.say(f"further {number}") for number in range(230)]
    assert [post.ref.post_id for post in read(network, cursor)] == more
    assert len(ids) == 90


def test_after_a_flood_it_reads_a_few_pages_and_tells_nothing_twice(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    cursor = caught_up(network)
    for number in range(600):
        server.say(f"number {number}")
    cursor = caught_up(network, cursor)
    server.calls.clear()
    assert list(network.fetch("mentions", cursor)) == []
    slow = server.say("my clock is slow", late=timedelta(minutes=4))
    assert [post.ref.post_id for post in read(network, cursor)] == [slow]
    assert server.calls == ["app.bsky.notification.listNotifications"] * 6


@pytest.mark.parametrize("late", [timedelta(seconds=30), timedelta(hours=5)])
def test_a_post_from_a_phone_whose_clock_is_slow_is_told_too(
    network: BlueskyNetwork, server: BlueskyServer, late: timedelta
) -> None:
    for number in range(50):
        server.say(f"number {number}")
    cursor = caught_up(network)
    slow = server.say("my clock is slow", late=late)
    [post] = read(network, cursor)
    assert post.ref.post_id == slow
    newest = max(one.posted_at for one in read(network) if one.ref.post_id != slow)
    assert newest <= post.posted_at <= newest + timedelta(seconds=1)


def test_an_empty_first_reading_is_followed_by_all_that_comes(network: BlueskyNetwork, server: BlueskyServer) -> None:
    [empty] = network.fetch("mentions", "")
    ids = [server.say(f"number {number}") for number in range(150)]
    assert [post.ref.post_id for post in read(network, empty.cursor)] == ids


def test_where_more_is_told_than_is_read_at_once_the_gap_is_said(
    network: BlueskyNetwork, server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky_listing, "MOST_PAGES", 1)
    server.say("first")
    cursor = caught_up(network)
    for number in range(800):
        server.say(f"number {number}")
    [batch] = network.fetch("mentions", cursor)
    assert batch.gap
    assert batch.gap_from is not None
    assert batch.gap_to == batch.posts[0].posted_at


def test_a_post_that_cannot_be_read_is_kept_once_and_the_others_are_told(
    network: BlueskyNetwork, server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, odd, three = (server.say(text) for text in ("one", "two", "three"))
    whole = server.shown
    spoil = lambda it: whole(it) | ({"author": {"did": "Priya"}} if it.uri == odd else {})  # noqa: E731
    monkeypatch.setattr(server, "shown", spoil)
    [batch] = network.fetch("mentions", "")
    assert [post.ref.post_id for post in batch.posts] == [one, three]
    [kept] = batch.unparsed
    assert isinstance(kept, Unparsed)
    assert (kept.post_id, kept.glimpse.text, b"two" in kept.raw) == (odd, "two", True)
    assert list(network.fetch("mentions", batch.cursor)) == []


def test_what_is_no_mention_reply_or_quote_is_left_out(
    network: BlueskyNetwork, server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say("late")
    whole = server.answer
    change = lambda told: {**told, "notifications": [one | {"reason": "like"} for one in told["notifications"]]}  # noqa: E731
    monkeypatch.setattr(
        server, "answer", lambda *of: change(whole(*of)) if of[1].endswith("listNotifications") else whole(*of)
    )
    assert read(network) == []


AT = datetime(2025, 3, 3, 11, 6, 40, tzinfo=UTC)
HEADERS = {
    "ratelimit-limit": "3000", "ratelimit-remaining": "2990", "ratelimit-reset": "1741000300", "ratelimit-policy": "3000;w=300",
}  # fmt: skip


def test_the_calls_that_are_left_are_in_the_head_of_an_answer() -> None:
    minutes = timedelta(minutes=5)
    assert allowance_in(HEADERS, AT) == Allowance(limit=3_000, left=2_990, resets_in=minutes, window=minutes)
    assert allowance_in(HEADERS | {"ratelimit-reset": "99999999999"}, AT) == allowance_in(HEADERS, AT)
    late = allowance_in(HEADERS | {"ratelimit-reset": "5"}, AT)
    assert late is not None
    assert late.resets_in == timedelta()


@pytest.mark.parametrize(
    "odd",
    [
        {"ratelimit-limit": "0"}, {"ratelimit-limit": ""}, {"ratelimit-remaining": "-1"}, {"ratelimit-reset": "soon"},
        {"ratelimit-policy": "3000"}, {"ratelimit-policy": "3000;w=0"}, {"ratelimit-remaining": "9" * 400},
        {"ratelimit-limit": "\u0663"},
    ],
)  # fmt: skip
def test_an_odd_head_says_nothing_of_what_is_left(odd: dict[str, str]) -> None:
    assert allowance_in(HEADERS | odd, AT) is None
    assert allowance_in(HEADERS, None) is None


def test_how_often_it_is_read_follows_what_is_left_and_what_comes(
    network: BlueskyNetwork, server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(1, 100))
    monkeypatch.setattr(
        "bot.gateways.networks.bluesky_session.answered_at", lambda _: AT + timedelta(seconds=next(moments))
    )
    cursor = caught_up(network)
    assert network.met == {}
    server.limits = HEADERS
    for number in range(3):
        server.say(f"number {number}")
        cursor = caught_up(network, cursor)
    met = network.met["mentions"]
    assert (met.load.new, met.allowance.left, met.until) == (1, 2_990, AT + timedelta(minutes=5))


# --- sending --------------------------------------------------------------------------------------------------------


def test_a_reply_names_the_post_and_the_first_of_the_conversation(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    first = server.say("late")
    second = server.say("still late", parent=first)
    sent = network.reply(target(second), "We are looking.", KEY)
    assert isinstance(sent, Sent)
    assert record(server)["reply"] == {"root": server.records[first].ref, "parent": server.records[second].ref}
    assert sent.post_id == f"at://{OUR_DID}/app.bsky.feed.post/{own_record_key(KEY)}"


def test_its_moment_is_the_networks_whatever_our_clock_says(network: BlueskyNetwork, server: BlueskyServer) -> None:
    sent = network.reply(target(server.say("late")), "We are looking.", KEY)
    made = datetime.fromisoformat(record(server)["createdAt"])
    assert isinstance(sent, Sent)
    assert (sent.at, made.microsecond, record(server)["createdAt"][-5:]) == (made, 0, ".000Z")


def test_links_and_names_have_their_places_in_bytes(network: BlueskyNetwork, server: BlueskyServer) -> None:
    text = "Größe ok 🦊 @Priya.example see https://a.example/ö(1), @nobody.example a@b.example"
    network.reply(target(server.say("late")), text, KEY)
    encoded = text.encode()
    found = [
        (encoded[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), one["features"])
        for one in record(server)["facets"]
    ]
    assert found == [
        ("https://a.example/ö(1)", [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/ö(1)"}]),
        ("@Priya.example", [{"$type": "app.bsky.richtext.facet#mention", "did": THEIR_DID}]),
    ]


@pytest.mark.parametrize(
    ("text", "names", "links"),
    [
        ("", [], 0),
        ("@priya.example. @priya.example", ["priya.example"], 0),
        ("https://a.example/@priya.example", [], 1),
        ("@priya @-a.example x@y.example", [], 0),
        ("(https://a.example/b). https:// https://", [], 1),
        ("@a.example @b.example @c.example @d.example @e.example", ["a.example", "b.example", "c.example", "d.example"], 0),
        ("@" * 3_000, [], 0),
    ],
)  # fmt: skip
def test_only_what_is_written_there_is_a_name_or_a_link(text: str, names: list[str], links: int) -> None:
    assert names_in(text) == names
    assert len(facets_of(text, {})) == links


@pytest.mark.parametrize(
    ("closed", "says"),
    [("gate", "only some people answer"), ("block", "has blocked our account"), ("gone", "was deleted")],
)
def test_what_may_not_be_answered_is_not_answered(
    network: BlueskyNetwork, server: BlueskyServer, closed: str, says: str
) -> None:
    post_id = server.say("late")
    if closed == "gate":
        server.gated.add(post_id)
    elif closed == "block":
        server.blocked_by.add(THEIR_DID)
    else:
        server.delete(post_id)
    outcome = network.reply(target(post_id), "We are looking.", KEY)
    assert isinstance(outcome, NotSent)
    assert (says in outcome.why, outcome.retry_after, server.public()) == (True, None, [])
    assert CREATE not in server.calls


def test_a_repeated_call_makes_no_second_post_and_the_first_is_found(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    to = target(server.say("late"))
    first = network.reply(to, "We are looking.", KEY)
    assert isinstance(network.reply(to, "We are looking.", KEY), OutcomeLost)
    assert network.find_reply(to, "We are looking.", SINCE, KEY) == first
    assert len(server.public()) == 1


def test_other_words_under_the_key_are_told_and_never_taken_for_ours(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    to = target(server.say("late"))
    network.reply(to, "We are looking.", KEY)
    with pytest.raises(NetworkTrouble, match="something else under the key"):
        network.find_reply(to, "Other words.", SINCE, KEY)
    with pytest.raises(NetworkTrouble, match="something else under the key"):
        network.find_reply(target(server.say("me too")), "We are looking.", SINCE, KEY)


def test_the_same_words_that_a_person_posted_are_found(network: BlueskyNetwork, server: BlueskyServer) -> None:
    to = target(server.say("late"))
    assert network.find_reply(to, "We are looking.", SINCE, KEY) is None
    by_hand = server.say("We are looking.", parent=to.post_id, by=OUR_DID)
    found = network.find_reply(to, "We are looking.", SINCE, KEY)
    assert isinstance(found, Sent)
    assert found.post_id == by_hand
    assert network.find_reply(to, "We are looking.", datetime(2026, 1, 1, tzinfo=UTC), KEY) is None


def test_a_statement_answers_nobody_is_made_once_and_found_by_its_key(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    assert network.find_statement("We are down.", SINCE, KEY) is None
    made = network.post_statement("We are down.", KEY)
    assert isinstance(network.post_statement("We are down.", KEY), OutcomeLost)
    assert network.find_statement("We are down.", SINCE, KEY) == made
    assert "reply" not in record(server)
    assert (record(server)["text"], len(server.public())) == ("We are down.", 1)
    with pytest.raises(NetworkTrouble, match="something else under the key"):
        network.find_statement("Other words.", SINCE, KEY)


@pytest.mark.parametrize(
    "spoiled", [one for one in SPOILED_CALLS if one.name.startswith(("hangs up", "500"))], ids=str
)
def test_a_cut_answer_is_lost_and_the_reply_is_found_by_its_key(server: BlueskyServer, spoiled: Any) -> None:
    to = target(server.say("late"))
    with Interference(server.api_url) as between:
        network = connect(between.url)
        between.spoil(lambda _, path: spoiled.play if path.endswith(CREATE) else None)
        assert isinstance(network.reply(to, "We are looking.", KEY), OutcomeLost)
        between.spoil(lambda *_: None)
        found = network.find_reply(to, "We are looking.", SINCE, KEY)
    assert [one.id for one in server.public()] == ([found.post_id] if isinstance(found, Sent) else [])
    assert isinstance(found, Sent) == spoiled.done


def test_a_record_that_is_said_to_exist_already_is_no_refusal(network: BlueskyNetwork, server: BlueskyServer) -> None:
    server.refusals.append(Declined(400, "InvalidRequest", "Record already exists"))
    assert isinstance(network.reply(target(server.say("late")), "We are looking.", KEY), OutcomeLost)


def test_too_long_a_reply_is_refused_by_the_server_too(network: BlueskyNetwork, server: BlueskyServer) -> None:
    for text in ("x" * 301, "👩‍👩‍👧‍👦" * 130):
        outcome = network.reply(target(server.say("late")), text, KEY)
        assert isinstance(outcome, NotSent)
        assert any(one.over for one in network.lengths(text))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, USUAL_WAIT),
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"ratelimit-reset": "1741000300", "date": "Mon, 03 Mar 2025 11:06:40 GMT"}, timedelta(minutes=5)),
        ({"ratelimit-reset": "99999999999", "date": "Mon, 03 Mar 2025 11:06:40 GMT"}, LONGEST_WAIT),
        ({"ratelimit-reset": "soon", "retry-after": "-5"}, USUAL_WAIT),
        ({"retry-after": "9" * 400}, USUAL_WAIT),
        ({"retry-after": "0"}, timedelta(minutes=1)),
    ],
)
def test_a_limit_says_until_when_to_wait(headers: dict[str, str], wait: timedelta) -> None:
    refused = RefusedCall(429, headers, b'{"error": "RateLimitExceeded"}', whole=True)
    outcome = OUTCOMES.after(refused)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == OUTCOMES.reading(refused).retry_after == wait


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"<html>"),
        (400, b'{"error": "SomethingNew"}'),
        (403, b'{"message": "no"}'),
        (409, b'{"error": "Conflict"}'),
        (500, b'{"error": "InternalServerError"}'),
        (502, b'{"error": "InvalidRequest"}'),
    ],
)
def test_what_does_not_say_that_nothing_was_done_is_lost(status: int, body: bytes) -> None:
    assert isinstance(OUTCOMES.after(RefusedCall(status, {}, body, whole=True)), OutcomeLost)


# --- our session ----------------------------------------------------------------------------------------------------


def test_a_session_that_ends_in_the_middle_is_renewed_and_the_reply_goes_out_once(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    to = target(server.say("late"))
    network.verify()
    server.refusals.append(Declined(400, "ExpiredToken", "Token has expired"))
    assert isinstance(network.reply(to, "We are looking.", KEY), Sent)
    assert len(server.public()) == 1
    assert server.calls.count("com.atproto.server.refreshSession") == 1
    assert server.calls.count("com.atproto.server.createSession") == 1


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_ended_tokens_cost_no_more_logins_than_needed(
    network: BlueskyNetwork, server: BlueskyServer, kind: str
) -> None:
    network.verify()
    server.end_sessions(kind)
    server.say("late")
    assert len(read(network)) == 1
    assert server.calls.count("com.atproto.server.createSession") == (1 if kind == "access" else 2)


def test_a_session_is_renewed_before_it_ends(
    network: BlueskyNetwork, server: BlueskyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rehearsal.bluesky.LASTS", 300)
    network.verify()
    monkeypatch.setattr("bot.rehearsal.bluesky.LASTS", 7_200)
    assert server.calls.count("com.atproto.server.refreshSession") == 0
    for _ in range(3):
        network.verify()
    assert server.calls.count("com.atproto.server.refreshSession") == 1


def test_of_two_processes_one_renews_the_session_and_the_other_uses_it(server: BlueskyServer, tmp_path: Path) -> None:
    desk, check = (connect(server.api_url, folder=tmp_path) for _ in range(2))
    desk.verify()
    check.verify()
    threads = [threading.Thread(target=one.renew_token) for one in (desk, check)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    desk.verify()
    check.verify()
    assert server.calls.count("com.atproto.server.createSession") == 1
    assert server.calls.count("com.atproto.server.refreshSession") in {1, 2}
    server.end_sessions("access")
    desk.verify()
    renewed = server.calls.count("com.atproto.server.refreshSession")
    check.verify()
    assert server.calls.count("com.atproto.server.refreshSession") == renewed


def test_a_restart_goes_on_with_the_kept_session(server: BlueskyServer, tmp_path: Path) -> None:
    connect(server.api_url, folder=tmp_path).verify()
    connect(server.api_url, folder=tmp_path).verify()
    assert server.calls.count("com.atproto.server.createSession") == 1
    [file] = tmp_path.glob("*.tokens")
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text()


@pytest.mark.parametrize(
    "spoil", ["others read it", "no JSON", "no words", "another's", "a link", "a folder", "huge"]
)
def test_kept_tokens_that_cannot_be_trusted_cost_a_login_are_named_and_left_alone(
    server: BlueskyServer, tmp_path: Path, spoil: str
) -> None:
    connect(server.api_url, folder=tmp_path).verify()
    [file] = tmp_path.glob("*.tokens")
    contents = {"no JSON": "{", "huge": json.dumps({"access": "x" * 100_000}), "no words": '{"access": 7}'}
    if spoil == "others read it":
        file.chmod(0o644)
    elif spoil == "another's":
        file.write_text(file.read_text().replace("did:plc", "did:web"))
    elif spoil in contents:
        file.write_text(contents[spoil])
    else:
        kept = tmp_path.parent / "elsewhere.json"
        kept.write_text('{"access": "stolen-token"}')
        file.unlink()
        file.symlink_to(kept) if spoil == "a link" else file.mkdir()
    before = file.lstat()
    network = connect(server.api_url, folder=tmp_path)
    network.verify()
    network.verify()
    assert server.calls.count("com.atproto.server.createSession") == 2
    assert network.token_fault().startswith(f"The file of tokens {file} is not used: ")
    assert (file.lstat().st_ino, file.lstat().st_size) == (before.st_ino, before.st_size)


def test_once_a_bad_file_of_tokens_is_moved_away_the_next_ones_are_kept(
    server: BlueskyServer, tmp_path: Path
) -> None:
    connect(server.api_url, folder=tmp_path).verify()
    [file] = tmp_path.glob("*.tokens")
    file.write_text("{")
    network = connect(server.api_url, folder=tmp_path)
    network.verify()
    file.unlink()
    network.renew_token()
    assert network.token_fault() == ""
    assert '"access"' in file.read_text()


def test_where_there_is_no_folder_yet_the_session_is_kept_in_memory(
    server: BlueskyServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    network = connect(server.api_url, folder=tmp_path / "missing")
    network.verify()
    network.verify()
    assert server.calls.count("com.atproto.server.createSession") == 1
    assert caplog.messages == []


def test_a_full_disk_does_not_keep_the_desk_from_its_session(
    server: BlueskyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    network = connect(server.api_url, folder=tmp_path)
    network.verify()
    network.verify()
    assert server.calls.count("com.atproto.server.createSession") == 1
    assert caplog.messages == ["tokens.not_kept"]
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".tokens"]


def test_several_threads_sign_in_once(network: BlueskyNetwork, server: BlueskyServer) -> None:
    server.say("late")
    network.verify()
    server.end_sessions()
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(read(network)))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1] * 8
    assert server.calls.count("com.atproto.server.refreshSession") == 1


def test_a_wrong_password_is_told_and_not_tried_at_every_reading(server: BlueskyServer) -> None:
    network = connect(server.api_url, password="wrong")
    with pytest.raises(NetworkTrouble, match="BLUESKY_APP_PASSWORD") as caught:
        network.verify()
    assert caught.value.retry_after == LOGIN_WAIT
    outcome = network.reply(target(server.say("late")), "We are looking.", KEY)
    assert isinstance(outcome, NotSent)
    assert "BLUESKY_APP_PASSWORD" in outcome.why


@pytest.mark.parametrize(
    ("status", "says"), [("takendown", "taken our account down"), ("deactivated", "deactivated")]
)
def test_an_account_that_is_not_active_is_told(
    network: BlueskyNetwork, server: BlueskyServer, status: str, says: str
) -> None:
    network.verify()
    server.status = status
    with pytest.raises(NetworkTrouble, match=says):
        network.verify()
    with pytest.raises(NetworkTrouble, match=says):
        connect(server.api_url).verify()


def test_another_account_is_told_in_a_sentence(server: BlueskyServer) -> None:
    with pytest.raises(NetworkTrouble, match=r"belongs to @northwind.example .*, and heard.toml names @elsewhere"):
        connect(server.api_url, handle="elsewhere.example").verify()


# --- what is gone, likes, taking back -------------------------------------------------------------------------------


def test_a_deleted_post_is_gone_and_one_of_somebody_who_blocks_us_is_not(
    network: BlueskyNetwork, server: BlueskyServer
) -> None:
    post_id = server.say("late")
    assert network.which_are_gone([post_id]) == []
    server.blocked_by.add(THEIR_DID)
    assert network.which_are_gone([post_id]) == []
    server.delete(post_id)
    assert network.which_are_gone(["7", post_id]) == [post_id]


def test_a_post_of_ours_is_shown_or_proven_absent(network: BlueskyNetwork, server: BlueskyServer) -> None:
    to = target(server.say("late"))
    sent = network.reply(to, "We are looking.", KEY)
    assert isinstance(sent, Sent)
    shown = network.shown(sent.post_id)
    assert shown is not None
    assert not isinstance(shown, ProvenAbsent)
    assert (shown.ours, shown.parent_id, shown.text) == (True, to.post_id, "We are looking.")
    assert network.is_our_reply(sent.post_id, to, "We are looking.", KEY) is True
    assert network.is_our_reply(to.post_id, to, "We are looking.", KEY) is False
    for _ in range(2):
        assert network.take_back(sent.post_id) == Sent(sent.post_id, "")
    assert network.shown(sent.post_id) == ProvenAbsent()
    assert server.public() == []


def test_only_a_post_of_ours_is_taken_back(network: BlueskyNetwork, server: BlueskyServer) -> None:
    post_id = server.say("late")
    assert isinstance(network.take_back(post_id), NotSent)
    assert post_id in server.records


def test_two_likes_are_one(network: BlueskyNetwork, server: BlueskyServer) -> None:
    to = target(server.say("thank you"))
    assert [network.like(to) for _ in range(2)] == [Sent(to.post_id, "")] * 2
    assert [one.collection for one in server.records.values()].count("app.bsky.feed.like") == 1


# --- ids, lengths, addresses ----------------------------------------------------------------------------------------


def test_a_record_key_belongs_to_its_approval() -> None:
    keys = {own_record_key(f"{number:032x}") for number in range(2_000)}
    assert len(keys) == 2_000
    assert all(len(one) == 13 and one[0] in "234567abcdefghij" for one in keys)
    assert own_record_key(KEY) == own_record_key(KEY) == "3kxmzejb6juvq"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("hello", 5),
        ("Größe", 5),
        ("e\u0301" * 3, 3),
        ("👩‍👩‍👧‍👦" * 100, 100),
        ("👍🏽", 1),
        ("🇩🇪🇫🇷", 2),
        ("🇩🇪🇫", 2),
        ("❤️", 1),
        ("1️⃣", 1),
        ("한국어", 3),
        ("\u1112\u1161\u11ab", 1),
        ("日本語", 3),
        ("नमस्ते", 4),
        ("a\r\nb", 3),
        ("é\r\né\n", 4),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("\u0301", 1),
    ],
)
def test_graphemes_are_letters_as_people_see_them(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("https://bsky.app/profile/{did}/post/{key}", True),
        ("https://bsky.app/profile/priya.example/post/{key}", True),
        ("https://bsky.app/profile/Priya.Example/post/{key}/", True),
        ("http://www.bsky.app/profile/{did}/post/{key}?ref=1", True),
        ("https://bsky.app/profile/nobody.example/post/{key}", False),
        ("https://bsky.app/profile/{did}/lists/{key}", False),
        ("https://bsky.app/profile/{did}/post/{key}/likes", False),
        ("https://bsky.app.evil.example/profile/{did}/post/{key}", False),
        ("https://bsky.app/profile/{did}/post/../..", False),
        ("javascript:alert(1)", False),
    ],
)
def test_an_address_leads_back_to_its_post(
    network: BlueskyNetwork, server: BlueskyServer, link: str, known: bool
) -> None:
    post_id = server.say("late")
    read(network)
    link = link.format(did=THEIR_DID, key=post_id.rpartition("/")[2])
    assert network.post_behind(link) == (post_id if known else "")


@pytest.mark.parametrize(
    "odd",
    ["", "7", "at://", "at://did:plc:abc/app.bsky.feed.post/", "at://did:plc:abc/app.bsky.feed.post/..",
     "at://did:plc:abc/app.bsky.feed.post/a/b", "at://did:plc:abc/app.bsky.feed.like/3k", "at://x.example/app.bsky.feed.post/3k",
     "at://did:plc:abc/app.bsky.feed.post/3k?x=1", "at://did:plc:abc/app.bsky.feed.post/" + "a" * 600],
)  # fmt: skip
def test_what_is_no_post_is_never_asked_for(network: BlueskyNetwork, server: BlueskyServer, odd: str) -> None:
    assert post_address(odd) is None
    assert isinstance(network.reply(target(odd), "We are looking.", KEY), NotSent)
    assert isinstance(network.like(target(odd)), NotSent)
    assert network.find_reply(target(odd), "We are looking.", SINCE, KEY) is None
    assert server.calls == []


def test_a_batch_is_no_larger_than_the_port_allows(network: BlueskyNetwork, server: BlueskyServer) -> None:
    [empty] = network.fetch("mentions", "")
    for number in range(250):
        server.say(f"number {number}")
    batches: list[Batch] = list(network.fetch("mentions", empty.cursor))
    assert [len(one.posts) for one in batches] == [100, 100, 50]
    assert all(len(one.cursor) < 4_000 for one in batches)
