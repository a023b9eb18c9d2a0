"""A person's actions on existing messages: edit or delete their own, react to anybody's."""

from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.shapes import escaped, message_shape
from bot.rehearsal.workspace.team import Team


class OwnWords:
    """Carries out edits, deletions and reactions, and sends the app the events that it subscribed to."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def edit(self, who: str, channel: str, ts: str, text: str) -> Json:
        """Edit a message of this person; the app gets message_changed."""
        with self._team.lock:
            room, message = self._own(who, channel, ts, "cant_update_message")
            before = message_shape(message)
            self._team.edit(message, {"text": escaped(text)})
            more = {"message": message_shape(message), "previous_message": before}
        self._tell(room, "message_changed", more)
        return {"ok": True, "ts": ts}

    def delete(self, who: str, channel: str, ts: str) -> Json:
        """Delete a message of this person; the app gets message_deleted."""
        with self._team.lock:
            room, message = self._own(who, channel, ts, "cant_delete_message")
            before = message_shape(message)
            self._team.remove(message)
        self._tell(room, "message_deleted", {"deleted_ts": ts, "previous_message": before})
        return {"ok": True, "ts": ts}

    def react(self, who: str, channel: str, ts: str, name: str) -> Json:
        """Add a reaction to a message, or remove it when it is there."""
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
