"""The audit trail: one line per event, chained by hashes; it has ids, verbs, people and digests, never a text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.audit.line import Line
from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import DraftVerb
from bot.domain.base.text import sha256_of
from bot.domain.cases import author_events, events, inquiry_events
from bot.domain.cases.apply_to_promises import Answer
from bot.domain.cases.case import Case
from bot.domain.cases.events import DraftEvent, Event, Opened
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.mentions import hiding_events
from bot.domain.reminders import reminder_events
from bot.domain.replies import draft_events
from bot.domain.replies.approval_terms import terms_digest
from bot.domain.replies.origins import Passages, shares
from storage.audit import seal
from storage.audit.seal import BEGINNING
from storage.engine import rows
from storage.engine.base import Engine, Row, Write
from storage.engine.origin_rows import written_origins

DESK = 0

_NAMES_SOMEBODY = (
    events.Claimed | events.Assigned | draft_events.Submitted | draft_events.ApproverAsked
    | reminder_events.Reminded | reminder_events.ClaimChecked | inquiry_events.InquiryAnswered
    | inquiry_events.InquiryLate
)  # fmt: skip
_ABOUT_A_POST = (
    events.AuthorWrote | events.WroteLightly | events.PostEdited | events.PostDeleted
    | events.MessagesSplitOff | events.LinkedPostArrived | events.TriageCorrected | events.Unjoined
    | hiding_events.OfHiding
)  # fmt: skip
_MOVES_POSTS = events.MessagesSplitOff | events.Joined | events.Unjoined
_NAMES_A_CASE = (
    events.TookIn | events.Unjoined | author_events.PeopleJoined | author_events.PeopleParted
    | author_events.ImpostorWrote | author_events.WroteAsUs | author_events.NoImpostor
)  # fmt: skip
_WORDED = draft_events.Started | draft_events.Edited
_OUT = draft_events.Delivered | draft_events.PartDelivered
_ON_WORD = _OUT | draft_events.Absent

_WRITTEN = ("chain", "position", "at", "who", "verb", "facts")
ADD = rows.insert("audit", "chain position at who verb facts prev hash")
_HASH = "SELECT hash FROM audit WHERE chain = :chain AND position = :position"
_HASHES = f"""SELECT a.chain, a.hash FROM cases c JOIN audit a ON a.chain = c.id AND a.position = c.version
WHERE c.id IN ({rows.SOME})"""
_NEWEST = "SELECT position, hash FROM audit WHERE chain = :chain ORDER BY position DESC LIMIT 1"
_LINES = "SELECT chain, position, at, who, verb, facts, prev, hash FROM audit"
_ONE = f"{_LINES} WHERE chain = :chain AND position = :position"
_CHAIN = f"{_LINES} WHERE chain = :chain ORDER BY position"


def write_opening(engine: Engine, case: Case, event: Opened) -> None:
    """Write the first line of a case."""
    facts = _of_opening(case, event)
    first = (case.id, case.version, rows.stored(event.at), event.by, event.verb.value, facts)
    _write(engine, _line_after(engine, BEGINNING, first))


def recorded(engine: Engine, before: Case, after: Case, event: Event) -> None:
    """Write the line of an event; its position is the case's version after the event."""
    newest = engine.row(_HASH, {"chain": after.id, "position": before.version})
    _write(engine, line(engine, bytes(newest[0]) if newest else BEGINNING, before, after, event))


def newest_hashes(engine: Engine, case_ids: Sequence[int]) -> Mapping[int, bytes]:
    """Return the hash of the newest line of each case."""
    found = [row for some in rows.in_some(case_ids) for row in engine.rows(_HASHES, some)]
    return {chain: bytes(it) for chain, it in found}


def line(engine: Engine, prev: bytes, before: Case, after: Case, event: Event) -> Write:
    """Return the statement that writes an event's line after the line with the hash `prev`."""
    facts = rows.compact(_facts(before, after, event))
    return _line_after(engine, prev, (after.id, after.version, rows.stored(event.at), event.by, event.verb, facts))


def count_into_seal(engine: Engine, written: Iterable[Mapping[str, Any]]) -> None:
    """Add lines to the seal, given the parameters with which they were written."""
    for one in written:
        seal.count_line(engine, one["chain"], one["position"], one["hash"])


def _write(engine: Engine, line: Write) -> None:
    engine.run(*line)
    count_into_seal(engine, [line[1]])


def _line_after(engine: Engine, prev: bytes, line: Row) -> Write:
    params: dict[str, object] = dict(zip(_WRITTEN, line, strict=True))
    params["prev"] = prev
    params["hash"] = seal.hashed(engine.key, prev, line)
    return ADD, params


def _of_opening(case: Case, event: Opened) -> str:
    follows = f',"follows":{case.follows}' if case.follows else ""
    segment = f'"segment":{rows.compact(case.segment)},' if case.segment else ""
    storm = f'"storm":{case.storm},' if case.storm else ""
    return f'{{"mention":{event.mention or case.latest}{follows},{segment}{storm}"to":"{case.state}"}}'


def _facts(before: Case, after: Case, event: Event) -> dict[str, object]:
    facts: dict[str, object] = {"from": before.state, "to": after.state}
    facts |= {name: fact for name, fact in _of_event(event).items() if fact}
    if after.segment != before.segment:
        facts["segment"] = after.segment
    if isinstance(event, Answer | draft_events.PartDelivered) and event.posted_at and event.posted_at != event.at:
        facts["public"] = event.posted_at.isoformat()
    if after.draft is not None and after.draft != before.draft:
        facts |= _of_draft(before, after, event)
    return facts


