"""Asks another team a question about a case, brings the answer back, and reminds them when its time has passed."""

from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import ENDED
from bot.domain.base.text import clean, visible
from bot.domain.cases.case import Case
from bot.domain.cases.inquiry import Inquiry, InquiryState, OtherTeam
from bot.domain.cases.inquiry_events import Inquired, InquiryAnswered, InquiryLate, InquiryWithdrawn
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import room, sweep

AT_ONCE = 100  # questions that one look finds


def ask(desk: Desk, case_id: int, *, team: str, text: str, by: str, at: datetime) -> Case:
    """Ask a team of the configuration about a case; the same open question again changes nothing.

    Raises NotUsable for a team that is not named there or for no words, Outdated where the case has ended.
    """
    asked, words = _team(desk, team), _words(text, "Please write what you want to know.")

    def decide(case: Case) -> Inquired | None:
        if case.state in ENDED:
            raise Outdated(f"Case {case.id} has ended. Reopen it from the card's menu first.")
        if any(_is_same(one, team, words) for one in desk.store.inquiries(case.id)):
            return None
        due_at = desk.policy.hours.after(at, asked.within)
        return Inquired(
            by=by, at=at, team=team, channel=asked.channel, text=words, mention=case.latest, due_at=due_at
        )

    return change(desk, case_id, decide)


def answer(desk: Desk, inquiry_id: int, *, text: str, by: str, at: datetime) -> Case:
    """Bring the answer of another team into the case; raise Outdated where the question is settled already."""
    words = _words(text, "Please write the answer.")

    def decide(_: Case) -> InquiryAnswered:
        its = _open(desk, inquiry_id)
        return InquiryAnswered(by=by, at=at, inquiry=its.id, answer=words, to=its.asked_by)

    return change(desk, desk.store.inquiry(inquiry_id).case_id, decide)


def withdraw(desk: Desk, inquiry_id: int, *, by: str, at: datetime) -> Case:
    """Say that the answer is not needed any more; raise Outdated where the question is settled already."""

    def decide(_: Case) -> InquiryWithdrawn:
        return InquiryWithdrawn(by=by, at=at, inquiry=_open(desk, inquiry_id).id)

    return change(desk, desk.store.inquiry(inquiry_id).case_id, decide)


def remind(desk: Desk, now: datetime) -> int:
    """Remind every team once whose time for an answer has passed; return how many."""
    late = desk.store.overdue_inquiries(now, room(desk, "inquiries", AT_ONCE))
    return sweep(desk, "inquiries", late, lambda one: _remind(desk, one, now))


def _remind(desk: Desk, inquiry_id: int, now: datetime) -> bool:
    def decide(_: Case) -> InquiryLate | None:
        its = desk.store.inquiry(inquiry_id)
        if its.state != InquiryState.OPEN or its.late_at is not None:
            return None
        return InquiryLate(by="desk", at=now, inquiry=its.id, channel=its.channel, to=its.asked_by)

    change(desk, desk.store.inquiry(inquiry_id).case_id, decide)
    return True


def refuse_settled(desk: Desk, inquiry_id: int) -> Inquiry:
    """Return a question that waits for its answer; raise Outdated for any other."""
    return _open(desk, inquiry_id)


def _team(desk: Desk, name: str) -> OtherTeam:
    found = next((one for one in desk.policy.other_teams if one.name == name), None)
    if found is None:
        raise NotUsable("Please choose the team that you want to ask.", "other_team")
    return found


def _words(text: str, missing: str) -> str:
    words = clean(text).strip()
    if not visible(words):
        raise NotUsable(missing, "note")
    return words


def _is_same(one: Inquiry, team: str, words: str) -> bool:
    return one.state == InquiryState.OPEN and (one.team, one.text) == (team, words)


def _open(desk: Desk, inquiry_id: int) -> Inquiry:
    its = desk.store.inquiry(inquiry_id)
    if its.state == InquiryState.ANSWERED:
        raise Outdated(f"<@{its.ended_by}> has answered this already. The answer is in the thread of the case.")
    if its.state == InquiryState.WITHDRAWN:
        raise Outdated(f"<@{its.ended_by}> does not need the answer any more.")
    return its
