"""Converts values of the domain to rows, and rows to values."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from enum import Enum
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from bot.domain.base.moments import EPOCH
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.promises.promise import Pause, Promise, PromiseKind
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import Approval, Attempt, Draft, DraftKind, Outcome, WhyStale, WhyWithdrawn
from bot.domain.replies.parts import ONE, Split
from bot.domain.replies.solo import Lane
from bot.domain.slack.telling import Telling, TellingKind, Urgency
from storage.engine.origin_rows import read_origins
from storage.engine.row_shapes import (
    ApprovalRow,
    AttemptRow,
    CaseRow,
    DraftRow,
    MentionRow,
    PromiseRow,
    TellingRow,
    WordsRow,
)

PRIORITIES = tuple(Priority)  # a priority is stored as its index here
RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
Row = Sequence[Any]
NO_PAUSES = NO_POSTS = UNCUT = "[]"
MICROSECOND = timedelta(microseconds=1)
NEVER = 2**62  # microseconds; later than any due moment

compact = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode


def moment(stored: int | None) -> datetime | None:
    """Return the moment in a nullable column."""
    return None if stored is None else EPOCH + timedelta(microseconds=stored)


def at(stored: int) -> datetime:
    """Return the moment in a column that is never NULL."""
    return EPOCH + timedelta(microseconds=stored)


def stored(moment: datetime | None) -> int | None:
    """Return a moment (or None) as it is stored, in microseconds; raise TypeError for a naive datetime."""
    return None if moment is None else (moment - EPOCH) // MICROSECOND


def json_list(written: str) -> list[str]:
    """Return a list of words that is stored as JSON."""
    return [str(one) for one in json.loads(written)]


def names(shape: type[NamedTuple]) -> str:
    """Return the names of a shape's columns, separated by spaces."""
    return " ".join(shape._fields)


def columns(names: str, prefix: str = "") -> str:
    """Return column names, given separated by spaces, as a list in SQL."""
    return ", ".join(f"{prefix}{name}" for name in names.split())


def is_there(part: Sequence[Any]) -> bool:
    """Return whether a LEFT JOIN found this part of a row: its first column is its id."""
    return part[0] is not None


def assignments(names: str) -> str:
    """Return the assignments of an UPDATE from parameters named like the columns."""
    return ", ".join(f"{name} = :{name}" for name in names.split())


def insert(table: str, names: str, tail: str = "") -> str:
    """Return the statement that adds one row from parameters named like its columns."""
    return f"INSERT INTO {table} ({columns(names)}) VALUES ({columns(names, ':')}) {tail}".rstrip()


# The condition of the index of live drafts: a query with it does not scan all drafts that were ever sent.
LIVE = "d.state NOT IN ('sent', 'withdrawn')"

AT_ONCE = 100
SOME = columns(" ".join(f"n{k}" for k in range(AT_ONCE)), ":")  # placeholders for numbers, filled by in_some


def in_some(numbers: Sequence[int]) -> Iterator[dict[str, object]]:
    """Yield the parameters of a query over SOME numbers, in portions until all are covered; unused places are 0."""
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        yield {f"n{k}": some[k] if k < len(some) else 0 for k in range(AT_ONCE)}


POST = (
    "network account external_id root_id parent_id author_id author_handle author_name author_followers text "
    "posted_at side language media url answerable why_not raw private answerable_until stars written_with revised_at "
    "editable_until"
)

MENTION = f"id {POST} edited_at deleted_at said_before stars_before"


class _StoredAs(NamedTuple):
    """The functions that read a field's value from its column, and write it into it."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _as_it_is(value: object) -> object:
    return value


_SAME = _StoredAs(_as_it_is, _as_it_is)
# By the type of the field; any other enumeration is stored as its value.
_BY_TYPE: Mapping[object, _StoredAs] = {
    str: _SAME,
    int: _SAME,
    bool: _StoredAs(bool, int),
    datetime: _StoredAs(at, stored),
    datetime | None: _StoredAs(moment, stored),
    Priority: _StoredAs(PRIORITIES.__getitem__, RANK.__getitem__),
}


def _stored_as(kind: object) -> _StoredAs:
    if isinstance(kind, type) and issubclass(kind, Enum) and kind not in _BY_TYPE:
        return _StoredAs(kind, attrgetter("value"))
    return _BY_TYPE[kind]


# The fields of a case that have a column of their name. Its author has several, its promises and draft have rows.
_CASE = {one.name: _stored_as(one.type) for one in fields(Case) if one.name in CaseRow._fields}
_READ_OTHERWISE = [(name, kind.read) for name, kind in _CASE.items() if kind.read is not _as_it_is]
CASE_FIELDS = frozenset(_CASE)


def mention_row(found: Row) -> MentionRow:
    """Return a row of MENTION, followed by its case's number, with named columns."""
    return MentionRow._make(found)


