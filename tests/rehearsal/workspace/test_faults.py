import urllib.error
from http.client import RemoteDisconnected

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import BEN, CARE
from bot.rehearsal.workspace.errors import SlackError
from bot.rehearsal.workspace.workspace import Workspace

from .test_interactions import button, card

BROKEN = (RemoteDisconnected, ConnectionResetError, urllib.error.URLError)


def texts(workspace):
    return [m["text"] for m in workspace.ledger()["messages"]]


@pytest.mark.parametrize(("kind", "stands"), [("lost_before", []), ("hang", []), ("lost_after", ["x"])])
def test_a_lost_answer_breaks_the_connection_before_or_after_the_deed(client, unlimited, kind, stands):
    unlimited.add_fault("chat.postMessage", kind)
    with pytest.raises(BROKEN):
        client.chat_postMessage(channel=CARE, text="x")
    assert texts(unlimited) == stands


def test_the_sdks_own_retry_posts_twice_when_an_answer_was_lost(slack, unlimited):
    unlimited.add_fault("chat.postMessage", "lost_after")
    WebClient(cast.BOT_TOKEN, base_url=slack.api_url).chat_postMessage(channel=CARE, text="x")
    assert texts(unlimited) == ["x", "x"]


@pytest.mark.parametrize(("kind", "value", "status", "stands"), [
    ("429", 7, 429, []), ("500", None, 500, []), ("502", None, 502, []), ("503", None, 503, []),
    ("500_after", None, 500, ["x"]), ("refuse", "channel_not_found", 200, []),
])  # fmt: skip
def test_a_failing_call_answers_as_ordered_and_then_works_again(client, unlimited, kind, value, status, stands):  # noqa: PLR0917
    unlimited.add_fault("chat.postMessage", kind, value=value)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=CARE, text="x")
    assert refused.value.response.status_code == status
    if kind == "429":
        assert refused.value.response.headers["Retry-After"] == "7"
    if kind == "refuse":
        assert refused.value.response["error"] == "channel_not_found"
    assert texts(unlimited) == stands
    assert client.chat_postMessage(channel=CARE, text="y")["ok"]
    assert [f["kind"] for f in unlimited.ledger()["faults"]["fired"]] == [kind]


def test_a_deed_can_happen_twice(client, unlimited):
    unlimited.add_fault("chat.postMessage", "twice")
    client.chat_postMessage(channel=CARE, text="x")
    assert texts(unlimited) == ["x", "x"]


def test_an_outage_of_every_method_lasts_until_it_is_lifted(client, unlimited):
    unlimited.add_fault("*", "503", times=1000)
    for call in (client.auth_test, client.users_list):
        with pytest.raises(SlackApiError):
            call()
    unlimited.clear_faults()
    assert client.auth_test()["user_id"] == cast.BOT_USER


def test_a_payload_can_be_lost_or_come_twice(app, client, unlimited, connected):
    heard = []

    @app.action("claim")
    def claim(ack):
        heard.append(1)
        ack()

    ts = card(client, button("claim"))
    with connected(app):
        unlimited.add_fault("interactive", "lost_before")
        assert unlimited.act.press(BEN, CARE, ts, "claim")["error"] == "operation_timeout"
        assert heard == []
        unlimited.add_fault("interactive", "lost_after")
        assert unlimited.act.press(BEN, CARE, ts, "claim")["error"] == "operation_timeout"
        assert heard == [1]
        unlimited.add_fault("interactive", "twice")
        assert unlimited.act.press(BEN, CARE, ts, "claim")["ok"]
        assert heard == [1, 1, 1]


def test_a_body_that_cannot_be_read_or_written_is_told(slack, client, unlimited):
    def send(body):
        headers = {"Authorization": f"Bearer {cast.BOT_TOKEN}", "Content-Type": "application/json"}
        return requests.post(f"{slack.api_url}chat.postMessage", data=body, headers=headers, timeout=10).json()

    assert send("{not json")["error"] == "invalid_json"
    assert send("[1]")["error"] == "json_not_object"
    assert client.chat_postMessage(channel=CARE, text="half \ud83d gone, whole 😀")["ok"]
    assert client.conversations_history(channel=CARE)["messages"][0]["text"] == "half ? gone, whole 😀"
    assert unlimited.ledger()["strangers"] == [{"what": "lone surrogate", "method": "chat.postMessage"}]


def test_the_manifest_says_what_the_app_may_do():
    workspace = Workspace(
        manifest={
            "features": {"app_home": {"home_tab_enabled": True}, "slash_commands": [{"command": "/care"}]},
            "oauth_config": {"scopes": {"bot": ["chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
        }
    )
    assert workspace.call("users.list").body["error"] == "missing_scope"
    with pytest.raises(SlackError, match="unknown_command"):
        workspace.act.command(BEN, CARE, "/other")
    assert [(t["way"], t["what"], t["outcome"]) for t in workspace.ledger()["traffic"]] == [
        ("from the app", "users.list", "missing_scope")
    ]
    workspace.close()
