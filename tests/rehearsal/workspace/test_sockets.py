import json

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, CARE

from .conftest import let_go, over_socket, wait_until


@pytest.fixture
def connect(slack):
    """Return a function that opens connections, each with its received payloads."""
    opened = []

    def one():
        heard = []
        web = WebClient(base_url=slack.api_url)
        client = SocketModeClient(cast.APP_TOKEN, web_client=web, auto_reconnect_enabled=False)
        client.connect_to_new_endpoint = lambda force=False: None
        client.on_message_listeners.append(lambda word: heard.append(json.loads(word)))
        client.connect()
        opened.append(client)
        wait_until(lambda: heard)
        return heard

    yield one
    slack.workspace.sockets.cut()
    for client in opened:
        let_go(client)


def test_hello_says_how_many_are_there(connect):
    first, second = connect(), connect()
    assert (first[0]["type"], first[0]["num_connections"]) == ("hello", 1)
    assert second[0]["num_connections"] == 2
    assert second[0]["connection_info"] == {"app_id": cast.APP}


def test_an_eleventh_connection_is_sent_away(connect, unlimited):
    several = [connect() for _ in range(11)]
    wait_until(lambda: len(several[10]) == 2)
    assert (several[10][1]["type"], several[10][1]["reason"]) == ("disconnect", "too_many_websockets")
    assert all(len(heard) == 1 for heard in several[:10])


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
def test_a_connection_hears_why_it_shall_go(connect, unlimited, reason):
    heard = connect()
    unlimited.disconnect(reason)
    wait_until(lambda: len(heard) == 2)
    assert (heard[1]["type"], heard[1]["reason"]) == ("disconnect", reason)


def test_a_ticket_opens_one_connection(unlimited):
    ticket = unlimited.team.tickets.socket()
    assert unlimited.team.tickets.admit(ticket)
    assert not unlimited.team.tickets.admit(ticket)
    assert not unlimited.team.tickets.admit("somebody else's")


def test_an_envelope_says_what_it_is_and_whether_it_takes_an_answer(slack, app, unlimited):
    heard = []
    with over_socket(slack, app) as handler:
        handler.client.on_message_listeners.append(lambda word: heard.append(json.loads(word)))
        unlimited.act.home(ANA)
        unlimited.delivery.sockets.send("slash_commands", {"command": "/care", "channel_id": CARE})
        wait_until(lambda: len(heard) >= 2)
    by_kind = {envelope["type"]: envelope for envelope in heard}
    assert by_kind["slash_commands"]["accepts_response_payload"] is True
    assert (by_kind["events_api"]["accepts_response_payload"], by_kind["events_api"]["retry_attempt"]) == (False, 0)
    assert by_kind["events_api"]["payload"]["event"]["type"] == "app_home_opened"
