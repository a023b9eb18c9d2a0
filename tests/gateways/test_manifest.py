"""The Slack app's manifest is within Slack's limits, and has only rights that the desk uses."""

import json
import re
from pathlib import Path

import pytest

from bot.gateways.manifest import EVENTS, SCOPES, as_json, manifest

ROOT = Path(__file__).parents[2]
ADDRESS = "https://heard.northwind.example/slack/events"
BOTH = [manifest(), manifest(drill=True), manifest(socket=False, request_url=ADDRESS)]


@pytest.mark.parametrize("content", BOTH)
def test_the_manifest_keeps_slacks_limits(content):
    about, features = content["display_information"], content["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(content["settings"]["event_subscriptions"]["bot_events"]) <= 100


@pytest.mark.parametrize("content", BOTH)
def test_the_manifest_has_no_part_that_slack_does_not_know(content):
    known = {
        "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
        "display_information": {"name", "description", "long_description", "background_color"},
        "features": {"app_home", "bot_user", "shortcuts", "slash_commands"},
        "settings": {
            "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
        },
    }  # fmt: skip
    assert set(content) == known[""]
    assert all(set(content[part]) <= names for part, names in known.items() if part)


def test_over_the_socket_no_address_is_given_away():
    assert "url" not in as_json(manifest())
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_over_http_every_door_has_the_same_address():
    content = manifest(socket=False, request_url=ADDRESS)
    assert content["features"]["slash_commands"][0]["url"] == ADDRESS
    assert content["settings"]["interactivity"] == {"is_enabled": True, "request_url": ADDRESS}
    assert content["settings"]["event_subscriptions"]["request_url"] == ADDRESS
    assert content["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("address", ["", "http://heard.northwind.example/slack/events"])
def test_over_http_an_address_is_needed(address):
    with pytest.raises(ValueError, match="https://"):
        manifest(socket=False, request_url=address)


def test_each_event_has_the_scope_that_slack_asks_for_it():
    needs = {
        "app_home_opened": "",  # it comes with the tab itself
        "channel_shared": "channels:read",
        "channel_unshared": "channels:read",
        "user_change": "users:read",
        "subteam_updated": "usergroups:read",
        "subteam_members_changed": "usergroups:read",
    }
    assert set(needs) == set(EVENTS)
    assert set(needs.values()) - {""} <= set(SCOPES)


def test_what_people_write_is_not_listened_to():
    assert not [event for event in EVENTS if event.startswith("message") or event == "app_mention"]
    assert not {"chat:write.public", "chat:write.customize", "users:read.email", "files:read"} & set(SCOPES)


def test_the_text_is_the_manifest():
    assert json.loads(as_json(manifest())) == manifest()


def test_the_page_about_the_app_names_every_scope_with_its_reason():
    page = (ROOT / "docs" / "slack-app.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w:.]+)` \| (.+) \|$", page, re.MULTILINE) == sorted(SCOPES.items())
