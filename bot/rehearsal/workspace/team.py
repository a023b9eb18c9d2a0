"""The make-believe team: its people, rooms and messages, and the changes to them."""

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.rehearsal.clock import StageClock
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.book import Book
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.model import Channel, Group, Message, Person
from bot.rehearsal.workspace.moments import Stamps
from bot.rehearsal.workspace.notify import links, notifications
from bot.rehearsal.workspace.tickets import Tickets
from bot.rehearsal.workspace.views import Views

Listener = Callable[[Json], None]


@dataclass(slots=True)
class AppRights:
    """The app's rights by its manifest: scopes, events, commands, home tab."""

    scopes: set[str] = field(default_factory=lambda: set(cast.SCOPES))
    events: set[str] = field(default_factory=lambda: set(cast.EVENTS))
    commands: set[str] | None = None
    has_home: bool = True
    has_groups: bool = True


def rights_of(manifest: Json) -> AppRights:
    """Return the rights that an app manifest gives."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    return AppRights(
        scopes=set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=set(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands={command["command"] for command in features.get("slash_commands", ())},
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
    )


class Team:
    """The whole workspace; every change is made under its lock, and listeners are called afterwards."""

    def __init__(self, clock: StageClock, rights: AppRights) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.rights = rights
        self.book = Book(clock.now)
        self.stamps = Stamps(clock)
        self.tickets = Tickets(clock)
        self._ids = itertools.count(1)
        self.views = Views(self.new_id, self.new_hash)
        self.people = {person.id: person for person in cast.people()}
        self.groups = {group.id: group for group in cast.groups()}
        self.channels = {channel.id: channel for channel in cast.channels()}
        self.uploads: dict[str, Json] = {}
        self.updates = 0
        self.deletions = 0
        self.on_change: list[Listener] = []
        self.on_event: Callable[[str, Json], None] | None = None

    def new_id(self, prefix: str) -> str:
        """Return a new id in Slack's form."""
        return f"{prefix}0{next(self._ids):09d}"

    def new_hash(self) -> str:
        """Return a new hash of a view: the time in seconds, and a unique part."""
        return f"{int(self.stamps.seconds())}.{next(self._ids):08x}"

    def changed(self, what: str, **ids: object) -> None:
        """Notify the page of a change."""
        for told in self.on_change:
            told({"what": what, **ids})

    def happened(self, subscription: str, event: Json) -> None:
        """Send an event to the app, if its manifest subscribed to it."""
        if self.on_event is not None and subscription in self.rights.events:
            self.on_event(subscription, event)

    # Rooms

    def room(self, name: str) -> Channel | None:
        """Find a room by id or by `#name`, or a person's direct messages with the bot by their id."""
        if name in self.channels:
            return self.channels[name]
        if name in self.people:
            return self.im_with(name)
        return next((c for c in self.channels.values() if c.name and c.name == name.removeprefix("#")), None)

    def im_with(self, user: str) -> Channel:
        """Return the direct messages between a person and the bot, opened if they were not."""
        found = self.channels.get("D" + user[1:])
        if found is None:
            found = Channel("D" + user[1:], "", {user, cast.BOT_USER}, is_im=True, is_private=True, user=user)
            self.channels[found.id] = found
        return found

    # Messages

    def post(
        self, channel: Channel, user: str, content: Json, thread_ts: str | None = None, *, broadcast: bool = False
    ) -> Message:
        """Post a message in a room or a thread."""
        message = self._compose(channel, user, content, thread_ts)
        message.broadcast = broadcast
        channel.messages[message.ts] = message
        if thread_ts is not None:
            channel.messages[thread_ts].replies.append(message.ts)
        channel.read[user] = message.ts
        self.changed("message", channel=channel.id, ts=message.ts, thread_ts=thread_ts)
        return message

    def whisper(self, channel: Channel, reader: str, content: Json, thread_ts: str | None = None) -> Message:
        """Show a message to one person only."""
        message = self._compose(channel, cast.BOT_USER, content, thread_ts)
        message.reader = reader
        channel.whispers[message.ts] = message
        self.changed("ephemeral", channel=channel.id, ts=message.ts, user=reader)
        return message

    def edit(self, message: Message, content: Json) -> Message:
        """Replace a message's content; its metadata stay unless new ones are given."""
        message.earlier.append(message.blocks)
        self._fill(message, content)
        message.edited = {"user": message.user, "ts": self.stamps.next()}
        message.updates += 1
        self.updates += message.reader is None
        self.changed("message", channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)
        return message

    def remove(self, message: Message) -> None:
        """Delete a message; the first message of a thread leaves a tombstone."""
        channel = self.channels[message.channel]
        message.deleted = True
        self.deletions += message.reader is None
        head = channel.messages.get(message.thread_ts or "")
        if head is not None and message.ts in head.replies:
            head.replies.remove(message.ts)
        self.changed("message", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)

    def _compose(self, channel: Channel, user: str, content: Json, thread_ts: str | None) -> Message:
        message = Message(channel.id, self.stamps.next(), user, "", thread_ts=thread_ts, by_bot=user == cast.BOT_USER)
        self._fill(message, content)
        return message

    def _fill(self, message: Message, content: Json) -> None:
        message.text = content.get("text") or content.get("markdown_text") or ""
        message.blocks = self.named_blocks(content.get("blocks") or [])
        message.attachments = content.get("attachments") or []
        if "metadata" in content:
            message.metadata = content["metadata"] or None
        message.files = content.get("files") or message.files
        message.notified += [n for n in notifications(content) if n not in message.notified]
        message.links = links(content)

    def named_blocks(self, blocks: Iterable[Json]) -> list[Json]:
        """Return the blocks with an id for every block and interactive element, as Slack adds them."""
        named = [{**block, "block_id": block.get("block_id") or f"b{next(self._ids):x}"} for block in blocks]
        for block in named:
            for name in ("elements", "accessory", "element"):
                if name in block and block["type"] not in ("rich_text", "context"):
                    block[name] = self._named_elements(block[name])
        return named

    def _named_elements(self, node: object) -> object:
        if isinstance(node, list):
            return [self._named_elements(each) for each in node]
        if (
            isinstance(node, dict)
            and "action_id" not in node
            and node.get("type") not in ("image", "mrkdwn", "plain_text")
        ):
            return {**node, "action_id": f"a{next(self._ids):x}"}
        return node

    # People

    def person(self, user: str) -> Person | None:
        """Find a person by id."""
        return self.people.get(user)

    def group(self, group: str) -> Group | None:
        """Find a user group by id."""
        return self.groups.get(group)
