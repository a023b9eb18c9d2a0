"""The real process is killed with SIGKILL; the make-believe side's own ledger judges: nothing lost, nothing double."""

import signal

import pytest

from tests.person import until
from tests.process.conftest import Theatre
from tests.process.deadly import POINTS
from tests.process.test_main_path import BILLING, WORDS, showing, written

pytestmark = pytest.mark.process


def roots_in_slack(theatre: Theatre) -> list[dict]:
    return [one for one in theatre.ana.messages(BILLING) if "mention" in one["text"]]


def played(theatre: Theatre, desk) -> None:
    """Go on with the main path until the desk dies or the reply is public."""
    try:
        draft = written(theatre)
        theatre.ben.press(draft, "draft_approve")
        desk.wait(30)
    except (AssertionError, KeyError):
        if desk.poll() is None:
            raise


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_nothing_and_doubles_nothing(theatre: Theatre, point: str) -> None:
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
        theatre.ben.press(draft, "draft_approve")
    if point == "send: written down, not called":
        until(lambda: showing(theatre.ana, BILLING, "unknown_missing"), "the card says that nobody knows")
        assert theatre.street.by_the_brand(root) == [], "an unknown outcome is never sent again by itself"
    else:
        until(lambda: "Answered" in str(theatre.ana.messages(BILLING)), f"the card says answered\n{theatre.said()}")
        assert [one["text"] for one in theatre.street.by_the_brand(root)] == [WORDS]
    assert len(roots_in_slack(theatre)) == 1, "one complaint, one thread"
