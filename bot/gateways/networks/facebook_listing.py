"""Reads what is new under a Page's posts, in posts that name it, and in its conversations.

Comments are listed under their posts alone. So the newest posts are watched, each with its newest comments; what is
written under an older post is seen by the webhook only (docs/facebook-instagram-access.md).
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from bot.gateways.networks.facebook_posts import (
    PageAccount,
    comment_in,
    conversation_in,
    is_public_id,
    message_in,
    read_nodes,
    unread_node,
)
from bot.gateways.networks.graph_listing import GraphReading, StrangeList, after_in, entries, pages
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import NetworkTrouble

AT_ONCE, PAGES = 25, 2  # posts in one answer, and such answers: 50 posts are watched
NESTED, FURTHER = 25, 100  # comments or messages that come with what they are in, and those on a page of their own
_WRITTEN = "id,created_time,from,message"
COMMENT = f"{_WRITTEN},parent{{id}},can_comment,can_reply_privately,attachment{{type}}"
MESSAGE = f"{_WRITTEN},sticker,attachments{{mime_type}}"
_POST = f"{_WRITTEN},attachments{{media_type}}"
_FEED = f"{_POST},comments.filter(stream).order(reverse_chronological).limit({NESTED}){{{COMMENT}}}"
_CONVERSATION = f"id,updated_time,participants,messages.limit({NESTED}){{{MESSAGE}}}"
_NOT_UNDERSTOOD = "Facebook sent something that Heard does not understand."
_HIDDEN = (
    "The Page is not published: it was taken off by us or restricted by Facebook, and nobody sees it or our answers. "
    "A lead can look into “Page status” there."
)
_MADE, _MOVED = "created_time", "updated_time"
_CONVERSATION_ID = re.compile(r"t_[A-Za-z0-9_-]{1,200}")


def read_stream(stream: str, calls: GraphCalls, us: PageAccount, reading: GraphReading) -> None:
    """Read one stream; raise NetworkTrouble."""
    try:
        _STREAMS[stream](calls, us, reading)
    except StrangeList:
        raise NetworkTrouble(_NOT_UNDERSTOOD) from None


def _mentions(calls: GraphCalls, us: PageAccount, reading: GraphReading) -> None:
    """Read the newest posts on the Page with their comments: those of customers, and our own ones."""
    listing = _page(calls, us, reading)
    for left in reversed(range(PAGES)):
        for post in entries(listing):
            _post(calls, us, reading, post)
        after = after_in(listing)
        if not after or not left:
            return
        listing = calls.get(f"/{us.id}/feed", fields=_FEED, limit=AT_ONCE, after=after).told


def _page(calls: GraphCalls, us: PageAccount, reading: GraphReading) -> Json:
    """Return the newest posts; what is wrong with the Page itself is said after they are told."""
    answer = calls.get(f"/{us.id}", fields=f"id,is_published,feed.limit({AT_ONCE}){{{_FEED}}}")
    reading.began(answer.at)
    if answer.told.get("is_published") is False:
        reading.trouble = _HIDDEN
    if text_or_empty(answer.told, "id") != us.id:
        raise StrangeList
    return object_in(answer.told, "feed") if "feed" in answer.told else {"data": []}


def _post(calls: GraphCalls, us: PageAccount, reading: GraphReading, post: Json) -> None:
    post_id = text_or_empty(post, "id")
    if text_or_empty(object_in(post, "from"), "id") != us.id:
        reading.found += read_nodes([post], partial(comment_in, root=post_id, us=us), us, public=True)
    if "comments" not in post or not is_public_id(post_id):
        return
    asked = {"filter": "stream", "order": "reverse_chronological", "fields": COMMENT, "limit": str(FURTHER)}

    def more(after: str) -> Json:
        return calls.get(f"/{post_id}/comments", **asked, after=after).told

    try:
        for page in pages(reading, object_in(post, "comments"), _MADE, more):
            reading.found += read_nodes(page, partial(comment_in, root=post_id, us=us), us, public=True)
    except StrangeList:
        reading.found.append(unread_node(post, us, public=True))


def _tagged(calls: GraphCalls, us: PageAccount, reading: GraphReading) -> None:
    """Read the posts elsewhere that name the Page."""
    first, more = _listed(calls, reading, f"/{us.id}/tagged", {"fields": _POST})
    for page in pages(reading, first, _MADE, more):
        reading.found += read_nodes(page, partial(comment_in, root="", us=us), us, public=True)


def _messages(calls: GraphCalls, us: PageAccount, reading: GraphReading) -> None:
    """Read the conversations in which something moved; they are listed newest first."""
    asked = {"fields": _CONVERSATION, "platform": "messenger"}
    first, more = _listed(calls, reading, f"/{us.id}/conversations", asked)
    for page in pages(reading, first, _MOVED, more):
        for conversation in page:
            _conversation(calls, us, reading, conversation)


def _listed(
    calls: GraphCalls, reading: GraphReading, path: str, asked: Mapping[str, str]
) -> tuple[Json, Callable[[str], Json]]:
    """Return the first page of a list, and how the next ones are read."""
    answer = calls.get(path, **asked, limit=AT_ONCE)
    reading.began(answer.at)
    return answer.told, lambda after: calls.get(path, **asked, limit=AT_ONCE, after=after).told


def _conversation(calls: GraphCalls, us: PageAccount, reading: GraphReading, conversation: Json) -> None:
    place, root = text_or_empty(conversation, "id"), conversation_in(conversation, us)

    def more(after: str) -> Json:
        if not _CONVERSATION_ID.fullmatch(place):
            raise StrangeList
        return calls.get(f"/{place}/messages", fields=MESSAGE, limit=FURTHER, after=after).told

    try:
        for page in pages(reading, object_in(conversation, "messages"), _MADE, more):
            reading.found += read_nodes(page, partial(message_in, root=root, us=us), us, public=False)
    except StrangeList:
        reading.found.append(unread_node(conversation, us, public=False))


_STREAMS: Mapping[str, Callable[[GraphCalls, PageAccount, GraphReading], None]] = {
    "mentions": _mentions,
    "tagged": _tagged,
    "messages": _messages,
}
