"""Decides which case a private message belongs to, and whether our words asked for one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.moved_to_private import (
    JOINS_WITHIN,
    AskedInPrivate,
    asks_in_private,
    can_go_on,
    to_answer,
    went_private,
)
from tests.fakes import NOON, a_post

HOUR = timedelta(hours=1)


def message(**facts: object) -> Mention:
    """Return a private message of Priya's, an hour after noon."""
    usual: dict[str, object] = {"private": True, "root": "", "root_id": "with-priya", "at": NOON + HOUR}
    return a_post("m5", "My order is 4711", **{**usual, **facts})  # type: ignore[arg-type]


def asked(case: int = 8, **facts: object) -> AskedInPrivate:
    usual: dict[str, object] = {"network": "x", "account": "42", "author": "id-priya", "at": NOON}
    return AskedInPrivate(case=case, **{**usual, **facts})  # type: ignore[arg-type]


LATE = asked(at=NOON + HOUR - JOINS_WITHIN - timedelta(microseconds=1))
BARELY = asked(at=NOON + HOUR - JOINS_WITHIN)
FROM_ANOTHER = replace(message(), author=Author(id="id-omar", handle="priya"))
RENAMED = replace(message(), author=Author(id="id-priya", handle="priya_new"))
TO_ANOTHER = replace(message(), ref=PostRef("x", "43", "m5"))
ELSEWHERE = replace(message(), ref=PostRef("street", "42", "m5"))

WHERE = [
    ("after our reply asked", message(), [asked()], (8,)),
    ("in the very moment", message(at=NOON), [asked()], (8,)),
    ("before our reply asked", message(at=NOON - HOUR), [asked()], ()),
    ("nobody asked", message(), [], ()),
    ("barely within the time", message(), [BARELY], (8,)),
    ("after the time", message(), [LATE], ()),
    ("of somebody else of that handle", FROM_ANOTHER, [asked()], ()),
    ("of the same person, called otherwise by now", RENAMED, [asked()], (8,)),
    ("to another account of ours", TO_ANOTHER, [asked()], ()),
    ("on another network", ELSEWHERE, [asked()], ()),
    ("a public post", message(private=False), [asked()], ()),
    ("our own message", message(side=Side.OURS), [asked()], ()),
    ("two cases asked: the later one first", message(), [asked(8), asked(9, at=NOON + HOUR / 2)], (9, 8)),
    ("two asked, one of them long ago", message(), [LATE, asked(9)], (9,)),
    ("two asked in one moment: the newer case first", message(), [asked(8), asked(9)], (9, 8)),
    ("two asked, one of them after it", message(), [asked(8), asked(9, at=NOON + 2 * HOUR)], (8,)),
]


@pytest.mark.parametrize(("post", "known", "cases"), [one[1:] for one in WHERE], ids=[one[0] for one in WHERE])
def test_a_private_message_belongs_to_the_case_whose_reply_asked_last(
    post: Mention, known: list[AskedInPrivate], cases: tuple[int, ...]
) -> None:
    assert can_go_on(post, known) == cases
    assert can_go_on(post, reversed(known)) == cases


@pytest.mark.parametrize(
    "text",
    [
        "Priya, please DM us your order number.",
        "To find it I need your order number: by private message only, please, as everybody can read along here.",
        "Could you send it to us in a direct message?",
        "Please write to us privately. ^AN",
        "Drop us a message with your booking and I'll look.",
        "Please don't post it here, but send it by DM.",
        "Don't post it here but send it in a private message.",
        "We never ask for a password. Please send your order number by DM.",
        "Schreib uns bitte als Direktnachricht, mit deiner Bestellnummer.",
        "Schick sie mir bitte privat.",
        "Écrivez-nous en privé, s'il vous plaît.",
        "Envíanos un mensaje privado con tu número de pedido.",
        "I've just sent you a DM.",
    ],
)
def test_words_that_ask_for_a_private_message(text: str) -> None:
    assert asks_in_private(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We'll refund you by 17:00. ^AN",
        "We never ask for it by DM.",
        "You need not send a private message.",
        "We can't answer in private messages.",
        "Your private data is safe with us.",
        "My personal apologies; the refund goes out directly.",
        "Wir antworten nicht per Direktnachricht.",
        "The admin will look.",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert not asks_in_private(text)


def test_a_reply_answers_the_newest_post_that_is_there_and_open_to_us() -> None:
    first, second = a_post("1", "one"), message()
    assert to_answer([first, second]) == second
    assert to_answer([first, replace(second, deleted_at=NOON)]) == first
    assert to_answer([first, replace(second, answerable=Answerable.NO)]) == first
    assert to_answer([replace(first, deleted_at=NOON)]) == replace(first, deleted_at=NOON)
    assert to_answer([replace(first, side=Side.OURS)]) is None


def test_it_went_on_in_private_with_the_first_message_of_the_author() -> None:
    ours = message(side=Side.OURS)
    assert went_private([a_post("1", "one"), ours, message()]) == message()
    assert went_private([a_post("1", "one"), ours]) is None
