"""The watch over the log of a whole run of tests sees a canary, and only what our log would write."""

import logging

import pytest

from tests import canary


@pytest.fixture(autouse=True)
def watched_log() -> None:
    """Take the place of the watch over all tests, for which this test's own canary would count."""


@pytest.mark.parametrize(
    ("name", "level", "sings"),
    [("bot.x", logging.DEBUG, True), ("urllib3.x", logging.DEBUG, False), ("urllib3.x", logging.ERROR, False)],
)
def test_a_canary_in_our_own_lines_fails_the_test_that_logged_it(name: str, level: int, *, sings: bool) -> None:
    watched = canary.watching()
    next(watched)
    logging.getLogger(name).log(level, "a kanari of %s", "priya_n")
    try:
        next(watched, None)
        failed = False
    except pytest.fail.Exception:
        failed = True
    assert failed == sings
