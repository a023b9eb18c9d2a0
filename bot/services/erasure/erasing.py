"""Erases what the desk holds about an author, case by case, and reports what could not be erased.

Each case is one transaction. What a kill has left is done by the next round: the erasure is noted down first.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.base.moments import in_full
from bot.domain.base.refusals import NotUsable, Refusal, Unknown
from bot.domain.base.tables import GOING_ON, CaseState
from bot.domain.base.text import clean
from bot.domain.base.word_caches import ERASED, people_were_erased
from bot.domain.cases import author_events, events
from bot.domain.erasure.erasure import ErasedElsewhere, ErasureReport, KnownAuthor, PendingErasure
from bot.domain.mentions.mention import Side
from bot.domain.replies import draft_events
from bot.ports import Conflict, Desk
from bot.ports.network_kind import network_kinds, network_label
from bot.services.mentions.author_wrote_again import wrote_again
from bot.services.mentions.intake import open_case

log = logging.getLogger(__name__)

BY = "command line"
_AGAIN = "A restore of one erases them again by itself, with the same trail.key and the list erased.list."
_MOST_NAMED = 20  # cases in one sentence
_REASON = "What we held about this customer was erased"


def authors_to_erase(desk: Desk, handle: str, network: str) -> list[KnownAuthor]:
    """Return who has this handle or id, or where they have no handle this name.

    Raises Unknown where nobody has, NotUsable where a name means several.
    """
    handle, network = clean(handle).strip(), _network(clean(network))
    if not handle.strip("@"):
        raise NotUsable("Please name whom to erase: their handle, or their id.")
    found = list(desk.store.authors_called(handle, network))
    if not found:
        raise Unknown(_nobody(handle, network))
    by_name = [one for one in found if not one.handle and one.author_id != handle]
    if len(by_name) > 1:
        ids = ", ".join(f"{one.author_id} on {network_label(one.network)}" for one in by_name)
        raise NotUsable(f"Several people are called {handle}. Please erase by id: {ids}.")
    return found


def _network(said: str) -> str:
    """Return a network's name, where it may have been called as people write it: X, Google Play."""
    said = " ".join(said.casefold().split())
    called = (one.name for one in network_kinds().values() if said in (one.name.casefold(), one.label.casefold()))
    return next(called, said) if said else ""


def _nobody(handle: str, network: str) -> str:
    where = f" on {network_label(network)}" if network else ""
    known = network_kinds()
    other = "" if not network or network in known else f" Networks are called {', '.join(known)}."
    return f"Nothing is held here about {handle}{where}.{other} What was begun before goes on by itself."


def erase_author(desk: Desk, network: str, author_id: str, now: datetime) -> ErasureReport:
    """Erase an author, and return what was erased and what could not be."""
    with desk.store.transaction():
        desk.store.hold_intake_back()  # what is just coming in is held by now, or comes too late
        desk.store.begin_erasure(network, author_id, BY, now)
        desk.store.note("erasure_begun", BY, now, {"network": network})
    return carry_on(desk, now)


def carry_on(desk: Desk, now: datetime) -> ErasureReport:
    """Do all erasures that were begun, also those that a kill has left; return what was done."""
    report = ErasureReport()
    for one in desk.store.pending_erasures():
        report = report.plus(_erase(desk, one, now))
        _tell_of_erased_people(desk)
    _take_out_left(desk, now)
    return report


def _take_out_left(desk: Desk, now: datetime) -> None:
    """Take traces of people who were erased before out of texts that have come to an end since."""
    with desk.store.transaction():
        for network, texts in desk.store.erase_traces_left():
            if texts:
                _note_traces(desk, network, texts, now)
                _tell_of_erased_people(desk)


def _tell_of_erased_people(desk: Desk) -> None:
    """Have every running desk empty its memory of words and names."""
    people_were_erased()
    desk.store.tell_desks(ERASED)


def _erase(desk: Desk, one: PendingErasure, now: datetime) -> ErasureReport:
    network, author, until = one.network, one.author_id, one.asked_at
    known = desk.store.cases_to_erase(network, author, until)
    same = [sentence for case in known for sentence in _also_known(desk, case)]
    elsewhere = _elsewhere(desk, one, now)  # first: their words tell what to look for
    called = desk.store.handles_of(network, author, until)
    notices = sum(desk.store.erase_notices(handle, now) for handle in called)
    unreadable = desk.store.erase_unreadable(network, author, called, now)  # first: the cases know the handles
    loose = 0
    while found := desk.store.erase_posts(network, author, until, now):  # first: a new case takes loose posts in
        loose += found
    cases, posts, waiting = _cases(desk, one, now)
    if not waiting:
        _end(desk, one, now)
    left = (*waiting, *dict.fromkeys(same), *_names_them(elsewhere), *_what_stays(desk, now))
    return ErasureReport(
        cases=cases,
        posts=posts + loose,
        unreadable=unreadable,
        notices=notices,
        elsewhere=elsewhere.gone,
        left=left,
        done=not waiting,
    )


def _elsewhere(desk: Desk, one: PendingErasure, now: datetime) -> ErasedElsewhere:
    """Take the person's name and words out of what belongs to no case of theirs."""
    with desk.store.transaction():
        found = desk.store.erase_elsewhere(one.network, one.author_id, one.asked_at)
        if found.gone:
            _note_traces(desk, one.network, found.gone, now)
    return found


