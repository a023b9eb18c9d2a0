"""Reports on promises of a period, for `/care promises` and as a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.base import spreadsheet
from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, NotYours
from bot.domain.promises.hours_text import LOOKED_BACK, Published, published
from bot.domain.promises.promise import DeskHours
from bot.domain.promises.report import (
    Decided,
    Judged,
    Milestone,
    Report,
    Track,
    at_risk_before,
    judged,
    put_at_risk,
    reached,
    report,
    summed,
    time_between,
)
from bot.domain.replies.solo import Lane
from bot.ports import ChatTrouble, Desk, Store
from bot.services.slack import outgoing
from bot.services.team.access import is_lead

LONGEST = timedelta(days=366)
AT_ONCE = 5_000  # cases counted within a second even on a slow machine; Slack waits for three
IN_A_FILE = 50_000  # cases of a table that is sent in Slack
NAMED = 1_000  # cases named by number; the others are counted
_SAID = "Please say `today`, `week`, `month`, a day such as `2026-03-02`, or `2026-03-01..2026-03-31`."


@dataclass(frozen=True, slots=True)
class Period:
    """A period from `since` until before `until`, with its title."""

    since: datetime
    until: datetime
    title: str


def period(words: str, now: datetime, zone: ZoneInfo) -> Period:
    """Return the period of local days named in a text; "" means today. Raises NotUsable."""
    today = now.astimezone(zone).date()
    named = {
        "": (today, today, "today"),
        "today": (today, today, "today"),
        "week": (today - timedelta(days=today.weekday()), today, "this week"),
        "month": (today.replace(day=1), today, "this month"),
    }
    first, last, title = named.get(words.casefold()) or _days(words)
    return period_between(first, last, zone, title)


def period_between(first: date, last: date, zone: ZoneInfo, title: str = "") -> Period:
    """Return the period from one local day to another, both included. Raises NotUsable."""
    if last < first:
        raise NotUsable("The first day comes after the last one. Please swap them.")
    if last - first > LONGEST:
        raise NotUsable("That is more than a year. Please ask for a year at a time.")
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    return Period(since, until, title or (f"{first}" if first == last else f"{first} to {last}"))


def _days(words: str) -> tuple[date, date, str]:
    days = [one.strip() for one in words.split("..")]
    if len(days) > 2 or not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", one, re.ASCII) for one in days):
        raise NotUsable(_SAID)
    try:
        found = [date.fromisoformat(one) for one in days]
    except ValueError:
        raise NotUsable("There is no such day. " + _SAID) from None
    if not all(1970 <= one.year < 9999 for one in found):
        raise NotUsable(_SAID)
    return found[0], found[-1], ""


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return utc(datetime.combine(day, time(), zone))


def takes_long(desk: Desk, chosen: Period) -> int:
    """Return the number of cases if counting them takes longer than Slack waits for an answer, else 0."""
    many = desk.store.tracked(chosen.since, chosen.until)
    return many if many > AT_ONCE else 0


def promises(desk: Desk, chosen: Period, now: datetime) -> Report:
    """Count the promises of a period."""
    return reported(desk.store, desk.policy.hours, chosen, now)


def reported(store: Store, hours: DeskHours, chosen: Period, now: datetime) -> Report:
    """Count the promises of a period; with very many cases in the database, and medians from a sample."""
    every = every_nth(store, chosen.since, chosen.until)
    tracks = list(store.tracks(chosen.since, chosen.until, every))
    found = report(tracks, chosen.since, chosen.until, hours, now)
    if every == 1:
        return found
    return replace(_counted(store, hours, chosen, now), medians=found.medians, approval=found.approval, every=every)


def every_nth(store: Store, since: datetime, until: datetime) -> int:
    """Return n, when one in n of a period's cases is read for the medians."""
    return max(-(-store.tracked(since, until) // AT_ONCE), 1)


def _counted(store: Store, hours: DeskHours, chosen: Period, now: datetime) -> Report:
    decided = store.decided(chosen.since, chosen.until, now)
    at_risk, cases = _at_risk(store, hours, now) if chosen.since <= now < chosen.until else ([], set[int]())
    lapsed_count, lapsed = store.lapsed_cases(chosen.since, chosen.until, now, NAMED)
    return replace(
        summed([*decided, *at_risk]),
        solo=store.count_solo(chosen.since, chosen.until),
        lapsed_cases=tuple(lapsed),
        lapsed_count=lapsed_count,
        at_risk_cases=tuple(sorted(cases)[:NAMED]),
        at_risk_count=len(cases),
    )


def _at_risk(store: Store, hours: DeskHours, now: datetime) -> tuple[list[Decided], set[int]]:
    before = at_risk_before(store.longest_running(), hours, now) or datetime.max.replace(tzinfo=UTC)
    return put_at_risk(store.running(now, before), hours, now)


def ask_for_table(desk: Desk, chosen: Period, *, by: str, at: datetime) -> None:
    """Record that a lead requested the promises of a period as a table.

    Raises NotYours for other people, NotUsable for a too long table.
    """
    if not is_lead(desk, by, at):
        raise NotYours("Only leads get the table. Without `csv` everybody sees the numbers.")
    if desk.store.tracked(chosen.since, chosen.until) > IN_A_FILE:
        raise NotUsable(
            f"That is a table of more than {IN_A_FILE:,} cases. Please ask for fewer days, or ask "
            "whoever runs Heard for the whole table."
        )
    desk.store.note(
        "table_asked", by, at, {"since": utc(chosen.since).isoformat(), "until": utc(chosen.until).isoformat()}
    )


def hand_over_table(desk: Desk, chosen: Period, to: str, now: datetime) -> None:
    """Send the table to one person as a file in a direct message. Raises NotUsable with what to do."""
    tracks = desk.store.tracks(chosen.since, chosen.until)
    names = {one.id: one.name for one in desk.store.people()}
    written = "".join(table(tracks, chosen, desk.policy.hours, now, names))
    name = f"promises-{chosen.title.replace(' ', '-')}.csv"
    comment = (
        f"Promises, {chosen.title}: one promise a line, moments in UTC, lengths in minutes since the customer wrote."
    )
    try:
        content = written.encode("utf-8-sig")  # the byte order mark tells spreadsheets the encoding
        outgoing.send_file(desk, to, name, content, comment, now=now)
    except ChatTrouble as trouble:
        raise NotUsable(f"{trouble} {_LOOK}") from None


_LOOK = "Please look at your direct messages from Heard, and ask for the table again if it is not there."


def hours(desk: Desk, now: datetime) -> Published:
    """Return what the brand's profile can say of our hours, and whether what it says is met."""
    every = every_nth(desk.store, now - LOOKED_BACK, now)
    tracks = desk.store.tracks(now - LOOKED_BACK, now, every)
    return replace(published(desk.policy.hours, tracks, desk.policy.published, now), every=every)


# --- as a table -----------------------------------------------------------------------------------------------


def table(
    tracks: Iterable[Track], chosen: Period, hours: DeskHours, now: datetime, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield the promises of a period as CSV, one per line; moments in UTC, lengths in minutes since the author wrote.

    Every cell is quoted; one that a spreadsheet would take for a formula begins with an apostrophe.
    """
    yield spreadsheet.csv_line(
        [*_COLUMNS, *(f"{stage}_{clock}_min" for stage in Milestone for clock in ("wall", "desk"))]
    )
    for track in tracks:
        lengths = list(_minutes(track, hours))
        for one in judged([track], chosen.since, chosen.until, hours, now):
            yield spreadsheet.csv_line([*_cells(one, names), *lengths])


_COLUMNS = (
    "case", "network", "segment", "person", "promise", "verdict", "started_at", "due_at", "answered_at", "within_min",
    "one_pair_of_eyes",
)  # fmt: skip
_LANES = {Lane.TEMPLATE.value: "prepared words", Lane.REASON.value: "with a reason"}


def _cells(one: Judged, names: Mapping[str, str]) -> Iterator[str]:
    owed = one.promise
    yield from (str(one.case_id), one.network, one.segment, names.get(one.person, one.person))
    yield from (owed.kind.value, one.verdict.value)
    yield from (_written(owed.started_at), _written(owed.due_at), _written(owed.kept_at))
    yield _in_minutes(owed.within)
    yield _LANES.get(one.lane, one.lane)


def _minutes(track: Track, hours: DeskHours) -> Iterator[str]:
    found = reached(track)
    for stage in Milestone:
        known = time_between(track.began_at, found[stage], hours) if stage in found else None
        yield from (_in_minutes(known.wall), _in_minutes(known.desk)) if known else ("", "")


def _written(at: datetime | None) -> str:
    return utc(at).isoformat(timespec="seconds") if at else ""


def _in_minutes(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:.1f}"
