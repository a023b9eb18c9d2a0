"""One person is asked: on shift and able to act; then others, then the steps of the ladder, each once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts.holds import Limit, Use
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.domain.slack.telling import TellingKind
from bot.domain.team.people import PersonKind
from bot.domain.team.skills import Skill
from bot.gateways.drawing import draw
from bot.ports import Desk, NotSent
from bot.services.accounts import holds
from bot.services.cases import casework
from bot.services.reminders import answers, remind
from bot.services.replies import review
from bot.services.team import access, shifts
from tests.blocks.reading import read
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, LEADS, NOON, a_post, teammate
from tests.services.journey import (
    a_case,
    approve,
    clock,
    draft_of,
    in_review,
    only_case,
    receive,
    slack,
    verbs,
    waiting,
    written,
)

LADDER = ((110, LadderStep.BACKUP), (150, LadderStep.LEAD), (200, LadderStep.CHANNEL))


def ruled(desk: Desk, **rules: object) -> Desk:
    return replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(**rules)))  # type: ignore[arg-type]


def only_on(desk: Desk, *people: str) -> None:
    for one in {ANA, BEN, CARO, DEE, GUS} - set(people):
        shifts.go_off(desk, by=one, at=desk.clock.now())


def asked(desk: Desk, case_id: int = 1) -> list[tuple[int, str]]:
    """Return level and recipient of every reminder in the trail."""
    told = [one for one in desk.store.audit(f"case:{case_id}") if one.verb == "reminded"]
    return [(int(str(one.facts["level"])), str(one.facts.get("person", ""))) for one in told]


def run(desk: Desk, minutes: int) -> None:
    for _ in range(minutes):
        access.renew_directory(desk, clock(desk).move(minutes=1))
        remind.remind(desk, desk.clock.now())


def stand(desk: Desk) -> None:
    """Mark every card as posted, so that messages in threads can be sent."""
    for one in desk.store.to_tell(desk.clock.now(), 1_000):
        if one.kind == TellingKind.CARD and not one.ts:
            desk.store.mark_told(one.id, one.channel, f"{one.id}.0", one.wanted)


def said(desk: Desk, kind: TellingKind) -> list[tuple[str, str]]:
    """Return recipient and text of the waiting messages of one kind."""
    stand(desk)
    found = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == kind]
    drawn = [(one.recipient, draw(desk, one, desk.clock.now())) for one in found]
    return [(recipient, read(one[0])) for recipient, one in drawn if one]


def last_nag(desk: Desk) -> int:
    promise = only_case(desk).promise
    assert promise is not None
    return desk.store.reminders_of(promise.id)[-1].id


# --- who is asked -------------------------------------------------------------------------------------------


def test_an_unclaimed_case_asks_the_person_on_shift_with_the_least_to_do(desk: Desk) -> None:
    a_case(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    casework.claim(desk, 2, by=DEE, at=NOON)
    only_on(desk, CARO, DEE)
    run(desk, 31)
    assert asked(desk) == [(50, CARO)]
    assert any(f"@{CARO}, nobody has taken case 1 yet" in words for _, words in said(desk, TellingKind.REMINDER))


def test_whoever_holds_the_case_is_asked_while_on_shift(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    run(desk, 31)
    assert asked(desk) == [(50, ANA)]


def test_somebody_on_shift_is_asked_in_the_place_of_a_holder_who_is_away(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    only_on(desk, DEE)
    run(desk, 31)
    assert asked(desk) == [(50, DEE)]
    [(_, words)] = said(desk, TellingKind.REMINDER)
    assert f"@{DEE}, Ana is away and Priya is waiting. Can you take over?" in words
    answers.have_it(desk, last_nag(desk), by=DEE, at=desk.clock.now())
    assert only_case(desk).assignee == DEE


def test_with_nobody_on_shift_the_holder_is_asked_all_the_same(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    only_on(desk)
    run(desk, 31)
    assert asked(desk) == [(50, ANA)]


def test_a_draft_is_put_before_an_approver_who_is_on_shift(desk: Desk) -> None:
    only_on(desk, ANA, CARO)
    in_review(desk)
    assert draft_of(desk).asked == CARO


def test_an_approver_who_does_not_decide_is_followed_by_the_next_one(desk: Desk) -> None:
    in_review(desk)
    first = draft_of(desk).asked
    run(desk, 46)
    second = draft_of(desk).asked
    assert {first, second} == {BEN, CARO}
    assert asked(desk) == [(50, first), (75, second)]
    assert verbs(desk)[-2:] == ["asked", "reminded"]
    assert [one for one, _ in said(desk, TellingKind.ASK)][-1] == second


def test_nobody_is_asked_twice_over_when_all_approvers_were(desk: Desk) -> None:
    in_review(desk)
    run(desk, 70)
    assert len(asked(desk)) == 4
    assert verbs(desk).count("asked") == 1


@pytest.mark.parametrize("lost", ["removed from the approvers", "deactivated"])
def test_an_approver_who_may_not_approve_any_more_is_not_reminded_of_it(desk: Desk, lost: str) -> None:
    in_review(desk)
    first = draft_of(desk).asked
    second = ({BEN, CARO} - {first}).pop()
    if lost == "deactivated":
        slack(desk).people[first] = teammate(first, "Gone", PersonKind.GONE)
    else:
        group = slack(desk).groups[APPROVERS]
        slack(desk).groups[APPROVERS] = replace(group, members=frozenset({second}))
    run(desk, 31)
    assert asked(desk) == [(50, second)]
    assert draft_of(desk).asked == second
    assert said(desk, TellingKind.ASK)[-1][0] == second


def test_where_nobody_may_approve_any_more_nobody_is_named(desk: Desk) -> None:
    in_review(desk)
    slack(desk).groups[APPROVERS] = replace(slack(desk).groups[APPROVERS], members=frozenset())
    run(desk, 61)
    assert {who for _, who in asked(desk)} == {""}
    first, *_, last = (words for _, words in said(desk, TellingKind.REMINDER))
    assert "Ana's reply is ready and needs one approver. Nobody who is here now can approve it." in first
    assert "needs one approver. Nobody who is here now can approve it." in last
    assert "is away" not in first + last


def test_while_slack_does_not_tell_who_may_approve_the_question_stays_where_it_is(desk: Desk) -> None:
    """In an outage, or after a jump of a rehearsal's clock, nobody is named who was not asked, or called missing."""
    in_review(desk)
    first = draft_of(desk).asked
    clock(desk).move(minutes=31)
    remind.remind(desk, desk.clock.now())
    assert asked(desk) == [(50, first)]
    assert "Nobody who is here now" not in said(desk, TellingKind.REMINDER)[-1][1]


