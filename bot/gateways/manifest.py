"""The manifest of the Slack app, with exactly the rights that the desk needs."""

import json
from typing import Any

COMMAND = "/care"
DRILL_COMMAND = "/care-drill"
SHORTCUT = "care_add"

# Each right with the feature that needs it.
SCOPES = {
    "chat:write": "post and redraw cards",
    "commands": "use /care and the message shortcut",
    "users:read": "distinguish teammates from guests, strangers and bots",
    "usergroups:read": "read approvers from a user group",
    "channels:read": "see that a public channel exists, is not archived, is not shared, and who is in it",
    "groups:read": "the same as `channels:read`, for private channels",
    "channels:history": "check whether its post arrived when Slack's answer was lost",
    "groups:history": "the same as `channels:history`, in private channels",
    "im:history": "the same as `channels:history`, in direct messages",
    "im:write": "find the direct messages with a person, to check them",
    "metadata.message:read": "recognise its own post in that check",
    "files:write": "send leads a table when they ask for one",
    "dnd:read": "respect do-not-disturb",
}
SPARED = frozenset({"dnd:read", "files:write"})  # without these the desk runs with fewer features
# Not requested: channels:join (people decide by /invite where Heard is), chat:write.public, users:read.email,
# and all message events: the desk does not read what people write in threads.
EVENTS = (
    "app_home_opened",
    "channel_shared",
    "channel_unshared",
    "subteam_members_changed",
    "subteam_updated",
    "user_change",
)

DESCRIPTION = "Brings public complaints into Slack and gets each one an approved, human reply in time."
LONG_DESCRIPTION = (
    "Heard opens a card for every public complaint about you. A teammate claims it and drafts a reply; a second "
    "person approves it with a button, and only then does it go out on the network. Heard reminds whoever holds the "
    "ball before the promised time is over. Nothing that is written in a Slack thread ever reaches a customer."
)
USAGE = "status | mine | queue | next | find <words> | case <number> | add <link> | help"


def manifest(*, socket: bool = True, request_url: str = "", drill: bool = False) -> dict[str, Any]:
    """Return the app's manifest; over HTTP, `request_url` is the desk's address for Slack (https://.../slack/events).

    `drill`: of the app for drills, with a name and a command of its own, so that nothing of the desk's is taken over.

    Raises ValueError when the address is missing over HTTP.
    """
    if not socket and not request_url.startswith("https://"):
        raise ValueError("Over HTTP, Slack needs the https:// address at which it reaches the desk.")
    url = {} if socket else {"request_url": request_url}
    name = "Heard DRILL" if drill else "Heard"
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": name,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3a4d",
        },
        "features": _features({} if socket else {"url": request_url}, name, DRILL_COMMAND if drill else COMMAND),
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _features(url: dict[str, str], name: str, command: str) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": name, "always_online": True},
        "shortcuts": [
            {
                "name": "Send to care",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Open a case for the post that this message links to",
            }
        ],
        "slash_commands": [
            {
                "command": command,
                **url,
                "description": "The care desk: what is open, yours, next",
                "usage_hint": USAGE,
                "should_escape": False,
            }
        ],
    }


def as_json(content: dict[str, Any]) -> str:
    """Return the manifest as JSON, which Slack's page accepts as well as YAML."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def manifest_text(*, socket: bool = True, request_url: str = "", drill: bool = False) -> str:
    """Return the manifest as the JSON text that people paste into Slack; raises ValueError as `manifest` does."""
    return as_json(manifest(socket=socket, request_url=request_url, drill=drill))
