"""The home tab: drawn for its reader alone, worked on there, redrawn by their own press."""

import json
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.blocks.base.simple_forms import FACE
from bot.domain.base.tables import DraftState
from bot.domain.cases.queue import PAGE
from bot.domain.home.inbox import INBOX
from bot.domain.mentions.connection import LastReading
from bot.domain.team.people import PersonKind
from bot.ports import ChatTrouble, Overtaken
from bot.services.cases import casework
from bot.services.replies import review
from tests.blocks.reading import read
from tests.blocks.walker import judge_home, nodes
from tests.fakes import ANA, BEN, CARO, DEE, GUS, NOON, STAN, a_post, teammate
from tests.handlers.pressing import Hands, elements
from tests.services.doubles import BreakingStore
from tests.services.journey import (
    WORDS,
    a_case,
    clock,
    draft_of,
    in_review,
    only_case,
    published,
    receive,
    send,
    verbs,
    written,
)


def shown(hands: Hands, by: str = ANA) -> str:
    """Return what somebody's home tab reads like."""
    view = hands.home(by)
    judge_home(view)
    return read({**view, "title": {"type": "plain_text", "text": "home"}})


def opened(hands: Hands, by: str = ANA) -> str:
    hands.open_home(by)
    return shown(hands, by)


def buttons(hands: Hands, by: str = ANA) -> list[str]:
    return [one["action_id"] for one in elements(hands.home(by)["blocks"])]


def face(hands: Hands, by: str = ANA) -> str:
    view = hands.home(by)
    return str(ids.unpack(ids.unseal(view["private_metadata"], view["callback_id"], hands.desk.secret))[FACE])


# --- opening ----------------------------------------------------------------------------------------------------


def test_the_home_tab_is_drawn_when_it_is_opened_for_whoever_opens_it(hands: Hands) -> None:
    a_case(hands.desk)
    assert "Nobody has taken these" not in opened(hands)
    assert "# Due within the hour · 1" in shown(hands)
    assert list(hands.chat.homes) == [ANA]


def test_the_messages_tab_draws_nothing(hands: Hands) -> None:
    hands.event("app_home_opened", user=ANA, channel="D0HOME", tab="messages")
    assert hands.chat.homes == {}


def test_an_empty_desk_says_that_nothing_waits(hands: Hands) -> None:
    said = opened(hands)
    assert "Nothing waits for you right now." in said
    assert "0 kept since midnight, 0 running, 0 lapsed" in said
    assert "You are on · also on: Ben, Caro, Dee" in said


@pytest.mark.parametrize(
    ("who", "kind", "why"),
    [
        (STAN, PersonKind.STRANGER, "another workspace"),
        (ANA, PersonKind.GONE, "deactivated"),
        (ANA, PersonKind.BOT, "apps cannot use the desk"),
        ("U0WHO", None, "could not check with Slack who you are"),
    ],
)
def test_who_may_not_look_gets_a_sentence_and_nothing_else(
    hands: Hands, who: str, kind: PersonKind | None, why: str
) -> None:
    in_review(hands.desk)
    if kind:
        hands.desk.store.put_people([teammate(who, "Somebody", kind)], [])
    assert why in opened(hands, who)
    assert "Priya" not in json.dumps(hands.home(who))
    assert buttons(hands, who) == []


def test_a_guest_is_told_what_they_can_do_and_sees_what_they_hold(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=GUS, at=NOON)
    said = opened(hands, GUS)
    assert "You are a guest here: you can claim and draft, and are neither on duty nor asked to approve" in said
    assert "Case 1 · X · high priority" in said
    assert not {ids.SHIFT_ON, ids.SHIFT_OFF} & set(buttons(hands, GUS))


def test_an_event_without_a_person_shows_nothing(hands: Hands) -> None:
    for odd in ("", "not an id", None, {"id": ANA}):
        assert hands.event("app_home_opened", user=odd, tab="home").status == 200
    assert ANA not in hands.chat.homes


# --- deciding ---------------------------------------------------------------------------------------------------


