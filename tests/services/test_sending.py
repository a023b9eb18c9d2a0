"""At most one public reply per approval, whatever the network answers and wherever the desk is killed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import NotUsable, Outdated, Refusal
from bot.domain.looks import AGAIN, APART
from bot.domain.mention import Answerable, PostRef
from bot.domain.reply import APPROVAL_LASTS, Attempt, Outcome
from bot.domain.tables import CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.turnaround import PromiseKind
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk, Lost, Message, NetworkTrouble, NotSent, OutOfService, SendOutcome, Sent
from bot.services import by_hand as settling
from bot.services import casework, correcting, intake, replying, sending
from bot.services.viewing import view
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, DEE, LEADS, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, always, at_call
from tests.services.journey import (
    WORDS,
    a_case,
    approve,
    approved,
    by_hand,
    clock,
    delivered,
    draft_of,
    failed,
    in_review,
    notices,
    only_case,
    receive,
    send,
    slack,
    street,
    unconfirmed,
    verbs,
    written,
)


def published(desk: Desk) -> list[tuple[str, str]]:
    return [(target.post_id, text) for _, target, text in street(desk).published]


ONCE = [("100", WORDS)]


def case_card(desk: Desk) -> Message:
    told = desk.store.card(1)
    assert told is not None
    drawn = draw(desk, told)
    assert drawn is not None
    return drawn[0]


def look_until_a_person_decides(desk: Desk) -> int:
    """Let every look happen at its time; return how many there were."""
    looks = 0
    while (at := desk.store.next_look_at()) is not None:
        clock(desk).at = at
        looks += sending.look_due(desk, at)
    return looks


# --- what the network answers ---------------------------------------------------------------------------------


def test_a_certain_refusal_is_shown_and_waits_for_a_person(desk: Desk) -> None:
    case = failed(desk)
    draft = draft_of(desk)
    assert (case.state, draft.state, draft.why) == (CaseState.OPEN, DraftState.FAILED, "X says no.")
    assert case.due_at is not None
    assert sending.send_due(desk, clock(desk).move(hours=1)) == 0
    assert published(desk) == []


def test_where_the_network_lets_no_app_answer_a_person_posts_by_hand(desk: Desk) -> None:
    by_hand(desk)
    draft = draft_of(desk)
    assert (draft.state, draft.why) == (DraftState.BY_HAND, "X lets no app answer this.")
    assert only_case(desk).due_at is not None


def test_a_post_known_to_be_closed_for_apps_is_never_tried(desk: Desk) -> None:
    receive(desk, a_post("100", "charged", answerable=Answerable.NO, why_not="Only people she follows may reply."))
    written(desk, 1)
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 0
    draft = draft_of(desk)
    assert (draft.state, draft.attempt) == (DraftState.BY_HAND, None)
    assert draft.why == "Only people she follows may reply."


def test_a_network_that_is_no_longer_set_up_hands_the_reply_to_a_person(desk: Desk) -> None:
    approved(desk)
    sending.send_due(replace(desk, networks={}), desk.clock.now())
    assert draft_of(desk).state == DraftState.BY_HAND


def test_a_lost_answer_is_shown_as_unknown_and_never_sent_again_by_itself(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    assert only_case(desk).due_at is not None
    for _ in range(5):
        sending.send_due(desk, clock(desk).move(seconds=10))
    assert published(desk) == ONCE


def test_an_answer_lost_after_the_network_committed_ends_in_that_one_post(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    assert sending.look_due(desk, clock(desk).move(seconds=30)) == 1
    case, draft = only_case(desk), draft_of(desk)
    assert (case.state, case.due_at, draft.state) == (CaseState.PENDING, None, DraftState.SENT)
    assert case.answer_url.endswith("/9000")
    assert published(desk) == ONCE


def test_a_reply_that_shows_late_is_found_by_a_later_look(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    street(desk).visible = False
    for _ in range(3):
        clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
        sending.look_due(desk, desk.clock.now())
    assert (draft_of(desk).state, draft_of(desk).attempt.looks) == (DraftState.UNCONFIRMED, 3)  # type: ignore[union-attr]
    street(desk).visible = True
    look_until_a_person_decides(desk)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_reply_never_found_waits_for_a_person_after_two_late_looks(desk: Desk) -> None:
    unconfirmed(desk)
    begun = desk.clock.now()
    assert look_until_a_person_decides(desk) == 6
    assert desk.clock.now() - begun >= timedelta(minutes=15)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    assert published(desk) == []
    assert 1 in desk.store.tally(desk.clock.now(), begun).needs_a_person


class Unreadable(FakeNetwork):
    def find_reply(self, *of: object) -> None:
        raise NetworkTrouble("X does not answer.")


def look_with(desk: Desk, network: FakeNetwork) -> Attempt:
    """Let the planned look happen against this network."""
    clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
    sending.look_due(replace(desk, networks={("x", "42"): network}), desk.clock.now())
    attempt = draft_of(desk).attempt
    assert attempt is not None
    return attempt


def test_a_late_look_that_got_no_answer_is_none_of_the_two_that_a_person_waits_for(desk: Desk) -> None:
    unconfirmed(desk)
    clock(desk).move(minutes=40)
    sending.look_due(replace(desk, networks={("x", "42"): Unreadable()}), desk.clock.now())
    first = look_with(desk, street(desk))
    assert (first.looks, first.look_at) == (1, desk.clock.now() + APART)
    second = look_with(desk, street(desk))
    assert (second.looks, second.look_at) == (2, None)


def test_a_person_decides_at_the_first_empty_look_that_is_minutes_after_a_late_one(desk: Desk) -> None:
    unconfirmed(desk)
    clock(desk).move(minutes=40)
    sending.look_due(desk, desk.clock.now())
    missed_at = desk.clock.now()
    for _ in range(3):
        assert look_with(desk, Unreadable()).look_at is not None
    last = look_with(desk, street(desk))
    assert desk.clock.now() - missed_at >= APART
    assert (last.looks, last.look_at) == (2, None)


def test_a_reply_that_cannot_be_looked_for_for_an_hour_is_said_to_the_leads_once(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    begun = desk.clock.now()
    while desk.clock.now() - begun < timedelta(hours=3):
        planned = look_with(desk, Unreadable()).look_at
        assert planned is not None
        assert planned - desk.clock.now() == (
            AGAIN if desk.clock.now() - begun < timedelta(hours=1) else timedelta(minutes=6)
        )
        if desk.clock.now() - begun < timedelta(hours=1):
            assert notices(desk) == []
    [(room, said)] = notices(desk)
    assert (room, "case 1" in said, "X could not be read" in said) == (LEADS, True, True)
    assert "X could not be read so far. Please look on X" in read(case_card(desk))
    assert look_with(desk, street(desk)).outcome == Outcome.DELIVERED


@pytest.mark.parametrize("looks", [0, 3, 5])
def test_a_clock_set_back_by_an_hour_does_not_stop_the_looking(desk: Desk, looks: int) -> None:
    unconfirmed(desk)
    for _ in range(looks):
        look_with(desk, street(desk))
    street(desk).published = [("9000", PostRef("x", "42", "100"), WORDS)]
    sending.look_due(desk, clock(desk).move(hours=-1))
    assert draft_of(desk).state == DraftState.SENT


class DatedNetwork(FakeNetwork):
    """A network that finds nothing older than what it is asked for."""

    public_at: datetime

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        return super().find_reply(target, text, since, key) if self.public_at >= since else None


def test_a_reply_that_went_out_under_a_clock_since_set_back_is_found(store: SqlStore) -> None:
    network = DatedNetwork()
    desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk, public=True)
    network.public_at = clock(desk).move(hours=-1)
    sending.look_due(desk, clock(desk).move(seconds=-1))
    assert draft_of(desk).state == DraftState.SENT


def test_looks_go_on_every_few_minutes_under_a_clock_set_back(desk: Desk) -> None:
    unconfirmed(desk)
    clock(desk).move(hours=-1)
    for _ in range(12):
        sending.look_due(desk, desk.clock.now())
        planned = draft_of(desk).attempt.look_at  # type: ignore[union-attr]
        assert planned is not None
        assert planned - desk.clock.now() <= timedelta(minutes=6)
        clock(desk).at = planned


def test_looks_that_could_not_be_taken_prove_nothing(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    blind = replace(desk, networks={("x", "42"): Unreadable()})
    for _ in range(30):
        clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
        sending.look_due(blind, desk.clock.now())
    assert draft_of(desk).attempt.looks == 0  # type: ignore[union-attr]
    assert draft_of(desk).attempt.why == "X does not answer."  # type: ignore[union-attr]
    clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
    sending.look_due(desk, desk.clock.now())
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


class OddlyAnswering(FakeNetwork):
    def find_reply(self, *of: object) -> None:
        raise KeyError("a shape that nobody foresaw")


def test_a_look_that_ends_in_what_nobody_foresaw_is_written_down_and_not_made_again_at_once(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    odd = replace(desk, networks={("x", "42"): OddlyAnswering()})
    now = clock(desk).move(seconds=30)
    assert [sending.look_due(odd, now) for _ in range(3)] == [1, 0, 0]
    assert (draft_of(desk).attempt.looks, verbs(desk).count(FactVerb.LOOKED)) == (0, 1)  # type: ignore[union-attr]
    look_until_a_person_decides(desk)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_look_for_a_network_no_longer_set_up_is_written_down(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    sending.look_due(replace(desk, networks={}), clock(desk).move(seconds=30))
    assert verbs(desk)[-1] == FactVerb.LOOKED
    assert desk.store.next_look_at() is not None


# --- kills and broken parts -----------------------------------------------------------------------------------


class Broken(FakeNetwork):
    """A network on which the call never comes back to the desk, before or after it was published."""

    trouble: BaseException = Killed()
    after = True

    def reply(self, *of: object) -> object:  # type: ignore[override]
        if self.after:
            super().reply(*of)  # type: ignore[arg-type]
        raise self.trouble


@pytest.mark.parametrize("after", [True, False], ids=["after the network committed", "before it did"])
def test_a_kill_while_sending_ends_in_at_most_one_post_with_no_hand_work_where_it_shows(
    desk: Desk, *, after: bool
) -> None:
    approved(desk)
    network = Broken()
    network.after = after
    with pytest.raises(Killed):
        sending.send_due(replace(desk, networks={("x", "42"): network}), desk.clock.now())
    assert draft_of(desk).state == DraftState.SENDING
    again = replace(desk, networks={("x", "42"): network})
    now = clock(desk).move(minutes=1)
    assert sending.recover(again, now) == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.send_due(again, now)
    sending.look_due(again, now)
    assert draft_of(desk).state == (DraftState.SENT if after else DraftState.UNCONFIRMED)
    assert len(network.published) == after


@pytest.mark.parametrize("n", [1, 2], ids=["before the attempt is written down", "after the network answered"])
def test_a_kill_at_the_store_ends_in_exactly_one_post(store: SqlStore, n: int) -> None:
    desk = a_desk(store)
    approved(desk)
    broken = replace(desk, store=BreakingStore(store, record=at_call(n, Killed())))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    now = clock(desk).move(minutes=1)
    sending.recover(desk, now)
    sending.send_due(desk, now)
    sending.look_due(desk, now)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_an_exception_nobody_foresaw_while_sending_is_an_unknown_outcome(desk: Desk) -> None:
    approved(desk)
    network = Broken()
    network.trouble = RuntimeError("half an answer")
    odd = replace(desk, networks={("x", "42"): network})
    assert sending.send_due(odd, desk.clock.now()) == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.look_due(odd, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, len(network.published)) == (DraftState.SENT, 1)


def test_an_outcome_that_could_not_be_written_down_is_settled_once_the_store_is_back(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=at_call(2, OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert sending.recover_late(desk, clock(desk).move(seconds=30)) == 0  # may still be in somebody's hands
    now = clock(desk).move(minutes=2)
    assert sending.recover_late(desk, now) == 1
    sending.look_due(desk, now)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_clock_set_back_does_not_hold_an_attempt_in_sending(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=at_call(2, OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert sending.recover_late(desk, clock(desk).move(hours=-1)) == 1
    sending.look_due(desk, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_an_answer_that_comes_after_the_attempt_was_given_up_still_counts(desk: Desk) -> None:
    approved(desk)

    class Slow(FakeNetwork):
        def reply(self, *of: object) -> object:  # type: ignore[override]
            answer = super().reply(*of)  # type: ignore[arg-type]
            sending.recover_late(desk, clock(desk).move(minutes=3))
            return answer

    sending.send_due(replace(desk, networks={("x", "42"): Slow()}), desk.clock.now())
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.PENDING)


def test_a_store_out_of_service_stops_sending_before_the_network_is_touched(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=always(OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)


def test_one_broken_case_does_not_stop_the_replies_of_the_others(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)

    def broken(number: int) -> None:
        if number == 1:
            raise RuntimeError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken))  # type: ignore[arg-type]
    sending.send_due(odd, desk.clock.now())
    assert published(desk) == [("200", "Omar, your parcel left us. ^DE")]


def test_one_broken_case_does_not_stop_looking_for_the_others(store: SqlStore) -> None:
    desk = a_desk(store)
    unconfirmed(desk, public=True)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)
    street(desk).outcomes.append(Lost("silence"))
    street(desk).commits_first = True
    send(desk)

    def broken(number: int) -> None:
        if number == 1:
            raise RuntimeError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken))  # type: ignore[arg-type]
    sending.look_due(odd, clock(desk).move(minutes=1))
    assert draft_of(desk, 2).state == DraftState.SENT


# --- what holds a reply back ----------------------------------------------------------------------------------


def held(desk: Desk) -> Desk:
    return replace(desk, policy=replace(desk.policy, sends=False))


def test_the_kill_switch_holds_every_reply_until_it_is_opened(desk: Desk) -> None:
    approved(desk)
    assert sending.send_due(held(desk), desk.clock.now()) == 0
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)
    assert sending.send_due(desk, desk.clock.now()) == 1


def test_the_kill_switch_holds_sending_again_too(desk: Desk) -> None:
    failed(desk)
    with pytest.raises(Refusal, match="switched off"):
        settling.send_again(held(desk), draft_of(desk).id, version=1, by=ANA, at=desk.clock.now())
    assert (published(desk), draft_of(desk).state) == ([], DraftState.FAILED)


def begun_again(desk: Desk) -> Callable[[], None]:
    failed(desk)
    return settling.begin_again(desk, draft_of(desk).id, version=1, by=ANA, at=desk.clock.now())


def test_that_somebody_sends_again_is_written_down_before_the_network_is_called(desk: Desk) -> None:
    call = begun_again(desk)
    assert (published(desk), draft_of(desk).state, desk.store.audit("case:1")[-1].by) == ([], DraftState.SENDING, ANA)
    call()
    assert (published(desk), draft_of(desk).state) == ([("100", WORDS)], DraftState.SENT)


def test_killed_before_the_call_it_is_looked_for_like_any_other(desk: Desk) -> None:
    begun_again(desk)
    assert sending.recover(desk, desk.clock.now()) == 1
    assert (published(desk), draft_of(desk).state) == ([], DraftState.UNCONFIRMED)


def test_a_call_that_comes_after_it_was_called_lost_is_not_made(desk: Desk) -> None:
    call = begun_again(desk)
    sending.recover(desk, desk.clock.now())
    call()
    assert (published(desk), draft_of(desk).state) == ([], DraftState.UNCONFIRMED)


def test_a_call_that_waited_too_long_for_its_turn_is_not_made_and_can_be_asked_for_again(desk: Desk) -> None:
    call = begun_again(desk)
    clock(desk).move(minutes=1, seconds=1)
    call()
    draft = draft_of(desk)
    assert (published(desk), draft.state, draft.why) == (
        [],
        DraftState.FAILED,
        "The desk had no hand free in time, so nothing was sent.",
    )
    settling.send_again(desk, draft.id, version=1, by=ANA, at=desk.clock.now())
    assert published(desk) == [("100", WORDS)]


def test_while_slack_shuts_the_desk_out_nothing_is_sent(desk: Desk) -> None:
    approved(desk)
    slack(desk).shut_out = "token_revoked"
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)
    slack(desk).shut_out = ""
    assert sending.send_due(desk, desk.clock.now()) == 1


def test_while_slack_shuts_the_desk_out_nothing_is_sent_again(desk: Desk) -> None:
    failed(desk)
    slack(desk).shut_out = "token_revoked"
    with pytest.raises(Refusal, match="does not accept the desk's token"):
        settling.send_again(desk, draft_of(desk).id, version=1, by=ANA, at=desk.clock.now())
    assert published(desk) == []


def test_an_approval_from_before_a_long_outage_is_asked_again(desk: Desk) -> None:
    approved(desk)
    now = clock(desk).move(hours=5)
    assert sending.send_due(desk, now) == 0
    draft = draft_of(desk)
    assert (published(desk), draft.state, draft.stale, draft.text) == ([], DraftState.IN_REVIEW, "age", WORDS)
    approve(desk)
    assert sending.send_due(desk, now) == 1


def test_an_approval_just_in_time_is_sent(desk: Desk) -> None:
    approved(desk)
    assert sending.send_due(desk, clock(desk).move(hours=4, seconds=-1)) == 1


class SlowNetwork(FakeNetwork):
    """A network whose every answer takes ten minutes."""

    desk: Desk

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        outcome = super().reply(target, text, key)
        clock(self.desk).move(minutes=10)
        return outcome

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        clock(self.desk).move(minutes=10)
        return super().find_reply(target, text, since, key)


def two_approved(store: SqlStore) -> Desk:
    network = SlowNetwork()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)
    return desk


def test_a_reply_behind_a_slow_one_begins_at_its_own_time(store: SqlStore) -> None:
    desk = two_approved(store)
    sending.send_due(desk, desk.clock.now())
    begun = [draft_of(desk, case_id).attempt.started_at for case_id in (1, 2)]  # type: ignore[union-attr]
    assert begun[1] - begun[0] == timedelta(minutes=10)


def test_an_approval_that_ran_out_behind_a_slow_reply_is_asked_again(store: SqlStore) -> None:
    desk = two_approved(store)
    sending.send_due(desk, clock(desk).move(hours=3, minutes=55))
    assert published(desk) == ONCE
    assert (draft_of(desk, 2).state, draft_of(desk, 2).stale) == (DraftState.IN_REVIEW, "age")


def test_a_look_behind_a_slow_one_is_planned_from_its_own_time(store: SqlStore) -> None:
    desk = two_approved(store)
    street(desk).outcomes += [Lost("silence")] * 2
    for _ in range(2):
        sending.send_due(desk, desk.clock.now())
    begun = clock(desk).move(minutes=1)
    sending.look_due(desk, begun)
    lines = [line for line in desk.store.audit("case:2") if line.verb == FactVerb.LOOKED]
    assert [line.at for line in lines] == [begun + timedelta(minutes=10)]


class HangingNetwork(FakeNetwork):
    """A network that gives no answer to anything, and counts what it is asked."""

    asked = 0

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.asked += 1
        return Lost("No answer came.")

    def find_reply(self, *of: object) -> None:
        self.asked += 1
        raise NetworkTrouble("X does not answer.")


def two_networks(store: SqlStore) -> tuple[Desk, HangingNetwork, FakeNetwork]:
    """Three approved replies on a network that hangs, and behind them one on a network that does not."""
    hanging, other = HangingNetwork(), FakeNetwork(name="street", account="43")
    desk = a_desk(store, networks={("x", "42"): hanging, ("street", "43"): other})
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in (100, 200, 300)))
    receive(desk, a_post("900", "late", by="omar", ref=PostRef("street", "43", "900")))
    for case_id in (1, 2, 3, 4):
        written(desk, case_id)
        approve(desk, case_id)
        clock(desk).move(seconds=1)
    return desk, hanging, other


def test_a_network_that_hangs_does_not_hold_up_the_replies_of_another(store: SqlStore) -> None:
    desk, hanging, other = two_networks(store)
    sending.send_due(desk, desk.clock.now())
    assert (hanging.asked, len(other.published)) == (1, 1)
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    assert hanging.asked == 3


def test_a_network_that_cannot_be_read_is_waited_for_once_in_a_sweep_of_looks(store: SqlStore) -> None:
    desk, hanging, _ = two_networks(store)
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    now = clock(desk).move(minutes=1)
    assert [sending.look_due(desk, now) for _ in range(4)] == [1, 1, 1, 0]
    assert hanging.asked == 6


def test_old_approvals_are_voided_even_while_nothing_may_be_sent(desk: Desk) -> None:
    approved(desk)
    assert sending.void_old_approvals(desk, desk.clock.now() + APPROVAL_LASTS) == 0
    assert sending.void_old_approvals(desk, clock(desk).move(hours=4, seconds=1)) == 1
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, "age")


def test_a_version_rewritten_after_its_approval_is_not_sent(desk: Desk) -> None:
    approved(desk)
    words = replying.Words(text=WORDS.replace("17:00", "18:00"), replaces=1)
    replying.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert published(desk) == []


# --- sending again, and what a person says ----------------------------------------------------------------------


def again(desk: Desk, *, version: int = 1) -> None:
    settling.send_again(desk, draft_of(desk).id, version=version, by=ANA, at=desk.clock.now())


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
    settling.missing(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
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
        settling.missing(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())


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
    sending.look_due(desk, clock(desk).move(seconds=30))
    with pytest.raises(Outdated, match="settled already"):
        settling.seen_by_hand(desk, draft_of(desk).id, "https://x.example/n/status/9000", by=ANA, at=desk.clock.now())
    assert verbs(desk).count(DraftVerb.DELIVERED) == 1


def test_an_unknown_outcome_may_be_given_to_a_person(desk: Desk) -> None:
    unconfirmed(desk)
    settling.hand_over(desk, draft_of(desk).id, version=1, by=ANA, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.BY_HAND


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
    assert approved_words.approval.target == approved_words.place
    assert approved_words.place.post_id == wrong != approved_words.target.post_id


# --- taking back ------------------------------------------------------------------------------------------------


def taking_back(desk: Desk) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)


class SilentDelete(FakeNetwork):
    def take_back(self, post_id: str) -> Lost:  # type: ignore[override]
        return Lost("No answer came.")


def test_a_taking_back_of_unknown_outcome_may_be_repeated_and_is_never_called_done(desk: Desk) -> None:
    taking_back(desk)
    silent = SilentDelete(published=street(desk).published)
    sending.send_due(replace(desk, networks={("x", "42"): silent}), desk.clock.now())
    sending.look_due(replace(desk, networks={("x", "42"): silent}), clock(desk).move(hours=1))
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


# --- writing and deciding, where the case moved meanwhile ----------------------------------------------------------


def test_words_sent_to_approval_after_the_case_ended_are_refused(desk: Desk) -> None:
    a_case(desk)
    replying.begin(desk, 1, by=ANA, at=desk.clock.now())
    casework.solve(desk, 1, by=DEE, at=desk.clock.now())
    with pytest.raises(Outdated, match="solved"):
        replying.submit(desk, 1, replying.Words(text=WORDS), by=ANA, at=desk.clock.now())
    assert only_case(desk).draft is None


def test_a_form_left_open_cannot_approve_what_was_sent_back_to_its_writer(desk: Desk) -> None:
    in_review(desk)
    draft = draft_of(desk)
    replying.request_changes(desk, draft.id, "name the day", version=1, by=BEN, at=desk.clock.now())
    new = WORDS.replace("17:00", "16:00")
    with pytest.raises(Outdated, match="asked for changes"):
        replying.edit_and_approve(desk, draft.id, new, version=1, seen=draft.seen, by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.WRITING


def test_intake_and_sending_meet_in_every_order(desk: Desk) -> None:
    approved(desk)
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=1)))
    assert intake.poll(desk, street(desk), "mentions", desk.clock.now()) == 0
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert street(desk).outcomes == []
    street(desk).outcomes.append(NotSent("no"))
    approve(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.FAILED


def test_a_desk_that_was_away_looks_twice_before_it_asks_a_person(desk: Desk) -> None:
    unconfirmed(desk, public=False)
    clock(desk).move(minutes=40)
    sending.look_due(desk, desk.clock.now())
    again = draft_of(desk).attempt.look_at
    assert again == desk.clock.now() + APART
    clock(desk).move(minutes=5)
    sending.look_due(desk, desk.clock.now())
    tried = draft_of(desk).attempt
    assert (tried.look_at, tried.looks) == (None, 2)


# --- what the customer wrote while a reply was on its way -------------------------------------------------------


def found_by_a_look(desk: Desk) -> None:
    sending.look_due(desk, clock(desk).move(seconds=30))


def seen_by_a_person(desk: Desk) -> None:
    link = "https://x.example/northwind/status/9000"
    settling.seen_by_hand(desk, draft_of(desk).id, link, by=DEE, at=clock(desk).move(seconds=30))


def seen_on_our_timeline(desk: Desk) -> None:
    receive(desk, our_post("9000", WORDS, to="100", root="100", at=clock(desk).move(seconds=30)), stream="own")


@pytest.mark.parametrize(
    ("settled", "public_after"), [(found_by_a_look, 0), (seen_by_a_person, 40), (seen_on_our_timeline, 40)]
)
def test_a_post_that_came_while_the_outcome_was_unknown_still_waits_for_us(
    desk: Desk, settled: Callable[[Desk], None], public_after: int
) -> None:
    unconfirmed(desk, public=True)
    sent_at = desk.clock.now()
    wrote_at = clock(desk).move(seconds=5)
    receive(desk, a_post("101", "and now my card is gone too", root="100", at=wrote_at))
    receive(desk, a_post("102", "hello?", root="100", at=clock(desk).move(seconds=5)))
    settled(desk)
    case = only_case(desk)
    assert (case.state, draft_of(desk).state, published(desk)) == (CaseState.OPEN, DraftState.SENT, ONCE)
    assert case.promise is not None
    assert (case.promise.kind, case.promise.started_at) == (PromiseKind.NEXT_RESPONSE, wrote_at)
    assert case.first_response_at == sent_at + timedelta(seconds=public_after)
    assert verbs(desk)[-2:] == [DraftVerb.DELIVERED, CaseVerb.AUTHOR_WROTE]


def test_what_the_approver_had_read_is_answered_by_the_reply(desk: Desk) -> None:
    in_review(desk)
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=1)))
    approve(desk)
    assert send(desk).state == CaseState.PENDING


def test_a_post_deleted_again_before_the_outcome_was_known_waits_for_nobody(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    receive(desk, a_post("101", "wrong thread, sorry", root="100", at=clock(desk).move(seconds=5)))
    intake.receive(desk, street(desk), "mentions", Batch(deletions=("101",)), desk.clock.now())
    found_by_a_look(desk)
    assert only_case(desk).state == CaseState.PENDING


# --- a reply that somebody took for missing ---------------------------------------------------------------------


class Interrupted(FakeNetwork):
    """A network that somebody at the desk decides about while it is being read."""

    desk: Desk

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        settling.missing(self.desk, draft_of(self.desk).id, by=ANA, at=self.desk.clock.now())
        return super().find_reply(target, text, since, key)


def test_a_reply_found_in_the_instant_somebody_called_it_missing_is_not_sent_again(store: SqlStore) -> None:
    network = Interrupted()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk, public=True)
    found_by_a_look(desk)
    case, draft = only_case(desk), draft_of(desk)
    assert (case.state, draft.state) == (CaseState.PENDING, DraftState.WITHDRAWN)
    assert case.answer_url == network.post_url("9000")
    with pytest.raises(Outdated):
        settling.send_again(desk, draft.id, version=draft.version, by=ANA, at=desk.clock.now())
    assert published(desk) == ONCE


# --- a form that stayed open ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [WORDS, WORDS + " Thanks"])
def test_a_form_left_open_approves_nothing_that_moved_meanwhile(desk: Desk, text: str) -> None:
    in_review(desk)
    shown, mark = draft_of(desk), view(desk, only_case(desk)).mark
    receive(desk, our_post("555", "sorted it", to="100", root="100", at=clock(desk).move(minutes=1)), stream="own")
    facts = {"version": shown.version, "seen": shown.seen, "by": BEN, "at": desk.clock.now()}
    with pytest.raises(Outdated, match="since you opened this"):
        replying.edit_and_approve(desk, shown.id, text, shown=mark, **facts)
    assert draft_of(desk).state == DraftState.IN_REVIEW
    replying.edit_and_approve(desk, shown.id, text, shown=view(desk, only_case(desk)).mark, **facts)
    assert draft_of(desk).state == DraftState.APPROVED


def test_words_replaced_in_slices_are_not_approved_by_whoever_replaced_them(desk: Desk) -> None:
    in_review(desk, text="one two three four five six seven eight")
    casework.assign(desk, 1, to=BEN, by=BEN, at=desk.clock.now())
    for text in (
        "one two three four five red blue green",
        "gold black white four five red blue green",
        "gold black white pink grey red blue green",
    ):
        words = replying.Words(text=text, replaces=draft_of(desk).version)
        replying.submit(desk, 1, words, by=BEN, at=desk.clock.now())
    with pytest.raises(Refusal):
        approve(desk, by=BEN)
    assert draft_of(desk).state == DraftState.IN_REVIEW


def test_a_clock_set_back_after_a_kill_leaves_nothing_in_sending(desk: Desk) -> None:
    approved(desk)
    broken = replace(desk, store=BreakingStore(desk.store, record=at_call(2, Killed())))
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    sending.recover(desk, desk.clock.now() - timedelta(hours=1))
    assert draft_of(desk).state == DraftState.UNCONFIRMED
