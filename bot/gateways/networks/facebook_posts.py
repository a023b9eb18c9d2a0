"""Converts what Facebook tells of a Page's posts, comments and messages."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

from bot.domain.base.moments import moment_in
from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.graph_posts import (
    WINDOW,
    GraphAccount,
    StrangeNode,
    graph_author,
    is_graph_number,
    media_in,
    words_of_node,
)
from bot.gateways.outside import Json, address_parts, object_in, raw_of, text_or_empty

SITE = "https://www.facebook.com"
_HOSTS = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com"})
_PUBLIC_ID = re.compile(r"\d{1,30}_\d{1,30}", re.ASCII)
_MESSAGE_ID = re.compile(r"m_[A-Za-z0-9_=-]{1,500}", re.ASCII)
_NO_REPLY = "Facebook does not let the Page reply to this comment."


def is_public_id(text: str) -> bool:
    """Return whether a text can be the id of a post or a comment."""
    return _PUBLIC_ID.fullmatch(text) is not None


def is_message_id(text: str) -> bool:
    """Return whether a text can be the id of a private message."""
    return _MESSAGE_ID.fullmatch(text) is not None


def page_account(page: str, window: timedelta = WINDOW) -> GraphAccount:
    """Return our Page."""
    post_url = partial(page_post_url, page=page)
    return GraphAccount("facebook", "Facebook", page, is_message_id, is_public_id, post_url, window=window)


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


def reworded(node: Json, post: Mention, at: datetime | None) -> Mention | None:
    """Return a known comment with the words that it has at a moment; None where they are the same, or not told.

    What is attached may be told differently by a webhook and by a reading, so that alone is no edit.
    """
    said = json_object(post.raw).get("message")
    if "message" not in node or node["message"] == said:
        return None
    words = words_of_node(node, "message", ours=post.side == Side.OURS)
    return replace(post, text=words, revised_at=at, raw=raw_of(node))


def comment_in(node: Json, root: str, us: GraphAccount) -> Mention:
    """Return a comment under the post `root`, or a post of somebody else. Raises StrangeNode."""
    post_id, at = text_or_empty(node, "id"), moment_in(text_or_empty(node, "created_time"))
    if not is_public_id(post_id) or at is None:
        raise StrangeNode("comment")
    author = graph_author(node, post_id, us)
    above = text_or_empty(object_in(node, "parent"), "id")
    ours = author.id == us.id
    refused = node.get("can_comment") is False and not ours
    return Mention(
        ref=PostRef("facebook", us.id, post_id),
        root_id=root or post_id,
        parent_id=above if is_public_id(above) else root if root != post_id else None,
        author=author,
        text=words_of_node(node, "message", ours=ours),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        media=media_in(node),
        url=page_post_url(post_id, us.id),
        answerable=Answerable.UNKNOWN if ours else Answerable.NO if refused else Answerable.YES,
        why_not=_NO_REPLY if refused else "",
        raw=raw_of(node),
    )
