"""One gate before everything that goes out: what is halted waits, says why, and goes on once that ends."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState
from bot.domain.halts.halt import Halt, HaltKind, halt_over
from bot.domain.mentions.mention import PostRef
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.services.halts.gate import may_send, reminders_wait
from bot.services.halts.halting import begin_halt, end_halt
from bot.services.reminders import remind
from bot.services.replies import attempts, by_hand, sending
from bot.services.slack.publishing import Publisher
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, NOON
from tests.services.journey import (
    a_case,
    approved,
    attempt_of,
    clock,
    draft_of,
    failed,
    published,
    seen,
    slack,
    street,
)

WHY = "Nothing is sent: this database is an older copy."


def halt(kind: HaltKind = HaltKind.HOLD, network: str = "", account: str = "", at: datetime = NOON) -> Halt:
    return Halt(kind=kind, network=network, account=account, by="desk", at=at, why=WHY)


def send(desk: Desk) -> int:
    return sending.send_due(desk, desk.clock.now())


@pytest.mark.parametrize("kind", HaltKind)
def test_what_is_halted_waits_and_goes_out_once_it_ends(desk: Desk, kind: HaltKind) -> None:
    approved(desk)
    assert begin_halt(desk, halt(kind))
    assert [send(desk) for _ in range(8)] == [0] * 8
    assert desk.broken.named(desk.clock.pace()) == {}  # it waits, and nothing is wrong with it
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)
    ended = end_halt(desk, kind, by=CARO, at=desk.clock.now())
    assert ended == halt(kind)
    assert (send(desk), len(published(desk))) == (1, 1)


@pytest.mark.parametrize(
    ("network", "account", "goes"), [("x", "42", False), ("x", "", False), ("x", "43", True), ("mastodon", "", True)]
)
def test_a_halt_covers_its_network_or_account_and_no_other(
    desk: Desk, network: str, account: str, goes: bool
) -> None:
    approved(desk)
    begin_halt(desk, halt(HaltKind.PAUSE, network, account))
    assert may_send(desk, PostRef("x", "42", "1")) is goes
    assert send(desk) == goes


def test_a_halt_that_begins_before_the_call_stops_an_attempt_that_has_begun(desk: Desk) -> None:
    case = approved(desk)
    begun = attempts.begin_attempt(desk, case, by="desk", at=NOON)
    begin_halt(desk, halt())
    network = street(desk)
    sending.carry_out(desk, network, begun, NOON)
    assert (published(desk), draft_of(desk).state) == ([], DraftState.FAILED)
    end_halt(desk, HaltKind.HOLD, by=CARO, at=NOON)
    clock(desk).move(minutes=2)
    assert (send(desk), len(published(desk))) == (1, 1)


def test_a_person_cannot_send_again_what_is_halted_and_reads_why(desk: Desk) -> None:
    failed(desk)
    begin_halt(desk, halt())
    draft = draft_of(desk)
    with pytest.raises(Outdated, match="older copy"):
        by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == []


def test_the_card_says_why_its_reply_waits(desk: Desk) -> None:
    case = approved(desk)
    begin_halt(desk, halt())
    [card] = [one for one in desk.store.to_tell(NOON, 10) if one.kind == TellingKind.CARD]
    drawn = draw(desk, card, NOON)
    assert drawn is not None
    assert "older copy. Ana's reply, approved by Ben, waits for that" in read(drawn[0])
    assert seen(desk, case).halt == halt()


def test_the_cards_that_wait_are_drawn_anew_at_its_begin_and_its_end(desk: Desk) -> None:
    approved(desk)
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)

    def publish() -> str:
        for _ in range(20):
            publisher.one_round(clock(desk).move(seconds=2))
        card = desk.store.card(1)
        assert card is not None
        return read(slack(desk).messages[card.channel, card.ts])

    publish()
    begin_halt(desk, halt(HaltKind.PAUSE, at=clock(desk).now()))
    assert "waits for that" in publish()
    end_halt(desk, HaltKind.PAUSE, by=CARO, at=clock(desk).now())
    assert "is about to go out" in publish()


def test_nobody_is_reminded_during_a_hold_and_each_is_reminded_once_after_it(desk: Desk) -> None:
    a_case(desk)
    begin_halt(desk, halt())
    assert remind.remind(desk, clock(desk).move(minutes=50)) == 0
    assert reminders_wait(desk) == halt()
    end_halt(desk, HaltKind.HOLD, by=CARO, at=desk.clock.now())
    assert remind.remind(desk, desk.clock.now()) == 1
    assert remind.remind(desk, desk.clock.now()) == 0


def test_a_pause_of_sending_does_not_keep_promises_from_being_reminded_of(desk: Desk) -> None:
    a_case(desk)
    begin_halt(desk, halt(HaltKind.PAUSE))
    assert remind.remind(desk, clock(desk).move(minutes=50)) == 1


def test_a_reminder_that_was_stored_before_a_hold_is_not_posted_in_it_and_the_card_is(desk: Desk) -> None:
    a_case(desk)
    remind.remind(desk, clock(desk).move(minutes=50))
    begin_halt(desk, halt())
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(20):
        publisher.one_round(clock(desk).move(minutes=2))
    assert slack(desk).posts == 1  # the card
    end_halt(desk, HaltKind.HOLD, by=CARO, at=desk.clock.now())
    for _ in range(20):
        publisher.one_round(clock(desk).move(minutes=2))
    assert slack(desk).posts == 2


def test_the_same_halt_begins_and_ends_once(desk: Desk) -> None:
    assert begin_halt(desk, halt())
    assert not begin_halt(desk, replace(halt(), by=ANA))
    assert end_halt(desk, HaltKind.HOLD, by=CARO, at=NOON) == halt()
    assert end_halt(desk, HaltKind.HOLD, by=CARO, at=NOON) is None
    assert [line.verb for line in desk.store.audit("desk")] == ["halted", "halt_ended"]


def test_of_several_halts_the_gravest_is_said() -> None:
    pause = halt(HaltKind.PAUSE, at=NOON - timedelta(days=1))
    assert halt_over([pause, halt(HaltKind.DAMAGE), halt()], "x", "42") == halt()
    assert halt_over([halt(HaltKind.PAUSE, "mastodon")], "x", "42") is None


# --- by construction ------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[3]
CHANGES = re.compile(
    r"\b(?:network|able)\.(reply|take_back|edit_reply|answer_in_private|like|post_statement)\("
)  # what becomes public


def test_only_the_sender_and_the_likes_change_anything_on_a_network() -> None:
    """What they call is behind the gate; a further caller must ask it, and be named here."""
    found = {
        f"{path.name}: {name}"
        for room in ("bot/services", "handlers", "cli")
        for path in (ROOT / room).rglob("*.py")
        for name in CHANGES.findall(path.read_text())
    }
    assert found == {
        "in_place.py: reply",
        "in_place.py: take_back",
        "in_place.py: edit_reply",
        "private_answers.py: answer_in_private",
        "likes.py: like",
        "statement_sending.py: post_statement",
        "statement_sending.py: take_back",
        "statement_correcting.py: edit_reply",
    }
