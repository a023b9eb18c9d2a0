"""Converts what Facebook and Instagram tell in the same form: people, private messages, and what cannot be read."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side, private_root
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.outside import Json, as_name, object_in, objects, raw_of, text_or_empty
from bot.ports.network import Unparsed

WINDOW, PERSONS_WINDOW = timedelta(hours=24), timedelta(days=7)  # after a customer's message; for a person's answer
PRIVATE_WITHIN = timedelta(days=7)  # a private answer to a comment
_KINDS = (  # a part of Meta's names
    ("sticker", AttachedKind.STICKER),
    ("video", AttachedKind.VIDEO),
    ("audio", AttachedKind.SOUND),
    ("photo", AttachedKind.PICTURE),
    ("image", AttachedKind.PICTURE),
    ("album", AttachedKind.PICTURE),
    ("share", AttachedKind.LINK),
    ("link", AttachedKind.LINK),
    ("application/", AttachedKind.FILE),
    ("text/", AttachedKind.FILE),
)
_NUMBER = re.compile(r"\d{1,30}", re.ASCII)


class StrangeNode(Exception):
    """Something in an answer does not follow the reference; the text names it."""


@dataclass(frozen=True, slots=True)
class GraphAccount:
    """Our account, for how long its messages can be answered, and what is told of it on its network."""

    network: str
    label: str
    id: str
    is_message_id: Callable[[str], bool]
    is_comment_id: Callable[[str], bool]
    post_url: Callable[[str], str]
    handle: str = ""
    window: timedelta = WINDOW


def is_graph_number(text: str) -> bool:
    """Return whether a text can be the id of an account or a person."""
    return _NUMBER.fullmatch(text) is not None


def graph_author(node: Json, post_id: str, us: GraphAccount) -> Author:
    """Return who wrote something; Meta leaves the author out where the app may not know them.

    Then it is an author of this post alone: two strangers must not become one customer.
    """
    told = object_in(node, "from")
    known, handle = text_or_empty(told, "id"), as_name(told, "username") or as_name(node, "username")
    if handle and us.handle and handle.casefold() == us.handle.casefold():
        return Author(id=us.id, handle=handle)
    if not is_graph_number(known):
        name = "" if handle else f"Somebody on {us.label}"
        return Author(id=f"of-{handle or post_id}", handle=handle, name=name)
    return Author(id=known, handle=handle, name=as_name(told, "name"))


def message_in(node: Json, root: str, us: GraphAccount) -> Mention:
    """Return a private message of the conversation `root`. Raises StrangeNode."""
    post_id, at = text_or_empty(node, "id"), moment_in(text_or_empty(node, "created_time"))
    if not us.is_message_id(post_id) or at is None:
        raise StrangeNode("message")
    author = graph_author(node, post_id, us)
    ours = author.id == us.id
    return Mention(
        ref=PostRef(us.network, us.id, post_id),
        root_id=root,
        parent_id=None,
        author=author,
        text=words_of_node(node, "message", ours=ours),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        media=media_in(node),
        url=us.post_url(post_id),
        answerable=Answerable.UNKNOWN if ours else Answerable.YES,
        answerable_until=None if ours else at + us.window,
        private=True,
        raw=raw_of(node),
    )


def conversation_in(told: Json, us: GraphAccount) -> str:
    """Return what names a conversation: its customer, as for each network; else its own id."""
    people = [graph_author({"from": one}, "", us).id for one in objects(object_in(told, "participants"), "data")]
    customer = next((one for one in people if is_graph_number(one) and one != us.id), "")
    return private_root(customer) if customer else f"in-{text_or_empty(told, 'id')}"


def read_nodes(
    nodes: Sequence[Json], read: Callable[[Json], Mention], us: GraphAccount, *, public: bool
) -> list[Mention | Unparsed]:
    """Return each entry as a post, or as one that could not be read."""
    return [_read(one, read, us, public=public) for one in nodes]


def _read(node: Json, read: Callable[[Json], Mention], us: GraphAccount, *, public: bool) -> Mention | Unparsed:
    try:
        return read(node)
    except StrangeNode:
        return unread_node(node, us, public=public)


def unread_node(node: Json, us: GraphAccount, *, public: bool) -> Unparsed:
    """Return an entry that was not understood, with its readable parts."""
    post_id = text_or_empty(node, "id")
    known = post_id if us.post_url(post_id) else ""
    who = text_or_empty(object_in(node, "from"), "id")
    told = (text_or_empty(node, name) for name in ("message", "text", "caption"))
    glimpse = Glimpse(
        author_id=who if is_graph_number(who) else "",
        handle=as_name(node, "username"),
        text=clean(next(filter(None, told), "")),
        url=us.post_url(known),
        posted_at=moment_in(text_or_empty(node, "created_time") or text_or_empty(node, "timestamp")),
        public=public,
        ours=who == us.id,
    )
    return Unparsed(raw_of(node), f"{us.label} sent a post that Heard does not understand.", known, glimpse)


def words_of_node(node: Json, name: str, *, ours: bool) -> str:
    """Return the words of a node, and those of a customer's with what is attached to it."""
    words = text_or_empty(node, name)
    return clean(words) if ours else with_attachments(words, _attached(node))


def _attached(node: Json) -> list[Attachment]:
    """Return what came with a node. Meta tells apps no description of people's pictures."""
    told = [*objects(object_in(node, "attachments"), "data"), *filter(None, [object_in(node, "attachment")])]
    found = [_one_attached(one) for one in told]
    if node.get("attachment") and not object_in(node, "attachment"):  # as webhooks tell it
        found.append(Attachment(AttachedKind.OTHER))
    if "media_type" in node:
        found.append(Attachment(_kind_in(text_or_empty(node, "media_type"))))
    return [*found, *([Attachment(AttachedKind.STICKER)] if node.get("sticker") else [])]


def _one_attached(one: Json) -> Attachment:
    kind = _kind_in(*(text_or_empty(one, name) for name in ("type", "media_type", "mime_type")))
    told = [text_or_empty(one, name) for name in ("title", "url")] if kind == AttachedKind.LINK else []
    says = text_or_empty(one, "name") if kind == AttachedKind.FILE else " ".join(filter(None, told))
    return Attachment(kind, says)


def _kind_in(*names: str) -> AttachedKind:
    """Return what Meta's name for a kind, or the type of a file, means."""
    told = " ".join(names).casefold()
    return next((kind for sign, kind in _KINDS if sign in told), AttachedKind.OTHER)


def media_in(node: Json) -> int:
    """Return how many pictures, stickers and the like came with it; none of them is fetched."""
    single = [name for name in ("attachment", "sticker") if node.get(name)]
    return len(single) + len(objects(object_in(node, "attachments"), "data"))
