"""The X gateway against the make-believe X; the tests check the street's own ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.x import XNetwork
from bot.ports.network import EditTerms, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, ReplyNow, Sent, Shown
from bot.rehearsal.stage import Stage
from bot.rehearsal.street.posts import Hand

POST = "POST /2/tweets"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running
        assert running.ledger()["strangers"] == []  # no call that X does not know


def client(stage: Stage) -> XNetwork:
    network = XNetwork(
        account="",
        handle="northwind",
        consumer_key="rehearsal-app",
        consumer_secret="a",
        access_token="rehearsal-account",
        access_token_secret="b",
        api_url=f"{stage.url}/x",
        timeout=8.0,
    )
    network.verify()
    return network


@pytest.fixture
def x(stage: Stage) -> XNetwork:
    return client(stage)


def says(stage: Stage, text: str, handle: str = "priya_n", **more: Any) -> int:
    """Post on X as somebody, or as the brand from its phone; return the post's id."""
    author = stage.street.account(handle)
    hand = Hand.PHONE if author.id == stage.street.brand.id else Hand.CUSTOMER
    return stage.street.publish(author, text, hand=hand, **more).id


def read(x: XNetwork, stream: str = "mentions", cursor: str = "") -> list[Mention]:
    return [mention for batch in x.fetch(stream, cursor) for mention in batch.posts]


def replies(stage: Stage) -> list[str]:
    """Return the desk's replies that are public."""
    return [post["text"] for post in stage.ledger()["x"]["posts"] if post["by"] == "app" and not post["deleted"]]


def target(number: int) -> PostRef:
    return PostRef("x", "900", str(number))


def now(stage: Stage) -> datetime:
    return stage.clock.now()


def test_who_we_are_is_known_from_the_keys(x: XNetwork, stage: Stage) -> None:
    assert (x.account, x.handle) == (str(stage.street.brand.id), stage.street.brand.handle)


def test_a_complaint_is_read_with_its_author_and_its_conversation(x: XNetwork, stage: Stage) -> None:
    first = says(stage, "@northwind my parcel is <late> & wet", photos=2)
    second = says(stage, "@northwind hello?", reply_to=first)
    complaint, more = read(x)
    assert complaint.text == "@northwind my parcel is <late> & wet\n[Picture: A photo]"
    assert (complaint.author.handle, complaint.media, complaint.side) == ("priya_n", 2, Side.THEIRS)
    assert complaint.answerable is Answerable.YES
    assert (more.root_id, more.parent_id) == (str(first), str(first))
    assert more.ref.post_id == str(second)


def test_pages_of_the_street_are_read_to_the_end(x: XNetwork, stage: Stage) -> None:
    numbers = [says(stage, f"@northwind {number}", handle=f"c{number % 7}") for number in range(230)]
    (*_, last) = batches = list(x.fetch("mentions", str(numbers[0] - 1)))
    assert [mention.ref.post_id for batch in batches for mention in batch.posts] == [str(one) for one in numbers]
    assert last.cursor == str(numbers[-1])
    assert not any(batch.gap for batch in batches)


def test_more_than_eight_hundred_leave_a_gap_that_is_told(x: XNetwork, stage: Stage) -> None:
    before = says(stage, "@northwind first")
    stage.clock.jump(20 * 60)
    for number in range(805):
        says(stage, f"@northwind {number}")
    first, *_ = x.fetch("mentions", str(before))
    assert first.gap
    assert first.gap_from is not None
    assert first.gap_to is not None
    assert first.gap_from < first.gap_to


@pytest.mark.parametrize(
    ("more", "answerable"),
    [
        ({}, Answerable.YES),
        ({"reply_settings": "mentionedUsers"}, Answerable.YES),
        ({"reply_settings": "following"}, Answerable.NO),
    ],
)
def test_what_was_noted_at_intake_is_what_the_street_lets_us_do(
    x: XNetwork, stage: Stage, more: dict[str, Any], answerable: Answerable
) -> None:
    number = says(stage, "@northwind late", **more)
    (mention,) = read(x)
    assert mention.answerable is answerable
    outcome = x.reply(target(number), "We are sorry", "k")
    assert isinstance(outcome, Sent) is (answerable is Answerable.YES)
    assert isinstance(outcome, Sent) or (isinstance(outcome, NotSent) and outcome.by_hand)


def test_a_post_that_does_not_name_us_can_only_be_answered_by_hand(x: XNetwork, stage: Stage) -> None:
    outcome = x.reply(target(says(stage, "northwind is slow")), "We are sorry", "k")
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand


