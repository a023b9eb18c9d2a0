"""Makes posts of what Facebook's webhooks tell: comments under every post, also those too old to be read."""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial

from bot.domain.base.moments import of_micros
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.gateways.networks.facebook_posts import comment_in, is_public_id
from bot.gateways.networks.graph_posts import GraphAccount, read_nodes
from bot.gateways.networks.graph_webhooks import changes, told_at
from bot.gateways.outside import Json, object_in, text_or_empty, whole_number
from bot.ports.network import Batch, Unparsed

_ADDED, _EDITED, _REMOVED = "add", frozenset({"edit", "edited"}), "remove"
_HIDES = {"hide": True, "unhide": False}
_POSTS = frozenset({"status", "post", "photo", "video", "share"})  # of visitors
_LATEST = 7_000_000_000  # seconds since 1970


@dataclass(slots=True)
class _Found:
    posts: list[Mention] = field(default_factory=list)
    edits: list[Mention] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)
    unparsed: list[Unparsed] = field(default_factory=list)
    hidden: dict[str, bool] = field(default_factory=dict)


def read_changes(us: GraphAccount, entries: Sequence[Json], now: datetime) -> Batch:
    """Return the comments and visitors' posts that entries tell of; messages are read, not taken from here."""
    found = _Found()
    for entry in entries:
        for value in changes([entry], "feed"):
            _take(value, found, us, told_at(entry, now))
    return Batch(
        posts=found.posts,
        edits=found.edits,
        deletions=found.deletions,
        unparsed=found.unparsed,
        hidden=found.hidden,
    )


def _take(value: Json, found: _Found, us: GraphAccount, at: datetime | None) -> None:
    """Take one change; `at`: when Meta told of it."""
    verb, post_id = text_or_empty(value, "verb"), _id_in(value, us)
    if post_id is None:
        return
    if verb == _REMOVED:
        found.deletions += [post_id] if is_public_id(post_id) else []
    elif verb in _HIDES:
        found.hidden[post_id] = _HIDES[verb]
    elif verb == _ADDED or verb in _EDITED:
        node = _node(value, post_id, at)
        [read] = read_nodes([node], partial(comment_in, root=_root(value), us=us), us, public=True)
        if isinstance(read, Unparsed):
            found.unparsed.append(replace(read, is_edit=verb != _ADDED))
        elif verb == _ADDED:
            found.posts.append(read)
        else:
            found.edits.append(replace(read, revised_at=at))


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


def _node(value: Json, post_id: str, at: datetime | None) -> Json:
    """Return a change in the form in which the API tells the same comment; `at`: when Meta told of it."""
    made, parent = whole_number(value, "created_time", _LATEST), text_or_empty(value, "parent_id")
    moment = of_micros(made * 1_000_000) if made else None if "created_time" in value else at
    return {
        **value,
        "attachment": next(({"type": kind} for kind in ("photo", "video") if value.get(kind)), None),
        "id": post_id,
        "created_time": moment.isoformat() if moment else "",
        "parent": {} if parent == _root(value) else {"id": parent},
    }
