"""People, groups, rooms and messages in the JSON of Slack's answers."""

from zoneinfo import ZoneInfo

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.model import Channel, Group, Message, Person
from bot.rehearsal.workspace.moments import stamp

_UPDATED = 1_700_000_000


def escaped(text: str) -> str:
    """Escape a text that a person typed, as Slack stores it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person_shape(person: Person, now: float, *, with_locale: bool, with_email: bool) -> Json:
    """Return one person as users.info does."""
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.real_name.split(" ")[0],
        "title": person.title,
        "team": person.team_id,
    }
    shape: Json = {
        "id": person.id, "team_id": person.team_id, "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name, "tz": person.tz, "tz_offset": _offset(person.tz, now),
        "profile": profile,
        "is_bot": person.is_bot, "is_app_user": False, "is_admin": person.is_admin, "is_owner": False,
        "is_restricted": person.is_restricted, "is_ultra_restricted": person.is_ultra_restricted, "updated": _UPDATED,
    }  # fmt: skip
    if person.is_stranger:
        shape["is_stranger"] = True
    if with_email:
        profile["email"] = person.email or f"{person.name}@northwind.example"
    if with_locale:
        shape["locale"] = person.locale
    return shape


def _offset(zone: str, now: float) -> int:
    """Return a zone's offset from UTC in seconds; 0 for an invalid zone, which drills use."""
    try:
        offset = stamp(now).astimezone(ZoneInfo(zone)).utcoffset()
    except (LookupError, ValueError, OSError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def group_shape(group: Group, *, with_users: bool) -> Json:
    """Return one user group as usergroups.list does."""
    shape: Json = {
        "id": group.id, "team_id": cast.TEAM, "is_usergroup": True, "name": group.name, "handle": group.handle,
        "description": "", "is_external": False, "date_create": _UPDATED, "date_update": _UPDATED,
        "date_delete": _UPDATED if group.is_disabled else 0, "user_count": len(group.users),
    }  # fmt: skip
    return {**shape, "users": list(group.users)} if with_users else shape


def channel_shape(channel: Channel, *, member: bool) -> Json:
    """Return one room as conversations.info does."""
    if channel.is_im:
        what: Json = {"is_im": True, "is_archived": False, "user": channel.user}
        return {"id": channel.id, "created": channel.created, **what, "context_team_id": cast.TEAM}
    return {
        "id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created,
        "is_channel": not channel.is_private, "is_group": channel.is_private, "is_im": False, "is_mpim": False,
        "is_private": channel.is_private, "is_archived": channel.is_archived, "is_general": False,
        "is_member": member,
        "is_shared": channel.is_ext_shared, "is_ext_shared": channel.is_ext_shared, "is_org_shared": False,
        "is_read_only": channel.is_read_only, "context_team_id": cast.TEAM, "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }  # fmt: skip


def message_shape(message: Message, *, with_metadata: bool = False) -> Json:
    """Return one message as conversations.history does; a deleted first message of a thread is a tombstone."""
    if message.deleted:
        stone: Json = {"type": "message", "subtype": "tombstone", "hidden": True, "user": "USLACKBOT"}
        return {**stone, "text": "This message was deleted.", "ts": message.ts, **_thread_fields(message)}
    shape: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": cast.TEAM}
    if message.by_bot:
        shape |= {"bot_id": cast.BOT, "app_id": cast.APP, "bot_profile": bot_profile()}
    if message.broadcast:
        shape["subtype"] = "thread_broadcast"
    if with_metadata and message.metadata:
        shape["metadata"] = message.metadata
    if message.reactions:
        shape["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()]
    given = {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": message.edited,
        "files": message.files,
    }
    return {**shape, **{name: value for name, value in given.items() if value}, **_thread_fields(message)}


def bot_profile() -> Json:
    """Return the bot's profile as its messages contain it."""
    who: Json = {"id": cast.BOT, "app_id": cast.APP, "name": cast.BOT_NAME, "team_id": cast.TEAM}
    return {**who, "deleted": False, "updated": _UPDATED, "icons": {}}


def _thread_fields(message: Message) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        return {"thread_ts": message.thread_ts}
    if not message.replies:
        return {}
    return {"thread_ts": message.ts, "reply_count": len(message.replies), "latest_reply": message.replies[-1]}
