"""The Mastodon gateway against a make-believe server; the tests check the server's own memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.replies.outcome_checks import NEVER_SAFE
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference
from bot.gateways.networks.mastodon import MastodonNetwork
from bot.gateways.networks.mastodon_answers import LONGEST_WAIT, OUTCOMES, USUAL_WAIT
from bot.gateways.networks.mastodon_edits import changed_words, says_now
from bot.gateways.networks.mastodon_length import mastodon_length
from bot.gateways.networks.mastodon_posts import StrangePost, entry_id, oldest_first, plain
from bot.gateways.networks.mastodon_server import ADDRESSED, nodeinfo_path
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Batch, EditTerms, NetworkTrouble, NotSent, OutcomeLost, ReplyNow, Sent, Unparsed
from bot.rehearsal.mastodon import MOST, OUR_ID, THEIR_ID, TOKEN, MastodonServer, mastodon

SINCE = datetime(2026, 3, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with mastodon() as opened:
        yield opened


def connect(url: str, token: str = TOKEN, handle: str = "northwind") -> MastodonNetwork:
    return MastodonNetwork(account=OUR_ID, handle=handle, token=token, api_url=url, timeout=10.0)


@pytest.fixture
def network(server: MastodonServer) -> MastodonNetwork:
    return connect(server.api_url)


def read(network: MastodonNetwork, cursor: str = "0", stream: str = "mentions") -> list[Mention]:
    return [post for batch in network.fetch(stream, cursor) for post in batch.posts]


def target(post_id: str) -> PostRef:
    return PostRef("mastodon", OUR_ID, post_id)


def answer(server: MastodonServer) -> tuple[str, str, str]:
    """Return our only post: its words, who may read it, and its warning."""
    [ours] = [one for one in server.statuses.values() if one.author == OUR_ID]
    return ours.words, ours.visibility, ours.warning


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_mention_is_read_with_all_that_the_desk_asks(network: MastodonNetwork, server: MastodonServer) -> None:
    post_id = server.say("@northwind my parcel is <late> & wet\nand nobody answers", warning="parcels")
    [post] = read(network)
    assert post.text == "parcels\n\n@northwind my parcel is <late> & wet\nand nobody answers"
    assert (post.author.id, post.author.handle, post.author.name) == (THEIR_ID, "priya@elsewhere.example", "Priya")
    assert (post.ref, post.root_id, post.parent_id, post.side) == (target(post_id), post_id, None, Side.THEIRS)
    assert (post.language, post.private, post.url) == (
        "en",
        False,
        f"{server.api_url}/@priya@elsewhere.example/{post_id}",
    )


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        (
            '<p>see <a href="https://a.example/x"><span class="invisible">https://</span><span>a.example/x</span></a></p>',
            "see https://a.example/x",
        ),
        ('<p><span class="h-card">@<span>northwind</span></span> 5 &lt; 6 &amp;amp;</p>', "@northwind 5 < 6 &amp;"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("a\x00b\ud83d", "a\ufffdb\ufffd"),
        ("<" * 1_000, "<" * 1_000),
    ],
)
def test_markup_becomes_words(markup: str, words: str) -> None:
    assert plain(markup) == words


def test_a_further_post_belongs_to_the_conversation_that_it_is_in(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    first = server.say("@northwind late")
    reply = network.reply(target(first), "We are looking.", "k1")
    assert isinstance(reply, Sent)
    server.say("@northwind thanks", parent=reply.post_id)
    assert [(post.root_id, post.parent_id) for post in read(network)] == [(first, None), (first, reply.post_id)]


def test_the_first_reading_takes_the_newest_page_alone(network: MastodonNetwork, server: MastodonServer) -> None:
    ids = [server.say(f"@northwind {number}") for number in range(100)]
    [batch] = network.fetch("mentions", "")
    assert [post.ref.post_id for post in batch.posts] == ids[-80:]
    later = server.say("@northwind later")
    assert [post.ref.post_id for post in read(network, batch.cursor)] == [later]


def test_a_flood_after_an_empty_first_reading_is_read_whole(network: MastodonNetwork, server: MastodonServer) -> None:
    [empty] = network.fetch("mentions", "")
    ids = [server.say(f"@northwind {number}") for number in range(200)]
    assert [post.ref.post_id for post in read(network, empty.cursor)] == ids


@pytest.mark.parametrize("min_id", ["skips", "ascends"])
def test_a_flood_is_read_whole_and_in_order_from_servers_that_page_otherwise(
    network: MastodonNetwork, server: MastodonServer, min_id: str
) -> None:
    [empty] = network.fetch("mentions", "")
    server.min_id = min_id
    ids = [server.say(f"@northwind {number}") for number in range(200)]
    assert [post.ref.post_id for post in read(network, empty.cursor)] == ids


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (["12", "11", "9"], "9"),
        (["9", "11", "12"], "9"),
        (["01J9Z0000000000000000000B0", "01HXYZ0000000000000000000A"], "01HXYZ0000000000000000000A"),
        (["AXyz000000000000a1", "AXyz000000000000b2"], "AXyz000000000000a1"),
        (["7"], "7"),
        ([], ""),
        (["no id", "8", "7"], "7"),
    ],
)
def test_a_page_begins_with_its_oldest_whatever_the_form_of_ids(told: list[str], first: str) -> None:
    page = oldest_first([{"id": one} for one in told])
    assert next((entry_id(one) for one in page), "") == first


def test_an_edit_that_a_server_tells_of_is_read_as_an_edit(network: MastodonNetwork, server: MastodonServer) -> None:
    network.verify()
    post_id = server.say("@northwind late")
    server.edit(post_id, "@northwind it came")
    server.told_as[post_id] = "update"
    [batch] = [one for one in network.fetch("mentions", "0") if one.posts or one.edits]
    assert ([one.text for one in batch.edits], batch.posts) == (["@northwind it came"], ())


@pytest.mark.parametrize(
    ("visibility", "private"),
    [("public", False), ("unlisted", False), ("private", True), ("direct", True), ("x", True)],
)
def test_what_not_everybody_may_read_is_private(
    network: MastodonNetwork, server: MastodonServer, visibility: str, private: bool
) -> None:
    server.say("@northwind my number is 555", visibility=visibility)
    [post] = read(network)
    assert (post.private, post.root_id == f"with-{THEIR_ID}") == (private, private)


def test_a_private_post_of_ours_is_in_the_conversation_with_the_one_who_is_named(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    for words in ("@priya@elsewhere.example it is on its way", "a note to ourselves"):
        server.add(OUR_ID, words, "", "direct", "")
    named, nobody = read(network, stream="own")
    assert (named.root_id, named.told_to) == (f"with-{THEIR_ID}", THEIR_ID)
    assert (nobody.root_id, nobody.told_to) == (nobody.ref.post_id, "")


def test_our_own_posts_are_read_too(network: MastodonNetwork, server: MastodonServer) -> None:
    first = server.say("@northwind late")
    server.add(OUR_ID, "@priya from the phone", first, "public", "")
    [ours] = read(network, stream="own")
    assert (ours.side, ours.parent_id, ours.root_id) == (Side.OURS, first, first)


def test_a_post_that_cannot_be_read_is_kept_and_the_others_are_told(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    server.say("@northwind one")
    odd = server.say("@northwind two")
    server.say("@northwind three")
    whole = server.shown
    server.shown = lambda one: whole(one) | ({"account": None} if one.id == odd else {})  # type: ignore[method-assign]
    batches = list(network.fetch("mentions", "0"))
    assert [post.text for batch in batches for post in batch.posts] == ["@northwind one", "@northwind three"]
    [kept] = [one for batch in batches for one in batch.unparsed]
    assert isinstance(kept, Unparsed)
    assert (kept.post_id, kept.glimpse.text, b"two" in kept.raw) == (odd, "@northwind two", True)


def test_a_wrong_token_and_another_account_are_told_in_a_sentence(server: MastodonServer) -> None:
    with pytest.raises(NetworkTrouble, match="MASTODON_ACCESS_TOKEN"):
        connect(server.api_url, token="wrong").verify()
    with pytest.raises(NetworkTrouble, match=r"belongs to @northwind .*, and heard.toml names @elsewhere"):
        connect(server.api_url, handle="elsewhere").verify()


# --- sending --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        *((one, "direct") for one in ("private", "direct", "local", "list", "mutuals_only", "limited", "new", "")),
    ],
)
def test_a_reply_is_read_by_as_many_as_the_post_or_only_by_those_named(
    network: MastodonNetwork, server: MastodonServer, asked: str, answered: str
) -> None:
    post_id = server.say("@northwind late", visibility=asked, warning="parcels")
    assert isinstance(network.reply(target(post_id), "We are looking.", "k"), Sent)
    words, readers, warning = answer(server)
    assert (words, readers) == ("@priya@elsewhere.example We are looking.", answered)
    assert warning == "", "the customer's warning is no approved text of ours"


def test_an_answer_to_our_own_reply_names_the_customer_whom_that_names(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    first = network.reply(target(server.say("@northwind late", visibility="direct")), "We are looking.", "k")
    assert isinstance(first, Sent)
    second = network.reply(target(first.post_id), "It comes on Friday.", "k2")
    assert isinstance(second, Sent)
    made = server.statuses[second.post_id]
    assert (made.words, made.visibility) == ("@priya@elsewhere.example It comes on Friday.", "direct")
    assert network.find_reply(target(first.post_id), "It comes on Friday.", NOW) == second


def test_of_two_replies_with_the_same_words_the_newer_one_is_found(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    post = target(server.say("@northwind late"))
    first, second = (network.reply(post, "We are looking.", key) for key in ("k", "k2"))
    assert first != second == network.find_reply(post, "We are looking.", NOW)


@pytest.mark.parametrize("stays", [True, False])
def test_an_answer_to_a_post_that_stays_on_its_server_stays_there(
    network: MastodonNetwork, server: MastodonServer, stays: bool
) -> None:
    post_id = server.say("@northwind late")
    server.statuses[post_id].stays = stays
    assert isinstance(network.reply(target(post_id), "We are looking.", "k"), Sent)
    [ours] = [one for one in server.statuses.values() if one.author == OUR_ID]
    assert (ours.visibility, ours.stays) == ("public", stays)


def test_a_lost_answer_is_found_by_reading_whether_or_not_the_server_honours_our_key(
    server: MastodonServer,
) -> None:
    lost = next(one for one in SPOILED_CALLS if one.name == "hangs up after it was done")
    server.honours_keys = False
    with Interference(server.api_url) as between:
        network, post_id = connect(between.url), server.say("@northwind late")
        between.spoil(lambda method, _: lost.play if method == "POST" else None)
        assert isinstance(network.reply(target(post_id), "We are looking.", "k"), OutcomeLost)
        found = network.find_reply(target(post_id), "We are looking.", SINCE, "k")
    assert isinstance(found, Sent)
    assert [one.id for one in server.public()] == [found.post_id]


def test_a_reply_with_other_words_or_under_another_post_is_not_the_one(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    first, second = server.say("@northwind late"), server.say("@northwind broken")
    network.reply(target(first), "We are looking.", "k1")
    assert network.find_reply(target(first), "We looked.", SINCE) is None
    assert network.find_reply(target(second), "We are looking.", SINCE) is None


def test_a_reply_is_found_behind_many_posts_of_ours(network: MastodonNetwork, server: MastodonServer) -> None:
    first = server.say("@northwind late")
    for number in range(100):
        server.add(OUR_ID, f"news {number}", "", "public", "")
    network.reply(target(first), "We are looking.", "k1")
    assert isinstance(network.find_reply(target(first), "We are looking.", SINCE), Sent)


def test_a_statement_is_public_names_nobody_and_is_found_by_its_words_alone(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    under = server.say("@northwind hello")
    network.reply(target(under), "We are down.", "another")
    server.add(OUR_ID, "We are down.", "", "direct", "")
    assert network.find_statement("We are down.", SINCE, "key") is None
    made = network.post_statement("We are down.", "key")
    again = network.post_statement("We are down.", "key")  # within the hour of the key
    assert isinstance(made, Sent)
    assert made == again == network.find_statement("We are down.", SINCE, "")
    one = server.statuses[made.post_id]
    assert (one.words, one.visibility, one.warning, one.parent) == ("We are down.", "public", "", "")
    assert network.find_statement("We are", SINCE, "key") is None
    assert network.find_statement("We are down.", NOW, "key") is None  # older than the approval
    assert isinstance(network.take_back(made.post_id), Sent)
    assert network.find_statement("We are down.", SINCE, "key") is None


def test_a_statement_is_found_behind_many_newer_posts_of_ours(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    made = network.post_statement("We are down.", "key")
    for _ in range(90):
        server.add(OUR_ID, "Something else.", "", "public", "")
    assert network.find_statement("We are down.", SINCE, "key") == made


def test_a_statement_has_the_whole_room_of_its_server_and_too_long_is_refused(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    server.instance = {"configuration": {"statuses": {"max_characters": 450}}}
    network.verify()
    assert [one.limit for one in network.statement_lengths("a" * 9)] == [450]
    assert [one.limit for one in network.lengths("a" * 9)] == [450 - ADDRESSED]
    assert isinstance(network.post_statement("a" * (MOST + 1), "key"), NotSent)


def test_nothing_is_posted_when_the_post_cannot_be_read_first(server: MastodonServer) -> None:
    with Interference(server.api_url) as between:
        network, post_id = connect(between.url), server.say("@northwind late")
        for spoiled in (
            one for one in SPOILED_CALLS if one.name in {"500 before", "null, done", "half a body after it was done"}
        ):
            between.spoil(lambda method, _, play=spoiled.play: play if method == "GET" else None)
            outcome = network.reply(target(post_id), "We are looking.", "k")
            assert isinstance(outcome, NotSent)
            assert outcome.retry_after
    assert server.public() == []


def test_a_text_that_is_too_long_is_refused_for_certain(network: MastodonNetwork, server: MastodonServer) -> None:
    outcome = network.reply(target(server.say("@northwind late")), "x" * MOST, "k")
    assert isinstance(outcome, NotSent)
    assert "too long" in outcome.why


def test_a_reply_is_taken_back_and_one_that_is_gone_counts_as_taken_back(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    reply = network.reply(target(server.say("@northwind late")), "We are looking.", "k")
    assert isinstance(reply, Sent)
    assert isinstance(network.take_back(reply.post_id), Sent)
    assert server.public() == []
    assert isinstance(network.take_back(reply.post_id), Sent)


def test_a_reply_is_changed_in_place_and_keeps_all_else(network: MastodonNetwork, server: MastodonServer) -> None:
    network.verify()
    assert network.edits_replies
    reply = network.reply(target(server.say("@northwind late", "", "private")), "By Thursday.", "k")
    assert isinstance(reply, Sent)
    server.statuses[reply.post_id].warning, server.statuses[reply.post_id].language = "delivery", "de"
    assert network.reply_now(reply.post_id, "By Thursday.") == ReplyNow(reply.post_id, ["By Thursday."])
    outcome = network.edit_reply(reply.post_id, "By Friday.\n\nSorry <3", "k2")
    assert isinstance(outcome, Sent)
    assert outcome.post_id == reply.post_id
    assert answer(server) == (
        "@priya@elsewhere.example By Friday.\n\nSorry <3",
        server.statuses[reply.post_id].visibility,
        "delivery",
    )
    assert server.statuses[reply.post_id].language == "de"
    new = "By Friday.\n\nSorry <3"
    assert network.reply_now(reply.post_id, new, "By Thursday.") == ReplyNow(reply.post_id, [new])
    assert (network.edit_terms(reply.post_id), network.edit_terms("../x")) == (EditTerms(), None)


def test_a_statement_is_changed_in_place_and_a_sign_at_its_beginning_addresses_nobody(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    network.verify()
    made = network.post_statement("@ noon we are back.", "k")
    assert isinstance(made, Sent)
    assert isinstance(network.edit_reply(made.post_id, "At one we are back.", "k2"), Sent)
    assert answer(server) == ("At one we are back.", "public", "")


def test_a_reply_that_is_gone_or_not_understood_is_not_changed(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    reply = network.reply(target(server.say("@northwind late")), "By Thursday.", "k")
    assert isinstance(reply, Sent)
    network.take_back(reply.post_id)
    for post_id in (reply.post_id, "../x"):
        assert isinstance(network.edit_reply(post_id, "By Friday.", "k2"), NotSent)
        assert network.reply_now(post_id, "By Friday.") is None
    with pytest.raises(StrangePost):
        changed_words("7", {"id": "7"}, {}, "By Friday.")
    with pytest.raises(NetworkTrouble):
        says_now({}, "7", ["By Friday."])


def test_pictures_of_a_changed_reply_stay() -> None:
    status = {"id": "7", "sensitive": True, "media_attachments": [{"id": "31"}]}
    body = changed_words("7", status, {"id": "7", "text": "By Thursday.", "spoiler_text": "delivery"}, "By Friday.")
    assert body == {"status": "By Friday.", "spoiler_text": "delivery", "sensitive": True, "media_ids": ["31"]}


@pytest.mark.parametrize("software", ["gotosocial", "pleroma", "akkoma"])
def test_kin_on_which_a_change_was_never_tried_offer_none(server: MastodonServer, software: str) -> None:
    server.software = software
    network = connect(server.api_url)
    network.verify()
    assert not network.edits_replies


def known(network: MastodonNetwork, *post_ids: str) -> list[Mention]:
    """Return these posts as the desk has them."""
    return [post for post in read(network) if post.ref.post_id in post_ids]


def test_posts_that_the_server_does_not_have_any_more_are_gone(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    asked = known(network, first := server.say("@northwind late"), server.say("@northwind late, too"))
    no_post = replace(asked[0], ref=target("no id of Mastodon's"))
    assert network.changes_of([*asked, no_post]) == Batch(edits=[], deletions=[])
    del server.statuses[first]
    assert network.changes_of([*asked, no_post]) == Batch(edits=[], deletions=[first])


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct", "list"])
def test_a_post_whose_author_blocks_us_is_not_gone_whoever_may_read_it(
    network: MastodonNetwork, server: MastodonServer, visibility: str
) -> None:
    post_id = server.say("@northwind late", visibility=visibility)
    asked = known(network, post_id)
    server.statuses[post_id].hidden = True
    assert network.changes_of(asked).deletions == []


@pytest.mark.parametrize(("can_ask", "gone"), [(True, True), (False, False)])
def test_a_private_post_is_gone_only_where_it_is_proven_that_it_is_not_hidden_from_us(
    network: MastodonNetwork, server: MastodonServer, can_ask: bool, gone: bool
) -> None:
    asked = known(network, post_id := server.say("@northwind late", visibility="direct"))
    server.tells_relationships = can_ask
    server.delete(post_id)
    assert network.changes_of(asked).deletions == ([post_id] if gone else [])


def test_an_edited_post_is_told_with_its_new_words_in_its_conversation(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    first = server.say("@northwind late")
    asked = known(network, post_id := server.say("@northwind still late", parent=first))
    server.edit(post_id, "@northwind it came, thanks")
    [edit] = network.changes_of(asked).edits
    assert (edit.ref, edit.text, edit.root_id) == (target(post_id), "@northwind it came, thanks", first)


def test_a_server_that_cannot_be_asked_is_trouble_and_no_deletion(
    network: MastodonNetwork, server: MastodonServer
) -> None:
    asked = known(network, server.say("@northwind late"))
    for name in ("500 before", "a page of success, not done", "half a body after it was done"):
        [fault] = [one for one in SPOILED_CALLS if one.name == name]
        with Interference(server.api_url) as between:
            between.spoil(lambda _method, _path, play=fault.play: play)
            try:
                assert connect(between.url).changes_of(asked) == Batch(edits=[], deletions=[])
            except NetworkTrouble:
                continue


def test_a_like_twice_is_one_like(network: MastodonNetwork, server: MastodonServer) -> None:
    post_id = server.say("@northwind thanks")
    assert [network.like(target(post_id)) for _ in range(2)] == [Sent(post_id, "")] * 2
    assert server.statuses[post_id].favourite


# --- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instance", "limit"),
    [
        ({"configuration": {"statuses": {"max_characters": 5_000}}}, 5_000),
        ({"max_toot_chars": 5_000}, 5_000),
        ({"max_characters": 5_000}, 5_000),
        ({"configuration": {"statuses": {"max_characters": 11}}}, 500),
        ({"configuration": {"statuses": {"max_characters": "many"}}, "max_toot_chars": 10**9}, 500),
        ({}, 500),
    ],
)
def test_the_server_tells_how_long_a_post_may_be_also_behind_the_guard(
    network: MastodonNetwork, server: MastodonServer, instance: dict[str, object], limit: int
) -> None:
    guarded = ourselves(network)
    server.instance = instance
    network.verify()
    assert guarded.lengths("late") == (TextLength(count=4, limit=limit - ADDRESSED),)


KIN = [
    # software, version, whether it keeps our key, whether addresses and servers of handles count in full
    ("mastodon", "4.5.2", True, False),
    ("mastodon", "4.4.0+glitch", True, False),
    ("hometown", "4.2.1+hometown-1.1.1", True, False),
    ("pleroma", "2.7.2 (compatible; Pleroma 2.9.1)", True, True),
    ("akkoma", "2.7.2 (compatible; Akkoma 3.16.0)", True, True),
    ("gotosocial", "0.20.2+git-27f52d4", False, True),
    ("", "2.7.2 (compatible; Pleroma 2.9.1)", True, True),
    ("", "2.7.2 (compatible; Akkoma 3.16.0)", True, True),
    ("", "4.5.2", False, False),  # Mastodon, or a server that only says so: no key is relied on
]


@pytest.mark.parametrize("one_of_them", KIN, ids=lambda one: f"{one[0]} {one[1]}")
def test_a_server_is_known_by_what_it_says_of_itself(
    network: MastodonNetwork, server: MastodonServer, one_of_them: tuple[str, str, bool, bool]
) -> None:
    software, version, keeps, in_full = one_of_them
    server.software, server.instance = software, {"version": version}
    guarded = ourselves(network)
    assert guarded.safe_repeat == NEVER_SAFE
    network.verify()
    assert guarded.safe_repeat.allows(NOW, NOW + timedelta(minutes=50)) == keeps
    assert not guarded.safe_repeat.allows(NOW, NOW + timedelta(hours=1))
    address = "https://shop.example/" + "x" * 30
    [length] = network.lengths(address, Author(id="7", handle="priya@elsewhere.example"))
    before = "@priya@elsewhere.example " if in_full else "@northwind "
    assert length == TextLength(count=len(address) if in_full else 23, limit=500 - len(before))


def test_gotosocial_is_known_by_where_its_source_is(network: MastodonNetwork, server: MastodonServer) -> None:
    server.software = ""
    server.instance = {"version": "4.3.0", "source_url": "https://codeberg.example/superseriousbusiness/gotosocial"}
    network.verify()
    assert network.safe_repeat == NEVER_SAFE
    assert network.lengths("https://a.example/" + "x" * 30)[0].count == 48


@pytest.mark.parametrize(
    ("software", "version", "named"),
    [
        ("misskey", "2026.9.0", "misskey"),
        ("sharkey", "4.2.0 (compatible; Sharkey 2026.1)", "sharkey"),
        ("", "2.7.2 (compatible; Pixelfed 0.12.6)", "Pixelfed"),
        ("<!channel> _x_", "1", "something else"),
    ],
)
def test_other_software_is_refused_in_a_sentence_that_says_what_works(
    network: MastodonNetwork, server: MastodonServer, software: str, version: str, named: str
) -> None:
    server.software, server.instance = software, {"version": version}
    with pytest.raises(
        NetworkTrouble, match=rf"runs {named}\. Heard works with Mastodon, GoToSocial, Pleroma and Akkoma"
    ):
        network.verify()
    outcome = ourselves(network).reply(target(server.say("@northwind late")), "We look.", "k")
    assert isinstance(outcome, NotSent)
    assert server.public() == []


@pytest.mark.parametrize(
    ("links", "path"),
    [
        ([("ours", "/nodeinfo/2.0"), ("ours", "/nodeinfo/2.1")], "/nodeinfo/2.1"),
        ([("http://169.254.169.254", "/nodeinfo/2.1")], "/nodeinfo/2.0"),
        ([("ours", "/api/v1/accounts")], "/nodeinfo/2.0"),
        ([("ours", "")], "/nodeinfo/2.0"),
        ([], "/nodeinfo/2.0"),
    ],
)
def test_where_a_server_describes_itself_is_never_another_server(links: list[tuple[str, str]], path: str) -> None:
    ours = "https://mastodon.example"
    told = {"links": [{"rel": "schema", "href": (ours if host == "ours" else host) + there} for host, there in links]}
    assert nodeinfo_path(told, ours) == path


@pytest.mark.parametrize(
    ("handle", "before"), [("priya_nair_of_leith@elsewhere.example", "@priya_nair_of_leith "), ("al", "@northwind ")]
)
def test_the_room_for_a_reply_is_what_the_name_before_it_leaves(
    network: MastodonNetwork, handle: str, before: str
) -> None:
    [length] = network.lengths("late", Author(id="7", handle=handle))
    assert length == TextLength(count=4, limit=500 - len(before))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("https://a.example/" + "x" * 300, 23),
        ("@priya@elsewhere.example hi", len("@priya hi")),
        ("mail me at a@b.example", len("mail me at a@b.example")),
        ("🦊", 1),
    ],
)
def test_a_text_is_counted_as_mastodon_does(text: str, length: int) -> None:
    assert mastodon_length(text) == length


def slowed(reset: str) -> RefusedCall:
    said_at = {"date": format_datetime(NOW, usegmt=True)}
    return RefusedCall(429, {"x-ratelimit-reset": reset, **said_at}, b'{"error": "Too many requests"}', whole=True)


@pytest.mark.parametrize(
    ("reset", "wait"),
    [
        ((NOW + timedelta(minutes=3)).isoformat(), timedelta(minutes=3)),
        (str(int(NOW.timestamp()) + 240), timedelta(minutes=4)),  # some of its kin
        ((NOW - timedelta(minutes=3)).isoformat(), timedelta(minutes=1)),
        ((NOW + timedelta(days=9)).isoformat(), LONGEST_WAIT),
        ("soon", USUAL_WAIT),
        ("", USUAL_WAIT),
    ],
)
def test_a_limit_says_until_when_to_wait(reset: str, wait: timedelta) -> None:
    outcome = OUTCOMES.after(slowed(reset))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == OUTCOMES.reading(slowed(reset)).retry_after == wait


@pytest.mark.parametrize(
    ("status", "body"), [(403, b"<html>blocked</html>"), (404, b""), (422, b"[]"), (409, b'{"error": "?"}')]
)
def test_a_refusal_that_is_not_the_servers_own_says_nothing(status: int, body: bytes) -> None:
    assert isinstance(OUTCOMES.after(RefusedCall(status, {}, body, whole=True)), OutcomeLost)


@pytest.mark.parametrize(
    "post_id", ["113000000000000001", "01HXYZ0000000000000000000A", "9f8e7d6c-1234-4abc-8def-001122334455"]
)
def test_an_address_leads_back_to_its_post_whatever_the_form_of_ids(network: MastodonNetwork, post_id: str) -> None:
    assert network.post_behind(network.post_url(post_id, "@priya@elsewhere.example")) == post_id
