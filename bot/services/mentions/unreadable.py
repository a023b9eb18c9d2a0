"""Unreadable posts: reported once, read again later, opened as a case by hand, or left out by somebody."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.text import plain
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse, Unreadable
from bot.domain.slack.notice import Piece, plainly
from bot.ports import Conflict, Desk, OutOfService, ReadsAgain, Unparsed
from bot.ports.network_kind import network_label
from bot.services.base.sweeping import room, sweep
from bot.services.light_lane.gathering import opened_by_hand
from bot.services.mentions.intake import take_in, take_in_edit
from bot.services.mentions.links import added_by_hand
from bot.services.triage.triage import triage_of

log = logging.getLogger(__name__)

SHOW_THEM = "unreadable"  # the button under the notice
READ_AGAIN, CAME_AGAIN, OPENED, LEFT_OUT = "read_again", "came_again", "opened", "left_out"
DELETED = "deleted"  # by its author, so there is nothing to read any more
AT_ONCE = 50  # tried again in one round
AGAIN = timedelta(hours=1)
SAID_APART = timedelta(minutes=10)  # between two notices; posts in between are counted in the next
TOLD = 3  # named in one notice
WORDS = 200  # code points of a post's text in a notice
_SAID_AT = "unreadable.said"


def tell_unreadable(desk: Desk, now: datetime) -> str:
    """Report the unreported posts in the leads' channel as one notice; return it, or an empty string."""
    count, newest, first = desk.store.unsaid_unreadables(TOLD)
    if not count or not _may_speak(desk, now):
        return ""
    said = _sentence(count, first)
    with desk.store.transaction():  # all or nothing survives a kill
        desk.store.unreadables_said(newest, now)
        desk.store.put_setting(_SAID_AT, now.isoformat())
        desk.store.notice(f"unreadable:{newest}", desk.policy.leads_channel, said, now, SHOW_THEM)
    return plainly(said)


def _may_speak(desk: Desk, now: datetime) -> bool:
    last = desk.store.setting(_SAID_AT)
    return not last or abs(now - datetime.fromisoformat(last)) >= SAID_APART


def _sentence(count: int, first: Sequence[Unreadable]) -> list[Piece]:
    posts = "1 post that came in could" if count == 1 else f"{count} posts that came in could"
    said: list[Piece] = [f"{posts} not be read, so nobody is asked to answer {'it' if count == 1 else 'them'}."]
    for one in first:
        said += [" ", *_told(one)]
    more = f" And {count - len(first)} more." if count > len(first) else ""
    return [*said, f"{more} Please look, and open as a case what needs an answer."]


def _told(one: Unreadable) -> list[Piece]:
    """Return the line on one for the leads' channel: without its text unless it is certainly public."""
    seen = one.glimpse
    who = f"from @{plain(seen.handle, 60)}, " if seen.handle and seen.public else ""
    words = f": “{' '.join(plain(seen.text, WORDS).split())}”" if seen.text and seen.public else ""
    return [f"{network_label(one.network)}, {who}", seen.posted_at or one.kept_at, f"{words}."]


# --- read again ---------------------------------------------------------------------------------------------


def look_again(desk: Desk, now: datetime) -> int:
    """Read unsettled posts again; return how many that settled."""
    waiting = desk.store.unreadables_to_look_at(now - AGAIN, room(desk, "unreadable", AT_ONCE))
    found = {one.id: one for one in waiting}
    return sweep(desk, "unreadable", found, lambda row: _again(desk, found[row], now))


def _again(desk: Desk, one: Unreadable, now: datetime) -> bool:
    known = _known(desk, one)
    if _is_gone(desk, one, known):
        return _settled(desk, one, DELETED, known[1] if known else 0, by="desk", at=now)
    if known and not (one.is_edit and _is_newer(known[0], one)):
        return _settled(desk, one, CAME_AGAIN, known[1], by="desk", at=now)
    read = _read(desk, one)
    if isinstance(read, Unparsed):
        desk.store.unreadable_looked_at(one.id, _with_handle(read, one.glimpse), now)
        return False
    with desk.store.transaction():
        _taken_in(desk, read, now)
        found = desk.store.mention_of(read.ref.network, read.ref.post_id)
        return _settled(desk, one, READ_AGAIN, found[1] if found else 0, by="desk", at=now)


def _known(desk: Desk, one: Unreadable) -> tuple[Mention, int] | None:
    return desk.store.mention_of(one.network, one.post_id) if one.post_id else None


def _is_gone(desk: Desk, one: Unreadable, known: tuple[Mention, int] | None) -> bool:
    if known:
        return known[0].deleted_at is not None
    return bool(one.post_id) and one.post_id in desk.store.gone_among(one.network, [one.post_id])


def _is_newer(known: Mention, one: Unreadable) -> bool:
    """Return whether a stored edit is newer than the known text of its post."""
    return known.edited_at is None or known.edited_at < one.kept_at


