"""The Instagram gateway against a make-believe server; the tests check the server's own memory."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.graph_listing import CALLS
from bot.gateways.networks.instagram import InstagramNetwork
from bot.gateways.networks.instagram_kind import KIND
from bot.gateways.networks.instagram_named import KEPT, named_file
from bot.gateways.networks.instagram_posts import ig_comment_behind
from bot.gateways.networks.instagram_token import RENEWED_BEFORE, YOUNGEST
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Batch, Delivery, Hint, Hook, NetworkTrouble, NotSent, OutcomeLost, Sent
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.graph import APP_SECRET, TOKEN, NotGiven
from bot.rehearsal.instagram import BRAND, LASTS, MEDIA, WRITER, InstagramServer, instagram


def now() -> datetime:
    """Return the moment by which the make-believe server dates its answers."""
    return datetime.now(UTC).replace(microsecond=0)


DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[InstagramServer]:
    with instagram() as opened:
        yield opened


def given_by(server: InstagramServer, folder: Path | None = None, **options: str) -> AccountGiven:
    return AccountGiven(
        id=BRAND,
        handle="@northwind",
        secrets=server.secrets,
        options=options,
        api_url=server.api_url,
        within=5.0,
        folder=folder,
    )


def connect(server: InstagramServer, folder: Path | None = None, **options: str) -> InstagramNetwork:
    network = KIND.build(given_by(server, folder, **options))
    assert isinstance(network, InstagramNetwork)
    return network


@pytest.fixture
def network(server: InstagramServer) -> InstagramNetwork:
    return connect(server)


def batches(network: InstagramNetwork, stream: str = "mentions", cursor: str = "") -> list[Batch]:
    return list(network.fetch(stream, cursor))


def read(network: InstagramNetwork, stream: str = "mentions", cursor: str = "") -> list[Mention]:
    return [post for batch in batches(network, stream, cursor) for post in batch.posts]


def target(post_id: str) -> PostRef:
    return PostRef("instagram", BRAND, post_id)


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_comment_is_read_with_all_that_the_desk_asks(network: InstagramNetwork, server: InstagramServer) -> None:
    comment = server.say("my parcel is <late>\x00")
    [post] = read(network)
    assert (post.ref, post.root_id, post.parent_id) == (target(comment), MEDIA, MEDIA)
    assert (post.author.id, post.author.handle, post.text) == (WRITER, "priya.n", "my parcel is <late>\ufffd")
    assert (post.side, post.answerable, post.private) == (Side.THEIRS, Answerable.YES, False)


def test_a_comment_has_its_own_address_where_its_post_tells_one(server: InstagramServer) -> None:
    server.permalink = "https://www.instagram.com/p/C1a2b3/"
    network = connect(server)
    first = server.say("late")
    second = server.say("mine too", parent=first)
    urls = [post.url for post in read(network)]
    assert urls == [
        f"https://www.instagram.com/p/C1a2b3/c/{first}/",
        f"https://www.instagram.com/p/C1a2b3/c/{first}/r/{second}/",
    ]
    assert [network.post_behind(url) for url in urls] == [first, second]
    server.permalink = "https://elsewhere.example/p/C1a2b3/"
    assert read(network)[0].url == f"https://www.instagram.com/northwind/#{first}"


def test_answers_to_a_comment_are_read_ours_too(network: InstagramNetwork, server: InstagramServer) -> None:
    first = server.say("late")
    server.say("We are looking.", parent=first, by=BRAND)
    server.say("mine too", parent=first)
    assert [(post.text, post.side, post.parent_id) for post in read(network)] == [
        ("late", Side.THEIRS, MEDIA),
        ("We are looking.", Side.OURS, first),
        ("mine too", Side.THEIRS, first),
    ]


def test_our_own_answer_is_known_by_its_handle_alone(network: InstagramNetwork, server: InstagramServer) -> None:
    server.names_authors = False
    server.say("We are looking.", by=BRAND)
    server.say("late")
    ours, theirs = read(network)
    assert (ours.side, ours.author.id) == (Side.OURS, BRAND)
    assert (theirs.author.id, theirs.author.handle) == ("of-priya.n", "priya.n")


def test_the_newest_answer_is_found_on_any_page(
    network: InstagramNetwork, server: InstagramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateways.networks.instagram_listing.FURTHER", 10)
    first = server.say("late")
    answers = [server.say(f"me too {number}", parent=first) for number in range(60)]
    assert answers[-1] in {post.ref.post_id for post in read(network)}


def test_more_comments_than_come_with_a_post_are_read_and_too_many_are_a_gap(
    network: InstagramNetwork, server: InstagramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [server.say(f"late {number}") for number in range(40)]
    assert [post.ref.post_id for post in read(network)] == ids
    monkeypatch.setattr("bot.gateways.networks.instagram_listing.FURTHER", 2)
    told = batches(network)
    assert sum(len(batch.posts) for batch in told) == 10 + 2 * (CALLS - 1)
    assert told[0].gap


def test_a_hidden_comment_takes_no_reply(network: InstagramNetwork, server: InstagramServer) -> None:
    server.say("late", more={"hidden": True})
    [post] = read(network)
    assert (post.answerable, post.why_not != "") == (Answerable.NO, True)


def test_comments_that_are_no_list_are_kept_with_their_post(
    network: InstagramNetwork, server: InstagramServer
) -> None:
    server.say("odd", more={"replies": {"data": 7}})
    [batch] = batches(network)
    assert len(batch.unparsed) == 1


def test_a_post_that_tags_us_is_a_mention(network: InstagramNetwork, server: InstagramServer) -> None:
    media, _ = server.name_us("@northwind forgot me")
    [post] = read(network, "tagged")
    assert (post.ref.post_id, post.root_id, post.parent_id) == (f"at-{media}", f"at-{media}", None)
    assert (post.text, post.media) == ("@northwind forgot me", 1)


def test_a_message_can_be_answered_for_a_day(network: InstagramNetwork, server: InstagramServer) -> None:
    message = server.write("where is 4711?")
    [post] = read(network, "messages")
    assert (post.ref.post_id, post.root_id, post.private) == (message, f"with-{WRITER}", True)
    assert post.answerable_until == post.posted_at + DAY


def test_our_own_message_is_ours_under_whichever_id_it_is_told(server: InstagramServer) -> None:
    server.scoped = "5550001"
    network = connect(server)
    message = server.write("where?")
    ours = server.write("We are looking.", by=BRAND)
    posts = {post.ref.post_id: post for post in read(network, "messages")}
    assert (posts[ours].side, posts[ours].root_id) == (Side.OURS, f"with-{WRITER}")
    found = network.find_reply(target(message), "We are looking.", EPOCH + DAY)
    assert isinstance(found, Sent)
    answered = network.reply(target(ours), "Again.", "k1")
    assert isinstance(answered, NotSent)
    assert answered.by_hand


def test_after_we_were_renamed_our_answers_are_still_ours(server: InstagramServer) -> None:
    server.handle, server.names_authors = "northwind_uk", False
    server.say("We are looking.", by=BRAND)
    network = ourselves(connect(server))
    [post] = [one for batch in network.fetch("mentions", "") for one in batch.posts]
    assert (post.side, post.author.id) == (Side.OURS, BRAND)


# --- who named us elsewhere -----------------------------------------------------------------------------------------


def hook(field: str, value: object, account: str = BRAND, at: int = 1_772_452_800) -> Hook:
    entry = {"id": account, "time": at, "changes": [{"field": field, "value": value}]}
    return Hook(headers={}, body=json.dumps({"object": "instagram", "entry": [entry]}).encode())


def hear(server: InstagramServer, folder: Path, **value: object) -> object:
    assert KIND.webhooks is not None
    return KIND.webhooks(given_by(server, folder)).news(hook("mentions", value), now())


def test_who_named_us_is_written_down_and_read_then(server: InstagramServer, tmp_path: Path) -> None:
    network = connect(server, tmp_path)
    media, comment = server.name_us("see what @northwind did", comment=True)
    post, _ = server.name_us("@northwind again")
    assert hear(server, tmp_path, media_id=media, comment_id=comment) == Hint()
    assert hear(server, tmp_path, media_id=post) == Hint()
    [batch] = batches(network, "named")
    assert [(one.ref.post_id, one.root_id, one.text) for one in batch.posts] == [
        (f"at-{media}_{comment}", f"at-{media}", "see what @northwind did"),
        (f"at-{post}", f"at-{post}", "@northwind again"),
    ]
    assert batch.cursor == "2"
    assert batches(network, "named", batch.cursor) == []
    assert batches(network, "named") == [batch]


def test_what_names_us_and_is_gone_is_kept_for_a_person(server: InstagramServer, tmp_path: Path) -> None:
    hear(server, tmp_path, media_id="4711")
    [batch] = batches(connect(server, tmp_path), "named")
    assert [(odd.post_id, odd.raw != b"") for odd in batch.unparsed] == [("at-4711", True)]


def test_trouble_while_reading_loses_no_mention(server: InstagramServer, tmp_path: Path) -> None:
    network = connect(server, tmp_path)
    media, _ = server.name_us("@northwind again")
    hear(server, tmp_path, media_id=media)
    server.unreadable.append(NotGiven(2, status=500))
    with pytest.raises(NetworkTrouble):
        batches(network, "named")
    assert [post.ref.post_id for post in read(network, "named")] == [f"at-{media}"]


def test_the_file_of_who_named_us_is_shortened_and_nothing_unread_is_dropped(
    server: InstagramServer, tmp_path: Path
) -> None:
    network, path, known = connect(server, tmp_path), named_file(tmp_path, BRAND), '{"media": "1"}\n'
    path.write_text(known * 2 * KEPT)
    media, _ = server.name_us("@northwind again")
    hear(server, tmp_path, media_id=media)
    [batch] = batches(network, "named", str(2 * KEPT))
    assert (batch.cursor, path.read_text().count(known)) == (str(2 * KEPT + 1), KEPT)
    other, _ = server.name_us("@northwind and again")
    hear(server, tmp_path, media_id=other)
    [batch] = batches(network, "named", batch.cursor)
    assert [post.ref.post_id for post in batch.posts] == [f"at-{other}"]
    assert [post.ref.post_id for post in read(network, "named", str(2 * KEPT))] == [f"at-{media}", f"at-{other}"]


def test_a_line_that_a_full_disk_cut_spoils_no_other(server: InstagramServer, tmp_path: Path) -> None:
    path, network = named_file(tmp_path, BRAND), connect(server, tmp_path)
    path.write_text('{"media": "17')
    assert batches(network, "named") == []
    media, _ = server.name_us("@northwind again")
    hear(server, tmp_path, media_id=media)
    assert [post.ref.post_id for post in read(network, "named")] == [f"at-{media}"]


def test_a_file_that_is_not_the_one_that_was_read_is_read_from_its_beginning(
    server: InstagramServer, tmp_path: Path
) -> None:
    media, _ = server.name_us("@northwind again")
    hear(server, tmp_path, media_id=media)
    posts = read(connect(server, tmp_path), "named", "412")
    assert [post.ref.post_id for post in posts] == [f"at-{media}"]


@pytest.mark.parametrize(
    "value", [{}, {"media_id": 7}, {"media_id": "../me"}, {"media_id": "1", "comment_id": "x\n"}]
)
def test_what_is_no_number_is_not_written_down(
    server: InstagramServer, tmp_path: Path, value: dict[str, object]
) -> None:
    assert hear(server, tmp_path, **value) == Hint()
    assert named_file(tmp_path, BRAND).read_text() == ""
    assert named_file(tmp_path, BRAND).stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_down_is_not_acknowledged(server: InstagramServer, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        hear(server, tmp_path / "missing", media_id="1")


def test_a_comment_comes_by_webhook_with_the_time_of_its_entry(server: InstagramServer, tmp_path: Path) -> None:
    assert KIND.webhooks is not None
    value = {"id": "7001", "text": "late", "from": {"id": WRITER, "username": "priya.n"}, "media": {"id": MEDIA}}
    news = KIND.webhooks(given_by(server, tmp_path)).news(hook("comments", value), now())
    assert isinstance(news, Delivery)
    [post] = news.batch.posts
    assert (post.ref.post_id, post.root_id, post.author.id) == ("7001", MEDIA, WRITER)
    assert post.posted_at == EPOCH + timedelta(seconds=1_772_452_800)


def test_a_comment_in_no_known_form_is_kept(server: InstagramServer) -> None:
    assert KIND.webhooks is not None
    news = KIND.webhooks(given_by(server)).news(hook("comments", {"id": "x", "text": "late"}), now())
    assert isinstance(news, Delivery)
    assert [(odd.glimpse.text, json.loads(odd.raw)["id"]) for odd in news.batch.unparsed] == [("late", "x")]


def test_a_comment_on_a_live_video_comes_in_for_a_person(server: InstagramServer) -> None:
    assert KIND.webhooks is not None
    value = {"id": "7001", "text": "late", "from": {"id": WRITER, "username": "priya.n"}, "media": {"id": MEDIA}}
    news = KIND.webhooks(given_by(server)).news(hook("live_comments", value), now())
    assert isinstance(news, Delivery)
    [post] = news.batch.posts
    assert (post.ref.post_id, post.answerable, post.why_not != "") == ("7001", Answerable.NO, True)


@pytest.mark.parametrize("list_of", ["messaging", "standby"])
def test_a_message_that_its_writer_took_back_is_told_as_deleted(server: InstagramServer, list_of: str) -> None:
    mid = server.write("my address is 5 Elm Road")
    told = [{"sender": {"id": WRITER}, "message": {"mid": one, "is_deleted": True}} for one in (mid, "x", 7)]
    new = {"sender": {"id": WRITER}, "message": {"mid": server.write("hello"), "text": "hello"}}
    body = json.dumps({"entry": [{"id": BRAND, "time": 1_772_452_800_000, list_of: [*told, new]}]}).encode()
    assert KIND.webhooks is not None
    news = KIND.webhooks(given_by(server)).news(Hook(headers={}, body=body), now())
    assert isinstance(news, Delivery)
    assert (news.batch.deletions, news.batch.posts) == ([mid], [])


@pytest.mark.parametrize("told", [hook("story_insights", {}), hook("messages", {})])
def test_all_else_is_a_hint_to_read(server: InstagramServer, told: Hook) -> None:
    assert KIND.webhooks is not None
    assert KIND.webhooks(given_by(server)).news(told, now()) == Hint()


def test_who_named_another_account_is_not_written_down_for_ours(server: InstagramServer, tmp_path: Path) -> None:
    assert KIND.webhooks is not None
    told = hook("mentions", {"media_id": "1"}, account="4711")
    assert KIND.webhooks(given_by(server, tmp_path)).news(told, now()) is None
    assert not named_file(tmp_path, BRAND).exists()


# --- sending --------------------------------------------------------------------------------------------------------


def test_an_answer_to_an_answer_is_found_beside_it(network: InstagramNetwork, server: InstagramServer) -> None:
    first = server.say("late")
    second = server.say("mine too", parent=first)
    sent = network.reply(target(second), "We are looking.", "k1")
    assert isinstance(sent, Sent)
    assert server.nodes[sent.post_id].parent == first
    found = network.find_reply(target(second), "We are looking.", server.nodes[sent.post_id].at)
    assert isinstance(found, Sent)
    assert found.post_id == sent.post_id


def test_a_reply_is_not_called_missing_among_too_many_answers(
    network: InstagramNetwork, server: InstagramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = server.say("late")
    for number in range(60):
        server.say(f"me too {number}", parent=comment)
    network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(network.find_reply(target(comment), "We are looking.", EPOCH + DAY), Sent)
    monkeypatch.setattr("bot.gateways.networks.instagram.LOOKS", 1)
    with pytest.raises(NetworkTrouble, match="too many"):
        network.find_reply(target(comment), "We are looking.", EPOCH + DAY)


@pytest.mark.parametrize("comment", [True, False])
def test_a_post_elsewhere_is_answered_there(
    network: InstagramNetwork, server: InstagramServer, comment: bool
) -> None:
    media, there = server.name_us("@northwind forgot me", comment=comment)
    post_id = f"at-{media}_{there}" if comment else f"at-{media}"
    assert isinstance(network.reply(target(post_id), "We are on it.", "k1"), Sent)
    assert [(one.text, one.answers) for one in server.public()] == [("We are on it.", post_id)]


def test_an_answer_elsewhere_is_never_called_missing(network: InstagramNetwork) -> None:
    with pytest.raises(NetworkTrouble, match="look there"):
        network.find_reply(target("at-4711"), "We are on it.", now())


def test_a_message_is_answered_to_its_writer_alone(network: InstagramNetwork, server: InstagramServer) -> None:
    message = server.write("where is 4711?")
    sent = network.reply(target(message), "On its way.", "k1")
    assert isinstance(sent, Sent)
    assert (server.nodes[sent.post_id].answers, server.public()) == (WRITER, [])
    found = network.find_reply(target(message), "On its way.", server.nodes[sent.post_id].at)
    assert isinstance(found, Sent)


def test_a_comment_is_answered_in_private_once(network: InstagramNetwork, server: InstagramServer) -> None:
    comment = server.say("late")
    [post] = read(network)
    assert network.private_answer_until(post) == post.posted_at + 7 * DAY
    assert isinstance(network.answer_in_private(target(comment), "Write to us here.", "k1"), Sent)
    second = network.answer_in_private(target(comment), "Write to us here.", "k2")
    assert isinstance(second, NotSent)
    assert "takes one such answer" in second.why


@pytest.mark.parametrize(("no", "lost"), [(NotGiven(1), True), (NotGiven(10), False), (NotGiven(80_002), False)])
def test_refusals_are_told_as_they_are(
    network: InstagramNetwork, server: InstagramServer, no: NotGiven, lost: bool
) -> None:
    comment = server.say("late")
    server.refusals.append(no)
    assert isinstance(network.reply(target(comment), "We are looking.", "k1"), OutcomeLost) is lost


def test_a_message_is_not_taken_back_and_a_comment_is(network: InstagramNetwork, server: InstagramServer) -> None:
    message, comment = server.write("Sorry.", by=BRAND), server.say("late")
    outcome = network.take_back(message)
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand
    sent = network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(sent, Sent)
    assert [isinstance(network.take_back(sent.post_id), Sent) for _ in range(2)] == [True, True]


def test_a_deleted_comment_is_gone_while_the_list_can_be_read(
    network: InstagramNetwork, server: InstagramServer
) -> None:
    gone, there = server.say("late"), server.say("broken")
    server.delete(gone)
    assert network.which_are_gone([gone, there, "at-1"]) == [gone]
    network.account = "4711"
    with pytest.raises(NetworkTrouble):
        network.which_are_gone([gone])


# --- the set-ups, addresses -----------------------------------------------------------------------------------------


def test_both_kinds_of_token_are_proven_to_be_ours(server: InstagramServer, tmp_path: Path) -> None:
    for whose, streams in (
        ("page", {"mentions", "tagged", "named", "messages"}),
        ("instagram", {"mentions", "messages"}),
    ):
        network = connect(server, tmp_path, token_of=whose)
        assert (network.verify().id, network.verify().handle) == (BRAND, "northwind")
        assert set(network.streams) == streams


def test_instagrams_own_token_is_renewed_and_kept(server: InstagramServer, tmp_path: Path) -> None:
    network = connect(server, tmp_path, token_of="instagram")
    assert (network.renews_token, network.renew_at(), network.token_ends()) == (True, None, None)
    network.verify()
    first = network.renew_at()
    assert first is not None
    assert YOUNGEST - timedelta(minutes=5) < first - now() < YOUNGEST + timedelta(minutes=5)
    network.renew_token()
    server.tokens.discard(TOKEN)
    again = connect(server, tmp_path, token_of="instagram")
    assert again.verify().id == BRAND
    ends = again.token_ends()
    assert ends is not None
    assert again.renew_at() == ends - RENEWED_BEFORE
    assert abs(ends - now() - timedelta(seconds=LASTS)) < timedelta(minutes=5)


def test_a_token_that_a_person_puts_in_goes_before_the_kept_one(server: InstagramServer, tmp_path: Path) -> None:
    connect(server, tmp_path, token_of="instagram").renew_token()
    server.tokens = {"IGAAnew-by-hand"}
    server.secrets = {**server.secrets, "INSTAGRAM_ACCESS_TOKEN": "IGAAnew-by-hand"}
    network = connect(server, tmp_path, token_of="instagram")
    assert network.verify().id == BRAND
    assert network.token_ends() is None


def test_a_renewal_that_fails_leaves_the_token(server: InstagramServer, tmp_path: Path) -> None:
    network = connect(server, tmp_path, token_of="instagram")
    for no in (NotGiven(100), NotGiven(1), NotGiven(190, 463)):
        server.unreadable.append(no)
        with pytest.raises(NetworkTrouble):
            network.renew_token()
    assert network.verify().id == BRAND


def test_a_pages_token_is_not_renewed_by_the_desk(server: InstagramServer, tmp_path: Path) -> None:
    network = connect(server, tmp_path)
    network.verify()
    assert (network.renews_token, network.renew_at(), network.token_fault()) == (False, None, "")
    server.token_ends = {"data_access_expires_at": 1_800_000_000}
    network.verify()
    assert network.token_ends() == EPOCH + timedelta(seconds=1_800_000_000)


def test_instagrams_own_token_goes_to_instagrams_own_host() -> None:
    usual = KIND.address.usual if KIND.address else ""
    given = AccountGiven(id=BRAND, handle="n", secrets={"INSTAGRAM_ACCESS_TOKEN": "t", "INSTAGRAM_APP_SECRET": "s"})
    hosts = {
        whose: KIND.build(replace(given, api_url=usual, options={"token_of": whose}))._calls._base  # type: ignore[attr-defined]
        for whose in ("page", "instagram")
    }
    assert hosts == {"page": "https://graph.facebook.com/v26.0", "instagram": "https://graph.instagram.com/v26.0"}


def test_the_token_stays_out_of_every_address(network: InstagramNetwork, server: InstagramServer) -> None:
    network.verify()
    read(network)
    assert not any(TOKEN in call or APP_SECRET in call for call in server.calls)


@pytest.mark.parametrize(
    ("link", "post_id"),
    [
        ("https://www.instagram.com/p/C1a2b3/c/7001/", "7001"),
        ("https://www.instagram.com/p/C1a2b3/c/7001/r/7002", "7002"),
        ("https://www.instagram.com/northwind/#at-1_2", "at-1_2"),
        ("https://www.instagram.com/p/C1a2b3/", ""),
        ("https://evil.www.instagram.com/p/C1a2b3/c/7001/", ""),
    ],
)
def test_an_address_leads_to_a_comment_where_it_holds_its_id(link: str, post_id: str) -> None:
    assert ig_comment_behind(link) == post_id


def test_the_length_has_two_measures(network: InstagramNetwork) -> None:
    assert [(one.count, one.limit, one.unit) for one in network.lengths("Größe")] == [
        (5, 300, ""),
        (7, 1_000, "bytes"),
    ]


def test_a_comment_is_hidden_and_shown_again_and_every_reading_tells_it(
    network: InstagramNetwork, server: InstagramServer
) -> None:
    comment = server.say("My neighbour Sam Okafor has it.")
    posts = {one.ref.post_id: one for batch in network.fetch("mentions", "") for one in batch.posts}
    assert network.can_hide(posts[comment], under_ours=False)
    for hidden in (True, True, False):
        assert isinstance(network.set_hidden(comment, hidden=hidden), Sent)
        assert network.is_hidden(comment) is hidden
        told = [batch.hidden for batch in network.fetch("mentions", "") if batch.hidden]
        assert told[0][comment] is hidden
    for post_id in ("../me", server.write("Hello?")):
        assert isinstance(network.set_hidden(post_id, hidden=True), NotSent)
        assert network.is_hidden(post_id) is None