def _note_traces(desk: Desk, network: str, texts: Sequence[str], now: datetime) -> None:
    desk.store.note("traces_erased", BY, now, {"network": network, "texts": len(texts)})


_FOR_NOW = "has their name or words, and keeps them for now: it waits, or goes out, as people read it."
_LATER = "The desk takes them out by itself when it has come to an end."


def _names_them(elsewhere: ErasedElsewhere) -> Iterator[str]:
    for what in elsewhere.stays:
        yield f"{what[0].upper()}{what[1:]} {_FOR_NOW} {_LATER}"
    if elsewhere.cases:
        first = ", ".join(str(one) for one in elsewhere.cases[:_MOST_NAMED])
        more = f" and {len(elsewhere.cases) - _MOST_NAMED} more" if len(elsewhere.cases) > _MOST_NAMED else ""
        yield f"What was written for other customers names them: case {first}{more}. Please look there."


def _cases(desk: Desk, one: PendingErasure, now: datetime) -> tuple[int, int, list[str]]:
    """Erase each case that can be; return how many cases and posts, and why others wait."""
    cases, posts, waiting = 0, 0, []
    for number in desk.store.cases_to_erase(one.network, one.author_id, one.asked_at):
        try:
            posts += erase_case(desk, number, one.network, one.author_id, by=BY, at=now, until=one.asked_at)
            cases += 1
        except (Refusal, Conflict) as later:
            log.info("erasing.waits case=%d kind=%s", number, type(later).__name__)
            waiting.append(f"Case {number} waits: a reply may be on its way. It is erased once that is settled.")
    return cases, posts, waiting


def erase_case(
    desk: Desk, number: int, network: str, author_id: str, *, by: str, at: datetime, until: datetime | None = None
) -> int:
    """End a case where it goes on, and erase it, in one transaction; return how many posts were. Raises Refusal.

    What its author wrote after `until` was not asked to be erased: it goes on as a new case. Without it all goes.
    """
    with desk.store.transaction():
        case = desk.store.case(number)
        if case.state in GOING_ON:
            case = desk.store.record(case, events.Solved(by=by, at=at, reason=_REASON))
        if case.draft is not None and case.draft.live:  # of a case that had ended before
            case = desk.store.record(case, draft_events.Withdrawn(by=by, at=at))
        if case.state != CaseState.CLOSED:
            desk.store.record(case, events.Closed(by=by, at=at))
        newest = max((one.posted_at for one in desk.store.mentions(number)), default=at)
        posts = desk.store.erase_posts(network, author_id, until or max(at, newest), at, number)
        for key in desk.store.reply_keys(number):
            desk.forget_sealed(key)
        desk.store.erase_case(number, network, author_id)
        desk.store.record(desk.store.case(number), author_events.Erased(by=by, at=at))
        desk.store.redraw_storms_with(number, at)
        _go_on_with_later(desk, number, author_id, at)
    return posts


def _go_on_with_later(desk: Desk, number: int, author_id: str, at: datetime) -> None:
    """Open a case for the posts of the author that were not erased, owed since the first of them."""
    later = [one for one in desk.store.mentions(number) if one.side == Side.THEIRS and one.author.id == author_id]
    if not later:
        return
    first, *others = later
    case = open_case(desk, first, first.id, at, since=min(first.posted_at, at))
    desk.store.move_mentions([one.id for one in later], case.id)
    for one in others:
        case = wrote_again(desk, case, one, one.id, at, since=min(one.posted_at, at))


def _end(desk: Desk, one: PendingErasure, now: datetime) -> None:
    with desk.store.transaction():
        desk.store.end_erasure(one.id, now)
        desk.store.note("erasure_ended", BY, now, {"network": one.network})
    desk.store.scrub()


def _also_known(desk: Desk, case_id: int) -> Iterator[str]:
    """Yield a sentence for each other network on which somebody joined the author with another one."""
    case = desk.store.case(case_id)
    for other in desk.store.same_people(case.network, case.author.id):
        where = f"{network_label(other.network)}, too (case {other.case_id})"
        yield f"They are said to be somebody on {where}. Erase that as well where it is asked for."


def _what_stays(desk: Desk, now: datetime) -> Iterator[str]:
    yield "What people typed in Slack stays there; the desk changes its own messages only, at Slack's pace."
    yield "On the network nothing was deleted: our public replies stay where they are."
    yield "Posts of other people that name them stay."
    yield "Files that somebody exported or proved are not known here: please delete them where they are kept."
    yield (
        "The audit trail keeps what was done when, by which teammate, digests of our words and ids of our posts; no "
        "name, no words. X makes the id of a private message from the numbers of both accounts, and Google Play "
        "that of our reply from the review's."
    )
    yield (
        "Copies that an update or a restore kept beside the database (heard.db.before-...) still have it. Please "
        "delete those that nobody needs."
    )
    policy = desk.backups.policy if desk.backups else None
    if policy is None:
        yield f"Copies of the database that are kept elsewhere still have it. {_AGAIN}"
    else:
        until = in_full(now + policy.every * policy.keep)
        yield (
            f"Backups from before still have it. The desk's own, {desk.backups.count() if desk.backups else 0} now, "
            f"are gone by {until}; of others it knows nothing. {_AGAIN}"
        )
