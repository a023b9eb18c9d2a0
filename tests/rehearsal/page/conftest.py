"""Fixtures: a stage, a small desk, and a headless browser that records everything the page must not do."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.rehearsal.stage import Stage
from tests.person import PATIENCE
from tests.rehearsal.page.sample_desk import SampleDesk

WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
window.pwned = () => window.broken.push("script ran");
"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(limits=False) as running:
        yield running
        assert running.ledger()["strangers"] == []


@pytest.fixture
def desk(stage) -> Iterator[SampleDesk]:
    with SampleDesk(stage) as running:
        yield running


@pytest.fixture
def street(stage):
    """Write a post on the street; returns its id."""

    def write(text, handle="priya_n", **more):
        body = {"handle": handle, "text": text, **more}
        return requests.post(f"{stage.url}/street/posts", json=body, timeout=10).json()["id"]

    return write


@pytest.fixture
def page(browser, stage):
    """Yield the page as first opened; fail the test when it breaks its policy or loads anything from outside."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE * 1_000)
    complaints, outside = [], []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    tab.on("dialog", lambda dialog: (complaints.append("a dialog opened"), dialog.dismiss()))
    tab.on("request", lambda asked: None if asked.url.startswith(stage.url) else outside.append(asked.url))
    tab.add_init_script(WATCH)
    tab.goto(stage.url)
    tab.wait_for_selector("body[data-ready=yes]")
    yield tab
    broken = tab.evaluate("window.broken")
    keep = os.environ.get("HEARD_ARTEFACTS")
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=Path(keep) / f"{os.environ['PYTEST_CURRENT_TEST'].split('::')[-1].split(' ')[0]}.png")
    context.close()
    assert (broken, outside, [line for line in complaints if "ERR_FAILED" not in line]) == ([], [], [])
