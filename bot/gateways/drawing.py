"""Turns a telling into the Slack message it stands for, from the state of its case."""

from bot.blocks import case_card, thread
from bot.domain.errors import Unknown
from bot.domain.telling import Telling, Told
from bot.domain.view import CaseView
from bot.ports import Desk, Message
from bot.services.viewing import view


def draw(desk: Desk, telling: Telling) -> tuple[Message, int] | None:
    """Return the message and the case version it shows; None where there is nothing (any more) to show."""
    if telling.kind == Told.NOTICE:
        return thread.notice(desk.store.notice_sentence(telling.about)), telling.wanted
    case = desk.store.case(telling.case_id)
    message = _message(desk, telling, view(desk, case))
    return (message, case.version) if message else None


def _message(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    if telling.kind == Told.CARD:
        return case_card.card(seen, desk.secret)
    if telling.kind == Told.MENTION:
        return _follow_up(desk, telling, seen)
    if telling.kind == Told.NAG:
        its = desk.store.nag(telling.about)
        return thread.nag(seen, its.level, its.due_at, its.noted_at, desk.secret, promise=its.about.id)
    decided = _with_draft(desk, telling, seen)
    if telling.kind == Told.ASK:
        return thread.ask(decided, desk.secret, telling.recipient)
    return (thread.draft if telling.kind == Told.DRAFT else thread.back)(decided, desk.secret)


def _follow_up(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    try:
        return thread.follow_up(seen, desk.store.mention(telling.about))
    except Unknown:  # erased in the meantime
        return None


def _with_draft(desk: Desk, telling: Telling, seen: CaseView) -> CaseView:
    """An older draft's message shows that draft, not the one that took its place."""
    if seen.case.draft is not None and seen.case.draft.id == telling.about:
        return seen
    return view(desk, desk.store.case_of_draft(telling.about))
