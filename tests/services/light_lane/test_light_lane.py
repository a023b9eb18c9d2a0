"""Thanks, praise and empty mentions: they open no case, wait in the message of their hour, and each ends somewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, DraftState, FactVerb
from bot.domain.light_lane.light_mention import LightPolicy, LightState, Way
from bot.domain.slack.telling import TellingKind
from bot.domain.triage.triage import Kind
from bot.ports import Batch, Desk
from bot.services.cases import casework, lists
from bot.services.light_lane import deciding
from bot.services.mentions import intake
from bot.services.replies import attempts, sending
from storage import SqlStore
from tests.fakes import ANA, BEN, NOON, a_desk, a_post
from tests.services.journey import (
    a_case,
    approve,
    approved,
    clock,
    delivered,
    in_review,
    receive,
    send,
    street,
    verbs,
    written,
)
from tests.services.journey import waiting as untold
from tests.services.light_lane.scenes import HEART, THANKS, every_list, light, shown, state_of, waiting
from tests.services.light_lane.scenes import lists as told
from tests.services.slack.test_publishing import publish


def desk_lines(desk: Desk) -> list[tuple[str, str]]:
    return [(one.verb, one.by) for one in desk.store.audit("desk") if one.verb.startswith("light")]


def test_a_light_post_opens_no_case_and_is_owed_nothing(desk: Desk) -> None:
    found = light(desk)
    assert (found.state, found.kind, found.case_id) == (LightState.WAITING, Kind.CHATTER, 0)
    assert desk.store.queue() == []
    assert desk.store.next_reminder_at() is None
    assert desk_lines(desk) == [("light_gathered", "desk")]


def test_those_of_an_hour_are_one_message_and_the_next_hour_has_its_own(desk: Desk) -> None:
    for number in range(5):
        light(desk, str(700 + number), by=f"fan{number}")
    assert [one.channel for one in told(desk)] == ["C0CARE"]
    clock(desk).move(hours=1)
    light(desk, "800", by="late")
    assert [one.about for one in told(desk)] == [1, 2]
    assert "5 friendly or empty mentions between" in shown(desk).text
    assert "1 friendly or empty mention between" in shown(desk, 2).text


def test_five_hundred_in_an_hour_are_one_message_with_ten_of_them_in_it(desk: Desk) -> None:
    for number in range(0, 500, 100):
        posts = [a_post(str(1_000 + number + one), HEART, by=f"fan{number + one}") for one in range(100)]
        receive(desk, *posts)
    assert len(told(desk)) == 1
    drawn = shown(desk)
    assert len(drawn.blocks) <= 50
    assert "500 friendly or empty mentions" in drawn.text
    assert "and 490 more" in drawn.text


def test_a_message_that_grows_is_redrawn_once_a_minute(desk: Desk) -> None:
    light(desk)
    (first,) = told(desk)
    desk.store.mark_told(first.id, "C0CARE", "1.1", first.wanted)
    for number in range(50):
        light(desk, str(710 + number), by=f"fan{number}")
    assert told(desk) == []
    deciding.tend(desk, desk.clock.now())
    (again,) = told(desk)
    assert again.wanted == first.wanted + 1


def test_the_same_post_twice_waits_once(desk: Desk) -> None:
    light(desk)
    light(desk)
    assert waiting(desk) == 1


def test_what_a_route_calls_urgent_is_never_light(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, routes=[replace(desk.policy.routes[0], words=(), networks=frozenset({"x"}))]))
    receive(desk, a_post("700", HEART))
    assert state_of(desk) is None
    assert desk.store.case(1).state == CaseState.NEW


def test_a_kind_that_the_configuration_takes_for_cases_opens_one(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, light=LightPolicy(ways={Kind.CHATTER: Way.CASE, Kind.THANKS: Way.WAIT})))
    receive(desk, a_post("700", HEART), a_post("701", THANKS, by="lee"))
    assert state_of(desk) is None
    assert state_of(desk, "701") is not None


def test_what_somebody_adds_by_link_is_a_case_whatever_it_says(desk: Desk) -> None:
    case, new = lists.add_by_link(desk, "https://trustpilot.example/review/1 thank you", by=ANA, at=NOON)
    assert (new, case.state) == (True, CaseState.NEW)


# --- on a case ----------------------------------------------------------------------------------------------


def wrote_thanks(desk: Desk) -> None:
    clock(desk).move(minutes=5)
    receive(desk, a_post("101", THANKS, root="100", at=desk.clock.now()))


def test_thanks_on_a_solved_case_are_shown_and_do_not_reopen_it(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    publish(desk)
    wrote_thanks(desk)
    case = desk.store.case(1)
    assert (case.state, case.due_at) == (CaseState.SOLVED, None)
    assert verbs(desk)[-1] == FactVerb.WROTE_LIGHTLY
    (post,) = untold(desk, TellingKind.MENTION)
    assert desk.store.mention(post).text == THANKS
    assert state_of(desk, "101") is None


def test_thanks_on_an_answered_case_start_no_promise(desk: Desk) -> None:
    delivered(desk)
    wrote_thanks(desk)
    case = desk.store.case(1)
    assert (case.state, case.due_at) == (CaseState.PENDING, None)


def test_thanks_on_a_case_that_waits_for_us_are_further_words_of_it(desk: Desk) -> None:
    in_review(desk)
    wrote_thanks(desk)
    case = desk.store.case(1)
    assert (case.state, verbs(desk)[-1]) == (CaseState.OPEN, "author_wrote")
    assert case.draft is not None
    assert case.draft.stale == "author_wrote"


def test_a_draft_on_an_answered_case_is_looked_at_again_after_thanks(desk: Desk) -> None:
    delivered(desk)
    written(desk, 1, text="One more thing, Priya: the refund is out. ^AN")
    approve(desk)
    wrote_thanks(desk)
    draft = desk.store.case(1).draft
    assert draft is not None
    assert (draft.state, draft.stale, draft.approval) == (DraftState.IN_REVIEW, "wrote_lightly", None)


def test_thanks_on_a_case_that_was_set_aside_leave_it_there(desk: Desk) -> None:
    a_case(desk)
    casework.set_aside(desk, 1, by=ANA, at=NOON, reason="bait", until=None)
    wrote_thanks(desk)
    assert desk.store.case(1).state == CaseState.DISMISSED


def test_thanks_after_a_case_was_closed_wait_in_the_light_lane(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    clock(desk).move(days=8)
    casework.tidy(desk, desk.clock.now())
    wrote_thanks(desk)
    assert desk.store.case(1).state == CaseState.CLOSED
    found = state_of(desk, "101")
    assert found is not None
    assert found.state == LightState.WAITING


@pytest.mark.parametrize(("words", "state"), [(THANKS, CaseState.PENDING), ("It broke again", CaseState.OPEN)])
def test_thanks_that_come_while_the_reply_is_on_its_way_bring_nothing_back(
    desk: Desk, words: str, state: CaseState
) -> None:
    approved(desk)
    begun = attempts.begin_attempt(desk, desk.store.case(1), by="desk", at=NOON)
    receive(desk, a_post("101", words, root="100", at=NOON + timedelta(seconds=1)))
    sending.carry_out(desk, street(desk), begun, NOON)
    assert desk.store.case(1).state == state


# --- decided ------------------------------------------------------------------------------------------------


def test_one_that_is_opened_is_owed_an_answer_from_the_posts_own_time(desk: Desk) -> None:
    found = light(desk)
    case = deciding.open_as_case(desk, found.mention, by=ANA, at=clock(desk).move(minutes=40))
    assert case.promise is not None
    assert case.promise.started_at == NOON
    assert case.due_at == NOON + timedelta(hours=1)
    after = desk.store.light(found.mention)
    assert after is not None
    assert (after.state, after.by, after.case_id) == (LightState.OPENED, ANA, case.id)
    assert [one.id for one in desk.store.mentions(case.id)] == [found.mention]
    assert desk_lines(desk)[-1] == ("light_open", ANA)


def test_one_beside_a_later_case_of_its_conversation_becomes_a_post_of_that_and_says_so(desk: Desk) -> None:
    found = light(desk)
    receive(desk, a_post("701", "No, it broke again @northwind", by="tom", root="700"))
    assert {one.id for one in desk.store.mentions(1)} >= {found.mention}
    with pytest.raises(Outdated, match="Its author wrote again, so this one is on case 1 now"):
        deciding.open_as_case(desk, found.mention, by=ANA, at=desk.clock.now())
    with pytest.raises(Outdated, match="Its author wrote again, so this one is on case 1 now"):
        deciding.thank(desk, found.mention, by=ANA, at=desk.clock.now())
    assert [line.verb for line in desk.store.audit("desk")][-1] == "light_open"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who(desk: Desk) -> None:
    found = light(desk)
    deciding.set_light_aside(desk, found.mention, by=ANA, at=NOON)
    with pytest.raises(Outdated, match=f"<@{ANA}> set this one aside already"):
        deciding.set_light_aside(desk, found.mention, by=BEN, at=NOON)
    case = deciding.open_as_case(desk, found.mention, by=BEN, at=NOON)
    with pytest.raises(Outdated, match=f"<@{BEN}> opened this one as case {case.id} already"):
        deciding.open_as_case(desk, found.mention, by=ANA, at=NOON)
    assert [one.id for one in desk.store.queue()] == [case.id]


def test_one_that_was_set_aside_can_still_be_opened(desk: Desk) -> None:
    found = light(desk)
    deciding.set_light_aside(desk, found.mention, by=ANA, at=NOON)
    assert deciding.open_as_case(desk, found.mention, by=BEN, at=NOON).state == CaseState.NEW


def test_thanks_are_a_reply_on_a_case_of_their_own_that_a_second_person_approves(desk: Desk) -> None:
    found = light(desk)
    case, _ = deciding.thank(desk, found.mention, by=ANA, at=NOON)
    assert (case.state, case.assignee) == (CaseState.OPEN, ANA)
    written(desk, case.id, text="Thank you, Tom. ^AN")
    assert street(desk).published == []
    approve(desk, case.id)
    send(desk)
    assert [text for _, _, text in street(desk).published] == ["Thank you, Tom. ^AN"]
    assert "(answered)" in shown(desk).text or "answered" in str(shown(desk).blocks)
    assert untold(desk, TellingKind.LIGHT) == [1]


def test_the_rest_that_is_set_aside_is_what_the_message_knew(desk: Desk) -> None:
    for number in range(3):
        light(desk, str(700 + number), by=f"fan{number}")
    newest = desk.store.light_digest(1).newest
    light(desk, "703", by="unseen")
    assert deciding.set_aside_the_rest(desk, 1, newest, by=ANA, at=NOON) == 3
    assert waiting(desk) == 1
    assert desk_lines(desk)[-3:] == [("light_set_aside", ANA)] * 3
    with pytest.raises(Outdated, match="already"):
        deciding.set_aside_the_rest(desk, 1, newest, by=BEN, at=NOON)


def test_what_nobody_decides_is_set_aside_by_the_desk_where_the_configuration_says_so(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, light=LightPolicy(ways={Kind.CHATTER: Way.SET_ASIDE, Kind.THANKS: Way.WAIT})))
    light(desk)
    light(desk, "701", THANKS, by="lee")
    assert deciding.tend(desk, clock(desk).move(minutes=119)) == 0
    assert deciding.tend(desk, clock(desk).move(minutes=1)) == 1
    chatter, thanks = state_of(desk), state_of(desk, "701")
    assert chatter is not None
    assert thanks is not None
    assert (chatter.state, chatter.by, thanks.state) == (LightState.SET_ASIDE, "desk", LightState.WAITING)
    assert desk_lines(desk)[-1] == ("light_set_aside", "desk")


# --- changed and deleted ------------------------------------------------------------------------------------


def changed(desk: Desk, text: str, post_id: str = "700", **more: object) -> None:
    edit = a_post(post_id, text, by="tom", **more)  # type: ignore[arg-type]
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edit,)), desk.clock.now())


@pytest.mark.parametrize("aside", [False, True])
def test_one_that_becomes_a_complaint_is_owed_an_answer_from_then_on(desk: Desk, aside: bool) -> None:
    found = light(desk)
    if aside:
        deciding.set_light_aside(desk, found.mention, by=ANA, at=NOON)
    now = clock(desk).move(minutes=30)
    changed(desk, "@northwind on second thought, it is broken")
    case = desk.store.case(1)
    assert case.promise is not None
    assert case.promise.started_at == now
    after = state_of(desk)
    assert after is not None
    assert (after.state, after.by, after.case_id) == (LightState.OPENED, "author", 1)


def test_a_light_post_that_stays_light_is_shown_as_it_reads_now(desk: Desk) -> None:
    light(desk)
    changed(desk, "🎉🎉 @northwind")
    assert desk.store.queue() == []
    assert "🎉" in shown(desk).text


def test_thanks_on_a_solved_case_that_become_a_complaint_bring_it_back(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    wrote_thanks(desk)
    edit = a_post("101", "@northwind no, it broke again", root="100")
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edit,)), desk.clock.now())
    assert desk.store.case(1).state in {CaseState.OPEN, CaseState.NEW}


def test_one_that_its_author_deletes_waits_for_nobody(desk: Desk) -> None:
    light(desk)
    intake.receive(desk, street(desk), "mentions", Batch(deletions=("700",)), desk.clock.now())
    found = state_of(desk)
    assert found is not None
    assert (found.state, found.by) == (LightState.SET_ASIDE, "author")
    assert "1 deleted by its author" in shown(desk).text
    assert "❤" not in shown(desk).text


def test_every_list_is_drawn_whatever_became_of_what_it_lists(store: SqlStore) -> None:
    desk = a_desk(store)
    for number in range(4):
        light(desk, str(700 + number), by=f"fan{number}")
    rows = [one.mention for one in desk.store.lights_in(1, LightState.WAITING)]
    deciding.set_light_aside(desk, rows[0], by=ANA, at=NOON)
    deciding.open_as_case(desk, rows[1], by=BEN, at=NOON)
    deciding.set_aside_the_rest(desk, 1, rows[-1], by=BEN, at=NOON)
    text = shown(desk).text
    for said in ("Ana set aside 1", "Ben set aside 2", "1 opened: case 1", "Nothing is left to decide."):
        assert said in text
    assert len(every_list(desk)) == 1
