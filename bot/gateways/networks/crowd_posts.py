"""Recorded complaints told again: what customers wrote to any brand, as if to ours, for the crowd of a rehearsal."""

import re
from collections.abc import Collection, Iterator, Mapping

from bot.gateways.networks.recordings import RecordedPost, Recording
from bot.gateways.networks.x_posts import unescaped

_HANDLE = re.compile(r"@(\w{1,15})")


def retold(recording: Recording, brand: str) -> Iterator[Mapping[str, str]]:
    """Yield what each customer wrote, in order: key, handle, text, and the key of their own earlier post to go under.

    What brands answered is left out: that is the desk's part.
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
    """Put our handle in place of every brand's; a text that names none is addressed to us."""
    names_one = any(name.casefold() in brands for name in _HANDLE.findall(text))
    said = _HANDLE.sub(lambda one: f"@{brand}" if one[1].casefold() in brands else one[0], text)
    return said if names_one else f"@{brand} {said}"


def _own_earlier(post: RecordedPost, posts: Mapping[str, RecordedPost], told: Collection[str]) -> str:
    """Walk up the conversation to the author's nearest post that was told already; "" where there is none."""
    seen, at = {post.id}, posts.get(post.parent_id or "")
    while at is not None and at.id not in seen:
        if at.author == post.author and at.id in told:
            return at.id
        seen.add(at.id)
        at = posts.get(at.parent_id or "")
    return ""