def _read(desk: Desk, one: Unreadable) -> Mention | Unparsed:
    network = desk.networks.get((one.network, one.account))
    if network is None or not isinstance(network, ReadsAgain):
        return Unparsed(one.raw, one.why, one.post_id, one.glimpse)
    return network.read_again(one.raw, one.glimpse)


def _with_handle(read: Unparsed, known: Glimpse) -> Unparsed:
    """Return the post as read now, with the account from the stored row."""
    if read.glimpse.handle or read.glimpse.author_id != known.author_id:
        return read
    return replace(read, glimpse=replace(read.glimpse, handle=known.handle, url=known.url or read.glimpse.url))


def _taken_in(desk: Desk, post: Mention, now: datetime) -> None:
    (take_in_edit if desk.store.mention_of(post.ref.network, post.ref.post_id) else take_in)(desk, post, now)


def _settled(desk: Desk, one: Unreadable, how: str, case_id: int, *, by: str, at: datetime) -> bool:
    with desk.store.transaction():
        done = desk.store.settle_unreadable(one.id, how, by, case_id, at)
        if done:
            desk.store.note(f"unreadable_{how}", by, at, {"row": one.id, "case": case_id})
        if done and not desk.store.unreadable_count()[0]:
            said = ("Since ", at, " no post that could not be read waits for anybody.")
            desk.store.notices_settled(SHOW_THEM, said, at)
    return done


# --- by hand ------------------------------------------------------------------------------------------------


def open_case(desk: Desk, row: int, *, by: str, at: datetime, said: str = "") -> Case:
    """Open a case by hand from the readable part, with its time counted from the post's moment; return it.

    `said` are its words as typed by a person, if they cannot be read. If the post is known by now, or can be read,
    its case is returned. Raises Outdated if it was settled without a case, NotUsable for our own post.
    """
    one = desk.store.unreadable(row)
    if not one.settled_as and _mended(desk, one, at):
        one = desk.store.unreadable(row)
    if one.settled_as:
        return _decided(desk, one)
    if one.glimpse.ours:
        raise NotUsable("Our own account wrote this one, so there is nobody to answer. You can leave it out.")
    with desk.store.transaction():  # a post that came in since would open a second case
        known = _known(desk, one)
        case_id = known[1] if known else _opened(desk, one, by, at, said)
        if not case_id:
            raise Outdated("This post is known by now, and no case belongs to it. You can leave it out.")
        if not _settled(desk, one, OPENED, case_id, by=by, at=at):
            raise Outdated("Somebody decided on this one in the same instant. `/care unreadable` shows what is left.")
    return desk.store.case(case_id)


def _mended(desk: Desk, one: Unreadable, at: datetime) -> bool:
    """Return whether reading it again settles it; on a failure the case is opened from its readable part."""
    try:
        return _again(desk, one, at)
    except (OutOfService, Conflict, Refusal):
        raise
    except Exception:
        log.exception("unreadable.broken item=%s", one.id)
        return False


def _decided(desk: Desk, one: Unreadable) -> Case:
    if not one.case_id:
        who = f"<@{one.settled_by}>" if one.settled_by != "desk" else "The desk"
        raise Outdated(f"{who} has settled this one already, without a case.")
    return desk.store.case(one.case_id)


def _opened(desk: Desk, one: Unreadable, by: str, at: datetime, said: str) -> int:
    post = _by_hand(one, by)
    if not one.glimpse.text and (typed := said or _typed(desk, post)):
        post = replace(post, text=typed)
    take_in(desk, post, at, opened_by_hand(triage_of(desk, post)))
    found = desk.store.mention_of(post.ref.network, post.ref.post_id)
    return found[1] if found else 0


def _typed(desk: Desk, post: Mention) -> str:
    """Return the words that somebody added to the link of a post, or ""."""
    known = added_by_hand(desk, post.ref, post.url)
    return known[0].text if known else ""


def _by_hand(one: Unreadable, by: str) -> Mention:
    seen, where = one.glimpse, network_label(one.network)
    post_id = one.post_id or f"unreadable-{one.id}"
    return Mention(
        ref=PostRef(one.network, one.account, post_id),
        root_id=seen.root_id or post_id,
        parent_id=None,
        author=Author(id=seen.author_id or f"unknown-{one.id}", handle=seen.handle),
        text=seen.text or f"(the words could not be read; look on {where})",
        posted_at=seen.posted_at or one.kept_at,
        side=Side.THEIRS,
        url=seen.url,
        answerable=Answerable.UNKNOWN if one.post_id else Answerable.NO,
        why_not="" if one.post_id else f"This post could not be read, so a person has to answer it on {where}.",
        private=not seen.public,
        raw=one.raw or f"opened by {by}".encode(),
    )


def leave_out(desk: Desk, row: int, *, by: str, at: datetime) -> None:
    """Settle one without a case, since it needs no answer. Raises Outdated if it is settled."""
    one = desk.store.unreadable(row)
    if one.settled_as == LEFT_OUT and one.settled_by == by:
        return
    if one.settled_as or not _settled(desk, one, LEFT_OUT, 0, by=by, at=at):
        raise Outdated("That one is settled already. `/care unreadable` shows what is left.")
