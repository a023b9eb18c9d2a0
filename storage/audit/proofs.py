"""Queries for a proof: the trail's lines, and all versions, approvals and attempts of a case's drafts."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.audit.public_digests import ToldChain, ToldDay, TrailLine
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import Approval, Attempt, Outcome
from bot.domain.replies.solo import Lane
from bot.ports.proofs import DraftVersion, ReplyRecord
from storage.audit import seal, told
from storage.audit.proving import Proving
from storage.engine import rows
from storage.engine.base import Row

_LINES = "SELECT chain, position, at, who, verb, facts FROM audit WHERE chain = :case ORDER BY position"
_DRAFTS = "SELECT id FROM drafts WHERE case_id = :case ORDER BY id"
_WITH_DRAFT = f"{rows.CASES_AT_A_DRAFT} WHERE c.id = :case"
_VERSIONS = """SELECT version, text, digest, authors, barred, cuts, numbered, written_by, written_at
FROM draft_versions WHERE draft_id = :draft ORDER BY version"""
_APPROVALS = """SELECT id, approved_by, approved_at, version, digest, target_network, target_account, target_post,
seen, lane, reason, sends_at, done FROM approvals WHERE draft_id = :draft ORDER BY id"""
_ATTEMPTS = """SELECT coalesce(approval_id, 0), id, n, key, started_at, outcome, ended_at, post_id, url, part
FROM attempts WHERE draft_id = :draft ORDER BY id"""
_POSTS = "SELECT external_id, id FROM mentions WHERE case_id = :case"
_NAMES = "SELECT id, name FROM people"


class ProofQueries(Proving):
    """The Proofs port over SQL."""

    def lines_of_case(self, case_id: int) -> Sequence[TrailLine]:
        """Return the lines of a case's chain in order; none for a case that is not there."""
        return [TrailLine._make(row) for row in self.engine.rows(_LINES, {"case": case_id})]

    def every_line(self) -> Iterator[TrailLine]:
        """Yield all lines of the trail, by chain and position."""
        return (TrailLine._make(line.written) for line in seal.every_line(self.engine))

    def told_days(self) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
        """Yield every day that was told, oldest first, with its chains."""
        return told.told_days(self.engine)

    def told_of(self, chain: int) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
        """Yield the days on which a chain had new lines, oldest first, with all chains of the day."""
        return told.told_of(self.engine, chain)

    def names(self) -> Mapping[str, str]:
        """Return the names of people in Slack by their ids."""
        return dict(self.engine.rows(_NAMES))

    def records_of(self, case_id: int) -> Sequence[ReplyRecord]:
        """Return the drafts of a case, oldest first."""
        return [self._record(case_id, draft) for (draft,) in self.engine.rows(_DRAFTS, {"case": case_id})]

    def _record(self, case_id: int, draft_id: int) -> ReplyRecord:
        of_draft = {"draft": draft_id}
        draft = rows.read_case(self.engine.rows(_WITH_DRAFT, of_draft | {"case": case_id})[0]).draft
        assert draft is not None  # noqa: S101 - for the type checker: the draft was just listed
        return ReplyRecord(
            draft=draft,
            versions=[_version(row) for row in self.engine.rows(_VERSIONS, of_draft)],
            approvals=[_approval(row) for row in self.engine.rows(_APPROVALS, of_draft)],
            attempts=[(row[0], _attempt(row[1:])) for row in self.engine.rows(_ATTEMPTS, of_draft)],
            rows=dict(self.engine.rows(_POSTS, {"case": case_id})),
        )


def _version(row: Row) -> DraftVersion:
    version, text, digest, authors, barred, cuts, numbered, written_by, written_at = row
    return DraftVersion(
        version=version,
        text=text,
        digest=digest,
        authors=rows.json_list(authors),
        barred=rows.json_list(barred),
        split=rows.read_split(cuts, numbered),
        written_by=written_by,
        written_at=rows.at(written_at),
    )


def _approval(row: Row) -> Approval:
    number, by, at, version, digest, *target, seen, lane, reason, sends_at, done = row
    return Approval(
        id=number,
        by=by,
        at=rows.at(at),
        version=version,
        digest=digest,
        target=PostRef(*target),
        seen=seen,
        lane=Lane(lane),
        reason=reason,
        sends_at=rows.moment(sends_at),
        done=done,
    )


def _attempt(row: Row) -> Attempt:
    number, n, key, started_at, outcome, ended_at, post_id, url, part = row
    return Attempt(
        id=number,
        n=n,
        key=key,
        started_at=rows.at(started_at),
        outcome=Outcome(outcome) if outcome else None,
        ended_at=rows.moment(ended_at),
        post_id=post_id,
        url=url,
        part=part,
    )
