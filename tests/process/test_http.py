"""The same listeners over Slack's signed HTTP, through WSGI on loopback."""

import hashlib
import hmac
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from bot.rehearsal.launch import Launched, furnish
from bot.rehearsal.workspace import cast
from tests.children import Child
from tests.person import Person, Street, until
from tests.process.forked import ROOT
from tests.process.test_main_path import BILLING, showing

pytestmark = pytest.mark.process

ANA = "U0ANA00001"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def stage_that_delivers(port: int) -> Launched:
    address = f"http://127.0.0.1:{port}/slack/events"
    command = [sys.executable, "-m", "bot.rehearsal", "--port", "0", "--crowd", "", "--deliver-url", address]
    process = Child(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    line = process.stdout.readline()
    return Launched(process, line.removeprefix("ready ").strip())


@contextmanager
def desk_over_http(config: Path, secrets: dict[str, str]) -> Iterator[None]:
    heard = str(Path(sys.executable).with_name("heard"))
    desk = Child([heard, "run", "--config", str(config)], env={**os.environ, **secrets}, cwd=ROOT)
    try:
        yield
    finally:
        desk.terminate()
        desk.wait(30)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def stage(port: int) -> Iterator[Launched]:
    running = stage_that_delivers(port)
    yield running
    running.stop()


@pytest.fixture
def furnished(tmp_path: Path, stage: Launched, port: int) -> tuple[Path, dict[str, str]]:
    config, secrets = furnish(tmp_path / "state", stage.url, stage.account())
    config.write_text(config.read_text().replace("[slack]\n", f'[slack]\nmode = "http"\nport = {port}\n'))
    return config, secrets


def test_a_click_over_signed_http_is_answered_and_a_forged_one_is_not(stage, port, furnished) -> None:
    Street(stage.url).post("@northwind charged twice AGAIN")
    with desk_over_http(*furnished):
        ana = Person(stage.url, ANA)
        card = until(lambda: showing(ana, BILLING, "case_claim"), "a card to claim")
        assert ana.press(card, "case_claim")["acked"]
        until(lambda: "Held by" in str(ana.messages(BILLING)), "the card says who holds the case")
        forged = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=00"}
        for headers in (
            {},
            forged,
            {**forged, "X-Slack-Request-Timestamp": "soon"},
            {**forged, "X-Slack-Signature": "ü"},
        ):
            encoded = {name: value.encode() for name, value in headers.items()}
            answer = requests.post(f"http://127.0.0.1:{port}/slack/events", data="x", headers=encoded, timeout=10)
            assert answer.status_code == 401


def signed(body: bytes, secret: str) -> dict[str, str]:
    stamp = str(int(time.time()))  # the desk checks signatures by the real clock, as Slack makes them
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


@pytest.mark.long
def test_a_request_that_was_acknowledged_is_not_taken_again_even_by_a_new_process(port, furnished) -> None:
    address = f"http://127.0.0.1:{port}/slack/events"
    body = urlencode({"command": "/care", "text": "help", "user_id": ANA, "team_id": cast.TEAM, "trigger_id": "1.2"})
    headers = {**signed(body.encode(), cast.SIGNING_SECRET), "content-type": "application/x-www-form-urlencoded"}

    def status() -> int:
        return requests.post(address, data=body, headers=headers, timeout=10).status_code

    with desk_over_http(*furnished):
        until(lambda: listens(port), "the desk listens")
        assert [status() for _ in range(3)] == [200, 409, 409]
    with desk_over_http(*furnished):
        until(lambda: listens(port), "the desk listens again")
        assert status() == 409
        endless = requests.post(address, data=(b"x" * 100_000 for _ in range(11)), headers=headers, timeout=10)
        assert endless.status_code == 413


def listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
