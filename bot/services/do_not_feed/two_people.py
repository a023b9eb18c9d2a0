"""Sets a case aside, by two people where its topic asks for that."""

from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import GOING_ON
from bot.domain.cases.case import Case
from bot.domain.cases.events import Dismissed
from bot.domain.do_not_feed.aside import Aside, AsideKind
from bot.domain.slack.notice import Addressed, CaseNamed, Piece
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.do_not_feed.impostors import called_impostor, no_impostor
from bot.services.team import access, shifts

SHOW_ASKED = "asides_asked"  # the button under the direct message


def put_aside(
    desk: Desk, case_id: int, *, by: str, at: datetime, reason: str, until: datetime | None, kind: AsideKind
) -> bool:
    """Set a case aside, or ask a second person to; return whether it is set aside.

    Raises NotUsable where this kind needs a term.
    """
    case = desk.store.case(case_id)
    if case.topic not in desk.policy.do_not_feed.two_people or case.state not in GOING_ON:
        with desk.store.transaction():
            casework.set_aside(desk, case_id, by=by, at=at, reason=reason, until=until, kind=kind)
            _follow(desk, case_id, kind, by=by, at=at)
        return True
    casework.refuse_without_term(desk, kind, until)
    _ask(desk, case, Dismissed(by=by, at=at, reason=reason, until=until, kind=kind))
    return False


def _ask(desk: Desk, case: Case, event: Dismissed) -> None:
    with desk.store.transaction():
        row = desk.store.ask_aside(case, event)
        if not row:
            raise Outdated(f"A second person is asked already whether case {case.id} is set aside.")
        who = _second(desk, case, event.by, event.at)
        said: list[Piece] = [
            Addressed(event.by),
            " asks to set ",
            CaseNamed(case.id),
            " aside. A second person decides.",
        ]
        room, people = desk.policy.leads_channel, [who] if who else []
        desk.store.notice(_key(row), room, said, event.at, SHOW_ASKED, people=people)


def _second(desk: Desk, case: Case, by: str, at: datetime) -> str:
    """Return the approver to ask, in turn, those on shift first; "": there is none."""
    able = [one for one in access.approvers(desk, at) if one != by]
    on = shifts.on_now(desk, at)
    able = [one for one in able if one in on] or able
    return able[(case.id - 1) % len(able)] if able else ""


def agree(desk: Desk, aside_id: int, *, by: str, at: datetime) -> Case:
    """Set a case aside as the second person. Raises NotYours for who asked, Outdated where that is decided."""
    with desk.store.transaction():
        asked = _waiting(desk, aside_id)
        if asked.until is not None and asked.until <= at:
            raise NotUsable("The time for which it was to be set aside is over. Please let it go on.")
        facts = {"reason": asked.why, "until": asked.until, "kind": asked.kind, "asked_by": asked.asked_by}
        case = casework.set_aside(desk, asked.case_id, by=by, at=at, **facts)  # type: ignore[arg-type]
        _follow(desk, case.id, asked.kind, by=by, at=at)
        _tell(desk, asked, [Addressed(by), " set ", CaseNamed(asked.case_id), " aside."], at)
    return desk.store.case(case.id)


def _follow(desk: Desk, case_id: int, kind: AsideKind, *, by: str, at: datetime) -> None:
    """Look for the customers of an impostor; one set aside for another reason pretends nothing."""
    if kind == AsideKind.IMPOSTOR:
        called_impostor(desk, case_id, by=by, at=at)
    else:
        no_impostor(desk, case_id, by=by, at=at)


def let_go_on(desk: Desk, aside_id: int, *, by: str, at: datetime) -> None:
    """Let a case go on that was to be set aside. Raises Outdated where that is decided."""
    with desk.store.transaction():
        asked = _waiting(desk, aside_id)
        desk.store.decline_aside(asked, by=by, at=at)
        _tell(desk, asked, [Addressed(by), " lets ", CaseNamed(asked.case_id), " go on."], at)


def _waiting(desk: Desk, aside_id: int) -> Aside:
    asked = desk.store.aside(aside_id)
    if asked.by or asked.ended_at is not None:
        raise Outdated(f"That is decided already; the card of case {asked.case_id} says how it stands.")
    return asked


def _tell(desk: Desk, asked: Aside, said: list[Piece], at: datetime) -> None:
    """Show the decision in the message that asked."""
    desk.store.notice_anew(_key(asked.id), said, at)


def _key(aside_id: int) -> str:
    return f"aside:{aside_id}"