def test_a_reply_stands_on_the_street_is_found_again_and_can_be_taken_back(x: XNetwork, stage: Stage) -> None:
    number, text = says(stage, "@northwind late"), "We are sorry & on it: see northwind.com/help <3"
    since = now(stage)
    sent = x.reply(target(number), text, "k")
    assert isinstance(sent, Sent)
    assert replies(stage) == [text]
    found = x.find_reply(target(number), text, since)
    (own,) = read(x, "own")
    assert found == replace(sent, at=own.posted_at)
    assert (own.side, own.parent_id, own.ref.post_id) == (Side.OURS, str(number), sent.post_id)
    assert isinstance(x.take_back(sent.post_id), Sent)
    assert replies(stage) == []
    assert isinstance(x.take_back(sent.post_id), Sent)
    assert x.find_reply(target(number), text, since) is None


def test_the_same_words_to_another_customer_are_a_certain_refusal_with_its_reason(x: XNetwork, stage: Stage) -> None:
    first, second = says(stage, "@northwind late"), says(stage, "@northwind late too", "tom_a")
    assert isinstance(x.reply(target(first), "We are on it.", "k1"), Sent)
    outcome = x.reply(target(second), "We are on it.", "k2")
    assert isinstance(outcome, NotSent)
    assert "another post of ours has these" in outcome.why
    assert replies(stage) == ["We are on it."]


def test_the_same_words_to_the_same_post_may_be_the_reply_and_are_read_back(x: XNetwork, stage: Stage) -> None:
    first, second = says(stage, "@northwind late"), says(stage, "@northwind late too", "tom_a")
    says(stage, "We are on it.", handle=stage.street.brand.handle, reply_to=second)  # by hand, elsewhere
    says(stage, "We are on it.", handle=stage.street.brand.handle, reply_to=first)
    assert isinstance(x.reply(target(first), "We are on it.", "k1"), OutcomeLost)
    assert replies(stage) == []


def test_what_a_teammate_answers_on_the_phone_is_seen(x: XNetwork, stage: Stage) -> None:
    number = says(stage, "@northwind late")
    says(stage, "We are on it", handle=stage.street.brand.handle, reply_to=number)
    (own,) = read(x, "own")
    assert (own.side, own.parent_id, own.root_id) == (Side.OURS, str(number), str(number))
    assert [mention.ref.post_id for mention in read(x)] == [str(number)]


@pytest.mark.parametrize(
    ("kind", "is_out"),
    [
        ("lost_after", True),
        ("500_after", True),
        ("bad_json", True),
        ("lost_before", False),
        ("500", False),
        ("502", False),
        ("503", False),
        ("html", False),
    ],
)
def test_an_unknown_end_is_settled_by_reading_and_never_by_sending_again(
    x: XNetwork, stage: Stage, kind: str, is_out: bool
) -> None:
    number, since = says(stage, "@northwind late"), now(stage)
    stage.street.faults.plan(POST, kind)
    assert isinstance(x.reply(target(number), "We are sorry", "k"), OutcomeLost)
    assert replies(stage) == ["We are sorry"] * is_out
    assert bool(x.find_reply(target(number), "We are sorry", since)) is is_out


def test_the_same_words_again_are_taken_as_a_sign_that_they_are_out(x: XNetwork, stage: Stage) -> None:
    number = says(stage, "@northwind late")
    stage.street.faults.plan(POST, "lost_after")
    assert isinstance(x.reply(target(number), "We are sorry", "k"), OutcomeLost)
    assert isinstance(x.reply(target(number), "We are sorry", "k"), OutcomeLost)
    assert replies(stage) == ["We are sorry"]


@pytest.mark.parametrize("kind", ["402", "403", "429"])
def test_what_the_street_refuses_is_not_sent(x: XNetwork, stage: Stage, kind: str) -> None:
    number = says(stage, "@northwind late")
    stage.street.faults.plan(POST, kind)
    outcome = x.reply(target(number), "We are sorry", "k")
    assert isinstance(outcome, NotSent)
    assert not outcome.by_hand
    assert replies(stage) == []
    assert (outcome.retry_after is not None) is (kind in {"402", "429"})  # without credit it is tried again later


@pytest.mark.parametrize("kind", ["402", "403", "429", "500", "502", "503", "html", "lost_after", "bad_json"])
def test_trouble_while_reading_is_told_and_loses_nothing(x: XNetwork, stage: Stage, kind: str) -> None:
    says(stage, "@northwind late")
    stage.street.faults.plan("GET /2/users/:id/mentions", kind)
    with pytest.raises(NetworkTrouble):
        read(x)
    assert len(read(x)) == 1


