"""Puts together what proves a case, and the whole trail, as documents that others check without the desk's key."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby, product
from operator import attrgetter
from typing import Any

from bot.domain.audit.public_digests import BEGINNING, ToldChain, ToldDay, TrailLine, WholeHead, further, path_to
from bot.domain.base.moments import of_micros
from bot.domain.base.refusals import NotUsable, Unknown
from bot.domain.base.tables import DraftVerb, FactVerb
from bot.domain.replies.approval_terms import terms_digest, terms_of
from bot.domain.replies.draft import Approval, Attempt, Draft
from bot.ports.proofs import DraftVersion, Proofs, ReplyRecord

CASE_FORMAT, TRAIL_FORMAT = "heard-proof-1", "heard-trail-1"
HIGHEST = 2**63 - 1  # a number above it fits into no row
_OUT = frozenset({DraftVerb.DELIVERED, DraftVerb.PART_DELIVERED})
Document = dict[str, object]
ToldFacts = tuple[str, Mapping[str, Any]]  # a line's verb and facts


def prove_case(store: Proofs, case_id: int, now: datetime) -> Document:
    """Return the proof of a case; raise Unknown without such a case, NotUsable when its trail was changed."""
    with store.snapshot():
        lines = store.lines_of_case(case_id) if 1 <= case_id <= HIGHEST else ()
        if not lines:
            raise Unknown(f"There is no case {case_id} here.")
        if not store.is_whole(f"case:{case_id}"):
            raise NotUsable(f"The trail of case {case_id} was changed, so it proves nothing. See docs/trail.md.")
        records, told = store.records_of(case_id), [(line.verb, json.loads(line.facts)) for line in lines]
        return {
            "format": CASE_FORMAT,
            "case": case_id,
            "made_at": moment_text(now),
            "people": _people(store, lines, records),
            "lines": [line_document(one) for one in lines],
            "digest": digest_of(lines).hex(),
            "told": [told_document(case_id, day, chains) for day, chains in store.told_of(case_id)],
            "replies": [_reply(one, told) for one in records],
        }


def whole_trail(store: Proofs, now: datetime) -> Iterator[Document]:
    """Yield the documents of the whole trail: a first one, the days, the lines, and the head of all chains."""
    head, chains, many = WholeHead(), 0, 0
    yield {"format": TRAIL_FORMAT, "made_at": moment_text(now)}
    for day, told in store.told_days():
        yield _day(day) | {"chains": [[one.chain, one.position, one.digest.hex()] for one in told]}
    for chain, found in groupby(store.every_line(), key=attrgetter("chain")):
        digest, line = BEGINNING, None
        for line in found:
            digest = further(digest, line)
            many += 1
            yield line_document(line) | {"chain": chain}
        assert line is not None  # noqa: S101 - for the type checker: no group is empty
        head.add(ToldChain(chain, line.position, digest))
        chains += 1
    yield {"chains": chains, "lines": many, "head": head.head()}


def line_document(line: TrailLine) -> Document:
    """Return a line of the trail as it stands in a document."""
    moment = moment_text(of_micros(line.at))
    return {"position": line.position, "at": moment, "who": line.who, "verb": line.verb, "facts": line.facts}


def digest_of(lines: Sequence[TrailLine]) -> bytes:
    """Return the digest of a chain after these lines, from its first on."""
    digest = BEGINNING
    for line in lines:
        digest = further(digest, line)
    return digest


def moment_text(at: datetime) -> str:
    """Return a moment as it stands in a document."""
    return at.isoformat(timespec="microseconds")


def _people(store: Proofs, lines: Sequence[TrailLine], records: Sequence[ReplyRecord]) -> dict[str, str]:
    named = {line.who for line in lines}
    named |= {one for record in records for version in record.versions for one in version.authors}
    return {one: name for one, name in sorted(store.names().items()) if one in named}


def told_document(chain: int, day: ToldDay, chains: Sequence[ToldChain]) -> Document:
    """Return a day that was told, with the way from a chain's leaf to its head."""
    place = next(place for place, one in enumerate(chains) if one.chain == chain)
    path = [["left" if step.on_the_left else "right", step.digest.hex()] for step in path_to(chains, place)]
    return _day(day) | {"position": chains[place].position, "path": path}


