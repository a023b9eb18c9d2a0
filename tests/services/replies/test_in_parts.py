"""A reply in parts: one approval, an ordered set of posts, each at most once; what is public is said at every step."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.base.policy import OwnAccount
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import CaseState, DraftState, FactVerb
from bot.domain.cases.case import Case
from bot.domain.replies.draft import DraftKind, WhyStale
from bot.domain.replies.draft_events import Absent
from bot.ports import Batch, Desk, NotSent, OutcomeLost, ProvenAbsent
from bot.ports.store_errors import Conflict
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import correcting, in_parts, review, sending
from bot.services.replies.attempts import record_attempt
from bot.services.replies.in_place import change_terms
from tests.fakes import ANA, BEN, CARO, POLICY, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import (
    a_case,
    approve,
    attempt_of,
    clock,
    draft_of,
    everybody_is_known,
    notices,
    only_case,
    published,
    receive,
    send,
    street,
    verbs,
)
from tests.services.long_reply import BOTH, FIRST, LONG, SECOND, TAMPERED


def in_review(desk: Desk, text: str = LONG) -> Case:
    case = a_case(desk)
    review.begin_writing(desk, case.id, by=ANA, at=desk.clock.now())
    return review.submit(desk, case.id, review.Words(text=text, in_parts=True), by=ANA, at=desk.clock.now())


def approved(desk: Desk) -> Case:
    in_review(desk)
    return approve(desk)


def then(desk: Desk, *outcomes: object) -> Case:
    """Let the first part go out, and the network answer the second one so."""
    approved(desk)
    street(desk).outcomes += [None, *outcomes]  # type: ignore[list-item]
    return send(desk)


def is_partly_public(desk: Desk, state: DraftState) -> bool:
    draft = draft_of(desk)
    owed = only_case(desk).promise
    return (draft.state, draft.posts, draft.rest) == (state, ("9000",), SECOND) and bool(owed and owed.unsettled)


def renamed(desk: Desk) -> None:
    """Let somebody change the first part on its network, which gives it another id."""
    again = our_post("9050", FIRST, to="100", root="100")
    edited = replace(again, revised_at=desk.clock.now())
    batch = Batch(posts=(again,), edits=(edited,), earlier_ids={"9000": "9050"})
    intake.receive(desk, street(desk), "own", batch, desk.clock.now())


def test_a_part_goes_under_the_id_that_the_part_before_it_has_now(store):
    desk = a_desk(store)
    then(desk, NotSent("It said no."))
    renamed(desk)
    settling.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    send(desk)
    assert published(desk) == [BOTH[0], ("9050", SECOND)]
    assert draft_of(desk).state == DraftState.SENT


def test_a_part_of_unknown_outcome_is_found_under_the_id_that_the_part_before_it_has_now(store):
    desk = a_desk(store)
    then(desk, OutcomeLost("No answer."))
    renamed(desk)
    ours = our_post("9060", SECOND, to="9050", root="100")
    intake.receive(desk, street(desk), "own", Batch(posts=(ours,)), desk.clock.now())
    assert draft_of(desk).state == DraftState.SENT
    assert draft_of(desk).last_post == "9060"


# --- writing and approving


def test_words_that_are_too_long_are_refused_with_the_offer_of_parts(store):
    desk = a_desk(store)
    case = a_case(desk)
    with pytest.raises(NotUsable, match=r"over the 280 that X allows\. Shorten it, or tick below .* 2 parts"):
        in_parts.cut_to_send(desk, case, LONG, in_parts=False, offered=True)
    with pytest.raises(NotUsable, match=r"over the 280 that X allows\.$"):
        review.submit(desk, case.id, review.Words(text=LONG), by=ANA, at=desk.clock.now())
    with pytest.raises(NotUsable, match="does not fit into 3 parts"):
        in_parts.cut_to_send(desk, case, LONG * 4, in_parts=True)


def test_words_that_fit_are_not_cut(store):
    desk = a_desk(store)
    assert in_review(desk, SECOND).draft.parts == (SECOND,)


def test_no_private_answer_is_cut(store):
    desk = a_desk(store)
    receive(desk, a_post("100", "charged twice", private=True))
    with pytest.raises(NotUsable, match="280"):
        review.submit(desk, 1, review.Words(text=LONG, in_parts=True), by=ANA, at=desk.clock.now())


def test_the_brand_decides_whether_parts_are_numbered(store):
    numbered = OwnAccount(name="main", numbers_parts=True)
    desk = a_desk(store, policy=replace(POLICY, accounts={("x", "42"): numbered}))
    assert in_review(desk).draft.parts == (f"{FIRST} 1/2", f"{SECOND} 2/2")


def test_a_part_that_another_customer_has_is_refused_before_the_first_part_goes_out(store):
    desk = a_desk(store)
    approved(desk)
    send(desk)
    receive(desk, a_post("300", "charged twice, too", by="omar", at=clock(desk).move(minutes=1)))
    for words in (LONG.replace("Priya", "Omar"), SECOND):
        with pytest.raises(NotUsable, match=r"(?i)words .*went to another customer at .* only once"):
            review.submit(desk, 2, review.Words(text=words, in_parts=True), by=ANA, at=desk.clock.now())
    changed = LONG.replace("Priya", "Omar").replace("by Wednesday", "by Friday")
    assert review.submit(desk, 2, review.Words(text=changed, in_parts=True), by=ANA, at=desk.clock.now()).draft


# --- sending


def test_one_approval_sends_both_parts_the_second_in_answer_to_the_first(store):
    desk = a_desk(store)
    approved(desk)
    case = send(desk)
    assert published(desk) == BOTH
    assert (case.state, case.draft.state, case.draft.posts) == (CaseState.PENDING, DraftState.SENT, ("9000", "9001"))
    assert case.answer_url.endswith("9001")
    assert verbs(desk)[-5:] == ["approve", "send", "part_delivered", "send", "delivered"]
    assert [one.facts.get("part") for one in store.audit("case:1")[-3:]] == [1, None, 2]
    keys = store.engine.rows("SELECT DISTINCT key FROM attempts")
    assert len(keys) == 2


def test_the_case_waits_for_us_until_the_last_part_is_out(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    assert published(desk) == BOTH[:1]
    assert is_partly_public(desk, DraftState.FAILED)
    assert only_case(desk).answered_at is None


def test_nothing_follows_a_first_part_that_was_refused(store):
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    case = send(desk)
    send(desk)
    assert (published(desk), case.draft.state, case.draft.posts) == ([], DraftState.FAILED, ())


@pytest.mark.parametrize("public", [True, False])
def test_the_second_part_waits_while_nobody_knows_about_the_first(store, public: bool):
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = public
    assert send(desk).draft.state == DraftState.UNCONFIRMED
    street(desk).commits_first = False
    send(desk)
    assert published(desk) == (BOTH[:1] if public else [])
    at = clock(desk).at = store.next_look_at()
    sending.check_due_outcomes(desk, at)
    assert draft_of(desk).state == (DraftState.APPROVED if public else DraftState.UNCONFIRMED)
    send(desk)
    assert published(desk) == (BOTH if public else [])


def test_a_second_part_of_unknown_outcome_is_looked_for_under_the_first(store):
    desk = a_desk(store)
    street(desk).commits_first = True
    then(desk, OutcomeLost("No answer came."))
    assert is_partly_public(desk, DraftState.UNCONFIRMED)
    at = clock(desk).at = store.next_look_at()
    sending.check_due_outcomes(desk, at)
    assert (published(desk), only_case(desk).draft.posts) == (BOTH, ("9000", "9001"))
    assert only_case(desk).state == CaseState.PENDING


def test_a_lost_answer_about_the_first_part_keeps_the_second_one_from_nothing(store):
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send(desk)
    street(desk).commits_first = False
    at = clock(desk).at = store.next_look_at()
    sending.check_due_outcomes(desk, at)
    street(desk).readable = False
    send(desk)
    assert published(desk) == BOTH


def test_a_refused_second_part_can_be_sent_again_and_the_first_is_not(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    draft = draft_of(desk)
    settling.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=clock(desk).move(minutes=5))
    assert published(desk) == BOTH
    assert draft_of(desk).state == DraftState.SENT


def test_the_rest_is_written_anew_under_the_first_part_with_an_approval_of_its_own(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    anew = review.Words(text="It is there by Wednesday. ^AN", replaces=1, newest=draft_of(desk).id)
    case = review.submit(desk, 1, anew, by=ANA, at=desk.clock.now())
    assert (case.draft.version, case.draft.posts, case.draft.parts) == (2, ("9000",), (anew.text,))
    approve(desk)
    case = send(desk)
    assert published(desk) == [BOTH[0], ("9000", anew.text)]
    assert (case.state, case.draft.posts) == (CaseState.PENDING, ("9000", "9001"))


def test_the_writer_of_the_whole_does_not_let_out_a_rest_that_a_colleague_only_touched_up(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    casework.assign(desk, 1, to=CARO, by=CARO, at=desk.clock.now())
    words = review.Words(text=f"{SECOND} Thank you.", replaces=1, newest=draft_of(desk).id)
    assert ANA in review.submit(desk, 1, words, by=CARO, at=desk.clock.now()).draft.barred


def test_what_is_public_can_be_left_as_it_is(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    case = in_parts.leave(desk, draft_of(desk).id, version=1, by=BEN, at=clock(desk).move(minutes=1))
    assert (case.state, case.draft.state, case.draft.dropped) == (CaseState.PENDING, DraftState.SENT, 1)
    assert (case.answer_url[-4:], case.approved_by) == ("9000", BEN)
    assert send(desk).draft.posts == ("9000",)


def test_the_rest_of_what_was_left_as_it_is_can_still_follow_in_the_same_words(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    in_parts.leave(desk, draft_of(desk).id, version=1, by=BEN, at=clock(desk).move(minutes=1))
    correcting.correct(desk, 1, SECOND, take_back=False, by=ANA, at=desk.clock.now())
    approve(desk)
    send(desk)
    assert published(desk) == [("100", FIRST), ("9000", SECOND)]


def test_what_was_left_as_it_is_does_not_stand_in_several_posts(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    case = in_parts.leave(desk, draft_of(desk).id, version=1, by=BEN, at=clock(desk).move(minutes=1))
    _, why = change_terms(desk, case.draft, desk.clock.now())
    assert why == "Only a part of this reply went out, so its words cannot be changed where they stand."


def test_nothing_is_left_as_it_is_while_nothing_is_public_or_the_customer_wrote_since(store):
    desk = a_desk(store)
    draft = in_review(desk).draft
    with pytest.raises(Outdated, match="Withdraw it instead"):
        in_parts.leave(desk, draft.id, version=1, by=BEN, at=desk.clock.now())
    approve(desk)
    street(desk).outcomes += [None, NotSent("X says no.")]
    send(desk)
    receive(desk, a_post("101", "which bank?", root="100", at=clock(desk).move(minutes=1)))
    with pytest.raises(Outdated, match="wrote again since"):
        in_parts.leave(desk, draft.id, version=1, by=BEN, at=desk.clock.now())


def test_a_withdrawn_rest_leaves_the_customer_waiting_and_the_first_part_can_be_taken_back(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    case = review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    assert (case.state, case.draft.state, case.draft.dropped) == (CaseState.OPEN, DraftState.SENT, 1)
    case = correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    assert case.draft.text == FIRST
    approve(desk)
    send(desk)
    assert street(desk).taken_back == ["9000"]


ASKS = "Please send us a private message with the number of your order. ^AN"


def test_a_part_that_never_went_out_asked_nobody_for_a_private_message(store):
    desk = a_desk(store)
    in_review(desk, f"{FIRST} {ASKS}")
    approve(desk)
    street(desk).outcomes += [None, NotSent("X says no.")]
    send(desk)
    case = in_parts.leave(desk, draft_of(desk).id, version=1, by=BEN, at=clock(desk).move(minutes=1))
    assert case.state == CaseState.PENDING
    assert FactVerb.ASKED_PRIVATELY not in verbs(desk)


def test_a_part_that_asked_for_a_private_message_did_so_whatever_the_rest_became(store):
    desk = a_desk(store)
    in_review(desk, f"{ASKS.removesuffix(' ^AN')} {FIRST} ^AN")
    approve(desk)
    street(desk).outcomes += [None, NotSent("X says no.")]
    send(desk)
    review.submit(desk, 1, review.Words(text="By Tuesday. ^AN", replaces=1), by=ANA, at=desk.clock.now())
    approve(desk)
    send(desk)
    assert FactVerb.ASKED_PRIVATELY in verbs(desk)


@pytest.mark.parametrize("ends", ["sent", "withdrawn"])
def test_a_request_to_take_back_shows_the_words_of_each_post_that_stands(store, ends: str):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    review.submit(desk, 1, review.Words(text="By Tuesday. ^AN", replaces=1), by=ANA, at=desk.clock.now())
    if ends == "sent":
        approve(desk)
        send(desk)
    else:
        review.withdraw(desk, 1, by=ANA, at=desk.clock.now())
    draft = correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now()).draft
    stands = [FIRST, "By Tuesday. ^AN"] if ends == "sent" else [FIRST]
    assert (draft.text, draft.part_count) == ("\n\n".join(stands), len(stands))


# --- what happens in between


def _deleted(desk: Desk) -> None:
    intake.receive(desk, street(desk), "mentions", Batch(deletions=["100"]), desk.clock.now())


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (
            lambda desk: receive(desk, a_post("101", "and again", root="100", at=desk.clock.now())),
            WhyStale.AUTHOR_WROTE,
        ),
        (_deleted, WhyStale.POST_DELETED),
    ],
    ids=["wrote", "deleted"],
)
@pytest.mark.parametrize("during", ["held", "unknown"])
def test_what_the_customer_does_between_two_parts_asks_the_approver_about_the_rest(store, happens, why, during):
    desk = a_desk(store)
    if during == "held":
        then(desk, NotSent("X asks us to slow down.", retry_after=sending.timedelta(minutes=5)))
        clock(desk).move(minutes=1)
        happens(desk)
        clock(desk).move(minutes=5)
        send(desk)
        assert is_partly_public(desk, DraftState.FAILED)
        assert draft_of(desk).again_at is None  # a person decides
        return
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send(desk)
    street(desk).commits_first = False
    clock(desk).move(seconds=10)
    happens(desk)
    at = clock(desk).at = store.next_look_at()
    sending.check_due_outcomes(desk, at)
    send(desk)
    assert is_partly_public(desk, DraftState.IN_REVIEW)
    assert (draft_of(desk).stale, published(desk)) == (why, BOTH[:1])
    everybody_is_known(desk)
    approve(desk)
    send(desk)
    assert published(desk) == BOTH


def test_our_own_parts_on_our_timeline_are_no_answer_of_a_colleague(store):
    desk = a_desk(store)
    then(desk, NotSent("X says no."))
    receive(desk, our_post("9000", FIRST, to="100", root="100", at=desk.clock.now()), stream="own")
    assert is_partly_public(desk, DraftState.FAILED)
    draft = draft_of(desk)
    settling.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    before = verbs(desk)
    receive(desk, our_post("9001", SECOND, to="9000", root="100", at=desk.clock.now()), stream="own")
    assert verbs(desk) == before


def test_a_part_on_its_way_that_the_timeline_shows_first_is_ours(store):
    desk = a_desk(store)
    then(desk, OutcomeLost("No answer came."))
    receive(desk, our_post("77", SECOND, to="9000", root="100", at=clock(desk).move(minutes=1)), stream="own")
    assert draft_of(desk).posts == ("9000", "77")
    assert only_case(desk).state == CaseState.PENDING


@pytest.mark.parametrize("part", [1, 2])
def test_a_part_that_was_called_missing_and_is_found_later_counts(store, part: int):
    desk = a_desk(store)
    street(desk).visible = False
    approved(desk)
    street(desk).outcomes += [None] * (part - 1) + [OutcomeLost("No answer came.")]
    send(desk)
    while (at := store.next_look_at()) is not None:
        clock(desk).at = at
        sending.check_due_outcomes(desk, at)
    everybody_is_known(desk)
    settling.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    words, under = (FIRST, "100") if part == 1 else (SECOND, "9000")
    receive(desk, our_post("77", words, to=under, root="100", at=desk.clock.now()), stream="own")
    draft = draft_of(desk)
    assert draft.posts[-1] == "77"
    assert draft.state == (DraftState.IN_REVIEW if part == 1 else DraftState.SENT)
    assert (draft.stale == WhyStale.PART_DELIVERED) == (part == 1)
    assert only_case(desk).state == (CaseState.OPEN if part == 1 else CaseState.PENDING)


def test_parts_are_posted_by_hand_one_after_the_other(store):
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes.append(NotSent("X lets no app answer this.", by_hand=True))
    send(desk)
    link = "https://x.example/northwind/status/"
    settling.seen_by_hand(desk, 1, f"{link}51", by=ANA, at=desk.clock.now())
    draft = draft_of(desk)
    assert (draft.state, draft.at_hand, draft.goes_under.post_id) == (DraftState.BY_HAND, SECOND, "51")
    settling.seen_by_hand(desk, 1, f"{link}52", by=ANA, at=desk.clock.now())
    assert (draft_of(desk).posts, only_case(desk).state) == (("51", "52"), CaseState.PENDING)
    ours = [(one.ref.post_id, one.parent_id, one.text) for one in store.mentions(1) if one.parent_id]
    assert ours == [("51", "100", FIRST), ("52", "51", SECOND)]


def test_parts_of_two_versions_without_an_address_are_two_posts(store):
    desk = a_desk(store)
    approved(desk)
    network = street(desk)
    network.post_url = lambda *_: ""  # type: ignore[method-assign]
    network.outcomes += [OutcomeLost("No answer came."), NotSent("X says no.")]
    send(desk)
    settling.seen_by_hand(desk, 1, "", by=ANA, at=desk.clock.now())
    assert send(desk).draft.state == DraftState.FAILED
    review.submit(desk, 1, review.Words(text="By Tuesday. ^AN", replaces=1), by=ANA, at=desk.clock.now())
    approve(desk)
    network.outcomes.append(NotSent("X lets no app answer this.", by_hand=True))
    send(desk)
    settling.seen_by_hand(desk, 1, "", by=ANA, at=desk.clock.now())
    assert len(set(draft_of(desk).posts)) == 2
    ours = [(one.text, one.parent_id) for one in store.mentions(1) if one.parent_id]
    assert ours == [(FIRST, "100"), ("By Tuesday. ^AN", draft_of(desk).posts[0])]


@pytest.mark.parametrize("nth", range(1, 7))
def test_a_kill_at_any_write_between_two_parts_loses_and_doubles_nothing(store, nth: int):
    desk = a_desk(store)
    approved(desk)
    breaking = BreakingStore(store, record=at_call(nth, Killed()))
    try:
        sending.send_due(replace(desk, store=breaking), desk.clock.now())  # type: ignore[arg-type]
    except Killed:
        sending.recover(desk, desk.clock.now())
    for _ in range(4):
        clock(desk).move(minutes=10)
        sending.check_due_outcomes(desk, desk.clock.now())
        send(desk)
    assert published(desk) == BOTH
    assert only_case(desk).state == CaseState.PENDING


def test_no_further_part_is_begun_once_the_desk_stops(store):
    desk = a_desk(store)
    approved(desk)
    network, usual = street(desk), street(desk).reply

    def stops(*given):
        desk.draining.set()
        return usual(*given)

    network.reply = stops  # type: ignore[method-assign]
    send(desk)
    assert [text for *_, text in network.published] == [FIRST]
    assert is_partly_public(desk, DraftState.APPROVED)
    desk.draining.clear()
    send(desk)
    assert [text for *_, text in network.published] == [FIRST, SECOND]


def test_two_processes_that_send_at_once_publish_each_part_once(store):
    desk = a_desk(store)
    approved(desk)
    seen = [store.case(1)]

    def other(*_: object, **__: object) -> None:
        seen.append(store.case(1))

    sending.send_due(replace(desk, store=BreakingStore(store, record=other)), desk.clock.now())  # type: ignore[arg-type]
    approvals = [one for one in seen if one.draft.state == DraftState.APPROVED]
    assert [one.draft.done for one in approvals] == [0, 0, 1]  # what the other process saw when it began
    for one in approvals:
        with pytest.raises(Conflict):
            record_attempt(desk, one, by="desk", at=desk.clock.now())
    assert published(desk) == BOTH


# --- taking back


def sent(desk: Desk) -> None:
    approved(desk)
    send(desk)


def test_the_whole_set_is_taken_back_the_last_part_first(store):
    desk = a_desk(store)
    sent(desk)
    draft = correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now()).draft
    assert (draft.corrects, draft.also) == ("9001", ("9000",))
    approve(desk)
    case = send(desk)
    assert street(desk).taken_back == ["9001", "9000"]
    assert (case.state, case.draft.state, case.draft.dropped) == (CaseState.OPEN, DraftState.SENT, 0)
    with pytest.raises(Outdated):
        correcting.correct(desk, 1, "", take_back=True, reply=1, by=ANA, at=desk.clock.now())


def test_a_take_back_that_stops_half_way_goes_on_or_leaves_the_first_part_as_our_answer(store):
    desk = a_desk(store)
    sent(desk)
    network = street(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)
    usual, network.take_back = network.take_back, _once(network)  # type: ignore[method-assign]
    case = send(desk)
    assert (case.draft.state, case.draft.acts_on, case.state) == (DraftState.FAILED, "9000", CaseState.PENDING)
    network.take_back = usual  # type: ignore[method-assign]
    settling.send_again(desk, case.draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert network.taken_back == ["9001", "9000"]
    assert only_case(desk).state == CaseState.OPEN


def _once(network):
    usual = network.take_back
    return lambda post: usual(post) if not network.taken_back else NotSent("X says no.")


def test_a_correction_goes_under_the_last_part_and_no_part_is_changed_where_it_stands(store):
    desk = a_desk(store)
    sent(desk)
    draft = correcting.correct(desk, 1, "Thursday, sorry. ^AN", take_back=False, by=ANA, at=desk.clock.now()).draft
    assert (draft.kind, draft.goes_under.post_id) == (DraftKind.CORRECTION, "9001")


# --- what somebody changes in the database


@pytest.mark.parametrize("which", TAMPERED)
def test_no_part_goes_out_that_the_database_does_not_have_as_it_was_approved(store, which: str):
    desk = a_desk(store)
    approved(desk)
    breaking = BreakingStore(store, record=at_call(3, Killed()))
    with pytest.raises(Killed):
        sending.send_due(replace(desk, store=breaking), desk.clock.now())  # type: ignore[arg-type]
    column = "id" if which.startswith("drafts") else "draft_id"
    with store.transaction():
        store.engine.run(f"UPDATE {which} WHERE {column} = 1")
    send(desk)
    assert published(desk) == BOTH[:1]
    assert [one for _, one in notices(desk) if "was not sent" in one]


def slow(desk: Desk, meanwhile: Callable[[Desk], None]) -> Desk:
    """Let so much happen while the network's answer about the first part is on its way."""
    network, happens = street(desk), [meanwhile]
    says = network.reply

    def reply(target, text, key):
        outcome = says(target, text, key)
        if happens:
            happens.pop()(desk)
        return outcome

    network.reply = reply
    return desk