def test_a_post_given_twice_is_one(x: XNetwork, stage: Stage) -> None:
    says(stage, "@northwind late")
    stage.street.faults.plan("GET /2/users/:id/mentions", "twice")
    assert len(read(x)) == 1


def test_wrong_keys_are_told_in_a_sentence(stage: Stage) -> None:
    wrong = XNetwork(
        account="1",
        handle="northwind",
        consumer_key="wrong",
        consumer_secret="a",
        access_token="b",
        access_token_secret="c",
        api_url=f"{stage.url}/x",
    )
    with pytest.raises(NetworkTrouble, match="four X secrets"):
        wrong.verify()


def test_a_post_is_gone_once_its_author_deleted_it(x: XNetwork, stage: Stage) -> None:
    first = says(stage, "@northwind my parcel is late")
    second = says(stage, "@northwind so is mine")
    both = [str(first), "no number of X", str(second)]
    assert x.which_are_gone(both) == []
    stage.street.delete(first)
    assert x.which_are_gone(both) == [str(first)]
    assert x.which_are_gone(["no number of X"]) == ()


def test_a_reply_just_made_is_read_back_as_ours_and_nothing_else_is(x: XNetwork, stage: Stage) -> None:
    words, first = "We are sorry", says(stage, "@northwind late")
    sent = x.reply(target(first), words, "k")
    assert isinstance(sent, Sent)
    assert x.is_our_reply(sent.post_id, target(first), words, "k")
    theirs = says(stage, words, reply_to=first)
    elsewhere = says(stage, words, handle="northwind", reply_to=theirs)
    for wrong in (first, theirs, elsewhere, 1, "../1", ""):
        assert not x.is_our_reply(str(wrong), target(first), words, "k"), wrong
    assert not x.is_our_reply(sent.post_id, target(first), "Other words", "k")
    assert not x.is_our_reply(sent.post_id, target(theirs), words, "k")


def test_any_post_is_shown_with_whose_it_is_and_what_it_answers(x: XNetwork, stage: Stage) -> None:
    first = says(stage, "@northwind late")
    sent = x.reply(target(first), "We are sorry &amp; on it", "k")
    assert isinstance(sent, Sent)
    shown = x.shown(sent.post_id)
    assert isinstance(shown, Shown)
    assert (shown.ours, shown.parent_id) == (True, str(first))
    theirs = x.shown(str(says(stage, "We are sorry", reply_to=first)))
    assert isinstance(theirs, Shown)
    assert (theirs.ours, theirs.parent_id) == (False, str(first))
    alone = x.shown(str(first))
    assert isinstance(alone, Shown)
    assert (alone.ours, alone.parent_id) == (False, "")
    for none in ("1", "../1", ""):
        assert x.shown(none) == ProvenAbsent(), none
    stage.street.faults.plan("GET /2/tweets/:id", "503")
    with pytest.raises(NetworkTrouble):
        x.shown(sent.post_id)


def test_a_reply_that_cannot_be_read_back_is_trouble_and_no_answer(x: XNetwork, stage: Stage) -> None:
    first = says(stage, "@northwind late")
    sent = x.reply(target(first), "We are sorry", "k")
    assert isinstance(sent, Sent)
    stage.street.faults.plan("GET /2/tweets/:id", "503")
    with pytest.raises(NetworkTrouble):
        x.is_our_reply(sent.post_id, target(first), "We are sorry", "k")


# --- changes of our own posts -------------------------------------------------------------------------------------


def sent_reply(x: XNetwork, stage: Stage, text: str = "By Thursday.") -> Sent:
    outcome = x.reply(target(says(stage, "@northwind late")), text, "k")
    assert isinstance(outcome, Sent)
    return outcome


def terms(x: XNetwork, sent: Sent, text: str = "By Thursday.") -> EditTerms | None:
    """Read a reply as the desk does once it is sent, and return what X says of changes."""
    x.is_our_reply(sent.post_id, target(0), text, "k")
    return x.edit_terms(sent.post_id)


