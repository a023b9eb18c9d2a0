"""Swaps and handovers in the store: each once, and each with its message."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb
from bot.domain.slack.telling import TellingKind
from bot.domain.team.swaps import Swap, SwapState
from tests import builders
from tests.builders import ANA, BEN, CARO, CHANNEL, DEE, NOW, do
from tests.storage.scenes import another, at_once

HOUR = timedelta(hours=1)
ASKED = Swap(asker=ANA, taker=BEN, begins=NOW + HOUR, ends=NOW + 5 * HOUR, asked_at=NOW)


def waiting(store):
    """Return the waiting messages that are about no case: kind, row, recipient or channel."""
    return [(one.kind, one.about, one.recipient or one.channel) for one in store.to_tell(NOW, 100) if not one.case_id]


def test_a_question_is_read_back_as_it_was_asked(store):
    swap = store.add_swap(ASKED)
    assert (swap.asker, swap.taker, swap.begins, swap.ends, swap.state) == (
        ANA,
        BEN,
        ASKED.begins,
        ASKED.ends,
        SwapState.ASKED,
    )
    assert store.swap(swap.id) == swap
    assert waiting(store) == [(TellingKind.SWAP, swap.id, BEN)]


def test_one_turn_is_asked_for_once_until_somebody_declines(store):
    swap = store.add_swap(ASKED)
    other = Swap(asker=ANA, taker=CARO, begins=ASKED.begins, ends=ASKED.ends, asked_at=NOW)
    assert store.add_swap(other) is None
    assert store.decide_swap(swap.id, SwapState.DECLINED, NOW)
    assert store.add_swap(other) is not None


def test_a_question_is_decided_once_and_both_are_told(store):
    swap = store.add_swap(ASKED)
    assert [
        store.decide_swap(swap.id, state, NOW + HOUR / 2) for state in (SwapState.ACCEPTED, SwapState.DECLINED)
    ] == [
        True,
        False,
    ]
    decided = store.swap(swap.id)
    assert (decided.state, decided.decided_at) == (SwapState.ACCEPTED, NOW + HOUR / 2)
    assert sorted(waiting(store)) == [(TellingKind.SWAP, swap.id, ANA), (TellingKind.SWAP, swap.id, BEN)]


def test_two_answers_at_the_same_moment_are_one(store):
    swap = store.add_swap(ASKED)
    states = (SwapState.ACCEPTED, SwapState.EXPIRED)
    done = at_once(*(lambda state=state: store.decide_swap(swap.id, state, NOW) for state in states))
    assert sorted(done) == [False, True]


def test_only_what_stands_of_turns_to_come_is_listed_earliest_first(store):
    far, near = ASKED, Swap(asker=DEE, taker=BEN, begins=NOW, ends=NOW + 2 * HOUR, asked_at=NOW)
    numbers = [store.add_swap(one).id for one in (far, near)]
    assert [one.id for one in store.swaps(NOW)] == numbers[::-1]
    assert [one.id for one in store.swaps(NOW + 2 * HOUR)] == numbers[:1]
    store.decide_swap(numbers[0], SwapState.EXPIRED, NOW)
    assert [one.id for one in store.swaps(NOW)] == numbers[1:]


def test_a_list_holds_who_held_what_and_the_same_end_is_one_list(store):
    first, second = builders.claimed(store), builders.claimed(store, post=another("7001"))
    row = store.write_handover(NOW, [(first.id, ANA)], CHANNEL, NOW)
    assert store.write_handover(NOW, [(second.id, BEN), (first.id, ANA)], CHANNEL, NOW + HOUR) == row
    assert store.handover(row).cases == [(first.id, ANA), (second.id, BEN)]
    assert waiting(store) == [(TellingKind.HANDOVER, row, CHANNEL)]
    seen = [store.handed_over(who, NOW - HOUR, NOW) for who in (ANA, BEN, CARO)]
    assert seen == [True, True, False]
    assert not store.handed_over(ANA, NOW + HOUR, NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("verb", "more"), [(CaseVerb.RELEASE, {}), (CaseVerb.ASSIGN, {"to": CARO}), (CaseVerb.SOLVE, {})]
)
def test_a_list_that_stands_is_written_anew_once_one_of_its_cases_moves_on(store, verb, more):
    case, other = builders.claimed(store), builders.claimed(store, post=another("7001"))
    row = store.write_handover(NOW, [(case.id, ANA)], CHANNEL, NOW)
    [telling] = [one for one in store.to_tell(NOW, 100) if one.kind == TellingKind.HANDOVER]
    store.mark_told(telling.id, CHANNEL, "5.0", telling.wanted)
    do(store, other, verb, **more)
    assert waiting(store) == []
    do(store, case, verb, **more)
    assert waiting(store) == [(TellingKind.HANDOVER, row, CHANNEL)]


def test_what_is_not_there_is_unknown(store):
    for read in (store.swap, store.handover):
        with pytest.raises(Unknown):
            read(99)
