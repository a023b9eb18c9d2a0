"""Random legal walks over both tables: the possible events of a case, each with the facts it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb, Verb
from bot.domain.cases.apply import apply
from bot.domain.cases.case import Case, WhyMoved
from bot.domain.cases.events import Event
from bot.domain.cases.same_person import HowKnown
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.promise import always_open, reminders_due, spoken_promise
from bot.domain.replies.draft import WhyStale
from bot.domain.storms.storm import Standout
from tests.builders import ANA, BEN, CARO, EVENTS, a_post, owed, wording

EVERY_VERB: Sequence[Verb] = [
    *CaseVerb,
    *DraftVerb,
    *(verb for verb in FactVerb if verb != FactVerb.OPENED),
]
PEOPLE = (ANA, BEN, CARO)


@dataclass(frozen=True, slots=True)
class Step:
    """One random step: which of the possible events, by whom, how long after the one before."""

    choice: int
    who: int
    minutes: int


def event_for(case: Case, verb: Verb, by: str, at: datetime) -> Event:
    """Return a well-formed event with all facts that the verb may need, as a service would make it."""
    kind, facts = EVENTS[verb], _facts(case, verb, by, at)
    return kind(by=by, at=at, **{one.name: facts[one.name] for one in fields(kind) if one.name in facts})


def _facts(case: Case, verb: Verb, by: str, at: datetime) -> dict[str, Any]:
    level, promise = 0, owed(case, at)
    if verb == FactVerb.REMINDED and case.promise is not None:
        levels, promise = reminders_due(case.promise, always_open(), at)
        level = levels[-1] if levels else 0
    if verb == FactVerb.SNOOZED:
        promise = case.due_first or promise
    if verb == FactVerb.PROMISED:
        promise = spoken_promise(at, at + timedelta(hours=2), always_open())
    known = PostRef(case.network, case.account, case.root_id)
    post = a_post(case.root_id, ref=known, root_id=case.root_id, author=case.author)
    codes = {DraftVerb.STALE: WhyStale.AGE, FactVerb.RETIMED: WhyMoved.HOURS, FactVerb.CAME_OUT: Standout.OVER}
    return {
        "to": PEOPLE[case.version % len(PEOPLE)],
        **dict.fromkeys(("note", "reason", "not_taken"), "free words of a person"),
        "why": codes.get(verb, "free words of a person"),
        "until": at + timedelta(hours=1),
        "mention": case.latest + (verb == CaseVerb.AUTHOR_WROTE),
        "posted_at": at,
        "promise": promise,
        "priority": case.priority,
        "words": wording(case, f"Reply {case.version} from {by}"),
        "seen": case.latest,
        "key": f"key-{case.version}",
        "post_id": f"{2000 + case.version}",
        "url": "https://x.example/northwind/status/1",
        "post": post if verb in {FactVerb.LINKED_POST_ARRIVED, FactVerb.PASTED_LINK_CONFIRMED} else None,
        **dict.fromkeys(("into", "other"), case.id + 1),
        "how": HowKnown.OWN_WORD,
        "storm": 1,
        **dict.fromkeys(("inquiry", "hiding"), 1),
        "team": "Billing",
        "channel": "C0BILLING",
        **dict.fromkeys(("text", "answer"), "free words of a person"),
        "due_at": at + timedelta(hours=4),
        "level": level,
        "since": at,
        **dict.fromkeys(("reminder", "check", "approval"), 0),
    }


def possible(case: Case, by: str, at: datetime) -> list[Event]:
    """Return the events that the tables and rules allow now, in a fixed order."""
    found = []
    for verb in EVERY_VERB:
        event = event_for(case, verb, by, at)
        try:
            apply(case, event)
        except Refusal:
            continue
        found.append(event)
    return found


def moment_of(case: Case) -> datetime:
    """Return a moment after everything recorded on the case."""
    known = [case.opened_at, case.assigned_at, case.latest_at, case.answered_at, case.ended_at]
    if case.draft and case.draft.submitted_at:
        known.append(case.draft.submitted_at)
    return max(one for one in known if one)
