"""Three real processes on one PostgreSQL, with kills, stops, cut connections and a restart of the server: a short day."""

import pytest

from tests.engines import server_binaries
from tests.process.desks import AND_THEN, defects, played

TRACEBACK = "Traceback (most recent call last):\n  File one, line 1\n    raise it\n"
CUT = f"{TRACEBACK}AttributeError: no socket\n\n{AND_THEN}\n\n{TRACEBACK}slack_sdk.errors.SlackClientNotConnectedError: cut\n"


def test_a_cut_connection_of_the_slack_library_is_no_defect_and_everything_else_is() -> None:
    ours = f"{TRACEBACK}KeyError: 'one'\n\n{AND_THEN}\n\n{TRACEBACK}ValueError: two\n"
    assert len(list(defects(f"poll.trouble\n{CUT}{ours}{TRACEBACK}TypeError: three\n"))) == 2


@pytest.mark.process
@pytest.mark.postgres
@pytest.mark.long
def test_a_short_day_with_three_desks_breaks_no_promise() -> None:
    if server_binaries() is None:
        pytest.skip("PostgreSQL's server programs are not installed here")
    tally, wrong = played(8.0, seed=11)
    assert wrong == [], tally
