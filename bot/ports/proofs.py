"""The interface for proofs: the trail, and what was approved and sent, for a file that others can check."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.audit.public_digests import ToldChain, ToldDay, TrailLine
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.draft import Approval, Attempt, Draft
from bot.domain.replies.parts import Split
from bot.domain.replies.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """One version of a draft's words. `text`: "" once its words were erased."""

    version: int
    text: str
    digest: str
    authors: Sequence[str]
    barred: Sequence[str]
    split: Split
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRecord:
    """A draft with all its versions, approvals and attempts; each attempt with the row of its approval.

    `rows`: the row of each post of its case, by the post's id.
    """

    draft: Draft
    versions: Sequence[DraftVersion]
    approvals: Sequence[Approval]
    attempts: Sequence[tuple[int, Attempt]]
    rows: Mapping[str, int]


class Proofs(Protocol):
    """The part of the store for proofs. A running desk never uses it."""

    def lines_of_case(self, case_id: int) -> Sequence[TrailLine]:
        """Return the lines of a case's chain in order, of 0 the desk's own; none for a case that is not there."""

    def is_whole(self, chain: str) -> bool:
        """Return whether a chain ("case:412" or "desk") exists and all its hashes match."""

    def told_of(self, chain: int) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
        """Yield the days on which a chain had new lines, oldest first, with all chains of the day."""

    def records_of(self, case_id: int) -> Sequence[ReplyRecord]:
        """Return the drafts of a case, oldest first."""

    def statement(self, statement_id: int) -> Statement:
        """Return a statement with its posts; raise Unknown."""

    def names(self) -> Mapping[str, str]:
        """Return the names of people in Slack by their ids."""

    def every_line(self) -> Iterator[TrailLine]:
        """Yield all lines of the trail, by chain and position."""

    def told_days(self) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
        """Yield every day that was told, oldest first, with its chains."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Return a context in which all reads see the same moment."""
