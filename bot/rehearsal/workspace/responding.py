"""Answers of the app through a response address: a new message, or a change or deletion of the original."""

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.blockkit import check_message
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Message
from bot.rehearsal.workspace.team import Team
from bot.rehearsal.workspace.tickets import ResponseUrl

_KNOWN = frozenset(
    [
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "mrkdwn",
        "unfurl_links",
        "unfurl_media",
        "link_names",
        "parse",
        "markdown_text",
    ]
)


def respond(team: Team, response_id: str, body: Json) -> Json:
    """Carry out one answer; raise SlackError used_url, expired_url, no_text or invalid_blocks."""
    with team.lock:
        unknown = sorted(set(body) - _KNOWN)
        if unknown:
            team.book.stranger("argument", method="response_url", arguments=unknown)
            raise SlackError("invalid_arguments", arguments=unknown)
        given = team.tickets.answer_by(response_id)
        check_message(body.get("blocks") or [])
        _carry_out(team, given, body)
        team.book.call("response_url", "ok")
        return {"ok": True}


def _carry_out(team: Team, given: ResponseUrl, body: Json) -> None:
    channel = team.channels[given.channel]
    original = channel.find(given.ts or "") or channel.whispers.get(given.ts or "")
    if body.get("delete_original"):
        _remove(team, original)
        return
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise SlackError("no_text")
    if body.get("replace_original") and original is not None:
        team.edit(original, body)
    else:
        _say(team, given, channel, body)


def _remove(team: Team, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    team.remove(original)


def _say(team: Team, given: ResponseUrl, channel: Channel, body: Json) -> None:
    thread_ts = body.get("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    if body.get("response_type") == "in_channel":
        team.post(channel, cast.BOT_USER, body, thread_ts)
    else:
        team.whisper(channel, given.user, body, thread_ts)
