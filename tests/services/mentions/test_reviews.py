"""Reviews: one post of each author, changed in place, with one reply of ours that a further one replaces."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.tables import CaseState, DraftState, DraftVerb, FactVerb
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.draft import WhyStale
from bot.domain.replies.seen_mark import conversation_mark, shown_mark
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Batch, Desk, NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent, Unparsed
from bot.services.cases import casework
from bot.services.light_lane.gathering import is_light
from bot.services.mentions import intake
from bot.services.replies import correcting, sending
from bot.services.triage.triage import triage_of
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, NOON, FakeNetwork, a_desk, a_post, our_post
from tests.services.journey import (
    WORDS,
    approve,
    case_card,
    clock,
    draft_of,
    only_case,
    seen,
    send,
    slack,
    verbs,
    written,
)
from tests.services.slack.test_publishing import publish

OTHER_WORDS = "Priya, we are glad that it works now. ^AN"


@dataclass
class Shop(FakeNetwork):
    """A shop whose reviews have one reply each; `there` is that of the only review, and by whom it is."""

    name: str = "street"  # a kind that takes the same words twice
    edits_ask_again: bool = True
    one_reply: bool = True
    review: Mention | None = None
    there: Mention | None = None
    unreadable: str = ""  # the id of a review that cannot be read
    odd: bool = False  # the review is told in a form that is not understood
    calls: list[str] = field(default_factory=list)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.calls.append("reply")
        planned = self.outcomes.pop(0) if self.outcomes else None
        if planned is None or self.commits_first:
            self.answer(text)
        return planned or Sent(f"reply-{text}", "")

    def answer(self, text: str, at: datetime = NOON) -> Mention:
        """Put a reply under the review, in the place of the one before."""
        ref = PostRef("street", "42", f"reply-{text}")
        self.there = replace(our_post(ref.post_id, text, to="100", root="100", at=at), ref=ref)
        return self.there

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        return Sent(self.there.ref.post_id, "") if self.there and self.there.text == text else None

    def with_our_reply(self, post_id: str) -> Batch:
        self.calls.append("read")
        if not self.readable or post_id == self.unreadable:
            raise NetworkTrouble("The shop does not answer.")
        if self.odd:
            return Batch(unparsed=(Unparsed(b"{}", "Odd.", post_id),))
        return Batch(posts=(self.review,) if self.review else (), edits=(self.there,) if self.there else ())


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def desk(store: SqlStore, shop: Shop) -> Desk:
    return a_desk(store, networks={("street", "42"): shop})


def review(text: str = "It crashes at every start", count: int | None = 1, at: datetime = NOON) -> Mention:
    return a_post("100", text, stars=count, at=at, ref=PostRef("street", "42", "100"))


def shows(desk: Desk, shop: Shop, post: Mention) -> int:
    """Let the shop show a review; its stream tells the newest form of it."""
    shop.review = post
    return intake.receive(desk, shop, "mentions", Batch(posts=(post,)), desk.clock.now())


def told(desk: Desk, shop: Shop, *ours: Mention) -> None:
    intake.receive(desk, shop, "own", Batch(edits=ours), desk.clock.now())


def answered(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    send(desk)
    assert only_case(desk).state == CaseState.PENDING


def changed(desk: Desk, shop: Shop, text: str = "It crashes at every start", count: int = 4) -> datetime:
    """Let the author change the review, and the desk read it ten minutes later; return when it was changed."""
    at = clock(desk).move(hours=2)
    clock(desk).move(minutes=10)
    assert shows(desk, shop, review(text, count, at)) == 1
    return at


@pytest.mark.parametrize(
    ("text", "count"), [("It crashes at every start", 4), ("It still crashes", 1), ("Thanks", 5)]
)
def test_a_changed_review_on_an_answered_case_comes_back_with_a_promise_from_the_change(
    desk: Desk, shop: Shop, text: str, count: int
) -> None:
    answered(desk, shop)
    at = changed(desk, shop, text, count)
    case = only_case(desk)
    assert (case.state, case.latest_at) == (CaseState.OPEN, at)
    assert case.promise is not None
    assert (case.promise.started_at, case.promise.kept_at) == (at, None)
    post = desk.store.mention(1)
    assert (post.text, post.stars, post.posted_at) == (text, count, at)
    assert (post.said_before, post.stars_before) == ("It crashes at every start", 1)
    assert verbs(desk)[-2:] == ["author_wrote", FactVerb.POST_EDITED]


def test_a_changed_review_on_a_closed_case_opens_one_that_follows_it(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    casework.tidy(desk, clock(desk).move(days=8))
    at = changed(desk, shop)
    after = desk.store.case(2)
    assert (only_case(desk).state, after.state, after.follows) == (CaseState.CLOSED, CaseState.NEW, 1)
    assert after.promise is not None
    assert after.promise.started_at == at


def test_a_changed_review_that_waits_keeps_its_promise_and_shows_the_new_words(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    before = only_case(desk).promise
    changed(desk, shop, "It crashes, and my data is gone", 1)
    assert (only_case(desk).state, only_case(desk).promise) == (CaseState.NEW, before)
    assert verbs(desk)[-1] == FactVerb.POST_EDITED
    assert "my data is gone" in read(case_card(desk))


def test_what_it_said_when_the_author_began_to_wait_is_kept(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    changed(desk, shop, "Better now", 3)
    changed(desk, shop, "Better now!", 4)
    post = desk.store.mention(1)
    assert (post.text, post.said_before, post.stars_before) == ("Better now!", "It crashes at every start", 1)


def test_the_same_review_told_again_and_an_older_form_of_it_change_nothing(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    at = changed(desk, shop)
    told_again = [shows(desk, shop, one) for one in (review(count=4, at=at), review(count=1))]
    assert (told_again, desk.store.mention(1).stars) == ([0, 0], 4)


def test_on_other_networks_a_changed_post_brings_nothing_back(store: SqlStore) -> None:
    plain = Shop(edits_ask_again=False)
    desk = a_desk(store, networks={("street", "42"): plain})
    shows(desk, plain, review())
    casework.solve(desk, 1, by=ANA, at=NOON)
    edit = review("It crashes at each start", at=NOON + timedelta(hours=1))
    assert intake.receive(desk, plain, "mentions", Batch(edits=(edit,)), clock(desk).move(hours=1)) == 1
    assert (only_case(desk).state, desk.store.mention(1).posted_at) == (CaseState.SOLVED, NOON)
    assert desk.store.mention(1).said_before == ""


def test_card_and_thread_say_what_changed(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    publish(desk)
    changed(desk, shop, "Works since yesterday")
    publish(desk)
    card, whole = read(case_card(desk)), "\n".join(read(one) for one in slack(desk).messages.values())
    before = 'Before the change: 1 star and "It crashes at every start".'
    assert "review with 4 stars" in card
    assert before in card
    assert before in case_card(desk).text
    assert "changed it at" in whole
    assert "posted" not in card
    assert "Take it private" not in card  # its author has no other way to write to us


def test_words_from_before_a_change_go_with_the_post(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    changed(desk, shop, "Works since yesterday")
    intake.receive(desk, shop, "asked", Batch(deletions=("100",)), desk.clock.now())
    assert (desk.store.mention(1).text, desk.store.mention(1).said_before) == ("", "")


@pytest.mark.parametrize(("count", "light"), [(None, True), (5, True), (4, True), (3, False), (1, False)])
def test_a_review_with_few_stars_is_never_light(desk: Desk, count: int | None, light: bool) -> None:
    post = review("Thank you so much, you are great!", count)
    assert is_light(desk, post, triage_of(desk, post)) is light


def test_other_stars_are_another_conversation_for_whoever_decides(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    case = only_case(desk)
    for mark in (shown_mark, conversation_mark):
        assert mark(case, [review(count=1)]) != mark(case, [review(count=2)])


# --- one reply ------------------------------------------------------------------------------------------------------


def test_writer_and_approver_see_what_the_reply_replaces(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    changed(desk, shop)
    assert seen(desk, only_case(desk)).replaces is not None
    written(desk, 1, text=OTHER_WORDS)
    found = seen(desk, only_case(desk)).replaces
    assert found is not None
    assert found.text == WORDS
    publish(desk)
    told = [one for one in slack(desk).messages.values() if OTHER_WORDS in one.text]
    assert "shows one reply. This takes the place of ours of" in read(told[-1])
    assert "takes the place of ours of" in told[-1].text


def test_each_call_is_made_after_a_reading(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    assert shop.calls == ["read", "read", "reply"]


def test_a_review_that_changed_after_the_approval_goes_back_to_review(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.review = review("It works now", 5, clock(desk).move(seconds=20))
    send(desk)
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, WhyStale.POST_EDITED)
    assert "reply" not in shop.calls


@pytest.mark.parametrize("behind", [timedelta(seconds=10), -timedelta(minutes=5)], ids=["newer", "older"])
def test_a_colleagues_answer_is_not_replaced_unseen(desk: Desk, shop: Shop, behind: timedelta) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.answer("Hello, please write to us.", NOON + behind)
    clock(desk).move(seconds=20)
    send(desk)
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, WhyStale.ANSWERED_ELSEWHERE)
    assert "reply" not in shop.calls
    found = seen(desk, only_case(desk)).replaces
    assert found is not None
    assert found.text == "Hello, please write to us."


def test_what_cannot_be_read_is_not_replaced(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.readable = False
    send(desk)
    assert (draft_of(desk).state, "reply" in shop.calls) == (DraftState.FAILED, False)
    assert draft_of(desk).again_at is not None
    assert "nothing was sent" in draft_of(desk).why
    shop.readable = True
    sending.send_due(desk, clock(desk).move(minutes=2))
    assert draft_of(desk).state == DraftState.SENT


def test_a_change_between_a_refusal_and_the_next_attempt_stops_it(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.readable = False
    send(desk)
    shop.readable = True
    shop.answer("Hello, please write to us.", clock(desk).move(minutes=1))
    sending.send_due(desk, clock(desk).move(minutes=1))
    assert (draft_of(desk).state, "reply" in shop.calls) == (DraftState.FAILED, False)


@pytest.mark.parametrize("behind", [timedelta(minutes=1), -timedelta(minutes=15)], ids=["newer", "older"])
@pytest.mark.parametrize("solved", [False, True])
def test_a_colleagues_answer_that_was_read_before_the_next_attempt_is_not_replaced(
    desk: Desk, shop: Shop, behind: timedelta, solved: bool
) -> None:
    answered(desk, shop)
    if solved:
        casework.solve(desk, 1, by=ANA, at=clock(desk).move(minutes=1))
        correcting.correct(desk, 1, OTHER_WORDS, take_back=False, by=ANA, at=clock(desk).now())
    else:
        changed(desk, shop)
        written(desk, 1, text=OTHER_WORDS)
    at = clock(desk).now()
    approve(desk)
    shop.outcomes = [NotSent("Busy.", retry_after=timedelta(minutes=2))]
    send(desk)
    assert draft_of(desk).again_at is not None
    clock(desk).move(minutes=1)
    told(desk, shop, shop.answer("Hello, please write to us.", at + behind))
    sending.send_due(desk, clock(desk).move(minutes=2))
    assert (draft_of(desk).state, shop.calls.count("reply")) == (DraftState.FAILED, 2)
    assert draft_of(desk).again_at is None


def test_a_colleague_who_puts_an_earlier_reply_back_is_not_overruled_unseen(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    told(desk, shop, shop.answer("Please write to us.", clock(desk).move(minutes=5)))
    changed(desk, shop)
    written(desk, 1, text=OTHER_WORDS)
    approve(desk)
    shop.answer(WORDS, clock(desk).move(seconds=20))
    send(desk)
    assert (draft_of(desk).state, shop.calls.count("reply")) == (DraftState.IN_REVIEW, 1)


def test_what_is_told_in_an_unknown_form_is_not_replaced(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.odd = True
    send(desk)
    assert (draft_of(desk).state, "reply" in shop.calls) == (DraftState.FAILED, False)


def test_one_review_that_cannot_be_read_keeps_no_other_reply_back(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    other = replace(review(), ref=PostRef("street", "42", "200"), root_id="200", author=Author(id="9", handle="omar"))
    intake.receive(desk, shop, "mentions", Batch(posts=(other,)), NOON)
    for case in (1, 2):
        written(desk, case)
        approve(desk, case_id=case)
    shop.unreadable = "100"
    for _ in range(3):
        sending.send_due(desk, clock(desk).move(seconds=61))
    assert [draft_of(desk, case).state for case in (1, 2)] == [DraftState.FAILED, DraftState.SENT]


def test_our_own_reply_is_known_when_it_is_told(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    assert shop.there is not None
    told(desk, shop, shop.there)
    assert "answered_elsewhere" not in verbs(desk)


def test_a_colleagues_answer_in_place_of_ours_is_seen(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    told(desk, shop, shop.answer("Please write to us.", clock(desk).move(minutes=5)))
    assert verbs(desk)[-1] == "answered_elsewhere"


def test_the_same_words_once_more_are_the_same_reply(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    changed(desk, shop)
    written(desk, 1)
    approve(desk)
    send(desk)
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.PENDING)
    assert shop.calls.count("reply") == 2


def test_the_words_of_an_earlier_reply_can_take_the_place_of_a_later_one(desk: Desk, shop: Shop) -> None:
    answered(desk, shop)
    for minutes, words in enumerate(("Please write to us.", WORDS), start=5):
        told(desk, shop, shop.answer(words, NOON + timedelta(minutes=minutes)))
        found = seen(desk, only_case(desk)).replaces
        assert found is not None
        assert found.text == words


def test_a_lost_answer_is_found_by_its_words(desk: Desk, shop: Shop) -> None:
    shows(desk, shop, review())
    written(desk, 1)
    approve(desk)
    shop.outcomes, shop.commits_first = [OutcomeLost("The line was cut.")], True
    send(desk)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.check_due_outcomes(desk, clock(desk).move(seconds=31))
    assert (draft_of(desk).state, verbs(desk).count(DraftVerb.SEND)) == (DraftState.SENT, 1)


def test_the_traits_reach_through_the_check_of_our_account(shop: Shop) -> None:
    shop.review = review()
    whole, plain = ourselves(shop), ourselves(FakeNetwork())  # type: ignore[arg-type]
    assert (whole.edits_ask_again, whole.one_reply) == (True, True)  # type: ignore[attr-defined]
    assert (plain.edits_ask_again, plain.one_reply) == (False, False)  # type: ignore[attr-defined]
    assert whole.with_our_reply("100").posts == (shop.review,)  # type: ignore[attr-defined]
    assert plain.with_our_reply("100") == Batch()  # type: ignore[attr-defined]
