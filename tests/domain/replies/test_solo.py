"""A one-person shift: which lanes are open, their limits, and that nothing goes out before its time."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import LETS_OUT, CaseVerb, DraftVerb, FactVerb
from bot.domain.base.text import sha256_of
from bot.domain.cases.apply import apply
from bot.domain.replies.solo import (
    STOP_WITHIN,
    Lane,
    LaneRule,
    allowed,
    bounded_template_facts,
    next_on,
    refuse_unless_bounded,
    refuse_unless_solo,
)
from bot.domain.team.shifts import Shift, ShiftChange, on_shift
from tests import builders, walking
from tests.builders import ANA, BEN, CARO, DEE, NOW, WHY, WORDS, do, start
from tests.long import examples
from tests.walking import Step

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
EARLY = Shift(days=frozenset(range(5)), hours=[(9 * 60, 17 * 60)], people=frozenset({BEN}), zone=LONDON)
BOTH = frozenset({Lane.TEMPLATE, Lane.REASON})


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


# --- which lanes leads allow --------------------------------------------------------------------------------


def test_without_a_rule_no_lane_is_open():
    assert allowed((), "billing") == frozenset()


def test_the_rule_that_names_a_topic_decides_whatever_the_general_one_says():
    rules = (
        LaneRule(lanes=BOTH),
        LaneRule(lanes=frozenset(), topics=frozenset({"safety"})),
        LaneRule(lanes=frozenset({Lane.TEMPLATE}), topics=frozenset({"billing", "delivery"})),
    )
    assert [allowed(rules, one) for one in ("", "other", "Safety", "billing", "Delivery")] == [
        BOTH, BOTH, frozenset(), {Lane.TEMPLATE}, {Lane.TEMPLATE},
    ]  # fmt: skip


def test_without_a_general_rule_other_topics_have_no_lane():
    rules = (LaneRule(lanes=BOTH, topics=frozenset({"billing"})),)
    assert (allowed(rules, "billing"), allowed(rules, ""), allowed(rules, "safety")) == (
        BOTH,
        frozenset(),
        frozenset(),
    )


# --- their limits: every combination ------------------------------------------------------------------------

OTHERS = [(), (BEN,), (BEN, CARO)]
OPEN = [frozenset(), frozenset({Lane.TEMPLATE}), frozenset({Lane.REASON}), BOTH]


@pytest.mark.parametrize(("lane", "lanes", "others"), list(product([Lane.TEMPLATE, Lane.REASON], OPEN, OTHERS)))
def test_a_lane_is_taken_only_where_it_is_open_and_only_while_alone(lane, lanes, others):
    if others:
        with pytest.raises(NotUsable, match=f"<@{BEN}> can approve now"):
            refuse_unless_solo(lane, lanes, others)
    elif lane not in lanes:
        with pytest.raises(NotUsable, match="not open here"):
            refuse_unless_solo(lane, lanes, others)
    else:
        refuse_unless_solo(lane, lanes, others)


@pytest.mark.parametrize("text", [WORDS + " ", WORDS.upper(), WORDS[:-1], " " + WORDS, ""])
def test_prepared_words_that_differ_by_one_sign_are_refused(text):
    with pytest.raises(NotUsable, match="not the prepared words") as refused:
        refuse_unless_bounded(Lane.TEMPLATE, text=text, prepared=WORDS, reason="")
    assert refused.value.field == "words"


def test_a_fact_is_bounded_where_it_is_a_moment_in_a_language_of_the_templates():
    said = ("tomorrow", "bis 17 Uhr", "avant 17h demain", "d'ici demain soir", "dans deux jours", "ce soir", "lundi",
            "antes de las 18:00", "el lunes", "en dos días", "mañana a las 10")  # fmt: skip
    free = ("appelez demain", "17h, et encore", "mañana no", "lundi ou jamais", "dans le tiroir")
    assert bounded_template_facts({one: one for one in said + free}, ()) == {one: one for one in said}


def test_no_words_are_prepared_where_there_is_no_template():
    with pytest.raises(NotUsable):
        refuse_unless_bounded(Lane.TEMPLATE, text="", prepared="", reason="")


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_going_solo_without_a_reason_is_refused_where_the_reason_belongs(reason):
    with pytest.raises(NotUsable, match="Please say why") as refused:
        refuse_unless_bounded(Lane.REASON, text="Other", prepared=WORDS, reason=reason)
    assert refused.value.field == "why"
    refuse_unless_bounded(Lane.REASON, text="Other", prepared=WORDS, reason=WHY)


def test_the_bounds_hold_in_the_case_itself_whoever_calls_it():
    edited = do(None, start(None, builders.claimed(), template_text="Other words"), DraftVerb.SUBMIT, to=BEN)
    for lane, note in ((Lane.TEMPLATE, ""), (Lane.REASON, "")):
        with pytest.raises(NotUsable):
            do(None, edited, DraftVerb.APPROVE, lane=lane, reason=note, seen=edited.latest)


# --- what the approval says ---------------------------------------------------------------------------------


def test_prepared_words_wait_two_minutes_and_the_approval_says_what_it_was():
    yes = builders.let_out_solo(lane=Lane.TEMPLATE).draft.approval
    assert (yes.by, yes.lane, yes.reason, yes.sends_at) == (BEN, Lane.TEMPLATE, "", yes.at + timedelta(minutes=2))


def test_other_words_go_out_at_once_with_their_reason():
    yes = builders.let_out_solo(lane=Lane.REASON).draft.approval
    assert (yes.by, yes.lane, yes.reason, yes.sends_at) == (BEN, Lane.REASON, WHY, None)


def test_a_usual_approval_has_no_lane_no_reason_and_nothing_to_wait_for():
    yes = builders.approved().draft.approval
    assert (yes.lane, yes.reason, yes.sends_at) == (Lane.USUAL, "", None)


@pytest.mark.parametrize("lane", [Lane.TEMPLATE, Lane.REASON])
def test_the_answered_case_keeps_the_lane_until_it_is_answered_again(lane):
    case = builders.sent_alone(lane=lane)
    assert (case.answered_by, case.approved_by, case.answered_lane) == (BEN, BEN, lane)
    later = do(None, case, CaseVerb.ANSWERED_ELSEWHERE, by="network", at=NOW + timedelta(hours=1))
    assert (later.approved_by, later.answered_lane) == ("", Lane.USUAL)


# --- never before its moment --------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", sorted(LETS_OUT))
def test_nothing_gets_out_before_its_moment_by_any_way(verb):
    case = builders.let_out_solo()
    sends_at = case.draft.approval.sends_at
    early, then = (
        walking.event_for(case, verb, "desk", at) for at in (sends_at - timedelta(microseconds=1), sends_at)
    )
    with pytest.raises(Outdated, match="can still be stopped"):
        apply(case, early)
    assert apply(case, then).draft.state in {"sending", "by_hand"}


def test_stopped_it_is_back_in_review_with_its_words_and_may_be_approved_as_usual():
    case = do(None, builders.let_out_solo(), DraftVerb.STOP, by=DEE)
    assert (case.draft.state, case.draft.stale, case.draft.approval, case.draft.text) == (
        "in_review",
        "stop",
        None,
        WORDS,
    )
    again = do(None, case, DraftVerb.APPROVE, by=CARO, seen=case.latest)
    assert again.draft.approval.lane == Lane.USUAL


@pytest.mark.parametrize(
    "verb", [CaseVerb.AUTHOR_WROTE, CaseVerb.ANSWERED_ELSEWHERE, FactVerb.POST_EDITED, FactVerb.POST_DELETED]
)
def test_whatever_happens_in_the_conversation_meanwhile_voids_it(verb):
    case = builders.let_out_solo()
    moved = apply(case, walking.event_for(case, verb, "author", NOW + timedelta(minutes=2)))
    assert (moved.draft.state, moved.draft.stale, moved.draft.approval) == ("in_review", str(verb), None)


STEPS = st.lists(st.builds(Step, st.integers(0, 40), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=10)


@settings(deadline=None, max_examples=examples(100))
@given(STEPS, st.sampled_from([Lane.TEMPLATE, Lane.REASON]))
def test_on_every_walk_words_are_sent_only_with_an_approval_of_them_and_after_its_moment(steps, lane):
    case = builders.let_out_solo(lane=lane)
    now = walking.moment_of(case)
    for one in steps:
        now += timedelta(minutes=one.minutes, seconds=1)
        events = walking.possible(case, walking.PEOPLE[one.who], now)
        if not events:
            return
        event = events[one.choice % len(events)]
        before, case = case, apply(case, event)
        if event.verb in LETS_OUT:
            yes = before.draft.approval
            assert yes.digest == sha256_of(before.draft.text)
            assert yes.sends_at is None or now >= yes.sends_at
            assert yes.lane != Lane.TEMPLATE or before.draft.text == before.draft.template_text


def test_a_lead_who_reads_it_changes_nothing_but_that():
    case = builders.sent_alone()
    read = do(None, case, FactVerb.SOLO_READ, by=CARO, approval=case.draft.approval.id)
    assert (read.draft.approval.read_by, read.state, read.draft.state) == (CARO, case.state, "sent")


def test_reading_an_older_reply_leaves_the_newest_draft_alone():
    case = start(None, builders.sent_alone(), "We meant Tuesday")
    assert do(None, case, FactVerb.SOLO_READ, by=CARO, approval=7).draft == case.draft


# --- who comes on, and when ---------------------------------------------------------------------------------


def test_somebody_with_a_turn_comes_on_when_it_begins():
    assert next_on([EARLY], {}, [BEN], at(3)) == at(9)


def test_somebody_away_until_within_their_turn_comes_on_then():
    away = ShiftChange(who=BEN, on=False, since=at(10), until=at(14))
    assert next_on([EARLY], {BEN: away}, [BEN], at(11)) == at(14)


def test_somebody_away_until_after_their_turn_comes_on_with_the_next_one():
    away = ShiftChange(who=BEN, on=False, since=at(10), until=at(18))
    assert next_on([EARLY], {BEN: away}, [BEN], at(11)) == at(33)


def test_of_somebody_off_without_an_end_nobody_knows_when_they_come():
    gone = ShiftChange(who=BEN, on=False, since=at(10))
    assert next_on([], {BEN: gone}, [BEN], at(11)) is None
    assert next_on([EARLY], {BEN: gone}, [BEN], at(11)) is None
    assert next_on([EARLY], {}, [CARO], at(11)) is None


def test_somebody_who_gave_their_turn_away_comes_on_with_the_next_one_and_who_took_it_with_that_one():
    off, on = (ShiftChange(who=who, on=who == CARO, since=at(9), until=at(17)) for who in (BEN, CARO))
    assert next_on([EARLY], {}, [BEN], at(3), [off, on]) == at(33)
    assert next_on([EARLY], {}, [CARO], at(3), [off, on]) == at(9)


def test_without_shifts_somebody_away_comes_back_when_they_said():
    away = ShiftChange(who=BEN, on=False, since=at(10), until=at(18))
    assert next_on([], {BEN: away}, [BEN], at(11)) == at(18)


def test_the_first_of_several_counts():
    changes = {
        BEN: ShiftChange(who=BEN, on=False, since=at(0), until=at(8)),
        CARO: ShiftChange(who=CARO, on=False, since=at(0), until=at(6)),
    }
    assert next_on([], changes, [ANA, BEN, CARO][1:], at(1)) == at(6)


HOURS = st.integers(0, 24 * 6)


@given(HOURS, st.one_of(st.none(), HOURS), st.booleans())
def test_who_is_said_to_come_on_is_on_then_and_not_before(now, until, planned):
    shifts = [EARLY] if planned else []
    change = ShiftChange(who=BEN, on=False, since=at(0), until=None if until is None else at(until))
    if BEN in on_shift(shifts, [change], {BEN}, at(now)):
        return
    comes = next_on(shifts, {BEN: change}, [BEN], at(now))
    if comes is None:
        assert until is None
        return
    assert BEN in on_shift(shifts, [change], {BEN}, comes)
    hours = (at(now) + timedelta(hours=n) for n in range(int((comes - at(now)) / timedelta(hours=1)) + 1))
    assert all(BEN not in on_shift(shifts, [change], {BEN}, one) for one in hours if one < comes)


def test_two_minutes_are_two_minutes():
    assert timedelta(minutes=2) == STOP_WITHIN
