"""Bursts: an author's posts that follow one another so closely that their assignee is told once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention, Side

APART = timedelta(seconds=90)  # at most, from one post of a burst to the next
LONGEST = timedelta(minutes=10)  # from the first post of a burst to its last


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """The burst on a case to which a further post belongs."""

    first: int  # the row of the post that began it
    opens: bool  # the case began with it, so its posts are shown on the card, not in the thread
    told: int = 0  # the version of the case whose news told the assignee of it; 0: none did


def bursts(posts: Sequence[Mention], answered: Collection[datetime] = ()) -> Iterator[Sequence[Mention]]:
    """Yield an author's bursts, oldest first, public and private posts apart; most have one post.

    An answer of ours ends a burst: one among the posts, or one of the moments `answered`.
    """
    for private in (False, True):
        yield from _alike([one for one in posts if one.private == private], sorted(answered))


def _alike(posts: Sequence[Mention], answered: Sequence[datetime]) -> Iterator[Sequence[Mention]]:
    ends = [*answered, *(one.posted_at for one in posts if one.side == Side.OURS)]
    theirs = sorted((one for one in posts if one.side == Side.THEIRS), key=lambda one: (one.posted_at, one.id))
    found: list[Mention] = []
    for one in theirs:
        if found and not _goes_on(found, one, ends):
            yield found
            found = []
        found.append(one)
    if found:
        yield found


def _goes_on(burst: Sequence[Mention], post: Mention, ends: Sequence[datetime]) -> bool:
    last = burst[-1].posted_at
    if any(last <= end < post.posted_at for end in ends):
        return False
    return post.posted_at - last <= APART and post.posted_at - burst[0].posted_at <= LONGEST


def in_their_order(posts: Sequence[Mention]) -> Sequence[Mention]:
    """Return the posts of a batch, those of each author in the order they were written; authors keep their places."""
    of_author: dict[str, list[Mention]] = {}
    for one in sorted(posts, key=lambda one: one.posted_at)[::-1]:
        of_author.setdefault(one.author.id, []).append(one)
    return [of_author[one.author.id].pop() for one in posts]


def burst_of(post: Mention, posts: Sequence[Mention], answered: Collection[datetime] = ()) -> Sequence[Mention]:
    """Return the burst of one of the posts, in the order they were written; alone if it is not among them."""
    found = [*bursts(posts, answered)]
    same = next((one for one in found if post in one), None)
    return same or next((one for one in found if post.id and post.id in {other.id for other in one}), [post])
