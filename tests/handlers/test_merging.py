"""Merging two cases by the card's menu, its form and the command, as Slack sends the presses."""

from collections.abc import Callable

import pytest

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.cases.buttons import in_menu
from bot.blocks.cases.merge_form import merge_form
from bot.domain.base.tables import CaseState
from bot.ports import Desk
from bot.services.cases.joining import others_of
from storage import SqlStore
from tests.fakes import ANA, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import clock, receive, seen


@pytest.fixture
def desk(fresh: Callable[[], SqlStore]) -> Desk:
    return a_desk(fresh())


def two(desk: Desk) -> None:
    receive(desk, a_post("1", "My parcel never came"))
    clock(desk).move(minutes=10)
    receive(desk, a_post("2", "And I was charged twice", at=clock(desk).now()))


def options(desk: Desk, case: int) -> set[str]:
    first, rest = in_menu(seen(desk, desk.store.case(case)))
    return {option for option, _ in [*first, *rest]}


def test_the_menu_offers_it_where_the_customer_has_another_case(desk: Desk) -> None:
    receive(desk, a_post("1", "My parcel never came"))
    assert ids.MORE_MERGE not in options(desk, 1)
    clock(desk).move(minutes=10)
    receive(desk, a_post("2", "And I was charged twice", at=clock(desk).now()))
    assert ids.MORE_MERGE in options(desk, 1)


def test_the_form_names_the_other_cases_with_the_customers_words(desk: Desk) -> None:
    two(desk)
    case = desk.store.case(2)
    form = merge_form(seen(desk, case), [seen(desk, one) for one in others_of(desk, case)], {"case": 2})
    assert "Case 1, new: My parcel never came" in str(form)
    assert "Case 2 ends" in str(form)


def test_the_chosen_case_is_read_from_the_form() -> None:
    chosen = {ids.MERGE_BLOCK: {ids.MERGE_SELECT: {"selected_option": {"value": "9"}}}}
    assert as_typed(chosen).other_case == 9
    assert as_typed({}).other_case == 0


def test_a_press_merges_and_another_one_takes_them_apart(desk: Desk) -> None:
    two(desk)
    hands = Hands(desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST))
    hands.submit(rest_choice=ids.MORE_MERGE)
    hands.submit(merge_select="2")
    assert (desk.store.case(1).state, desk.store.case(1).joined_into) == (CaseState.CLOSED, 2)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_TAKE_APART))
    assert (desk.store.case(1).state, desk.store.case(1).joined_into) == (CaseState.NEW, 0)


def test_the_command_merges_and_parts(desk: Desk) -> None:
    two(desk)
    hands = Hands(desk)
    assert "They go on here" in str(hands.command("merge 2 into 1", ANA))
    assert desk.store.case(2).joined_into == 1
    assert "a case of its own again" in str(hands.command("part 2", ANA))
    assert desk.store.case(2).joined_into == 0
