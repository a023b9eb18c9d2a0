"""Presses, forms and commands as Slack's payloads, through the real Bolt app."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.blocks.base import ids
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.services.slack.publishing import Publisher
from handlers import register
from handlers.bolt import bolt_app
from handlers.door import Door, Visit
from handlers.payloads import of_action
from tests.fakes import ANA, CARE, FakeChat
from tests.services.journey import clock, slack

TEAM = "T0HOME"
RESPONSE = "https://hooks.slack.example/actions/1"
NOWHERE = "http://127.0.0.1:9/"  # nothing listens there: a call by Bolt itself would fail the test


class AtOnce:
    """An executor that runs the work before `submit` returns."""

    def submit(self, work: Callable[..., Any], *of: Any) -> None:
        work(*of)


@dataclass
class Hands:
    """A desk with its real handlers, and a person who uses them."""

    desk: Desk
    renewed: list[int] = field(default_factory=list)
    clicks: Iterator[int] = field(default_factory=count)
    app: App = field(init=False)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        client = WebClient("xoxb-nothing", base_url=NOWHERE, retry_handlers=[], timeout=2)
        self.app = bolt_app(client, team=TEAM, bot_user="U0BOT", bot_id="B0BOT")
        self.door = Door(self.desk, AtOnce())  # type: ignore[arg-type]
        register(self.app, self.door, directory_changed=self._renewed, people_changed=self._renewed)

    def serve(self, desk: Desk) -> "Hands":
        """Let the same doors stand before another desk, as after a start; return them."""
        self.desk = self.door.desk = desk
        self.clicks = count()
        return self

    def _renewed(self) -> None:
        self.renewed.append(1)

    @property
    def chat(self) -> FakeChat:
        return slack(self.desk)

    def dispatch(self, body: Mapping[str, Any]) -> BoltResponse:
        """Give Bolt a request."""
        return self.app.dispatch(BoltRequest(mode="socket_mode", body=dict(body)))

    def press(self, action_id: str, value: str, by: str = ANA, **more: Any) -> str:
        """Press a button of a message; return the text shown only to the person, or ""."""
        return self.act({"type": "button", "action_id": action_id, "block_id": "b", "value": value}, by, **more)

    def choose(self, action_id: str, value: str, by: str = ANA) -> str:
        """Choose from an overflow menu; return the text shown only to the person."""
        option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
        return self.act({"type": "overflow", "action_id": action_id, "block_id": "b", "selected_option": option}, by)

    def act(self, action: Mapping[str, Any], by: str, **more: Any) -> str:
        before = len(self.chat.whispers)
        answer = self.dispatch(self.click(action, by, **more))
        assert (answer.status, answer.body) == (200, "")
        return " ".join(one.text for one in self.chat.whispers[before:])

    def click(self, action: Mapping[str, Any], by: str, **more: Any) -> dict[str, Any]:
        ts = f"{next(self.clicks)}.000100"
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": by, "team_id": TEAM},
            "container": {"type": "message", "channel_id": CARE, "message_ts": ts},
            "channel": {"id": CARE},
            "trigger_id": f"trigger.{ts}",
            "response_url": RESPONSE,
            "actions": [{**action, "action_ts": ts}],
            **more,
        }

    def visit(self, body: Mapping[str, Any]) -> Visit:
        """Return the Visit that a listener gets for this click."""
        return Visit(self.desk, of_action(body), self.desk.clock.now())

    def form(self) -> dict[str, Any]:
        """Return the form that was last opened or redrawn."""
        return dict(self.chat.views[-1])

    def filled(self, form: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
        """Return the form as in Slack's payload, with the inputs `given` by action id or block id."""
        values = {block["block_id"]: _state(block, given) for block in form["blocks"] if block["type"] == "input"}
        return {**form, "id": "V1", "hash": "1.abc", "state": {"values": values}}

    def change(self, action_id: str, by: str = ANA, **given: str) -> str:
        """Change a reporting input of the open form, or press its button; return the text shown to the person."""
        view = self.filled(self.form(), given)
        action = {
            "type": "plain_text_input",
            "action_id": action_id,
            "block_id": "b",
            "value": as_slack_sends(given.get(action_id, "")),
        }
        before = len(self.chat.views)
        body = self.click(action, by, view=view, container={"type": "view", "view_id": "V1"})
        del body["response_url"], body["channel"]
        self.dispatch(body)
        refused = [one for one in self.chat.views[before:] if one["callback_id"] == "simple_modal"]
        return " ".join(str(one["blocks"]) for one in refused)

    def submit(self, by: str = ANA, form: Mapping[str, Any] | None = None, **given: str) -> dict[str, Any]:
        """Send the open form with these inputs (by action id); return Slack's answer, {} when the form closes.

        If the form asks about a promise in the words, send it again with the given or preselected answer.
        """
        answer = self.send_view(self.filled(form or self.form(), given), by)
        if asks_about_a_promise(answer):
            return self.send_view(self.filled(answer["view"], given), by)
        return answer

    def close(self, by: str = ANA, **given: str) -> None:
        """Close the open form with these inputs (by action id)."""
        who, view = {"id": by, "team_id": TEAM}, self.filled(self.form(), given)
        assert self.dispatch({"type": "view_closed", "user": who, "view": view, "is_cleared": False}).status == 200

    def send_view(self, view: Mapping[str, Any], by: str = ANA) -> dict[str, Any]:
        who = {"id": by, "team_id": TEAM}
        answer = self.dispatch({"type": "view_submission", "team": {"id": TEAM}, "user": who, "view": view})
        assert answer.status == 200
        return json.loads(answer.body) if answer.body else {}

    def command(self, text: str, by: str = ANA, channel: str = CARE) -> dict[str, Any]:
        """Type /care and some words; return the answer."""
        usual = {"command": "/care", "user_id": by, "team_id": TEAM, "channel_id": channel, "trigger_id": "t"}
        answer = self.dispatch({**usual, "text": text, "response_url": RESPONSE})
        assert answer.status == 200
        plain = not answer.body.startswith("{")  # plain text: Slack shows it only to the person who asked
        said: dict[str, Any] = (
            {"text": answer.body, "response_type": "ephemeral"} if plain else json.loads(answer.body)
        )
        return said

    def event(self, kind: str, **facts: Any) -> BoltResponse:
        event = {"type": kind, **facts}
        return self.dispatch({"type": "event_callback", "team_id": TEAM, "event": event, "event_id": "E1"})

    def open_home(self, by: str = ANA) -> dict[str, Any]:
        """Open the home tab; return what it shows."""
        stands = {"view": self.as_shown(by)} if self.chat.homes.get(by) else {}
        self.event("app_home_opened", user=by, channel="D0HOME", tab="home", **stands)
        return self.home(by)

    def home(self, by: str = ANA) -> dict[str, Any]:
        """Return what somebody's home tab shows."""
        return dict(self.chat.homes[by][-1])

    def as_shown(self, by: str) -> dict[str, Any]:
        return {**self.home(by), "id": "V0HOME", "hash": f"1.{len(self.chat.homes[by])}", "state": {"values": {}}}

    def on_home(self, action: Mapping[str, Any], by: str) -> dict[str, Any]:
        """Return what Slack reports of a press on somebody's home tab: no channel, and no address for answers."""
        body = self.click(action, by, container={"type": "view", "view_id": "V0HOME"}, view=self.as_shown(by))
        del body["response_url"], body["channel"]
        return body

    def press_home(self, action_id: str, by: str = ANA, nth: int = 0) -> str:
        """Press a button of the home tab, the first with this id; return what is shown over Slack for it."""
        found = [one for one in elements(self.home(by)["blocks"]) if one["action_id"] == action_id]
        views = len(self.chat.views)
        answer = self.dispatch(self.on_home({**found[nth], "block_id": "b"}, by))
        assert (answer.status, answer.body) == (200, "")
        return " ".join(str(one["blocks"]) for one in self.chat.views[views:])

    def publish(self) -> None:
        """Publish everything that waits for Slack."""
        publisher = Publisher(self.desk, Limiter(self.desk.clock.pace), draw)
        while (wait := publisher.one_round(publisher.desk.clock.now())) is not None:
            clock(self.desk).move(seconds=wait)

    def buttons(self) -> dict[tuple[str, str], str]:
        """Return the values of all buttons and menu options that Slack shows now, by (action id, option)."""
        self.publish()
        found: dict[tuple[str, str], str] = {}
        for message in self.chat.messages.values():
            for element in elements(message.blocks):
                if "url" in element:
                    continue
                for option in element.get("options") or [element]:
                    name = option["value"].partition(":")[0] if "options" in element else ""
                    found[element["action_id"], name] = option["value"]
        return found

    def button(self, action_id: str, option: str = "") -> str:
        """Return the value of a button that Slack shows."""
        return self.buttons()[action_id, option]


