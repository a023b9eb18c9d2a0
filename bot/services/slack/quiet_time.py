"""Holds messages about cases back in a person's quiet time, except those that only they can act on in time."""

from datetime import datetime

from bot.domain.base.slack_ids import is_person
from bot.domain.base.tables import FactVerb
from bot.domain.reminders.recipients import next_to_act
from bot.domain.slack.telling import Telling, TellingKind
from bot.ports import Desk
from bot.services.team.shifts import peace_until

# Reminders and questions about claims already kept the quiet time when they were written. A list of them may have
# waited since.
_ABOUT_CASES = frozenset({TellingKind.ASK, TellingKind.BACK, TellingKind.NEWS})


def waits_until(desk: Desk, telling: Telling, now: datetime) -> datetime | None:
    """Return until when a new message waits for the end of its recipient's quiet time; None if it does not wait."""
    if telling.ts or not is_person(telling.recipient) or telling.kind not in {*_ABOUT_CASES, TellingKind.DIGEST}:
        return None
    until = peace_until(desk, telling.recipient, now)
    comes = until is None or (_cannot_wait(desk, telling, until) if telling.case_id else _breaks_in(desk, telling))
    return None if comes else until


def _cannot_wait(desk: Desk, telling: Telling, until: datetime) -> bool:
    """Return whether the promise would lapse before then and the recipient is next to act, or they asked for it."""
    case = desk.store.case(telling.case_id)
    lapses = case.due_at is not None and case.due_at <= until and not desk.policy.reminders.lapse_waits
    return (lapses and next_to_act(case) == telling.recipient) or _took_it(desk, telling)


def _took_it(desk: Desk, telling: Telling) -> bool:
    """Return whether it is a request that the recipient took over themselves just now."""
    its = desk.store.ask(telling.about) if telling.kind == TellingKind.ASK else None
    before = [one for one in desk.store.asks_of(its.draft) if one.id < its.id] if its else []
    return bool(before) and (before[-1].ended, before[-1].ended_by) == (FactVerb.APPROVER_ASKED, telling.recipient)


def _breaks_in(desk: Desk, digest: Telling) -> bool:
    """Return whether a digest may come in quiet time: it has new lapses, or no reminders at all."""
    reminders = desk.store.reminders_in(digest.about, alone=True)
    return not reminders or any(desk.policy.reminders.breaks_in(its.level) for its in reminders)
