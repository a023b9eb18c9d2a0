"""Words that went out recently are recognised when they are written for another customer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.ports import Desk
from bot.services.cases.view import remarks
from bot.services.replies import correcting, review
from tests.fakes import ANA, BEN, a_post
from tests.services.journey import approve, clock, in_review, receive, send

SORRY = "Priya, that is our mistake. The second charge goes back today, and I'll stay with it. ^AN"


def sent_to_priya(desk: Desk, text: str = SORRY) -> None:
    in_review(desk, text=text)
    approve(desk)
    send(desk)


def said_to(desk: Desk, text: str, *, handle: str = "tom_a", name: str = "Tom A") -> list[Remark]:
    """Return the remarks on these words for another customer."""
    post = a_post("200", "Late again @northwind")
    receive(desk, replace(post, root_id="200", author=Author(id="77", handle=handle, name=name)))
    case = desk.store.case(2)
    return [one for one in remarks(desk, case, text, desk.clock.now()) if one.kind == RemarkKind.SAID_BEFORE]


def test_the_same_words_to_another_customer_are_told_before_x_refuses_them(desk: Desk) -> None:
    sent_to_priya(desk)
    [remark] = said_to(desk, SORRY)
    assert remark.blocking
    assert (
        "These words went to another customer at 12:00 today (UTC), and X takes the same words only once"
        in remark.sentence
    )


@pytest.mark.parametrize(
    "text",
    [
        "Tom, that is our mistake. The second charge goes back today, and I'll stay with it. ^AN",
        "@tom_a, that is our mistake. The second charge goes back today, and I’ll stay with it. ^BE",
        "that is our mistake -- the second charge goes back TODAY, and I'll stay with it!",
    ],
)
def test_words_that_differ_in_names_only_are_noted_and_do_not_block(desk: Desk, text: str) -> None:
    sent_to_priya(desk)
    [remark] = said_to(desk, text)
    assert remark.sentence == "these words went to another customer at 12:00 today (UTC): change them for this one"
    assert not remark.blocking


@pytest.mark.parametrize(
    "text", ["Tom, that is our mistake, and your kettle is on its way. ^AN", "Tom, thank you! ^AN"]
)
def test_other_words_and_short_thanks_are_not_noted(desk: Desk, text: str) -> None:
    sent_to_priya(desk, "Priya, thank you! ^AN")
    assert said_to(desk, text) == []


def test_words_that_did_not_go_out_are_not_compared(desk: Desk) -> None:
    in_review(desk, text=SORRY)
    assert said_to(desk, SORRY) == []


def test_a_day_later_the_words_may_be_said_again(desk: Desk) -> None:
    sent_to_priya(desk)
    clock(desk).move(seconds=timedelta(days=1, minutes=1).total_seconds())
    assert said_to(desk, SORRY) == []


def test_the_same_words_to_the_same_customer_are_told_too(desk: Desk) -> None:
    sent_to_priya(desk)
    with pytest.raises(NotUsable, match=r"These words went to this customer at 12:00 today \(UTC\)"):
        review.words_to_send(desk, desk.store.case(1), SORRY, desk.clock.now())


def test_what_was_taken_back_is_not_public_and_may_be_said(desk: Desk) -> None:
    sent_to_priya(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk, by=BEN)
    send(desk)
    assert said_to(desk, SORRY) == []


def test_words_on_a_network_that_takes_them_twice_are_noted_only(desk: Desk) -> None:
    sent_to_priya(desk)
    [remark] = said_to(desk, SORRY)
    assert remark.blocking
    case = replace(desk.store.case(2), network="street")
    assert [one for one in remarks(desk, case, SORRY, desk.clock.now()) if one.blocking] == []