def _found_and_next_begun(desk: Desk) -> None:
    """Do what another desk does that no longer hears of this one."""
    sending.recover(desk, desk.clock.now())
    sending.check_due_outcomes(desk, desk.store.next_look_at())
    assert is_partly_public(desk, DraftState.APPROVED)
    record_attempt(desk, only_case(desk), by="desk", at=desk.clock.now())


def test_the_late_answer_of_one_part_is_not_that_of_the_next(store):
    desk = slow(a_desk(store), _found_and_next_begun)
    approved(desk)
    send(desk)
    assert is_partly_public(desk, DraftState.SENDING), "the second part is on its way"


def test_a_reading_of_before_an_attempt_says_nothing_of_it(store):
    """Somebody looks by hand; while the network answers that it has nothing, another attempt ends without an answer."""
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes += [OutcomeLost("No answer came.")] * 2
    send(desk)
    network, finds = street(desk), street(desk).find_reply

    def find_reply(*asked):
        network.find_reply = finds
        store.record(only_case(desk), Absent(by=BEN, at=desk.clock.now(), why="It is not there."))
        case = record_attempt(desk, only_case(desk), by=BEN, at=desk.clock.now())
        sending.mark_lost(desk, case.id, desk.clock.now())
        return ProvenAbsent()

    network.find_reply = find_reply
    sending.check_outcome(desk, 1, store.next_look_at())
    tried = draft_of(desk).attempt
    assert (draft_of(desk).state, tried.n, tried.looks) == (DraftState.UNCONFIRMED, 2, 0)
