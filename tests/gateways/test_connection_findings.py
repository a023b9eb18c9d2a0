"""A finding about an account says its connection; its level and remedy are of the worst that is wrong."""

from datetime import timedelta

import pytest

from bot.domain.mentions.connection import Connection, Trouble
from bot.domain.mentions.poll_pace import Allowance
from bot.gateways.connection_findings import _REMEDIES, of_connection
from bot.gateways.findings import Level
from tests.fakes import NOON

FEW = Allowance(limit=300, left=3, resets_in=timedelta(minutes=1))


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, Level.OK),
        ({"held_until": NOON + timedelta(minutes=1)}, Level.OK),
        ({"allowance": FEW}, Level.WARN),
        ({"read_at": NOON - timedelta(hours=1)}, Level.WARN),
        ({"token_ends": NOON + timedelta(days=5)}, Level.WARN),
        ({"token_ends": NOON}, Level.BAD),
    ],
)
def test_the_level_is_that_of_the_worst(facts, level) -> None:
    found = of_connection(Connection(name="@northwind on X", **facts), NOON)
    assert found.level == level
    assert bool(found.remedy) == (level != Level.OK)


def test_every_trouble_has_a_remedy() -> None:
    assert set(_REMEDIES) == set(Trouble)
