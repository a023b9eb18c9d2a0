"""Builds the Bolt app: no call at start, and no acknowledgement before the commit."""

import logging
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers.foreign import only_of

CONCURRENCY = 16  # clicks handled at once; each commits in about a millisecond


def bolt_app(client: WebClient, *, team: str, bot_user: str, bot_id: str) -> App:
    """Return a Bolt app with ids pinned at start, which acknowledges last.

    `client` needs no token: Socket Mode only uses its address. The desk calls Slack through its own gateway.
    Signatures are checked by `OnlySigned` for HTTP, and do not exist in Socket Mode. Requests of another workspace
    than `team` reach no listener.
    """

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_user_id=bot_user, bot_id=bot_id, bot_token="")

    client.token = None  # with `authorize` Bolt warns even of an empty token
    logging.getLogger("slack_bolt.App").addFilter(_is_worth_logging)
    return App(
        name="heard",  # otherwise Bolt reads the call stack for one, which takes a twentieth of the start
        client=client,
        authorize=authorize,
        before_authorize=only_of(team),
        signing_secret="",
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="bolt"),
    )


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return whether to log a record; Bolt's note on an unused SLACK_BOT_TOKEN is expected."""
    return "`token` will be unused" not in record.getMessage()
