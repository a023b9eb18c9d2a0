"""A one-person shift: the lanes in Reply while nobody else can approve, and the replies sent by them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import STOP_WITHIN, Lane, LaneRule
from bot.domain.slack.telling import TellingKind
from bot.domain.team.people import Group, Roster
from bot.ports import Batch, Desk
from bot.services.backups.returning import begin_held
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import reply_form, review, sending, solo
from bot.services.team import shifts
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, GUS, NOON, POLICY, FakeTemplates, a_desk, a_post, our_post
from tests.fakes import Words as TemplateWords
from tests.services.journey import WORDS, a_case, approve, clock, draft_of, only_case, receive, street, verbs, waiting

WHY = "Her train leaves at ten"
BOTH = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """A desk that allows both lanes; everybody is on."""
    return a_desk(store, policy=replace(POLICY, solo=(BOTH,)))


def off(desk: Desk, *people: str) -> None:
    for who in people:
        shifts.go_off(desk, by=who, at=desk.clock.now())


def held(desk: Desk, by: str, text: str = "Charged twice and nobody answers @northwind") -> Case:
    case = a_case(desk, text)
    return review.begin_writing(desk, case.id, by=by, at=desk.clock.now())


def prepared(desk: Desk, by: str) -> review.Words:
    text = reply_form.template_text(desk, only_case(desk), "sorry", {}, by=by)
    return review.Words(text=text, template="sorry", template_text=text)


def mark(desk: Desk) -> str:
    return conversation_mark(only_case(desk), desk.store.mentions(1))


def let_out(desk: Desk, lane: Lane, by: str, words: review.Words | None = None, **facts: str) -> Case:
    words = words or (prepared(desk, by) if lane == Lane.TEMPLATE else review.Words(text=WORDS))
    usual = {"why": WHY if lane == Lane.REASON else "", "seen": mark(desk)}
    return solo.let_out(desk, 1, words, lane, **{**usual, **facts}, by=by, at=desk.clock.now())


def published(desk: Desk) -> list[str]:
    sending.send_due(desk, desk.clock.now())
    return [text for _, _, text in street(desk).published]


# --- offered lanes by person --------------------------------------------------------------------------------


def test_while_somebody_else_can_approve_nothing_is_offered(desk: Desk) -> None:
    case = held(desk, ANA)
    assert solo.offered(desk, case, by=ANA, at=NOON) is None
    off(desk, CARO)
    assert solo.offered(desk, case, by=ANA, at=NOON) is None  # Ben is on
    assert solo.offered(desk, case, by=CARO, at=NOON) is None


def test_somebody_who_may_approve_has_both_lanes_and_other_members_prepared_words_only(desk: Desk) -> None:
    case = held(desk, ANA)
    off(desk, CARO)
    found = solo.offered(desk, case, by=BEN, at=NOON)
    assert found is not None
    assert set(found.lanes) == {Lane.TEMPLATE, Lane.REASON}
    off(desk, BEN)
    found = solo.offered(desk, case, by=ANA, at=NOON)
    assert found is not None
    assert found.lanes == (Lane.TEMPLATE,)


def test_a_guest_lets_nothing_out(desk: Desk) -> None:
    case = held(desk, GUS)
    off(desk, BEN, CARO)
    found = solo.offered(desk, case, by=GUS, at=NOON)
    assert found is not None
    assert found.lanes == ()


def test_without_rules_it_is_said_and_nothing_is_offered(store: SqlStore) -> None:
    desk = a_desk(store)
    case = held(desk, ANA)
    off(desk, BEN, CARO)
    found = solo.offered(desk, case, by=ANA, at=NOON)
    assert found is not None
    assert found.lanes == ()


def test_leads_decide_by_topic(store: SqlStore) -> None:
    rules = (BOTH, LaneRule(lanes=frozenset(), topics=frozenset({"billing"})))
    desk = a_desk(store, policy=replace(POLICY, solo=rules))
    off(desk, BEN, CARO)
    billing = held(desk, ANA)
    assert billing.topic == "billing"
    found = solo.offered(desk, billing, by=ANA, at=NOON)
    assert found is not None
    assert found.lanes == ()
    other = solo.offered(desk, replace(billing, topic="other"), by=ANA, at=NOON)
    assert other is not None
    assert other.lanes == (Lane.TEMPLATE,)


def test_it_is_said_when_the_first_of_the_others_is_back(desk: Desk) -> None:
    case = held(desk, ANA)
    shifts.go_away(desk, "until 15:00", by=BEN, at=NOON)
    shifts.go_away(desk, "until 14:00", by=CARO, at=NOON)
    found = solo.offered(desk, case, by=ANA, at=NOON)
    assert found is not None
    assert found.until == NOON + 2 * HOUR


def test_where_one_pair_of_eyes_is_enough_anyway_there_are_no_lanes(store: SqlStore) -> None:
    desk = a_desk(store, policy=replace(POLICY, solo=(BOTH,), four_eyes=False))
    case = held(desk, BEN)
    off(desk, CARO)
    assert solo.offered(desk, case, by=BEN, at=NOON) is None
    with pytest.raises(NotUsable, match="not open here"):
        let_out(desk, Lane.REASON, BEN)


def test_no_lane_opens_because_slack_cannot_be_read(desk: Desk) -> None:
    """The cached approvers are too old: then nobody seems to be one, which proves nothing."""
    case = held(desk, ANA)
    late = NOON + timedelta(minutes=20)
    desk.store.put_people([replace(one, fetched_at=late) for one in desk.store.people()], [])
    clock(desk).at = late
    assert solo.offered(desk, case, by=ANA, at=late) is None
    with pytest.raises(NotUsable, match="could not check with Slack"):
        let_out(desk, Lane.TEMPLATE, ANA)


# --- sent replies -------------------------------------------------------------------------------------------


def test_prepared_words_go_out_after_two_minutes_and_not_before(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    case = let_out(desk, Lane.TEMPLATE, ANA)
    assert case.draft is not None
    assert case.draft.state == DraftState.APPROVED
    assert published(desk) == []
    assert desk.store.next_send_at() == NOON + STOP_WITHIN
    clock(desk).move(seconds=119)
    assert published(desk) == []
    clock(desk).move(seconds=1)
    assert published(desk) == ["I'm sorry, Priya. ^AN"]
    assert desk.store.next_send_at() is None
    after = only_case(desk)
    assert (after.answered_by, after.approved_by, after.answered_lane) == (ANA, ANA, Lane.TEMPLATE)


def test_the_wait_holds_over_a_restart(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    let_out(desk, Lane.TEMPLATE, ANA)
    clock(desk).move(seconds=60)
    sending.recover(desk, desk.clock.now())
    assert published(desk) == []
    clock(desk).move(seconds=60)
    assert published(desk) == ["I'm sorry, Priya. ^AN"]


def test_other_words_go_out_at_once_with_their_reason(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    let_out(desk, Lane.REASON, BEN)
    assert published(desk) == [WORDS]
    assert verbs(desk)[-4:] == ["started", "submit", "approve", "send", "delivered"][1:]
    line = next(one for one in desk.store.audit("case:1") if one.verb == "approve")
    assert line.facts["lane"] == "reason"
    assert WHY not in str(line.facts)


def test_the_approver_who_is_off_is_not_woken(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    let_out(desk, Lane.REASON, BEN)
    assert waiting(desk, TellingKind.ASK) == []


def test_words_in_review_can_still_be_let_out_by_their_writer(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    review.submit(desk, 1, review.Words(text=WORDS), by=BEN, at=NOON)
    words = review.Words(text=WORDS, replaces=draft_of(desk).version)
    let_out(desk, Lane.REASON, BEN, words)
    assert published(desk) == [WORDS]


def test_a_time_that_the_template_asks_for_may_be_filled_in(store: SqlStore) -> None:
    asks = TemplateWords("late", "Back by {by_when}, {first_name}. ^{initials}", asks={"by_when": "When?"})
    desk = a_desk(store, policy=replace(POLICY, solo=(BOTH,)), templates=FakeTemplates((asks,)))
    held(desk, ANA)
    off(desk, BEN, CARO)
    facts = {"by_when": "17:00"}
    text = reply_form.template_text(desk, only_case(desk), "late", facts, by=ANA)
    let_out(desk, Lane.TEMPLATE, ANA, review.Words(text=text, template="late", template_text=text, facts=facts))
    clock(desk).move(seconds=120)
    assert published(desk) == ["Back by 17:00, Priya. ^AN"]


# --- refusals, with nothing written -------------------------------------------------------------------------


def refused(desk: Desk, work: Callable[[], object], match: str, field: str = "") -> None:
    before = only_case(desk)
    with pytest.raises((NotUsable, Outdated), match=match) as why:
        work()
    assert only_case(desk) == before
    assert published(desk) == []
    if field:
        assert getattr(why.value, "field", "") == field


def test_somebody_who_came_on_since_the_form_was_opened_is_named(desk: Desk) -> None:
    case = held(desk, ANA)
    off(desk, BEN, CARO)
    assert solo.offered(desk, case, by=ANA, at=NOON) is not None
    shifts.go_on(desk, by=CARO, at=NOON)
    refused(desk, lambda: let_out(desk, Lane.TEMPLATE, ANA), f"<@{CARO}> can approve now", "lane")


def test_prepared_words_with_one_sign_more_are_refused(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    words = prepared(desk, ANA)
    edited = replace(words, text=words.text.replace("sorry", "so sorry"))
    refused(desk, lambda: let_out(desk, Lane.TEMPLATE, ANA, edited), "not the prepared words", "words")


def test_other_words_need_a_reason(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN, why=" "), "Please say why", "why")


def test_whoever_may_not_approve_needs_prepared_words(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    refused(desk, lambda: let_out(desk, Lane.REASON, ANA), "not open here", "lane")


def test_somebody_removed_from_the_approvers_meanwhile_is_refused(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    desk.store.put_people([], [Group(id=APPROVERS, members=frozenset({CARO}), fetched_at=NOON)])
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN), "not open here", "lane")


def test_a_case_that_somebody_else_holds_is_theirs(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, CARO)
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN), f"<@{ANA}> claimed this")


def test_a_case_that_has_ended_is_over(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    casework.solve(desk, 1, by=BEN, at=NOON)
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN), "is solved")


def test_reload_takes_a_lane_away_at_once(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    desk.take_over(replace(desk.policy, solo=()))
    refused(desk, lambda: let_out(desk, Lane.TEMPLATE, ANA), "not open here", "lane")


def test_a_post_that_came_after_the_form_was_drawn_has_to_be_read_first(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    seen = mark(desk)
    receive(desk, a_post("101", "Forget it, I call my bank", root="100"))
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN, seen=seen), "said or changed on the network")


def test_an_answer_from_the_phone_after_the_form_was_drawn_has_to_be_read_first(desk: Desk) -> None:
    held(desk, BEN)
    off(desk, CARO)
    seen = mark(desk)
    receive(desk, our_post("700", "Please call us", to="100", root="100"), stream="own")
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN, seen=seen), "said or changed on the network")


@pytest.mark.parametrize(
    "batch",
    [
        Batch(edits=(a_post("100", "Charged twice and nobody answers @northwind", media=2),)),
        Batch(deletions=("100",)),
    ],
    ids=["another photo", "an older post that is gone"],
)
def test_a_photo_or_an_older_post_that_changed_after_the_form_was_drawn_has_to_be_seen_first(
    desk: Desk, batch: Batch
) -> None:
    held(desk, BEN)
    off(desk, CARO)
    receive(desk, a_post("101", "Hello?", root="100"))
    seen = mark(desk)
    intake.receive(desk, street(desk), "mentions", batch, NOON)
    refused(desk, lambda: let_out(desk, Lane.REASON, BEN, seen=seen), "said or changed on the network")


# --- the two minutes ----------------------------------------------------------------------------------------


@pytest.fixture
def waiting_to_go(desk: Desk) -> Desk:
    """Send Ana's prepared words solo, a minute ago."""
    held(desk, ANA)
    off(desk, BEN, CARO)
    let_out(desk, Lane.TEMPLATE, ANA)
    clock(desk).move(seconds=60)
    return desk


