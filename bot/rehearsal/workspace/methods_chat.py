"""The Web API's methods for messages and reactions."""

import json
import re

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.asked import Asked, method
from bot.rehearsal.workspace.blockkit import check_message
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import POSTS_PER_MINUTE, SPECIAL, TIER_3, TIER_4
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.rooms import joined, own_message, thread_of, visible, writable
from bot.rehearsal.workspace.shapes import message_shape

MOST_POSTED = 40_000
MOST_UPDATED = 4_000
MOST_MARKDOWN = 12_000
MOST_METADATA = 16_000
_EVENT_TYPE = re.compile(r"[\w.-]{1,255}")


def content_of(asked: Asked) -> Json:
    """Read a message's content from a call; raise SlackError when Slack would refuse it."""
    content: Json = {"text": _text(asked.text("text"))}
    for name in ("link_names", "mrkdwn"):
        if name in asked.given:
            content[name] = asked.flag(name)
    content |= {name: asked.text(name) for name in ("parse", "markdown_text") if name in asked.given}
    blocks = asked.tree("blocks", "invalid_blocks_format")
    if blocks is not None:
        check_message(blocks)
        content["blocks"] = blocks
    content["attachments"] = _attachments(asked)
    if asked.given.get("metadata") is not None:
        content["metadata"] = _metadata(asked.tree("metadata", "invalid_metadata_format"))
    _says_something(content)
    return content


def _text(text: str) -> str:
    return text[:MOST_POSTED]


def _says_something(content: Json) -> None:
    markdown = content.get("markdown_text")
    if markdown and (content["text"] or content.get("blocks")):
        raise SlackError("markdown_text_conflict")
    if markdown and len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    if not (content["text"].strip() or content.get("blocks") or content["attachments"] or markdown):
        raise SlackError("no_text")


def _attachments(asked: Asked) -> list[Json]:
    attachments = asked.tree("attachments", "invalid_attachments") or []
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if attachment.get("blocks"):
            check_message(attachment["blocks"])
    return attachments


def _metadata(metadata: object) -> Json:
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict) or not _EVENT_TYPE.fullmatch(str(metadata["event_type"])):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _post(asked: Asked) -> Json:
    channel = writable(asked)
    thread_ts = thread_of(asked, channel)
    content = content_of(asked)
    message = asked.team.post(channel, cast.BOT_USER, content, thread_ts, broadcast=asked.flag("reply_broadcast"))
    _echo(asked, channel, {**message_shape(message), "channel": channel.id, "event_ts": message.ts})
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message_shape(message, with_metadata=True),
    }


def _update(asked: Asked) -> Json:
    message = own_message(asked, asked.need("ts", "message_not_found"), "cant_update_message")
    channel = visible(asked)
    if channel.is_archived:
        raise SlackError("is_inactive")
    if len(asked.text("text")) > MOST_UPDATED:
        raise SlackError("msg_too_long")
    content = content_of(asked)
    _keeps_rich_text(message, content)
    asked.team.edit(message, content)
    shape = message_shape(message, with_metadata=True)
    event = {"type": "message", "subtype": "message_changed", "message": shape, "ts": asked.team.stamps.next()}
    _echo(asked, channel, {**event, "hidden": True, "channel": channel.id, "event_ts": event["ts"]})
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def _keeps_rich_text(message: Message, content: Json) -> None:
    """Raise Slack's block_mismatch: rich text cannot be replaced by blocks of another kind."""
    new = {block["type"] for block in content.get("blocks") or ()}
    if message.blocks and new and all(b["type"] == "rich_text" for b in message.blocks) and "rich_text" not in new:
        raise SlackError("block_mismatch")


def _delete(asked: Asked) -> Json:
    message = own_message(asked, asked.need("ts", "message_not_found"), "cant_delete_message")
    asked.team.remove(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def _whisper(asked: Asked) -> Json:
    channel = writable(asked)
    if asked.need("user", "user_not_in_channel") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = asked.team.whisper(channel, asked.text("user"), content_of(asked), thread_of(asked, channel))
    return {"ok": True, "message_ts": message.ts}


def _permalink(asked: Asked) -> Json:
    channel = visible(asked)
    message = channel.find(asked.need("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    return {"ok": True, "channel": channel.id, "permalink": permalink(message)}


def permalink(message: Message) -> str:
    """Return the address of a message in the browser."""
    address = f"https://{cast.TEAM_DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    is_reply = message.thread_ts not in (None, message.ts)
    return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if is_reply else address


def _react(asked: Asked) -> Json:
    message = joined(visible(asked)).find(asked.need("timestamp", "no_item_specified"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.setdefault(asked.need("name", "invalid_name").strip(":"), [])
    if cast.BOT_USER in users:
        raise SlackError("already_reacted")
    users.append(cast.BOT_USER)
    asked.team.changed("message", channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)
    return {"ok": True}


def _echo(asked: Asked, channel: Channel, event: Json) -> None:
    asked.team.happened(f"message.{channel.kind}", event)


_SAYS = "channel text as_user attachments blocks link_names parse markdown_text"
_FACE = "icon_emoji icon_url username"
_WORDS_WITHOUT_METADATA = (
    "no_text markdown_text_conflict msg_too_long invalid_blocks_format invalid_blocks msg_blocks_too_long "
    "invalid_attachments too_many_attachments"
)
_REFUSED_WORDS = f"{_WORDS_WITHOUT_METADATA} invalid_metadata_format invalid_metadata_schema metadata_too_large"
_REFUSED_PLACES = (
    "channel_not_found is_archived not_in_channel restricted_action_read_only_channel "
    "thread_not_found cannot_reply_to_message"
)
METHODS = {
    "chat.postMessage": method(
        _post,
        f"{_SAYS} {_FACE} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn metadata",
        "chat:write",
        POSTS_PER_MINUTE,
        f"{_REFUSED_WORDS} {_REFUSED_PLACES}",
    ),
    "chat.update": method(
        _update,
        f"{_SAYS} ts file_ids reply_broadcast metadata",
        "chat:write",
        TIER_3,
        f"{_REFUSED_WORDS} channel_not_found message_not_found cant_update_message is_inactive block_mismatch",
    ),
    "chat.delete": method(
        _delete,
        "channel ts as_user",
        "chat:write",
        TIER_3,
        "channel_not_found message_not_found cant_delete_message",
    ),
    "chat.postEphemeral": method(
        _whisper,
        f"{_SAYS} {_FACE} user thread_ts",
        "chat:write",
        TIER_4,
        f"{_WORDS_WITHOUT_METADATA} {_REFUSED_PLACES} user_not_in_channel",
    ),
    "chat.getPermalink": method(_permalink, "channel message_ts", "", SPECIAL, "channel_not_found message_not_found"),
    "reactions.add": method(
        _react,
        "channel name timestamp",
        "reactions:write",
        TIER_3,
        "channel_not_found not_in_channel no_item_specified message_not_found invalid_name already_reacted",
    ),
}
