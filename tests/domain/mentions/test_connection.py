"""What is wrong with an account: not read, behind, held, or its token ends; the worst is first."""

from datetime import timedelta

import pytest

from bot.domain.mentions.connection import BEHIND_AFTER, WEEK, Connection, LastReading, Trouble
from tests.fakes import NOON

ONE = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({}, ()),
        ({"read_at": NOON - BEHIND_AFTER}, ()),
        ({"read_at": NOON - BEHIND_AFTER - ONE}, (Trouble.BEHIND,)),
        ({"read_at": NOON + timedelta(hours=1)}, ()),  # the clock was put back
        ({"unread_since": NOON - ONE, "read_at": NOON - timedelta(days=1)}, (Trouble.UNREAD,)),
        ({"held_until": NOON}, ()),
        ({"held_until": NOON + ONE}, (Trouble.HELD,)),
        ({"token_ends": NOON + WEEK + ONE}, ()),
        ({"token_ends": NOON + WEEK}, (Trouble.ENDS,)),
        ({"token_ends": NOON}, (Trouble.ENDED,)),
        (
            {"token_ends": NOON + ONE, "unread_since": NOON, "held_until": NOON + ONE},
            (Trouble.UNREAD, Trouble.HELD, Trouble.ENDS),
        ),
    ],
)
def test_what_is_wrong_with_an_account_is_told_the_worst_first(facts, wrong) -> None:
    assert Connection(name="@northwind on X", **facts).troubles(NOON) == wrong


@pytest.mark.parametrize(
    ("read", "complete"),
    [({}, None), ({"mentions": NOON}, None), ({"mentions": NOON, "own": NOON - ONE}, NOON - ONE)],
)
def test_a_reading_is_complete_when_every_stream_was_read(read, complete) -> None:
    assert LastReading(by_stream=read).complete_at(("mentions", "own")) == complete
