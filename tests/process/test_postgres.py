"""The same desk on PostgreSQL, chosen only by the address."""

import pytest

from tests.engines import cluster, empty_address
from tests.person import until
from tests.process.conftest import Theatre
from tests.process.test_main_path import WORDS, written

__all__ = ["cluster"]
pytestmark = [pytest.mark.process, pytest.mark.postgres, pytest.mark.long]


def test_the_main_path_on_postgresql(in_real_time: Theatre, tmp_path, request) -> None:
    theatre = in_real_time
    theatre.use_database(empty_address("postgres", tmp_path, request))
    root = theatre.street.post("@northwind charged twice AGAIN and nobody answers")
    theatre.heard_run()
    draft = written(theatre)
    assert theatre.ben.press(draft, "draft_approve")["acked"]
    [reply] = until(lambda: theatre.street.by_the_brand(root), "the reply on the street")
    assert reply["text"] == WORDS
    second = theatre.heard_run()
    assert second.wait(30) == 75, "a second desk on the same database is refused"
