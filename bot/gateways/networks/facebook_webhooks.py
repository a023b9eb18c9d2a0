"""Makes posts of what Facebook's webhooks tell: comments under every post, also those too old to be read."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.base.moments import of_micros
from bot.domain.mentions.mention import Mention
from bot.gateways.networks.facebook_posts import comment_in, is_public_id
from bot.gateways.networks.graph_posts import GraphAccount, read_nodes
from bot.gateways.networks.graph_webhooks import changes
from bot.gateways.outside import Json, object_in, text_or_empty, whole_number
from bot.ports.network import Batch, Unparsed

_ADDED, _EDITED, _REMOVED = "add", frozenset({"edit", "edited"}), "remove"
_POSTS = frozenset({"status", "post", "photo", "video", "share"})  # of visitors
_LATEST = 7_000_000_000  # seconds since 1970


def read_changes(us: GraphAccount, entries: Sequence[Json], now: datetime) -> Batch:  # noqa: ARG001 - each has its time
    """Return the comments and visitors' posts that entries tell of; messages are read, not taken from here."""
    posts: list[Mention] = []
    edits: list[Mention] = []
    deletions: list[str] = []
    unparsed: list[Unparsed] = []
    for value in changes(entries, "feed"):
        verb, post_id = text_or_empty(value, "verb"), _id_in(value, us)
        if post_id is None:
            continue
        if verb == _REMOVED:
            deletions += [post_id] if is_public_id(post_id) else []
        elif verb == _ADDED or verb in _EDITED:
            [read] = read_nodes(
                [_node(value, post_id)], partial(comment_in, root=_root(value), us=us), us, public=True
            )
            if isinstance(read, Unparsed):
                unparsed.append(read)
            else:
                (posts if verb == _ADDED else edits).append(read)
    return Batch(posts=posts, edits=edits, deletions=deletions, unparsed=unparsed)


def _id_in(value: Json, us: GraphAccount) -> str | None:
    """Return the id of the comment or post that a change is about; None for likes, and for our own posts."""
    item = text_or_empty(value, "item")
    if item == "comment":
        return text_or_empty(value, "comment_id")
    is_theirs = text_or_empty(object_in(value, "from"), "id") != us.id
    return text_or_empty(value, "post_id") if item in _POSTS and is_theirs else None


def _root(value: Json) -> str:
    post = text_or_empty(value, "post_id")
    return post if is_public_id(post) else ""


def _node(value: Json, post_id: str) -> Json:
    """Return a change in the form in which the API tells the same comment."""
    made, parent = whole_number(value, "created_time", _LATEST), text_or_empty(value, "parent_id")
    return {
        **value,
        "attachment": value.get("photo") or value.get("video"),
        "id": post_id,
        "created_time": of_micros(made * 1_000_000).isoformat() if made else "",
        "parent": {} if parent == _root(value) else {"id": parent},
    }
