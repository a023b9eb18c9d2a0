"""What there is to say about a single post, beside its words."""

from bot.blocks.phrases import Link, Phrase
from bot.blocks.wording import plural
from bot.domain.mention import Mention


def facts(post: Mention) -> list[Phrase]:
    """Return when a post was written, what became of it since, its photos and the way to it."""
    said: list[Phrase] = [[plural(post.media, "photo")]] if post.media else []
    said.append([f"{'written' if post.private else 'posted'} ", post.posted_at])
    return [*said, *_since(post), *_way(post)]


def beside(post: Mention) -> list[Phrase]:
    """Return the same for a post whose moment is told already."""
    photos: list[Phrase] = [[plural(post.media, "photo")]] if post.media else []
    return [*photos, *_since(post), *_way(post)]


def _since(post: Mention) -> list[Phrase]:
    moments = (("changed", post.edited_at), ("deleted", post.deleted_at))
    return [[f"{what} at ", at] for what, at in moments if at]


def _way(post: Mention) -> list[Phrase]:
    if not post.url or post.deleted_at:
        return []
    return [[Link("open the messages" if post.private else "open the post", post.url)]]
