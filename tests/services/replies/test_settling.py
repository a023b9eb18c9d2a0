"""A person's decisions on a reply: send it again, it is there, I posted it, take it back."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, DraftVerb
from bot.domain.replies.draft import Outcome
from bot.gateways.drawing import draw
from bot.ports import Desk, NetworkTrouble, OutcomeLost, ProvenAbsent, Shown
from bot.services.cases import casework
from bot.services.replies import by_hand as settling
from bot.services.replies import correcting, sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, DEE, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import (
    ONCE,
    WORDS,
    approve,
    attempt_of,
    by_hand,
    called_missing,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    failed,
    only_case,
    published,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
)

# --- sending again, and a person's word -------------------------------------------------------------------------


def again(desk: Desk, *, version: int = 1) -> None:
    everybody_is_known(desk)
    settling.send_again(
        desk, draft_of(desk).id, version=version, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
    )


def test_the_same_approved_words_may_be_tried_again_after_a_certain_refusal(desk: Desk) -> None:
    failed(desk)
    again(desk)
    assert (published(desk), draft_of(desk).state) == (ONCE, DraftState.SENT)
    assert draft_of(desk).attempt.n == 2  # type: ignore[union-attr]


def test_sending_again_twice_publishes_once(desk: Desk) -> None:
    failed(desk)
    again(desk)
    with pytest.raises(Outdated, match="settled already"):
        again(desk)
    assert published(desk) == ONCE


def test_sending_again_needs_the_version_that_the_button_showed(desk: Desk) -> None:
    failed(desk)
    with pytest.raises(Outdated):
        again(desk, version=2)
    assert published(desk) == []


def test_sending_again_needs_a_fresh_approval(desk: Desk) -> None:
    failed(desk)
    clock(desk).move(hours=4, seconds=1)
    with pytest.raises(Outdated, match="too old"):
        again(desk)


def test_sending_again_is_refused_once_the_customer_wrote_again(desk: Desk) -> None:
    failed(desk)
    receive(desk, a_post("101", "forget it", root="100", at=clock(desk).move(minutes=1)))
    with pytest.raises(Outdated, match="wrote again"):
        again(desk)


def test_sending_again_is_refused_once_a_teammate_answered_on_the_network(desk: Desk) -> None:
    failed(desk)
    receive(
        desk, our_post("150", "Please call us", to="100", root="100", at=clock(desk).move(minutes=1)), stream="own"
    )
    with pytest.raises(Outdated, match="answered"):
        again(desk)
    assert published(desk) == []


def test_an_unknown_outcome_is_never_sent_again_without_a_persons_word(desk: Desk) -> None:
    unconfirmed(desk)
    with pytest.raises(Outdated):
        again(desk)
    called_missing(desk)
    attempt = draft_of(desk).attempt
    assert (draft_of(desk).state, attempt.outcome) == (DraftState.FAILED, Outcome.ABSENT)  # type: ignore[union-attr]
    assert published(desk) == []
    again(desk)
    assert published(desk) == ONCE


def test_a_person_who_sees_the_reply_settles_it_with_its_link(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    link = " https://x.example/northwind/status/9000?s=20 "
    case = settling.seen_by_hand(desk, draft_of(desk).id, link, by=DEE, at=desk.clock.now())
    assert (case.state, draft_of(desk).state, draft_of(desk).attempt.post_id) == ("pending", "sent", "9000")  # type: ignore[union-attr]
    receive(desk, our_post("9000", WORDS, to="100", root="100"), stream="own")
    assert verbs(desk)[-1] == DraftVerb.DELIVERED
    with pytest.raises(Outdated, match="settled already"):
        settling.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())


def test_a_reply_posted_by_hand_is_settled_with_its_link(desk: Desk) -> None:
    by_hand(desk)
    settling.seen_by_hand(desk, draft_of(desk).id, "https://x.example/n/status/77", by=ANA, at=desk.clock.now())
    case = only_case(desk)
    assert (case.state, case.answer_url, case.due_at) == (CaseState.PENDING, "https://x.example/n/status/77", None)


def test_the_link_of_a_photo_is_that_of_its_post(desk: Desk) -> None:
    by_hand(desk)
    link = "https://x.example/northwind/status/77/photo/1"
    settling.seen_by_hand(desk, draft_of(desk).id, link, by=ANA, at=desk.clock.now())
    assert draft_of(desk).attempt.post_id == "77"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "link",
    ["https://x.example/priya", "https://x.example/northwind/likes", "https://other.example/northwind/status/77"],
    ids=["a profile", "another page", "another site"],
)
def test_the_link_of_another_page_is_refused_with_what_to_paste(desk: Desk, link: str) -> None:
    by_hand(desk)
    with pytest.raises(
        NotUsable, match=r"not the link of a post on X\..*such as https://x.example/northwind/status/"
    ):
        settling.seen_by_hand(desk, draft_of(desk).id, link, by=ANA, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.BY_HAND
    assert "priya" not in str([line.facts for line in desk.store.audit("case:1")])


@pytest.mark.parametrize(
    "link", ["", "9000", "javascript:alert(1)", "https://", "https://x.example", "https://[::1", "http:///status/1"]
)
def test_what_is_no_link_of_a_post_is_asked_for_again(desk: Desk, link: str) -> None:
    unconfirmed(desk)
    with pytest.raises(NotUsable) as refused:
        settling.seen_by_hand(desk, draft_of(desk).id, link, by=ANA, at=desk.clock.now())
    assert refused.value.field == "link"
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_the_customers_own_post_is_not_taken_for_the_reply(desk: Desk) -> None:
    unconfirmed(desk)
    with pytest.raises(NotUsable, match="customer's own post"):
        settling.seen_by_hand(
            desk, draft_of(desk).id, "https://x.example/priya/status/100", by=ANA, at=desk.clock.now()
        )
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_a_look_and_a_person_at_once_settle_it_once(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    sending.check_due_outcomes(desk, clock(desk).move(seconds=30))
    with pytest.raises(Outdated, match="settled already"):
        settling.seen_by_hand(desk, draft_of(desk).id, "https://x.example/n/status/9000", by=ANA, at=desk.clock.now())
    assert verbs(desk).count(DraftVerb.DELIVERED) == 1


def test_a_reply_of_unknown_outcome_is_given_to_nobody_to_post(desk: Desk) -> None:
    unconfirmed(desk)
    with pytest.raises(Refusal):
        settling.hand_over(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_a_case_is_not_ended_while_its_reply_may_be_on_its_way(desk: Desk) -> None:
    unconfirmed(desk)
    with pytest.raises(Refusal, match="on its way"):
        casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    until = desk.clock.now() + timedelta(days=1)
    with pytest.raises(Refusal, match="on its way"):
        casework.set_aside(desk, 1, by=ANA, at=desk.clock.now(), reason="Bait", until=until)


def test_a_corrections_approval_names_the_reply_that_it_goes_under(desk: Desk) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "It comes on Friday. ^AN", take_back=False, by=ANA, at=desk.clock.now())
    wrong = draft_of(desk).corrects
    approved_words = approve(desk).draft
    assert approved_words is not None
    assert approved_words.approval is not None
    assert approved_words.approval.target == approved_words.goes_under
    assert approved_words.goes_under.post_id == wrong != approved_words.target.post_id


# --- taking back ------------------------------------------------------------------------------------------------


def taking_back(desk: Desk) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)


class SilentDelete(FakeNetwork):
    def take_back(self, post_id: str) -> OutcomeLost:  # type: ignore[override]
        return OutcomeLost("No answer came.")


def test_a_taking_back_of_unknown_outcome_may_be_repeated_and_is_never_called_done(desk: Desk) -> None:
    taking_back(desk)
    silent = SilentDelete(published=street(desk).published)
    sending.send_due(replace(desk, networks={("x", "42"): silent}), desk.clock.now())
    sending.check_due_outcomes(replace(desk, networks={("x", "42"): silent}), clock(desk).move(hours=1))
    assert draft_of(desk).state == DraftState.FAILED
    again(desk)
    assert (draft_of(desk).state, street(desk).taken_back) == (DraftState.SENT, ["9000"])


def test_a_kill_while_taking_back_is_repeated_by_a_person(desk: Desk, store: SqlStore) -> None:
    taking_back(desk)
    broken = replace(desk, store=BreakingStore(store, record=at_call(2, Killed())))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    sending.recover(desk, clock(desk).move(minutes=1))
    assert draft_of(desk).state == DraftState.FAILED


def test_what_was_taken_back_cannot_be_corrected_any_more(desk: Desk) -> None:
    taking_back(desk)
    send(desk)
    with pytest.raises(Outdated, match="no sent reply"):
        correcting.correct(desk, 1, "It was wrong.", take_back=False, by=ANA, at=desk.clock.now())


# --- a pasted link ----------------------------------------------------------------------------------------------


@dataclass
class ShowingNetwork(FakeNetwork):
    """A network that returns any single post, unless it cannot be read."""

    posts: dict[str, Shown] = field(default_factory=dict)

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        if not self.readable:
            raise NetworkTrouble("X does not answer.")
        return self.posts.get(post_id, ProvenAbsent())


@pytest.fixture
def showing(store: SqlStore) -> Desk:
    return a_desk(store, networks={("x", "42"): ShowingNetwork()})


WHERE = "https://x.example/northwind/status/20"
POSTS = {
    "ours, under this post": (Shown(ours=True, parent_id="100", text=WORDS), ""),
    "ours, with other words": (Shown(ours=True, parent_id="100", text="We are sorry"), "other words"),
    "ours, under another post": (Shown(ours=True, parent_id="900", text=WORDS), "does not answer this customer"),
    "ours, under no post": (Shown(ours=True, parent_id="", text=WORDS), "does not answer this customer"),
    "of somebody else, under this post": (Shown(ours=False, parent_id="100", text=WORDS), "not from our account"),
    "of somebody else": (Shown(ours=False, parent_id="", text="Hello"), "not from our account"),
    "nowhere": (None, "shows no such post"),
}


def shows(desk: Desk, post: Shown | None) -> None:
    street(desk).posts = {"20": post} if post else {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("post", "why"), POSTS.values(), ids=POSTS.keys())
def test_a_link_leads_to_our_own_reply_or_settles_nothing(showing: Desk, post: Shown | None, why: str) -> None:
    unconfirmed(showing)
    shows(showing, post)
    if why:
        with pytest.raises(NotUsable, match=why) as refused:
            settling.seen_by_hand(showing, draft_of(showing).id, WHERE, by=DEE, at=showing.clock.now())
        assert (refused.value.field, draft_of(showing).state) == ("link", DraftState.UNCONFIRMED)
    else:
        settling.seen_by_hand(showing, draft_of(showing).id, WHERE, by=DEE, at=showing.clock.now())
        assert draft_of(showing).state == DraftState.SENT
        assert "on_word" not in showing.store.audit("case:1")[-1].facts


@pytest.mark.parametrize(
    ("post", "why"),
    [(post, "" if name == "ours, with other words" else why) for name, (post, why) in POSTS.items()],
    ids=POSTS.keys(),
)
def test_what_somebody_posted_by_hand_is_ours_and_under_this_post(
    showing: Desk, post: Shown | None, why: str
) -> None:
    by_hand(showing)
    shows(showing, post)
    if why:
        with pytest.raises(NotUsable, match=why):
            settling.seen_by_hand(showing, draft_of(showing).id, WHERE, by=DEE, at=showing.clock.now())
    else:
        settling.seen_by_hand(showing, draft_of(showing).id, WHERE, by=DEE, at=showing.clock.now())
    assert draft_of(showing).state == (DraftState.BY_HAND if why else DraftState.SENT)


def test_where_replies_have_no_address_a_persons_word_is_enough_and_the_post_found_later_is_that_reply(
    desk: Desk,
) -> None:
    by_hand(desk)
    with pytest.raises(NotUsable, match="full link"):
        settling.seen_by_hand(desk, draft_of(desk).id, "", by=DEE, at=desk.clock.now())
    street(desk).addresses = False
    settling.seen_by_hand(desk, draft_of(desk).id, "", by=DEE, at=desk.clock.now())
    draft = draft_of(desk)
    assert draft.state == DraftState.SENT
    assert draft.why == "On Dee's word: it has no address of its own there"
    receive(desk, our_post("77", WORDS, to="100", root="100"), stream="own")
    assert DraftVerb.DELIVERED in verbs(desk)
    assert CaseVerb.ANSWERED_ELSEWHERE not in verbs(desk)


def test_another_post_of_the_same_customer_can_be_the_one_that_was_answered(showing: Desk) -> None:
    by_hand(showing)
    receive(showing, a_post("151", "hello?", root="100"))
    shows(showing, Shown(ours=True, parent_id="151", text=WORDS))
    settling.seen_by_hand(showing, draft_of(showing).id, WHERE, by=DEE, at=showing.clock.now())
    assert draft_of(showing).state == DraftState.SENT


@pytest.mark.parametrize("readable", [True, False])
def test_where_the_post_cannot_be_read_a_persons_word_is_taken_and_said(
    desk: Desk, showing: Desk, readable: bool
) -> None:
    at = desk if readable else showing  # the other network cannot return single posts
    street(at).readable = readable
    by_hand(at)
    settling.seen_by_hand(at, draft_of(at).id, WHERE, by=DEE, at=at.clock.now())
    line = next(one for one in at.store.audit("case:1") if one.verb == DraftVerb.DELIVERED)
    assert (line.by, line.facts["on_word"]) == (DEE, True)
    card = at.store.card(1)
    drawn = draw(at, card, at.clock.now()) if card else None
    assert drawn is not None
    assert "On Dee's word: " in read(drawn[0])


def test_a_post_of_ours_that_we_know_to_answer_somebody_else_is_refused_without_asking(desk: Desk) -> None:
    by_hand(desk)
    receive(desk, our_post("20", "Hello", to="900", root="900"), stream="own")
    with pytest.raises(NotUsable, match="answers somebody else"):
        settling.seen_by_hand(desk, draft_of(desk).id, WHERE, by=DEE, at=desk.clock.now())


@pytest.mark.parametrize(("post_id", "gone", "why"), [("20", True, "another post"), ("9000", False, "still public")])
def test_what_was_taken_back_by_hand_is_that_reply_and_is_gone(
    showing: Desk, post_id: str, gone: bool, why: str
) -> None:
    to_take_back_by_hand(showing)
    street(showing).posts = {} if gone else {"9000": Shown(ours=True, parent_id="100", text=WORDS)}  # type: ignore[attr-defined]
    with pytest.raises(NotUsable, match=why):
        settling.seen_by_hand(
            showing, draft_of(showing).id, street(showing).post_url(post_id), by=DEE, at=showing.clock.now()
        )
    street(showing).posts = {}  # type: ignore[attr-defined]
    link = street(showing).post_url("9000")
    settling.seen_by_hand(showing, draft_of(showing).id, link, by=DEE, at=showing.clock.now())
    assert draft_of(showing).state == DraftState.SENT


def to_take_back_by_hand(desk: Desk) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)
    draft = draft_of(desk)
    facts = {"version": draft.version, "attempt": 0, "by": BEN, "at": desk.clock.now()}
    settling.hand_over(desk, draft.id, **facts)
