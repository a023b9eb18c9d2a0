"""What we said last time is offered for a post like it, with how it ended, and never from private conversations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.cases.earlier_case import Ending
from bot.domain.mentions.mention import Author, private_root
from bot.domain.replies.past_reply import PastReply
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.replies import correcting
from bot.services.replies.past_replies import past_replies, past_start
from tests.fakes import ANA, BEN, a_post
from tests.services.journey import approve, clock, draft_of, send, written

DAY = timedelta(days=1)
SAID = "@northwind my kettle leaks water everywhere"
OURS = "Priya, a kettle that leaks is no good. It goes back today, order 4417. ^AN"


def answered(desk: Desk, number: int = 1, text: str = SAID, ours: str = OURS, **facts: object) -> None:
    """Take in a post by somebody, and answer it."""
    now = desk.clock.now()
    by = ("priya", "tom", "lee", "sam")[number - 1]
    intake.take_in(desk, a_post(f"{number}00", text, by=by, at=now, **facts), now)
    written(desk, number, text=ours)
    approve(desk, number)
    send(desk)


def again(desk: Desk, text: str) -> None:
    """Let the first customer write again."""
    now = clock(desk).now()
    post = a_post("101", text, root="100", at=now)
    intake.take_in(desk, post, now)


def asked_now(
    desk: Desk, number: int = 2, text: str = "My new kettle leaks @northwind", **facts: object
) -> Sequence[PastReply]:
    """Take in a post by somebody else, and return what is offered for it."""
    now = desk.clock.now()
    author = Author(id="77", handle="caro_b", name="Caro Bell")
    intake.take_in(desk, replace(a_post("900", text, at=now, **facts), author=author), now)
    while desk.store.index_words(100):
        pass
    return past_replies(desk, desk.store.case(number), now)


def test_a_reply_to_a_post_like_it_is_offered_without_names_and_numbers(desk: Desk) -> None:
    answered(desk)
    clock(desk).move(days=5)
    [one] = asked_now(desk)
    assert (one.case, one.ending) == (1, Ending.SILENT)
    assert one.words == "[first name], a kettle that leaks is no good. It goes back [by when], [number]."
    start = past_start(desk, desk.store.case(2), one.draft, desk.clock.now())
    assert start.words == "Caro, a kettle that leaks is no good. It goes back [by when], [number]."
    with pytest.raises(Unknown, match="not offered any more"):
        past_start(desk, desk.store.case(2), one.draft + 1, desk.clock.now())


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        ("Thank you so much, great service!", Ending.THANKED),
        ("Now it is broken again, terrible", Ending.UNHAPPY),
        ("", Ending.UNANSWERED),
    ],
)
def test_how_it_ended_is_what_the_customer_wrote_since(desk: Desk, said: str, ending: Ending) -> None:
    answered(desk)
    clock(desk).move(days=1)
    if said:
        again(desk, said)
    [one] = asked_now(desk)
    assert one.ending == ending


def test_a_reply_after_which_somebody_complained_comes_after_one_that_pleased(desk: Desk) -> None:
    answered(desk, 1)
    answered(desk, 2, ours="Tom, sorry for the water. A new kettle is on its way. ^AN")
    again(desk, "It is broken again, this is terrible")
    assert [one.case for one in asked_now(desk, 3)] == [2, 1]


def test_neither_private_words_nor_replies_that_were_corrected_nor_another_language_serve(desk: Desk) -> None:
    answered(desk, 1, root=private_root("id-priya"), private=True)
    answered(desk, 2, ours="Tom, a kettle that leaks is no good. It goes back today. ^AN")
    answered(desk, 3, ours="Lee, das tut mir leid, der Kessel geht heute zurück. ^AN", language="de")
    correcting.correct(
        desk, 2, "Tom, we were wrong: it goes back tomorrow.", take_back=False, by=ANA, at=desk.clock.now()
    )
    approve(desk, 2, by=BEN)
    send(desk)
    assert draft_of(desk, 2).text.startswith("Tom, we were wrong")
    assert asked_now(desk, 4) == []
