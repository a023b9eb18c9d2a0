"""Finds the person to ask: who has to act next, if they are on; else somebody who is on and can act."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.case import Case
from bot.domain.promises.promise import Promise, Reminder
from bot.domain.reminders import recipients
from bot.domain.reminders.recipients import LadderStep
from bot.domain.replies.draft import Draft
from bot.domain.team.skills import Skill, readers
from bot.ports import Desk
from bot.services.accounts.holds import hold_on_draft
from bot.services.team import access, shifts

_LEADS = frozenset({LadderStep.LEAD, LadderStep.CHANNEL})  # they can do something about an account that is held


@dataclass(slots=True)
class Asking:
    """The people who can be asked in one round; each assigned case counts as load."""

    present: frozenset[str] = frozenset()
    at_work: frozenset[str] = frozenset()  # with guests, who are asked only about their own cases
    awake: frozenset[str] = frozenset()  # of those, people outside their quiet hours
    skills: Sequence[Skill] = ()
    approvers: Sequence[str] = ()  # all approvers, those on first
    barred: Callable[[Draft, str], bool] = lambda draft, who: draft.bars(who, four_eyes=True)
    held: Callable[[Draft], bool] = lambda _: False  # whether it waits since its account may not send now
    sure: bool = True  # whether that list is complete, by Slack's recent answer
    leads: Sequence[str] = ()  # the same
    load: Counter[str] = field(default_factory=Counter)
    given: dict[int, str] = field(default_factory=dict)  # by case: who was asked in this round to take it

    def whom(self, desk: Desk, case: Case, owed: Promise, level: int) -> str:
        """Return whom a reminder of this level asks: a person, the leads' channel by its id, or "" for nobody.

        Nobody is asked about a reply that goes out by itself, but leads once its promise has lapsed meanwhile.
        """
        step = desk.policy.reminders.ladder_step(level)
        if recipients.on_its_way(case) and not (step in _LEADS and case.draft and self.held(case.draft)):
            return ""
        if step is not None:
            return self._drawn_in(desk, case, desk.store.reminders_of(owed.id), step)
        if recipients.in_review(case) and case.draft is not None:
            return self._approver(case, case.draft, desk.store.reminders_of(owed.id))
        holds = recipients.next_to_act(case)
        return holds if holds in self.at_work else self._somebody(case, besides=set()) or holds

    def _somebody(self, case: Case, besides: set[str]) -> str:
        """Return the person on shift with the fewest cases."""
        known = self.given.get(case.id, "")
        if known and known not in besides:
            return known
        able = self.present - besides
        best = recipients.narrowed(able, readers(self.skills, able, case.language), self.awake)
        who = recipients.least_loaded(best, self.load, case.id)
        if who:
            self.load[who] += 1
            self.given[case.id] = who
        return who

    def _approver(self, case: Case, draft: Draft, before: Sequence[Reminder]) -> str:
        """Return the asked approver until they were reminded once in vain; then the next one on shift.

        The asked approver may have lost the right to approve it, or rewritten it since: then the next one. While
        Slack does not tell who may approve, nothing changes.
        """
        able = self._able(draft)
        first = draft.asked if draft.asked in able or not self.sure else ""
        if first in self.present and not _in_vain(draft, before):
            return first
        asked = {one.asked for one in before} | {draft.asked}
        others = [one for one in able if one not in asked]
        return self._another(case, draft, asked) or first or next(iter([*others, *able]), "")

    def _able(self, draft: Draft) -> list[str]:
        return [one for one in self.approvers if not self.barred(draft, one)]

    def _another(self, case: Case, draft: Draft, asked: Collection[str]) -> str:
        """Return an approver who is on and was not asked; "" for nobody."""
        here = [one for one in self._able(draft) if one in self.present and one not in asked]
        return next(iter(recipients.narrowed(here, readers(self.skills, here, case.language), self.awake)), "")

    def _drawn_in(self, desk: Desk, case: Case, before: Sequence[Reminder], step: LadderStep) -> str:
        """Return who is asked after a lapse: never somebody asked before; "" for nobody.

        An approver who said that they work on it is not replaced at that step.
        """
        asked = {one.asked for one in before} | {recipients.next_to_act(case)}
        match step:
            case LadderStep.CHANNEL:
                return desk.policy.leads_channel
            case LadderStep.LEAD:
                return next((one for one in self.leads if one not in asked), "")
            case LadderStep.BACKUP:
                return self._backup(case, before, asked)

    def _backup(self, case: Case, before: Sequence[Reminder], asked: set[str]) -> str:
        """Return another person who is on; an approver, if the case waits for one."""
        draft = case.draft if recipients.in_review(case) else None
        if draft is None:
            return self._somebody(case, besides=asked)
        if draft.asked in self.present and before and not before[-1].widens:
            return draft.asked
        return self._another(case, draft, asked)


def _in_vain(draft: Draft, before: Sequence[Reminder]) -> bool:
    """Return whether the asked approver was reminded, and did not say that they work on it."""
    reminded = [one for one in before if one.asked == draft.asked]
    return bool(reminded) and reminded[-1].widens


def asking(desk: Desk, now: datetime) -> Asking:
    """Return who can be asked now."""
    present = shifts.on_now(desk, now)
    return Asking(
        present=present,
        at_work=shifts.at_work(desk, now),
        awake=shifts.awake(desk, present, now),
        skills=shifts.skills(desk),
        approvers=_present_first(access.approvers(desk, now), present),
        barred=lambda draft, who: access.barred(desk, draft, who, now),
        held=lambda draft: hold_on_draft(desk, draft, now) is not None,
        sure=access.sure(desk, now),
        leads=_present_first(sorted(shifts.leading(desk)), present),
        load=Counter(desk.store.cases_held()),
    )


def _present_first(people: Sequence[str], present: frozenset[str]) -> list[str]:
    return sorted(people, key=lambda one: (one not in present, one))
