"""Reads what is new under our posts on Instagram, in posts that tag us, and in private messages.

Comments are listed under their posts alone, so the newest posts are watched. Answers to a comment are listed under
that comment, in an order that Meta does not promise.
"""

from collections.abc import Callable, Mapping
from functools import partial

from bot.domain.mentions.mention import Mention
from bot.gateways.networks.graph_listing import GraphReading, StrangeList, after_in, entries, pages
from bot.gateways.networks.graph_messages import listed, read_messages
from bot.gateways.networks.graph_posts import GraphAccount, is_graph_number, read_nodes, unread_node
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.networks.instagram_posts import ig_comment_in, named_in
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import NetworkTrouble

AT_ONCE, FEW = 25, 5  # posts that are watched, and so many where an answer about all would be too large
NESTED, FURTHER = 10, 50  # comments that come with a post, and those on a further page
HIDDEN = "hidden"
ANSWER = f"id,timestamp,text,username,from,parent_id,{HIDDEN}"
_MADE = "timestamp"
ANSWERS = f"replies.limit({FURTHER}){{{ANSWER}}}"
_COMMENT = f"{ANSWER},{ANSWERS}"
_MEDIA = f"id,timestamp,permalink,comments.limit({NESTED}){{{_COMMENT}}}"
_TAGGED = "id,timestamp,caption,username,permalink,media_type"


def read_ig_stream(stream: str, calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read one stream; raise NetworkTrouble."""
    try:
        _STREAMS[stream](calls, us, reading)
    except StrangeList:
        raise NetworkTrouble("Instagram sent something that Heard does not understand.") from None


def _mentions(calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read the newest posts of ours with their comments: those of customers, and our own ones."""
    asked: list[dict[str, str | int]] = [{"fields": _MEDIA, "limit": many} for many in (AT_ONCE, FEW)]
    answer = calls.lighter(f"/{us.id}/media", *asked)
    reading.began(answer.at)
    for media in entries(answer.told):
        if "comments" in media:
            _comments(calls, us, reading, media)


def _comments(calls: GraphCalls, us: GraphAccount, reading: GraphReading, media: Json) -> None:
    media_id = text_or_empty(media, "id")

    def more(after: str) -> Json:
        if not is_graph_number(media_id):
            raise StrangeList
        return calls.get(f"/{media_id}/comments", fields=_COMMENT, limit=FURTHER, after=after).told

    root = media_id if is_graph_number(media_id) else ""
    read = partial(ig_comment_in, root=root, us=us, permalink=text_or_empty(media, "permalink"))
    try:
        for page in pages(reading, object_in(media, "comments"), _MADE, more):
            reading.found += read_nodes(page, read, us, public=True)
            reading.note_hidden(page, HIDDEN)
            for comment in page:
                _answers(calls, us, reading, comment, read)
    except StrangeList:
        reading.found.append(unread_node(media, us, public=True))


def _answers(
    calls: GraphCalls, us: GraphAccount, reading: GraphReading, comment: Json, read: Callable[[Json], Mention]
) -> None:
    """Read the answers to a comment, all of them: the newest can be on any page."""
    comment_id, listing = text_or_empty(comment, "id"), object_in(comment, "replies")
    while listing:
        page = entries(listing)
        reading.found += read_nodes(page, read, us, public=True)
        reading.note_hidden(page, HIDDEN)
        after = after_in(listing)
        if not after or not is_graph_number(comment_id) or not reading.spend(page, _MADE):
            return
        listing = calls.get(f"/{comment_id}/replies", fields=ANSWER, limit=FURTHER, after=after).told


def _tagged(calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read the posts elsewhere that tag our account."""
    first, more = listed(calls, reading, f"/{us.id}/tags", {"fields": _TAGGED})
    for page in pages(reading, first, _MADE, more):
        reading.found += read_nodes(page, partial(named_in, us=us), us, public=True)


_STREAMS: Mapping[str, Callable[[GraphCalls, GraphAccount, GraphReading], None]] = {
    "mentions": _mentions,
    "tagged": _tagged,
    "messages": partial(read_messages, "instagram"),
}
