"""`/care release` and `heard release`: a lead sees what was found in the hold, and ends it."""

import pytest

from bot.ports import Desk
from bot.services.backups.returning import begin_held
from bot.services.halts.gate import reminders_wait
from handlers.releasing import answers
from tests.fakes import ANA, CARO, NOON
from tests.handlers.pressing import Hands


@pytest.fixture
def desk(hands: Hands) -> Desk:
    begin_held(hands.desk.store, "It was restored from a backup.", NOON)
    return hands.desk


def test_a_lead_sees_what_was_found_and_then_lets_the_desk_go_on(hands: Hands, desk: Desk) -> None:
    assert "Only leads can do this" in hands.command("release", by=ANA)["text"]
    found = hands.command("release", by=CARO)
    assert found["text"].startswith("Held since 2 Mar 12:00 UTC. It was restored from a backup.")
    assert reminders_wait(desk)
    assert "Released" in hands.command("release now", by=CARO)["text"]
    assert reminders_wait(desk) is None
    assert "The desk is not held" in hands.command("release", by=CARO)["text"]


def test_the_command_line_asks_first_and_then_releases(desk: Desk) -> None:
    ask = answers(desk)["release"]
    assert ask({})["held"]
    assert ask({"now": True})["said"] == ["Released. What waited goes out from now on, and people are reminded."]
    assert ask({}) == {"said": ["The desk is not held: it sends and reminds."], "held": False}
    assert [line.verb for line in desk.store.audit("desk")][-1] == "halt_ended"
