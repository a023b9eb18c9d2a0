"""Bolt as the frame of the doors: no call of its own at start, answers only what is committed."""

import logging
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers.foreign import only_of

CONCURRENCY = 16  # clicks handled at once; each commits in about a millisecond


def bolt_app(client: WebClient, *, team: str, bot_user: str, bot_id: str) -> App:
    """Return a Bolt app that knows who it is (ARCHITECTURE 6: ids pinned at start) and answers last.

    `client` needs no token: it only lends its address to Socket Mode. The desk speaks through its own gateway.
    It checks no signature: over HTTP `OnlySigned` stands in front of it, and Socket Mode has none. What is of another
    workspace than `team` reaches no listener.
    """

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_user_id=bot_user, bot_id=bot_id, bot_token="")

    client.token = None  # beside `authorize`, Bolt warns even of an empty one
    logging.getLogger("slack_bolt.App").addFilter(_news)
    return App(
        name="heard",  # else Bolt reads the whole call stack to find one, a twentieth of the start
        client=client,
        authorize=authorize,
        before_authorize=only_of(team),
        signing_secret="",
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="bolt"),
    )


def _news(record: logging.LogRecord) -> bool:
    """Return whether Bolt says something new; that it leaves SLACK_BOT_TOKEN alone is as we want it."""
    return "`token` will be unused" not in record.getMessage()