def test_on_it_keeps_the_question_with_the_person_until_the_next_reminder(desk: Desk) -> None:
    in_review(desk)
    first = draft_of(desk).asked
    run(desk, 31)
    answers.on_it(desk, last_nag(desk), by=first, at=desk.clock.now())
    assert "has been on it since" in said(desk, TellingKind.REMINDER)[-1][1]
    run(desk, 15)
    assert asked(desk) == [(50, first), (75, first)]


def test_only_the_person_asked_can_answer_for_themselves(desk: Desk) -> None:
    in_review(desk)
    run(desk, 31)
    other = next(one for one in (BEN, CARO) if one != draft_of(desk).asked)
    with pytest.raises(NotYours, match="This reminder is for"):
        answers.snooze(desk, last_nag(desk), by=other, at=desk.clock.now())


def guest(desk: Desk, who: str) -> Desk:
    """Make somebody a guest: a restricted or single-channel account in Slack."""
    slack(desk).people[who] = teammate(who, who, PersonKind.GUEST)
    access.renew_directory(desk, desk.clock.now())
    return desk


def test_a_guest_is_never_asked_to_take_a_case_that_nobody_holds(desk: Desk) -> None:
    a_case(desk)
    only_on(desk, GUS)
    run(desk, 31)
    assert asked(desk) == [(50, "")]


