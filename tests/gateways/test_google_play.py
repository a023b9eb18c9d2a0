"""The Google Play gateway against a make-believe server; the tests check the server's own memory."""

import builtins
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference
from bot.gateways.networks.google_play import ON_A_PAGE, THOROUGH, GooglePlayNetwork
from bot.gateways.networks.google_play_answers import LONGEST_WAIT, OUTCOMES, USUAL_WAIT
from bot.gateways.networks.google_play_key import hidden_parts, why_no_key
from bot.gateways.networks.google_play_kind import KIND
from bot.gateways.networks.google_play_reviews import OurApp, at_nanos, nanos_in, reply_id
from bot.gateways.networks.google_play_session import GooglePlaySession
from bot.gateways.redaction import Redaction
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, Sent, Unparsed
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.google_play import MOST, PACKAGE, PlayServer, google_play
from tests.test_settings import LEAST, TOKENS, faults, loaded

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = "Priya, that is on us. The update of today mends it."


@pytest.fixture(scope="module")
def opened() -> Iterator[PlayServer]:
    with google_play() as server:
        yield server


@pytest.fixture
def server(opened: PlayServer) -> PlayServer:
    opened.reviews.clear()
    opened.calls.clear()
    return opened


def connect(server: PlayServer, *, url: str = "", package: str = PACKAGE, **more: str) -> GooglePlayNetwork:
    key = more.pop("key", server.secrets["GOOGLE_PLAY_KEY"])
    return GooglePlayNetwork(
        account=package, handle="northwind", key=key, api_url=url or server.api_url, timeout=10.0, **more
    )


@pytest.fixture
def network(server: PlayServer) -> GooglePlayNetwork:
    return connect(server)


def read(network: GooglePlayNetwork, cursor: str = "", stream: str = "mentions") -> list[Mention]:
    return [post for batch in network.fetch(stream, cursor) for post in [*batch.posts, *batch.edits]]


def cursor_of(network: GooglePlayNetwork) -> str:
    return [*network.fetch("mentions", "")][-1].cursor


def target(review: str) -> PostRef:
    return PostRef("google-play", PACKAGE, review)


# --- reading --------------------------------------------------------------------------------------------------------


def test_what_comes_after_a_first_reading_without_reviews_is_read_whole(
    network: GooglePlayNetwork, server: PlayServer
) -> None:
    [empty] = network.fetch("mentions", "")
    said = {server.say(f"Crashes, number {number}") for number in range(150)}
    assert {post.ref.post_id for post in read(network, empty.cursor)} == said


