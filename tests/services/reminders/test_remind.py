"""Each reminder comes once, at its time or as soon as the desk runs again, and never after an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Desk, OutOfService
from bot.services.cases import casework
from bot.services.reminders import remind
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, NOON, a_post, our_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import a_case, clock, delivered, only_case, receive, verbs


def nagged(desk: Desk, until: datetime) -> list[tuple[int, float]]:
    """Remind every minute until then; return the level and minute of every reminder."""
    seen: list[tuple[int, float]] = []
    while desk.clock.now() <= until:
        now = desk.clock.now()
        before = len(lines(desk))
        remind.remind(desk, now)
        seen += [(level, (now - NOON).total_seconds() / 60) for level in lines(desk)[before:]]
        clock(desk).move(minutes=1)
    return seen


def lines(desk: Desk) -> list[int]:
    """Return the levels in the case's audit trail."""
    found = [line.facts["level"] for line in desk.store.audit("case:1") if line.verb == "reminded"]
    return [level for level in found if isinstance(level, int)]


def messages(desk: Desk) -> list[str]:
    """Return the texts of the waiting reminders; the card is posted."""
    card = desk.store.card(1)
    assert card is not None
    desk.store.mark_told(card.id, "C0CARE", "1.0", 1)
    waiting = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.kind == TellingKind.REMINDER]
    drawn = [draw(desk, one, desk.clock.now()) for one in waiting]
    return [read(one[0]) for one in drawn if one]


def test_each_level_is_reminded_of_once_at_its_time(desk: Desk) -> None:
    a_case(desk)
    assert nagged(desk, NOON + timedelta(hours=3)) == [(50, 30), (75, 45), (90, 54), (100, 60)]
    assert len(messages(desk)) == 1  # Slack accepted none meanwhile: the newest one replaces the others


def test_two_desks_at_once_remind_once(desk: Desk) -> None:
    a_case(desk)
    now = clock(desk).move(minutes=31)
    remind.remind(desk, now)
    remind.remind(replace(desk), now)
    assert lines(desk) == [50]


def test_after_a_week_away_one_message_says_it_all(desk: Desk) -> None:
    a_case(desk)
    now = clock(desk).move(days=7)
    assert remind.remind(desk, now) == 1
    assert remind.remind(desk, now) == 0
    assert lines(desk) == [100]
    assert len(messages(desk)) == 1


def test_what_was_missed_stays_missed_after_the_answer(desk: Desk) -> None:
    a_case(desk)
    remind.remind(desk, clock(desk).move(hours=2))
    receive(desk, our_post("150", "On it", to="100", root="100", at=desk.clock.now()), stream="own")
    promise = only_case(desk).promise
    assert promise is not None
    assert (promise.lapsed_at, promise.unsettled) == (NOON + timedelta(hours=1), False)


def test_nobody_is_reminded_after_an_answer(desk: Desk) -> None:
    delivered(desk)
    assert nagged(desk, NOON + timedelta(hours=3)) == []
    assert desk.store.next_reminder_at() is None


def test_nobody_is_reminded_of_what_was_solved_or_set_aside(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    assert nagged(desk, NOON + timedelta(hours=3)) == []


def test_a_new_post_after_the_answer_is_promised_and_reminded_of_afresh(desk: Desk) -> None:
    delivered(desk)
    at = clock(desk).move(minutes=10)
    receive(desk, a_post("101", "still nothing", root="100", at=at))
    assert nagged(desk, NOON + timedelta(hours=3)) == [(50, 40), (75, 55), (90, 64), (100, 70)]


def test_impatience_while_we_owe_an_answer_moves_no_promise(desk: Desk) -> None:
    case = a_case(desk)
    receive(desk, a_post("101", "hello??", root="100", at=clock(desk).move(minutes=20)))
    assert only_case(desk).due_at == case.due_at


def test_the_clock_set_back_reminds_nobody_twice(desk: Desk) -> None:
    a_case(desk)
    remind.remind(desk, NOON + timedelta(minutes=50))
    for minutes in (-600, 31, 46, 50):
        remind.remind(desk, NOON + timedelta(minutes=minutes))
    assert lines(desk) == [75]


def test_one_broken_case_does_not_stop_the_reminders_of_the_others(store: SqlStore, desk: Desk) -> None:
    a_case(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))

    def broken(number: int) -> None:
        if number == 1:
            raise ValueError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken))  # type: ignore[arg-type]
    assert remind.remind(odd, NOON + timedelta(minutes=31)) == 1
    assert (verbs(desk, 1), verbs(desk, 2)) == (["opened"], ["opened", "reminded"])


def test_a_store_out_of_service_stops_the_sweep_and_loses_no_reminder(store: SqlStore, desk: Desk) -> None:
    a_case(desk)
    full = BreakingStore(store, record=always(OutOfService("disk full")))
    with pytest.raises(OutOfService):
        remind.remind(replace(desk, store=full), NOON + timedelta(minutes=31))  # type: ignore[arg-type]
    assert remind.remind(desk, NOON + timedelta(minutes=32)) == 1
    assert lines(desk) == [50]
