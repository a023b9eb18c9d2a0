"""Lines about a single post: its words, time, changes, photos and link."""

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Link, Phrase
from bot.blocks.base.wording import plural, stars
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.cases.view import CaseView
from bot.domain.mentions.attachments import count_said
from bot.domain.mentions.mention import Mention, Side

_QUOTED = 5  # most posts of a burst in one message
IN_LIST = 140  # characters of a customer's words in a list


def theirs(view: CaseView) -> list[Mention]:
    """Return the author's posts, as they were written."""
    return [one for one in view.mentions if one.side == Side.THEIRS]


def opening(view: CaseView) -> Mention | None:
    """Return the author's first post on the case."""
    return next(iter(theirs(view)), view.latest)


def newest(view: CaseView) -> Mention | None:
    """Return the author's newest post that is not deleted; when all are deleted, the newest one."""
    if view.latest is not None and view.latest.deleted_at is None:
        return view.latest
    there = [one for one in theirs(view) if one.deleted_at is None]
    return next(reversed(there), view.latest or opening(view))


def quotes(view: CaseView, post: Mention, limit: int = limits.COMPLAINT) -> list[Block]:
    """Return the author's words: of a burst all posts, one quotation each, or the first and the newest of many."""
    posts = view.burst(post)
    shown = posts if len(posts) <= _QUOTED else [*posts[: _QUOTED - 1], posts[-1]]
    each = limit // len(shown)
    return [parts.post(one.text, limit if one == post else max(each, limits.BRIEFLY)) for one in shown]


def quoted_aloud(view: CaseView, post: Mention, limit: int = limits.SPOKEN) -> str:
    """Return the author's words for a fallback line: of a burst all posts, as far as they fit."""
    return aloud(" / ".join(parts.shortened(one.text, limit) for one in view.burst(post)), limit)


def in_a_list(view: CaseView) -> Phrase:
    """Return the author's newest words for a line of a list; empty when the reader may not see them."""
    post = newest(view)
    return [quoted_aloud(view, post, IN_LIST)] if post else []


def before_change(post: Mention) -> str:
    """Return what a post said before its author changed it, on a network that shows one form; "" where nothing is."""
    stars_then = stars(post.stars_before) if post.stars_before != post.stars else ""
    words_then = aloud(post.said_before) if post.said_before not in {"", post.text} else ""
    if not stars_then and not words_then:
        return ""
    return f"Before the change: {' and '.join(filter(None, (stars_then, words_then)))}."


def in_plain_text(post: Mention) -> str:
    """Return what stands in small print below these facts, where nothing is parsed: words that are not ours."""
    return " · ".join(filter(None, (parts.shortened(post.written_with, limits.NAME), before_change(post))))


def post_facts(post: Mention) -> list[Phrase]:
    """Return when a post was written, later changes, its photos and a link to it."""
    how = "changed" if before_change(post) else "written" if post.private else "posted"
    return [*_with(post), [f"{how} ", post.posted_at], *_since(post), *_way(post)]


def beside(post: Mention) -> list[Phrase]:
    """Return the same as `post_facts` without the time of the post, and with the stars of a review."""
    given: list[Phrase] = [[stars(post.stars)]] if post.stars else []
    return [*given, *_with(post), *_since(post), *_way(post)]


def _with(post: Mention) -> list[Phrase]:
    """Return how many photos there are, unless each is said in the words of the post."""
    return [[plural(post.media, "photo")]] if post.media > count_said(post.text) else []


def _since(post: Mention) -> list[Phrase]:
    edited_at = None if before_change(post) else post.edited_at  # else its moment is that of the change
    moments = (("changed", edited_at), ("deleted", post.deleted_at))
    return [[f"{what} at ", at] for what, at in moments if at]


def _way(post: Mention) -> list[Phrase]:
    if not post.url or post.deleted_at:
        return []
    return [[Link("open the messages" if post.private else "open the post", post.url)]]
