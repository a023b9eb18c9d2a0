"""Recorded complaints to any brand, changed into complaints to ours, for the crowd of a rehearsal."""

import re
from collections.abc import Collection, Iterator, Mapping

from bot.gateways.networks.recordings import RecordedPost, Recording
from bot.gateways.networks.x_posts import unescaped

_HANDLE = re.compile(r"@(\w{1,15})")


def retold(recording: Recording, brand: str) -> Iterator[Mapping[str, str]]:
    """Yield the customers' posts in order: key, handle, text, and the key of their own earlier post that they answer.

    Brands' replies are left out, since the desk writes its own.
    """
    posts = {post.id: post for post in recording.posts}
    brands = {post.author.casefold() for post in recording.posts if post.ours}
    told: set[str] = set()
    for post in recording.posts:
        if not post.ours:
            text, after = _to_us(unescaped(post.text), brands, brand), _own_earlier(post, posts, told)
            told.add(post.id)
            yield {"key": post.id, "handle": f"c_{post.author}"[:15], "text": text, "after": after}


def _to_us(text: str, brands: Collection[str], brand: str) -> str:
    """Replace every brand's handle by ours; without one, put ours before the text."""
    names_one = any(name.casefold() in brands for name in _HANDLE.findall(text))
    said = _HANDLE.sub(lambda one: f"@{brand}" if one[1].casefold() in brands else one[0], text)
    return said if names_one else f"@{brand} {said}"


def _own_earlier(post: RecordedPost, posts: Mapping[str, RecordedPost], told: Collection[str]) -> str:
    """Return the author's nearest post further up in the conversation that was yielded already, or ""."""
    seen, at = {post.id}, posts.get(post.parent_id or "")
    while at is not None and at.id not in seen:
        if at.author == post.author and at.id in told:
            return at.id
        seen.add(at.id)
        at = posts.get(at.parent_id or "")
    return ""
