"""What people read while an account waits: on the cards of approved replies, and from `heard doctor`."""

from datetime import timedelta

import pytest

from bot.domain.accounts.holds import SHUT_FOR, Limit
from bot.ports import NotSent
from bot.services.replies import sending
from handlers.doctor import findings
from handlers.watch import Watch
from tests.blocks.reading import plainly
from tests.fakes import a_post
from tests.handlers.pressing import Hands
from tests.services.journey import approve, clock, receive, street, written

SLOW = NotSent("X asks us to slow down.", retry_after=timedelta(minutes=7), limit=Limit.PACE)
NO_CREDIT = NotSent("X says our developer account has no credit left.", retry_after=SHUT_FOR, limit=Limit.SHUT)


def two_replies(hands: Hands, refusal: NotSent) -> list[str]:
    """Approve two replies, let the first be refused, and return what the cards say before and after."""
    for number, person in enumerate(("priya", "omar"), start=1):
        receive(hands.desk, a_post(f"{number}00", "Late", by=person))
        written(hands.desk, number, text=f"{person.title()}, we look into it. ^AN")
        approve(hands.desk, number)
    hands.publish()
    before = card(hands, 2)
    street(hands.desk).outcomes = [refusal]
    sending.send_due(hands.desk, hands.desk.clock.now())
    clock(hands.desk).move(seconds=10)
    hands.publish()
    return [before, card(hands, 2)]


def card(hands: Hands, case_id: int) -> str:
    told = hands.desk.store.card(case_id)
    assert told is not None
    return plainly(hands.chat.messages[told.channel, told.ts].text)


def test_the_card_of_a_reply_that_waits_for_another_is_drawn_again_and_says_until_when(hands: Hands) -> None:
    before, after = two_replies(hands, SLOW)
    assert "is about to go out" in before
    assert "X asks us to wait" in after


def test_the_card_of_a_reply_that_waits_for_credit_says_who_can_put_it_right(hands: Hands) -> None:
    _, after = two_replies(hands, NO_CREDIT)
    assert "no credit left" in after
    assert "goes out by itself once that is settled" in after


@pytest.mark.parametrize(
    ("refusal", "level", "said"),
    [
        (SLOW, "warn", "@northwind on X sends no replies until 2 Mar 12:07 UTC. X asks us to slow down."),
        (
            NO_CREDIT,
            "bad",
            "sends no replies and takes no replies back. X says our developer account has no credit left.",
        ),
    ],
)
def test_the_doctor_says_what_waits_and_why(hands: Hands, refusal: NotSent, level: str, said: str) -> None:
    two_replies(hands, refusal)
    found = findings(hands.desk, Watch(hands.desk, list, list, lambda: None))
    [one] = [one for one in found if "sends no replies" in one.what]
    assert (one.level.value, said in one.what) == (level, True)