def read_mention(found: Row) -> Mention:
    """Return the post of a row of MENTION, which is followed by its case's number."""
    row = MentionRow._make(found)
    return Mention(
        id=row.id,
        ref=PostRef(row.network, row.account, row.external_id),
        root_id=row.root_id,
        parent_id=row.parent_id,
        author=Author(
            id=row.author_id, handle=row.author_handle, name=row.author_name, followers=row.author_followers
        ),
        text=row.text,
        posted_at=at(row.posted_at),
        side=Side(row.side),
        language=row.language,
        media=row.media,
        url=row.url,
        answerable=Answerable(row.answerable),
        why_not=row.why_not,
        raw=bytes(row.raw),
        private=bool(row.private),
        answerable_until=moment(row.answerable_until),
        stars=row.stars,
        written_with=row.written_with,
        revised_at=moment(row.revised_at),
        editable_until=moment(row.editable_until),
        edited_at=moment(row.edited_at),
        deleted_at=moment(row.deleted_at),
        said_before=row.said_before,
        stars_before=row.stars_before,
    )


PROMISE = names(PromiseRow)

_NEWEST = "(SELECT max(id) FROM promises WHERE case_id = c.id AND kind {})"
_PARTS = (
    ("c", CaseRow),
    ("p", PromiseRow),  # an answer
    ("r", PromiseRow),  # a solution
    ("s", PromiseRow),  # what our own words promised
    ("o", PromiseRow),  # a decision on a draft of our own accord
    ("d", DraftRow),
    ("v", WordsRow),
    ("y", ApprovalRow),
    ("t", AttemptRow),
)
_CASES = f"""SELECT {", ".join(columns(names(shape), f"{alias}.") for alias, shape in _PARTS)}
FROM cases c
LEFT JOIN promises p ON p.id = {_NEWEST.format("IN ('first_response', 'next_response')")}
LEFT JOIN promises r ON r.id = {_NEWEST.format("= 'resolution'")}
LEFT JOIN promises s ON s.id = {_NEWEST.format("= 'spoken'")}
LEFT JOIN promises o ON o.id = {_NEWEST.format("= 'own_accord'")}
LEFT JOIN drafts d ON d.id = {{draft}}
LEFT JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
LEFT JOIN approvals y ON y.id = d.approval_id
LEFT JOIN attempts t ON t.id = d.attempt_id"""
CASES = _CASES.format(draft="(SELECT max(id) FROM drafts WHERE case_id = c.id)")  # complete cases, for read_case
CASES_AT_A_DRAFT = _CASES.format(draft=":draft")  # the same with a given draft instead of the newest
_ENDS = [0, *accumulate(len(shape._fields) for _, shape in _PARTS)]


def read_case(row: Row) -> Case:
    """Return the case of a row of CASES, with its newest promises and draft."""
    first, owed, solved, spoken, unasked, draft, *its = (row[start:end] for start, end in pairwise(_ENDS))
    found = dict(zip(CaseRow._fields, first, strict=True))
    for name, read in _READ_OTHERWISE:
        found[name] = read(found[name])
    author = Author(
        id=found.pop("author_id"),
        handle=found.pop("author_handle"),
        name=found.pop("author_name"),
        followers=found.pop("author_followers"),
    )
    return Case(
        **found,
        author=author,
        promise=read_promise(owed) if is_there(owed) else None,
        resolution=read_promise(solved) if is_there(solved) else None,
        spoken=read_promise(spoken) if is_there(spoken) else None,
        own_accord=read_promise(unasked) if is_there(unasked) else None,
        draft=_read_draft(draft, *its) if is_there(draft) else None,
    )


def case_writer(names: Sequence[str]) -> Callable[[Case], dict[str, object]]:
    """Return the function that returns the columns of these fields of a case, as they are stored."""
    of_case = attrgetter(*names)
    otherwise = [(name, _CASE[name].write) for name in names if _CASE[name].write is not _as_it_is]

    def written(case: Case) -> dict[str, object]:
        found = dict(zip(names, of_case(case), strict=True))
        for name, write in otherwise:
            found[name] = write(found[name])
        return found

    return written


