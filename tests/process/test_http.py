"""The same listeners over Slack's signed HTTP, through WSGI on loopback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from bot.rehearsal.launch import Launched, furnish
from tests.person import Person, Street, until
from tests.process.conftest import ROOT
from tests.process.test_main_path import BILLING, showing

pytestmark = pytest.mark.process


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def stage_that_delivers(port: int) -> Launched:
    address = f"http://127.0.0.1:{port}/slack/events"
    command = [sys.executable, "-m", "bot.rehearsal", "--port", "0", "--crowd", "", "--deliver-url", address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    line = process.stdout.readline()
    return Launched(process, line.removeprefix("ready ").strip())


def test_a_click_over_signed_http_is_answered_and_a_forged_one_is_not(tmp_path: Path) -> None:
    port = free_port()
    stage = stage_that_delivers(port)
    config, secrets = furnish(tmp_path / "state", stage.url, stage.account())
    config.write_text(config.read_text().replace("[slack]\n", f'[slack]\nmode = "http"\nport = {port}\n'))
    heard = str(Path(sys.executable).with_name("heard"))
    Street(stage.url).post("@northwind charged twice AGAIN")
    desk = subprocess.Popen([heard, "run", "--config", str(config)], env={**os.environ, **secrets}, cwd=ROOT)
    try:
        ana = Person(stage.url, "U0ANA00001")
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
    finally:
        desk.terminate()
        desk.wait(30)
        stage.stop()
