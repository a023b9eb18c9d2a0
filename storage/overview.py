"""What is asked across cases: the queue, a search, the numbers of the day, an author's history."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from bot.domain.case import Case
from bot.domain.moments import micros
from bot.domain.tables import GOING_ON, CaseState
from bot.domain.text import fold
from bot.domain.view import History, Tally
from storage import rows
from storage.engines import Engine, Row

SOON = timedelta(hours=1)
MOST_WORDS = 8  # of a search; further ones are ignored

_QUEUE = f"{rows.CASES} WHERE c.due_at IS NOT NULL ORDER BY c.priority, c.due_at, c.id LIMIT :limit"
_UNHELD = f"""{rows.CASES} WHERE c.due_at IS NOT NULL AND c.state = 'new'
ORDER BY c.priority, c.due_at, c.id LIMIT :limit"""
_HELD = f"""{rows.CASES} WHERE c.assignee = :assignee AND c.assignee <> '' AND c.state IN ('open', 'pending')
ORDER BY CASE WHEN c.due_at IS NULL THEN 1 ELSE 0 END, c.priority, c.due_at, c.id LIMIT :limit"""
_FOUND = f"{rows.CASES} WHERE c.id IN (SELECT case_id FROM mentions WHERE case_id IS NOT NULL AND {{}})"
_HELD_WORDS = "coalesce(folded, lower(author_handle || ' ' || text))"
_NEWEST = "ORDER BY c.id DESC LIMIT :limit"

# What is owed on a case that has ended is a decision on a correction: it can be late, and the case is open no more.
_OPEN = "SELECT id, state, assignee, due_at FROM cases WHERE due_at IS NOT NULL ORDER BY due_at, id"
_ANSWERED = """SELECT c.network, c.first_response_at - c.opened_at, (SELECT count(*) FROM promises p
    WHERE p.case_id = c.id AND p.kind = 'first_response' AND p.lapsed_at IS NOT NULL)
FROM cases c WHERE c.first_response_at >= :since"""
_APPROVED = (
    "SELECT approved_at - asked_at FROM approvals WHERE approved_at >= :since AND asked_at IS NOT NULL AND lane = ''"
)
_IN_REVIEW = "SELECT count(*), min(submitted_at) FROM drafts WHERE state = 'in_review'"
_STUCK = """SELECT d.case_id FROM drafts d LEFT JOIN attempts t ON t.id = d.attempt_id
WHERE d.state IN ('unconfirmed', 'by_hand') OR d.state = 'failed' AND t.again_at IS NULL ORDER BY d.case_id"""
_UNTOLD = """SELECT (SELECT count(*) FROM tellings WHERE behind IS NOT NULL)
    + (SELECT count(*) FROM tellings WHERE started_at IS NOT NULL)"""

_EARLIER = """SELECT id, opened_at, first_response_at FROM cases
WHERE author_id = :author AND network = :network AND id < :id ORDER BY id"""
_FOLLOWED_BY = """SELECT min(id) FROM cases
WHERE author_id = :author AND network = :network AND follows = :id"""
_SIBLINGS = """SELECT count(*) FROM cases
WHERE network = :network AND root_id = :root AND author_id <> :author"""


class Overview:
    """Questions across cases."""

    engine: Engine

    def queue(self, *, assignee: str | None = None, limit: int = 20) -> Sequence[Case]:
        """Return cases whose ball is with us, most urgent first (priority, then due moment).

        `assignee`: None for all, "" for those nobody holds, or a Slack user id (all their live cases; those that
        wait for the author come last).
        """
        sql = _QUEUE if assignee is None else _HELD if assignee else _UNHELD
        return self._cases(sql, {"limit": limit} | ({"assignee": assignee} if assignee else {}))

    def find(self, words: str, limit: int = 10) -> Sequence[Case]:
        """Return cases with a post that holds all the words, its author's handle included; newest first."""
        wanted = [_pattern(word) for word in fold(words).split()[:MOST_WORDS]]
        if not wanted:
            return []
        params: dict[str, object] = {f"w{n}": pattern for n, pattern in enumerate(wanted)}
        holds = " AND ".join(f"{_HELD_WORDS} LIKE :{name} ESCAPE '!'" for name in params)
        return self._cases(f"{_FOUND.format(holds)} {_NEWEST}", params | {"limit": limit})

    def _cases(self, sql: str, params: dict[str, object]) -> list[Case]:
        return [rows.read_case(row) for row in self.engine.rows(sql, params)]

    def tally(self, now: datetime, since: datetime) -> Tally:
        """Count for `/care status`; `since` is the start of today."""
        waiting = self.engine.rows(_OPEN)
        going_on = [assignee for _, state, assignee, _ in waiting if state in GOING_ON]
        answered = self.engine.rows(_ANSWERED, {"since": micros(since)})
        in_review, review_since = self.engine.rows(_IN_REVIEW)[0]
        moment, soon = micros(now), micros(now + SOON)
        return Tally(
            open=len(going_on),
            unclaimed=going_on.count(""),
            in_review=in_review,
            review_since=rows.moment(review_since),
            due_soon=sum(moment < due <= soon for *_, due in waiting),
            lapsed=tuple(case_id for case_id, _, _, due in waiting if due <= moment),
            answered=len(answered),
            in_time=sum(not lapsed for *_, lapsed in answered),
            median_first=_median(took for _, took, _ in answered),
            median_approval=_median(took for (took,) in self.engine.rows(_APPROVED, {"since": micros(since)})),
            by_network=_counted(network for network, _, _ in answered),
            by_assignee=_counted(going_on),
            needs_a_person=tuple(case_id for (case_id,) in self.engine.rows(_STUCK)),
            untold=self.engine.rows(_UNTOLD)[0][0],
        )

    def history(self, case: Case) -> History:
        """Return what is known of the author beside this case."""
        whose = {"network": case.network, "author": case.author.id}
        earlier = self.engine.rows(_EARLIER, whose | {"id": case.id})
        after = self.engine.rows(_FOLLOWED_BY, whose | {"id": case.id}) if case.state == CaseState.CLOSED else ()
        followed_by = (after and after[0][0]) or 0
        siblings = self.engine.rows(_SIBLINGS, whose | {"root": case.root_id})[0][0]
        if not earlier:
            return History(followed_by=followed_by, siblings=siblings)
        return History(
            cases=len(earlier),
            first_at=rows.at(earlier[0][1]),
            last_at=rows.at(earlier[-1][1]),
            last_case=earlier[-1][0],
            last_took=_took(earlier[-1]),
            followed_by=followed_by,
            siblings=siblings,
        )


def _took(row: Row) -> timedelta | None:
    _, opened, answered = row
    return None if answered is None else timedelta(microseconds=answered - opened)


def _pattern(word: str) -> str:
    """Return the LIKE pattern for a word anywhere; what LIKE reads as a sign is escaped with `!`."""
    bare = word.removeprefix("@") or word
    for sign in "!%_":
        bare = bare.replace(sign, f"!{sign}")
    return f"%{bare}%"


def _median(lengths: Iterable[int]) -> timedelta | None:
    known = list(lengths)
    return timedelta(microseconds=int(median(known))) if known else None


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
