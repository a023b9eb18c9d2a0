"""The Facebook gateway against a make-believe server; the tests check the server's own memory."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.accounts.holds import SHUT_FOR, Limit
from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.facebook import FacebookNetwork
from bot.gateways.networks.facebook_kind import KIND, yes_or_no
from bot.gateways.networks.facebook_listing import read_stream
from bot.gateways.networks.facebook_posts import comment_behind, comment_in, page_account
from bot.gateways.networks.graph_answers import LONGEST_WAIT, USUAL_WAIT, graph_outcomes
from bot.gateways.networks.graph_listing import CALLS, GraphReading
from bot.gateways.networks.graph_wire import GraphAnswer
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Batch, EditTerms, NetworkTrouble, NotSent, OutcomeLost, ReplyNow, Sent, Unparsed
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.facebook import PAGE, POST, PRIYA, FacebookServer, facebook
from bot.rehearsal.graph import APP_SECRET, TOKEN, NotGiven


def now() -> datetime:
    """Return the moment by which the make-believe server dates its answers."""
    return datetime.now(UTC).replace(microsecond=0)


DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with facebook() as opened:
        yield opened


def connect(server: FacebookServer, **options: str) -> FacebookNetwork:
    given = AccountGiven(
        id=PAGE, handle="northwind", secrets=server.secrets, options=options, api_url=server.api_url, within=5.0
    )
    network = KIND.build(given)
    assert isinstance(network, FacebookNetwork)
    return network


@pytest.fixture
def network(server: FacebookServer) -> FacebookNetwork:
    return connect(server)


def batches(network: FacebookNetwork, stream: str = "mentions", cursor: str = "") -> list[Batch]:
    return list(network.fetch(stream, cursor))


def read(network: FacebookNetwork, stream: str = "mentions", cursor: str = "") -> list[Mention]:
    return [post for batch in batches(network, stream, cursor) for post in batch.posts]


def target(post_id: str) -> PostRef:
    return PostRef("facebook", PAGE, post_id)


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_comment_is_read_with_all_that_the_desk_asks(network: FacebookNetwork, server: FacebookServer) -> None:
    comment = server.say("my parcel is <late>\x00 & wet")
    [post] = read(network)
    assert (post.ref, post.root_id, post.parent_id) == (target(comment), POST, POST)
    assert (post.author.id, post.author.handle, post.author.name) == (PRIYA, "", "Priya Nair")
    assert post.text == "my parcel is <late>\ufffd & wet"
    assert (post.side, post.answerable, post.answerable_until) == (Side.THEIRS, Answerable.YES, None)
    assert (post.private, post.media, post.url) == (False, 0, f"https://www.facebook.com/{comment}")


def test_a_colleagues_answer_from_another_app_is_ours(network: FacebookNetwork, server: FacebookServer) -> None:
    comment = server.say("late")
    server.say("We are looking.", parent=comment, by=PAGE)
    _, ours = read(network)
    assert (ours.side, ours.parent_id, ours.root_id) == (Side.OURS, comment, POST)


def test_what_a_customer_posts_on_the_page_is_a_mention(network: FacebookNetwork, server: FacebookServer) -> None:
    post_id = server.post("Where is my parcel?")
    [post] = read(network)
    assert (post.ref.post_id, post.root_id, post.parent_id) == (post_id, post_id, None)


def test_a_post_elsewhere_that_names_the_page_is_a_mention(network: FacebookNetwork, server: FacebookServer) -> None:
    there = server.put("99887766_{}", PRIYA, "@Northwind forgot me", more={"tagged": True}).id
    [post] = read(network, "tagged")
    assert (post.ref.post_id, post.root_id, post.text) == (there, there, "@Northwind forgot me")


def test_strangers_without_a_name_are_no_one_customer(network: FacebookNetwork, server: FacebookServer) -> None:
    server.names_authors = False
    first, second = server.say("late"), server.say("broken")
    authors = [post.author for post in read(network)]
    assert [one.id for one in authors] == [f"of-{first}", f"of-{second}"]
    assert {one.name for one in authors} == {"Somebody on Facebook"}


@pytest.mark.parametrize(
    ("words", "attached", "text"),
    [("", "sticker", "[Sticker]"), ("🦊🦊", "", "🦊🦊"), ("see", "photo", "see")],
)
def test_stickers_and_emoji_alone_are_posts(
    network: FacebookNetwork, server: FacebookServer, words: str, attached: str, text: str
) -> None:
    server.say(words, more={"attachment": {"type": attached}} if attached else {})
    [post] = read(network)
    assert (post.text, post.media) == (text, int(bool(attached)))


def test_a_comment_that_the_page_cannot_answer_says_so(network: FacebookNetwork, server: FacebookServer) -> None:
    server.say("late", more={"can_comment": False})
    [post] = read(network)
    assert post.answerable is Answerable.NO
    assert post.why_not


def test_the_first_reading_takes_one_day(network: FacebookNetwork, server: FacebookServer) -> None:
    server.say("long ago", at=now() - DAY - timedelta(minutes=5))
    recent = server.say("late", at=now() - DAY + timedelta(minutes=5))
    assert [post.ref.post_id for post in read(network)] == [recent]


def test_a_first_reading_without_posts_still_has_a_cursor(network: FacebookNetwork) -> None:
    [batch] = batches(network)
    assert batch.posts == []
    assert abs(EPOCH + timedelta(seconds=int(batch.cursor)) - now()) < timedelta(minutes=5)
    assert batches(network, cursor=batch.cursor) == []


def test_what_is_shown_late_is_told_still(network: FacebookNetwork, server: FacebookServer) -> None:
    server.say("late", at=now())
    [batch] = batches(network)
    held = server.say("held for review", at=now() - timedelta(minutes=9))
    assert held in {post.ref.post_id for post in read(network, cursor=batch.cursor)}


def test_a_moment_in_the_future_does_not_hide_what_comes_then(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    server.say("odd", at=now() + 30 * DAY)
    [batch] = batches(network)
    later = server.say("late", at=now())
    assert later in {post.ref.post_id for post in read(network, cursor=batch.cursor)}


def test_more_than_a_reading_takes_is_a_gap(
    network: FacebookNetwork, server: FacebookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateways.networks.facebook_listing.FURTHER", 5)
    ids = [server.say(f"late {number}") for number in range(10 + 5 * CALLS)]
    told = batches(network)
    posts = [post.ref.post_id for batch in told for post in batch.posts]
    assert posts == ids[-len(posts) :]
    assert len(posts) == 10 + 5 * (CALLS - 1)
    assert (told[0].gap != "", told[0].gap_to) == (True, told[0].posts[0].posted_at)


def test_the_page_behind_a_list_is_read_by_its_mark_and_never_by_its_address(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    ids = [server.say(f"late {number}") for number in range(60)]
    assert [post.ref.post_id for post in read(network)] == ids
    assert set(server.calls) == {f"GET /v26.0/{PAGE}", f"GET /v26.0/{POST}/comments"}


@pytest.mark.parametrize("told", [{"data": None}, {"data": {}}, {"error": "no"}, {}])
def test_what_is_no_list_is_trouble_and_no_empty_page(network: FacebookNetwork, told: object) -> None:
    class Calls:
        def get(self, path: str, *_: object, **__: object) -> GraphAnswer:
            return GraphAnswer(told, now())  # type: ignore[arg-type]

        lighter = get

    for stream in network.streams:
        with pytest.raises(NetworkTrouble):
            read_stream(stream, Calls(), network._us, GraphReading(""))  # type: ignore[arg-type]


def test_a_comment_that_cannot_be_read_is_kept_and_the_next_one_told(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    server.say("odd", more={"created_time": "yesterday", "from": 7})
    good = server.say("late")
    [batch] = batches(network)
    assert [post.ref.post_id for post in batch.posts] == [good]
    [odd] = batch.unparsed
    assert (odd.glimpse.text, odd.glimpse.public, json.loads(odd.raw)["message"]) == ("odd", True, "odd")


def test_comments_that_are_no_list_are_kept_with_their_post(network: FacebookNetwork, server: FacebookServer) -> None:
    server.put(f"{PAGE}_{{}}", PAGE, "News", more={"comments": {"data": 7}})
    [batch] = batches(network)
    assert [type(one) for one in batch.unparsed] == [Unparsed]


def test_without_metas_time_the_first_reading_takes_the_day_before_the_newest_post(
    server: FacebookServer,
) -> None:
    old = server.say("long ago", at=now() - 90 * DAY)
    recent = server.say("late", at=now() - 60 * DAY)
    reading = GraphReading("")
    reading.found += [comment_in(server.shown(server.nodes[one]), POST, page_account(PAGE)) for one in (old, recent)]
    assert [post.ref.post_id for batch in reading.batches("Facebook") for post in batch.posts] == [recent]


def test_an_answer_that_became_too_large_is_asked_for_in_part(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    comment = server.say("late")
    server.unreadable.append(NotGiven(1))
    assert [post.ref.post_id for post in read(network)] == [comment]
    server.unreadable += [NotGiven(1), NotGiven(1)]
    with pytest.raises(NetworkTrouble):
        read(network)


def test_a_page_that_nobody_sees_is_an_alarm_after_what_could_be_read(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    comment = server.say("late")
    server.is_published = False
    reading = network.fetch("mentions", "")
    assert [post.ref.post_id for post in next(reading).posts] == [comment]
    with pytest.raises(NetworkTrouble, match="The Page is not published"):
        next(reading)


def test_a_page_without_posts_is_read(network: FacebookNetwork, server: FacebookServer) -> None:
    server.delete(POST)
    assert read(network) == []


# --- private messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("human_agent", "lasts"), [("no", DAY), ("yes", 7 * DAY)])
def test_a_message_is_private_and_can_be_answered_for_a_while(
    server: FacebookServer, human_agent: str, lasts: timedelta
) -> None:
    message = server.write("where is 4711?")
    [post] = read(connect(server, human_agent=human_agent), "messages")
    assert (post.ref.post_id, post.root_id, post.private) == (message, f"with-{PRIYA}", True)
    assert post.answerable_until == post.posted_at + lasts


def test_our_own_message_has_no_window(network: FacebookNetwork, server: FacebookServer) -> None:
    server.write("We are looking.", by=PAGE)
    [post] = read(network, "messages")
    assert (post.side, post.answerable_until, post.root_id) == (Side.OURS, None, f"with-{PRIYA}")


def test_messages_are_not_read_where_the_desk_wants_none(server: FacebookServer) -> None:
    network = connect(server, messages="no")
    assert network.streams == ("mentions", "tagged")
    assert batches(network, "messages") == []


def test_a_message_is_answered_to_its_writer_alone(network: FacebookNetwork, server: FacebookServer) -> None:
    message = server.write("where is 4711?")
    sent = network.reply(target(message), "On its way.", "k1")
    assert isinstance(sent, Sent)
    made = server.nodes[sent.post_id]
    assert (made.words, made.answers, server.public()) == ("On its way.", PRIYA, [])
    assert network.find_reply(target(message), "On its way.", made.at) == Sent(sent.post_id, sent.url, made.at)
    assert network.find_reply(target(message), "Other words.", made.at) is None


@pytest.mark.parametrize(("age", "tag"), [(timedelta(hours=2), None), (timedelta(hours=30), "HUMAN_AGENT")])
def test_after_a_day_an_answer_goes_as_that_of_a_person(
    server: FacebookServer, age: timedelta, tag: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, str]] = []
    network = connect(server, human_agent="yes")
    message = server.write("where?", at=now() - age)
    post = network._calls.post
    monkeypatch.setattr(network._calls, "post", lambda path, form: said.append(form) or post(path, form))
    assert isinstance(network.reply(target(message), "Soon.", "k1"), Sent)
    assert [one.get("tag") for one in said] == [tag]


def test_after_its_time_a_message_is_for_a_person(network: FacebookNetwork, server: FacebookServer) -> None:
    message = server.write("where?")
    server.refusals.append(NotGiven(10, 2_018_278))
    outcome = network.reply(target(message), "Soon.", "k1")
    assert outcome == NotSent("The time in which Facebook lets apps answer this message has passed.", by_hand=True)


# --- sending --------------------------------------------------------------------------------------------------------


def test_an_answer_to_a_reply_is_found_beside_that_reply(network: FacebookNetwork, server: FacebookServer) -> None:
    first = server.say("late")
    second = server.say("mine too", parent=first)
    sent = network.reply(target(second), "We are looking.", "k1")
    assert isinstance(sent, Sent)
    found = network.find_reply(target(second), "We are looking.", server.nodes[sent.post_id].at)
    assert isinstance(found, Sent)
    assert found.post_id == sent.post_id


def test_the_same_words_twice_are_for_a_person(network: FacebookNetwork, server: FacebookServer) -> None:
    comment = server.say("late")
    for _ in range(2):
        network.reply(target(comment), "We are looking.", "k1")
    with pytest.raises(NetworkTrouble, match="a person has to look"):
        network.find_reply(target(comment), "We are looking.", EPOCH + DAY)


def test_words_from_before_the_attempt_are_not_its_reply(network: FacebookNetwork, server: FacebookServer) -> None:
    comment = server.say("late")
    sent = network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(sent, Sent)
    after = server.nodes[sent.post_id].at + timedelta(minutes=6)
    assert network.find_reply(target(comment), "We are looking.", after) is None


def test_a_reply_is_not_called_missing_among_too_many_comments(
    network: FacebookNetwork, server: FacebookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = server.say("late")
    network.reply(target(comment), "We are looking.", "k1")
    for number in range(110):
        server.say(f"me too {number}", parent=comment)
    assert isinstance(network.find_reply(target(comment), "We are looking.", EPOCH + DAY), Sent)
    monkeypatch.setattr("bot.gateways.networks.facebook.LOOKS", 1)
    with pytest.raises(NetworkTrouble, match="too many"):
        network.find_reply(target(comment), "We are looking.", EPOCH + DAY)
    assert network.find_reply(target(comment), "We are looking.", now()) is None


REFUSED = {
    (190, 463): ("does not accept our token any more: it ended", False),
    (10, 0): ("permissions", False),
    (200, 0): ("permissions", False),
    (368, 0): ("blocked", False),
    (551, 0): ("does not deliver", True),
    (100, 2_018_001): ("does not deliver", True),
    (100, 33): ("deleted", False),
    (100, 0): ("too long", False),
    (803, 0): ("deleted", False),
}


@pytest.mark.parametrize("no", REFUSED)
def test_a_refusal_that_is_certain_says_what_to_do(
    network: FacebookNetwork, server: FacebookServer, no: tuple[int, int]
) -> None:
    says, by_hand = REFUSED[no]
    comment = server.say("late")
    server.refusals.append(NotGiven(*no))
    outcome = network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(outcome, NotSent)
    assert says in outcome.why
    assert outcome.by_hand == by_hand
    assert (outcome.limit, outcome.retry_after) == ((Limit.SHUT, SHUT_FOR) if no[0] == 190 else (Limit.NONE, None))


@pytest.mark.parametrize(
    "no", [NotGiven(1), NotGiven(2, status=500), NotGiven(506), NotGiven(4711), NotGiven(190, status=502)]
)
def test_a_refusal_that_proves_nothing_is_lost(
    network: FacebookNetwork, server: FacebookServer, no: NotGiven
) -> None:
    comment = server.say("late")
    server.refusals.append(no)
    assert isinstance(network.reply(target(comment), "We are looking.", "k1"), OutcomeLost)


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80_001])
def test_too_many_calls_wait(network: FacebookNetwork, server: FacebookServer, code: int) -> None:
    comment = server.say("late")
    server.refusals.append(NotGiven(code))
    outcome = network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after, outcome.limit) == (USUAL_WAIT, Limit.PACE)


def test_too_many_calls_before_an_answer_wait_too(network: FacebookNetwork, server: FacebookServer) -> None:
    message = server.write("where?")
    server.unreadable.append(NotGiven(4))
    outcome = network.reply(target(message), "Soon.", "k1")
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after, outcome.limit) == (USUAL_WAIT, Limit.PACE)


@pytest.mark.parametrize("no", [NotGiven(1), NotGiven(2)])
def test_what_passes_by_itself_before_an_answer_is_tried_again(
    network: FacebookNetwork, server: FacebookServer, no: NotGiven
) -> None:
    message = server.write("where?")
    server.unreadable.append(no)
    outcome = network.reply(target(message), "Soon.", "k1")
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after is not None


def test_a_message_that_is_gone_is_not_tried_again(network: FacebookNetwork) -> None:
    outcome = network.reply(target("m_gone"), "Soon.", "k1")
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after is None


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ('{"1": [{"type": "pages", "estimated_time_to_regain_access": 19}]}', timedelta(minutes=19)),
        ('{"1": [{"estimated_time_to_regain_access": 99999}], "2": 7}', LONGEST_WAIT),
        ('{"1": [{"estimated_time_to_regain_access": "soon"}]}', USUAL_WAIT),
        ("[]", USUAL_WAIT),
        ("{", USUAL_WAIT),
    ],
)
def test_the_wait_is_the_one_that_meta_names(told: str, wait: timedelta) -> None:
    headers = {"x-business-use-case-usage": told}
    refused = RefusedCall(400, headers, b'{"error": {"code": 80001}}', whole=True)
    outcome = graph_outcomes("Facebook", "T", "d").after(refused)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == wait


def test_the_token_stays_out_of_every_address(network: FacebookNetwork, server: FacebookServer) -> None:
    server.say("late")
    network.verify()
    read(network)
    assert not any(TOKEN in call or APP_SECRET in call for call in server.calls)


def test_a_comment_of_ours_that_is_gone_counts_as_taken_back(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    comment = server.say("late")
    sent = network.reply(target(comment), "We are looking.", "k1")
    assert isinstance(sent, Sent)
    assert isinstance(network.take_back(sent.post_id), Sent)
    assert sent.post_id not in server.nodes
    assert isinstance(network.take_back(sent.post_id), Sent)


def test_a_comment_of_ours_gets_other_words_and_keeps_its_id(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    sent = network.reply(target(server.say("Late again.")), "By Thursday.", "k")
    assert isinstance(sent, Sent)
    assert network.edit_terms(sent.post_id) == EditTerms()
    assert network.edit_reply(sent.post_id, "By Friday.", "k2") == Sent(sent.post_id, sent.url)
    assert network.reply_now(sent.post_id, "By Friday.", "By Thursday.") == ReplyNow(sent.post_id, ["By Friday."])
    assert [one.text for one in server.public()] == ["By Friday."]
    network.take_back(sent.post_id)
    assert isinstance(network.edit_reply(sent.post_id, "By Monday.", "k3"), NotSent)
    assert network.reply_now(sent.post_id, "By Monday.") is None


def test_a_statement_is_a_post_on_the_page_found_by_its_words_changed_and_deleted(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    server.post("We are down.")  # a customer's post with the same words
    since = server.began  # by the make-believe server's clock
    assert network.find_statement("We are down.", since, "") is None
    made = network.post_statement("We are down.", "k")
    assert isinstance(made, Sent)
    assert made.post_id.startswith(f"{PAGE}_")
    found = network.find_statement("We are down.", since, "")
    assert isinstance(found, Sent)
    assert (found.post_id, found.url) == (made.post_id, made.url)
    assert network.find_statement("We are down.", since + DAY, "") is None  # older than the approval
    assert network.edit_reply(made.post_id, "We are up.", "k2") == Sent(made.post_id, made.url)
    assert network.reply_now(made.post_id, "We are up.", "We are down.") == ReplyNow(made.post_id, ["We are up."])
    network.take_back(made.post_id)
    assert server.public() == []
    assert [one.limit for one in network.statement_lengths("a")] == [63_206]
    assert isinstance(network.post_statement("a" * 63_207, "k"), NotSent)


def test_a_statement_that_stands_there_twice_or_too_far_back_is_not_guessed_at(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    for key in ("k", "k2"):
        network.post_statement("We are down.", key)
    with pytest.raises(NetworkTrouble, match="twice"):
        network.find_statement("We are down.", server.began, "")
    for _ in range(301):
        server.post("Hello")
    with pytest.raises(NetworkTrouble, match="too many posts"):
        network.find_statement("We are down.", server.began, "")


def test_what_is_no_comment_of_ours_is_not_changed(network: FacebookNetwork, server: FacebookServer) -> None:
    for other in (server.write("Hello?"), "../me"):
        assert (network.edit_terms(other), network.reply_now(other, "No.")) == (None, None)
        assert isinstance(network.edit_reply(other, "No.", "k"), NotSent)
    assert isinstance(network.edit_reply(server.say("Late."), "No.", "k"), NotSent)


def test_no_message_is_taken_back(network: FacebookNetwork, server: FacebookServer) -> None:
    message = server.write("Sorry.", by=PAGE)
    outcome = network.take_back(message)
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand
    assert message in server.nodes


# --- a private answer to a comment ----------------------------------------------------------------------------------


def test_a_comment_is_answered_in_private_once(network: FacebookNetwork, server: FacebookServer) -> None:
    comment = server.say("late")
    [post] = read(network)
    assert network.private_answer_until(post) == post.posted_at + 7 * DAY
    sent = network.answer_in_private(target(comment), "Write to us here.", "k1")
    assert isinstance(sent, Sent)
    assert server.nodes[sent.post_id].answers == comment
    [again] = read(network)
    assert network.private_answer_until(again) is None
    second = network.answer_in_private(target(comment), "Write to us here.", "k2")
    assert isinstance(second, NotSent)
    assert "takes one such answer" in second.why


def test_a_message_takes_no_private_answer_of_that_kind(network: FacebookNetwork, server: FacebookServer) -> None:
    server.write("where?")
    [post] = read(network, "messages")
    assert network.private_answer_until(post) is None
    assert isinstance(network.answer_in_private(post.ref, "Hello.", "k1"), NotSent)


def test_only_the_configured_page_answers_in_private(server: FacebookServer) -> None:
    comment = server.say("late")
    wrong = ourselves(connect(server))
    wrong._network.account = wrong.account = "4711"  # type: ignore[attr-defined]
    outcome = wrong.answer_in_private(target(comment), "Hello.", "k1")  # type: ignore[attr-defined]
    assert isinstance(outcome, NotSent)
    assert [one for one in server.nodes.values() if one.by_app] == []


# --- deletions, the token, addresses --------------------------------------------------------------------------------


def test_a_deleted_comment_is_gone_and_a_shown_one_is_not(network: FacebookNetwork, server: FacebookServer) -> None:
    gone, there = server.say("late"), server.say("broken")
    server.delete(gone)
    assert network.which_are_gone([gone, there, "m_1-x", "../me"]) == [gone]


def test_nothing_counts_as_deleted_while_the_page_cannot_be_read(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    comment = server.say("late")
    server.delete(comment)
    network.account = "4711"
    with pytest.raises(NetworkTrouble):
        network.which_are_gone([comment])


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({}, None),
        ({"expires_at": 1_800_000_000}, 1_800_000_000),
        ({"expires_at": 1_800_000_000, "data_access_expires_at": 1_790_000_000}, 1_790_000_000),
        ({"expires_at": -1}, None),
    ],
)
def test_the_end_of_the_token_is_the_earlier_one(
    server: FacebookServer, ends: dict[str, int], told: int | None
) -> None:
    server.token_ends = ends
    network = connect(server)
    assert network.token_ends() is None
    network.verify()
    assert network.token_ends() == (EPOCH + timedelta(seconds=told) if told else None)


@pytest.mark.parametrize(
    ("link", "post_id"),
    [
        ("https://www.facebook.com/6001_7001", "6001_7001"),
        ("https://m.facebook.com/story.php?story_fbid=6001&id=1020&comment_id=7001", "6001_7001"),
        ("https://www.facebook.com/northwind/posts/6001?comment_id=7001&reply_comment_id=7002", "6001_7002"),
        ("https://www.facebook.com/northwind/posts/pfbid0abc?comment_id=7001", ""),
        ("https://www.facebook.com/northwind", ""),
        ("https://facebook.com.evil.example/6001_7001", ""),
        ("ftp://www.facebook.com/6001_7001", ""),
    ],
)
def test_an_address_leads_to_a_comment_where_it_holds_its_id(link: str, post_id: str) -> None:
    assert comment_behind(link) == post_id


def test_the_length_is_that_of_a_message(network: FacebookNetwork) -> None:
    assert network.lengths("Größe 👩‍👩‍👧") == (TextLength(count=11, limit=2_000),)


def test_options_are_yes_or_no() -> None:
    assert (yes_or_no("yes"), yes_or_no("no"), yes_or_no("maybe") != "") == ("", "", True)


def test_a_comment_is_hidden_and_shown_again_and_every_reading_tells_it(
    network: FacebookNetwork, server: FacebookServer
) -> None:
    comment = server.say("My neighbour Sam Okafor has it.")
    posts = {one.ref.post_id: one for batch in network.fetch("mentions", "") for one in batch.posts}
    assert network.can_hide(posts[comment], under_ours=False)
    for hidden in (True, True, False):
        assert isinstance(network.set_hidden(comment, hidden=hidden), Sent)
        assert ({comment} & server.hidden, network.is_hidden(comment)) == ({comment} if hidden else set(), hidden)
        told = [batch.hidden for batch in network.fetch("mentions", "") if batch.hidden]
        assert told[0][comment] is hidden


def test_a_look_at_a_comment_tells_whether_it_is_hidden(network: FacebookNetwork, server: FacebookServer) -> None:
    for text in ("Late.", "Very late."):
        server.say(text)
    posts = [one for batch in network.fetch("mentions", "") for one in batch.posts]
    server.hidden.add(posts[0].ref.post_id)
    told = network.changes_of(posts).hidden
    assert told == {posts[0].ref.post_id: True, posts[1].ref.post_id: False}


def test_what_is_no_comment_of_a_customer_is_not_hidden(network: FacebookNetwork, server: FacebookServer) -> None:
    ours = network.reply(target(server.say("Late again.")), "By Thursday.", "k")
    assert isinstance(ours, Sent)
    for post_id in (ours.post_id, server.write("Hello?"), "../me", "1_2"):
        assert isinstance(network.set_hidden(post_id, hidden=True), NotSent)
    server.post("A post on the Page.")
    server.say("This one stays.", more={"can_hide": False})
    read = [one for batch in network.fetch("mentions", "") for one in batch.posts if one.text != "Late again."]
    assert [one.text for one in read if network.can_hide(one, under_ours=True)] == []
    assert network.is_hidden("../me") is None
