"""Over HTTP: an unsigned request, an old one, or a repeated one does nothing."""

import hashlib
import hmac
import io
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.domain.base.tables import CaseState
from bot.ports import OutOfService
from handlers.signed import LONGEST, OnlySigned
from storage import SqlStore
from tests.fakes import ANA, CARE, a_desk, a_post
from tests.handlers.pressing import RESPONSE, TEAM, Hands
from tests.hostile import texts
from tests.services.journey import receive

SECRET = "shhh"
NOW = 1_790_000_000  # the time of the check
NEXT = {
    "command": "/care",
    "text": "next",
    "user_id": ANA,
    "team_id": TEAM,
    "channel_id": CARE,
    "trigger_id": "t1",
    "response_url": RESPONSE,
}


class Standing:
    def now(self) -> float:
        return NOW


@dataclass
class Line:
    """Sends requests as a proxy would, and returns the answers."""

    app: Callable[..., Any]
    store: SqlStore
    front: OnlySigned = field(init=False)

    def __post_init__(self) -> None:
        self.front = OnlySigned(self.app, SECRET, self.store, clock=Standing())

    def send(self, body: bytes, headers: dict[str, str], **environ: str) -> int:
        answered: list[int] = []
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        list(self.front({**usual, **named, **environ}, lambda status, _: answered.append(int(status.split()[0]))))
        return answered[0]


