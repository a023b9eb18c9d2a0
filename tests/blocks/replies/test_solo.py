"""Texts of a one-person shift: the possible lanes, a reply that waits, and a sent solo reply."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.blocks.cases import card as case_card
from bot.blocks.cases import history, thread_messages
from bot.blocks.replies import forms, solo, solo_unread
from bot.blocks.replies.solo import LaneChosen
from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.replies.solo import STOP_WITHIN, Lane, SoloChoice
from bot.rehearsal.workspace.blockkit import message_problems, view_problems
from tests.blocks import everything
from tests.blocks.everything import TEMPLATES, alone_forms, alone_messages
from tests.blocks.reading import plainly, read
from tests.blocks.scenes import REPLY, SECRET, at, case, draft, post, view
from tests.blocks.walker import judge_message, judge_view, nodes

MORNING = at(8, day=13)
BOTH = (Lane.TEMPLATE, Lane.REASON)


def form(can, way=solo.NO_WAY, seen=None):
    made = forms.reply(
        seen or view(),
        TEMPLATES,
        chosen="",
        facts={},
        words="Hello",
        notes=[],
        metadata={"case": 412},
        solo=can,
        way=way,
    )
    return dict(made)


def lines(text):
    return "\n".join(line.strip() for line in text.strip().split("\n"))


def shown(what):
    return lines(read(what))


def let_out(state, lane, **more):
    """Return the view of Ana's draft, which she sent solo at 14:39."""
    made = draft(state, text=REPLY)
    yes = replace(
        made.approval,
        by="UANA",
        lane=lane,
        reason="Her train leaves at ten" if lane == Lane.REASON else "",
        sends_at=at(14, 39) + STOP_WITHIN if lane == Lane.TEMPLATE else None,
        **more,
    )
    of = case(CaseState.PENDING if state == DraftState.SENT else CaseState.OPEN)
    answered = (
        {"answered_by": "UANA", "approved_by": "UANA", "answered_lane": lane} if state == DraftState.SENT else {}
    )
    return view(replace(of, draft=replace(made, approval=yes), **answered), at(14, 40))


# --- the form -----------------------------------------------------------------------------------------------


def test_the_form_says_until_when_nobody_can_approve_what_can_be_done_and_when_the_promise_lapses():
    assert (
        "Nobody else can approve until 13 Jun 08:00 UTC. You can: send prepared words unedited (2 minutes to stop "
        "them); send on your own with a reason, which a lead reads in the morning; or leave it for approval (our "
        "promise lapses at 15:02 UTC)."
    ) in shown(form(SoloChoice(lanes=BOTH, until=MORNING)))


def test_where_leads_allow_nothing_the_form_says_only_when_and_what_that_means():
    said = shown(form(SoloChoice(until=MORNING)))
    assert (
        "Nobody else can approve until 13 Jun 08:00 UTC. Your draft waits (our promise lapses at 15:02 UTC)." in said
    )
    assert "How should it go out?" not in said
    assert "(Send for approval)" in said


def test_where_nobody_said_when_they_are_back_the_form_says_that():
    said = shown(form(SoloChoice(lanes=(Lane.TEMPLATE,))))
    assert "Nobody else can approve now, and nobody has said when they are back. You can: send prepared words" in said
    assert "Why can this not wait for a second person?" not in said


def test_while_somebody_else_can_approve_the_form_is_as_always():
    said = shown(form(None))
    assert "Nobody else can approve" not in said
    assert "Nothing goes out before somebody else approves it." in said


def test_with_a_choice_the_form_promises_no_second_reader():
    said = shown(form(SoloChoice(lanes=BOTH, until=MORNING)))
    assert "It goes out as you choose below." in said
    assert "before somebody else approves" not in said
    assert "(Send as chosen)" in said


def radio(made):
    return next(node for node in nodes(made["blocks"]) if node.get("action_id") == ids.LANE_CHOICE)


def test_leaving_it_for_approval_is_what_is_chosen_unless_somebody_chose_otherwise():
    can = SoloChoice(lanes=BOTH, until=MORNING)
    assert [one["value"] for one in radio(form(can))["options"]] == ["leave", "template", "reason"]
    assert radio(form(can))["initial_option"]["value"] == "leave"
    assert radio(form(can, LaneChosen("reason", "Because")))["initial_option"]["value"] == "reason"
    assert (
        radio(form(SoloChoice(lanes=(Lane.TEMPLATE,)), LaneChosen("reason", "")))["initial_option"]["value"]
        == "leave"
    )


def test_the_reason_typed_so_far_stands_in_the_form_again():
    made = form(SoloChoice(lanes=BOTH), LaneChosen("reason", "Her train leaves"))
    [field] = [node for node in nodes(made["blocks"]) if node.get("action_id") == ids.WHY_INPUT]
    assert field["initial_value"] == "Her train leaves"


def test_a_newer_post_than_the_one_the_draft_answers_stands_in_the_form():
    newer = post(813, "Forget it", at(14, 31))
    of = replace(case(), latest=813, draft=draft(DraftState.IN_REVIEW))
    made = form(None, seen=view(of, at(14, 32), mentions=(post(), newer)))
    assert "Priya wrote again at 14:31 UTC:\n┃ Forget it" in shown(made)


# --- the card and the thread --------------------------------------------------------------------------------


def test_while_it_can_be_stopped_card_and_thread_say_until_when_with_the_button():
    seen = let_out(DraftState.APPROVED, Lane.TEMPLATE)
    card, told = case_card.card(seen, SECRET), thread_messages.draft(seen, SECRET)
    assert "Ana's reply in prepared words goes out at 14:41 UTC unless somebody stops it" in shown(card)
    assert (
        "Prepared words, let out by Ana at 14:39 UTC without a second reader. It goes out at 14:41 UTC unless "
        "somebody stops it."
    ) in shown(told)
    for message in (card, told):
        assert "[ Stop it ]" in shown(message)
        assert "14:41 UTC" in plainly(message.text)


