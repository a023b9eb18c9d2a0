"""The audit trail: one chained line per event; ids, verbs, people and digests, never a text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import ANSWERS, DraftVerb, FactVerb
from bot.domain.cases.case import Case, Event
from bot.domain.replies.approval_terms import terms
from bot.ports.store import Line
from storage.audit import seal
from storage.audit.seal import BEGINNING
from storage.engine import rows
from storage.engine.base import Engine, Row, Write

DESK = 0

_WRITTEN = ("chain", "position", "at", "who", "verb", "facts")
ADD = rows.insert("audit", "chain position at who verb facts prev hash")
_HASH = "SELECT hash FROM audit WHERE chain = :chain AND position = :position"
_HASHES = f"""SELECT a.chain, a.hash FROM cases c JOIN audit a ON a.chain = c.id AND a.position = c.version
WHERE c.id IN ({rows.SOME})"""
_NEWEST = "SELECT position, hash FROM audit WHERE chain = :chain ORDER BY position DESC LIMIT 1"
_LINES = "SELECT chain, position, at, who, verb, facts, prev, hash FROM audit"
_ONE = f"{_LINES} WHERE chain = :chain AND position = :position"
_CHAIN = f"{_LINES} WHERE chain = :chain ORDER BY position"


def opened(engine: Engine, case: Case, event: Event) -> None:
    """Write the first line of a case."""
    facts = _of_opening(case, event)
    first = (case.id, case.version, rows.stored(event.at), event.by, event.verb.value, facts)
    _write(engine, _line_after(engine, BEGINNING, first))


def recorded(engine: Engine, before: Case, after: Case, event: Event) -> None:
    """Write the line of an event; its position is the version that the case has after it."""
    newest = engine.row(_HASH, {"chain": after.id, "position": before.version})
    _write(engine, line(engine, bytes(newest[0]) if newest else BEGINNING, before, after, event))


def newest(engine: Engine, case_ids: Sequence[int]) -> Mapping[int, bytes]:
    """Return the hash of the newest line of each case."""
    found = [row for some in rows.in_some(case_ids) for row in engine.rows(_HASHES, some)]
    return {chain: bytes(it) for chain, it in found}


def line(engine: Engine, prev: bytes, before: Case, after: Case, event: Event) -> Write:
    """Return what writes the line of an event that follows the line with the hash `prev`."""
    facts = rows.compact(_facts(before, after, event))
    return _line_after(engine, prev, (after.id, after.version, rows.stored(event.at), event.by, event.verb, facts))


def count(engine: Engine, written: Iterable[Mapping[str, Any]]) -> None:
    """Count lines into the seal, given the parameters with which they were written."""
    for one in written:
        seal.add(engine, one["position"], one["hash"])


def _write(engine: Engine, line: Write) -> None:
    engine.run(*line)
    count(engine, [line[1]])


def _line_after(engine: Engine, prev: bytes, line: Row) -> Write:
    params: dict[str, object] = dict(zip(_WRITTEN, line, strict=True))
    params["prev"] = prev
    params["hash"] = seal.hashed(engine.key, prev, line)
    return ADD, params


def _of_opening(case: Case, event: Event) -> str:
    follows = f',"follows":{case.follows}' if case.follows else ""
    segment = f'"segment":{rows.compact(case.segment)},' if case.segment else ""
    return f'{{"mention":{event.mention or case.latest}{follows},{segment}"to":"{case.state}"}}'


def _facts(before: Case, after: Case, event: Event) -> dict[str, object]:
    facts: dict[str, object] = {"from": before.state, "to": after.state}
    told = {
        "person": event.to,
        "mention": event.mention,
        "level": event.level,
        "priority": event.priority,
        "lane": event.lane,
        "approval": event.approval,
        "on_word": event.on_word,
        "moved": list(event.moved),
        "into": event.into,
    }
    facts |= {name: fact for name, fact in told.items() if fact}
    if after.segment != before.segment:
        facts["segment"] = after.segment
    if event.verb in ANSWERS and event.posted_at not in {None, event.at}:
        facts["public"] = event.posted_at.isoformat()
    if after.draft is not None and after.draft != before.draft:
        facts |= _of_draft(before, after, event)
    return facts


def _of_draft(before: Case, after: Case, event: Event) -> dict[str, object]:
    draft, was = after.draft, before.draft
    assert draft is not None  # noqa: S101 - the caller has looked; this tells the type checker
    facts: dict[str, object] = {"draft": draft.id, "version": draft.version, "draft_to": draft.state}
    if was is not None and was.id == draft.id:
        facts["draft_from"] = was.state
    if isinstance(event.verb, DraftVerb) or event.verb == FactVerb.STARTED:
        facts["digest"] = draft.digest
    if event.verb == DraftVerb.APPROVE and draft.approval is not None:
        facts |= {"approval": draft.approval.id, "terms": terms(draft)}
    if draft.attempt is not None and draft.attempt.post_id and event.verb == DraftVerb.DELIVERED:
        facts["post"] = draft.attempt.post_id
    return facts


class Audit:
    """The audit trail as the desk and its leads read it."""

    engine: Engine

    def note(self, verb: str, by: str, at: datetime, facts: Mapping[str, object]) -> None:
        with self.engine.transaction():
            self.engine.alone("audit of the desk")
            position, prev = self.engine.row(_NEWEST, {"chain": DESK}) or (0, BEGINNING)
            next_one = (DESK, position + 1, rows.stored(at), by, verb, rows.compact(dict(facts)))
            _write(self.engine, _line_after(self.engine, bytes(prev), next_one))

    def audit(self, chain: str) -> Sequence[Line]:
        return [_line(row) for row in self.engine.rows(_CHAIN, {"chain": number(chain)})]

    def audit_line(self, case_id: int, position: int) -> Line:
        row = self.engine.row(_ONE, {"chain": case_id, "position": position})
        if row is None:
            raise Unknown("There is no such line.")
        return _line(row)

    def since_approved(self, case: Case) -> Sequence[Line]:
        lines = seal.since_approved(self.engine, case.id)
        found = lines[1:]
        if not found or found[0].verb != DraftVerb.APPROVE or found[-1].position != case.version:
            return []
        if seal.is_before_the_key(found[0]):
            old = _line(found[0][:8])
            return [replace(old, facts={name: fact for name, fact in old.facts.items() if name != "terms"})]
        return [_line(row[:8]) for row in found] if seal.goes_on(self.engine.key, lines) else []


def number(chain: str) -> int:
    """Return how a chain ("case:412" or "desk") is numbered in its rows."""
    return DESK if chain == "desk" else int(chain.removeprefix("case:"))


def name(chain: int) -> str:
    """Return how people and facts call a chain."""
    return "desk" if chain == DESK else f"case:{chain}"


def _line(row: Row) -> Line:
    chain, position, at, who, verb, facts, _, found = row
    return Line(
        chain=name(chain),
        position=position,
        at=rows.at(at),
        by=who,
        verb=verb,
        facts=json.loads(facts),
        hash=bytes(found).hex(),
    )