def test_a_reply_that_x_lets_us_change_gets_a_new_id_that_the_old_one_leads_to(x: XNetwork, stage: Stage) -> None:
    stage.street.edits_replies = True
    sent = sent_reply(x, stage)
    assert x.edit_terms(sent.post_id) is None
    offered = terms(x, sent)
    assert offered is not None
    assert offered.until is not None
    assert timedelta(minutes=29) < offered.until - now(stage) <= timedelta(minutes=30)
    changed = x.edit_reply(sent.post_id, "By Friday & not before.", "k2")
    assert isinstance(changed, Sent)
    assert changed.post_id != sent.post_id
    said = x.reply_now(sent.post_id, "By Friday & not before.", "By Thursday.")
    assert said == ReplyNow(changed.post_id, ["By Friday & not before."])
    assert replies(stage)[-1] == "By Friday & not before."
    assert isinstance(x.edit_reply(sent.post_id, "By Monday.", "k3"), NotSent)  # an earlier form is not changed
    assert isinstance(x.take_back(changed.post_id), Sent)
    assert [x.reply_now(one.post_id, "By Friday.") for one in (sent, changed)] == [None, None]


def test_what_x_said_of_a_reply_is_with_its_post_for_a_desk_that_did_not_read_it(x: XNetwork, stage: Stage) -> None:
    stage.street.edits_replies = True
    sent_reply(x, stage)
    [post] = read(x, "own")
    number, said, another = post.ref.post_id, x.edit_terms(post.ref.post_id), client(stage)
    assert said is not None
    assert (another.edit_terms(number), another.edit_terms(number, post.editable_until)) == (None, said)
    stage.street.edits_replies = False
    another.reply_now(number)
    assert another.edit_terms(number, post.editable_until) is None, "what was said last counts"


def test_x_lets_nobody_change_answers_to_others_or_after_half_an_hour_or_too_often(x: XNetwork, stage: Stage) -> None:
    sent = sent_reply(x, stage)
    assert terms(x, sent) is None
    assert isinstance(x.edit_reply(sent.post_id, "By Friday.", "k2"), NotSent)
    stage.street.edits_replies = True
    for number in range(5):
        made = x.edit_reply(sent.post_id, f"By Friday {number}.", "k3")
        assert isinstance(made, Sent)
        sent = made
    assert terms(x, sent) is None
    other = sent_reply(x, stage, "By Sunday.")
    stage.clock.jump(31 * 60)
    assert isinstance(x.edit_reply(other.post_id, "By Monday.", "k4"), NotSent)
    assert replies(stage)[-1] == "By Sunday."


def test_an_edit_of_our_own_post_is_told_with_its_earlier_ids(x: XNetwork, stage: Stage) -> None:
    stage.street.edits_replies = True
    sent = sent_reply(x, stage)
    changed = x.edit_reply(sent.post_id, "By Friday.", "k2")
    assert isinstance(changed, Sent)
    [batch] = x.fetch("own", "")
    assert ([one.ref.post_id for one in batch.edits], batch.posts) == ([changed.post_id], ())
    assert batch.earlier_ids == {sent.post_id: changed.post_id}


def test_an_answer_that_names_no_change_of_the_reply_is_an_unknown_outcome(x: XNetwork, stage: Stage) -> None:
    for said in ('"id": "9", "edit_history_tweet_ids": ["9"]', '"id": "7"', '"text": "By Friday."'):
        assert isinstance(x._changed("7", f'{{"data": {{{said}}}}}'.encode()), OutcomeLost)
    both = ('"edit_history_tweet_ids": ["7", "9"]', '"edit_history_post_ids": ["7", "9"]', '"text": "By Friday."')
    for said in both:
        assert isinstance(x._changed("7", f'{{"data": {{"id": "9", {said}}}}}'.encode()), Sent)
    for odd in ("../x", ""):
        assert isinstance(x.edit_reply(odd, "By Friday.", "k"), NotSent)
        assert x.reply_now(odd, "By Friday.") is None


def test_an_answer_under_a_post_of_ours_is_hidden_and_shown_again(x: XNetwork, stage: Stage) -> None:
    root = says(stage, "Our autumn parcels.", handle="northwind")
    answer, elsewhere = says(stage, "@northwind rubbish", reply_to=root), says(stage, "@northwind late")
    posts = {one.ref.post_id: one for one in read(x)}
    assert x.can_hide(posts[str(answer)], under_ours=True)
    assert not x.can_hide(posts[str(answer)], under_ours=False)
    assert not x.can_hide(posts[str(elsewhere)], under_ours=True)
    for hidden in (True, True, False):
        assert isinstance(x.set_hidden(str(answer), hidden=hidden), Sent)
        assert (stage.street.hidden, x.is_hidden(str(answer))) == ({answer} if hidden else set(), None)
    for other in (str(elsewhere), "../x", "9"):
        assert isinstance(x.set_hidden(other, hidden=True), NotSent)
