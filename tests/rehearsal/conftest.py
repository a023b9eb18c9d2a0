"""Fixture: the browser that all tests of the page share."""

import os
from pathlib import Path

import pytest

from tests.person import PATIENCE

# The first that is there: without the parts for a screen, Chromium needs half the processor time.
BROWSERS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]


@pytest.fixture(scope="session")
def browser():
    found = next((one for one in BROWSERS if one.exists()), None)
    if found is None:
        reason = "There is no browser here (Debian's package chromium-headless-shell, or chromium)."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(found), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
