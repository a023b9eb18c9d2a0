"""Hiding a post from the card's menu, and showing it again: by those who may approve, with a reason, said on the card."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.slack.telling import TellingKind
from bot.ports import NotSent
from storage import SqlStore
from tests.fakes import ANA, BEN, HidingNetwork, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, only_case, verbs

WHY = "It names a neighbour."


@pytest.fixture
def hands(fresh: Callable[[], SqlStore]) -> Hands:
    desk = replace(a_desk(fresh()), networks={("x", "42"): HidingNetwork()})
    a_case(desk)
    return Hands(desk)


def network(hands: Hands) -> HidingNetwork:
    there = hands.desk.networks["x", "42"]
    assert isinstance(there, HidingNetwork)
    return there


def chosen(hands: Hands, option: str, by: str = BEN) -> object:
    """Choose from the form behind the menu; return the answer."""
    hands.publish()
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST), by)
    return hands.submit(by, rest_choice=option)


def said(hands: Hands) -> str:
    """Return the line that stands for the card."""
    hands.publish()
    desk = hands.desk
    found = [desk.store.telling_of(*key) for key in desk.chat.messages]  # type: ignore[attr-defined]
    newest = max((one for one in found if one and one.kind == TellingKind.CARD), key=lambda one: one.id)
    text: str = desk.chat.messages[newest.channel, newest.ts].text  # type: ignore[attr-defined]
    return text


def test_an_approver_hides_a_post_and_shows_it_again(hands: Hands) -> None:
    chosen(hands, ids.MORE_HIDE)
    post = str(only_case(hands.desk).latest)
    hands.submit(BEN, hide_select=post, note_input=WHY)
    assert network(hands).hidden == {"100"}
    assert "The post is hidden on X, by Ben" in said(hands)
    assert WHY in said(hands)
    chosen(hands, ids.MORE_SHOW)
    hands.submit(BEN, hide_select=post, note_input="It does not.")
    assert network(hands).hidden == set()
    assert "hidden on X" not in said(hands)
    assert verbs(hands.desk)[-4:] == ["hide_asked", "hidden", "show_asked", "shown_again"]


def test_who_may_not_approve_hides_nothing(hands: Hands) -> None:
    assert "cannot approve" in str(chosen(hands, ids.MORE_HIDE, ANA))
    assert network(hands).hide_calls == 0


def test_without_a_reason_the_form_stays_open(hands: Hands) -> None:
    chosen(hands, ids.MORE_HIDE)
    answer = hands.submit(BEN, hide_select=str(only_case(hands.desk).latest), note_input=" ")
    assert "write why" in str(answer)


def test_a_refusal_is_whispered_and_stands_on_the_card(hands: Hands) -> None:
    network(hands).outcomes.append(NotSent("X says no."))
    chosen(hands, ids.MORE_HIDE)
    hands.submit(BEN, hide_select=str(only_case(hands.desk).latest), note_input=WHY)
    assert "X says no. The post is not hidden" in said(hands)