def test_a_review_is_read_with_all_that_the_desk_asks(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("Crashes\tSince the update it crashes at every start", stars=1)
    [post] = read(network)
    assert post.text == "Crashes\nSince the update it crashes at every start"
    assert (post.author.id, post.author.handle, post.author.name) == (review, "", "Priya Nair")
    assert (post.stars, post.written_with) == (1, "app 4.2.1, Android SDK 34, Pixel 8")
    assert (post.ref.post_id, post.root_id, post.parent_id, post.language) == (review, review, None, "")
    assert (post.side, post.answerable, post.private) == (Side.THEIRS, Answerable.YES, False)
    assert post.posted_at == server.reviews[review].at
    assert network.post_behind(post.url) == review
    assert json.loads(post.raw)["reviewId"] == review


def test_a_changed_review_is_told_again_with_the_moment_of_its_change(
    network: GooglePlayNetwork, server: PlayServer
) -> None:
    review = server.say("It crashes", stars=1)
    cursor = cursor_of(network)
    server.change(review, "It works now", stars=4)
    [post] = read(network, cursor)
    assert (post.ref.post_id, post.text, post.stars) == (review, "It works now", 4)
    assert post.posted_at == server.reviews[review].at


def test_our_reply_is_read_after_its_review_by_whomever_it_is(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    server.answer_in_console(review, "Please write to us.")
    theirs, ours = read(network)
    assert (ours.side, ours.parent_id, ours.root_id, ours.text) == (
        Side.OURS, theirs.ref.post_id, theirs.root_id, "Please write to us.",
    )  # fmt: skip
    assert ours.posted_at == server.reviews[review].replied_at
    assert read(network, stream="own") == [ours]


def test_a_review_that_google_shows_hours_late_is_told_too(network: GooglePlayNetwork, server: PlayServer) -> None:
    late, _ = server.say("Written first, and shown late"), server.say("Shown at once")
    network.verify()  # it signs in by the real time
    network._session._seconds = lambda: server.now.timestamp()  # noqa: PLW0108 - it moves on
    hidden = server.reviews.pop(late)
    cursor = cursor_of(network)
    server.reviews[late] = hidden
    assert late not in [post.ref.post_id for post in read(network, cursor)]
    rounds = [*network.fetch("own", str(THOROUGH))]
    assert late in [post.ref.post_id for batch in rounds for post in batch.posts]
    assert {batch.cursor for batch in rounds} == {str(THOROUGH + 1)}
    server.now += timedelta(days=2)  # older ones are not told anew, as those from before the desk's first day
    assert [batch.posts for batch in network.fetch("own", str(THOROUGH))] == [[]]


def test_an_hour_of_reading_stays_far_below_googles_limit(network: GooglePlayNetwork, server: PlayServer) -> None:
    for number in range(3 * ON_A_PAGE):
        server.say(f"Review {number}")
    cursors = {"mentions": cursor_of(network), "own": ""}
    server.calls.clear()
    for _ in range(int(timedelta(hours=1) / network.shortest_pause)):
        for stream in network.streams:
            cursors[stream] = next(
                (one.cursor for one in [*network.fetch(stream, cursors[stream])][::-1]), cursors[stream]
            )
    assert len(server.calls) <= 80


def test_pages_are_read_until_what_is_known_and_no_further(network: GooglePlayNetwork, server: PlayServer) -> None:
    server.say("Known")
    cursor = cursor_of(network)
    new = [server.say(f"Review {number}") for number in range(2 * ON_A_PAGE + 5)]
    server.calls.clear()
    batches = [*network.fetch("mentions", cursor)]
    told = [post.ref.post_id for batch in batches for post in batch.posts]
    assert told[1:] == new  # what stands right before the cursor is told once more
    assert max(len(batch.posts) for batch in batches) <= 50
    assert [batch.gap for batch in batches] == [""] * len(batches)
    assert len(server.calls) == 4  # the newest ones, and then three pages


def test_little_that_is_new_costs_one_reading(network: GooglePlayNetwork, server: PlayServer) -> None:
    for number in range(30):
        server.say(f"Review {number}")
    cursor = cursor_of(network)
    new = server.say("New")
    server.calls.clear()
    assert [post.ref.post_id for post in read(network, cursor)][1:] == [new]
    assert len(server.calls) == 1


def test_more_than_can_be_read_at_once_is_a_gap(server: PlayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateways.networks.google_play.PAGES", 1)
    network = connect(server)
    server.say("Known")
    cursor = cursor_of(network)
    for number in range(ON_A_PAGE + 5):
        server.say(f"Review {number}")
    first, *others = network.fetch("mentions", cursor)
    assert "more new reviews" in first.gap
    assert first.gap_from == at_nanos(int(cursor))
    assert first.gap_to == first.posts[0].posted_at
    assert not any(batch.gap for batch in others)


def test_a_review_from_the_future_does_not_move_the_cursor_there(
    network: GooglePlayNetwork, server: PlayServer
) -> None:
    ahead = server.say("From the future")
    server.reviews[ahead].at = datetime.now(UTC) + timedelta(days=900)
    [alone] = network.fetch("mentions", "")
    assert alone.cursor == "0"
    known = server.say("Known")
    [batch] = network.fetch("mentions", alone.cursor)
    assert [one.post_id for one in batch.unparsed if isinstance(one, Unparsed)] == [ahead]
    later = server.say("Later")
    assert {known, later} == {post.ref.post_id for post in read(network, batch.cursor)} - {ahead}


HOSTILE = [
    {},
    {"comments": []},
    {"comments": None},
    {"comments": [{}]},
    {"comments": [{"userComment": {}}]},
    {"comments": [{"userComment": {"text": "No moment"}}]},
    {"comments": [{"userComment": {"text": "x", "lastModified": {"seconds": "-5"}}}]},
    {"comments": [{"userComment": {"text": "x", "lastModified": {"seconds": "9" * 30}}}]},
    {"comments": [{"userComment": {"text": "x", "lastModified": {"seconds": 1.5}}}]},
    {"comments": [{"userComment": {"text": "x", "lastModified": {"nanos": 5}}}]},
    {"comments": [{"userComment": {"text": "x", "lastModified": []}}]},
    {"reviewId": "../../users", "comments": [{"userComment": {"lastModified": {"seconds": "1700000000"}}}]},
]


@pytest.mark.parametrize("review", HOSTILE, ids=lambda one: json.dumps(one)[:60])
def test_a_review_of_an_odd_shape_is_kept_unread(network: GooglePlayNetwork, review: dict[str, object]) -> None:
    read_now = network.read_again(json.dumps({"reviewId": "gp:1", **review}).encode(), None)  # type: ignore[arg-type]
    assert isinstance(read_now, Unparsed)


@pytest.mark.parametrize(
    ("said", "stars", "text"),
    [
        ({"starRating": -3, "text": "a"}, None, "a"),
        ({"starRating": 0, "text": "a"}, None, "a"),
        ({"starRating": 6, "text": "a"}, None, "a"),
        ({"starRating": "5", "text": "a"}, None, "a"),
        ({"starRating": 5, "text": None}, 5, ""),
        ({"starRating": 5, "text": "\tBody alone"}, 5, "Body alone"),
        ({"starRating": 5, "text": "translated", "originalText": "Original\tBody"}, 5, "Original\nBody"),
        ({"text": "<!channel> \u0000x"}, None, "<!channel> \ufffdx"),
        ({"text": "a", "androidOsVersion": 10**30, "appVersionName": ["1"]}, None, "a"),
    ],
)
def test_odd_parts_of_a_review_spoil_only_themselves(
    network: GooglePlayNetwork, said: dict[str, object], stars: int | None, text: str
) -> None:
    whole = {"lastModified": {"seconds": "1700000000", "nanos": "x"}, **said}
    raw = json.dumps({"reviewId": "gp:1", "authorName": " ", "comments": [5, {"userComment": whole}]})
    post = network.read_again(raw.encode(), None)  # type: ignore[arg-type]
    assert isinstance(post, Mention)
    assert (post.stars, post.text, post.author.name) == (stars, text, "A Google user")


@pytest.mark.parametrize(
    ("told", "nanos"),
    [
        ({"seconds": "1700000000", "nanos": 913_000_000}, 1_700_000_000_913_000_000),
        ({"seconds": 1_700_000_000}, 1_700_000_000_000_000_000),
        ({"seconds": "1700000000", "nanos": -1}, 1_700_000_000_000_000_000),
        ({"seconds": "1700000000", "nanos": 10**9}, 1_700_000_000_000_000_000),
        ({"seconds": True}, 0),
        ({"seconds": "١٧"}, 0),
        ({}, 0),
    ],
)
def test_moments_come_as_seconds_in_a_text_and_nanoseconds(told: dict[str, object], nanos: int) -> None:
    assert nanos_in(told) == nanos


# --- answering ------------------------------------------------------------------------------------------------------


def test_a_reply_goes_under_the_review_word_for_word(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    outcome = network.reply(target(review), WORDS, "key")
    assert isinstance(outcome, Sent)
    assert server.reviews[review].reply == WORDS
    assert (outcome.post_id, outcome.at) == (reply_id(review, WORDS), server.reviews[review].replied_at)
    assert network.find_reply(target(review), WORDS, SINCE) == outcome


def test_a_second_reply_takes_the_place_of_the_first_also_as_a_correction(
    network: GooglePlayNetwork, server: PlayServer
) -> None:
    review = server.say("It crashes")
    first = network.reply(target(review), WORDS, "key")
    assert isinstance(first, Sent)
    second = network.reply(target(first.post_id), "Priya, it is mended.", "other")
    assert isinstance(second, Sent)
    assert [one.text for one in server.public()] == ["Priya, it is mended."]
    assert network.find_reply(target(review), WORDS, SINCE) is None


def test_the_same_words_twice_are_one_reply(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    sent = [network.reply(target(review), WORDS, "key") for _ in range(2)]
    assert {one.post_id for one in sent if isinstance(one, Sent)} == {reply_id(review, WORDS)}
    [_, ours] = read(network)
    assert ours.ref.post_id == reply_id(review, WORDS)


def test_a_review_is_read_with_our_reply_before_a_call(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    server.answer_in_console(review, "Please write to us.")
    batch = network.with_our_reply(review)
    assert ([one.text for one in batch.posts], [one.text for one in batch.edits]) == (
        ["It crashes"], ["Please write to us."],
    )  # fmt: skip
    assert batch.cursor == ""


@pytest.mark.parametrize("words", ["<b>Sorry</b>, Priya", "See </a>", "<!-- x -->"])
def test_words_with_a_tag_are_not_sent_since_it_would_be_taken_out(
    network: GooglePlayNetwork, server: PlayServer, words: str
) -> None:
    review = server.say("It crashes")
    outcome = network.reply(target(review), words, "key")
    assert isinstance(outcome, NotSent)
    assert "angle brackets" in outcome.why
    assert server.public() == []


def test_a_review_that_takes_no_answer_goes_to_a_person(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    server.reviews[review].unanswerable = True
    outcome = network.reply(target(review), WORDS, "key")
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand


def test_a_review_that_is_gone_takes_no_answer(network: GooglePlayNetwork, server: PlayServer) -> None:
    review = server.say("It crashes")
    server.delete(review)
    assert isinstance(network.reply(target(review), WORDS, "key"), NotSent)
    with pytest.raises(NetworkTrouble, match="does not show this review"):
        network.with_our_reply(review)


def test_too_long_a_reply_is_refused_for_certain(network: GooglePlayNetwork, server: PlayServer) -> None:
    assert isinstance(network.reply(target(server.say("It crashes")), "x" * (MOST + 1), "key"), NotSent)
    [length] = network.lengths("Sorry 🦊")
    assert (length.count, length.limit) == (8, MOST)


def test_a_yes_to_other_words_is_no_yes(server: PlayServer) -> None:
    review = server.say("It crashes")
    network = connect(server)
    network._made = lambda review, text, result: GooglePlayNetwork._made(network, review, "Other words", result)  # type: ignore[method-assign]
    assert isinstance(network.reply(target(review), WORDS, "key"), OutcomeLost)


def test_nothing_can_be_taken_back(network: GooglePlayNetwork, server: PlayServer) -> None:
    outcome = network.take_back(reply_id("gp:1", WORDS))
    assert outcome == network.why_kept(reply_id("gp:1", WORDS))
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand
    assert server.calls == []


# --- signing in -----------------------------------------------------------------------------------------------------


def test_one_token_serves_many_calls(network: GooglePlayNetwork, server: PlayServer) -> None:
    for _ in range(3):
        read(network)
    assert server.calls.count("POST /token") == 1


def test_a_token_that_is_refused_is_fetched_anew_once(network: GooglePlayNetwork, server: PlayServer) -> None:
    read(network)
    network._session._token = "ended-long-ago"
    review = server.say("It crashes")
    assert isinstance(network.reply(target(review), WORDS, "key"), Sent)
    assert server.calls.count("POST /token") == 2


def test_a_key_of_another_account_opens_nothing(server: PlayServer) -> None:
    with google_play() as other:
        stranger = connect(server, key=other.secrets["GOOGLE_PLAY_KEY"])
    with pytest.raises(NetworkTrouble, match="does not accept the key of our service account"):
        stranger.verify()
    outcome = stranger.reply(target(server.say("It crashes")), WORDS, "key")
    assert isinstance(outcome, NotSent)
    assert server.public() == []


def test_a_clock_that_is_wrong_is_named(server: PlayServer) -> None:
    network = connect(server)
    network._session._seconds = lambda: 1_000_000_000.0
    with pytest.raises(NetworkTrouble, match="clock may be wrong"):
        network.verify()


def test_another_app_is_not_ours(server: PlayServer) -> None:
    with pytest.raises(NetworkTrouble):
        connect(server, package="com.elsewhere.app").verify()


def test_tokens_come_from_google_where_the_api_is_googles() -> None:
    session = GooglePlaySession("{}", "https://androidpublisher.googleapis.com/", 1.0)
    assert session._tokens_at == "https://oauth2.googleapis.com/token"


def test_an_unusable_private_key_is_named(server: PlayServer) -> None:
    broken = json.loads(server.secrets["GOOGLE_PLAY_KEY"]) | {"private_key": "-----BEGIN PRIVATE KEY-----\nx"}
    with pytest.raises(NetworkTrouble, match="private key in GOOGLE_PLAY_KEY cannot be used"):
        connect(server, key=json.dumps(broken)).verify()


def test_a_missing_package_is_named_with_its_remedy(server: PlayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: object) -> object:
        if name == "jwt":
            raise ImportError(name)
        return real(name, *more)  # type: ignore[arg-type]

    network = connect(server)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NetworkTrouble, match=r"pip install 'heard\[google-play\]'"):
        network.verify()


def test_a_cut_answer_while_signing_in_means_that_nothing_was_sent(server: PlayServer) -> None:
    review = server.say("It crashes")
    cut = next(one for one in SPOILED_CALLS if one.name == "half a body after it was done")
    with Interference(server.api_url) as between:
        between.spoil(lambda _method, path: cut.play if path == "/token" else None)
        outcome = connect(server, url=between.url).reply(target(review), WORDS, "key")
    assert isinstance(outcome, NotSent)
    assert server.public() == []


# --- the key, and addresses -----------------------------------------------------------------------------------------


def test_the_key_is_checked_and_its_parts_are_hidden(server: PlayServer) -> None:
    key = server.secrets["GOOGLE_PLAY_KEY"]
    assert why_no_key(key) == ""
    assert [why_no_key(one) for one in ("", "xoxb-1", "{}", '{"client_email": "a@b", "private_key": "x"}')] == [
        "It is not the JSON key of a service account."
    ] * 4
    hidden = hidden_parts(key)
    assert json.loads(key)["private_key"] in hidden
    assert sum("BEGIN" not in one and "\n" not in one for one in hidden) > 10


APP = OurApp(PACKAGE, "northwind", "https://play.google.com/console/developers/1/app/2")


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (APP.review_url("gp:AOqp_1-x"), "gp:AOqp_1-x"),
        (APP.review_url(reply_id("gp:AOqp_1-x", WORDS)), "gp:AOqp_1-x"),
        (APP.console_url("gp:AOqp_1-x"), "gp:AOqp_1-x"),
        ("https://play.google.com/store/apps/details?id=com.elsewhere&reviewId=gp:1", ""),
        ("https://play.google.com.evil.example/store/apps/details?id=com.northwind.app&reviewId=gp:1", ""),
        ("https://play.google.com/store/apps/details?id=com.northwind.app", ""),
        ("https://play.google.com/store/apps/details?id=com.northwind.app&reviewId=a/b", ""),
    ],
)
def test_an_address_leads_to_the_review_of_our_app_only(link: str, found: str) -> None:
    assert APP.review_behind(link) == found


def test_a_person_is_led_to_the_play_console(server: PlayServer) -> None:
    assert connect(server).web_reply_url(target("gp:1"), WORDS) == "https://play.google.com/console/"
    with_console = connect(server, console=APP.console)
    assert with_console.web_reply_url(target("gp:1"), WORDS).endswith(
        "app/2/user-feedback/review-details?reviewId=gp%3A1"
    )


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("", True),
        (APP.console, True),
        ("https://evil.example/console/developers/1/app/2", False),
        ("no address", False),
    ],
)
def test_the_address_of_the_console_is_checked(value: str, fits: bool) -> None:
    [console] = KIND.options
    assert (console.why_not(value) == "") is fits


def test_the_kind_builds_it(server: PlayServer) -> None:
    given = AccountGiven(
        id=PACKAGE,
        handle="@northwind",
        secrets=server.secrets,
        options={"console": APP.console},
        api_url=server.api_url,
    )
    assert KIND.build(given).verify().id == PACKAGE


# --- refusals -------------------------------------------------------------------------------------------------------


def refused(status: int, reason: str = "", **headers: str) -> RefusedCall:
    told = {"error": {"code": status, "errors": [{"reason": reason}]}}
    return RefusedCall(
        status, {name.replace("_", "-"): one for name, one in headers.items()}, json.dumps(told).encode(), whole=True
    )


@pytest.mark.parametrize(
    ("refusal", "wait"),
    [
        (refused(429), USUAL_WAIT),
        (refused(429, retry_after="120"), timedelta(minutes=2)),
        (refused(429, retry_after="1"), timedelta(minutes=1)),
        (refused(429, retry_after="999999999"), LONGEST_WAIT),
        (refused(429, retry_after="Wed, 21 Oct 2026"), USUAL_WAIT),
        (refused(403, "quotaExceeded"), USUAL_WAIT),
        (refused(403, "forbidden"), None),
    ],
)
def test_limits_are_waited_for(refusal: RefusedCall, wait: timedelta | None) -> None:
    outcome = OUTCOMES.after(refusal)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == wait
    assert OUTCOMES.reading(refusal).retry_after == wait


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"error": {"code": 500}}', b'{"error": "x"}'])
def test_only_googles_own_refusal_proves_that_nothing_went_out(body: bytes) -> None:
    assert isinstance(OUTCOMES.after(RefusedCall(403, {}, body, whole=True)), OutcomeLost)


# --- in heard.toml --------------------------------------------------------------------------------------------------


def play_desk(*packages: str) -> str:
    each = '[[accounts]]\nnetwork = "google-play"\nhandle = "northwind"\nid = "{}"\n'
    return LEAST + "".join(each.format(one) for one in packages)


def test_the_key_may_be_a_file_and_no_part_of_it_is_shown(server: PlayServer, tmp_path: Path) -> None:
    key = server.secrets["GOOGLE_PLAY_KEY"]
    file = tmp_path / "key.json"
    file.write_text(json.dumps(json.loads(key), indent=2))
    file.chmod(0o600)
    settings = loaded(tmp_path, play_desk(PACKAGE), TOKENS | {"GOOGLE_PLAY_KEY_FILE": str(file)})
    assert json.loads(settings.secrets.by_name()["GOOGLE_PLAY_KEY"]) == json.loads(key)
    line = json.loads(key)["private_key"].splitlines()[2]
    assert line not in Redaction(settings.hidden)(f"a trace with {line} in it")


def test_one_key_is_good_for_several_apps(server: PlayServer, tmp_path: Path) -> None:
    env = TOKENS | dict(server.secrets)
    assert len(loaded(tmp_path, play_desk(PACKAGE, "com.northwind.lite"), env).config.accounts) == 2
    assert faults(tmp_path, play_desk(PACKAGE, PACKAGE), env) != []


def test_a_key_that_is_none_is_said_with_where_to_find_it(tmp_path: Path) -> None:
    [found] = faults(tmp_path, play_desk(PACKAGE), TOKENS | {"GOOGLE_PLAY_KEY": "xoxb-1"})
    assert (found.where, found.what) == ("GOOGLE_PLAY_KEY", "It is not the JSON key of a service account.")
    assert "Service accounts" in found.remedy
