"""Three real processes on one PostgreSQL, with kills, stops, cut connections and a restart of the server: a short day."""

import pytest

from tests.engines import server_binaries
from tests.process.desks import played

pytestmark = [pytest.mark.process, pytest.mark.postgres, pytest.mark.long]


def test_a_short_day_with_three_desks_breaks_no_promise() -> None:
    if server_binaries() is None:
        pytest.skip("PostgreSQL's server programs are not installed here")
    tally, wrong = played(8.0, seed=11)
    assert wrong == [], tally