def elements(blocks: Any) -> Iterator[dict[str, Any]]:
    """Yield the buttons and menus of a message."""
    for block in blocks:
        yield from (one for one in block.get("elements", []) if one.get("type") in {"button", "overflow"})
        if block.get("accessory"):
            yield block["accessory"]


def _state(block: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    element = block["element"]
    action_id, kind = element["action_id"], element["type"]
    value = given.get(block["block_id"], given.get(action_id))
    if kind == "users_select":
        return {action_id: {"type": kind, "selected_user": value or element.get("initial_user")}}
    if kind in {"static_select", "radio_buttons"}:
        initial = element.get("initial_option")
        return {action_id: {"type": kind, "selected_option": {"value": value} if value else initial}}
    if kind == "checkboxes":
        chosen = value.split() if value is not None else [one["value"] for one in element.get("initial_options", [])]
        return {action_id: {"type": kind, "selected_options": [{"value": one} for one in chosen]}}
    stands = value if value is not None else element.get("initial_value")
    return {action_id: {"type": kind, "value": stands and as_slack_sends(stands)}}


def as_slack_sends(typed: str) -> str:
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def asks_about_a_promise(answer: Mapping[str, Any]) -> bool:
    """Return whether the answer is the form again, with the question about a promise."""
    blocks = answer.get("view", {}).get("blocks", [])
    return any(block.get("element", {}).get("action_id") == ids.PROMISE_SELECT for block in blocks)
