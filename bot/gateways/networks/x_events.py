"""Reads the lines of X's Activity stream: posts that are complete, hints, and the reasons why it ends.

A post that lacks what the desk decides by is never stored from here; it is named, and read in full.
"""

from collections.abc import Mapping, MutableMapping

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author, Mention, Side
from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks.x_batches import is_wanted
from bot.gateways.networks.x_posts import (
    Item,
    Us,
    full_text,
    is_post_id,
    links,
    read_author,
    read_post,
    value_of,
)
from bot.gateways.outside import Json, object_in, objects, read_json, shallow, text_or_empty
from bot.ports.pushes import Pushed, StreamEnded

_SHOWS_POSTS: Mapping[str, Side] = {
    "post.mention.create": Side.THEIRS,
    "post.reply.create": Side.THEIRS,
    "post.quote.create": Side.THEIRS,
    "post.create": Side.OURS,
}
DELETED = "post.delete"
WANTED = (*_SHOWS_POSTS, DELETED)  # what the desk subscribes to for each account
CHAT_CAME = "chat.received"  # and for one that has X Chat

_CUT = 270  # signs of a text from which on X may have cut it, with the full one in another field
_ALWAYS = ("text", "created_at", "conversation_id")
_MEDIA = ("/photo/", "/video/")

_TOO_MANY = "streaming-connection"
_ENDS = {
    "operational-disconnect": "X closed the stream for reasons of its own.",
    "usage-capped": "X says our app has used up what its plan allows. Whoever pays for it can raise that at X.",
    "credits": "X says our developer account has no credit left. Whoever pays for it can add credit there.",
    _TOO_MANY: "X says that too many streams of our app are open; does another desk use the same app?",
}
_OTHER_END = "X closed the stream with an answer that Heard does not know."


@dataclass(frozen=True, slots=True)
class _Told:
    """An event about one of our accounts."""

    us: Us
    kind: str
    payload: Json
    raw: bytes

    @property
    def only_a_hint(self) -> Pushed:
        """Return that something happened, without saying what."""
        return Pushed(self.us.account)

    @property
    def of_no_post(self) -> Pushed | None:
        """Return that a message came, or a hint for a kind of post that is not read; None for other events."""
        if self.kind == CHAT_CAME:
            return Pushed(self.us.account, message=True)
        return self.only_a_hint if self.kind.startswith("post.") else None

    def in_part(self, item: Item) -> Pushed:
        """Return the post's id, since it has to be read in full."""
        return Pushed(self.us.account, partial=str(item.id)) if item.id else self.only_a_hint


def read_event(line: bytes | None, ours: Mapping[str, Us], authors: MutableMapping[str, Author]) -> Pushed | None:
    """Return what a line tells; None for a sign of life, and for what does not concern our accounts.

    `ours`: our accounts by id. `authors`: the known ones, to which those that X names are added. Raises StreamEnded
    when X says that it ends the stream.
    """
    if line == b"":
        return None
    text = shallow((line or b"").decode("utf-8", "surrogateescape"))
    try:
        said = read_json(text)
    except ValueError:
        return Pushed()
    if not isinstance(said, dict):
        return Pushed()
    if "data" not in said and (why := _ENDS.get(_known_kind(said), _OTHER_END if objects(said, "errors") else "")):
        raise StreamEnded(why, StreamEnd.DROPPED)
    data = object_in(said, "data")
    account, kind = text_or_empty(object_in(data, "filter"), "user_id"), text_or_empty(data, "event_type")
    if not account or not kind:
        return Pushed()
    if account not in ours:
        return _followed(kind, Item(b"", object_in(data, "payload")))
    _learn(data, authors)
    raw = (value_of(text, "data", "payload") or "").encode("utf-8", "surrogateescape")
    return _pushed(_Told(ours[account], kind, object_in(data, "payload"), raw), authors)


def too_many_streams(said: Json) -> str:
    """Return X's refusal of a stream because others of the app are open, as a sentence; or ""."""
    return _ENDS[_TOO_MANY] if _known_kind(said) == _TOO_MANY else ""


def _known_kind(said: Json) -> str:
    """Return by which of the known forms X ends a stream; or ""."""
    kinds = [text_or_empty(one, "type").rpartition("/")[2] for one in (said, *objects(said, "errors"))]
    return next((one for one in kinds if one in _ENDS), "")


def _learn(data: Json, authors: MutableMapping[str, Author]) -> None:
    for user in objects(object_in(data, "includes"), "users"):
        author = read_author(object_in(user, "data") or user)  # X wraps the user in some events
        if author is not None and author.handle != author.id:
            authors[author.id] = author


def _followed(kind: str, item: Item) -> Pushed | None:
    """Return a deletion by somebody who is followed; all else is told to other users of the app."""
    return Pushed(gone=str(item.id)) if kind == DELETED and item.id else None


def _pushed(told: _Told, authors: Mapping[str, Author]) -> Pushed | None:
    item = Item(told.raw, told.payload)
    if told.kind == DELETED:
        return Pushed(told.us.account, gone=str(item.id)) if item.id else told.only_a_hint
    side = _SHOWS_POSTS.get(told.kind)
    if side is None:
        return told.of_no_post
    if not item.id or (side is Side.OURS and (item.author_id != told.us.account or _is_edit(item))):
        return told.only_a_hint
    if not is_wanted(item, told.us, side, 0):
        return None
    if _lacks(item, side, authors):
        return told.in_part(item)
    read = read_post(item, told.us, authors, side=side)
    return Pushed(told.us.account, post=read) if isinstance(read, Mention) else told.in_part(item)


def _is_edit(item: Item) -> bool:
    """Return whether a post is a later form of another; a reading of our timeline tells of which."""
    return len(item.versions) > 1


def _lacks(item: Item, side: Side, authors: Mapping[str, Author]) -> bool:
    """Return whether a post lacks something that a reading of it would bring."""
    post = item.post
    cut = len(full_text(post)) > _CUT and not object_in(post, "note_tweet")
    bare = any(not text_or_empty(post, name) for name in _ALWAYS) or not is_post_id(item.author_id)
    answers = any(text_or_empty(post, name) for name in ("in_reply_to_user_id", "in_reply_to_tweet_id"))
    loose = answers and not item.refers("replied_to")
    hidden = _shows_media(post)  # a reading brings what its author says of the pictures
    if cut or bare or loose or hidden:
        return True
    if side is Side.OURS:
        return False
    # Without the first two it is not known whether we may answer; without the author the card would show a number.
    known = object_in(post, "entities") and text_or_empty(post, "reply_settings")
    return not known or item.author_id not in authors


def _shows_media(post: Json) -> bool:
    return any(part in link for link in links(post).values() for part in _MEDIA)
