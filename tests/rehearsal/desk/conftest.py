"""The rehearsal as a newcomer opens it: `heard rehearse` as a process, its page in headless Chromium."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.children import Child
from tests.person import PATIENCE, Person, Street, until
from tests.rehearsal.page.conftest import WATCH

ROOT = Path(__file__).parents[3]
ANA, BEN, CARO, DEE = "U0ANA00001", "U0BEN00001", "U0CARO0001", "U0DEE00001"


@dataclass
class House:
    """A stage with a desk, in one process or in two."""

    url: str

    def __post_init__(self) -> None:
        self.street = Street(self.url)
        self.ana, self.ben, self.caro, self.dee = (Person(self.url, who) for who in (ANA, BEN, CARO, DEE))

    def clock(self, **change: float) -> None:
        requests.post(f"{self.url}/stage/clock", json=change, timeout=20).raise_for_status()

    def no_more_trouble(self) -> None:
        requests.delete(f"{self.url}/stage/faults", timeout=20)

    def answered(self, root: str) -> list[dict]:
        return until(lambda: self.street.by_the_brand(root), "the reply on the street")


@contextmanager
def rehearsal(directory: Path, speed: float = 1.0) -> Iterator[House]:
    """Run `heard rehearse` during the block."""
    heard = Path(sys.executable).with_name("heard")
    command = [
        heard,
        "rehearse",
        "--port",
        "0",
        "--crowd",
        "none",
        "--speed",
        str(speed),
        "--state",
        directory / "state",
    ]
    log = directory / "desk.log"
    with log.open("wb") as said:
        process = Child(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said)
    try:
        yield House(address_said(process, log))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def address_said(process: "subprocess.Popen[bytes]", log: Path) -> str:
    told = b""
    while not (found := re.search(rb"(http://127\.0\.0\.1:\d+) in a browser", told)):
        readable, _, _ = select.select([process.stdout], [], [], PATIENCE)
        more = os.read(process.stdout.fileno(), 4096) if readable else b""
        assert more, f"the rehearsal did not open: {log.read_text()}"
        told += more
    return found[1].decode()


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[House]:
    """Yield one rehearsal for all tests without faults or jumps of time; each test uses its own customer."""
    with rehearsal(tmp_path_factory.mktemp("rehearsal"), speed=4.0) as running:
        yield running
        assert running.street.ledger()["strangers"] == []


class Pages:
    """Tabs of the page, one per person; a test fails when one breaks the policy, fails, or loads from outside."""

    def __init__(self, browser, name: str) -> None:
        self._browser, self._name = browser, name
        self._open, self.complaints = [], []

    def of(self, house: House, who: str = ANA, channel: str = "care"):
        context = self._browser.new_context(viewport={"width": 1440, "height": 940})
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE * 1_000)
        tab.on("pageerror", lambda trouble: self.complaints.append(str(trouble)))
        tab.on(
            "request", lambda asked: None if asked.url.startswith(house.url) else self.complaints.append(asked.url)
        )
        tab.add_init_script(WATCH)
        tab.goto(house.url)
        tab.wait_for_selector("body[data-ready=yes]")
        tab.select_option("#actor", who)
        tab.locator(".room-link", has_text=re.compile(f"{channel}$|{channel}\\s*\\d*$")).first.click()
        self._open.append((context, tab))
        return tab

    def shot(self, tab, moment: str) -> None:
        """Save a screenshot of the page as an artefact of the run."""
        keep = os.environ.get("HEARD_ARTEFACTS")
        if keep:
            Path(keep).mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=Path(keep) / f"{self._name} {moment}.png")

    def close(self) -> None:
        for number, (context, tab) in enumerate(self._open, 1):
            self.shot(tab, f"end {number}")
            self.complaints += tab.evaluate("window.broken")
            context.close()


@pytest.fixture
def pages(browser, request) -> Iterator[Pages]:
    tabs = Pages(browser, request.node.name.removeprefix("test_")[:60])
    yield tabs
    tabs.close()
    assert tabs.complaints == []
