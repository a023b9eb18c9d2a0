"""Makes sure that a drill has a Slack app of its own: Slack hands each click to any one of an app's connections."""

import re
from collections.abc import Callable
from datetime import datetime

from bot.gateways.outside import object_in, text_or_empty
from bot.gateways.slack import SlackChat
from bot.gateways.slack_answers import SlackTrouble, ask_slack
from bot.gateways.slack_wire import BoundedWebClient
from bot.settings.secrets import Secrets

_APP = re.compile(r"xapp-\d+-(A[A-Z0-9]{6,20})-")  # an app-level token names its app
_SAME = (
    "The tokens of the drill belong to the Slack app of the desk: Slack would hand the desk's clicks to the drill. "
    "Create an app of its own with `heard manifest --drill`, and put its tokens into DRILL_SLACK_BOT_TOKEN and "
    "DRILL_SLACK_APP_TOKEN."
)
_TWO = (
    "DRILL_SLACK_BOT_TOKEN and DRILL_SLACK_APP_TOKEN belong to two different Slack apps. Take both from the app for "
    "drills."
)
_NO_DESK = (
    "The desk's own SLACK_BOT_TOKEN is needed, too: the drill compares the two apps with it, and does nothing else."
)


def why_not_own_app(drill: Secrets, desk: Secrets, api: str, now: Callable[[], datetime]) -> str:
    """Return why a drill with these tokens could take something from the desk, or "".

    Slack that does not answer is a reason, too.
    """
    if not desk.slack_bot_token.get_secret_value():
        return _NO_DESK
    try:
        own, own_app = _who(drill, api, now)
        other, other_app = _who(desk, api, now)
    except SlackTrouble as trouble:
        return f"Slack does not say which apps these are, so no drill begins: {trouble}"
    connects, listens = (_named(one.slack_app_token.get_secret_value()) for one in (drill, desk))
    same_token = drill.slack_app_token == desk.slack_app_token
    if not own or own == other or same_token or {own_app, connects} & {other_app, listens} - {""}:
        return _SAME
    return _TWO if own_app and connects and own_app != connects else ""


def _who(secrets: Secrets, api: str, now: Callable[[], datetime]) -> tuple[str, str]:
    """Return the bot and the app of a token, as Slack tells them; raise SlackTrouble."""
    token = secrets.slack_bot_token.get_secret_value()
    bot = SlackChat(token, now=now, base_url=api).auth().bot_id
    return bot, app_of(BoundedWebClient(token, api), bot)


def app_of(wire: BoundedWebClient, bot: str) -> str:
    """Return the id of the app that a bot of the workspace belongs to; raise SlackTrouble."""
    found = ask_slack(lambda: wire.bots_info(bot=bot)).data
    return text_or_empty(object_in(found, "bot"), "app_id") if isinstance(found, dict) else ""


def _named(token: str) -> str:
    found = _APP.match(token)
    return found[1] if found else ""
