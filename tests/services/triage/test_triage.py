"""What a mention is taken for is told before it is stored, and kept with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.triage.triage import Kind, Triage, Urgent
from bot.ports import Batch, Desk
from bot.services.mentions import intake
from bot.services.triage.triage import triage_of
from tests.fakes import NOON, a_post
from tests.services.journey import receive, street


def kind(desk: Desk, text: str) -> Kind:
    return triage_of(desk, a_post("1", text)).kind


@pytest.mark.parametrize("text", ["@northwind", "@northwind 👍", "https://pics.example/1 ❤️❤️", "", "@a @b"])
def test_a_post_without_a_word_is_chatter(desk: Desk, text: str) -> None:
    assert kind(desk, text) == Kind.CHATTER


@pytest.mark.parametrize("text", ["@northwind thanks!", "Thank you 🙏", "danke @northwind"])
def test_thanks_and_nothing_else_are_thanks(desk: Desk, text: str) -> None:
    assert kind(desk, text) == Kind.THANKS


@pytest.mark.parametrize("text", ["@northwind thanks for nothing", "hello", "@northwind ?", "danke, und mein Geld"])
def test_whatever_nobody_is_sure_about_is_a_complaint(desk: Desk, text: str) -> None:
    assert kind(desk, text) == Kind.COMPLAINT


def test_a_photo_without_words_may_show_what_is_wrong(desk: Desk) -> None:
    assert triage_of(desk, replace(a_post("1", "@northwind"), media=1)).kind == Kind.COMPLAINT


@pytest.mark.parametrize("kind", Kind)
def test_what_is_urgent_is_never_light(kind: Kind) -> None:
    assert Triage(kind=kind).light == (kind in {Kind.PRAISE, Kind.THANKS, Kind.CHATTER})
    assert not any(Triage(kind=kind, urgent=urgent).light for urgent in Urgent if urgent)


def test_what_a_mention_is_taken_for_is_kept_with_it(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind thanks!"))
    found = desk.store.mention_of("x", "100")
    assert found
    kept = desk.store.triage(found[0].id)
    assert kept is not None
    assert kept.kind == Kind.THANKS
    assert kept.kind_by.words == ("thanks",)


def test_other_words_are_taken_for_something_else(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind thanks!"))
    edited = a_post("100", "@northwind thanks for nothing")
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edited,)), NOON + timedelta(minutes=1))
    found = desk.store.mention_of("x", "100")
    assert found
    assert desk.store.triage(found[0].id) == Triage(language=edited.language)
