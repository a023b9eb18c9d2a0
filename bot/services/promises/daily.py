"""Once a day, in the leads' channel: what went wrong, what was kept and lapsed, and one thing to change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from bot.domain.base.moments import utc
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import RECORDED
from bot.domain.promises.lost_time import LostTime, Wait, lost_time
from bot.domain.slack.notice import CaseNamed, Piece, plainly
from bot.domain.storms.topics import Topics
from bot.ports import Desk
from bot.services.promises.report import Period, every_nth, period
from bot.services.storms.topics import about

NAMED = 5  # cases of one kind
_SAID = "daily.said"
_OPEN_ROUND = time(18)  # said then where the desk does not close on that day
_STUCK: Mapping[DraftState, str] = {
    DraftState.FAILED: "a reply could not be sent",
    DraftState.UNCONFIRMED: "nobody knows whether a reply went out",
    DraftState.BY_HAND: "a reply has to be posted by hand",
}
_WAITED: Mapping[Wait, str] = {
    Wait.CLAIM: "before anybody took the case",
    Wait.DRAFT: "between taking the case and asking for approval",
    Wait.APPROVAL: "waiting for approval",
    Wait.SENDING: "between the approval and the reply",
}
_CHANGE: Mapping[Wait, str] = {
    Wait.CLAIM: "let somebody look for new cases",
    Wait.DRAFT: "give writers prepared words for what is asked most, or fewer cases at once",
    Wait.APPROVAL: "have a second person on who can approve",
    Wait.SENDING: "look what kept the replies from going out",
}


def tell_daily_note(desk: Desk, now: datetime) -> str:
    """Tell the day's note once its moment has come; return it, or an empty string."""
    today = now.astimezone(desk.policy.hours.zone).date().isoformat()
    moment = note_at(desk, now)
    if moment is None or now < moment or desk.store.setting(_SAID) == today:
        return ""
    said = _note(desk, now)
    with desk.store.transaction():  # a kill leaves both or neither
        desk.store.put_setting(_SAID, today)
        if said:
            desk.store.notice(f"daily:{today}", desk.policy.leads_channel, said, now)
    return plainly(said)


def note_at(desk: Desk, now: datetime) -> datetime | None:
    """Return when the note of this local day is told; None if notes are off, or the desk is closed all day."""
    policy = desk.policy
    closes = policy.hours.closes_on(now.astimezone(policy.hours.zone).date())
    if not policy.daily_note or closes is None:
        return None
    local = now.astimezone(policy.hours.zone)
    if policy.daily_note_at is not None:
        return utc(datetime.combine(local.date(), policy.daily_note_at, policy.hours.zone))
    if closes.astimezone(policy.hours.zone).date() > local.date():
        return utc(datetime.combine(local.date(), _OPEN_ROUND, policy.hours.zone))
    return closes


def _note(desk: Desk, now: datetime) -> list[Piece]:
    """Return the sentences of a day; nothing for a day without a case."""
    day = period("today", now, desk.policy.hours.zone)
    promised, lapsed = _promises(desk, day, now)
    found = about(desk, "today", now)
    wrong = _wrong(desk, now)
    if not (promised or found.total or wrong):
        return []
    parts = [promised or ["Today no promise fell due."], wrong, _risen(found), _change(desk, day, lapsed, now)]
    return [piece for part in parts for piece in ([" ", *part] if part else [])][1:]


def _promises(desk: Desk, day: Period, now: datetime) -> tuple[list[Piece], int]:
    kept, lapsed = desk.store.kept_and_lapsed(day.since, day.until, now)
    if not kept + lapsed:
        return [], 0
    count, cases = desk.store.lapsed_cases(day.since, day.until, now, NAMED)
    share = f" ({100 * kept // (kept + lapsed)} % in time)"
    named: list[Piece] = [": ", *_named(cases, count)] if lapsed else []
    return [f"Today {kept} kept, {lapsed} lapsed{share}", *named, "."], lapsed


def _named(cases: Sequence[int], count: int) -> list[Piece]:
    named: list[Piece] = []
    for number in cases[:NAMED]:
        named += [", " if named else "", CaseNamed(number)]
    more = count - len(cases[:NAMED])
    return [*named, f" and {more} more"] if more > 0 else named


def _wrong(desk: Desk, now: datetime) -> list[Piece]:
    """Say what still needs a person: replies that got stuck, and posts that could not be read."""
    said: list[Piece] = []
    stuck = desk.store.cases(desk.store.tally(now, now).needs_a_person)
    for state, what in _STUCK.items():
        cases = [one.id for one in stuck if one.draft and one.draft.state == state and one.network != RECORDED]
        if cases:
            said += ["; " if said else "Went wrong: ", f"{what} (", *_named(cases, len(cases)), ")"]
    unreadable, _ = desk.store.unreadable_count()
    if unreadable:
        posts = "1 post could not be read" if unreadable == 1 else f"{unreadable} posts could not be read"
        said += ["; " if said else "Went wrong: ", f"{posts} (`/care unreadable`)"]
    return [*said, "."] if said else []


def _risen(found: Topics) -> list[Piece]:
    rose = [
        f"{one.topic or 'cases without a topic'} {one.cases} (usual {round(one.usual or 0)})"
        for one in found.counts
        if one.rose
    ]
    spikes = [f"{people} people {spike.about}" for spike, people in found.spikes[:NAMED]]
    said: list[Piece] = [f"More than usual: {', '.join([*rose, *spikes])}."] if rose or spikes else []
    return said


def _change(desk: Desk, day: Period, lapsed: int, now: datetime) -> list[Piece]:
    """Say the one thing to change by the figures, or that they say too little."""
    if not lapsed:
        return []
    every = every_nth(desk.store, day.since, day.until)
    tracks = (one for one in desk.store.tracks(day.since, day.until, every) if one.network != RECORDED)
    found = lost_time(tracks, day.since, day.until, desk.policy.hours, now)
    if found is None:
        return ["Too few first answers lapsed to say what to change."]
    return _to_change(found, every)


def _to_change(found: LostTime, every: int) -> list[Piece]:
    looked_at = f" (of one case in {every})" if every > 1 else ""
    share = 100 * found.took // found.total
    when = f" between {found.hours[0]} and {found.hours[1]} o'clock" if found.hours else ""
    most = f", most of it{when}" if when else ""
    why = f"{share} % of the time in {found.lapsed} late first answers{looked_at} passed {_WAITED[found.wait]}{most}"
    cases = _named(found.cases, len(found.cases))
    return [f"One thing to change: {_CHANGE[found.wait]}{when}. {why}: ", *cases, "."]