def test_a_guest_is_never_asked_to_take_over_and_is_reminded_of_what_they_took(desk: Desk) -> None:
    high = ruled(desk, ladder=LADDER)
    a_case(high)
    casework.claim(high, 1, by=GUS, at=NOON)
    run(high, 70)
    assert asked(high)[:4] == [(50, GUS), (75, GUS), (90, GUS), (100, GUS)]
    assert asked(high)[4][1] not in {"", GUS}


@pytest.mark.parametrize("who", [BEN, CARO])
def test_an_approver_or_lead_who_is_a_guest_is_never_asked_to_decide_or_to_help(desk: Desk, who: str) -> None:
    high = guest(ruled(desk, ladder=LADDER), who)
    in_review(high)
    run(high, 130)
    assert who not in {one for _, one in asked(high)}


# --- people who read it, without do-not-disturb, come first --------------------------------------------------


def skilled(desk: Desk, *readers: str) -> Desk:
    others = frozenset({ANA, BEN, CARO, DEE, GUS} - set(readers))
    known = (Skill(people=others, languages=frozenset({"en"})),) if others else ()
    return replace(desk, policy=replace(desk.policy, skills=known))


def test_a_case_nobody_holds_is_put_to_somebody_who_reads_it(desk: Desk) -> None:
    german = skilled(desk, DEE)
    for number in range(4):
        receive(german, a_post(str(number), "Paket?", by=f"c{number}", language="de"))
    run(german, 31)
    assert {who for number in range(1, 5) for _, who in asked(german, number)} == {DEE}


def test_where_nobody_on_reads_it_somebody_is_asked_all_the_same(desk: Desk) -> None:
    german = skilled(desk, DEE)
    only_on(german, ANA)
    receive(german, a_post("100", "Paket?", language="de"))
    run(german, 31)
    assert asked(german) == [(50, ANA)]


def test_somebody_who_is_not_left_in_peace_is_asked_first(desk: Desk) -> None:
    slack(desk).resting.update(dict.fromkeys((ANA, BEN, CARO), (NOON, NOON + timedelta(hours=1))))
    a_case(desk)
    run(desk, 31)
    assert asked(desk) == [(50, DEE)]


@pytest.mark.parametrize("reader", [BEN, CARO])
def test_a_draft_is_put_before_an_approver_who_reads_the_case(desk: Desk, reader: str) -> None:
    german = skilled(desk, reader)
    receive(german, a_post("100", "Paket?", language="de"))
    written(german, 1)
    assert draft_of(german).asked == reader


def test_the_next_approver_is_one_who_reads_the_case(desk: Desk) -> None:
    everybody = frozenset({ANA, BEN, CARO, DEE})
    wide = replace(desk, policy=replace(desk.policy, roster=replace(desk.policy.roster, approvers=everybody)))
    receive(wide, a_post("100", "Paket?", language="de"))
    written(wide, 1, by=GUS)
    german = skilled(wide, DEE)
    run(german, 46)
    assert [who for _, who in asked(german)] == [draft_of(wide).asked, DEE] or draft_of(wide).asked == DEE


# --- when it is sent ------------------------------------------------------------------------------------------


def test_close_to_the_lapse_a_direct_message_can_be_decided_on_the_phone(desk: Desk) -> None:
    only_on(desk, ANA, BEN)
    in_review(desk)
    run(desk, 46)
    assert said(desk, TellingKind.DIRECT_REMINDER) == []
    run(desk, 9)
    [(who, words)] = said(desk, TellingKind.DIRECT_REMINDER)
    assert who == BEN
    for button in ("[ Approve & send ]", "[ Edit & approve ]", "[ Not me ]", "[ 10 more minutes ]"):
        assert button in words


