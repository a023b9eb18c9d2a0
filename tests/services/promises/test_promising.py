"""The promises of a case by the policy: which rule applies, and promises of answers and solutions together."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.cases.case import Case, Priority
from bot.domain.promises.promise import PromiseKind
from bot.domain.promises.spoken_promise import Spoken
from bot.ports import Desk, Turnaround
from bot.services.base.turnaround_rule import turnaround
from bot.services.cases import casework, owed
from bot.services.reminders import remind
from bot.services.replies import correcting, review, sending
from bot.services.replies.reply_form import ReplyForm, spoken_in
from bot.services.replies.review import Words
from tests import builders
from tests.fakes import ANA, BEN, CARO, DEE, NOON, a_post, our_post
from tests.services.journey import a_case, clock, only_case, receive

HOUR = timedelta(hours=1)
ANSWERS = Turnaround(within=HOUR)
TO_SOLVE = Turnaround(within=8 * HOUR, kind="resolution")


def promising(desk: Desk, *rules: Turnaround) -> Desk:
    return replace(desk, policy=replace(desk.policy, turnarounds=rules))


@pytest.mark.parametrize(
    ("facts", "kind", "minutes"),
    [
        ({}, PromiseKind.FIRST_RESPONSE, 60),
        ({}, PromiseKind.NEXT_RESPONSE, 30),
        ({"priority": Priority.URGENT}, PromiseKind.FIRST_RESPONSE, 15),
        ({"priority": Priority.URGENT, "channel": "C0BILLING"}, PromiseKind.FIRST_RESPONSE, 10),
        ({"channel": "C0BILLING"}, PromiseKind.FIRST_RESPONSE, 60),
        ({}, PromiseKind.RESOLUTION, None),
        ({"network": "bluesky"}, PromiseKind.RESOLUTION, 480),
    ],
)
def test_the_rule_that_names_most_of_a_case_decides(
    desk: Desk, facts: dict[str, object], kind: PromiseKind, minutes: int | None
) -> None:
    policy = promising(
        desk,
        ANSWERS,
        Turnaround(within=HOUR / 2, kind="next_response"),
        Turnaround(within=HOUR / 4, kind="first_response", priority="urgent"),
        Turnaround(within=HOUR / 6, priority="urgent", channel="C0BILLING", kind="first_response"),
        replace(TO_SOLVE, network="bluesky"),
    ).policy
    found = turnaround(policy, builders.opened(**facts), kind)  # type: ignore[arg-type]
    assert found == (timedelta(minutes=minutes) if minutes else None)


def test_a_solution_is_promised_from_the_opening_and_waits_while_the_customer_has_the_word(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    receive(desk, our_post("150", "On it", to="100", root="100", at=clock(desk).move(minutes=30)), stream="own")
    assert (only_case(desk).due_at, desk.store.next_reminder_at()) == (None, None)
    receive(desk, a_post("151", "and now?", root="100", at=clock(desk).move(hours=24)))
    case = only_case(desk)
    assert case.resolution is not None
    assert case.resolution.due_at == NOON + 32 * HOUR
    assert casework.solve(desk, case.id, by=ANA, at=clock(desk).move(hours=1)).resolution is not None
    solved = only_case(desk).resolution
    assert solved is not None
    assert (solved.lapsed_at, solved.unsettled) == (None, False)


def test_a_solved_case_that_is_taken_up_again_is_promised_a_solution_of_its_own(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    late = casework.solve(desk, 1, by=ANA, at=clock(desk).move(hours=9)).resolution
    again = casework.reopen(desk, 1, by=ANA, at=clock(desk).move(hours=1)).resolution
    assert late is not None
    assert again is not None
    assert (late.lapsed_at, again.started_at, again.unsettled) == (NOON + 8 * HOUR, NOON + 10 * HOUR, True)
    assert again.id != late.id


def test_both_promises_are_reminded_of_each_at_its_time(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    told = []
    for _ in range(9 * 60):
        now = clock(desk).move(minutes=1)
        before = len(desk.store.audit("case:1"))
        remind.remind(desk, now)
        told += [(line.facts["level"], (now - NOON) // HOUR) for line in desk.store.audit("case:1")[before:]]
    assert told == [(50, 0), (75, 0), (90, 0), (100, 1), (50, 4), (75, 6), (90, 7), (100, 8)]


# --- other moments ------------------------------------------------------------------------------------------


def urgent_sooner(desk: Desk) -> Desk:
    return promising(desk, ANSWERS, Turnaround(within=HOUR / 4, priority="urgent"), TO_SOLVE)


def test_a_lead_or_the_holder_moves_what_is_owed_with_the_priority(desk: Desk) -> None:
    desk = urgent_sooner(desk)
    a_case(desk)
    after = casework.reprioritise(desk, 1, to=Priority.URGENT, by=CARO, at=NOON)
    assert (after.priority, after.due_at, after.moved) == (Priority.URGENT, NOON + HOUR / 4, "priority")
    casework.claim(desk, 1, by=ANA, at=NOON)
    back = casework.reprioritise(desk, 1, to=Priority.NORMAL, by=ANA, at=NOON)
    assert (back.priority, back.due_at) == (Priority.NORMAL, NOON + HOUR)
    assert desk.store.case(1) == back
    assert [(line.by, line.facts["priority"]) for line in desk.store.audit("case:1") if "priority" in line.facts] == [
        (CARO, "urgent"),
        (ANA, "normal"),
    ]


def test_anybody_else_is_told_who_can_set_the_priority(desk: Desk) -> None:
    before = a_case(desk).priority
    with pytest.raises(NotYours, match=r"Only whoever claims it or a lead can set the priority of case 1\."):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=DEE, at=NOON)
    casework.claim(desk, 1, by=ANA, at=NOON)
    with pytest.raises(NotYours, match=f"Only <@{ANA}>, who holds it, or a lead"):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=DEE, at=NOON)
    assert only_case(desk).priority == before


def test_an_ended_case_has_no_priority_to_set(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=CARO, at=NOON)
    with pytest.raises(Outdated, match="Reopen it"):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=CARO, at=NOON)


def test_other_hours_at_a_start_move_what_is_owed_once_and_say_so(desk: Desk) -> None:
    desk = promising(desk, ANSWERS)
    assert owed.retime(desk, NOON) == 0
    a_case(desk)
    opened = only_case(desk)
    shorter = promising(desk, replace(ANSWERS, within=HOUR / 2))
    assert owed.retime(desk, NOON) == 0
    assert owed.retime(shorter, NOON) == 1
    assert owed.retime(shorter, NOON) == 0
    assert (only_case(desk).due_at, only_case(desk).moved, opened.moved) == (NOON + HOUR / 2, "hours", "")
    receive(desk, our_post("150", "On it", to="100", root="100", at=NOON), stream="own")
    assert only_case(desk).moved == ""
    assert owed.retime(desk, NOON) == 0


# --- promises in words --------------------------------------------------------------------------------------

IN_TWO_HOURS = Spoken(phrase="within 2 hours", due_at=NOON + 2 * HOUR, within=2 * HOUR)
AT_FIVE = Spoken(phrase="by 17:00", due_at=NOON + 5 * HOUR)


def said_in_public(desk: Desk, spoken: Spoken | None, text: str = "Priya, more here by 17:00. ^AN") -> Case:
    """Send a reply with a confirmed promise; it is public half an hour after the complaint."""
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    put_up = review.submit(desk, 1, Words(text=text, spoken=spoken), by=ANA, at=NOON)
    assert put_up.draft is not None
    clock(desk).move(minutes=30)
    seen = put_up.draft.seen
    review.approve(desk, put_up.draft.id, version=1, seen=seen, by=BEN, at=desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    return only_case(desk)


@pytest.mark.parametrize(
    ("spoken", "due"), [(AT_FIVE, NOON + 5 * HOUR), (IN_TWO_HOURS, NOON + 2.5 * HOUR)], ids=["moment", "length"]
)
def test_a_delivered_promise_is_owed_by_its_own_moment(desk: Desk, spoken: Spoken, due: datetime) -> None:
    case = said_in_public(desk, spoken)
    assert case.spoken is not None
    assert (case.state, case.due_at, case.spoken.kind) == ("pending", due, PromiseKind.SPOKEN)
    assert case.promise is not None
    assert case.promise.kept_at == NOON + HOUR / 2
    assert [line.verb for line in desk.store.audit("case:1")][-2:] == ["delivered", "promised"]
    assert desk.store.case(1) == case


def test_nothing_is_owed_before_the_words_are_public(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    case = review.submit(desk, 1, Words(text="Priya, by 17:00. ^AN", spoken=AT_FIVE), by=ANA, at=NOON)
    assert (case.spoken, desk.store.case(1).draft) == (None, case.draft)


def test_a_spoken_promise_is_reminded_of_and_kept_by_the_next_public_reply(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    remind.remind(desk, NOON + 3 * HOUR)
    assert [line.facts["level"] for line in desk.store.audit("case:1") if line.verb == "reminded"] == [50]
    at = clock(desk).move(hours=1)
    receive(desk, our_post("150", "It is sorted", to="100", root="100", at=at), stream="own")
    kept = only_case(desk).spoken
    assert kept is not None
    assert (kept.kept_at, kept.lapsed_at, only_case(desk).due_at) == (at, None, None)


def test_a_late_word_stays_a_miss_and_the_customers_own_posts_do_not_keep_it(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    receive(desk, a_post("151", "well?", root="100", at=clock(desk).move(hours=1)))
    assert only_case(desk).due_at == NOON + 2.5 * HOUR  # the next reply is due before the spoken promise
    receive(desk, our_post("152", "Here", to="151", root="100", at=clock(desk).move(hours=6)), stream="own")
    late = only_case(desk).spoken
    assert late is not None
    assert late.lapsed_at == NOON + 5 * HOUR


def test_a_solved_case_owes_no_word_any_more(desk: Desk) -> None:
    case = said_in_public(desk, AT_FIVE)
    spoken = casework.solve(desk, case.id, by=ANA, at=desk.clock.now()).spoken
    assert spoken is not None
    assert (spoken.dropped_at is not None, only_case(desk).due_at) == (True, None)


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ("Priya, so sorry, more here by 17:00. ^AN", NOON + 5 * HOUR),
        ("Priya, more here by 18:00. ^AN", NOON + 6 * HOUR),
        ("Priya, more here as soon as we know. ^AN", None),
    ],
)
def test_an_approver_who_changes_the_words_changes_what_is_promised(
    desk: Desk, new: str, kept: datetime | None
) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    words = Words(text="Priya, more here by 17:00. ^AN", spoken=AT_FIVE)
    draft = review.submit(desk, 1, words, by=ANA, at=NOON).draft
    assert draft is not None
    after = review.edit_and_approve(desk, draft.id, new, version=1, seen=draft.seen, by=BEN, at=NOON).draft
    assert after is not None
    assert (after.spoken.due_at if after.spoken else None) == kept


def test_a_promise_that_the_writer_declined_stays_declined_while_its_phrase_stands(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    draft = review.submit(desk, 1, Words(text="Priya, more here by 17:00. ^AN"), by=ANA, at=NOON).draft
    assert draft is not None
    new = "Priya, sorry, more here by 17:00. ^AN"
    after = review.edit_and_approve(desk, draft.id, new, version=1, seen=draft.seen, by=BEN, at=NOON).draft
    assert after is not None
    assert after.spoken is None


@pytest.mark.parametrize(
    ("words", "given", "due"),
    [
        ("Priya, the next news is for 17:00. ^AN", "17:00", NOON + 5 * HOUR),
        ("Priya, the next news is for 17:00. ^AN", "", None),
        ("Priya, it is sorted. ^AN", "17:00", None),  # filled in, then removed from the words
        ("Priya, I'll be back by 18:00. ^AN", "17:00", NOON + 6 * HOUR),  # the words decide
    ],
)
def test_what_is_filled_in_for_by_when_is_a_promise_while_it_stands_in_the_words(
    desk: Desk, words: str, given: str, due: datetime | None
) -> None:
    found = spoken_in(desk, ReplyForm(words=words, facts={"by_when": given}), NOON)
    assert (found.due_at if found else None) == due


# --- newer public words -------------------------------------------------------------------------------------

LATER, SOONER = AT_FIVE.due_at + HOUR, AT_FIVE.due_at - HOUR


def put_right(desk: Desk, due: datetime | None, *, take_back: bool = False, reply: int = 0) -> Case:
    """Correct a reply, or take it back, two minutes later; return the case when that is public."""
    at = clock(desk).move(minutes=1)
    spoken = Spoken(phrase="by then", due_at=due) if due else None
    text = "" if take_back else f"We got that wrong. ^AN {due}"
    case = correcting.correct(desk, 1, text, take_back=take_back, reply=reply, spoken=spoken, by=ANA, at=at)
    assert case.draft is not None
    review.approve(desk, case.draft.id, version=1, seen=case.draft.seen, by=BEN, at=clock(desk).move(minutes=1))
    sending.send_due(desk, desk.clock.now())
    return only_case(desk)


def running(desk: Desk) -> list[datetime]:
    """Return the stored due moments of all open spoken promises."""
    tracks = desk.store.tracks(NOON, NOON + timedelta(days=9))
    owed = [one for track in tracks for one in track.promises if one.kind == PromiseKind.SPOKEN]
    return [one.due_at for one in owed if one.unsettled]


@pytest.mark.parametrize("due", [SOONER, LATER])
def test_a_correction_moves_what_the_reply_promised(desk: Desk, due: datetime) -> None:
    said_in_public(desk, AT_FIVE)
    case = put_right(desk, due)
    assert (case.due_at, running(desk)) == (due, [due])
    assert desk.store.audit("case:1")[-1].verb == "promised"
    assert owed.hold_to(desk, case, desk.clock.now()) == case


def test_a_correction_that_names_no_moment_leaves_the_one_that_was_promised(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    assert (put_right(desk, None).due_at, running(desk)) == (AT_FIVE.due_at, [AT_FIVE.due_at])


def test_a_correction_can_promise_where_the_reply_did_not(desk: Desk) -> None:
    said_in_public(desk, None, "Priya, we look into it. ^AN")
    assert put_right(desk, LATER).due_at == LATER


def test_nothing_moves_before_the_correction_is_public(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    spoken = Spoken(phrase="by then", due_at=SOONER)
    correcting.correct(desk, 1, "We got that wrong. ^AN", take_back=False, spoken=spoken, by=ANA, at=desk.clock.now())
    assert running(desk) == [AT_FIVE.due_at]


def test_a_moment_that_was_missed_stays_missed_when_it_is_corrected(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    clock(desk).move(hours=5)
    put_right(desk, LATER)
    [track] = desk.store.tracks(NOON, NOON + timedelta(days=9))
    missed = [one.lapsed_at for one in track.promises if one.kind == PromiseKind.SPOKEN]
    assert missed == [AT_FIVE.due_at, None]


@pytest.mark.parametrize("spoken", [AT_FIVE, IN_TWO_HOURS])
def test_what_is_taken_back_promises_nothing_any_more(desk: Desk, spoken: Spoken) -> None:
    said_in_public(desk, spoken)
    after = put_right(desk, None, take_back=True)
    assert running(desk) == []
    assert after.promise is not None, "the customer has no answer now, and waits again"
    assert (after.state, after.due_at) == ("open", after.promise.due_at)
    assert after.promise.started_at == desk.clock.now()


def test_where_another_answer_stands_a_reply_that_is_taken_back_leaves_nobody_waiting(desk: Desk) -> None:
    reply = said_in_public(desk, AT_FIVE).draft
    assert reply is not None
    put_right(desk, None)
    assert put_right(desk, None, take_back=True, reply=reply.id).state == "pending"


def test_where_a_correction_is_taken_back_the_words_that_it_corrected_hold_again(desk: Desk) -> None:
    said_in_public(desk, AT_FIVE)
    put_right(desk, SOONER)
    assert (put_right(desk, None, take_back=True).due_at, running(desk)) == (AT_FIVE.due_at, [AT_FIVE.due_at])


def test_a_reply_that_was_corrected_and_is_taken_back_leaves_what_the_correction_promised(desk: Desk) -> None:
    reply = said_in_public(desk, AT_FIVE).draft
    assert reply is not None
    put_right(desk, SOONER)
    assert (put_right(desk, None, take_back=True, reply=reply.id).due_at, running(desk)) == (SOONER, [SOONER])
