"""How a rehearsal ends: without an error by Ctrl-C, and together with its stage after a kill."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.children import Child
from tests.person import until
from tests.rehearsal.desk.conftest import ROOT, address_said

pytestmark = pytest.mark.process


@pytest.fixture
def started(tmp_path) -> Iterator[tuple["subprocess.Popen[bytes]", str, Path]]:
    """Yield a rehearsal in a terminal of its own, its address, and its other output."""
    heard, said = Path(sys.executable).with_name("heard"), tmp_path / "said.log"
    command = [heard, "rehearse", "--port", "0", "--crowd", "storm", "--state", tmp_path / "state"]
    with said.open("wb") as log:
        running = Child(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
    try:
        yield running, address_said(running, said), said
    finally:
        running.kill()
        running.wait(30)
        running.stdout.close()


def connected(url: str) -> int:
    return requests.get(f"{url}/stage/numbers", timeout=20).json()["slack"]["connections"]


def is_gone(url: str) -> bool:
    try:
        requests.get(f"{url}/stage/clock", timeout=20)
    except requests.ConnectionError:
        return True
    return False


def test_ctrl_c_ends_it_without_a_word_of_trouble(started):
    running, url, said = started
    until(lambda: connected(url), "the desk is connected")
    with requests.get(f"{url}/stage/events", stream=True, timeout=20) as page:  # as each open page does
        events = page.iter_lines()
        assert next(events)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all processes in the foreground
        assert running.wait(60) == 0
    until(lambda: is_gone(url), "the stage has ended too")
    trouble = r"Traceback|\"level\": \"(error|critical)\"|ERROR|Cancel"
    assert not re.search(trouble, said.read_text()), said.read_text()


def test_a_rehearsal_that_is_killed_leaves_no_stage_behind(started):
    running, url, _ = started
    running.kill()
    running.wait(30)
    until(lambda: is_gone(url), "the stage has ended too")