def test_a_direct_message_shows_that_it_was_decided(desk: Desk) -> None:
    only_on(desk, ANA, BEN)
    in_review(desk)
    run(desk, 55)
    [nudge] = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.kind == TellingKind.DIRECT_REMINDER]
    desk.store.mark_told(nudge.id, "D1", "9.0", nudge.wanted)
    approve(desk, by=BEN)
    [(_, words)] = said(desk, TellingKind.DIRECT_REMINDER)
    assert "Ben need not do anything here any more" in words
    assert "[ Approve" not in words


def test_quiet_hours_hold_direct_messages_back_until_the_lapse(desk: Desk) -> None:
    quiet = ruled(desk, quiet=((0, 1440),))
    a_case(quiet)
    casework.claim(quiet, 1, by=ANA, at=NOON)
    run(quiet, 55)
    assert waiting(quiet, TellingKind.DIRECT_REMINDER) == []
    run(quiet, 6)
    assert [who for who, _ in said(quiet, TellingKind.DIRECT_REMINDER)] == [ANA]


def test_do_not_disturb_holds_direct_messages_back_until_the_lapse(desk: Desk) -> None:
    slack(desk).resting[ANA] = (NOON, NOON + timedelta(hours=8))
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    run(desk, 55)
    assert (waiting(desk, TellingKind.DIRECT_REMINDER), [level for level, _ in asked(desk)]) == ([], [50, 75, 90])
    run(desk, 6)
    assert [who for who, _ in said(desk, TellingKind.DIRECT_REMINDER)] == [ANA]


@pytest.mark.parametrize("hours", [8, 1])
def test_where_a_rule_says_so_a_lapse_waits_too_and_is_told_in_the_thread(desk: Desk, hours: int) -> None:
    patient = ruled(desk, lapse_waits=True)
    slack(patient).resting[ANA] = (NOON, NOON + timedelta(hours=hours))
    a_case(patient)
    casework.claim(patient, 1, by=ANA, at=NOON)
    run(patient, 61)
    stand(patient)
    assert len(waiting(patient, TellingKind.REMINDER)) == 4
    assert [who for who, _ in said(patient, TellingKind.DIRECT_REMINDER)] == ([] if hours == 8 else [ANA])


def test_a_case_is_reminded_of_only_so_often_but_a_lapse_is_always_told(desk: Desk) -> None:
    capped = ruled(desk, at_most=1)
    a_case(capped)
    casework.claim(capped, 1, by=ANA, at=NOON)
    run(capped, 70)
    assert [level for level, _ in asked(capped)] == [50, 75, 90, 100]
    stand(capped)
    promise = only_case(capped).promise
    assert promise is not None
    rows = {one.id: one.level for one in capped.store.reminders_of(promise.id)}
    assert [rows[about] for about in waiting(capped, TellingKind.REMINDER)] == [50, 100]


