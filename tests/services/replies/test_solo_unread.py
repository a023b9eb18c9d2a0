"""Solo replies are listed until a lead has read them, and the leads are told each morning."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import NotYours, Outdated, Unknown
from bot.domain.promises.promise import DeskHours
from bot.domain.replies.solo import Lane
from bot.domain.team.people import Roster
from bot.ports import Desk
from bot.services.promises import weekly
from bot.services.replies import solo_unread
from bot.services.team import shifts
from storage import SqlStore
from tests.blocks import reading
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, LEADS, NOON, POLICY, a_desk
from tests.handlers.pressing import Hands
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, delivered, draft_of, everybody_is_known, notices, only_case, slack, verbs
from tests.services.replies.test_solo import BOTH, WHY, held, let_out, off, published

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE_TO_FIVE = DeskHours(ZoneInfo("Europe/London"), dict.fromkeys(range(5), ((540, 1020),)))
TUESDAY = NOON - 3 * HOUR + DAY  # nine in the morning


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    roster = Roster(approvers=frozenset({APPROVERS}), leads=frozenset({CARO, DEE}))
    return a_desk(store, policy=replace(POLICY, solo=(BOTH,), hours=NINE_TO_FIVE, roster=roster))


def sent(desk: Desk, lane: Lane = Lane.REASON) -> int:
    """Send a reply solo; return the row of its approval."""
    held(desk, BEN)
    off(desk, CARO)
    let_out(desk, lane, BEN)
    if lane == Lane.TEMPLATE:
        clock(desk).move(seconds=120)
    assert published(desk)
    yes = draft_of(desk).approval
    assert yes is not None
    return yes.id


def read(desk: Desk, approval: int, by: str) -> None:
    solo_unread.read(desk, approval, by=by, at=desk.clock.now())


def listed(desk: Desk, by: str) -> list[int]:
    return [one.id for one in solo_unread.unread(desk, by=by, at=desk.clock.now(), limit=10)]


@pytest.mark.parametrize("lane", [Lane.TEMPLATE, Lane.REASON])
def test_both_lanes_are_listed_until_a_lead_read_them(desk: Desk, lane: Lane) -> None:
    approval = sent(desk, lane)
    assert listed(desk, CARO) == [approval]
    [one] = solo_unread.unread(desk, by=CARO, at=NOON, limit=10)
    assert (one.case_id, one.lane, one.by, one.reason) == (1, lane, BEN, WHY if lane == Lane.REASON else "")
    assert one.url
    read(desk, approval, CARO)
    assert listed(desk, CARO) == []
    assert verbs(desk)[-1] == "read"
    yes = draft_of(desk).approval
    assert yes is not None
    assert (yes.read_by, yes.read_at) == (CARO, desk.clock.now())


def test_a_reply_with_a_second_reader_is_not_listed(desk: Desk) -> None:
    delivered(desk)
    assert listed(desk, CARO) == []


def test_what_has_not_gone_out_is_not_listed(desk: Desk) -> None:
    held(desk, ANA)
    off(desk, BEN, CARO)
    let_out(desk, Lane.TEMPLATE, ANA)
    assert listed(desk, CARO) == []
    yes = draft_of(desk).approval
    assert yes is not None
    with pytest.raises(Unknown):
        read(desk, yes.id, CARO)


def test_whoever_sent_it_sees_it_and_nobody_else_who_does_not_lead(desk: Desk) -> None:
    approval = sent(desk)
    assert (listed(desk, BEN), listed(desk, ANA)) == ([approval], [])


def test_only_a_lead_reads_it_and_never_the_one_who_sent_it(desk: Desk) -> None:
    approval = sent(desk)
    with pytest.raises(NotYours, match="Only leads"):
        read(desk, approval, ANA)
    desk.take_over(replace(desk.policy, roster=replace(desk.policy.roster, leads=frozenset({BEN, CARO}))))
    with pytest.raises(NotYours, match="another lead has to read it"):
        read(desk, approval, BEN)
    read(desk, approval, CARO)


def test_read_twice_changes_nothing_and_a_second_lead_is_told_who_was_first(desk: Desk) -> None:
    approval = sent(desk)
    read(desk, approval, CARO)
    version = only_case(desk).version
    read(desk, approval, CARO)
    assert only_case(desk).version == version
    with pytest.raises(Outdated, match=f"<@{CARO}> has read this one already"):
        read(desk, approval, DEE)


def test_the_audit_trail_says_who_read_it_and_nothing_of_the_words(desk: Desk) -> None:
    approval = sent(desk)
    read(desk, approval, CARO)
    line = desk.store.audit("case:1")[-1]
    assert (line.by, line.facts) == (CARO, {"approval": approval, "from": "pending", "to": "pending"} | _draft(line))
    assert desk.store.broken_chains() == []


def _draft(line: object) -> dict[str, object]:
    facts = getattr(line, "facts")  # noqa: B009 - the facts of the draft are those of every line about one
    return {name: facts[name] for name in ("draft", "version", "draft_to", "draft_from") if name in facts}


# --- each morning -------------------------------------------------------------------------------------------


def test_leads_hear_of_it_once_at_the_first_opening(desk: Desk) -> None:
    late = clock(desk).at = NOON + 11 * HOUR
    people = [replace(one, fetched_at=late) for one in desk.store.people()]
    desk.store.put_people(people, [replace(one, fetched_at=late) for one in desk.store.groups()])
    sent(desk)
    assert solo_unread.morning(desk, TUESDAY - HOUR) == ""
    said = solo_unread.morning(desk, TUESDAY)
    assert said == f"<@{DEE}>, 1 reply went out solo tonight."
    assert solo_unread.morning(desk, TUESDAY + HOUR) == ""
    assert notices(desk) == [(LEADS, said)]


@pytest.mark.parametrize("before", ["solo_unread", "put_setting", "notice"])
def test_a_kill_while_leads_are_told_loses_no_morning(desk: Desk, before: str) -> None:
    sent(desk)
    store = BreakingStore(desk.store, **{before: at_call(1, Killed())})
    with pytest.raises(Killed):
        solo_unread.morning(replace(desk, store=store), TUESDAY)  # type: ignore[arg-type]
    assert solo_unread.morning(desk, TUESDAY) != ""


def test_and_again_each_morning_until_it_is_read(desk: Desk) -> None:
    approval = sent(desk)
    assert "waits to be read" in solo_unread.morning(desk, TUESDAY)
    said = solo_unread.morning(desk, TUESDAY + DAY)
    assert said == f"<@{DEE}>, 1 reply that went out solo waits to be read, the first since 2 Mar 12:00 UTC."
    read(desk, approval, CARO)
    assert solo_unread.morning(desk, TUESDAY + 2 * DAY) == ""


def test_nothing_is_said_on_days_on_which_the_desk_stays_closed(desk: Desk) -> None:
    sent(desk)
    assert solo_unread.morning(desk, TUESDAY + 4 * DAY) == ""  # a Saturday
    assert solo_unread.morning(desk, TUESDAY + 6 * DAY) != ""


def test_a_desk_that_never_closes_lets_leads_sleep(desk: Desk) -> None:
    sent(desk)
    desk.take_over(replace(desk.policy, hours=POLICY.hours))
    midnight = NOON + 12 * HOUR
    assert solo_unread.morning(desk, midnight) == ""
    assert solo_unread.morning(desk, midnight + 6 * HOUR) != ""


def test_a_lead_who_is_on_is_asked_before_one_who_is_off(desk: Desk) -> None:
    sent(desk)
    shifts.go_on(desk, by=CARO, at=NOON)
    shifts.go_off(desk, by=DEE, at=NOON)
    assert solo_unread.morning(desk, TUESDAY).startswith(f"<@{CARO}>")


def test_the_weeks_digest_counts_them(desk: Desk) -> None:
    approval = sent(desk)
    monday = NOON + timedelta(days=7)
    assert "1 reply went out solo; 1 of them nobody has read yet." in weekly.tell_weekly_digest(desk, monday)
    read(desk, approval, CARO)
    assert solo_unread.last_week(desk, NOON, NOON + DAY) == "1 reply went out solo."
    assert solo_unread.last_week(desk, NOON - DAY, NOON) == ""


def test_what_leads_were_told_says_so_once_everything_was_read(desk: Desk) -> None:
    approval = sent(desk)
    for day in (TUESDAY, TUESDAY + DAY):
        clock(desk).at = day
        everybody_is_known(desk)
        solo_unread.morning(desk, day)
        told_to_leads(desk)
    assert [text.endswith("[ Read them ]") for text in told_to_leads(desk)] == [True, True]
    read(desk, approval, CARO)
    done = "Every reply that went out solo has been read, the last one by Caro at 4 Mar"
    assert [text.startswith(done) and "[" not in text for text in told_to_leads(desk)] == [True, True]


def told_to_leads(desk: Desk) -> list[str]:
    """Return the messages in the leads' channel."""
    Hands(desk).publish()
    return [reading.read(one) for (room, _), one in slack(desk).messages.items() if room == LEADS]
