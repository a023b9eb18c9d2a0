"""Each day the head of the audit trail is sent to the leads' channel, so that a copy is outside the database."""

from datetime import timedelta

import pytest

from bot.ports import Desk
from bot.services.audit import trail
from storage.audit import told
from tests.fakes import LEADS, a_post
from tests.services.journey import a_case, clock, notices, receive


def next_day(desk: Desk, days: int = 1) -> str:
    clock(desk).move(seconds=days * 86_400)
    return trail.tell_head_of_trail(desk, clock(desk).now())


def test_on_its_first_day_a_desk_has_nothing_to_look_back_on(desk: Desk) -> None:
    a_case(desk)
    assert trail.tell_head_of_trail(desk, clock(desk).now()) == ""
    assert notices(desk) == []


def test_each_day_after_midnight_the_head_is_told_once(desk: Desk) -> None:
    trail.tell_head_of_trail(desk, clock(desk).now())
    a_case(desk)
    head = desk.store.prove().sealed
    told = next_day(desk)
    assert f": {head}. " in told
    assert f"{head.lines} line" in told
    assert notices(desk) == [(LEADS, told)]
    assert trail.tell_head_of_trail(desk, clock(desk).now() + timedelta(minutes=1)) == ""
    proof = desk.store.prove()
    assert proof.told is not None
    assert (proof.told[1], proof.whole) == (head, True)


def test_a_clock_that_ran_ahead_and_came_back_leaves_no_day_untold(desk: Desk) -> None:
    trail.tell_head_of_trail(desk, clock(desk).now())
    a_case(desk)
    assert next_day(desk, 400)
    assert next_day(desk, -400) != ""
    assert next_day(desk) != ""
    assert len(notices(desk)) == 3


def test_a_long_trail_is_read_in_several_rounds_and_told_by_several_heads(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail.tell_head_of_trail(desk, clock(desk).now())
    for number in range(9):
        receive(desk, a_post(f"{number}", "where is it?", by=f"c{number}"))
    monkeypatch.setattr(told, "LINES", 2)
    monkeypatch.setattr(told, "CHAINS", 4)
    monkeypatch.setattr(trail, "_SLICES", 3)
    said = [next_day(desk), *(trail.tell_head_of_trail(desk, clock(desk).now()) for _ in range(9))]
    assert not said[0], "the first round only reads"
    assert not said[-1], "it is done"
    assert ["A further message" in one for one in said if one] == [True, True, False]
    assert notices(desk) == [(LEADS, one) for one in said if one]
    assert desk.store.prove().whole