def _day(day: ToldDay) -> Document:
    return {"day": day.day.isoformat(), "before": day.before, "head": day.head}


def _reply(record: ReplyRecord, told: Sequence[ToldFacts]) -> Document:
    draft = record.draft
    signed = {facts["approval"]: facts["terms"] for verb, facts in told if verb == DraftVerb.APPROVE}
    return {
        "draft": draft.id,
        "kind": draft.kind.value,
        "corrects": draft.corrects,
        "versions": [_version(one) for one in record.versions],
        "approvals": [_approval(one, record, signed.get(one.id, "")) for one in record.approvals],
        "attempts": [_attempt(approval, one) for approval, one in _as_told(record, told)],
    }


def _as_told(record: ReplyRecord, told: Sequence[ToldFacts]) -> Sequence[tuple[int, Attempt]]:
    """Return the attempts with the posts that their lines name: a pasted link gives way to the network's id later."""
    if all(verb != FactVerb.PASTED_LINK_CONFIRMED for verb, _ in told):
        return record.attempts
    its = (facts for verb, facts in told if verb in _OUT and facts["draft"] == record.draft.id)
    posts = (facts["post"] for facts in its if "post" in facts)
    return [
        (yes, replace(one, post_id=next(posts, one.post_id) if one.post_id else "")) for yes, one in record.attempts
    ]


def _is_erased(one: DraftVersion) -> bool:
    return not one.text and one.digest != sha256().hexdigest()


def _version(one: DraftVersion) -> Document:
    return {
        "version": one.version,
        "text": None if _is_erased(one) else one.text,
        "digest": one.digest,
        "authors": list(one.authors),
        "written_by": one.written_by,
        "written_at": moment_text(one.written_at),
    }


def _approval(one: Approval, record: ReplyRecord, signed: str) -> Document:
    erased = any(version.version == one.version and _is_erased(version) for version in record.versions)
    return {
        "approval": one.id,
        "version": one.version,
        "digest": one.digest,
        "approved_by": one.by,
        "approved_at": moment_text(one.at),
        "network": one.target.network,
        "account": one.target.account,
        "post": one.target.post_id,
        "terms": None if erased else _terms(one, record, signed),
    }


def _terms(one: Approval, record: ReplyRecord, signed: str) -> str | None:
    """Return the terms of an approval, of which its line has the digest; None where the rows do not tell them."""
    newest = record.draft.approval
    fits = (terms_of(draft) for draft in _as_approved(one, record) if terms_digest(draft) == signed)
    return next(fits, terms_of(record.draft) if newest is not None and newest.id == one.id else None)


def _as_approved(one: Approval, record: ReplyRecord) -> Iterator[Draft]:
    """Yield the draft as it may have been when it was approved, since its row tells only how it is now."""
    draft, was = record.draft, next(version for version in record.versions if version.version == one.version)
    now, then = (draft.target, draft.target_mention), (one.target, record.rows.get(one.target.post_id, 0))
    by_link = one.target, draft.target_mention  # until the network told of the post
    for (target, mention), before in product((now, then, by_link), range(len(draft.posts) + 1)):
        yield replace(
            draft,
            version=was.version,
            text=was.text,
            digest=was.digest,
            authors=tuple(was.authors),
            barred=tuple(was.barred),
            split=was.split,
            target=target,
            target_mention=mention,
            posts=draft.posts[:before],
            done=0,
            approval=one,
        )


def _attempt(approval: int, one: Attempt) -> Document:
    return {
        "approval": approval,
        "part": one.part,
        "started_at": moment_text(one.started_at),
        "ended_at": moment_text(one.ended_at) if one.ended_at else None,
        "outcome": one.outcome.value if one.outcome else None,
        "post": one.post_id,
        "url": one.url,
    }
