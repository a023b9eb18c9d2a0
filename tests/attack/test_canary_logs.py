"""No secret, handle or word of a person in the log at DEBUG, whatever our parts and the libraries meet and say."""

import ast
import io
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import requests
from apscheduler.executors.base import run_job
from apscheduler.schedulers.background import BackgroundScheduler

from bot.domain.accounts.holds import Limit
from bot.domain.mentions.mention import Author
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.gateways.quiet_logs import LOUD, set_up
from bot.gateways.slack import SlackChat
from bot.ports import Batch, Message, NetworkTrouble, NotPosted, NotSent, OutcomeLost, OutOfService
from bot.ports.network import Unparsed
from bot.services.mentions import deleted_posts, unreadable
from bot.services.replies import sending
from bot.services.slack.publishing import Publisher
from handlers.house import HOUSE
from handlers.loops import met
from handlers.polling import Poller
from handlers.watch import Watch
from storage import SqlStore, open_store
from tests.fakes import ANA, CARE, NOON, FakeNetwork, a_desk, a_post
from tests.gateways.scripted import Scripted, no, says
from tests.handlers.pressing import Hands
from tests.services.doubles import BreakingStore, always
from tests.services.journey import approve, clock, receive, slack, written
from tests.test_architecture import ROOT, tree_of

CANARY = "kanari"
TOKEN, WORDS, HANDLE = f"xoxb-{CANARY}-token-1", f"{CANARY} charged me twice", f"{CANARY}_k"
SECRETS = (TOKEN, f"{CANARY}-of-x-12345", f"postgresql://desk:{CANARY}@db.example/heard")
LIBRARIES = (
    "apscheduler.executors.default", "apscheduler.scheduler", "asyncio", "atproto_client", "emoji", "fasttext", "google.auth", "h11", "httpcore.http11", "httpx",
    "jinja2", "jwt", "oauthlib.oauth1", "phonenumbers", "psycopg", "psycopg.pool", "pydantic", "requests_oauthlib", "slack_bolt.App",
    "slack_sdk.socket_mode.builtin.client", "slack_sdk.web.base_client", "sqlite_utils", "tweepy.client", "urllib3.connectionpool",
    "uvicorn.access", "waitress", "waitress.queue", "websockets", "wsproto", "a_library_of_next_year",
)  # fmt: skip
HANDLE_OF_OURS = "northwind"


@pytest.fixture(params=[False, True], ids=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Log everything to a buffer at DEBUG, as a running desk does; restore the settings afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in (*LOUD, *LIBRARIES)}
    for name in LIBRARIES:  # another test may have let a server in this process keep its log to itself
        logging.getLogger(name).propagate = True
    buffer = io.StringIO()
    set_up(SECRETS, as_json=request.param, level=logging.DEBUG, stream=buffer)
    yield buffer
    logging.captureWarnings(capture=False)
    root.handlers[:], logging.raiseExceptions, sys.excepthook, threading.excepthook = before[0], *before[2:]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def silent(log: io.StringIO, *said: str) -> None:
    """Check that the log has these events, and no canary or handle."""
    text = log.getvalue()
    for one in said:
        assert one in text, (one, text)
    assert CANARY not in text.casefold()
    assert f"@{HANDLE_OF_OURS}" not in text


@dataclass
class Odd(FakeNetwork):
    """A network whose every answer quotes the customer."""

    trouble: Exception | None = None

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        if self.trouble:
            raise self.trouble
        yield Batch(unparsed=(Unparsed(raw=WORDS.encode(), why=WORDS, post_id="7"),), cursor="9")


def from_a_stranger() -> object:
    author = Author(id="77", handle=HANDLE, name=f"{CANARY.title()} N", followers=3)
    return replace(a_post("100", f"@northwind {WORDS}"), author=author)


def test_the_life_of_a_case_is_logged_without_its_people_and_words(store: SqlStore, log: io.StringIO) -> None:
    network = Odd()
    desk = a_desk(store, networks={("x", "42"): network})
    network.outcomes += [OutcomeLost(WORDS), NotSent(WORDS, retry_after=timedelta(minutes=1), limit=Limit.PACE)]
    receive(desk, from_a_stranger())
    written(desk, 1, text=f"Sorry. {WORDS}")
    approve(desk)
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    slack(desk).outcomes += [NotPosted("is_archived"), NotPosted("invalid_blocks")]
    for _ in range(4):
        publisher.one_round(desk.clock.now())
        sending.send_due(desk, desk.clock.now())
        clock(desk).move(minutes=3)
    Poller(desk, network, timedelta(seconds=60)).one_round()
    unreadable.look_again(desk, desk.clock.now())
    for job in HOUSE.values():
        job(desk, desk.clock.now())
    silent(log, "slack.refused", "intake.unreadable")