def after_the_wait(desk: Desk) -> list[str]:
    clock(desk).move(seconds=600)
    return published(desk)


def test_anybody_on_the_team_stops_it_and_nothing_is_lost(waiting_to_go: Desk) -> None:
    desk, draft = waiting_to_go, draft_of(waiting_to_go)
    case = solo.stop(desk, draft.id, by=GUS, at=desk.clock.now())
    assert case.draft is not None
    assert (case.draft.state, case.draft.text, case.draft.stale) == (DraftState.IN_REVIEW, draft.text, "stop")
    assert after_the_wait(desk) == []
    assert verbs(desk)[-2:] == ["stop", "asked"]
    assert len(waiting(desk, TellingKind.ASK)) == 1


def test_what_was_stopped_is_approved_as_usual(waiting_to_go: Desk) -> None:
    desk = waiting_to_go
    solo.stop(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    approve(desk, by=BEN)
    assert published(desk) == ["I'm sorry, Priya. ^AN"]
    assert only_case(desk).answered_lane == Lane.USUAL


def test_a_second_stop_and_one_that_comes_too_late_say_so(waiting_to_go: Desk) -> None:
    desk, draft = waiting_to_go, draft_of(waiting_to_go)
    solo.stop(desk, draft.id, by=ANA, at=desk.clock.now())
    with pytest.raises(Outdated, match="stopped already"):
        solo.stop(desk, draft.id, by=BEN, at=desk.clock.now())
    approve(desk, by=BEN)
    assert published(desk) != []
    with pytest.raises(Outdated, match="too late to stop"):
        solo.stop(desk, draft.id, by=BEN, at=desk.clock.now())


def test_a_further_post_in_the_two_minutes_stops_it(waiting_to_go: Desk) -> None:
    receive(waiting_to_go, a_post("101", "Forget it", root="100", at=waiting_to_go.clock.now()))
    assert draft_of(waiting_to_go).stale == "author_wrote"
    assert after_the_wait(waiting_to_go) == []


def test_an_answer_from_the_phone_in_the_two_minutes_stops_it(waiting_to_go: Desk) -> None:
    desk = waiting_to_go
    receive(desk, our_post("700", "Please call us", to="100", root="100", at=desk.clock.now()), stream="own")
    assert after_the_wait(desk) == []


def test_editing_it_in_the_two_minutes_stops_it(waiting_to_go: Desk) -> None:
    desk = waiting_to_go
    words = review.Words(text=WORDS, replaces=draft_of(desk).version)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert after_the_wait(desk) == []


def test_solving_the_case_in_the_two_minutes_withdraws_it(waiting_to_go: Desk) -> None:
    casework.solve(waiting_to_go, 1, by=ANA, at=waiting_to_go.clock.now())
    assert after_the_wait(waiting_to_go) == []


def test_while_sending_is_switched_off_it_waits_on(waiting_to_go: Desk) -> None:
    desk = waiting_to_go
    desk.take_over(replace(desk.policy, sends=False))
    assert after_the_wait(desk) == []
    desk.take_over(replace(desk.policy, sends=True))
    assert after_the_wait(desk) == ["I'm sorry, Priya. ^AN"]


def test_one_reply_per_approval_whatever_is_repeated(waiting_to_go: Desk) -> None:
    assert len(after_the_wait(waiting_to_go)) == 1
    assert len(after_the_wait(waiting_to_go)) == 1


def test_one_lead_alone_is_alone_too(store: SqlStore) -> None:
    roster = Roster(approvers=frozenset({CARO}), leads=frozenset({CARO}))
    desk = a_desk(store, policy=replace(POLICY, solo=(BOTH,), roster=roster))
    found = solo.offered(desk, held(desk, CARO), by=CARO, at=NOON)
    assert found is not None
    assert (set(found.lanes), found.until) == ({Lane.TEMPLATE, Lane.REASON}, None)


def test_a_reading_of_our_own_reply_changes_nothing(waiting_to_go: Desk) -> None:
    desk = waiting_to_go
    after_the_wait(desk)
    post_id, target, text = street(desk).published[0]
    intake.take_in(
        desk, our_post(post_id, text, to=target.post_id, root="100", at=desk.clock.now()), desk.clock.now()
    )
    assert only_case(desk).answered_lane == Lane.TEMPLATE


def test_a_post_that_a_lost_time_may_have_answered_needs_an_approver_for_prepared_words_too(desk: Desk) -> None:
    off(desk, BEN, CARO)
    case = held(desk, ANA)
    found = solo.offered(desk, case, by=ANA, at=desk.clock.now())
    assert (found and found.lanes) == (Lane.TEMPLATE,)
    begin_held(desk.store, "It was restored.", clock(desk).move(minutes=1))
    desk = replace(desk, epochs=desk.store.epochs())
    found = solo.offered(desk, case, by=ANA, at=desk.clock.now())
    assert (found and found.lanes) == ()
