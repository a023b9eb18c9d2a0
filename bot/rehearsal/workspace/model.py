"""The model of a Slack workspace: people, groups, rooms and messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.rehearsal.workspace.errors import Json

HOME_TEAM = "T0NORTHWND"


@dataclass(slots=True)
class Person:
    """One account: a teammate, a guest, somebody of another workspace, or a bot."""

    id: str
    name: str
    real_name: str = ""
    team_id: str = HOME_TEAM
    tz: str = "Etc/UTC"
    locale: str = "en-GB"
    title: str = ""
    email: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    presence: str = "active"
    dnd: bool = False


@dataclass(slots=True)
class Group:
    """One user group; a disabled one keeps its members but is not used."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    is_disabled: bool = False


@dataclass(slots=True)
class Message:
    """One message in its current form, with its earlier forms."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    by_bot: bool = False
    edited: Json | None = None
    deleted: bool = False
    broadcast: bool = False
    reader: str | None = None
    replies: list[str] = field(default_factory=list)
    earlier: list[list[Json]] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    notified: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    updates: int = 0


@dataclass(slots=True)
class Channel:
    """One room: its members, what it allows, its messages in order, and how far each person has read."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_read_only: bool = False
    is_ext_shared: bool = False
    topic: str = ""
    user: str = ""
    created: int = 1_700_000_000
    messages: dict[str, Message] = field(default_factory=dict)
    whispers: dict[str, Message] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return the family of scopes for this kind of room."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"

    def find(self, ts: str) -> Message | None:
        """Return a message that is not deleted, or None."""
        message = self.messages.get(ts)
        return None if message is None or message.deleted else message

    def unread(self, user: str) -> int:
        """Return the number of others' messages since this person last read the room."""
        last = self.read.get(user, "")
        count = 0
        for message in reversed(self.messages.values()):
            if message.ts <= last:
                break
            count += message.user != user and not message.deleted
        return count


def alter(thing: Person | Group | Channel, changes: Json, allowed: Iterable[str]) -> None:
    """Change the named fields and no others; raises KeyError for a field that may not change."""
    for name, value in changes.items():
        if name not in set(allowed):
            raise KeyError(name)
        setattr(thing, name, set(value) if name == "members" else value)