def _of_event(event: Event) -> dict[str, object]:
    """Return the event's facts for the trail: people, rows and words from fixed lists, never a text."""
    return {
        "person": event.to if isinstance(event, _NAMES_SOMEBODY) else "",
        "mention": _post(event),
        "level": event.level if isinstance(event, reminder_events.Reminded) else 0,
        "priority": event.priority if isinstance(event, events.Reprioritised) else "",
        "kind": _kind(event),
        "urgent": _urgent(event),
        "lane": event.lane if isinstance(event, draft_events.Approved) else "",
        "approval": event.approval if isinstance(event, draft_events.SoloRead) else 0,
        "on_word": event.on_word if isinstance(event, _ON_WORD) else False,
        "moved": list(event.moved) if isinstance(event, _MOVES_POSTS) else [],
        "other": event.other if isinstance(event, _NAMES_A_CASE) else 0,
        "into": event.into if isinstance(event, events.Joined) else 0,
        "inquiry": event.inquiry if isinstance(event, inquiry_events.OfInquiry) else 0,
        "storm": event.storm if isinstance(event, events.Folded) else 0,
        "why": event.why if isinstance(event, events.CameOut) else "",
        "how": event.how if isinstance(event, author_events.PeopleJoined) else "",
        "reason": sha256_of(event.reason) if isinstance(event, hiding_events.HidingAsked) else "",
        "channel": event.channel if isinstance(event, inquiry_events.Inquired) else "",
    }


def _kind(event: Event) -> str:
    if isinstance(event, events.Dismissed):
        return "" if event.kind == AsideKind.OTHER else event.kind
    return event.kind or "" if isinstance(event, events.TriageCorrected) else ""


def _urgent(event: Event) -> str:
    if not isinstance(event, events.TriageCorrected) or event.urgent is None:
        return ""
    return event.urgent.value or "no"


def _post(event: Event) -> int:
    if isinstance(event, _WORDED):
        return event.words.mention
    return event.mention if isinstance(event, _ABOUT_A_POST) else 0


def _of_draft(before: Case, after: Case, event: Event) -> dict[str, object]:
    draft, was = after.draft, before.draft
    assert draft is not None  # noqa: S101 - for the type checker: the caller has checked
    facts: dict[str, object] = {"draft": draft.id, "version": draft.version, "draft_to": draft.state}
    if was is not None and was.id == draft.id:
        facts["draft_from"] = was.state
    if isinstance(event, DraftEvent | draft_events.Started):
        facts["digest"] = draft.digest
    if isinstance(event, _WORDED) and draft.origins:
        facts |= _origins(draft.origins)
    if isinstance(event, draft_events.Approved) and draft.approval is not None:
        facts |= {"approval": draft.approval.id, "terms": terms_digest(draft)}
    if isinstance(event, _OUT) and event.post_id:
        facts["post"] = event.post_id
    if isinstance(event, _OUT) and draft.attempt is not None and draft.attempt.part:
        facts["part"] = draft.attempt.part
    return facts


def _origins(passages: Passages) -> dict[str, object]:
    """Return how many characters come from each origin, and the digest of all passages as they are stored."""
    counted = [[one.kind, one.name, many] for one, many in shares(passages).items()]
    return {"origins": counted, "passages": sha256_of(written_origins(passages))}


class Audit:
    """Queries of the audit trail for the desk and its leads."""

    engine: Engine

    def note(self, verb: str, by: str, at: datetime, facts: Mapping[str, object]) -> None:
        with self.engine.transaction():
            self.engine.exclusive("audit of the desk")
            position, prev = self.engine.row(_NEWEST, {"chain": DESK}) or (0, BEGINNING)
            next_one = (DESK, position + 1, rows.stored(at), by, verb, rows.compact(dict(facts)))
            _write(self.engine, _line_after(self.engine, bytes(prev), next_one))

    def audit(self, chain: str) -> Sequence[Line]:
        return [read_line(row) for row in self.engine.rows(_CHAIN, {"chain": chain_number(chain)})]

    def audit_line(self, case_id: int, position: int) -> Line:
        row = self.engine.row(_ONE, {"chain": case_id, "position": position})
        if row is None:
            raise Unknown("There is no such line.")
        return read_line(row)

    def since_approved(self, case: Case) -> Sequence[Line]:
        lines = seal.since_approved(self.engine, case.id)
        found = lines[1:]
        if not found or found[0].verb != DraftVerb.APPROVE or found[-1].position != case.version:
            return []
        if seal.is_before_the_key(found[0]):
            old = read_line(found[0][:8])
            return [replace(old, facts={name: fact for name, fact in old.facts.items() if name != "terms"})]
        return [read_line(row[:8]) for row in found] if seal.goes_on(self.engine.key, lines) else []


def chain_number(chain: str) -> int:
    """Return the number of a chain ("case:412" or "desk") in its rows."""
    return DESK if chain == "desk" else int(chain.removeprefix("case:"))


def chain_name(chain: int) -> str:
    """Return the name of a chain for people and in facts."""
    return "desk" if chain == DESK else f"case:{chain}"


def read_line(row: Row) -> Line:
    """Return a line of the trail from its row."""
    chain, position, at, who, verb, facts, _, found = row
    return Line(
        chain=chain_name(chain),
        position=position,
        at=rows.at(at),
        by=who,
        verb=verb,
        facts=json.loads(facts),
        hash=bytes(found).hex(),
    )
