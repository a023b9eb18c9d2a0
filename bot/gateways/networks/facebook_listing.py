"""Reads what is new under a Page's posts, in posts that name it, and in its conversations.

Comments are listed under their posts alone. So the newest posts are watched, each with its newest comments; what is
written under an older post is seen by the webhook only (docs/facebook-instagram-access.md).
"""

from collections.abc import Callable, Mapping
from functools import partial

from bot.gateways.networks.facebook_posts import comment_in, is_public_id
from bot.gateways.networks.graph_listing import GraphReading, StrangeList, after_in, entries, pages
from bot.gateways.networks.graph_messages import listed, read_messages
from bot.gateways.networks.graph_posts import GraphAccount, read_nodes, unread_node
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import NetworkTrouble

AT_ONCE, FEW, PAGES = 25, 5, 2  # posts in one answer, in one that was too large, and answers: 50 posts are watched
NESTED, FURTHER = 10, 100  # comments or messages that come with what they are in, and those on a page of their own
WRITTEN = "id,created_time,from,message"
HIDDEN = "is_hidden"
COMMENT = f"{WRITTEN},parent{{id}},can_comment,can_reply_privately,can_hide,{HIDDEN},attachment{{type,title,url}}"
POST = f"{WRITTEN},attachments{{media_type,title,url}}"
_FEED = f"{POST},comments.filter(stream).order(reverse_chronological).limit({NESTED}){{{COMMENT}}}"
_NOT_UNDERSTOOD = "Facebook sent something that Heard does not understand."
_HIDDEN = (
    "The Page is not published: it was taken off by us or restricted by Facebook, and nobody sees it or our answers. "
    "A lead can look into “Page status” there."
)
_MADE = "created_time"


def read_stream(stream: str, calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read one stream; raise NetworkTrouble."""
    try:
        _STREAMS[stream](calls, us, reading)
    except StrangeList:
        raise NetworkTrouble(_NOT_UNDERSTOOD) from None


def _mentions(calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read the newest posts on the Page with their comments: those of customers, and our own ones."""
    listing = _page(calls, us, reading)
    for left in reversed(range(PAGES)):
        for post in entries(listing):
            _post(calls, us, reading, post)
        after = after_in(listing)
        if not after or not left:
            return
        listing = calls.get(f"/{us.id}/feed", fields=_FEED, limit=AT_ONCE, after=after).told


def _page(calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> Json:
    """Return the newest posts; what is wrong with the Page itself is said after they are told."""
    asked = [{"fields": f"id,is_published,feed.limit({many}){{{_FEED}}}"} for many in (AT_ONCE, FEW)]
    answer = calls.lighter(f"/{us.id}", *asked)
    reading.began(answer.at)
    if answer.told.get("is_published") is False:
        reading.trouble = _HIDDEN
    if text_or_empty(answer.told, "id") != us.id:
        raise StrangeList
    return object_in(answer.told, "feed") if "feed" in answer.told else {"data": []}


def _post(calls: GraphCalls, us: GraphAccount, reading: GraphReading, post: Json) -> None:
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
            reading.note_hidden(page, HIDDEN)
    except StrangeList:
        reading.found.append(unread_node(post, us, public=True))


def _tagged(calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read the posts elsewhere that name the Page."""
    first, more = listed(calls, reading, f"/{us.id}/tagged", {"fields": POST})
    for page in pages(reading, first, _MADE, more):
        reading.found += read_nodes(page, partial(comment_in, root="", us=us), us, public=True)


_STREAMS: Mapping[str, Callable[[GraphCalls, GraphAccount, GraphReading], None]] = {
    "mentions": _mentions,
    "tagged": _tagged,
    "messages": partial(read_messages, "messenger"),
}
