"""Checks which rooms the bot sees and where it may post."""

from bot.rehearsal.workspace.asked import Asked
from bot.rehearsal.workspace.cast import BOT_USER
from bot.rehearsal.workspace.errors import SlackError
from bot.rehearsal.workspace.model import Channel, Message


def visible(asked: Asked, name: str = "channel") -> Channel:
    """Return a room that the bot can see; raise SlackError channel_not_found."""
    channel = asked.team.room(asked.text(name))
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def scoped(asked: Asked, channel: Channel, right: str) -> Channel:
    """Require the scope for this kind of room, such as `groups:history`; raise SlackError missing_scope."""
    needed = f"{channel.kind}:{right}"
    if needed not in asked.team.rights.scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(asked.team.rights.scopes)))
    return channel


def joined(channel: Channel) -> Channel:
    """Require the bot's membership; raise SlackError not_in_channel."""
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def writable(asked: Asked) -> Channel:
    """Return a room where the bot may post; raise SlackError for one where it may not."""
    channel = visible(asked)
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in asked.team.rights.scopes:
        raise SlackError("not_in_channel")
    if channel.is_read_only:
        raise SlackError("restricted_action_read_only_channel")
    return channel


def own_message(asked: Asked, ts: str, code: str) -> Message:
    """Return a message of the bot; raise SlackError message_not_found, or `code` when somebody else wrote it."""
    message = visible(asked).find(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(code)
    return message


def thread_of(asked: Asked, channel: Channel) -> str | None:
    """Return the thread to answer in; raise SlackError when its first message does not exist."""
    ts = asked.text("thread_ts")
    if not ts:
        return None
    head = channel.messages.get(ts)
    if head is None or (head.deleted and not head.replies):
        raise SlackError("thread_not_found")
    if head.thread_ts not in (None, ts):
        raise SlackError("cannot_reply_to_message")
    return ts
