"""Converts what Instagram tells of comments, of posts that name our account, and of messages."""

import re
from datetime import datetime, timedelta
from functools import partial

from bot.domain.base.moments import moment_in
from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.graph_posts import (
    WINDOW,
    GraphAccount,
    StrangeNode,
    graph_author,
    is_graph_number,
    words_of_node,
)
from bot.gateways.outside import Json, address_parts, object_in, raw_of, text_or_empty

SITE = "https://www.instagram.com"
_HOSTS = frozenset({"instagram.com", "www.instagram.com"})
_ELSEWHERE = re.compile(r"at-(\d{1,30})(?:_(\d{1,30}))?", re.ASCII)  # a post of somebody else, or a comment there
_MESSAGE_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_=-]{20,500}", re.ASCII)
_COMMENT_LINK = re.compile(r"/(?:p|reel)/[A-Za-z0-9_-]{1,64}/c/(\d{1,30})(?:/r/(\d{1,30}))?/?", re.ASCII)
_PERMALINK = re.compile(r"https://www\.instagram\.com/(?:p|reel)/[A-Za-z0-9_-]{1,64}/?", re.ASCII)
_HIDDEN = "Instagram takes no reply to a comment that is hidden."


def is_ig_message(text: str) -> bool:
    """Return whether a text can be the id of a private message."""
    return _MESSAGE_ID.fullmatch(text) is not None and not text.startswith("at-")


def elsewhere(media: str, comment: str = "") -> str:
    """Return our id of a post of somebody else that names us, or of a comment there; "" for what is none."""
    post_id = f"at-{media}_{comment}" if comment else f"at-{media}"
    return post_id if _ELSEWHERE.fullmatch(post_id) else ""


def place_elsewhere(post_id: str) -> tuple[str, str]:
    """Return the media and the comment of such an id; two empty texts for another id."""
    found = _ELSEWHERE.fullmatch(post_id)
    return (found[1], found[2] or "") if found else ("", "")


def ig_account(account: str, handle: str, window: timedelta = WINDOW) -> GraphAccount:
    """Return our account."""
    post_url = partial(ig_post_url, handle=handle)
    ids = (is_ig_message, is_graph_number)
    return GraphAccount("instagram", "Instagram", account, *ids, post_url, handle=handle, window=window)


def ig_post_url(post_id: str, handle: str) -> str:
    """Return where a person finds a post; a comment's own address is not in its id, so it is our profile's."""
    if is_ig_message(post_id):
        return f"{SITE}/direct/inbox/"
    known = is_graph_number(post_id) or any(place_elsewhere(post_id))
    return f"{SITE}/{handle}/#{post_id}" if known else ""


def ig_comment_behind(link: str) -> str:
    """Return the id of the comment that an address leads to; "" where the address does not hold it."""
    parts = address_parts(link)
    if parts.scheme not in {"http", "https"} or parts.netloc.casefold() not in _HOSTS:
        return ""
    if found := _COMMENT_LINK.fullmatch(parts.path):
        return found[2] or found[1]
    fits = is_graph_number(parts.fragment) or any(place_elsewhere(parts.fragment))
    return parts.fragment if fits else ""


def ig_comment_in(node: Json, root: str, us: GraphAccount, permalink: str = "") -> Mention:
    """Return a comment under our post `root`, whose address is `permalink`. Raises StrangeNode."""
    post_id, at = text_or_empty(node, "id"), _moment(node)
    if not is_graph_number(post_id) or at is None:
        raise StrangeNode("comment")
    above = text_or_empty(node, "parent_id")
    hidden = node.get("hidden") is True
    return _post(
        us,
        node,
        post_id=post_id,
        at=at,
        root=root or post_id,
        parent=above if is_graph_number(above) else root,
        words="text",
        url=_comment_url(permalink, post_id, above) or us.post_url(post_id),
        why_not=_HIDDEN if hidden else "",
    )


def named_in(node: Json, us: GraphAccount, *, media: str = "", comment: str = "") -> Mention:
    """Return somebody else's post that names us, or a comment there. Raises StrangeNode."""
    post_id, at = elsewhere(media or text_or_empty(node, "id"), comment), _moment(node)
    if not post_id or at is None:
        raise StrangeNode("post")
    root = elsewhere(media) if comment else post_id
    words, url = "text" if comment else "caption", _address(node, post_id, us)
    return _post(us, node, post_id=post_id, at=at, root=root, parent=root if comment else "", words=words, url=url)


def _post(
    us: GraphAccount,
    node: Json,
    *,
    post_id: str,
    at: datetime,
    root: str,
    parent: str,
    words: str,
    url: str,
    why_not: str = "",
) -> Mention:
    author = graph_author(node, post_id, us)
    ours = author.id == us.id
    return Mention(
        ref=PostRef(us.network, us.id, post_id),
        root_id=root,
        parent_id=parent if parent != post_id and parent else None,
        author=author,
        text=words_of_node(node, words, ours=ours),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        media=int("media_type" in node),
        url=url,
        answerable=Answerable.UNKNOWN if ours else Answerable.NO if why_not else Answerable.YES,
        why_not="" if ours else why_not,
        raw=raw_of(node),
    )


def _comment_url(permalink: str, comment: str, above: str) -> str:
    """Return the address of a comment under a post; "" where the post's own is not known."""
    if not _PERMALINK.fullmatch(permalink):
        return ""
    place = f"{above}/r/{comment}" if is_graph_number(above) else comment
    return f"{permalink.rstrip('/')}/c/{place}/"


def _address(node: Json, post_id: str, us: GraphAccount) -> str:
    """Return the address that Instagram tells, if it leads there; else where a person can look."""
    told = text_or_empty(node, "permalink") or text_or_empty(object_in(node, "media"), "permalink")
    parts = address_parts(told)
    return told if parts.scheme == "https" and parts.netloc in _HOSTS and len(told) < 300 else us.post_url(post_id)


def _moment(node: Json) -> datetime | None:
    return moment_in(text_or_empty(node, "timestamp"))