def test_ten_more_minutes_hold_the_next_reminder_back_but_never_the_lapse(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    run(desk, 45)
    answers.snooze(desk, last_nag(desk), by=ANA, at=desk.clock.now())
    assert (
        "asked for more time at 12:45 UTC; the next reminder comes at 12:55 UTC."
        in said(desk, TellingKind.REMINDER)[-1][1]
    )
    run(desk, 9)
    assert [level for level, _ in asked(desk)] == [50, 75]
    run(desk, 1)
    assert [level for level, _ in asked(desk)] == [50, 75, 90]
    answers.snooze(desk, last_nag(desk), by=ANA, at=desk.clock.now())
    run(desk, 5)
    assert [level for level, _ in asked(desk)] == [50, 75, 90, 100]


def test_a_reminder_of_what_is_settled_cannot_be_put_off(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    run(desk, 31)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    with pytest.raises(Outdated):
        answers.snooze(desk, last_nag(desk), by=ANA, at=desk.clock.now())


# --- the ladder -----------------------------------------------------------------------------------------------


def test_after_a_lapse_backup_lead_and_leads_channel_are_drawn_in_each_once(desk: Desk) -> None:
    high = ruled(desk, ladder=LADDER)
    only_on(high, ANA, DEE)
    a_case(high)
    casework.claim(high, 1, by=ANA, at=NOON)
    run(high, 60 * 5)
    assert asked(high) == [(50, ANA), (75, ANA), (90, ANA), (100, ANA), (110, DEE), (150, CARO), (200, LEADS)]
    told = said(high, TellingKind.DIRECT_REMINDER)
    assert [who for who, _ in told] == [ANA, ANA, DEE, CARO, LEADS]
    assert all("[ I have it ]" in words for _, words in told[2:])
    assert waiting(high, TellingKind.REMINDER)[-1] != waiting(high, TellingKind.DIRECT_REMINDER)[-1], (
        "the leads' channel is told there only"
    )


def alone_on(desk: Desk, *people: str, step: Sequence[tuple[int, LadderStep]] = LADDER) -> Desk:
    high = ruled(desk, ladder=step)
    only_on(high, *people)
    return high


HELD = {
    "nobody holds it": a_case,
    "the lead holds it": lambda desk: casework.claim(desk, a_case(desk).id, by=CARO, at=NOON),
    "a draft waits for the lead": in_review,
    "the lead writes": lambda desk: review.begin_writing(desk, a_case(desk).id, by=CARO, at=NOON),
}


@pytest.mark.parametrize("how", HELD)
def test_no_step_of_the_ladder_tells_somebody_what_they_were_told_before(desk: Desk, how: str) -> None:
    high = alone_on(desk, CARO)
    HELD[how](high)
    run(high, 60 * 3)
    before = {who for level, who in asked(high) if level <= 100}
    after = [who for level, who in asked(high) if level > 100]
    assert CARO in before
    assert before & set(after) == set()
    assert after == ["", "", LEADS]
    assert [one for one, _ in said(high, TellingKind.DIRECT_REMINDER)].count(CARO) == sum(
        who == CARO for _, who in asked(high)[2:4]
    )


@pytest.mark.parametrize("how", HELD)
def test_that_nobody_else_can_be_asked_is_said_once(desk: Desk, how: str) -> None:
    high = alone_on(desk, CARO)
    HELD[how](high)
    run(high, 67)
    assert "Nobody else can be asked now." in said(high, TellingKind.REMINDER)[-1][1]
    everything = waiting(high, TellingKind.REMINDER)
    run(high, 30)
    assert [level for level, _ in asked(high)][-1] == 150
    assert waiting(high, TellingKind.REMINDER) == everything


def test_what_said_that_nobody_else_can_be_asked_says_so_no_more_once_somebody_took_it(desk: Desk) -> None:
    high = alone_on(desk, CARO)
    casework.claim(high, a_case(high).id, by=CARO, at=NOON)
    run(high, 67)
    casework.assign(high, 1, to=DEE, by=DEE, at=high.clock.now())
    assert "Nobody else" not in said(high, TellingKind.REMINDER)[-1][1]


def test_whoever_has_it_holds_it_and_the_ladder_asks_them_no_more(desk: Desk) -> None:
    high = ruled(desk, ladder=LADDER)
    only_on(high, ANA, DEE)
    a_case(high)
    run(high, 67)
    [*_, (level, who)] = asked(high)
    assert level == 110
    answers.have_it(high, last_nag(high), by=who, at=high.clock.now())
    assert only_case(high).assignee == who
    answers.have_it(high, last_nag(high), by=who, at=high.clock.now())
    assert verbs(high).count("claim") == 1


def test_an_approver_who_has_it_is_the_one_to_decide(desk: Desk) -> None:
    high = ruled(desk, ladder=LADDER)
    only_on(high, ANA, BEN)
    in_review(high)
    run(high, 91)
    assert asked(high)[-1] == (150, CARO)
    answers.have_it(high, last_nag(high), by=CARO, at=high.clock.now())
    assert (draft_of(high).asked, only_case(high).assignee) == (CARO, ANA)


def test_after_an_outage_the_ladder_begins_with_the_lapse(desk: Desk) -> None:
    high = ruled(desk, ladder=LADDER)
    a_case(high)
    clock(high).move(days=3)
    run(high, 5)
    assert [level for level, _ in asked(high)] == [100]
    run(high, 5)
    assert [level for level, _ in asked(high)] == [100, 110]


# --- many at once -----------------------------------------------------------------------------------------------


def many(desk: Desk, count: int, holder: str = ANA) -> Sequence[int]:
    for n in range(count):
        receive(desk, a_post(str(100 + n), "parcel?", by=f"c{n}"))
        casework.claim(desk, n + 1, by=holder, at=desk.clock.now())
    return range(1, count + 1)


def test_many_at_once_are_one_message(desk: Desk) -> None:
    cases = many(desk, 6)
    run(desk, 31)
    assert waiting(desk, TellingKind.REMINDER) == []
    [(who, words)] = said(desk, TellingKind.DIGEST)
    assert who == ANA
    assert words.startswith(f"@{ANA}, 6 cases wait for you; the first is due 13:00 UTC.")
    assert [asked(desk, one) for one in cases] == [[(50, ANA)]] * 6


def test_a_few_are_told_one_by_one(desk: Desk) -> None:
    many(desk, 3)
    run(desk, 31)
    stand(desk)
    assert len(waiting(desk, TellingKind.REMINDER)) == 3
    assert waiting(desk, TellingKind.DIGEST) == []


def test_what_falls_due_soon_after_joins_the_same_message(desk: Desk) -> None:
    many(desk, 4)
    run(desk, 31)
    desk.store.gather(ANA, desk.clock.now())
    assert len(waiting(desk, TellingKind.DIGEST)) == 1


def test_a_digest_leaves_out_what_is_done(desk: Desk) -> None:
    many(desk, 5)
    run(desk, 31)
    [digest] = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == TellingKind.DIGEST]
    desk.store.mark_told(digest.id, "D0ANA", "9.9", 0)
    for one in (1, 2, 3, 4):
        casework.solve(desk, one, by=ANA, at=desk.clock.now())
    [(_, words)] = said(desk, TellingKind.DIGEST)
    assert "1 case waits for you" in words
    casework.solve(desk, 5, by=ANA, at=desk.clock.now())
    assert "Nothing waits for you" in said(desk, TellingKind.DIGEST)[0][1]


def test_slack_was_told_nothing_by_the_sweep_itself(desk: Desk) -> None:
    many(desk, 5)
    run(desk, 70)
    assert slack(desk).posts == 0


def waits_with_its_account(desk: Desk, *, held: bool) -> Desk:
    """Return a desk two hours after a reply was approved, whose account must wait for three."""
    desk = ruled(desk, ladder=LADDER)
    in_review(desk)
    approve(desk)
    if held:
        refused = NotSent("X asks us to slow down.", retry_after=timedelta(hours=3), limit=Limit.PACE)
        holds.note_outcome(desk, draft_of(desk).target, Use.WRITE, refused, NOON)
    run(desk, 125)
    return desk


def test_nobody_is_asked_about_a_reply_that_is_about_to_go_out(desk: Desk) -> None:
    assert {who for _, who in asked(waits_with_its_account(desk, held=False))} == {""}


def test_leads_hear_of_a_promise_that_lapsed_while_the_reply_waits_with_its_account(desk: Desk) -> None:
    desk = waits_with_its_account(desk, held=True)
    assert asked(desk)[-4:] == [(100, ""), (110, ""), (150, CARO), (200, LEADS)]
    told = [*said(desk, TellingKind.REMINDER), *said(desk, TellingKind.DIRECT_REMINDER)]
    assert all("X asks us to wait." in words for _, words in told)
    assert (told[-1][0], "Can one of you help?" in told[-1][1]) == (LEADS, True)
    answers.have_it(desk, last_nag(desk), by=CARO, at=desk.clock.now())
    assert (only_case(desk).assignee, draft_of(desk).state) == (CARO, DraftState.APPROVED)
