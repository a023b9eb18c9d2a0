"""The Web API's methods about the app itself: its identity, sockets, uploads, and a test call."""

from dataclasses import replace

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.asked import Asked, Method, method
from bot.rehearsal.workspace.blockkit import message_problems, view_problems
from bot.rehearsal.workspace.errors import Json, SlackError, malformed
from bot.rehearsal.workspace.limits import OPEN_SOCKETS, SPECIAL, TIER_4
from bot.rehearsal.workspace.rooms import joined, thread_of, visible


def _test(asked: Asked) -> Json:
    if asked.text("error"):
        raise SlackError(asked.text("error"), args=dict(asked.given))
    return {"ok": True, "args": dict(asked.given)}


def _auth(_asked: Asked) -> Json:
    url = f"https://{cast.TEAM_DOMAIN}.slack.com/"
    who: Json = {"team": cast.TEAM_NAME, "team_id": cast.TEAM, "user": cast.BOT_NAME, "user_id": cast.BOT_USER}
    return {"ok": True, "url": url, **who, "bot_id": cast.BOT, "is_enterprise_install": False}


def of_other_app(name: str) -> Json:
    """Answer a call with the token of another app of the workspace, which can only say who it is."""
    if name == "auth.test":
        who: Json = {"team_id": cast.TEAM, "user_id": cast.OTHER_BOT_USER, "bot_id": cast.OTHER_BOT}
        return {"ok": True, "url": f"https://{cast.TEAM_DOMAIN}.slack.com/", **who}
    if name == "bots.info":
        return {"ok": True, "bot": {"id": cast.OTHER_BOT, "app_id": cast.OTHER_APP}}
    raise SlackError("missing_scope")


def _connect(asked: Asked) -> Json:
    base = asked.base_url.replace("http", "ws", 1).rstrip("/")
    return {"ok": True, "url": f"{base}/socket/{asked.team.tickets.socket()}"}


def _validate(asked: Asked) -> Json:
    view, message = asked.tree("view"), asked.tree("message")
    blocks = message.get("blocks") if isinstance(message, dict) else asked.tree("blocks")
    problems = view_problems(view) if view is not None else message_problems(blocks)
    if problems:
        raise malformed("invalid_blocks", problems)
    return {"ok": True}


def _upload_url(asked: Asked) -> Json:
    size = asked.count("length", 1, 10**9)
    file_id = asked.team.new_id("F")
    asked.team.uploads[file_id] = {"id": file_id, "name": asked.need("filename"), "size": size, "arrived": False}
    return {"ok": True, "file_id": file_id, "upload_url": f"{asked.base_url.rstrip('/')}/upload/{file_id}"}


def _finish_upload(asked: Asked) -> Json:
    files = asked.tree("files")
    if not isinstance(files, list) or not files:
        raise SlackError("invalid_arguments")
    kept = [_finished(asked, entry) for entry in files]
    if asked.text("channel_id"):
        _share(asked, kept)
    return {"ok": True, "files": kept}


def _finished(asked: Asked, entry: Json) -> Json:
    kept = asked.team.uploads.get(str(entry.get("id")))
    if kept is None or not kept["arrived"]:
        raise SlackError("file_not_found")
    return {"id": kept["id"], "name": kept["name"], "title": entry.get("title") or kept["name"], "size": kept["size"]}


def _share(asked: Asked, files: list[Json]) -> None:
    channel = joined(visible(asked, "channel_id"))
    content = {"text": asked.text("initial_comment"), "blocks": asked.tree("blocks") or [], "files": files}
    asked.team.post(channel, cast.BOT_USER, content, thread_of(asked, channel))


_COMPLETE = "files channel_id channels initial_comment thread_ts blocks"
_COMPLETE_ERRORS = "file_not_found channel_not_found not_in_channel thread_not_found cannot_reply_to_message"
METHODS = {
    "api.test": replace(method(_test, "foo error", "", SPECIAL), caller="none"),
    "auth.test": method(_auth, "", "", SPECIAL),
    "apps.connections.open": Method(_connect, needs=("connections:write",), per_minute=OPEN_SOCKETS, caller="app"),
    "blocks.validate": replace(method(_validate, "blocks view message", "", TIER_4, "invalid_blocks"), caller="none"),
    "files.getUploadURLExternal": method(_upload_url, "filename length alt_txt snippet_type", "files:write", TIER_4),
    "files.completeUploadExternal": method(_finish_upload, _COMPLETE, "files:write", TIER_4, _COMPLETE_ERRORS),
}
