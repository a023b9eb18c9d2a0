"""Draws the messages about a draft (one per version and per request) and the news about a case for one person."""

from collections.abc import Sequence
from dataclasses import replace

from bot.blocks.cases import thread_messages
from bot.blocks.replies import settled
from bot.blocks.slack import news as drawn_news
from bot.domain.audit.line import Line
from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.replies.requests import Ask
from bot.domain.slack.telling import Telling, TellingKind
from bot.ports import Desk, Message
from bot.services.cases.view import since_version, thread_link, view
from bot.services.slack.reading_back import reader_of

_GONE = frozenset({DraftVerb.EDIT, DraftVerb.REQUEST_CHANGES, FactVerb.APPROVER_ASKED})  # end a request only


def about_a_draft(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    """Return the message of a version, a request, or a returned draft; None when it would ask nothing."""
    its = desk.store.ask(telling.about)
    if its is None:
        return None
    decided = _with_draft(desk, telling, its, seen)
    asks = desk.store.asks_of(its.draft)
    return _DRAWN[telling.kind](desk, telling, decided, its, asks)


def _with_draft(desk: Desk, telling: Telling, its: Ask, seen: CaseView) -> CaseView:
    """Return the view with the message's own draft, which may be older than the case's newest one."""
    if seen.case.draft is not None and seen.case.draft.id == its.draft:
        return seen
    return view(desk, desk.store.case_at_draft(its.draft), reader_of(telling), seen.now)


def _version(desk: Desk, telling: Telling, decided: CaseView, its: Ask, asks: Sequence[Ask]) -> Message | None:
    draft = decided.case.draft
    if draft is None or draft.version == its.version:
        return thread_messages.draft(decided, desk.secret)
    if not telling.ts:  # it was never posted
        return None
    last = [one for one in asks if one.version == its.version][-1]
    return settled.version(decided, last, *_words(desk, decided, its))


def _asked(desk: Desk, telling: Telling, decided: CaseView, its: Ask, asks: Sequence[Ask]) -> Message | None:
    if its.ended and not telling.ts:
        return None
    if its.ended in _GONE or its.id != asks[-1].id:
        instead = next((one.asked for one in asks if one.id > its.id), "") if its.passed_on else ""
        return settled.ended_request(decided, its, *_words(desk, decided, its), instead)
    link = thread_link(desk, telling.case_id) if decided.hidden else ""
    return thread_messages.approval_request(replace(decided, ask=its.id), desk.secret, its.asked, link)


def _came_back(desk: Desk, telling: Telling, decided: CaseView, its: Ask, asks: Sequence[Ask]) -> Message | None:
    draft = decided.case.draft
    waits = draft is not None and draft.state == DraftState.WRITING and draft.version == its.version
    if not waits and not telling.ts:
        return None
    newest = not any(one.id > its.id and one.ended == DraftVerb.REQUEST_CHANGES for one in asks)
    if draft is None or draft.version != its.version:
        return settled.came_back(decided, its, _words(desk, decided, its)[0], newest=newest)
    return thread_messages.back(decided, desk.secret, thread_link(desk, telling.case_id) if decided.hidden else "")


_DRAWN = {TellingKind.DRAFT: _version, TellingKind.ASK: _asked, TellingKind.BACK: _came_back}


def _words(desk: Desk, decided: CaseView, its: Ask) -> tuple[str, tuple[str, ...]]:
    text, authors = desk.store.version(its.draft, its.version)
    return ("" if decided.hidden else text), authors


# --- news --------------------------------------------------------------------------------------------------


def news(desk: Desk, telling: Telling, seen: CaseView) -> Message:
    """Return the message about one event to one person; only the newest one has buttons."""
    line = desk.store.audit_line(telling.case_id, telling.about)
    its = drawn_news.News(
        verb=line.verb,
        by=line.by,
        at=line.at,
        person=str(line.facts.get("person", "")),
        priority=str(line.facts.get("priority", "")),
        post=_post(desk, line, seen, telling.recipient),
        inquiry=_inquiry(desk, line),
        other=int(str(line.facts.get("other", 0))),
        changes=_changes(desk, line, seen),
        to=telling.recipient,
        over=desk.store.newest_news(telling.case_id, telling.recipient) != telling.about,
    )
    return drawn_news.news(seen, its, desk.secret, thread_link(desk, telling.case_id))


def _post(desk: Desk, line: Line, seen: CaseView, to: str) -> Mention | None:
    """Return the post to show with a line: its own; for a new assignee, the post that waits for an answer."""
    if line.verb == CaseVerb.ASSIGN:
        return seen.latest if line.facts.get("person") == to else None
    number = line.facts.get("mention") if line.verb in _OF_A_POST else None
    try:
        return desk.store.mention(number) if isinstance(number, int) else None
    except Unknown:  # erased in the meantime
        return None


def _inquiry(desk: Desk, line: Line) -> Inquiry | None:
    number = line.facts.get("inquiry")
    try:
        return desk.store.inquiry(number) if isinstance(number, int) else None
    except Unknown:  # erased in the meantime
        return None


_OF_A_POST = frozenset({CaseVerb.AUTHOR_WROTE, FactVerb.WROTE_LIGHTLY, FactVerb.POST_EDITED})


def _changes(desk: Desk, line: Line, seen: CaseView) -> str:
    draft = seen.case.draft
    if line.verb != DraftVerb.EDIT or draft is None or line.facts.get("draft") != draft.id:
        return ""
    version = line.facts.get("version")
    if not isinstance(version, int):
        return ""
    text, _ = desk.store.version(draft.id, version)
    return since_version(desk, replace(draft, version=version, text=text))
