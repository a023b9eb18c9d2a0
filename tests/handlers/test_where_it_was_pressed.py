"""Answers are shown where the person pressed: in that thread, under that card, or where the form was opened from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import Refusal
from bot.domain.team.people import Act
from bot.ports import ChatTrouble
from bot.services.cases import casework
from handlers.door import OPENED_UNDER, Visit
from handlers.listeners import BUTTONS, SEND_TO_CARE
from tests.fakes import ANA, CARE, NOON, STAN, FakeChat
from tests.handlers.pressing import TEAM, Hands
from tests.services.journey import a_case

HEAD, REPLY = "1700000000.000100", "1700000000.000200"
DIRECT = "D0ANA"

Body = dict[str, Any]


def on_a_reply(body: Body) -> Body:
    container = {**body["container"], "message_ts": REPLY, "thread_ts": HEAD}
    return {**body, "container": container, "message": {"ts": REPLY, "thread_ts": HEAD}}


def on_an_older_card(body: Body) -> Body:
    return {
        **body,
        "container": {**body["container"], "message_ts": HEAD},
        "message": {"ts": HEAD, "thread_ts": HEAD},
    }


def on_a_whisper_in_a_thread(body: Body) -> Body:
    return {**body, "container": {**body["container"], "is_ephemeral": True, "message_ts": REPLY, "thread_ts": HEAD}}


def in_the_thread_of_a_direct_message(body: Body) -> Body:
    return {**on_a_reply(body), "channel": {"id": DIRECT}}


PLACES = [on_a_reply, on_an_older_card, on_a_whisper_in_a_thread, in_the_thread_of_a_direct_message]


@pytest.mark.parametrize("place", PLACES)
def test_every_button_answers_in_the_thread_that_it_was_pressed_in(
    hands: Hands, place: Callable[[Body], Body]
) -> None:
    refused = {}
    for name, *_ in BUTTONS:
        before = len(hands.chat.whispered_in)
        hands.dispatch(place(hands.click({"action_id": name, "value": "?"}, STAN)))
        refused[name] = hands.chat.whispered_in[before:]
    assert [name for name, there in refused.items() if there != [HEAD]] == []
    assert {ids.CASE_CLAIM, ids.DRAFT_APPROVE, ids.REMINDER_SNOOZE, ids.SWAP_ACCEPT, ids.SOLO_READ} <= set(refused)


def on_the_home_tab(body: Body) -> Body:
    """There is no channel, and no address for answers."""
    elsewhere = {name: value for name, value in body.items() if name not in {"channel", "response_url"}}
    view = {"id": "V0HOME", "type": "home", "hash": "1.abc", "callback_id": ids.HOME_TAB, "private_metadata": ""}
    return {**elsewhere, "container": {"type": "view", "view_id": "V0HOME"}, "view": view}


def test_every_button_answers_over_the_home_tab_that_it_was_pressed_on(hands: Hands) -> None:
    refused = {}
    for name, *_ in BUTTONS:
        before = len(hands.chat.views)
        hands.dispatch(on_the_home_tab(hands.click({"action_id": name, "value": "?"}, STAN)))
        refused[name] = len(hands.chat.views) - before
    assert [name for name, shown in refused.items() if shown != 1] == []
    assert (hands.chat.whispers, hands.chat.messages) == ([], {})
    assert {ids.CASE_CLAIM, ids.DRAFT_APPROVE, ids.LIST_NEXT, ids.SHIFT_ON} <= set(refused)


def test_what_nobody_knows_any_more_is_answered_over_the_home_tab(hands: Hands) -> None:
    hands.dispatch(on_the_home_tab(hands.click({"action_id": "of_last_year", "value": "?"}, ANA)))
    assert "older card" in str(hands.form()["blocks"])


def test_the_shortcut_answers_in_the_thread_of_its_message(hands: Hands) -> None:
    message = {"text": "?", "thread_ts": HEAD}
    body = hands.click({}, STAN, callback_id=SEND_TO_CARE, message_ts=REPLY, message=message)
    hands.dispatch({**body, "type": "message_action"})
    assert hands.chat.whispered_in == [HEAD]


def test_a_press_on_a_card_without_a_thread_is_answered_in_the_channel(hands: Hands) -> None:
    assert hands.press(ids.CASE_CLAIM, "?")
    assert hands.chat.whispered_in == [""]  # Slack shows nothing in a thread that has no replies


def test_the_history_is_shown_in_the_thread_of_its_card(hands: Hands) -> None:
    a_case(hands.desk)
    option = {"value": hands.button(ids.CASE_MORE, ids.MORE_REST).replace(ids.MORE_REST, ids.MORE_HISTORY, 1)}
    body = hands.click({"action_id": ids.CASE_MORE, "selected_option": option}, ANA)
    hands.dispatch(on_an_older_card(body))
    assert hands.chat.whispered_in == [HEAD]
    assert "what happened" in hands.chat.whispers[0].text


@pytest.mark.parametrize("kind", ["block_actions", "message_action"])
def test_what_nobody_knows_any_more_is_answered_in_its_thread(hands: Hands, kind: str) -> None:
    body = on_a_reply(hands.click({"action_id": "of_last_year", "value": "?"}, ANA))
    hands.dispatch({**body, "type": kind, "callback_id": "of_last_year"})
    assert hands.chat.whispered_in == [HEAD]


def test_what_is_answered_after_a_form_was_sent_is_shown_as_a_window(hands: Hands) -> None:
    """Slack gives no address for answers with a form that was sent."""
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    opened(hands, ids.CASE_MORE, ids.MORE_REST)
    hands.submit(ANA, rest_choice=ids.MORE_HISTORY)
    assert hands.chat.whispers == []
    assert "what happened" in str(hands.form()["blocks"])


# --- forms ------------------------------------------------------------------------------------------------------


def opened(hands: Hands, action_id: str, option: str = "", place: Callable[[Body], Body] = on_a_reply) -> Body:
    """Open a form by a button in a thread."""
    value = hands.button(action_id, option)
    chosen = {"selected_option": {"value": value}} if option else {"value": value}
    hands.dispatch(place(hands.click({"action_id": action_id, **chosen}, ANA)))
    return hands.form()


@pytest.mark.parametrize(
    ("action_id", "option"),
    [(ids.CASE_REPLY, ""), (ids.CASE_MORE, ids.MORE_ASSIGN), (ids.CASE_MORE, ids.MORE_SET_ASIDE)],
)
def test_a_form_remembers_the_thread_that_it_was_opened_from(hands: Hands, action_id: str, option: str) -> None:
    a_case(hands.desk)
    form = opened(hands, action_id, option)
    metadata = ids.unseal(form["private_metadata"], form["callback_id"], hands.desk.secret)
    assert ids.unpack(metadata)[OPENED_UNDER] == HEAD


def test_it_remembers_that_thread_when_it_is_drawn_anew(hands: Hands) -> None:
    a_case(hands.desk)
    opened(hands, ids.CASE_REPLY)
    hands.change(ids.TEMPLATE_SELECT, ANA, template_select="sorry")
    form = hands.form()
    metadata = ids.unseal(form["private_metadata"], form["callback_id"], hands.desk.secret)
    assert ids.unpack(metadata)[OPENED_UNDER] == HEAD


def refuse(_: Visit) -> Callable[[], None]:
    def later() -> None:
        raise Refusal("Too late.")

    return later


@pytest.mark.parametrize("place", [on_a_reply, on_an_older_card])
def test_what_fails_after_a_form_was_sent_is_said_where_it_was_opened(
    hands: Hands, place: Callable[[Body], Body]
) -> None:
    a_case(hands.desk)
    form = opened(hands, ids.CASE_REPLY, place=place)
    views = len(hands.chat.views)
    sent = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": ANA, "team_id": TEAM}}
    body = {**sent, "trigger_id": "t", "view": hands.filled(form, {})}
    hands.door.form(Act.WORK, refuse)(ack=lambda **_: None, body=body)
    assert (hands.chat.whispered_to, hands.chat.whispered_in) == ([(CARE, ANA)], [HEAD])
    assert hands.chat.whispers[0].text == "Too late."
    assert len(hands.chat.views) == views  # Slack shows no form on top of a closed one


@dataclass
class Closing(FakeChat):
    """A Slack in which the form was closed before the desk answers."""

    def push_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        raise ChatTrouble("Slack does not find that form.")


def test_what_fails_in_a_form_that_was_closed_meanwhile_is_said_where_it_was_opened(hands: Hands) -> None:
    a_case(hands.desk)
    form = opened(hands, ids.CASE_REPLY)
    known = {one.name: getattr(hands.chat, one.name) for one in fields(FakeChat)}
    later = Hands(replace(hands.desk, chat=Closing(**known)))
    body = later.click({"action_id": ids.TEMPLATE_SELECT, "type": "static_select"}, STAN, view=later.filled(form, {}))
    del body["response_url"], body["channel"]
    later.dispatch({**body, "container": {"type": "view", "view_id": "V1"}})
    assert (later.chat.whispered_to, later.chat.whispered_in) == ([(CARE, STAN)], [HEAD])
