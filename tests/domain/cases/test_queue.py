"""A selection of the queue is stored in the value of a button and read back unchanged."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable
from bot.domain.cases.queue import Facet, Place, QueuePage, Selection, Whose, code, read_code
from tests import builders
from tests.hostile import texts

places = st.none() | st.builds(Place, *[st.integers(0, 2**62)] * 4)
selections = st.builds(
    Selection,
    whose=st.sampled_from(Whose),
    channel=st.sampled_from(["", "C0CARE", "G" + "9" * 30]),
    topic=st.text(max_size=200),
    language=st.sampled_from(["", "en", "pt"]),
)


@given(selections, places)
def test_a_selection_and_a_place_come_back_from_a_button(selection, after):
    value = ids.button_value(ids.LIST, 412, code(selection, after), b"secret")
    assert len(value) <= 2_000
    found = ids.read_value(value, b"secret")
    assert read_code(found.version, ["another", selection.topic]) == (selection, after)


@given(selections)
def test_a_selection_fits_into_an_option_of_a_menu(selection):
    assert len(ids.button_value(ids.LIST, 0, code(selection), b"secret")) <= 150


@pytest.mark.parametrize("said", ["", "all", "all~~~~~", "someones~~~~", "all~~~~1_2", "all~~~~a_b_c_d", "a\0~~~~"])
def test_what_is_no_selection_is_refused_with_what_to_do(said):
    with pytest.raises(NotUsable, match="/care queue"):
        read_code(said, [])


def test_no_text_makes_it_fail_otherwise():
    for said in texts(300):
        with pytest.raises(NotUsable):
            read_code(said, [])


def test_a_topic_that_no_case_has_any_more_lists_nothing():
    selection, _ = read_code(code(Selection(topic="billing")), ["parcels"])
    assert not selection.takes(SHARES[0])


EVERY = Selection()
SHARES = [
    Facet(channel="C1", topic="billing", language="de", held=False, count=5),
    Facet(channel="C1", topic="billing", language="de-AT", held=True, count=2),
    Facet(channel="C2", topic="parcels", language="en", held=False, count=9),
    Facet(channel="C1", topic="", language="x.y~z", held=False, count=1),
]


def a_page(selection=EVERY, cases=(), first=1, total=0):
    return QueuePage(selection=selection, cases=cases, first=first, total=total, after=None, shares=SHARES)


def test_a_list_can_be_narrowed_to_what_is_in_it_most_first():
    page = a_page()
    assert page.choices("topic") == [("parcels", 9), ("billing", 7)]
    assert page.choices("language") == [("en", 9), ("de", 7)], "one language, however networks write it"
    assert page.choices("channel") == [("C2", 9), ("C1", 8)]


def test_a_choice_counts_what_the_other_choices_leave():
    page = a_page(Selection(whose=Whose.NOBODYS, topic="billing"))
    assert page.choices("language") == [("de", 5)]
    assert page.choices("topic") == [("parcels", 9)], "what is chosen already is no choice"


def test_a_page_leads_on_from_its_last_case_until_there_is_none():
    case = builders.opened()
    assert a_page(cases=[case], first=15, total=15).follows is None
    assert a_page(cases=[case], first=14, total=15).follows == Place.of(case)
    assert a_page(cases=[], first=15, total=20).follows is None


def test_what_waits_for_nobody_stands_last():
    due, idle = builders.opened(), builders.replied()
    assert Place.of(due) < Place.of(idle)
    assert Place.of(due) < Place.of(replace(due, id=due.id + 1))
