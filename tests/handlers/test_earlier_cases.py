"""A customer's earlier cases are shown from the card: their words, our words, and how each ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.ports import Desk
from storage import SqlStore
from tests.fakes import ANA, GUS, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import WORDS, clock, delivered, receive, slack

SECOND = 2


def again(desk: Desk) -> None:
    """Let the same customer open another case."""
    receive(desk, a_post("200", "Now the parcel is late", at=clock(desk).move(minutes=5)))


def told(hands: Hands, by: str = ANA) -> str:
    """Return what the menu of the second case answers."""
    case = hands.desk.store.case(SECOND)
    value = ids.button_value(ids.CASE, case.id, case.version, hands.desk.secret)
    return hands.press(ids.CASE_EARLIER, value, by)


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("", "nothing came after it"),
        ("Thank you so much!", "thanked us at"),
        ("Still broken and nobody answers", "complained again at"),
        ("Order 77", "wrote again at"),
    ],
)
def test_each_case_says_what_the_customer_posted_last(fresh: Callable[[], SqlStore], last: str, says: str) -> None:
    desk = a_desk(fresh())
    delivered(desk)
    if last:
        receive(desk, a_post("101", last, root="100", at=clock(desk).move(minutes=5)))
    again(desk)
    said = told(Hands(desk))
    assert "1 earlier case" in said
    assert "Charged twice and nobody answers" in said
    assert WORDS[:30] in said
    assert says in said


def test_a_case_that_we_never_answered_says_so(fresh: Callable[[], SqlStore]) -> None:
    desk = a_desk(fresh())
    receive(desk, a_post("100", "Charged twice and nobody answers"))
    again(desk)
    assert "not answered by us" in told(Hands(desk))


def test_private_words_of_another_channel_are_not_shown_to_who_may_not_read_them(
    fresh: Callable[[], SqlStore],
) -> None:
    desk = a_desk(fresh())
    receive(desk, replace(a_post("100", "charged, my card is 4000 1234", root="dm"), private=True))
    again(desk)
    said = told(Hands(desk), GUS)
    assert "4000" not in said
    assert "Case 1" in said


def test_the_history_of_a_case_offers_the_earlier_ones_where_there_are_some(fresh: Callable[[], SqlStore]) -> None:
    desk = a_desk(fresh())
    receive(desk, a_post("100", "Charged twice and nobody answers"))
    hands = Hands(desk)
    again(desk)
    for number, offered in ((1, False), (2, True)):
        case = desk.store.case(number)
        value = ids.button_value(ids.CASE, case.id, case.version, desk.secret)
        hands.choose(ids.CASE_MORE, ids.menu_value(ids.MORE_HISTORY, value))
        told = slack(desk).whispers[-1]
        assert (ids.CASE_EARLIER in str(told.blocks)) is offered


def test_many_earlier_cases_are_the_newest_ones_and_a_count(fresh: Callable[[], SqlStore]) -> None:
    desk = a_desk(fresh())
    posts = [
        a_post(str(100 + n), f"late parcel {n}", at=clock(desk).now() + timedelta(minutes=2 * n)) for n in range(12)
    ]
    receive(desk, *posts)
    case = desk.store.case(12)
    hands = Hands(desk)
    value = ids.button_value(ids.CASE, case.id, case.version, desk.secret)
    said = hands.press(ids.CASE_EARLIER, value)
    assert "11 earlier cases" in said
    assert "Case 11" in said
    assert "Case 3 " not in said.replace(",", " ")