def signed(body: bytes, stamp: str = str(NOW), secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode("latin-1") + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def command(**changed: str) -> bytes:
    return urlencode({**NEXT, **changed}).encode()


def held(store: SqlStore) -> int:
    return sum(one.state == CaseState.OPEN for one in store.queue())


def two_cases(hands: Hands) -> None:
    receive(hands.desk, a_post("100", "charged twice"), a_post("200", "and late", by="omar"))


@pytest.fixture
def line(hands: Hands, store: SqlStore) -> Line:
    two_cases(hands)
    return Line(SlackRequestHandler(hands.app), store)


def test_a_signed_request_is_done_once_however_often_it_is_sent(line, store):
    headers = signed(command())
    assert [line.send(command(), headers) for _ in range(4)] == [200, 409, 409, 409]
    assert held(store) == 1


def test_another_request_of_the_same_second_is_done_too(line, store):
    assert [line.send(body, signed(body)) for body in (command(), command(trigger_id="t2"))] == [200, 200]
    assert held(store) == 2


def test_a_request_sent_again_while_the_first_is_under_way_is_not_done_and_not_acknowledged(store):
    under_way, go_on, done = threading.Event(), threading.Event(), []

    def slow(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        under_way.set()
        assert go_on.wait(20)
        done.append(1)
        start_response("200 OK", [])
        return [b""]

    line = Line(slow, store)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(line.send, b"x", signed(b"x"))
        assert under_way.wait(20)
        second = line.send(b"x", signed(b"x"))
        go_on.set()
        assert (first.result(), second) == (200, 409)
    assert done == [1]


def test_two_at_the_same_moment_are_one(line, store):
    together = threading.Barrier(8)

    def send() -> int:
        together.wait(20)
        return line.send(command(), signed(command()))

    with ThreadPoolExecutor(8) as eight:
        answers = sorted(one.result() for one in [eight.submit(send) for _ in range(8)])
    assert answers == [200, *[409] * 7]
    assert held(store) == 1


def test_a_new_process_knows_what_the_one_before_let_in(tmp_path, hands):
    from storage import open_store

    address = f"sqlite:///{tmp_path}/again/heard.db"
    for answer in (200, 409):
        store = open_store(address, synchronous="OFF")
        again = Hands(a_desk(store))
        two_cases(again)
        assert Line(SlackRequestHandler(again.app), store).send(command(), signed(command())) == answer
        assert held(store) == 1
        store.close()


def broken(_environ: object, _start: object) -> list[bytes]:
    raise RuntimeError("nobody foresaw this")


def refusing(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    start_response("500 Internal Server Error", [])
    return [b""]


@pytest.mark.parametrize("app", [broken, refusing])
def test_what_was_not_acknowledged_may_come_again(app, store, line):
    headers = signed(command())
    assert Line(app, store).send(command(), headers) == 500
    retried = {**headers, "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
    assert line.send(command(), retried) == 200
    assert held(store) == 1


def test_nothing_is_done_while_the_record_cannot_be_kept(line, store):
    class Full:
        def let_in(self, *_: object) -> bool:
            raise OutOfService("disk full")

    ours, line.front.store = line.front.store, Full()
    assert line.send(command(), signed(command())) == 503
    assert held(store) == 0
    line.front.store = ours
    assert line.send(command(), signed(command())) == 200


@pytest.mark.parametrize(
    ("stamp", "answer"), [(NOW - 300, 200), (NOW - 301, 401), (NOW + 300, 200), (NOW + 301, 401)]
)
def test_what_was_signed_more_than_five_minutes_away_is_refused(line, store, stamp, answer):
    assert line.send(command(), signed(command(), str(stamp))) == answer
    assert held(store) == (answer == 200)


def test_a_key_that_everybody_knows_lets_nobody_in(line):
    for known in ("", "socket mode needs none", "None"):
        assert line.send(command(), signed(command(), secret=known or "x")) == 401
    with pytest.raises(ValueError, match="secret"):
        OnlySigned(line.app, "", line.store)


def headers_of_a_forger(chance: random.Random) -> Iterator[tuple[dict[str, str], bytes]]:
    real = signed(command())
    letters = [chr(number) for number in range(256)]
    while True:
        stamp = chance.choice(
            [
                "",
                str(NOW),
                f" {NOW}",
                f"+{NOW}",
                f"{NOW}.0",
                "9" * chance.choice([5, 20, 5_000]),
                "-1",
                "soon",
                "²³",
                "1e9",
                "\xb9" * 9,
                "".join(chance.choices(letters, k=chance.randrange(12))),
            ]
        )
        signature = chance.choice(
            [
                "",
                "v0=",
                real["X-Slack-Signature"][:-1],
                real["X-Slack-Signature"].upper(),
                real["X-Slack-Signature"] + "\xfc",
                "v1=" + real["X-Slack-Signature"][3:],
                "".join(chance.choices(letters, k=chance.randrange(80))),
            ]
        )
        body = chance.choice(
            [
                command(),
                b"",
                b"{",
                b"[" * 50_000,
                b'{"type":"event_callback"',
                b"\xff\xfe\x00",
                b"payload=%7B",
                b"ssl_check=1",
                bytes(chance.choices(range(256), k=40)),
            ]
        )
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
        for name in [*headers]:
            if chance.random() < 0.1:
                del headers[name]
        yield headers, body


def test_no_forged_request_is_let_in_or_breaks_anything(line, store):
    forged = headers_of_a_forger(random.Random(7))  # noqa: S311 - the same on every run
    assert {line.send(body, headers) for headers, body in (next(forged) for _ in range(10_000))} == {401}
    assert held(store) == 0


def test_what_slack_signed_but_nobody_understands_breaks_nothing(line, store):
    odd = [b"", b"{", b"[" * 50_000, b"payload=%7B", b"payload="]
    bodies = {*odd, *(text.encode("utf-8", "replace") for text in texts())}
    assert {line.send(body, signed(body)) for body in bodies} == {200, 500}
    assert held(store) == 0


class Unread(io.BytesIO):
    def read(self, *_: object) -> bytes:
        raise AssertionError("this was to be refused unread")


@pytest.mark.parametrize("length", [str(LONGEST + 1), "9" * 5_000, "-1", "x", "²"])
def test_a_body_nobody_can_bear_is_refused_unread(line, length):
    assert line.send(b"", signed(b""), CONTENT_LENGTH=length, **{"wsgi.input": Unread()}) == 413