def read_promise(found: Row) -> Promise:
    """Return the promise of a row of PROMISE."""
    row = PromiseRow._make(found)
    return Promise(
        id=row.id,
        kind=PromiseKind(row.kind),
        started_at=at(row.started_at),
        within=timedelta(microseconds=row.within),
        due_at=at(row.due_at),
        next_level=row.nag_level,
        remind_at=moment(row.nag_at),
        kept_at=moment(row.kept_at),
        dropped_at=moment(row.dropped_at),
        lapsed_at=moment(row.lapsed_at),
        pauses=read_pauses(row.pauses),
    )


def read_pauses(written: str) -> tuple[Pause, ...]:
    """Return the pauses of a promise; most promises have none."""
    if written == NO_PAUSES:
        return ()
    return tuple((at(since), moment(until)) for since, until in json.loads(written))


def written_pauses(pauses: Sequence[Pause]) -> str:
    """Return the pauses of a promise as they are stored."""
    return compact([[stored(since), stored(until)] for since, until in pauses]) if pauses else NO_PAUSES


def _read_draft(found: Row, its_words: Row, yes: Row, tried: Row) -> Draft:
    row, words = DraftRow._make(found), WordsRow._make(its_words)
    return Draft(
        id=row.id,
        case_id=row.case_id,
        state=DraftState(row.state),
        version=row.version,
        kind=DraftKind(row.kind),
        target=PostRef(row.target_network, row.target_account, row.target_post),
        target_mention=row.target_mention,
        seen=row.seen,
        template=row.template,
        template_text=row.template_text,
        asked=row.asked,
        note=row.note,
        stale=WhyStale(row.stale),
        why=row.why,
        corrects=row.corrects,
        submitted_at=moment(row.submitted_at),
        spoken=_read_spoken(row.promised, row.promised_at, row.promised_within),
        note_by=row.note_by,
        facts=json.loads(row.facts),
        why_withdrawn=WhyWithdrawn(row.why_withdrawn),
        text=words.text or "",  # a missing version: somebody changed the database by hand
        digest=words.digest or "",
        authors=tuple(json.loads(words.authors or "[]")),
        barred=tuple(json.loads(words.barred or "[]")),
        split=read_split(words.cuts, words.numbered),
        origins=read_origins(words.origins),
        also=_posts(row.also),
        done=row.done,
        posts=_posts(row.posts),
        dropped=row.dropped,
        approval=_read_approval(yes) if is_there(yes) else None,
        attempt=_read_attempt(tried) if is_there(tried) else None,
    )


def read_split(cuts: str | None, numbered: int | None) -> Split:
    """Return where a version is cut; most are not."""
    return ONE if cuts in {None, UNCUT} else Split(tuple(json.loads(cuts)), bool(numbered))


def _posts(written: str) -> tuple[str, ...]:
    """Return ids of posts; most drafts have none."""
    return () if written == NO_POSTS else tuple(json.loads(written))


def _read_spoken(phrase: str, due_at: int | None, within: int | None) -> Spoken | None:
    if due_at is None:
        return None
    return Spoken(phrase=phrase, due_at=at(due_at), within=None if within is None else timedelta(microseconds=within))


def _read_approval(found: Row) -> Approval:
    row = ApprovalRow._make(found)
    return Approval(
        id=row.id,
        by=row.approved_by,
        at=at(row.approved_at),
        version=row.version,
        digest=row.digest,
        target=PostRef(row.target_network, row.target_account, row.target_post),
        seen=row.seen,
        lane=Lane(row.lane),
        reason=row.reason,
        sends_at=moment(row.sends_at),
        read_by=row.read_by,
        read_at=moment(row.read_at),
        done=row.done,
    )


def _read_attempt(found: Row) -> Attempt:
    row = AttemptRow._make(found)
    return Attempt(
        id=row.id,
        n=row.n,
        key=row.key,
        started_at=at(row.started_at),
        outcome=Outcome(row.outcome) if row.outcome is not None else None,
        ended_at=moment(row.ended_at),
        post_id=row.post_id,
        url=row.url,
        why=row.why,
        looks=row.looks,
        look_at=moment(row.look_at),
        missed_at=moment(row.missed_at),
        wait_until=moment(row.wait_until),
        again_at=moment(row.again_at),
        part=row.part,
    )


def read_telling(found: Row) -> Telling:
    """Return the telling of a row of tellings.SELECT."""
    row = TellingRow._make(found)
    return Telling(
        id=row.id,
        case_id=row.case_id,
        kind=TellingKind(row.kind),
        about=row.about,
        recipient=row.recipient,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        wanted=row.wanted,
        shown=row.shown,
        anew=row.anew,
        urgency=Urgency(row.urgency),
        started_at=moment(row.started_at),
        tries=row.tries,
        retry_at=moment(row.retry_at),
        due_at=None if row.due_at == NEVER else at(row.due_at),
        since=at(row.since),
    )
