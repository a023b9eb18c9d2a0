"""The real process is killed with SIGKILL; the stage's ledger shows that nothing is lost and nothing is double."""

import signal
from contextlib import suppress

import pytest
import requests

from tests.engines import cluster, empty_address
from tests.long import part
from tests.person import until
from tests.process.conftest import Theatre
from tests.process.deadly import POINTS
from tests.process.test_main_path import BILLING, WORDS, showing, written

__all__ = ["cluster"]
pytestmark = pytest.mark.process


def roots_in_slack(theatre: Theatre) -> list[dict]:
    return [one for one in theatre.ana.messages(BILLING) if "mention" in one["text"]]


def played(theatre: Theatre, desk) -> None:
    """Play the main path until the desk dies or the reply is public."""
    try:
        draft = written(theatre)
        theatre.ben.press(draft, "draft_approve")
        desk.wait(30)
    except (AssertionError, KeyError):
        if desk.poll() is None:
            raise


@pytest.mark.parametrize("point", part(POINTS, 8))
def test_a_kill_loses_nothing_and_doubles_nothing(theatre: Theatre, point: str) -> None:
    killed_and_judged(theatre, point)


# One of each kind: PostgreSQL shares every query with SQLite, but not its transactions and locks.
@pytest.mark.postgres
@pytest.mark.parametrize(
    "point",
    part(
        [
            "send: called, answer not written down",
            "intake: cursor written, not committed",
            "first post: posted, not written down",
            "click: recorded, not acknowledged",
            "reconcile: looked, not recorded",
        ],
        5,
    ),
)
def test_a_kill_loses_nothing_on_postgresql_either(theatre: Theatre, point: str, tmp_path, request) -> None:
    theatre.use_database(empty_address("postgres", tmp_path, request))
    killed_and_judged(theatre, point)


def let_out(theatre: Theatre, draft: dict) -> object:
    """Approve; a desk that has just started may not know who approves yet, and says so: then press once more."""
    theatre.ben.press(draft, "draft_approve")
    with suppress(AssertionError):
        return until(lambda: _is_let_out(theatre), patience=3)
    return False


def _is_let_out(theatre: Theatre) -> bool:
    shown = str(theatre.ana.messages(BILLING))
    return "Approved by" in shown or "Answered" in shown


def killed_and_judged(theatre: Theatre, point: str) -> None:
    """Kill a desk at the point, start it again, and compare with the stage's ledger."""
    root = theatre.street.post("@northwind charged twice AGAIN and nobody answers")
    if point.startswith("reconcile"):
        theatre.street.fault(side="x", method="POST /2/tweets", kind="lost_after")
    doomed = theatre.open_desk(die_at=point)
    if point.startswith("click"):
        card = until(lambda: showing(theatre.ana, BILLING, "case_claim"), "a card to claim")
        theatre.ana.press(card, "case_claim")
    elif point.startswith(("send", "reconcile")):
        played(theatre, doomed)
    assert doomed.wait(40) == -signal.SIGKILL, theatre.said()

    theatre.open_desk()
    if not theatre.street.by_the_brand(root) and not point.startswith(("send", "reconcile")):
        draft = written(theatre)
        until(lambda: let_out(theatre, draft), f"the reply is approved\n{theatre.said()}")
    if point == "send: written down, not called":
        until(lambda: "do not know whether" in str(theatre.ana.messages(BILLING)), "the card says that nobody knows")
        assert theatre.street.by_the_brand(root) == [], "an unknown outcome is never sent again by itself"
    else:
        until(lambda: "Answered" in str(theatre.ana.messages(BILLING)), f"the card says answered\n{theatre.said()}")
        assert [one["text"] for one in theatre.street.by_the_brand(root)] == [WORDS]
    assert len(roots_in_slack(theatre)) == 1, "one complaint, one thread"


@pytest.mark.long
def test_a_desk_killed_while_x_asks_it_to_wait_sends_the_reply_by_itself_when_the_wait_is_over(
    theatre: Theatre,
) -> None:
    root = theatre.street.post("@northwind charged twice AGAIN and nobody answers")
    theatre.street.fault(side="x", method="POST /2/tweets", kind="429")
    desk = theatre.open_desk()
    theatre.ben.press(written(theatre), "draft_approve")
    card = until(lambda: showing(theatre.ana, BILLING, "draft_stop"), f"the card says it waits\n{theatre.said()}")
    assert "X asks us to wait" in str(card)
    desk.kill()
    desk.wait(10)
    assert theatre.street.by_the_brand(root) == []
    jump = {"jump": 20 * 60}  # X's window is 15 minutes
    requests.post(f"{theatre.stage.url}/stage/clock", json=jump, timeout=20).raise_for_status()
    theatre.open_desk()
    until(lambda: "Answered" in str(theatre.ana.messages(BILLING)), f"the card says answered\n{theatre.said()}")
    assert [one["text"] for one in theatre.street.by_the_brand(root)] == [WORDS]
