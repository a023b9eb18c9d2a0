"""No secret in any log line, at any level, through any logger."""

import io
import json
import logging
import sys
import threading
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.gateways.quiet_logs import LOUD, event_lines, set_up
from bot.gateways.slack import SlackChat
from bot.gateways.slack_answers import SlackTrouble
from bot.ports import Message, NetworkTrouble
from tests.gateways.scripted import Scripted, no, ok, says

SECRETS = ("xoxb-1-canary", "xapp-1-canary", "signing+canary/=", 'oauth-canary"quoted\\', "kanarienvögel-canary")


@pytest.fixture
def heard():
    """Log to a buffer at DEBUG, and restore the settings afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in LOUD}
    buffer = io.StringIO()
    logging.captureWarnings(
        capture=False
    )  # a test before this one may have left it on, with its own place for warnings
    set_up(SECRETS, as_json=True, level=logging.DEBUG, stream=buffer)
    yield buffer
    logging.captureWarnings(capture=False)
    root.handlers[:], logging.raiseExceptions, sys.excepthook, threading.excepthook = before[0], *before[2:]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(heard: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in heard.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_facts(heard):
    logging.getLogger("bot.x").warning("slack.refused code=%s", "is_archived", extra={"telling": 7})
    (line,) = lines(heard)
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {"level": "warning", "from": "bot.x", "event": "slack.refused code=is_archived", "telling": 7}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_wherever_it_stands(heard, secret):
    log = logging.getLogger("bot.anything")
    log.info("said %s", secret)
    log.info("said %r" % secret)  # noqa: G002, UP031 - as careless code would
    log.info(secret)
    log.info("extra", extra={"header": f"token {secret}", "tree": [secret]})
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("failed")
    log.info("too few %s %s", secret)  # noqa: PLE1206 - as careless code would
    assert "canary" not in heard.getvalue()
    assert len(lines(heard)) == 6


@pytest.mark.parametrize(
    "shape",
    [
        "xoxb-12-canary", "xoxp-canary-2", "xoxa-canary", "xoxr-canary", "xoxs-canary", "xoxo-canary", "xapp-1-A-canary",
        "Bearer canary.abc", "bearer canary%2Fabc", "https://hooks.slack.com/actions/T0/1/canary", 'oauth_token="canary"',
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary-c2ln", "EAAB" + "canary" * 5, "IGAAcanary_-" + "canary" * 5,
    ],
)  # fmt: skip
def test_what_looks_like_a_token_is_hidden_though_nobody_configured_it(heard, shape):
    logging.getLogger("bot.anything").info("Authorization: %s, and more", shape)
    assert "canary" not in heard.getvalue()
    assert "and more" in heard.getvalue()


def test_everything_slacks_client_does_leaves_no_canary_behind(heard):
    with Scripted() as slack:
        chat = SlackChat("xoxb-1-canary", now=lambda: datetime.now(UTC), base_url=slack.url)
        slack.will(
            ok(channel="C1", ts="1.0"), no("invalid_auth"), says(200, b"<html>canary</html>"), says(500, b"canary")
        )
        for _ in range(4):
            chat.post("C1", Message(text="what a canary wrote"))
        WebClient("xoxb-1-canary", base_url=slack.url, logger=logging.getLogger("slack_sdk.web")).auth_test()
        slack.will(ok())
        logging.getLogger("urllib3").debug("header: Bearer canary")
        logging.getLogger("tweepy.client").debug("canary")
    assert "canary" not in heard.getvalue()
    assert "xoxb" not in heard.getvalue()


def test_bolt_cannot_talk_itself_back_to_debug(heard):
    def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1-canary", bot_user_id="U1")

    app = App(authorize=authorize, signing_secret="signing+canary/=")
    app.logger.debug("what a canary wrote")
    logging.getLogger("slack_bolt.App").info("what a canary wrote")
    assert heard.getvalue() == ""


def test_what_nobody_caught_is_logged_without_its_secrets(heard):
    def fails() -> None:
        raise RuntimeError("with xoxb-1-canary")

    thread = threading.Thread(target=fails, name="poller")
    thread.start()
    thread.join()
    try:
        fails()
    except RuntimeError as trouble:
        sys.excepthook(type(trouble), trouble, trouble.__traceback__)
    assert [line["event"] for line in lines(heard)] == ["uncaught", "uncaught"]
    assert "canary" not in heard.getvalue()


WROTE = "Charged twice AGAIN"


class Row(Exception):
    """A database's error text about a row that it refuses."""


