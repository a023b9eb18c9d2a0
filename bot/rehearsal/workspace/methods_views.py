"""The Web API's views methods: modals and the home tab."""

from bot.rehearsal.workspace.asked import Asked, method
from bot.rehearsal.workspace.blockkit import check_view
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import TIER_4
from bot.rehearsal.workspace.team import Team
from bot.rehearsal.workspace.views import View


def body_of(team: Team, view: object, kind: str) -> Json:
    """Return a view with ids for its blocks; raise SlackError when Slack would refuse it."""
    check_view(view, kind)
    assert isinstance(view, dict)  # noqa: S101 - check_view refuses the rest
    return {**view, "blocks": team.named_blocks(view["blocks"])}


def shown(team: Team, view: View) -> Json:
    """Return the answer with a view, and notify the page."""
    team.changed("view", user=view.user, view_id=view.id)
    return {"ok": True, "view": view.shape()}


def _body(asked: Asked, kind: str) -> Json:
    return body_of(asked.team, asked.tree("view"), kind)


def _open(asked: Asked) -> Json:
    team = asked.team
    body = _body(asked, "modal")
    trigger = team.tickets.redeem(asked.need("trigger_id"))
    return shown(team, team.views.open(trigger.user, body))


def _push(asked: Asked) -> Json:
    team = asked.team
    body = _body(asked, "modal")
    trigger = team.tickets.look_at(asked.need("trigger_id"))
    view = team.views.push(trigger.user, body)
    trigger.used = True
    return shown(team, view)


def _update(asked: Asked) -> Json:
    views = asked.team.views
    view = views.find(asked.text("view_id")) or views.named(asked.text("external_id"))
    if view is None or view.body["type"] != "modal":
        raise SlackError("not_found")
    views.update(view, _body(asked, "modal"), asked.text("hash") or None)
    return shown(asked.team, view)


def _publish(asked: Asked) -> Json:
    team = asked.team
    user = asked.need("user_id")
    if not team.rights.has_home:
        raise SlackError("not_enabled")
    if team.person(user) is None:
        raise SlackError("user_not_found")
    return shown(team, team.views.publish(user, _body(asked, "home"), asked.text("hash") or None))


_TRIGGERS = "invalid_trigger_id exchanged_trigger_id expired_trigger_id"
_WITH_TRIGGER = "trigger_id interactivity_pointer view"
METHODS = {
    "views.open": method(_open, _WITH_TRIGGER, "", TIER_4, f"{_TRIGGERS} view_too_large duplicate_external_id"),
    "views.push": method(
        _push,
        _WITH_TRIGGER,
        "",
        TIER_4,
        f"{_TRIGGERS} view_too_large duplicate_external_id push_limit_reached not_found",
    ),
    "views.update": method(
        _update, "view external_id view_id hash", "", TIER_4, "not_found hash_conflict view_too_large"
    ),
    "views.publish": method(
        _publish, "user_id view hash", "", TIER_4, "not_enabled user_not_found hash_conflict view_too_large"
    ),
}
