"""Fixtures: a workspace per test, the unmodified Slack client, and Bolt apps by socket and by HTTP."""

import threading
import time
from contextlib import contextmanager, suppress
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.serve import ServedWorkspace


def wait_until(true, within=10.0):
    """Wait for a condition, up to a generous limit."""
    ends = time.monotonic() + within
    while not (found := true()):
        if time.monotonic() > ends:
            raise AssertionError("what was waited for did not happen")
        time.sleep(0.01)
    return found


@pytest.fixture
def slack():
    with ServedWorkspace() as served:
        yield served


@pytest.fixture
def workspace(slack):
    return slack.workspace


@pytest.fixture
def client(slack):
    return WebClient(cast.BOT_TOKEN, base_url=slack.api_url, retry_handlers=[], timeout=10)


def authorized(*_args, **_kwargs):
    return AuthorizeResult(
        enterprise_id=None, team_id=cast.TEAM, bot_token=cast.BOT_TOKEN, bot_id=cast.BOT, bot_user_id=cast.BOT_USER
    )


def bolt_app(slack):
    return App(
        client=WebClient(cast.BOT_TOKEN, base_url=slack.api_url),
        signing_secret=cast.SIGNING_SECRET,
        authorize=authorized,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )


@contextmanager
def over_socket(slack, app, **options):
    handler = SocketModeHandler(
        app, app_token=cast.APP_TOKEN, web_client=WebClient(cast.APP_TOKEN, base_url=slack.api_url), **options
    )
    handler.connect()
    wait_until(lambda: slack.workspace.sockets.count() > 0)
    try:
        yield handler
    finally:
        # The SDK's close waits up to 3 s for the next message of the other side: close the connection there first.
        handler.client.auto_reconnect_enabled = False
        slack.workspace.sockets.cut()
        let_go(handler)


def let_go(talking):
    """Close a connection of the SDK; in a race with a reconnect its own close waits for ever."""

    def close():
        with suppress(AttributeError, OSError):  # its other thread has closed the socket already
            talking.close()

    closing = threading.Thread(target=close, daemon=True)
    closing.start()
    closing.join(5)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words):
        pass


class Door(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def over_http(slack, app):
    server = make_server("127.0.0.1", 0, SlackRequestHandler(app), Door, Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    slack.workspace.deliver_to(f"http://127.0.0.1:{server.server_port}/slack/events")
    try:
        yield
    finally:
        slack.workspace.deliver_to("")
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(params=["socket", "http"])
def connected(request, slack):
    """Connect a Bolt app by socket or by signed HTTP: the same listeners must work over both."""
    ways = {"socket": over_socket, "http": over_http}
    return lambda app: ways[request.param](slack, app)


@pytest.fixture
def app(slack):
    return bolt_app(slack)


@pytest.fixture
def unlimited(workspace):
    workspace.limiter.on = False
    return workspace
