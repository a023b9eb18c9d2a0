"""Converts what Facebook tells of a Page's posts, comments and messages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.outside import Json, address_parts, as_name, object_in, objects, raw_of, text_or_empty
from bot.ports.network import Unparsed

WINDOW, PERSONS_WINDOW = timedelta(hours=24), timedelta(days=7)  # after a customer's message; for a person's answer
PRIVATE_WITHIN = timedelta(days=7)  # a private answer to a comment
SITE = "https://www.facebook.com"
_HOSTS = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com"})
_PUBLIC_ID = re.compile(r"\d{1,30}_\d{1,30}")
_MESSAGE_ID = re.compile(r"m_[A-Za-z0-9_=-]{1,500}")
_NUMBER = re.compile(r"\d{1,30}")
_SOMEBODY = "Somebody on Facebook"
_NOT_UNDERSTOOD = "Facebook sent a post that Heard does not understand."
_NO_REPLY = "Facebook does not let the Page reply to this comment."


class StrangeNode(Exception):
    """Something in an answer does not follow the reference; the text names it."""


@dataclass(frozen=True, slots=True)
class PageAccount:
    """Our Page, and for how long its messages can be answered."""

    id: str
    window: timedelta = WINDOW


def is_public_id(text: str) -> bool:
    """Return whether a text can be the id of a post or a comment."""
    return _PUBLIC_ID.fullmatch(text) is not None


def is_message_id(text: str) -> bool:
    """Return whether a text can be the id of a private message."""
    return _MESSAGE_ID.fullmatch(text) is not None


def is_graph_number(text: str) -> bool:
    """Return whether a text can be the id of a Page or a person."""
    return _NUMBER.fullmatch(text) is not None


def page_post_url(post_id: str, page: str) -> str:
    """Return the address of a post or a comment; of a message, that of the Page's inbox."""
    if is_message_id(post_id):
        return f"https://business.facebook.com/latest/inbox/all?asset_id={page}"
    return f"{SITE}/{post_id}" if is_public_id(post_id) else ""


def comment_behind(link: str) -> str:
    """Return the id of the post or comment that an address leads to; "" where the address does not hold it."""
    parts = address_parts(link)
    if parts.scheme not in {"http", "https"} or parts.netloc.casefold() not in _HOSTS:
        return ""
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    *_, last = parts.path.rstrip("/").split("/")
    if is_public_id(last) and "comment_id" not in asked:
        return last
    post = asked.get("story_fbid", last.rpartition("_")[2])
    comment = asked.get("reply_comment_id", asked.get("comment_id", ""))
    return f"{post}_{comment}" if is_graph_number(post) and is_graph_number(comment) else ""


def comment_in(node: Json, root: str, us: PageAccount) -> Mention:
    """Return a comment under the post `root`, or a post of somebody else. Raises StrangeNode."""
    post_id, at = text_or_empty(node, "id"), moment_in(text_or_empty(node, "created_time"))
    if not is_public_id(post_id) or at is None:
        raise StrangeNode("comment")
    author = author_in(node, post_id)
    above = text_or_empty(object_in(node, "parent"), "id")
    ours = author.id == us.id
    refused = node.get("can_comment") is False and not ours
    return Mention(
        ref=PostRef("facebook", us.id, post_id),
        root_id=root or post_id,
        parent_id=above if is_public_id(above) else root if root != post_id else None,
        author=author,
        text=clean(text_or_empty(node, "message")),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        media=_media(node),
        url=page_post_url(post_id, us.id),
        answerable=Answerable.UNKNOWN if ours else Answerable.NO if refused else Answerable.YES,
        why_not=_NO_REPLY if refused else "",
        raw=raw_of(node),
    )


def message_in(node: Json, root: str, us: PageAccount) -> Mention:
    """Return a private message of the conversation `root`. Raises StrangeNode."""
    post_id, at = text_or_empty(node, "id"), moment_in(text_or_empty(node, "created_time"))
    if not is_message_id(post_id) or at is None:
        raise StrangeNode("message")
    author = author_in(node, post_id)
    ours = author.id == us.id
    return Mention(
        ref=PostRef("facebook", us.id, post_id),
        root_id=root,
        parent_id=None,
        author=author,
        text=clean(text_or_empty(node, "message")),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        media=_media(node),
        url=page_post_url(post_id, us.id),
        answerable=Answerable.UNKNOWN if ours else Answerable.YES,
        answerable_until=None if ours else at + us.window,
        private=True,
        raw=raw_of(node),
    )


def conversation_in(told: Json, us: PageAccount) -> str:
    """Return what names a conversation: its customer, as for each network; else its own id."""
    people = [text_or_empty(one, "id") for one in objects(object_in(told, "participants"), "data")]
    customer = next((one for one in people if is_graph_number(one) and one != us.id), "")
    return f"with-{customer}" if customer else f"in-{text_or_empty(told, 'id')}"


def author_in(node: Json, post_id: str) -> Author:
    """Return who wrote something; Facebook leaves the author out where the app may not know them.

    Then it is an author of this post alone: two strangers must not become one customer.
    """
    told = object_in(node, "from")
    known = text_or_empty(told, "id")
    if not is_graph_number(known):
        return Author(id=f"of-{post_id}", handle="", name=_SOMEBODY)
    return Author(id=known, handle="", name=as_name(told, "name"))


def read_nodes(
    nodes: list[Json], read: Callable[[Json], Mention], us: PageAccount, *, public: bool
) -> list[Mention | Unparsed]:
    """Return each entry as a post, or as one that could not be read."""
    return [_read(one, read, us, public=public) for one in nodes]


def _read(node: Json, read: Callable[[Json], Mention], us: PageAccount, *, public: bool) -> Mention | Unparsed:
    try:
        return read(node)
    except StrangeNode:
        return unread_node(node, us, public=public)


def unread_node(node: Json, us: PageAccount, *, public: bool) -> Unparsed:
    """Return an entry that was not understood, with its readable parts."""
    post_id = text_or_empty(node, "id")
    known = post_id if is_public_id(post_id) or is_message_id(post_id) else ""
    who = text_or_empty(object_in(node, "from"), "id")
    glimpse = Glimpse(
        author_id=who if is_graph_number(who) else "",
        text=clean(text_or_empty(node, "message")),
        url=page_post_url(known, us.id),
        posted_at=_moment(node),
        public=public,
        ours=who == us.id,
    )
    return Unparsed(raw_of(node), _NOT_UNDERSTOOD, known, glimpse)


def _moment(node: Json) -> datetime | None:
    return moment_in(text_or_empty(node, "created_time"))


def _media(node: Json) -> int:
    """Return how many pictures, stickers and the like came with it; none of them is fetched."""
    single = [name for name in ("attachment", "sticker") if node.get(name)]
    return len(single) + len(objects(object_in(node, "attachments"), "data"))
