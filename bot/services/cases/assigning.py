"""Assigns new cases to people who are on, each case at most once. A case that suits nobody waits for the team."""

from collections import Counter
from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case
from bot.domain.cases.events import Assigned
from bot.domain.reminders import recipients
from bot.domain.team.skills import suitable
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import rotated, sweep
from bot.services.team import shifts

AT_ONCE = 1_000  # cases per round


@dataclass(slots=True)
class Giving:
    """The people on and their numbers of cases, counting cases assigned meanwhile."""

    present: frozenset[str]
    load: Counter[str] = field(default_factory=Counter)

    def whom(self, desk: Desk, case: Case) -> str:
        """Return the assignee for a case: who suits it and holds the fewest; "" for nobody."""
        able = suitable(shifts.skills(desk), self.present, case.language, case.topic)
        who = recipients.least_loaded(able, self.load, case.id)
        if who:
            self.load[who] += 1
        return who


def give_out(desk: Desk, case: Case, now: datetime) -> Case:
    """Assign a new case, in the transaction that opened it."""
    if not desk.policy.gives_out:
        return case
    event = _given(desk, case, _giving(desk, now), now)
    return desk.store.record(case, event) if event else case


def give_out_waiting(desk: Desk, now: datetime) -> int:
    """Assign new cases that nobody ever held, since nobody was on; return how many."""
    giving = _giving(desk, now) if desk.policy.gives_out else Giving(frozenset())
    if not giving.present:
        return 0
    return sweep(
        desk,
        "give_out",
        rotated(desk, "give_out", desk.store.never_held(), AT_ONCE),
        lambda case_id: _one(desk, case_id, giving, now),
    )


def _one(desk: Desk, case_id: int, giving: Giving, now: datetime) -> bool:
    after = change(desk, case_id, lambda case: _given(desk, case, giving, now))
    return after.assigned_at == now


def _given(desk: Desk, case: Case, giving: Giving, now: datetime) -> Assigned | None:
    who = giving.whom(desk, case) if case.state == CaseState.NEW else ""
    return Assigned(by="desk", at=now, to=who) if who else None


def _giving(desk: Desk, now: datetime) -> Giving:
    return Giving(shifts.on_now(desk, now), Counter(desk.store.cases_held()))