@pytest.mark.parametrize(
    "trouble",
    [
        NetworkTrouble(f"X answers: {WORDS} by @{HANDLE}"),
        NetworkTrouble(WORDS, timedelta(minutes=1), Limit.SHUT),
        KeyError(WORDS),
        psycopg.errors.UniqueViolation(f"Failing row contains (1, {WORDS})"),
        requests.ConnectionError(f"https://api.example/2/?token={SECRETS[1]}"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_whatever_a_network_or_database_says_is_logged_by_its_kind(
    store: SqlStore, log: io.StringIO, trouble: Exception
) -> None:
    network = Odd(trouble=trouble)
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=60))
    poller.one_round()
    deleted_posts.check_shown_posts(desk, desk.clock.now())
    met("sender", trouble, lambda _: None)
    met("sender", OutOfService(WORDS), lambda _: (_ for _ in ()).throw(KeyError(WORDS)))
    broken = replace(desk, store=BreakingStore(store, to_send=always(trouble)))  # type: ignore[arg-type]
    with pytest.raises(type(trouble)):
        sending.send_due(broken, NOON)
    watch = Watch(desk, lambda: (), lambda: [poller])
    for _ in range(12):
        watch.round()
    silent(log, "poll.", "worker.not_said", "audit.finding")


def test_clicks_and_commands_of_every_kind_are_logged_without_what_they_carry(
    store: SqlStore, log: io.StringIO
) -> None:
    desk = a_desk(store)
    receive(desk, from_a_stranger())
    hands = Hands(desk)
    bodies = [
        {"type": "block_actions", "actions": [{"action_id": one, "value": WORDS}], "trigger_id": TOKEN}
        for one in ("case_claim", "no_such_button")
    ]
    common = {"user": {"id": ANA, "team_id": "T0HOME"}, "team": {"id": "T0HOME"}, "channel": {"id": CARE}}
    common |= {"message": {"text": WORDS, "ts": "1.1"}, "container": {}}
    for body in bodies:
        for team in ("T0HOME", "T0OTHER"):
            hands.dispatch({**common, **body, "team": {"id": team}})
    hands.dispatch(
        {"command": "/care", "text": f"find {WORDS}", "user_id": ANA, "team_id": "T0HOME", "channel_id": CARE}
    )
    hands.dispatch({"type": "event_callback", "team_id": "T0HOME", "event": {"type": "message", "text": WORDS}})
    hands.app.logger.error("Unhandled request (%s)", WORDS)
    silent(log, "door.foreign")


def test_slacks_own_answers_are_logged_by_their_code(log: io.StringIO) -> None:
    with Scripted() as served:
        chat = SlackChat(TOKEN, now=lambda: NOON, base_url=served.url)
        served.will(no("invalid_auth"), says(200, WORDS.encode()), says(500, WORDS.encode()), no("ratelimited", 429))
        for _ in range(4):
            chat.post(CARE, Message(text=WORDS))
        served.will(no("x"))
        chat.whisper(CARE, ANA, Message(text=WORDS))
        chat.respond(f"{served.url}{TOKEN}", Message(text=WORDS))
    silent(log)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_no_library_chooses_what_stands_in_our_log(log: io.StringIO, level: int) -> None:
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)  # as some do by themselves
        logger.log(level, "said %s", WORDS)
        logger.log(level, f"{WORDS} to {TOKEN}", extra={"request": WORDS})  # noqa: G004 - as careless code does
        try:
            raise ValueError(WORDS)
        except ValueError:
            logger.log(level, WORDS, exc_info=True)
    lines = [one for one in log.getvalue().splitlines() if "library.said" in one]
    loud = [one for one in LIBRARIES if not one.startswith("slack_sdk.web")]
    assert len(lines) == (3 * len(loud) if level >= logging.WARNING else 0)
    silent(log)


def test_a_job_that_fails_is_logged_by_its_kind(log: io.StringIO) -> None:
    scheduler = BackgroundScheduler()

    def fails() -> None:
        raise ValueError(WORDS)

    logging.getLogger("apscheduler.executors.default").setLevel(logging.DEBUG)
    scheduler.start(paused=True)
    job = scheduler.add_job(fails, id=CANARY, misfire_grace_time=None)
    run_job(job, "default", [NOON], "apscheduler.executors.default")
    scheduler.shutdown()
    silent(log, "ValueError")


def test_a_database_that_refuses_its_address_is_logged_without_it(log: io.StringIO) -> None:
    for address in (SECRETS[2].replace("db.example", "127.0.0.1:9"), f"postgresql://%{CANARY}@127.0.0.1/heard"):
        try:
            open_store(address)
        except Exception as trouble:
            logging.getLogger("storage.any").exception("opened address=%s", trouble)
            met("alarm", trouble, lambda _: None)
    silent(log, "opened")


# What a log line may not be given: the words of a person, of a network or of an error. An exception itself is fine, since
# only its kinds are logged.
WORDY = frozenset(
    {"sentence", "text", "handle", "words", "raw", "body", "display_name", "payload", "message", "address", "url"}
)


def wordy(call: ast.Call) -> list[str]:
    given = [*call.args[1:], *(one.value for one in call.keywords)]
    named = [
        node for one in given for node in ast.walk(one) if isinstance(node, ast.Attribute) and node.attr in WORDY
    ]
    quoted = [
        node
        for one in given
        for node in ast.walk(one)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "repr"}
        and any(isinstance(of, ast.Name) and of.id in {"trouble", "error", "failed", "odd", "refused"} for of in node.args)
    ]  # fmt: skip
    return [ast.unparse(one) for one in (*named, *quoted)]


def logs(call: ast.AST) -> bool:
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id.strip("_") == "log"
    )


def our_modules() -> list[Path]:
    found = [path for folder in ("bot", "handlers", "cli", "storage") for path in (ROOT / folder).rglob("*.py")]
    return [one for one in found if "rehearsal" not in one.parts and "log." in one.read_text()]


def test_no_line_of_our_own_is_given_words() -> None:
    calls = [(path, node) for path in our_modules() for node in ast.walk(tree_of(path)) if logs(node)]
    assert len(calls) > 60
    assert [f"{path.name}: {found}" for path, call in calls if (found := wordy(call))] == []


@pytest.mark.parametrize("line", ["log.info('x %s', post.text)", "log.error('x', extra={'why': str(trouble)})"])
def test_a_line_that_is_given_words_is_seen(line: str) -> None:
    call = next(node for node in ast.walk(ast.parse(line)) if logs(node))
    assert wordy(call)  # type: ignore[arg-type]
