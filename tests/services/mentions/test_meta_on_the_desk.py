"""Facebook on a whole desk: told twice is one case, an answer goes out once, and colleagues' own answers are seen."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.gateways.networks.facebook_kind import KIND
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Delivery, Desk, Hook
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.facebook import PAGE, POST, PRIYA, FacebookServer, facebook
from bot.rehearsal.graph import NotGiven
from bot.services.mentions.deleted_posts import check_shown_posts
from bot.services.mentions.handed_over import take_delivery
from bot.services.mentions.intake import receive
from bot.services.replies import review, sending
from storage import SqlStore
from tests.fakes import ANA, FakeClock, a_desk
from tests.services.journey import WORDS, approve, clock, draft_of, only_case, verbs, written


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with facebook() as opened:
        yield opened


def given(server: FacebookServer) -> AccountGiven:
    return AccountGiven(id=PAGE, handle="northwind", secrets=server.secrets, api_url=server.api_url, within=5.0)


@pytest.fixture
def desk(store: SqlStore, server: FacebookServer) -> Desk:
    networks = {("facebook", PAGE): ourselves(KIND.build(given(server)))}
    return a_desk(store, networks=networks, clock=FakeClock(datetime.now(UTC).replace(microsecond=0)))


def poll(desk: Desk) -> None:
    network, now = desk.networks["facebook", PAGE], desk.clock.now()
    for stream in network.streams:
        for batch in network.fetch(stream, desk.store.cursor("facebook", PAGE, stream)[0]):
            receive(desk, network, stream, batch, now)


def hook(desk: Desk, server: FacebookServer, comment: str, verb: str = "add", time: int = 0, **more: object) -> None:
    """Hand over what Meta tells of a comment."""
    assert KIND.webhooks is not None
    one = server.nodes[comment]
    value = {"item": "comment", "verb": verb, "post_id": POST, "parent_id": POST, "comment_id": comment}
    value |= {
        "from": {"id": PRIYA, "name": "Priya Nair"},
        "message": one.words,
        "created_time": int(one.at.timestamp()),
    }
    entry = {"id": PAGE, "time": time, "changes": [{"field": "feed", "value": value | more}]}
    news = KIND.webhooks(given(server)).news(Hook(headers={}, body=json.dumps({"entry": [entry]}).encode()), one.at)
    assert isinstance(news, Delivery)
    take_delivery(desk, desk.networks["facebook", PAGE], news, desk.clock.now())


def test_a_comment_that_is_told_and_read_is_one_case(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    hook(desk, server, comment)
    told = only_case(desk)
    poll(desk)
    poll(desk)
    assert only_case(desk) == told
    assert [post.text for post in desk.store.mentions(told.id)] == ["my parcel is late"]


def test_an_edit_that_is_told_changes_the_post_and_a_reading_does_not_bring_the_old_words_back(
    desk: Desk, server: FacebookServer
) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    server.nodes[comment].words = "it came today, thanks"
    hook(desk, server, comment, "edited")
    poll(desk)
    [post] = desk.store.mentions(only_case(desk).id)
    assert (post.text, post.edited_at is not None) == ("it came today, thanks", True)


def test_an_edit_that_meta_delivers_late_brings_no_older_words_back(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    began = int(server.nodes[comment].at.timestamp())
    server.nodes[comment].words = "it came, thanks"
    for words, seconds in (("it came, thanks", -10), ("my parcel is lost", -20), ("it is lost", 30)):
        hook(desk, server, comment, "edited", time=began + seconds, message=words)  # the last one as if it were new
    [post] = desk.store.mentions(only_case(desk).id)
    assert post.text == "it came, thanks"


def test_what_is_attached_and_told_differently_is_no_edit(desk: Desk, server: FacebookServer) -> None:
    link = {"attachment": {"type": "share", "title": "My blog", "url": "https://priya.example/"}}
    comment = server.say("see https://priya.example/", more=link)
    hook(desk, server, comment)
    check_shown_posts(desk, desk.clock.now())
    check_shown_posts(desk, clock(desk).move(days=1))
    [post] = desk.store.mentions(only_case(desk).id)
    assert (post.text, post.edited_at) == ("see https://priya.example/", None)
    for words in ("it came", "see https://priya.example/"):
        server.nodes[comment].words = words
        check_shown_posts(desk, clock(desk).move(days=1))
        [post] = desk.store.mentions(only_case(desk).id)
        assert post.text == f"{words}\n[Link: My blog https://priya.example/]"


def test_an_edit_that_cannot_be_read_now_is_read_by_the_next_round(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    check_shown_posts(desk, desk.clock.now())
    server.unreadable.append(NotGiven(2, status=500))
    server.nodes[comment].words = "it came, thanks"
    hook(desk, server, comment, "edited", message="my parcel is lost")
    [post] = desk.store.mentions(only_case(desk).id)
    assert post.text == "my parcel is late"
    check_shown_posts(desk, desk.clock.now())
    [post] = desk.store.mentions(only_case(desk).id)
    assert (post.text, post.edited_at is not None) == ("it came, thanks", True)


def test_a_comment_that_was_not_known_before_its_edit_has_its_newest_words(
    desk: Desk, server: FacebookServer
) -> None:
    hook(desk, server, server.say("it came, thanks"), "edited", message="my parcel is lost")
    [post] = desk.store.mentions(only_case(desk).id)
    assert post.text == "it came, thanks"


def test_an_edit_that_cannot_be_read_is_kept_as_an_edit(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    hook(desk, server, comment, "edited", created_time="soon", message="it is lost")
    [odd] = desk.store.unreadables(2)
    assert odd.is_edit


def test_a_comment_that_meta_delivers_after_its_removal_stays_away(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    hook(desk, server, comment, "remove")
    hook(desk, server, comment)
    hook(desk, server, comment, "edited", message="my parcel is lost")
    assert desk.store.mention_of("facebook", comment) is None


def test_a_deletion_that_is_told_takes_the_words(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    hook(desk, server, comment, "remove")
    [post] = desk.store.mentions(only_case(desk).id)
    assert (post.text, post.deleted_at is not None) == ("", True)


def test_an_approved_answer_goes_out_once_and_is_not_taken_for_a_colleagues(
    desk: Desk, server: FacebookServer
) -> None:
    server.say("my parcel is late")
    poll(desk)
    written(desk, 1)
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1
    poll(desk)
    assert [one.text for one in server.public()] == [WORDS]
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.SENT)
    assert [post.side.value for post in desk.store.mentions(1)].count("ours") == 1


def test_a_colleagues_private_answer_in_the_inbox_of_the_page_is_seen(desk: Desk, server: FacebookServer) -> None:
    server.write("my order is 48213")
    poll(desk)
    assert (only_case(desk).private, only_case(desk).state) == (True, CaseState.NEW)
    server.write("It is on its way.", by=PAGE)
    poll(desk)
    assert only_case(desk).state == CaseState.PENDING


def test_a_private_answer_of_the_desk_is_not_taken_for_a_colleagues(desk: Desk, server: FacebookServer) -> None:
    server.write("my order is 48213")
    poll(desk)
    written(desk, 1)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    poll(desk)
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.PENDING)
    assert "answered_elsewhere" not in verbs(desk)


def test_a_colleagues_answer_on_the_page_itself_is_seen(desk: Desk, server: FacebookServer) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    server.say("We are looking.", parent=comment, by=PAGE)
    poll(desk)
    assert only_case(desk).state == CaseState.PENDING


def test_a_private_message_is_a_private_case_of_its_own(desk: Desk, server: FacebookServer) -> None:
    server.write("my order is 4711")
    poll(desk)
    case = only_case(desk)
    assert case.private
    written(desk, 1)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert server.public() == []
    assert [one.words for one in server.nodes.values() if one.by_app] == [WORDS]


def test_a_comment_is_answered_in_private_once_and_what_they_write_then_is_on_its_case(
    desk: Desk, server: FacebookServer
) -> None:
    comment = server.say("my parcel is late")
    poll(desk)
    private_answer(desk, "Priya, it left today, order 4711. ^AN")
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1
    assert (server.public(), server.nodes[comment].more["can_reply_privately"]) == ([], False)
    poll(desk)
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.SENT)
    assert [post.private for post in desk.store.mentions(1)] == [False, True]
    with pytest.raises(Outdated, match="answered in private already"):
        private_answer(desk, "Once more. ^AN")
    message = server.write("and order 4712?")
    server.nodes[message].at = desk.clock.now() + timedelta(seconds=1)
    poll(desk)
    assert (only_case(desk).state, len(desk.store.mentions(1))) == (CaseState.OPEN, 3)


def private_answer(desk: Desk, text: str) -> None:
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    review.submit(desk, 1, review.Words(text=text, privately=True), by=ANA, at=desk.clock.now())


def test_the_public_line_that_asks_for_a_message_says_where_to_write() -> None:
    assert [KIND.private_way_in(handle) for handle in ("northwind", "")] == ["https://m.me/northwind", ""]