def refused_row() -> None:
    try:
        raise KeyError(WROTE)
    except KeyError as first:
        raise Row(f"Failing row contains (1, x, {WROTE})") from first


def test_a_trace_says_what_kind_of_trouble_it_was_and_where_and_not_what_a_customer_wrote(heard):
    try:
        refused_row()
    except Row:
        logging.getLogger("bot.anything").exception("intake.broken posts=%d", 1)
    try:
        int(WROTE)
    except ValueError as trouble:
        sys.excepthook(type(trouble), trouble, trouble.__traceback__)
    assert WROTE not in heard.getvalue()
    first, second = (str(line["trace"]) for line in lines(heard))
    assert first.index("KeyError\n") < first.index("then:") < first.index("test_quiet_logs.Row")
    assert "in refused_row" in first
    assert second.endswith("\nValueError")


def test_what_python_says_of_our_own_mistakes_stays_in_the_trace(heard):
    for mistake in (lambda: None.text, lambda: open("/nowhere/at/all")):  # noqa: SIM115 - it has to fail
        try:
            mistake()
        except (AttributeError, OSError):
            logging.getLogger("bot.anything").exception("loop.broken")
    first, second = (str(line["trace"]) for line in lines(heard))
    assert first.endswith("AttributeError: 'NoneType' object has no attribute 'text'")
    assert second.endswith("FileNotFoundError: No such file or directory")


def test_a_circle_of_causes_ends(heard):
    one, other = ValueError("a"), ValueError("b")
    one.__cause__, other.__cause__ = other, one
    logging.getLogger("bot.anything").error("odd", exc_info=one)
    assert str(lines(heard)[0]["trace"]).count("ValueError") == 2


def test_warnings_are_logged_too(heard):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("with xoxb-1-canary", RuntimeWarning, stacklevel=1)
    assert lines(heard)[0]["from"] == "py.warnings"
    assert "1-canary" not in heard.getvalue()


def test_broken_unicode_stops_no_line(heard):
    handlers = logging.getLogger().handlers
    ours = [one for one in handlers if not type(one).__module__.startswith("_pytest")]
    # pytest's capture would put half a character into the report between its workers, which fails
    record = logging.LogRecord("bot.anything", logging.INFO, __file__, 1, "half a sign: \ud83d", (), None)
    for handler in ours:
        handler.handle(record)
    assert lines(heard)[0]["event"] == "half a sign: \\ud83d"


@pytest.fixture
def in_text():
    """Write one record as text."""
    formatter = event_lines(SECRETS, as_json=False)

    def write(msg: str, *args: object, exc_info: object = None, **extra: object) -> str:
        record = logging.LogRecord("bot.x", logging.WARNING, __file__, 1, msg, args, exc_info)  # type: ignore[arg-type]
        vars(record).update(extra)
        return formatter.format(record)

    return write


def test_as_text_an_event_is_one_line_with_its_facts(in_text):
    at, _, rest = in_text("slack.refused code=%s", "is_archived", telling=7).partition(" ")
    assert datetime.fromisoformat(at).tzinfo is not None
    assert rest == "warning  bot.x slack.refused code=is_archived telling=7"


def test_no_sign_in_a_text_begins_a_line_of_its_own_or_moves_the_cursor(in_text):
    said = in_text("x %s", "a\nb\x1b[2Jc\u2028d\u202ee", why="\r")
    assert said.endswith("x a\\u000ab\\u001b[2Jc\\u2028d\\u202ee why=\\u000d")


def test_as_text_a_trace_is_set_in_below_its_event(in_text):
    try:
        raise ValueError(WROTE)
    except ValueError:
        first, *trace = in_text("loop.broken", exc_info=sys.exc_info()).splitlines()
    assert first.endswith("bot.x loop.broken")
    assert trace[-1] == "    ValueError"
    assert all(one.startswith("    ") for one in trace)


def test_an_exception_in_a_line_is_its_kinds_and_its_code(in_text):
    first = KeyError(WROTE)
    trouble = SlackTrouble("is_archived")
    trouble.__cause__ = first
    assert in_text("x why=%s", trouble).endswith("x why=SlackTrouble/KeyError/is_archived")
    assert in_text("x why=%s", NetworkTrouble(WROTE, timedelta(seconds=1))).endswith("why=NetworkTrouble/pace")
    assert in_text("x", why=ValueError(WROTE)).endswith("x why=ValueError")