@pytest.mark.parametrize("state", [one for one in DraftState if one != DraftState.APPROVED])
def test_nothing_else_can_be_stopped(state):
    made = replace(case(), draft=draft(state))
    for message in (case_card.card(view(made), SECRET), thread_messages.draft(view(made), SECRET)):
        assert "Stop it" not in shown(message)


def test_a_usual_approval_goes_out_at_once_and_offers_no_stop():
    made = view(replace(case(), draft=draft(DraftState.APPROVED)))
    assert "Stop it" not in shown(case_card.card(made, SECRET))


@pytest.mark.parametrize(
    ("lane", "sending", "answered"),
    [
        (
            Lane.TEMPLATE,
            "Sending Ana's reply, in prepared words without a second reader",
            "a prepared text, sent by Ana without a second reader",
        ),
        (Lane.REASON, "Sending Ana's reply, solo", "sent solo by Ana"),
    ],
)
def test_the_card_never_says_approved_where_nobody_else_read_it(lane, sending, answered):
    for state, said in ((DraftState.SENDING, sending), (DraftState.SENT, answered)):
        card = case_card.card(let_out(state, lane), SECRET)
        assert said in shown(card)
        assert said.casefold() in plainly(card.text).casefold()
        assert "approved" not in shown(card)


def test_the_thread_gives_the_reason_and_that_a_lead_still_has_to_read_it():
    said = shown(thread_messages.draft(let_out(DraftState.SENT, Lane.REASON), SECRET))
    assert (
        "Let out solo by Ana at 14:39 UTC (reason: Her train leaves at ten), sent 14:40 UTC, see the "
        "reply, a lead still has to read it."
    ) in said


def test_the_thread_says_who_read_it_in_the_morning():
    seen = let_out(DraftState.SENT, Lane.REASON, read_by="UCARO", read_at=MORNING)
    said = shown(thread_messages.draft(replace(seen, now=MORNING + timedelta(hours=1)), SECRET))
    assert "Caro read it at 13 Jun 08:00 UTC." in said


def test_what_was_stopped_asks_for_another_look():
    of = replace(case(), draft=draft(DraftState.IN_REVIEW, stale="stop"))
    assert "somebody stopped it before it went out" in shown(case_card.card(view(of), SECRET))
    told = shown(thread_messages.draft(view(of), SECRET))
    assert "It was stopped before it went out. Please decide whether it still has to go out." in told
    assert "[ Still right: send ]" in told


@pytest.mark.parametrize("state", [DraftState.FAILED, DraftState.UNCONFIRMED, DraftState.BY_HAND])
@pytest.mark.parametrize("lane", BOTH)
def test_a_reminder_of_it_does_not_say_approved_either(lane, state):
    seen = replace(let_out(state, lane), now=at(15, 10))
    for message in (case_card.card(seen, SECRET), thread_messages.reminder(seen, 100, at(15, 2), at(15, 2), SECRET)):
        judge_message(message)
        assert "approved" not in shown(message)


@pytest.mark.parametrize(
    ("lane", "words"),
    [
        ("template", "Ana let prepared words out without a second reader"),
        ("reason", "Ana let the draft out solo, with a reason"),
    ],
)
def test_the_history_says_by_which_way_it_went_out(lane, words):
    line = Line(chain="case:412", position=1, at=at(14), by="UANA", verb="approve", facts={"lane": lane}, hash="")
    assert history.history_line(line, {"UANA": "Ana"})[2] == words


# --- the list for leads -------------------------------------------------------------------------------------


def listed(*entries, count=None, leads=True):
    return solo_unread.listed(
        entries, count if count is not None else len(entries), at(8, day=13), SECRET, leads=leads
    )


def test_leads_read_the_complaint_the_reply_and_the_reason_in_one_place():
    link = "https://northwind.slack.com/archives/C1/p1"
    message = listed((view(), everything.solo_reply(), link))
    assert shown(message) == lines(
        f"""
        1 reply went out solo and waits for a lead to read it.
        Case 412 · Priya N on X · see the reply
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Sent by Ana · 14:39 UTC · reason: Her train leaves at ten
        ┃ {REPLY}
        [ Read it ]
        """
    )
    assert "Case 412, Priya N. Sent by Ana · 14:39 UTC" in plainly(message.text)


def test_prepared_words_are_listed_as_such():
    assert "Sent by Ana · 14:39 UTC · prepared words" in shown(
        listed((view(), everything.solo_reply(Lane.TEMPLATE), ""))
    )


def test_whoever_does_not_lead_sees_their_own_without_a_button():
    said = shown(listed((view(), everything.solo_reply(), ""), leads=False))
    assert "1 reply of yours went out solo and waits for a lead to read it." in said
    assert "Read it ]" not in said


def test_an_empty_list_says_so():
    assert shown(listed()) == "Nothing waits to be read: every reply had a second reader."
    assert shown(listed(leads=False)) == "No reply of yours waits to be read."


def test_a_long_list_says_how_many_more_there_are():
    entries = [(view(), everything.solo_reply(), "")] * 8
    assert "and 32 more, once these are read" in shown(listed(*entries, count=40))


@pytest.mark.parametrize("state", [None, *DraftState])
def test_slack_takes_every_message_and_form_of_it(state):
    seen = view(replace(case(), draft=draft(state) if state else None))
    for message in alone_messages(seen):
        judge_message(message)
        assert message_problems(list(message.blocks)) == []
    for one in alone_forms(seen):
        judge_view(one)
        assert view_problems(dict(one)) == []
