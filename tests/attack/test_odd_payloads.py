"""An odd value in any one field of a payload from Slack does no harm, and the next click is answered."""

from copy import deepcopy
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState
from bot.services.team import access
from tests.attack.odd import MISSING, ODD, mutated, places
from tests.fakes import ANA, BEN, CARE
from tests.handlers.pressing import RESPONSE, TEAM, Hands
from tests.long import part
from tests.services.journey import a_case, only_case

WHO = {"id": ANA, "team_id": TEAM}
VIEW = {
    "id": "V1",
    "hash": "1.abc",
    "type": "modal",
    "callback_id": ids.SET_ASIDE_MODAL,
    "private_metadata": "{}.0123456789abcdef",
    "state": {"values": {
        "reason": {ids.REASON_SELECT: {"type": "static_select", "selected_option": {"value": "spam"}}},
        "words": {ids.WORDS_INPUT: {"type": "plain_text_input", "value": "Hello"}},
        "assignee": {ids.ASSIGNEE_SELECT: {"type": "users_select", "selected_user": ANA}},
    }},
}  # fmt: skip
CLICK = {
    "type": "block_actions",
    "team": {"id": TEAM},
    "user": WHO,
    "container": {"type": "message", "channel_id": CARE, "message_ts": "1.1"},
    "channel": {"id": CARE},
    "trigger_id": "t",
    "response_url": RESPONSE,
    "actions": [{"type": "button", "action_id": ids.CASE_CLAIM, "block_id": "b", "value": "v", "action_ts": "1.1"}],
}
SENT = {"type": "view_submission", "team": {"id": TEAM}, "user": WHO, "view": VIEW, "trigger_id": "t"}
COMMAND = {
    "command": "/care", "user_id": ANA, "team_id": TEAM, "channel_id": CARE, "trigger_id": "t", "text": "status",
    "response_url": RESPONSE,
}  # fmt: skip
SHORTCUT = {
    "type": "message_action",
    "callback_id": "care_add",
    "team": {"id": TEAM},
    "user": WHO,
    "channel": {"id": CARE},
    "message_ts": "1.1",
    "message": {"text": "look <https://example.com/post/1>", "type": "message", "ts": "1.1"},
    "trigger_id": "t",
    "response_url": RESPONSE,
}
EVENT = {
    "type": "event_callback",
    "team_id": TEAM,
    "event_id": "E1",
    "event": {"type": "user_change", "user": {"id": ANA, "name": "ana", "profile": {"display_name": "Ana"}}},
}
KINDS = {"click": CLICK, "form": SENT, "command": COMMAND, "shortcut": SHORTCUT, "event": EVENT}
# Fields by which Bolt finds the listener: it drops such a payload before any listener of ours runs.
BY_BOLT = {("type",), ("user",), ("team",), ("channel",), ("event",), ("event", "user"), ("view",), ("view", "type")}
BY_BOLT |= {("actions",), ("actions", 0), ("actions", 0, "action_id")}
EVERY = [(kind, place) for kind, example in KINDS.items() for place in places(example)]


def usual(hands: Hands) -> None:
    """Check that a normal click is answered."""
    access.renew_directory(hands.desk, hands.desk.clock.now())  # people in an event are read again first
    assert "open" in hands.command("status", by=BEN)["text"]


@pytest.mark.parametrize(("kind", "place"), part(EVERY, 3), ids=str)
def test_an_odd_field_raises_nothing_and_leaves_the_next_click_answered(hands: Hands, kind: str, place: Any) -> None:
    a_case(hands.desk)
    body: dict[str, Any] = deepcopy(KINDS[kind])
    if kind == "click":
        body["actions"][0]["value"] = ids.button_value(ids.CASE, 1, 1, hands.desk.secret)
    for odd in ODD:
        given = mutated(body, place, odd)
        if odd is not MISSING and len(str(odd)) > 10_000:
            continue  # Bolt logs it in full; the doors accept at most 64 KiB
        try:
            status = hands.dispatch(given).status
        except (TypeError, KeyError, IndexError, AttributeError):
            status = 500
        assert status in {200, 400, 404} or place in BY_BOLT, (place, odd)
    usual(hands)
    assert only_case(hands.desk).state in {CaseState.NEW, CaseState.OPEN}
    assert only_case(hands.desk).assignee in {"", ANA}
