"""Our bot's identity in Slack: read at the start, and stored for a start while Slack is down."""

import json

from bot.domain.base.refusals import Refusal
from bot.gateways.slack import Identity, SlackChat
from bot.gateways.slack_answers import SlackTrouble
from bot.gateways.slack_wire import SHUT_OUT
from bot.ports import Store

KEY = "slack.identity"


def pinned(chat: SlackChat, store: Store) -> Identity:
    """Return the token's identity; when Slack cannot be reached, the stored one.

    Raises a Refusal when Slack does not accept the token, or when it is for another workspace than this desk's.
    """
    known = json.loads(store.setting(KEY, "{}"))
    try:
        found = chat.auth()
    except SlackTrouble as trouble:
        if not known or trouble.code in SHUT_OUT:
            raise Refusal(f"Slack does not let the desk in: {trouble}") from trouble
        chat.identity = _remembered(known)
        return chat.identity
    if known and known["team"] != found.team:
        raise Refusal(
            f"This desk belongs to the Slack workspace {known['team']}, and the token is of {found.team}. "
            "Use that workspace's token, or another state_dir."
        )
    store.put_setting(KEY, json.dumps(_memory(found)))
    return found


def _memory(who: Identity) -> dict[str, object]:
    scopes = sorted(who.scopes) if who.scopes is not None else None
    return {"team": who.team, "bot_user": who.bot_user, "bot_id": who.bot_id, "url": who.url, "scopes": scopes}


def _remembered(known: dict[str, object]) -> Identity:
    scopes = known["scopes"]
    return Identity(
        team=str(known["team"]),
        bot_user=str(known["bot_user"]),
        bot_id=str(known["bot_id"]),
        url=str(known["url"]),
        scopes=frozenset(scopes) if isinstance(scopes, list) else None,
    )
