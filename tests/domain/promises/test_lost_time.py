"""The longest step of late answers, with its cases and hours; nothing when few promises lapsed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.base.tables import CaseVerb, DraftVerb
from bot.domain.promises.lost_time import FEWEST, LostTime, Wait, lost_time
from bot.domain.promises.promise import DeskHours, Promise, PromiseKind, always_open
from bot.domain.promises.report import Track, TrackLine

DAY = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = always_open("UTC")
VERBS = (CaseVerb.CLAIM, DraftVerb.SUBMIT, DraftVerb.APPROVE, DraftVerb.DELIVERED)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def track(
    case: int, *hours: float | None, start: float = 12.0, kind: PromiseKind = PromiseKind.FIRST_RESPONSE
) -> Track:
    """Return a case that was claimed, submitted, approved and answered at these hours; None: never."""
    lines = [TrackLine(verb=verb, by="U1", at=at(hour)) for verb, hour in zip(VERBS, hours, strict=False) if hour]
    answered = hours[3] if len(hours) > 3 else None
    owed = Promise(
        kind=kind,
        started_at=at(start),
        within=timedelta(hours=1),
        due_at=at(start + 1),
        kept_at=at(answered) if answered else None,
        lapsed_at=at(start + 1) if answered is None or answered > start + 1 else None,
    )
    return Track(case_id=case, network="x", began_at=at(start), lines=lines, promises=[owed])


def lost(*tracks: Track, now: float = 20.0, hours: DeskHours = HOURS) -> LostTime | None:
    return lost_time(tracks, DAY, DAY + timedelta(days=1), hours, at(now))


@pytest.mark.parametrize(
    ("moments", "wait"),
    [
        ((14.0, 14.2, 14.3, 14.4), Wait.CLAIM),
        ((12.1, 14.2, 14.3, 14.4), Wait.DRAFT),
        ((12.1, 12.2, 14.3, 14.4), Wait.APPROVAL),
        ((12.1, 12.2, 12.3, 14.4), Wait.SENDING),
        ((None, None, None, None), Wait.CLAIM),
        ((12.1, None, None, None), Wait.DRAFT),
        ((12.1, 12.2, None, None), Wait.APPROVAL),
        ((None, 14.2, 14.3, 14.4), Wait.CLAIM),
    ],
)
def test_the_wait_in_which_most_time_was_lost_is_named(moments: tuple[float, ...], wait: Wait) -> None:
    found = lost(*(track(n, *moments) for n in range(1, 4)))
    assert found is not None
    assert (found.wait, found.lapsed) == (wait, 3)
    assert found.took * 2 > found.total


def test_of_fewer_than_three_nothing_is_said() -> None:
    assert lost(*(track(n, 14.0, 14.2, 14.3, 14.4) for n in range(1, FEWEST))) is None


def test_answers_in_time_and_other_promises_are_left_out() -> None:
    in_time = [track(n, 12.1, 12.2, 12.3, 12.4) for n in range(10)]
    other = [track(n, 14.0, 14.2, 14.3, 14.4, kind=PromiseKind.NEXT_RESPONSE) for n in range(10)]
    yesterday = [track(n, 14.0, 14.2, 14.3, 14.4, start=-20.0) for n in range(10)]
    assert lost(*in_time, *other, *yesterday) is None


def test_the_cases_come_with_the_longest_wait_first() -> None:
    found = lost(track(1, 14.0, 14.1, 14.2, 14.3), track(2, 18.0, 18.1, 18.2, 18.3), track(3, 16.0, 16.1, 16.2, 16.3))
    assert found is not None
    assert found.cases == (2, 3, 1)


def test_the_hours_in_which_it_was_lost_are_named_where_half_of_it_was() -> None:
    noon = lost(*(track(n, 14.0, 14.1, 14.2, 14.3) for n in range(3)))
    assert noon is not None
    assert noon.hours == (12, 14)
    all_day = lost(*(track(n, None, None, None, None, start=4.0 * n) for n in range(4)))
    assert all_day is not None
    assert all_day.hours is None


def test_only_desk_time_is_lost() -> None:
    mornings = DeskHours(HOURS.zone, dict.fromkeys(range(7), ((540, 780),)))
    found = lost(*(track(n, 18.0, 18.1, 18.2, 18.3, start=11.0) for n in range(3)), hours=mornings)
    assert found is not None
    assert found.total == timedelta(hours=6)
