"""A payload from another workspace, or without one, does nothing: each kind, over both doors."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.blocks.base import ids
from handlers.foreign import is_of_this_workspace
from storage import SqlStore
from tests.attack.live import SECRET
from tests.fakes import ANA, CARE
from tests.handlers.pressing import RESPONSE, TEAM, Hands
from tests.handlers.test_signed import Line, signed
from tests.services.journey import a_case

THEIRS = "T0THEIRS"
US = {"id": TEAM}
ANA_HERE = {"id": ANA, "team_id": TEAM}
MODAL = {
    "type": "modal",
    "id": "V1",
    "hash": "1.a",
    "callback_id": "draft",
    "state": {"values": {}},
    "blocks": [],
    "team_id": TEAM,
}

Body = dict[str, Any]


def _interaction(kind: str, **more: Any) -> Body:
    return {"type": kind, "team": US, "user": ANA_HERE, "trigger_id": "t", "response_url": RESPONSE, **more}


def kinds(value: str) -> dict[str, Body]:
    """Return one payload of our workspace of each kind that Slack sends."""
    press = {"type": "button", "action_id": ids.CASE_CLAIM, "block_id": "b", "value": value, "action_ts": "1.1"}
    message = {"container": {"type": "message", "channel_id": CARE, "message_ts": "1.1"}, "channel": {"id": CARE}}
    return {
        "action in a message": _interaction("block_actions", actions=[press], **message),
        "action in a form": _interaction("block_actions", actions=[press], view=MODAL),
        "options": _interaction("block_suggestion", action_id="x", block_id="b", value="a"),
        "form sent": _interaction("view_submission", view=MODAL),
        "form closed": _interaction("view_closed", view=MODAL),
        "message shortcut": _interaction("message_action", callback_id="care_add", message={"text": "x"}),
        "global shortcut": _interaction("shortcut", callback_id="care_add"),
        "command": {
            "command": "/care",
            "text": "next",
            "team_id": TEAM,
            "user_id": ANA,
            "channel_id": CARE,
            "trigger_id": "t",
            "response_url": RESPONSE,
        },
        "event": {
            "type": "event_callback",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": {"type": "user_change", "user": {"id": ANA}},
        },
    }


KINDS = sorted(kinds(""))


def _own(body: Body) -> Body:
    return body


def _foreign(body: Body) -> Body:
    return json.loads(json.dumps(body).replace(f'"{TEAM}"', f'"{THEIRS}"'))


def _absent(body: Body) -> Body:
    return {
        name: _without(part)
        for name, part in body.items()
        if name not in {"team", "team_id", "context_team_id", "authorizations"}
    }


def _without(part: Any) -> Any:
    return {name: one for name, one in part.items() if name != "team_id"} if isinstance(part, Mapping) else part


def _null(body: Body) -> Body:
    return {**_absent(body), "team": None, "team_id": None, "context_team_id": None, "authorizations": None}


def _person_of_theirs(body: Body) -> Body:
    """Change it to a person of another company who acted in our workspace, in a shared channel."""
    return {**body, "user": {"id": ANA, "team_id": THEIRS}}


def _place_of_theirs(body: Body) -> Body:
    """Change it to one of our people who acted in the other company's workspace, in a shared channel."""
    return {**body, "team": {"id": THEIRS}}


def _odd(body: Body) -> Body:
    return {
        **body,
        "team": [TEAM],
        "user": "U0ANA",
        "team_id": {"id": TEAM},
        "context_team_id": [TEAM],
        "authorizations": [TEAM, {}],
    }


CHANGED: dict[str, Callable[[Body], Body]] = {
    "foreign": _foreign,
    "absent": _absent,
    "null": _null,
    "person of theirs": _person_of_theirs,
    "place of theirs": _place_of_theirs,
}


@pytest.fixture
def claim(hands: Hands) -> str:
    a_case(hands.desk)
    hands.publish()
    return hands.button(ids.CASE_CLAIM)


def _seen(hands: Hands) -> tuple[Any, ...]:
    store = hands.desk.store
    lines = store.engine.rows("SELECT count(*) FROM audit")[0][0]  # type: ignore[attr-defined]
    return store.case(1), lines, len(hands.chat.whispers), len(hands.chat.views), len(hands.renewed)


APART = {"person of theirs", "place of theirs"}  # a command and an event do not name person and place separately
TABLE = [(kind, how) for kind in KINDS for how in CHANGED if how not in APART or "user" in kinds("")[kind]]


@pytest.mark.parametrize(("kind", "how"), TABLE)
def test_what_is_not_of_our_workspace_does_nothing_over_sockets(
    hands: Hands, claim: str, kind: str, how: str
) -> None:
    body = kinds(claim)[kind]
    changed = CHANGED[how](body)
    before = _seen(hands)
    answer = hands.dispatch(changed)
    assert answer.status == 200
    assert "Case" not in (answer.body or "")
    assert _seen(hands) == before


@pytest.mark.parametrize("how", ["foreign", "absent"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_over_signed_http(hands: Hands, store: SqlStore, claim: str, kind: str, how: str) -> None:
    from slack_bolt.adapter.wsgi import SlackRequestHandler

    changed = CHANGED[how](kinds(claim)[kind])
    event = "event" in changed
    form = changed if "command" in changed else {"payload": json.dumps(changed)}
    body = json.dumps(changed).encode() if event else urlencode(form).encode()
    more = {"CONTENT_TYPE": "application/json"} if event else {}
    before = _seen(hands)
    assert Line(SlackRequestHandler(hands.app), store).send(body, signed(body, secret=SECRET), **more) == 200
    assert _seen(hands) == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_of_our_workspace_is_let_in(kind: str) -> None:
    assert is_of_this_workspace(kinds("")[kind], TEAM)


@pytest.mark.parametrize("kind", KINDS)
def test_what_names_its_workspace_in_no_form_of_slacks_is_nobodys(kind: str) -> None:
    assert not is_of_this_workspace(_odd(kinds("")[kind]), TEAM)


def test_our_own_click_and_command_and_event_have_their_effect(hands: Hands, claim: str) -> None:
    hands.dispatch(kinds(claim)["action in a message"])
    assert hands.desk.store.case(1).assignee == ANA
    hands.dispatch(kinds(claim)["event"])
    assert hands.renewed


def test_an_event_of_a_shared_channel_that_is_told_to_us_is_heard(hands: Hands) -> None:
    body = {**kinds("")["event"], "team_id": THEIRS, "event": {"type": "channel_shared", "channel": CARE}}
    hands.dispatch(body)
    assert hands.renewed


def test_slacks_question_whether_the_address_is_ours_names_no_workspace() -> None:
    assert is_of_this_workspace({"type": "url_verification", "challenge": "c"}, TEAM)


def test_a_command_from_elsewhere_is_answered_in_a_sentence(hands: Hands) -> None:
    assert "another workspace" in hands.dispatch(_foreign(kinds("")["command"])).body


def test_the_log_names_the_kind_and_nothing_of_the_payload(hands: Hands, caplog: pytest.LogCaptureFixture) -> None:
    hands.dispatch({**_foreign(kinds("")["command"]), "text": "canary"})
    assert "door.foreign kind=command" in caplog.messages
    assert "canary" not in caplog.text
