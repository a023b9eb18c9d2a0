"""The Web API's conversations methods: rooms, their members and messages."""

from collections.abc import Iterable

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.asked import Asked, method, page
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import TIER_2, TIER_3, TIER_4
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.rooms import joined, scoped, visible
from bot.rehearsal.workspace.shapes import channel_shape, message_shape

_KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _shape(channel: Channel) -> Json:
    return channel_shape(channel, member=cast.BOT_USER in channel.members)


def _look(asked: Asked) -> Json:
    channel = scoped(asked, visible(asked), "read")
    shape = _shape(channel)
    if not asked.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"ok": True, "channel": shape}


def _list(asked: Asked) -> Json:
    kinds = {_KINDS.get(name, "") for name in asked.names("types") or ["public_channel"]}
    if "" in kinds:
        raise SlackError("invalid_types")
    rooms = [
        c
        for c in asked.team.channels.values()
        if c.kind in kinds and not (c.is_archived and asked.flag("exclude_archived"))
    ]
    seen = [c for c in rooms if not c.is_private or cast.BOT_USER in c.members]
    for kind in kinds - {"mpim"}:
        _holds(asked, f"{kind}:read")
    some, cursor = page(seen, asked.text("cursor"), asked.count("limit", 100, 1000))
    return {"ok": True, "channels": [_shape(c) for c in some], "response_metadata": {"next_cursor": cursor}}


def _holds(asked: Asked, scope: str) -> None:
    if scope not in asked.team.rights.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(asked.team.rights.scopes)))


def _history(asked: Asked) -> Json:
    channel = joined(scoped(asked, visible(asked), "history"))
    shown = (m for m in reversed(channel.messages.values()) if _stands_in_room(m))
    some, more, cursor = _slice(asked, shown, newest_first=True)
    return {**_told(asked, some, more, cursor), "pin_count": 0}


def _stands_in_room(message: Message) -> bool:
    if message.deleted:
        return bool(message.replies)
    return message.thread_ts in (None, message.ts) or message.broadcast


def _replies(asked: Asked) -> Json:
    channel = joined(scoped(asked, visible(asked), "history"))
    head = channel.messages.get(asked.need("ts", "thread_not_found"))
    if head is not None and head.thread_ts not in (None, head.ts):
        head = channel.messages.get(str(head.thread_ts))
    if head is None or not _stands_in_room(head):
        raise SlackError("thread_not_found")
    replies = (channel.messages[ts] for ts in head.replies)
    some, more, cursor = _slice(asked, replies, newest_first=False)
    # The head of the thread is first on the first page, however old it is.
    first = [] if asked.text("cursor") else [head]
    return _told(asked, first + some, more, cursor)


def _slice(asked: Asked, messages: Iterable[Message], *, newest_first: bool) -> tuple[list[Message], bool, str]:
    """Return one page of the messages between `oldest` and `latest`; the cursor is the last message's time."""
    limit, past = asked.count("limit", 100, 999), asked.text("cursor").removeprefix("after:")
    some: list[Message] = []
    for message in messages:
        seen = bool(past) and (message.ts >= past if newest_first else message.ts <= past)
        if seen or not _between(asked, message.ts):
            continue
        if len(some) == limit:
            return some, True, f"after:{some[-1].ts}"
        some.append(message)
    return some, False, ""


def _between(asked: Asked, ts: str) -> bool:
    oldest, latest = float(asked.text("oldest") or 0), float(asked.text("latest") or "inf")
    if asked.flag("inclusive"):
        return oldest <= float(ts) <= latest
    return oldest < float(ts) < latest


def _told(asked: Asked, some: list[Message], more: bool, cursor: str) -> Json:
    with_metadata = asked.flag("include_all_metadata") and "metadata.message:read" in asked.team.rights.scopes
    shapes = [message_shape(m, with_metadata=with_metadata) for m in some]
    answer: Json = {"ok": True, "messages": shapes, "has_more": more}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if more else answer


def _open(asked: Asked) -> Json:
    users = asked.names("users")
    if not users and not asked.text("channel"):
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = asked.team.im_with(_reachable(asked, users[0])) if users else visible(asked)
    shape = _shape(channel) if asked.flag("return_im") else {"id": channel.id}
    return {"ok": True, "no_op": True, "already_open": True, "channel": shape}


def _reachable(asked: Asked, user: str) -> str:
    person = asked.team.person(user)
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    return user


def _members(asked: Asked) -> Json:
    channel = scoped(asked, visible(asked), "read")
    some, cursor = page(sorted(channel.members), asked.text("cursor"), asked.count("limit", 100, 1000))
    return {"ok": True, "members": list(some), "response_metadata": {"next_cursor": cursor}}


def _join(asked: Asked) -> Json:
    channel = visible(asked)
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.members.add(cast.BOT_USER)
    asked.team.changed("channel", channel=channel.id)
    return {"ok": True, "channel": _shape(channel)}


_READ = "channels:read groups:read im:read mpim:read"
_HISTORY = "channels:history groups:history im:history mpim:history"
_WINDOW = "channel cursor include_all_metadata inclusive latest limit oldest"
_OPEN_ERRORS = (
    "users_list_not_supplied method_not_supported_for_channel_type user_not_found cannot_dm_bot user_disabled "
    "channel_not_found"
)
METHODS = {
    "conversations.info": method(
        _look, "channel include_locale include_num_members", _READ, TIER_3, "channel_not_found"
    ),
    "conversations.list": method(
        _list,
        "cursor exclude_archived limit team_id types",
        _READ,
        TIER_2,
        "invalid_types invalid_limit invalid_cursor",
    ),
    "conversations.history": method(
        _history, _WINDOW, _HISTORY, TIER_3, "channel_not_found not_in_channel invalid_limit"
    ),
    "conversations.replies": method(
        _replies,
        f"{_WINDOW} ts",
        _HISTORY,
        TIER_3,
        "channel_not_found not_in_channel thread_not_found invalid_limit",
    ),
    "conversations.open": method(
        _open, "channel return_im users prevent_creation", "im:write mpim:write", TIER_3, _OPEN_ERRORS
    ),
    "conversations.members": method(
        _members, "channel cursor limit", _READ, TIER_4, "channel_not_found invalid_limit invalid_cursor"
    ),
    "conversations.join": method(
        _join,
        "channel",
        "channels:join",
        TIER_3,
        "channel_not_found method_not_supported_for_channel_type is_archived",
    ),
}
