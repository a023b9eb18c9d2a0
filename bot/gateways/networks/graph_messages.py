"""Reads the private messages of an account of Meta's, which Facebook and Instagram tell in the same form."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from bot.gateways.networks.graph_listing import GraphReading, StrangeList, pages
from bot.gateways.networks.graph_posts import GraphAccount, conversation_in, message_in, read_nodes, unread_node
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.outside import Json, object_in, text_or_empty

AT_ONCE, NESTED, FURTHER = 25, 25, 100  # conversations; messages that come with one; messages on a page of their own
MESSAGE = "id,created_time,from,message,sticker,attachments{mime_type,name}"
_CONVERSATION = f"id,updated_time,participants,messages.limit({NESTED}){{{MESSAGE}}}"
_CONVERSATION_ID = re.compile(r"[A-Za-z0-9_:=-]{1,300}", re.ASCII)


def read_messages(platform: str, calls: GraphCalls, us: GraphAccount, reading: GraphReading) -> None:
    """Read the conversations in which something moved; they are listed newest first. Raises StrangeList."""
    asked = {"fields": _CONVERSATION, "platform": platform}
    first, more = listed(calls, reading, "/me/conversations", asked)
    for page in pages(reading, first, "updated_time", more):
        for conversation in page:
            _conversation(calls, us, reading, conversation)


def listed(
    calls: GraphCalls, reading: GraphReading, path: str, asked: Mapping[str, str]
) -> tuple[Json, Callable[[str], Json]]:
    """Return the first page of a list, and how the next ones are read."""
    answer = calls.get(path, **asked, limit=AT_ONCE)
    reading.began(answer.at)
    return answer.told, lambda after: calls.get(path, **asked, limit=AT_ONCE, after=after).told


def _conversation(calls: GraphCalls, us: GraphAccount, reading: GraphReading, conversation: Json) -> None:
    place, root = text_or_empty(conversation, "id"), conversation_in(conversation, us)

    def more(after: str) -> Json:
        if not _CONVERSATION_ID.fullmatch(place):
            raise StrangeList
        return calls.get(f"/{place}/messages", fields=MESSAGE, limit=FURTHER, after=after).told

    try:
        for page in pages(reading, object_in(conversation, "messages"), "created_time", more):
            reading.found += read_nodes(page, partial(message_in, root=root, us=us), us, public=False)
    except StrangeList:
        reading.found.append(unread_node(conversation, us, public=False))
