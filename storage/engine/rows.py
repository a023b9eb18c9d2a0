"""How values of the domain lie in rows, and how rows become values again."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from bot.domain.base.moments import EPOCH
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.promises.promise import Pause, Promise, PromiseKind
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import Approval, Attempt, Draft, DraftKind, Outcome
from bot.domain.replies.solo import Lane
from bot.domain.slack.telling import Telling, Told, Urgency

PRIORITIES = tuple(Priority)  # the rank of a priority in the store is its place here
RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
Row = Sequence[Any]
NO_PAUSES = "[]"
MICROSECOND = timedelta(microseconds=1)
NEVER = 2**62  # microseconds; later than any due moment

compact = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode


def moment(stored: int | None) -> datetime | None:
    """Return the moment behind a nullable column."""
    return None if stored is None else EPOCH + timedelta(microseconds=stored)


def at(stored: int) -> datetime:
    """Return the moment behind a column that is always filled."""
    return EPOCH + timedelta(microseconds=stored)


def stored(moment: datetime | None) -> int | None:
    """Return a nullable moment as it is stored; raise TypeError for a naive datetime."""
    return None if moment is None else (moment - EPOCH) // MICROSECOND


def listed(written: str) -> list[str]:
    """Return a list of words that is stored as JSON."""
    return [str(one) for one in json.loads(written)]


def columns(names: str, prefix: str = "") -> str:
    """Return column names, given with blanks between them, as a list in SQL."""
    return ", ".join(f"{prefix}{name}" for name in names.split())


def assign(names: str) -> str:
    """Return the assignments of an UPDATE from parameters named like the columns."""
    return ", ".join(f"{name} = :{name}" for name in names.split())


def insert(table: str, names: str, tail: str = "") -> str:
    """Return the statement that adds one row from parameters named like its columns."""
    return f"INSERT INTO {table} ({columns(names)}) VALUES ({columns(names, ':')}) {tail}".rstrip()


# As the index of live drafts says it: a query that says it too finds them without all that were ever sent.
LIVE = "d.state NOT IN ('sent', 'withdrawn')"

AT_ONCE = 100
SOME = columns(" ".join(f"n{k}" for k in range(AT_ONCE)), ":")  # places for numbers, filled by in_some


def in_some(numbers: Sequence[int]) -> Iterator[dict[str, object]]:
    """Yield the parameters of a query over SOME numbers until it was asked about all of them; none is 0."""
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        yield {f"n{k}": some[k] if k < len(some) else 0 for k in range(AT_ONCE)}


POST = (
    "network account external_id root_id parent_id author_id author_handle author_name author_followers text "
    "posted_at side language media url answerable why_not raw private"
)

MENTION = f"id {POST} edited_at deleted_at"


def read_mention(row: Sequence[Any]) -> Mention:
    """Return the post behind a row of MENTION."""
    return Mention(
        id=row[0],
        ref=PostRef(row[1], row[2], row[3]),
        root_id=row[4],
        parent_id=row[5],
        author=Author(id=row[6], handle=row[7], name=row[8], followers=row[9]),
        text=row[10],
        posted_at=at(row[11]),
        side=Side(row[12]),
        language=row[13],
        media=row[14],
        url=row[15],
        answerable=Answerable(row[16]),
        why_not=row[17],
        raw=bytes(row[18]),
        private=bool(row[19]),
        edited_at=moment(row[20]),
        deleted_at=moment(row[21]),
    )


CASE = (
    "id network account root_id author_id author_handle author_name author_followers state version opened_at "
    "channel priority topic language assignee assigned_at latest latest_at first_response_at answered_at "
    "answer_url answered_by approved_by follows reason resurfaces_at ended_at deleted_at moved assigned_by "
    "segment private answered_lane assigned_note"
)
PROMISE = "id kind started_at within due_at nag_level nag_at kept_at dropped_at lapsed_at pauses"
DRAFT = (
    "id case_id state version kind target_network target_account target_post target_mention seen template "
    "template_text asked note stale why corrects submitted_at promised promised_at promised_within note_by facts"
)
WORDS = "text digest authors barred"
APPROVAL = (
    "id approved_by approved_at version digest target_network target_account target_post seen lane reason sends_at "
    "read_by read_at"
)
ATTEMPT = "id n key started_at outcome ended_at post_id url why looks look_at missed_at wait_until again_at"

_NEWEST = "(SELECT max(id) FROM promises WHERE case_id = c.id AND kind {})"
_PROMISES = tuple((alias, PROMISE) for alias in "prso")  # an answer, a solution, our own words, our own accord
_PARTS = (("c", CASE), *_PROMISES, ("d", DRAFT), ("v", WORDS), ("y", APPROVAL), ("t", ATTEMPT))
_CASES = f"""SELECT {", ".join(columns(names, f"{alias}.") for alias, names in _PARTS)}
FROM cases c
LEFT JOIN promises p ON p.id = {_NEWEST.format("IN ('first_response', 'next_response')")}
LEFT JOIN promises r ON r.id = {_NEWEST.format("= 'resolution'")}
LEFT JOIN promises s ON s.id = {_NEWEST.format("= 'spoken'")}
LEFT JOIN promises o ON o.id = {_NEWEST.format("= 'own_accord'")}
LEFT JOIN drafts d ON d.id = {{draft}}
LEFT JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
LEFT JOIN approvals y ON y.id = d.approval_id
LEFT JOIN attempts t ON t.id = d.attempt_id"""
CASES = _CASES.format(draft="(SELECT max(id) FROM drafts WHERE case_id = c.id)")  # whole cases, for read_case
CASES_AT_A_DRAFT = _CASES.format(draft=":draft")  # the same with one draft, be it the newest or not
_SIZES = [len(names.split()) for _, names in _PARTS]
_ENDS = [0, *accumulate(_SIZES)]


def read_case(row: Sequence[Any]) -> Case:
    """Return the case behind a row of CASES, with its newest promises and draft."""
    case, owed, solved, spoken, unasked, draft, *its = (row[start:end] for start, end in pairwise(_ENDS))
    return Case(
        id=case[0],
        network=case[1],
        account=case[2],
        root_id=case[3],
        author=Author(id=case[4], handle=case[5], name=case[6], followers=case[7]),
        state=CaseState(case[8]),
        version=case[9],
        opened_at=at(case[10]),
        channel=case[11],
        priority=PRIORITIES[case[12]],
        topic=case[13],
        language=case[14],
        assignee=case[15],
        assigned_at=moment(case[16]),
        latest=case[17],
        latest_at=moment(case[18]),
        first_response_at=moment(case[19]),
        answered_at=moment(case[20]),
        answer_url=case[21],
        answered_by=case[22],
        approved_by=case[23],
        follows=case[24],
        reason=case[25],
        resurfaces_at=moment(case[26]),
        ended_at=moment(case[27]),
        deleted_at=moment(case[28]),
        moved=case[29],
        assigned_by=case[30],
        segment=case[31],
        private=bool(case[32]),
        answered_lane=Lane(case[33]),
        assigned_note=case[34],
        promise=read_promise(owed) if owed[0] is not None else None,
        resolution=read_promise(solved) if solved[0] is not None else None,
        spoken=read_promise(spoken) if spoken[0] is not None else None,
        own_accord=read_promise(unasked) if unasked[0] is not None else None,
        draft=_read_draft(draft, *its) if draft[0] is not None else None,
    )


def read_promise(row: Row) -> Promise:
    """Return the promise behind a row of PROMISE."""
    return Promise(
        id=row[0],
        kind=PromiseKind(row[1]),
        started_at=at(row[2]),
        within=timedelta(microseconds=row[3]),
        due_at=at(row[4]),
        nag_level=row[5],
        nag_at=moment(row[6]),
        kept_at=moment(row[7]),
        dropped_at=moment(row[8]),
        lapsed_at=moment(row[9]),
        pauses=read_pauses(row[10]),
    )


def read_pauses(written: str) -> tuple[Pause, ...]:
    """Return the pauses of a promise; nearly always there are none."""
    if written == NO_PAUSES:
        return ()
    return tuple((at(since), moment(until)) for since, until in json.loads(written))


def written_pauses(pauses: Sequence[Pause]) -> str:
    """Return the pauses of a promise as they are stored."""
    return compact([[stored(since), stored(until)] for since, until in pauses]) if pauses else NO_PAUSES


def _read_draft(row: Row, words: Row, yes: Row, tried: Row) -> Draft:
    return Draft(
        id=row[0],
        case_id=row[1],
        state=DraftState(row[2]),
        version=row[3],
        kind=DraftKind(row[4]),
        target=PostRef(row[5], row[6], row[7]),
        target_mention=row[8],
        seen=row[9],
        template=row[10],
        template_text=row[11],
        asked=row[12],
        note=row[13],
        stale=row[14],
        why=row[15],
        corrects=row[16],
        submitted_at=moment(row[17]),
        spoken=_read_spoken(row[18], row[19], row[20]),
        note_by=row[21],
        facts=json.loads(row[22]),
        text=words[0] or "",  # no such version: somebody changed the database
        digest=words[1] or "",
        authors=tuple(json.loads(words[2] or "[]")),
        barred=tuple(json.loads(words[3] or "[]")),
        approval=_read_approval(yes) if yes[0] is not None else None,
        attempt=_read_attempt(tried) if tried[0] is not None else None,
    )


def _read_spoken(phrase: str, due_at: int | None, within: int | None) -> Spoken | None:
    if due_at is None:
        return None
    return Spoken(phrase=phrase, due_at=at(due_at), within=None if within is None else timedelta(microseconds=within))


def _read_approval(row: Sequence[Any]) -> Approval:
    return Approval(
        id=row[0],
        by=row[1],
        at=at(row[2]),
        version=row[3],
        digest=row[4],
        target=PostRef(row[5], row[6], row[7]),
        seen=row[8],
        lane=Lane(row[9]),
        reason=row[10],
        sends_at=moment(row[11]),
        read_by=row[12],
        read_at=moment(row[13]),
    )


def _read_attempt(row: Sequence[Any]) -> Attempt:
    return Attempt(
        id=row[0],
        n=row[1],
        key=row[2],
        started_at=at(row[3]),
        outcome=Outcome(row[4]) if row[4] is not None else None,
        ended_at=moment(row[5]),
        post_id=row[6],
        url=row[7],
        why=row[8],
        looks=row[9],
        look_at=moment(row[10]),
        missed_at=moment(row[11]),
        wait_until=moment(row[12]),
        again_at=moment(row[13]),
    )


def read_telling(row: Sequence[Any]) -> Telling:
    """Return the telling behind a row of tellings.SELECT."""
    return Telling(
        id=row[0],
        case_id=row[1],
        kind=Told(row[2]),
        about=row[3],
        recipient=row[4],
        channel=row[5],
        ts=row[6],
        thread_ts=row[7],
        wanted=row[8],
        shown=row[9],
        urgency=Urgency(row[10]),
        started_at=moment(row[11]),
        tries=row[12],
        retry_at=moment(row[13]),
        due_at=None if row[14] == NEVER else at(row[14]),
        since=at(row[15]),
    )
