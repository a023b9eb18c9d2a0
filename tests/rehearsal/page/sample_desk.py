"""A small desk on the real Bolt, so that the page has something to show."""

import re
import time
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.rehearsal.stage import Stage
from bot.rehearsal.workspace import cast


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text, verbatim=True):
    return {"type": "mrkdwn", "text": text, "verbatim": verbatim}


def quote(text):
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}],
    }


def option(text, **more):
    return {"text": plain(text), "value": text, **more}


def button(action_id, text, **more):
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": "v", **more}


def card(number=412, words="Charged twice AGAIN @northwind", name="Priya N", post_id="1"):
    menu = {"type": "overflow", "action_id": "case_more", "options": [option("Solved"), option("Set aside")]}
    due = int(time.time()) + 3600
    return [
        {"type": "header", "text": plain(f"Case {number} · billing")},
        {"type": "context", "elements": [mrkdwn("X mention · *high priority*")]},
        {"type": "section", "text": mrkdwn(f"*{name}* @priya_n")},
        quote(words),
        {"type": "context", "elements": [mrkdwn(f"<https://x.com/priya_n/status/{post_id}|open the post>")]},
        {"type": "section", "text": mrkdwn(f"Due <!date^{due}^{{time}}|soon> · held by <@{cast.BEN}>")},
        {
            "type": "actions",
            "elements": [
                button("case_reply", "Reply", style="primary"),
                button("case_claim", "Claim", confirm={
                    "title": plain("Claim it?"), "text": plain("It will be yours."),
                    "confirm": plain("Claim"), "deny": plain("No"),
                }),
                menu,
            ],
        },
    ]  # fmt: skip


def reply_modal(words="", title="Reply to Priya"):
    template = {
        "type": "static_select", "action_id": "template_select", "placeholder": plain("Pick words"),
        "options": [option("wrong charge"), option("late delivery")],
    }  # fmt: skip
    typed = {
        "type": "plain_text_input", "action_id": "words_input", "multiline": True, "initial_value": words or "Hi",
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }  # fmt: skip
    return {
        "type": "modal",
        "callback_id": "reply_modal",
        "notify_on_close": True,
        "title": plain(title),
        "submit": plain("Send to review"),
        "close": plain("Keep for later"),
        "blocks": [
            quote("Charged twice AGAIN"),
            {"type": "input", "block_id": "template", "dispatch_action": True, "optional": True,
             "label": plain("Template"), "element": template},
            {"type": "input", "block_id": f"words.{len(words)}", "dispatch_action": True, "label": plain("Reply"),
             "element": typed},
            {"type": "input", "block_id": "who", "optional": True, "label": plain("Approver"),
             "element": {"type": "users_select", "action_id": "who"}},
            {"type": "input", "block_id": "also", "optional": True, "label": plain("Also"),
             "element": {"type": "checkboxes", "action_id": "also", "options": [option("private"), option("photo")]}},
            {"type": "input", "block_id": "tone", "label": plain("Tone"),
             "element": {"type": "radio_buttons", "action_id": "tone", "initial_option": option("warm"),
                         "options": [option("warm"), option("plain")]}},
        ],
    }  # fmt: skip


class SampleDesk:
    """Posts cards, opens a modal, refuses a reply without the word refund, answers /care; records its payloads."""

    def __init__(self, stage: Stage) -> None:
        self.client = WebClient(token=cast.BOT_TOKEN, base_url=f"{stage.url}/api/", retry_handlers=[])
        self._stage = stage
        self.heard: list[tuple[str, object]] = []
        self._app = App(client=self.client, authorize=lambda **_: AuthorizeResult(
            enterprise_id=None, team_id=cast.TEAM, bot_token=cast.BOT_TOKEN, bot_id=cast.BOT, bot_user_id=cast.BOT_USER,
        ))  # fmt: skip
        self._listen()
        self._listen_to_forms()
        self._listen_to_the_rest()
        self._socket = SocketModeHandler(self._app, cast.APP_TOKEN)
        self._socket.client.web_client = WebClient(token=cast.BOT_TOKEN, base_url=f"{stage.url}/api/")

    def __enter__(self):
        self._socket.connect()
        return self

    def __exit__(self, *_):
        self._socket.client.auto_reconnect_enabled = False
        self._stage.workspace.sockets.cut()  # the SDK's own close waits 2 s for a read to end
        with suppress(AttributeError):  # the SDK's own race: its other thread has closed the socket already
            self._socket.close()

    def post(self, blocks, channel=cast.CARE, text="A case", **more):
        return self.client.chat_postMessage(channel=channel, text=text, blocks=blocks, **more)["ts"]

    def _listen(self):
        @self._app.action("case_reply")
        def reply(ack, body):
            self.client.views_open(trigger_id=body["trigger_id"], view=reply_modal())
            ack()

        @self._app.action("template_select")
        def template(ack, body):
            ack()
            view = body["view"]
            self.client.views_update(
                view_id=view["id"], hash=view["hash"], view=reply_modal("I'm sorry, that's on us.")
            )

        @self._app.action(re.compile("."))
        def other(ack, body):
            ack()
            self.heard.append((body["actions"][0]["action_id"], body["actions"][0]))

    def _listen_to_forms(self):
        @self._app.view("reply_modal")
        def submitted(ack, view):
            values = view["state"]["values"]
            block = next(name for name in values if name.startswith("words"))
            if "refund" not in values[block]["words_input"]["value"]:
                ack(response_action="errors", errors={block: "Say what happens to the refund, please."})
                return
            ack()
            self.heard.append(("submitted", values))

        @self._app.view_closed("reply_modal")
        def closed(ack):
            ack()
            self.heard.append(("closed", None))

    def _listen_to_the_rest(self):
        @self._app.command("/care")
        def care(ack, command):
            ack({"response_type": "ephemeral", "text": f"You asked: {command['text']}"})

        @self._app.shortcut("care_add")
        def add(ack, body):
            self.client.views_open(trigger_id=body["trigger_id"], view=reply_modal(title="Send to care"))
            ack()
            self.heard.append(("added", body["message"]["text"]))

        @self._app.event("app_home_opened")
        def home(event):
            blocks = [{"type": "section", "text": mrkdwn("*Your cases*: none")}]
            self.client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
