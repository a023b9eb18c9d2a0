"""Finds the case on which an author's burst of posts began, and the news that already told its assignee."""

from collections.abc import Sequence

from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.bursts import APART, Burst, burst_of
from bot.domain.mentions.mention import BY_LINK, Mention, Side
from bot.ports import Desk

_WROTE = frozenset({CaseVerb.AUTHOR_WROTE, FactVerb.WROTE_LIGHTLY})


def cases_of_burst(desk: Desk, post: Mention, *, beside: int = 0) -> Sequence[Case]:
    """Return the author's cases with a post so close to this one that both are one burst, oldest first.

    Of a post that was added by link only the moment of adding is known. `beside`: a case that is left out.
    """
    if post.ref.network == BY_LINK:
        return ()
    near = desk.store.cases_with_posts(post, post.posted_at - APART, post.posted_at + APART)
    near = [one for one in near if one != beside]
    return [case for case in desk.store.cases(near) if len(burst_of(post, _with(desk, case, post))) > 1]


def _with(desk: Desk, case: Case, post: Mention) -> Sequence[Mention]:
    posts = (one for one in desk.store.mentions(case.id) if one.side == Side.THEIRS and one.id != post.id)
    return [*(one for one in posts if one.ref.network != BY_LINK), post]


def burst_on(desk: Desk, case: Case, post: Mention) -> Burst | None:
    """Return the burst to which a further post on a case belongs; None where it begins one, or is alone."""
    posts = desk.store.mentions(case.id)
    if all(one.id != post.id for one in posts):  # the caller computes the case before the post is on it
        posts = [*posts, post]
    together = burst_of(post, posts, [case.answered_at] if case.answered_at else ())
    before = [one for one in together if one.id != post.id]
    if not before:
        return None
    lines = desk.store.audit(f"case:{case.id}")
    opening = lines[0].facts.get("mention") if lines else 0
    rows = {one.id for one in before}
    return Burst(
        first=min(rows),
        opens=opening in rows,
        told=_told(lines, rows, case.assignee, opens=opening in rows),
    )


def _told(lines: Sequence[Line], rows: set[int], assignee: str, *, opens: bool) -> int:
    """Return the version whose news told the assignee of the burst: of its first further post, or of their turn."""
    begun, holder, told = opens, "", 0
    for line in lines:
        wrote = line.verb in _WROTE and line.facts.get("mention") in rows
        begun = begun or wrote
        if begun and not told and wrote and holder == assignee:
            told = line.position
        if line.verb in {CaseVerb.ASSIGN, CaseVerb.CLAIM, CaseVerb.RELEASE}:
            holder = str(line.facts.get("person", "")) or (line.by if line.verb == CaseVerb.CLAIM else "")
            given = line.verb == CaseVerb.ASSIGN and holder != line.by
            told = line.position if begun and given and holder == assignee else 0 if holder != assignee else told
    return told if assignee else 0
