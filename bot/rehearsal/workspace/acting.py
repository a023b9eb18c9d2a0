"""Actions of a person in Slack: type, press, choose, run a command, use a shortcut, open the home tab."""

from collections.abc import Callable

from bot.rehearsal.workspace import cast, payloads
from bot.rehearsal.workspace.blockkit import check_message, elements_of
from bot.rehearsal.workspace.delivery import Delivery, Outcome
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Message, Person
from bot.rehearsal.workspace.shapes import escaped, message_shape
from bot.rehearsal.workspace.team import Team
from bot.rehearsal.workspace.tickets import ResponseUrl
from bot.rehearsal.workspace.values import chosen, values_of
from bot.rehearsal.workspace.views import View


def told(outcome: Outcome, **more: object) -> Json:
    """Return the outcome of a delivery as it is shown to the person."""
    answer: Json = {"ok": outcome.acked, "acked": outcome.acked, **more}
    return {**answer, "error": outcome.error} if outcome.error else answer


class Acting:
    """Carry out a person's actions, and return what Slack would show them."""

    def __init__(self, team: Team, delivery: Delivery, respond_at: Callable[[ResponseUrl], str]) -> None:
        self._team = team
        self._delivery = delivery
        self._respond_at = respond_at

    # In messages

    def write(self, who: str, channel: str, text: str, thread_ts: str | None = None, *, raw: bool = False) -> Json:
        """Type a message; `raw` keeps Slack's own codes such as <@U...>, which its client writes for picked names."""
        with self._team.lock:
            person, room = self._person(who), self._room(who, channel)
            if room.is_archived:
                raise SlackError("is_archived")
            if thread_ts and room.messages.get(thread_ts) is None:
                raise SlackError("thread_not_found")
            message = self._team.post(room, person.id, {"text": text if raw else escaped(text)}, thread_ts)
        self._tell_written(message, room)
        return {"ok": True, "ts": message.ts, "channel": room.id}

    def _tell_written(self, message: Message, room: Channel) -> None:
        if cast.BOT_USER not in room.members:
            return
        kind = {"im": "im", "groups": "group"}.get(room.kind, "channel")
        event = {**message_shape(message), "channel": room.id, "channel_type": kind, "event_ts": message.ts}
        self._team.happened(f"message.{room.kind}", event)
        if f"<@{cast.BOT_USER}>" in message.text:
            self._team.happened("app_mention", {**event, "type": "app_mention"})

    def press(
        self,
        who: str,
        channel: str,
        ts: str,
        action_id: str,
        block_id: str = "",
        *,
        stale: bool = False,
        **given: object,
    ) -> Json:
        """Press a button or choose in a menu of a message; `stale` allows one that is no longer there.

        With a block id the press is for what the person saw, although the message may have been redrawn since.
        """
        with self._team.lock:
            person, room = self._person(who), self._room(who, channel)
            message = self._message(who, room, ts)
            block, element = self._element(message, action_id, block_id, given, stale=stale)
            value = chosen(element, given)
            payload = self._pressed(
                person, message, room, payloads.action(element, block["block_id"], value, self._team.stamps.next())
            )
        return told(self._delivery.send("interactive", action_id, payload))

    def _pressed(self, person: Person, message: Message, room: Channel, action: Json) -> Json:
        trigger = self._team.tickets.trigger(person.id)
        response = self._team.tickets.response(person.id, room.id, message.ts, message.thread_ts)
        where = payloads.in_message(message, room, values_of(message.blocks, {}))
        return {
            **payloads.common("block_actions", person, trigger.id), **where,
            "response_url": self._respond_at(response), "actions": [action],
        }  # fmt: skip

    def _element(
        self, message: Message, action_id: str, block_id: str, given: Json, *, stale: bool
    ) -> tuple[Json, Json]:
        shown = [message.blocks, *(reversed(message.earlier) if stale or block_id else ())]
        shown += [attachment.get("blocks", []) for attachment in message.attachments]
        for blocks in shown:
            for block, element in elements_of(blocks):
                if element["action_id"] == action_id and block_id in ("", block["block_id"]):
                    return block, {
                        **element,
                        **{k: v for k, v in given.items() if k == "value" and element["type"] == "button" and stale},
                    }
        if not stale:
            raise SlackError("no_such_element", offered=[e["action_id"] for _, e in elements_of(message.blocks)])
        return {"block_id": block_id or "gone"}, {
            "type": "button",
            "action_id": action_id,
            "value": given.get("value", ""),
        }

    def command(self, who: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command; the answer is shown to this person, or to all when the app says so."""
        with self._team.lock:
            person, room = self._person(who), self._room(who, channel)
            known = self._team.rights.commands
            if known is not None and command not in known:
                raise SlackError("unknown_command")
            trigger = self._team.tickets.trigger(who)
            response = self._team.tickets.response(who, room.id)
            words = (command, escaped(text))
            payload = payloads.command(person, room, words, trigger.id, self._respond_at(response))
        outcome = self._delivery.send("slash_commands", command, payload)
        answer = self._answered(who, room, outcome.body) if outcome.body else None
        return told(outcome, response=answer) if answer else told(outcome)

    def _answered(self, who: str, room: Channel, body: Json) -> Json:
        """Show a command's answer; one that Slack would refuse is recorded as a stranger."""
        try:
            check_message(body.get("blocks") or [])
        except SlackError as refused:
            self._team.book.stranger("command answer", **refused.answer())
            raise
        with self._team.lock:
            if body.get("response_type") == "in_channel":
                message = self._team.post(room, cast.BOT_USER, body)
            else:
                message = self._team.whisper(room, who, body)
        shape = message_shape(message)
        return {
            "response_type": body.get("response_type", "ephemeral"),
            "text": message.text,
            "blocks": message.blocks,
            "ts": shape["ts"],
        }

    def shortcut(self, who: str, callback_id: str, channel: str = "", ts: str = "") -> Json:
        """Use a message's shortcut, or a global one when no message is named."""
        with self._team.lock:
            person = self._person(who)
            trigger = self._team.tickets.trigger(who)
            kind = "message_action" if ts else "shortcut"
            payload = {
                **payloads.common(kind, person, trigger.id),
                "callback_id": callback_id,
                "action_ts": self._team.stamps.next(),
            }
            if ts:
                payload |= self._on_message(who, self._room(who, channel), ts)
        return told(self._delivery.send("interactive", callback_id, payload))

    def _on_message(self, who: str, room: Channel, ts: str) -> Json:
        message = self._message(who, room, ts)
        response = self._team.tickets.response(who, room.id, None, message.thread_ts)
        where = {
            "channel": payloads.place(room),
            "message_ts": ts,
            "message": message_shape(message, with_metadata=True),
        }
        return {**where, "response_url": self._respond_at(response)}

    def home(self, who: str) -> Json:
        """Open the app's home tab; look.home returns what the app published."""
        with self._team.lock:
            self._person(who)
            channel, view = self._team.im_with(who), self._team.views.home(who)
            event: Json = {
                "type": "app_home_opened",
                "user": who,
                "channel": channel.id,
                "tab": "home",
                "event_ts": self._team.stamps.next(),
            }
            if view is not None:
                event["view"] = view.shape()
        self._team.happened("app_home_opened", event)
        return {"ok": True}

    def suggest(
        self, who: str, action_id: str, value: str, *, view_id: str = "", channel: str = "", ts: str = ""
    ) -> Json:
        """Type into a menu whose options the app supplies; return the options."""
        with self._team.lock:
            person = self._person(who)
            place: View | Message | None = (
                self._team.views.find(view_id) if view_id else self._message(who, self._room(who, channel), ts)
            )
            if place is None:
                raise SlackError("view_not_found")
            blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
            block_id = next((b["block_id"] for b, e in elements_of(blocks) if e["action_id"] == action_id), "")
            where = (
                payloads.in_view(place)
                if isinstance(place, View)
                else payloads.in_message(place, self._team.channels[place.channel], {})
            )
            payload = {
                **payloads.common("block_suggestion", person),
                **where,
                "action_id": action_id,
                "block_id": block_id,
                "value": value,
            }
        outcome = self._delivery.send("interactive", action_id, payload)
        return told(
            outcome, options=outcome.body.get("options", []), option_groups=outcome.body.get("option_groups", [])
        )

    # Who and where

    def _person(self, who: str) -> Person:
        person = self._team.person(who)
        if person is None:
            raise SlackError("user_not_found")
        return person

    def _room(self, who: str, name: str) -> Channel:
        room = self._team.room(name)
        if room is None or (room.is_private and who not in room.members):
            raise SlackError("channel_not_found")
        return room

    def _message(self, who: str, room: Channel, ts: str) -> Message:
        message = room.find(ts) or room.whispers.get(ts)
        if message is None or message.deleted or message.reader not in (None, who):
            raise SlackError("message_not_found")
        return message
