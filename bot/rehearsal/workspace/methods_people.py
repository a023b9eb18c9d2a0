"""The Web API's methods about people: users, presence, do not disturb, user groups."""

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.asked import Asked, method, page
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import TIER_2, TIER_3, TIER_4
from bot.rehearsal.workspace.model import Group, Person
from bot.rehearsal.workspace.shapes import group_shape, person_shape

MOST_ASKED_FOR_REST = 50


def _shape(asked: Asked, person: Person) -> Json:
    with_email = "users:read.email" in asked.team.rights.scopes
    now = asked.team.stamps.seconds()
    return person_shape(person, now, with_locale=asked.flag("include_locale"), with_email=with_email)


def _person(asked: Asked) -> Person:
    person = asked.team.person(asked.need("user", "user_not_found"))
    if person is None:
        raise SlackError("user_not_found")
    return person


def _look(asked: Asked) -> Json:
    return {"ok": True, "user": _shape(asked, _person(asked))}


def _list(asked: Asked) -> Json:
    own = [person for person in asked.team.people.values() if not person.is_stranger]
    some, cursor = page(own, asked.text("cursor"), asked.count("limit", 1000, 1000))
    members = [_shape(asked, person) for person in some]
    return {
        "ok": True,
        "members": members,
        "cache_ts": int(asked.team.stamps.seconds()),
        "response_metadata": {"next_cursor": cursor},
    }


def _presence(asked: Asked) -> Json:
    return {"ok": True, "presence": _person(asked).presence}


def _rest(asked: Asked) -> Json:
    users = asked.names("users")
    if not users:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: users"]}
        )
    if len(users) > MOST_ASKED_FOR_REST:
        raise SlackError("too_many_users")
    return {"ok": True, "users": {user: _rest_of(asked, user) for user in users if asked.team.person(user)}}


def _rest_of(asked: Asked, user: str) -> Json:
    person, now = asked.team.people[user], int(asked.team.stamps.seconds())
    if not person.dnd:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    return {"dnd_enabled": True, "next_dnd_start_ts": now - 3600, "next_dnd_end_ts": now + 8 * 3600}


def _groups(asked: Asked) -> Json:
    _paid(asked)
    shown = [g for g in asked.team.groups.values() if asked.flag("include_disabled") or not g.is_disabled]
    return {"ok": True, "usergroups": [group_shape(g, with_users=asked.flag("include_users")) for g in shown]}


def _group_users(asked: Asked) -> Json:
    _paid(asked)
    return {"ok": True, "users": list(_group(asked).users)}


def _group(asked: Asked) -> Group:
    group = asked.team.group(asked.need("usergroup", "no_such_subteam"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.is_disabled and not asked.flag("include_disabled"):
        raise SlackError("subteam_disabled")
    return group


def _paid(asked: Asked) -> None:
    if not asked.team.rights.has_groups:
        raise SlackError("plan_upgrade_required")


def _team(_asked: Asked) -> Json:
    icons: Json = {"image_default": True}
    team: Json = {
        "id": cast.TEAM,
        "name": cast.TEAM_NAME,
        "domain": cast.TEAM_DOMAIN,
        "email_domain": "",
        "icon": icons,
    }
    return {"ok": True, "team": {**team, "url": f"https://{cast.TEAM_DOMAIN}.slack.com/"}}


def _bot(asked: Asked) -> Json:
    if asked.text("bot", cast.BOT) != cast.BOT:
        raise SlackError("bot_not_found")
    shape: Json = {
        "id": cast.BOT,
        "deleted": False,
        "name": cast.BOT_NAME,
        "updated": 1_700_000_000,
        "app_id": cast.APP,
    }
    return {"ok": True, "bot": {**shape, "user_id": cast.BOT_USER, "icons": {}}}


METHODS = {
    "users.info": method(_look, "user include_locale", "users:read", TIER_4, "user_not_found"),
    "users.list": method(
        _list, "cursor include_locale limit team_id", "users:read", TIER_2, "invalid_limit invalid_cursor"
    ),
    "users.getPresence": method(_presence, "user", "users:read", TIER_3, "user_not_found"),
    "dnd.teamInfo": method(_rest, "users team_id", "dnd:read", TIER_2, "too_many_users"),
    "usergroups.list": method(
        _groups,
        "include_count include_disabled include_users team_id",
        "usergroups:read",
        TIER_2,
        "plan_upgrade_required",
    ),
    "usergroups.users.list": method(
        _group_users,
        "usergroup include_disabled team_id",
        "usergroups:read",
        TIER_2,
        "plan_upgrade_required no_such_subteam subteam_disabled",
    ),
    "team.info": method(_team, "team domain", "team:read", TIER_3),
    "bots.info": method(_bot, "bot team_id", "users:read", TIER_3, "bot_not_found"),
}
