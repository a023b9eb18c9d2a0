"""What a person does with messages that stand: change their own words, take them back, react to anybody's."""

from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.shapes import escaped, message_shape
from bot.rehearsal.workspace.team import Team


class OwnWords:
    """Let a person alter what was written, and tell the app where it listens."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def edit(self, who: str, channel: str, ts: str, text: str) -> Json:
        """Change one's own message; the app hears message_changed."""
        with self._team.lock:
            room, message = self._own(who, channel, ts, "cant_update_message")
            before = message_shape(message)
            self._team.edit(message, {"text": escaped(text)})
            more = {"message": message_shape(message), "previous_message": before}
        self._tell(room, "message_changed", more)
        return {"ok": True, "ts": ts}

    def delete(self, who: str, channel: str, ts: str) -> Json:
        """Take one's own message back; the app hears message_deleted."""
        with self._team.lock:
            room, message = self._own(who, channel, ts, "cant_delete_message")
            before = message_shape(message)
            self._team.remove(message)
        self._tell(room, "message_deleted", {"deleted_ts": ts, "previous_message": before})
        return {"ok": True, "ts": ts}

    def react(self, who: str, channel: str, ts: str, name: str) -> Json:
        """Put a reaction under a message, or take it away again."""
        with self._team.lock:
            room, message = self._standing(who, channel, ts)
            users = message.reactions.setdefault(name.strip(":"), [])
            kind = "reaction_removed" if who in users else "reaction_added"
            users.remove(who) if who in users else users.append(who)
            message.reactions = {each: people for each, people in message.reactions.items() if people}
            self._team.changed("message", channel=room.id, ts=ts, thread_ts=message.thread_ts)
            item = {"type": "message", "channel": room.id, "ts": ts}
            event = {"type": kind, "user": who, "reaction": name, "item": item, "item_user": message.user}
        self._team.happened(kind, {**event, "event_ts": self._team.stamps.next()})
        return {"ok": True, "reactions": {each: len(people) for each, people in message.reactions.items()}}

    def _standing(self, who: str, channel: str, ts: str) -> tuple[Channel, Message]:
        room = self._team.room(channel)
        if room is None or (room.is_private and who not in room.members):
            raise SlackError("channel_not_found")
        message = room.find(ts)
        if message is None:
            raise SlackError("message_not_found")
        return room, message

    def _own(self, who: str, channel: str, ts: str, code: str) -> tuple[Channel, Message]:
        room, message = self._standing(who, channel, ts)
        if message.user != who:
            raise SlackError(code)
        return room, message

    def _tell(self, room: Channel, subtype: str, more: Json) -> None:
        ts = self._team.stamps.next()
        event = {"type": "message", "subtype": subtype, "channel": room.id, "hidden": True, "ts": ts, "event_ts": ts}
        self._team.happened(f"message.{room.kind}", {**event, **more})
