"""Changes in a conversation since a draft was written, for the people who decide on it."""

from collections.abc import Callable, Mapping, Sequence

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, capital, joined
from bot.blocks.base.wording import display_name, network, stars, who_waits
from bot.domain.base.moments import EPOCH
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import Draft, WhyStale

_ADDED = frozenset({WhyStale.AUTHOR_WROTE, WhyStale.WROTE_LIGHTLY})  # further posts of the author
_SHOWN_TOGETHER = 3  # at most this many of the newest posts; the others are in the thread


def changes_since(view: CaseView, draft: Draft) -> list[Block]:
    """Return when the author last wrote, or the changes since the draft was written, with the posts to read.

    The newest change is the first line. Posts after the answered one are always named.
    """
    line, told = capital(_MOVED[draft.stale](view)), _told(view, draft)
    first = [*([parts.line(line, view.now)] if line else []), *_quotes(told)]
    others = [one for one in _after(view, draft) if one not in told]
    also = parts.line(capital([f"{who_waits(view.case)} also wrote:"]), view.now)
    return [*first, also, *_quotes(others)] if others else first


def _quotes(posts: Sequence[Mention]) -> list[Block]:
    return [parts.post(one.text, limits.ADDED) for one in posts]


def _told(view: CaseView, draft: Draft) -> list[Mention]:
    """Return the posts that the first line is about: those that were added, or the one changed last."""
    if draft.stale == WhyStale.POST_EDITED:
        return sorted(_theirs(view), key=lambda one: (one.edited_at or EPOCH, one.id))[-1:]
    if draft.stale == WhyStale.LINKED_POST_ARRIVED:
        return [one for one in _theirs(view) if one.id == draft.target_mention]
    return _after(view, draft) if draft.stale in _ADDED else []


def _after(view: CaseView, draft: Draft) -> list[Mention]:
    """Return the newest posts that came in after the one the draft answers and are not deleted."""
    after = [one for one in _theirs(view) if one.id > draft.target_mention and one.deleted_at is None]
    return after[-_SHOWN_TOGETHER:]


def _theirs(view: CaseView) -> list[Mention]:
    return [one for one in view.mentions if one.side == Side.THEIRS]


def changes_aloud(view: CaseView, draft: Draft) -> Phrase:
    """Return the changes for a fallback line, with the author's newest words."""
    said = said_aloud(view, draft)
    return joined([capital(_MOVED[draft.stale](view)), *([aloud(one.text)] for one in said)], " ")


def said_aloud(view: CaseView, draft: Draft) -> list[Mention]:
    """Return the post whose words `changes_aloud` contains: one, or none."""
    return (_told(view, draft) or _after(view, draft))[-1:]


def aloud(text: str, limit: int = limits.SPOKEN) -> str:
    """Return somebody's words in quotation marks on one line, cut to `limit` for a fallback line."""
    return f'"{parts.shortened(text, limit) or parts.SILENT}"'


# --- in sentences ------------------------------------------------------------------------------------------


def _last_wrote(view: CaseView) -> Phrase:
    at = view.case.latest_at or (view.latest.posted_at if view.latest else None)
    return [f"{who_waits(view.case)} last wrote at ", at, "."] if at else []


def _added(view: CaseView) -> Phrase:
    at = view.case.latest_at
    return [f"{who_waits(view.case)} added at ", at, ":"] if at else [f"{who_waits(view.case)} wrote again:"]


def _edited(view: CaseView) -> Phrase:
    newest = view.latest
    given = f" with {stars(newest.stars)}" if newest is not None and newest.stars else ""
    return [f"{who_waits(view.case)} changed the post. It now says{given}:"]


def _came_in(view: CaseView) -> Phrase:
    return [f"{network(view)} brought the post that was added by link. It says:"]


def _parted(view: CaseView) -> Phrase:
    return [f"The private messages are another case now, so this goes to {who_waits(view.case)}'s public post."]


def _gone(view: CaseView) -> Phrase:
    at = view.case.deleted_at
    when: Phrase = [" at ", at] if at else []
    return [f"{who_waits(view.case)} deleted the post", *when, ". Nothing goes out unless somebody decides so."]


def _elsewhere(view: CaseView) -> Phrase:
    at, by = view.case.answered_at, display_name(view.names, view.case.answered_by)
    who = by if view.case.answered_by in view.names else "Somebody"
    when: Phrase = [" at ", at] if at else []
    return [
        f"{who} answered from the {network(view)} app",
        *when,
        ". Please decide whether this still has to go out.",
    ]


def _stopped(_: CaseView) -> Phrase:
    return ["It was stopped before it went out. Please decide whether it still has to go out."]


def _found_out(_: CaseView) -> Phrase:
    return ["A part that had been called missing is public. Please decide about the rest."]


def _aged(_: CaseView) -> Phrase:
    return ["The approval was not used in time, so it is asked for again."]


def _updated(_: CaseView) -> Phrase:
    return ["It was approved before the desk was updated, so the approval is asked for again."]


_MOVED: Mapping[WhyStale, Callable[[CaseView], Phrase]] = {
    WhyStale.NOT_STALE: _last_wrote,
    WhyStale.AUTHOR_WROTE: _added,
    WhyStale.WROTE_LIGHTLY: _added,
    WhyStale.POST_EDITED: _edited,
    WhyStale.POST_DELETED: _gone,
    WhyStale.LINKED_POST_ARRIVED: _came_in,
    WhyStale.SPLIT_OFF: _parted,
    WhyStale.SPLIT_OFF_BESIDE: _parted,
    WhyStale.ANSWERED_ELSEWHERE: _elsewhere,
    WhyStale.AGE: _aged,
    WhyStale.UPDATE: _updated,
    WhyStale.STOP: _stopped,
    WhyStale.PART_DELIVERED: _found_out,
}
