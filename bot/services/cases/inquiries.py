"""Asks another team a question about a case, brings the answer back, and reminds them when its time has passed."""

from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import ENDED
from bot.domain.base.text import clean, visible
from bot.domain.cases.case import Case
from bot.domain.cases.inquiry import Inquiry, InquiryState, OtherTeam
from bot.domain.cases.inquiry_events import Inquired, InquiryAnswered, InquiryLate, InquiryWithdrawn
from bot.domain.team.languages import NAMES, tongue
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import room, sweep
from bot.services.team.access import name_of
from bot.services.team.languages import colleagues_who_read

AT_ONCE = 100  # questions that one look finds
READ_WITHIN = timedelta(hours=1)  # desk hours for a colleague to say what a post says


def ask(desk: Desk, case_id: int, *, team: str, text: str, by: str, at: datetime) -> Case:
    """Ask a team of the configuration about a case; the same open question again changes nothing.

    Raises NotUsable for a team that is not named there or for no words, Outdated where the case has ended.
    """
    asked, words = _team(desk, team), _words(text, "Please write what you want to know.")
    return change(desk, case_id, lambda case: _asked(desk, case, asked, words, by=by, at=at))


def _asked(desk: Desk, case: Case, to: OtherTeam, text: str, *, by: str, at: datetime) -> Inquired | None:
    """Return the question; None where the same one waits for its answer."""
    if case.state in ENDED:
        raise Outdated(f"Case {case.id} has ended. Reopen it from the card's menu first.")
    if any(_is_same(one, to.name, text) for one in desk.store.inquiries(case.id)):
        return None
    due_at = desk.policy.hours.after(at, to.within)
    return Inquired(by=by, at=at, team=to.name, channel=to.channel, text=text, mention=case.latest, due_at=due_at)


def ask_reader(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Ask a colleague who reads the case's language what it says; the same open question again changes nothing.

    Raises NotUsable where nobody else reads it, Outdated where the case has ended.
    """
    case = desk.store.case(case_id)
    found = [one for one in colleagues_who_read(desk, case, at) if one != by]
    language = NAMES.get(tongue(case.language), "its language")
    if not found:
        raise NotUsable(f"Nobody else here is named as a reader of {language}.")
    text = f"You read {language}: what does the customer say, and what should a reply say?"
    to = OtherTeam(name=name_of(desk, found[0]), channel=found[0], within=READ_WITHIN)
    return change(desk, case_id, lambda found: _asked(desk, found, to, text, by=by, at=at))


def answer(desk: Desk, inquiry_id: int, *, text: str, by: str, at: datetime) -> Case:
    """Bring the answer of another team into the case; raise Outdated where the question is settled already."""
    words = _words(text, "Please write the answer.")

    def decide(_: Case) -> InquiryAnswered:
        its = _open(desk, inquiry_id)
        return InquiryAnswered(by=by, at=at, inquiry=its.id, answer=words, to=its.asked_by)

    return change(desk, desk.store.inquiry(inquiry_id).case_id, decide)


def withdraw_inquiry(desk: Desk, inquiry_id: int, *, by: str, at: datetime) -> Case:
    """Say that the answer is not needed any more; raise Outdated where the question is settled already."""

    def decide(_: Case) -> InquiryWithdrawn:
        return InquiryWithdrawn(by=by, at=at, inquiry=_open(desk, inquiry_id).id)

    return change(desk, desk.store.inquiry(inquiry_id).case_id, decide)


def remind_teams(desk: Desk, now: datetime) -> int:
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
