"""Views of a person in Slack: people, groups, rooms, messages, open modals, the home tab."""

from dataclasses import asdict

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.shapes import message_shape
from bot.rehearsal.workspace.team import Team
from bot.rehearsal.workspace.views import View


class Looking:
    """Returns the workspace as one person sees it."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def users(self) -> list[Json]:
        """List everybody."""
        with self._team.lock:
            return [asdict(person) for person in self._team.people.values()]

    def groups(self) -> list[Json]:
        """List the user groups with their people."""
        with self._team.lock:
            return [asdict(group) for group in self._team.groups.values()]

    def channels(self, who: str) -> list[Json]:
        """List the rooms that this person sees, with their direct messages with the bot."""
        with self._team.lock:
            person = self._team.people.get(who)
            if person is not None and not person.is_bot:
                self._team.im_with(who)
            return [self._channel(room, who) for room in self._team.channels.values() if self._sees(room, who)]

    def _sees(self, room: Channel, who: str) -> bool:
        person = self._team.people.get(who)
        if who in room.members:
            return True
        return bool(person) and not room.is_private and not (person and (person.is_restricted or person.is_stranger))

    def _channel(self, room: Channel, who: str) -> Json:
        flags: Json = {"is_im": room.is_im, "is_private": room.is_private, "is_archived": room.is_archived}
        more: Json = {"is_read_only": room.is_read_only, "is_ext_shared": room.is_ext_shared, "topic": room.topic}
        name = room.name or cast.BOT_NAME
        counts = {"unread": room.unread(who), "members": sorted(room.members), "is_member": who in room.members}
        return {"id": room.id, "name": name, **flags, **more, **counts}

    def messages(
        self, who: str, channel: str, thread: str = "", *, peek: bool = False, limit: int = 2000
    ) -> list[Json]:
        """List the newest messages of a room or a thread in order, with those that only this person sees.

        Marks the room as read unless `peek` is true.
        """
        with self._team.lock:
            room = self._team.room(channel)
            if room is None or not self._sees(room, who):
                raise SlackError("channel_not_found")
            if not peek and room.messages:
                room.read[who] = next(reversed(room.messages))
            return [_shown(m) for m in self._chosen(room, who, thread)][-limit:]

    def _chosen(self, room: Channel, who: str, thread: str) -> list[Message]:
        if thread:
            head = room.messages.get(thread)
            several = [head, *(room.messages[ts] for ts in head.replies)] if head else []
        else:
            several = [m for m in room.messages.values() if m.thread_ts in (None, m.ts) or m.broadcast]
        hidden = [w for w in room.whispers.values() if w.reader == who and (w.thread_ts or "") == thread]
        standing = [m for m in several if not m.deleted or m.replies] + [w for w in hidden if not w.deleted]
        return sorted(standing, key=lambda m: m.ts) if hidden else standing

    def message(self, who: str, channel: str, ts: str) -> Json:
        """Return one message."""
        with self._team.lock:
            room = self._team.room(channel)
            message = room and self._sees(room, who) and (room.messages.get(ts) or room.whispers.get(ts))
            if not isinstance(message, Message) or message.reader not in (None, who):
                raise SlackError("message_not_found")
            return _shown(message)

    def views(self, who: str) -> list[Json]:
        """List the open modals, the topmost last."""
        with self._team.lock:
            return [_view(view) for view in self._team.views.stack(who)]

    def home(self, who: str) -> Json:
        """Return the published home tab, empty when nothing was published; `off` when the app has no home tab."""
        with self._team.lock:
            if not self._team.rights.has_home:
                return {"off": True}
            view = self._team.views.home(who)
            return _view(view) if view else {}


def _view(view: View) -> Json:
    return {"id": view.id, "hash": view.hash, "view": view.shape()}


def _shown(message: Message) -> Json:
    shape = message_shape(message, with_metadata=True)
    plain: Json = {
        "blocks": [],
        "thread_ts": None,
        "reply_count": 0,
        "latest_reply": None,
        "metadata": None,
        "edited": None,
    }
    return {
        **plain,
        **shape,
        "ephemeral": message.reader is not None,
        "deleted": message.deleted,
        "channel": message.channel,
    }