def test_a_request_is_shown_whole_and_approved_there(hands: Hands) -> None:
    in_review(hands.desk)
    said = opened(hands, BEN)
    assert "# Waiting for your decision · 1" in said
    assert f"┃ {WORDS}" in said
    assert "┃ Charged twice and nobody answers @northwind" in said
    assert hands.press_home(ids.DRAFT_APPROVE, BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED
    assert "Waiting for your decision" not in shown(hands, BEN)
    send(hands.desk)
    assert published(hands.desk) == [("100", WORDS)]


def test_what_was_approved_is_what_stood_there_and_nothing_newer(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    draft = draft_of(hands.desk)
    review.submit(
        hands.desk,
        1,
        review.Words(text="Other words. ^AN", replaces=draft.version, newest=draft.id),
        by=ANA,
        at=clock(hands.desk).move(minutes=1),
    )
    assert "This is version 1 of the draft" in hands.press_home(ids.DRAFT_APPROVE, BEN)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert "┃ Other words. ^AN" in shown(hands, BEN), "the press draws the tab anew, also where it was refused"


def test_an_approval_is_bound_to_the_conversation_that_stood_there(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    receive(hands.desk, a_post("101", "Never mind", root="100", at=clock(hands.desk).move(minutes=1)))
    assert hands.press_home(ids.DRAFT_APPROVE, BEN) != ""
    assert draft_of(hands.desk).approval is None
    assert "Still right: send" in shown(hands, BEN)
    assert hands.press_home(ids.DRAFT_STILL_RIGHT, BEN) == ""
    assert draft_of(hands.desk).approval is not None


def test_a_writer_does_not_approve_on_the_home_tab_either(hands: Hands) -> None:
    in_review(hands.desk, by=BEN)
    assert "Waiting for your decision" not in opened(hands, BEN)
    assert "Waiting for your decision" in opened(hands, CARO)


def test_changes_are_requested_in_a_form_over_it_and_it_is_redrawn_when_that_is_sent(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    hands.press_home(ids.DRAFT_REQUEST_CHANGES, BEN)
    drawn = len(hands.chat.homes[BEN])
    assert hands.submit(BEN, note_input="Name the day") == {}
    assert draft_of(hands.desk).note == "Name the day"
    assert len(hands.chat.homes[BEN]) == drawn + 1
    assert "Waiting for your decision" not in shown(hands, BEN)
    assert "# Came back to you · 1" not in opened(hands, ANA), "it is due within the hour, and stands there"
    assert "Ben asked Ana to change the draft" in shown(hands, ANA)


def test_edited_words_go_out_from_a_form_over_it(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    hands.press_home(ids.DRAFT_EDIT_APPROVE, BEN)
    assert hands.submit(BEN, words_input=f"{WORDS} Sorry.") == {}
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_not_me_passes_it_on_and_it_leaves_the_tab(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    assert hands.press_home(ids.DRAFT_NOT_ME, BEN) == ""
    assert draft_of(hands.desk).asked == CARO
    assert "Waiting for your decision" not in shown(hands, BEN)


def test_a_request_that_nobody_is_asked_about_waits_for_whoever_may_approve(hands: Hands) -> None:
    for who in (BEN, CARO):
        hands.desk.store.put_people([teammate(who, who, PersonKind.GONE)], [])
    in_review(hands.desk)
    assert draft_of(hands.desk).asked == ""
    hands.desk.store.put_people([teammate(BEN, "Ben")], [])
    assert "# Waiting for your decision · 1" in opened(hands, BEN)
    assert ids.DRAFT_NOT_ME not in buttons(hands, BEN)
    assert hands.press_home(ids.DRAFT_APPROVE, BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_further_requests_follow_page_by_page_and_none_is_passed_over(hands: Hands) -> None:
    for n in range(10):
        receive(hands.desk, a_post(str(n + 200), "late", by=f"c{n}"))
        written(hands.desk, n + 1, by=ANA)
        draft = draft_of(hands.desk, n + 1)
        if draft.asked != BEN:
            hands.press(ids.DRAFT_NOT_ME, ids.button_value(ids.DRAFT, draft.id, "1", hands.desk.secret), draft.asked)
    assert "# Waiting for your decision · 10" in opened(hands, BEN)
    seen = shown(hands, BEN).count(f"┃ {WORDS}")
    assert seen == 3
    while any(one["text"]["text"].startswith("Show the next") for one in elements(hands.home(BEN)["blocks"])):
        hands.press_home(ids.HOME_MORE, BEN, nth=-1 if seen > 3 else 0)
        seen += shown(hands, BEN).count(f"┃ {WORDS}")
    assert seen == 10
    hands.press_home(ids.DRAFT_APPROVE, BEN)
    assert face(hands, BEN) != INBOX, "it stays on the page where something was decided"


# --- claiming and answering ----------------------------------------------------------------------------------------


def test_a_case_is_claimed_there_and_moves_to_what_they_hold(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    assert hands.press_home(ids.CASE_CLAIM) == ""
    assert only_case(hands.desk).assignee == ANA
    assert "Held by Ana" in shown(hands)
    assert ids.CASE_CLAIM not in buttons(hands)


def test_a_refusal_is_shown_over_the_tab_where_it_was_pressed(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    casework.claim(hands.desk, 1, by=BEN, at=NOON)
    assert f"<@{BEN}> claimed this" in hands.press_home(ids.CASE_CLAIM)
    assert (hands.chat.whispers, hands.chat.whispered_to) == ([], [])


def test_where_nothing_can_be_put_over_it_the_refusal_comes_as_a_direct_message(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    casework.claim(hands.desk, 1, by=BEN, at=NOON)
    hands.chat.view_trouble = ChatTrouble("Slack stopped waiting for this window.")
    hands.press_home(ids.CASE_CLAIM)
    [(room, _)] = hands.chat.messages
    assert room == f"D{ANA[1:]}"
    assert f"<@{BEN}> claimed this" in hands.chat.messages[room, _].text


def test_a_reply_is_written_over_it_and_put_up(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    hands.press_home(ids.CASE_REPLY)
    assert hands.submit(ANA, words_input=WORDS) == {}
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert "with Ben for approval" in shown(hands)


def test_the_history_is_shown_over_it(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    menu = next(one for one in nodes(hands.home()["blocks"]) if one.get("type") == "overflow")
    option = next(one for one in menu["options"] if one["value"].startswith(ids.MORE_REST))
    option = {**option, "value": option["value"].replace(ids.MORE_REST, ids.MORE_HISTORY, 1)}
    hands.dispatch(hands.on_home({**menu, "selected_option": option, "block_id": "b"}, ANA))
    assert "what happened" in str(hands.form()["blocks"])
    assert hands.form()["callback_id"] == ids.ANSWER_MODAL


def menu_of(hands: Hands, option: str, by: str = ANA) -> None:
    """Choose from the menu of the first case on somebody's home tab."""
    menu = next(one for one in nodes(hands.home(by)["blocks"]) if one.get("type") == "overflow")
    found = next(one for one in menu["options"] if one["value"].startswith(f"{option}:"))
    hands.dispatch(hands.on_home({**menu, "selected_option": found, "block_id": "b"}, by))


def test_what_the_menu_has_no_room_for_is_done_over_the_tab(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    opened(hands)
    menu_of(hands, ids.MORE_REST)
    hands.submit(ANA, rest_choice=ids.MORE_HISTORY)
    assert (hands.form()["callback_id"], hands.chat.whispers) == (ids.ANSWER_MODAL, [])
    assert "what happened" in str(hands.form()["blocks"])


def test_a_case_is_handed_back_and_solved_by_the_menu_of_the_tab(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    opened(hands)
    menu_of(hands, ids.MORE_RELEASE)
    assert "nobody has taken it yet" in shown(hands)
    menu_of(hands, ids.MORE_SOLVED)
    assert "Nothing waits for you right now." in shown(hands)


def test_a_draft_that_was_looked_at_over_it_can_be_decided_there(hands: Hands) -> None:
    in_review(hands.desk)
    casework.release(hands.desk, 1, by=ANA, at=NOON)
    opened(hands, CARO)
    hands.press_home(ids.DRAFT_OPEN, CARO)
    form = hands.form()
    assert form["callback_id"] == ids.ANSWER_MODAL
    drawn = len(hands.chat.homes[CARO])
    approve = next(one for one in elements(form["blocks"]) if one["action_id"] == ids.DRAFT_APPROVE)
    body = hands.click({**approve, "block_id": "b"}, CARO, view=hands.filled(form, {}))
    del body["response_url"], body["channel"]
    hands.dispatch({**body, "container": {"type": "view", "view_id": "V1"}})
    assert draft_of(hands.desk).state == DraftState.APPROVED
    assert "Approved by Caro" in str(hands.form()["blocks"]), "what was looked at says what became of it"
    assert ids.DRAFT_APPROVE not in str(hands.form())
    assert len(hands.chat.homes[CARO]) == drawn + 1


# --- lists on it ----------------------------------------------------------------------------------------------------


def many(hands: Hands) -> None:
    receive(hands.desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(1, PAGE + 6)))


def test_a_long_section_leads_to_its_list_which_is_worked_on_there(hands: Hands) -> None:
    many(hands)
    assert "# Due within the hour · 20" in opened(hands)
    hands.press_home(ids.HOME_MORE, nth=-1)
    assert "1 to 15 of 20 cases" in shown(hands)
    hands.press_home(ids.LIST_NEXT)
    assert "16 to 20 of 20 cases" in shown(hands)
    hands.press_home(ids.LIST_CLAIM)
    assert hands.desk.store.case(16).assignee == ANA
    assert "16 to 20 of 20 cases" in shown(hands)
    assert "Held by Ana" in shown(hands)
    hands.press_home(ids.HOME_MORE)
    assert face(hands) == INBOX


def test_the_menu_of_a_list_works_on_the_tab(hands: Hands) -> None:
    many(hands)
    opened(hands)
    hands.press_home(ids.HOME_MORE, nth=-1)
    menu = next(one for one in nodes(hands.home()["blocks"]) if one.get("type") == "static_select")
    option = menu["option_groups"][0]["options"][0]
    hands.dispatch(hands.on_home({**menu, "selected_option": option, "block_id": "b"}, ANA))
    assert "# Waiting for us, and nobody has taken them" in shown(hands)


def test_opening_the_tab_again_leads_back_to_the_inbox(hands: Hands) -> None:
    many(hands)
    opened(hands)
    hands.press_home(ids.HOME_MORE, nth=-1)
    opened(hands)
    assert face(hands) == INBOX


# --- promises, shift, team ------------------------------------------------------------------------------------------


def test_going_off_and_on_is_said_there(hands: Hands) -> None:
    opened(hands)
    hands.press_home(ids.SHIFT_OFF)
    assert "You are off" in shown(hands)
    hands.press_home(ids.SHIFT_ON)
    assert "You are on since 12:00 UTC" in shown(hands)


def test_leads_see_the_team_and_nobody_else_does(hands: Hands) -> None:
    receive(hands.desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"))
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    clock(hands.desk).move(hours=2)
    hands.desk.store.put_people(
        [replace(one, fetched_at=hands.desk.clock.now()) for one in hands.desk.store.people()], []
    )
    said = opened(hands, CARO)
    assert "# The team\n2 open, 1 unclaimed\n0 due within the hour\n2 past the promised time: cases 1, 2" in said
    assert "nobody 1 · Ana 1" in said
    assert "Waiting longest" in said
    assert "# The team" not in opened(hands, ANA)


# --- who may read -----------------------------------------------------------------------------------------------------


def private(hands: Hands) -> None:
    post = a_post("m1", "zqsecret refund", by="zqname", root="with", private=True)
    receive(hands.desk, post)


def test_private_words_are_shown_to_those_alone_who_may_read_them(hands: Hands) -> None:
    private(hands)
    roster = replace(hands.desk.policy.roster, readers=frozenset({CARO}))
    hands.desk.take_over(replace(hands.desk.policy, roster=roster))
    for who in (ANA, BEN, GUS):
        opened(hands, who)
        assert "zq" not in json.dumps(hands.home(who)).casefold()
        assert "Case 1" in shown(hands, who)
        assert ids.CASE_REPLY not in buttons(hands, who)
    opened(hands, CARO)
    assert "zqsecret" in json.dumps(hands.home(CARO))


def test_a_private_request_is_decided_in_its_thread_by_who_may_not_read_it_here(hands: Hands) -> None:
    private(hands)
    written(hands.desk, 1, by=ANA)
    asked = draft_of(hands.desk).asked
    hands.desk.take_over(
        replace(hands.desk.policy, roster=replace(hands.desk.policy.roster, readers=frozenset({DEE})))
    )
    opened(hands, asked)
    assert "zq" not in json.dumps(hands.home(asked)).casefold()
    assert ids.DRAFT_APPROVE not in buttons(hands, asked)


def test_whoever_lost_their_right_gets_nothing_by_an_old_tab(hands: Hands) -> None:
    in_review(hands.desk)
    opened(hands, BEN)
    hands.desk.store.put_people([teammate(BEN, "Ben", PersonKind.GUEST)], [])
    assert "approving needs a full member" in hands.press_home(ids.DRAFT_APPROVE, BEN)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert WORDS not in shown(hands, BEN)


# --- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_tab_that_changed_meanwhile_is_drawn_once_more_and_put_over_that(hands: Hands) -> None:
    a_case(hands.desk)
    hands.chat.home_trouble.append(Overtaken("This window has changed meanwhile."))
    assert "Case 1" in opened(hands)


def test_where_slack_does_not_take_it_nobody_is_bothered(hands: Hands) -> None:
    hands.chat.home_trouble.append(ChatTrouble("Slack is not answering just now."))
    hands.event("app_home_opened", user=ANA, channel="D0HOME", tab="home")
    assert (hands.chat.homes, hands.chat.whispers, hands.chat.messages, hands.chat.views) == ({}, [], {}, [])


def test_one_case_that_cannot_be_drawn_hides_no_other(hands: Hands) -> None:
    receive(hands.desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"))

    def mentions(case_id: int) -> None:
        if case_id == 1:
            raise ValueError("odd")

    odd = BreakingStore(hands.desk.store, mentions=mentions)
    said = opened(Hands(replace(hands.desk, store=odd)))  # type: ignore[arg-type]
    assert "Case 2 · X" in said
    assert "Case 1 cannot be shown here." in said


def test_a_forged_button_or_tab_does_nothing_and_is_written_down(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    body = hands.on_home({"type": "button", "action_id": ids.CASE_CLAIM, "block_id": "b", "value": "case.1.1.0"}, ANA)
    hands.dispatch(body)
    assert "does not belong to this desk" in str(hands.form()["blocks"])
    assert [line.verb for line in hands.desk.store.audit("desk")] == ["not_made_here"]
    assert verbs(hands.desk) == ["opened"]
    odd = {**body["view"], "private_metadata": '{"face":"all~~~~"}.0123456789abcdef'}
    hands.dispatch({**body, "view": odd})
    assert face(hands) == INBOX


@pytest.mark.parametrize("said", ["sideways", "decide~", "decide~1_2", "all~~~~x", "decide~a_b_c_d"])
def test_what_an_earlier_version_wrote_leads_to_the_inbox(hands: Hands, said: str) -> None:
    opened(hands)
    value = ids.button_value(ids.HOME, 0, said, hands.desk.secret)
    hands.dispatch(
        hands.on_home({"type": "button", "action_id": ids.HOME_MORE, "block_id": "b", "value": value}, ANA)
    )
    assert face(hands) == INBOX


def test_what_is_typed_into_a_form_over_it_draws_nothing(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands)
    hands.press_home(ids.CASE_REPLY)
    drawn = len(hands.chat.homes[ANA])
    hands.change(ids.WORDS_INPUT, ANA, words_input=WORDS)
    assert len(hands.chat.homes[ANA]) == drawn


# --- connections ------------------------------------------------------------------------------------------------


def test_leads_read_of_every_account_and_others_only_what_hinders_them(hands: Hands) -> None:
    assert "X" not in opened(hands)
    assert (
        "# Connections\n@northwind on X: not read yet · no mention so far · no end of its token is known.\nAnswers in private: "
        "no; takes back: yes; likes: no; deletions are noticed: no."
    ) in opened(hands, CARO)
    hands.desk.readings["x", "42"] = LastReading(unread_since=NOON, why="It answers 503.")
    said = "@northwind on X cannot be read since 12:00 UTC: It answers 503."
    assert f"{said} Leads know." in opened(hands)
    assert f"{said}\n" in opened(hands, CARO)
