"""Messages about swaps and handovers are complete, and the fallback says the same as the blocks."""

from dataclasses import replace

import pytest

from bot.blocks.team import handover, shifts, swaps
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.team.handover import Handover
from bot.domain.team.swaps import OnShift, Swap, SwapState
from tests.blocks.reading import plainly, read
from tests.blocks.scenes import NAMES, NOW, SECRET, at, case, drafted, view
from tests.blocks.walker import judge_message

SWAP = Swap(id=3, asker="UANA", taker="UBEN", begins=at(16), ends=at(20), asked_at=at(13))
LEFT = Handover(id=4, ended_at=at(14), cases=[(412, "UANA"), (413, "UBEN"), (414, "UANA")])
LINK = "https://northwind.slack.com/archives/C1/p1"
STATES = {state: view(case(state)) for state in CaseState} | {state: drafted(state) for state in DraftState}


def drawn(state: SwapState, recipient: str):
    decided = None if state == SwapState.ASKED else at(14)
    return swaps.swap(replace(SWAP, state=state, decided_at=decided), recipient, NAMES, SECRET, NOW)


@pytest.mark.parametrize("state", SwapState)
@pytest.mark.parametrize("recipient", ["UANA", "UBEN"])
def test_every_word_about_a_swap_is_whole_and_says_the_turn(state, recipient):
    judge_message(drawn(state, recipient))
    assert "from 16:00 UTC to 20:00 UTC" in read(drawn(state, recipient))
    assert read(drawn(state, recipient)).startswith(plainly(drawn(state, recipient).text))


def test_only_an_open_question_has_buttons_and_only_for_whom_it_asks():
    buttons = {(state, who): "[" in read(drawn(state, who)) for state in SwapState for who in ("UANA", "UBEN")}
    assert [which for which, has in buttons.items() if has] == [(SwapState.ASKED, "UBEN")]


def test_the_list_of_who_is_on_names_swaps():
    decided = replace(SWAP, state=SwapState.ACCEPTED, decided_at=at(14))
    found = OnShift(on=[("UANA", 2)], approvers=frozenset(), leads=frozenset(), off=[], swaps=[decided, SWAP])
    said = read(shifts.who(found, NAMES, NOW))
    assert "Ben takes Ana's turn from 16:00 UTC to 20:00 UTC" in said
    assert "Ben is asked to take Ana's turn from 16:00 UTC to 20:00 UTC" in said


def left(*views, on=("UCARO",), link=LINK):
    entries = [(one, link) for one in views]
    return handover.handover(LEFT, entries, on, NAMES, secret=SECRET, now=NOW)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("link", ["", LINK])
def test_every_list_is_whole(state, link):
    judge_message(left(STATES[state], link=link))


@pytest.mark.parametrize("count", [0, 1, 2, 10, 11, 40])
def test_a_list_of_any_length_fits_and_says_how_many(count):
    message = left(*[drafted(DraftState.WRITING)] * count)
    judge_message(message)
    said = {0: "in other hands now", 1: "hold 1 case"}.get(count, f"hold {count} cases")
    assert said in read(message)
    assert said in plainly(message.text)
    assert ("and 1 more: “/care queue”" in read(message)) == (count == 11)


def test_who_was_on_when_it_was_written_is_named_while_there_is_something_to_take():
    seen = drafted(DraftState.WRITING)
    assert "On at 14:10 UTC: Caro." in read(left(seen))
    assert "Nobody was on at 14:10 UTC." in read(left(seen, on=()))
    assert "Caro" not in read(left())
