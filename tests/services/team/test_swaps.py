"""One person offers a turn and another takes it; both are told, and without an answer the question ends by itself."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.slack.telling import TellingKind
from bot.domain.team.shifts import Shift
from bot.domain.team.swaps import Swap, SwapState
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.team import shifts, swaps
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, DEE, NOON, POLICY, STAN, a_desk, teammate

HOUR = timedelta(hours=1)
EARLY = Shift(days=frozenset(range(5)), hours=[(9 * 60, 13 * 60)], people=frozenset({ANA}), zone=ZoneInfo("UTC"))
LATE = replace(EARLY, hours=[(13 * 60, 17 * 60)], people=frozenset({CARO}))
TONIGHT = NOON + 6 * HOUR
TOMORROW = NOON.replace(day=3, hour=9)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, shifts=(EARLY, LATE)))


def asked(desk: Desk, words: str = "@ben", at: datetime = TONIGHT) -> Swap:
    return swaps.ask_for_swap(desk, words, by=ANA, at=at)


def told(desk: Desk) -> list[tuple[str, str]]:
    """Return recipient and text of the waiting messages about swaps."""
    found = [one for one in desk.store.to_tell(TONIGHT + 99 * HOUR, 100) if one.kind == TellingKind.SWAP]
    drawn = [(one.recipient, draw(desk, one, desk.clock.now())) for one in found]
    return [(who, read(message[0])) for who, message in drawn if message]


def trail(desk: Desk) -> list[tuple[str, str]]:
    return [(line.verb, line.by) for line in desk.store.audit("desk")]


def test_the_next_turn_is_asked_for_and_nothing_changes_yet(desk: Desk) -> None:
    swap = asked(desk)
    assert (swap.begins, swap.ends, swap.taker) == (TOMORROW, TOMORROW + 4 * HOUR, BEN)
    [(who, words)] = told(desk)
    assert who == BEN
    assert words.startswith("Ana asks you to take their turn from 3 Mar 09:00 UTC to 3 Mar 13:00 UTC. Can you?")
    assert "[ I take it ]  [ I cannot ]" in words
    assert trail(desk) == [("swap_asked", ANA)]
    assert shifts.on_now(desk, TOMORROW) == {ANA}


def test_once_taken_it_holds_for_that_turn_and_both_are_told(desk: Desk) -> None:
    swaps.accept(desk, asked(desk).id, by=BEN, at=TONIGHT + HOUR)
    days = [shifts.on_now(desk, TOMORROW + hours * HOUR) for hours in (0, 3.9, 4, 24)]
    assert days == [{BEN}, {BEN}, {CARO}, {ANA}]
    words = dict(told(desk))
    assert words[ANA].startswith("Ben takes your turn from 3 Mar 09:00 UTC")
    assert words[BEN].startswith("You take Ana's turn from 3 Mar 09:00 UTC")
    assert "[" not in words[BEN]
    line = desk.store.audit("desk")[-1]
    assert (line.verb, line.by) == ("swap_accepted", BEN)
    assert (line.facts["asker"], line.facts["begins"]) == (ANA, TOMORROW.isoformat())


def test_a_turn_that_runs_changes_hands_from_the_answer_on(desk: Desk) -> None:
    swap = asked(desk, at=NOON)
    assert swap.begins == NOON - 3 * HOUR
    swaps.accept(desk, swap.id, by=BEN, at=NOON + HOUR / 4)
    assert [shifts.on_now(desk, NOON + quarters * HOUR / 4) for quarters in (0, 1, 4)] == [{ANA}, {BEN}, {CARO}]


def test_who_declines_leaves_it_where_it_is_and_somebody_else_can_be_asked(desk: Desk) -> None:
    swaps.decline(desk, asked(desk).id, by=BEN, at=TONIGHT)
    assert shifts.on_now(desk, TOMORROW) == {ANA}
    assert dict(told(desk))[ANA].startswith("Ben cannot take your turn")
    assert asked(desk, "@dee").taker == DEE


def test_one_turn_is_asked_for_once_at_a_time(desk: Desk) -> None:
    asked(desk)
    with pytest.raises(NotUsable, match="Somebody was asked about that turn already"):
        asked(desk, "@dee")
    assert trail(desk) == [("swap_asked", ANA)]


def test_without_an_answer_it_ends_when_the_turn_begins_and_the_asker_is_told_once(desk: Desk) -> None:
    swap = asked(desk)
    assert swaps.expire(desk, TOMORROW - HOUR / 60) == 0
    assert [swaps.expire(desk, TOMORROW + late) for late in (0 * HOUR, HOUR)] == [1, 0]
    assert dict(told(desk))[ANA].startswith("Ben did not answer in time, so your turn")
    assert trail(desk) == [("swap_asked", ANA), ("swap_expired", "desk")]
    with pytest.raises(Outdated, match="over"):
        swaps.accept(desk, swap.id, by=BEN, at=TOMORROW + HOUR)


def test_an_answer_that_comes_too_late_counts_for_nothing_even_before_the_sweep(desk: Desk) -> None:
    swap = asked(desk)
    with pytest.raises(Outdated, match="over"):
        swaps.accept(desk, swap.id, by=BEN, at=TOMORROW)
    assert shifts.on_now(desk, TOMORROW) == {ANA}


def test_after_weeks_away_the_desk_still_closes_what_nobody_answered(desk: Desk) -> None:
    asked(desk)
    assert swaps.expire(desk, TOMORROW + timedelta(days=30)) == 1


def test_only_who_was_asked_answers_and_answers_once(desk: Desk) -> None:
    swap = asked(desk)
    with pytest.raises(NotYours, match="for <@U0BEN>"):
        swaps.accept(desk, swap.id, by=DEE, at=TONIGHT)
    swaps.accept(desk, swap.id, by=BEN, at=TONIGHT)
    swaps.accept(desk, swap.id, by=BEN, at=TONIGHT + HOUR)
    with pytest.raises(Outdated):
        swaps.decline(desk, swap.id, by=BEN, at=TONIGHT + HOUR)
    assert trail(desk) == [("swap_asked", ANA), ("swap_accepted", BEN)]


def test_a_turn_that_was_taken_can_be_given_on(desk: Desk) -> None:
    swaps.accept(desk, asked(desk).id, by=BEN, at=TONIGHT)
    on = swaps.ask_for_swap(desk, "dee", by=BEN, at=TONIGHT + HOUR)
    swaps.accept(desk, on.id, by=DEE, at=TONIGHT + 2 * HOUR)
    assert shifts.on_now(desk, TOMORROW) == {DEE}


def test_after_a_turn_was_given_away_the_next_one_is_the_one_after(desk: Desk) -> None:
    swaps.accept(desk, asked(desk).id, by=BEN, at=TONIGHT)
    assert asked(desk, "@dee", at=TONIGHT + HOUR).begins == TOMORROW + timedelta(days=1)
    assert shifts.go_off(desk, by=ANA, at=TONIGHT + HOUR).until == TOMORROW + timedelta(days=1)


def test_who_shows_what_was_swapped_until_that_turn_is_over(desk: Desk) -> None:
    swaps.accept(desk, asked(desk).id, by=BEN, at=TONIGHT)
    kept = [shifts.who(desk, TOMORROW + hours * HOUR).swaps for hours in (0, 3.9, 4)]
    assert [[(one.taker, one.state) for one in each] for each in kept] == [
        [(BEN, SwapState.ACCEPTED)],
        [(BEN, SwapState.ACCEPTED)],
        [],
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Please say whom"),
        ("@ana", "That is you"),
        ("@zoe <!channel>", "Nobody called “@zoe &lt;!channel&gt;” is on the team"),
        ("@stan", "Nobody called"),
        ("@ben", "There are several: Ben, Ben Okafor"),
        ("<@U0STAN>", "Nobody called"),
    ],
)
def test_whom_one_can_ask_is_said(desk: Desk, words: str, says: str) -> None:
    if words == "@ben":
        desk.store.put_people([replace(teammate("U0BEN2", "Ben"), name="Ben Okafor")], [])
        assert asked(desk, "@Ben Okafor").taker == "U0BEN2"
        desk.store.put_people([replace(teammate(BEN, "Ben"), name="Ben Ito")], [])
        says = "There are several: Ben Ito, Ben Okafor"
    with pytest.raises(NotUsable, match=says.replace("(", r"\(")):
        asked(desk, words)


@pytest.mark.parametrize("words", ["@ben", "Ben", "BEN", "<@U0BEN>", "<@U0BEN|ben>", "U0BEN", " @ben "])
def test_a_name_is_understood_however_it_is_written(desk: Desk, words: str) -> None:
    assert swaps.teammate_named(desk, words) == BEN


def test_who_is_on_then_already_is_not_asked(desk: Desk) -> None:
    both = replace(desk, policy=replace(desk.policy, shifts=(replace(EARLY, people=frozenset({ANA, BEN})),)))
    with pytest.raises(NotUsable, match="Ben is on then already"):
        asked(both)


def test_a_teammates_name_calls_nobody(desk: Desk) -> None:
    both = replace(desk, policy=replace(desk.policy, shifts=(replace(EARLY, people=frozenset({ANA, BEN})),)))
    desk.store.put_people([replace(teammate(BEN, "Ben"), name="<@U0STAN> <!here>")], [])
    with pytest.raises(NotUsable, match=r"^&lt;@U0STAN&gt; &lt;!here&gt; is on then already"):
        asked(both, BEN)


def test_who_has_no_turn_has_none_to_give(desk: Desk) -> None:
    with pytest.raises(NotUsable, match="no turn to give away"):
        swaps.ask_for_swap(desk, "@ana", by=STAN, at=NOON)
    with pytest.raises(NotUsable, match="no turn to give away"):
        swaps.ask_for_swap(replace(desk, policy=POLICY), "@ben", by=ANA, at=NOON)
