"""Draws and publishes a person's home tab, with what they may read, when they open it or press there."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.blocks.base import ids
from bot.blocks.base.simple_forms import View, kept_to
from bot.blocks.cases import queue as drawn_queue
from bot.blocks.cases import thread_messages
from bot.blocks.home import home
from bot.domain.base.refusals import NotUsable
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.home.inbox import INBOX, InboxSection, requests_after
from bot.domain.slack.readers import ToPerson
from bot.ports import ChatTrouble, Desk, Message, OutOfService, Overtaken
from bot.services.cases import queue
from bot.services.cases.view import names, thread_link, view
from bot.services.home import inbox
from bot.services.slack import outgoing

log = logging.getLogger(__name__)


def show(desk: Desk, user: str, now: datetime, *, face: str = INBOX, stands: str = "") -> None:
    """Draw a person's home tab and publish it; `stands`: Slack's hash of the view that they see now.

    When they see another view by now, it is drawn again, so that an older view never replaces a newer one.
    """
    try:
        _publish(desk, user, draw_home(desk, user, now, face), now, stands)
    except Overtaken:
        _publish(desk, user, draw_home(desk, user, now, face), now)


def say(desk: Desk, user: str, sentence: str, now: datetime) -> None:
    """Show only a sentence on a person's home tab."""
    _publish(desk, user, home.said(sentence), now)


def _publish(desk: Desk, user: str, drawn: View, now: datetime, stands: str = "") -> None:
    sealed = ids.seal(str(drawn["private_metadata"]), ids.HOME_TAB, desk.secret)
    try:
        outgoing.publish_home(
            desk, user, {**drawn, "private_metadata": sealed}, kept_to(drawn), now=now, stands=stands
        )
    except Overtaken:
        raise
    except ChatTrouble as trouble:  # it is drawn again the next time it is opened
        log.warning("home.not_shown why=%s", trouble)


def draw_home(desk: Desk, user: str, now: datetime, face: str) -> View:
    """Return what the home tab of a person shows: their inbox, further requests, or a page of a list."""
    try:
        return _inbox(desk, user, now) if face == INBOX else _further(desk, user, now, face)
    except NotUsable:  # an earlier version wrote it
        return _inbox(desk, user, now)


def _further(desk: Desk, user: str, now: datetime, face: str) -> View:
    after = requests_after(face)
    if after is None:
        return _list(desk, user, now, face)
    heap, more = inbox.further_requests(desk, user, now, after)
    found, _ = _drawn(desk, user, now, heap.cases, asks=True)
    return home.requests(found, face, now, desk.secret, more=more)


def _list(desk: Desk, user: str, now: datetime, face: str) -> View:
    page = queue.page_of(desk, face, by=user)
    found, _ = _drawn(desk, user, now, page.cases, asks=False)
    channels = queue.channel_names(desk, page.shares)
    listed = drawn_queue.Listed(page=page, entries=[(one.view, one.link) for one in found], channels=channels)
    return home.cases_page(listed, face, now, desk.secret)


def _inbox(desk: Desk, user: str, now: datetime) -> View:
    found = inbox.inbox(desk, user, now)
    drawn = {
        section: _drawn(desk, user, now, heap.cases, asks=section == InboxSection.DECIDE)
        for section, heap in found.heaps.items()
    }
    longest, beside = _drawn(desk, user, now, found.board.longest if found.board else (), asks=False)
    inside = home.Inside(
        inbox=found,
        cases={section: cases for section, (cases, _) in drawn.items()},
        longest=longest,
        broken=sorted({*beside, *(one for _, some in drawn.values() for one in some)}),
        names=names(desk),
        reader=user,
    )
    return home.inbox(inside, now, desk.secret)


def _drawn(
    desk: Desk, user: str, now: datetime, cases: Sequence[Case], *, asks: bool
) -> tuple[list[home.Drawn], list[int]]:
    """Return the cases as this person may read them, and the numbers of those that cannot be drawn."""
    found: list[home.Drawn] = []
    broken: list[int] = []
    for case in cases:
        try:
            seen, link = view(desk, case, ToPerson(user), now), thread_link(desk, case.id)
            request = _request(seen, user, link, desk.secret) if asks else None
            found.append(home.Drawn(view=seen, link=link, request=request))
        except OutOfService:
            raise
        except Exception:  # a case that cannot be drawn must not hide the others
            log.exception("home.broken case=%d", case.id)
            broken.append(case.id)
    return found, broken


def _request(seen: CaseView, user: str, link: str, secret: bytes) -> Message:
    """Return the request to approve a draft, as in its direct message."""
    draft = seen.case.draft
    if draft is None or draft.asked or seen.hidden:
        return thread_messages.approval_request(seen, secret, user if draft and draft.asked else "", link)
    return thread_messages.draft_for_asker(seen, secret, decides=True)  # nobody was asked, so there is no "Not me"
