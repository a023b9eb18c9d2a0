"""Converts what Bluesky tells into posts."""

import json
import re
from dataclasses import field
from datetime import datetime

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, comparable
from bot.domain.base.word_caches import NameMemory
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.bluesky_ids import POSTS, RecordAddress, is_cid, is_did, is_handle, post_address
from bot.gateways.outside import Json, address_parts, as_name, object_in, objects, text_or_empty
from bot.ports.network import Shown, Unparsed

SITE = "https://bsky.app"
KNOWN_HANDLES = 10_000
_LANGUAGE = re.compile(r"[A-Za-z-]{2,12}")
_MOST_IMAGES = 20


class OddPost(Exception):
    """Something in an answer does not follow Bluesky's documentation; the text names it."""


@dataclass(frozen=True, slots=True)
class OurSide:
    """Our account on Bluesky, and the handles that were seen there, since addresses of posts may have them."""

    account: str
    handle: str
    handles: NameMemory[str] = field(default_factory=lambda: NameMemory(KNOWN_HANDLES))  # handle -> account

    def know(self, author: Author) -> None:
        """Remember an author's handle, for addresses of their posts."""
        if author.handle:
            self.handles[author.handle] = author.id

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address leads to, or ""; a handle has to be known."""
        parts = address_parts(link)
        if parts.scheme not in {"http", "https"} or parts.netloc.casefold() not in {"bsky.app", "www.bsky.app"}:
            return ""
        _, profile, who, post, key, *more = [*parts.path.rstrip("/").split("/"), "", "", "", ""]
        if (profile, post) != ("profile", "post") or any(more):
            return ""
        name = who.casefold().removeprefix("@")
        owner = who if is_did(who) else self.account if name == self.handle.casefold() else self.handles.get(name, "")
        found = post_address(str(RecordAddress(owner, POSTS, key)))
        return str(found) if found else ""


def post_page(post_id: str) -> str:
    """Return the public address of a post, which stays when its author takes another handle."""
    found = post_address(post_id)
    return f"{SITE}/profile/{found.owner}/post/{found.key}" if found else ""


def profile_in(told: Json) -> Author:
    """Return the account in an answer. Raises OddPost."""
    if not is_did(text_or_empty(told, "did")):
        raise OddPost("account")
    handle = text_or_empty(told, "handle").casefold()
    known = handle if is_handle(handle) and handle != "handle.invalid" else ""
    return Author(id=told["did"], handle=known or told["did"], name=as_name(told, "displayName"))


def post_of(told: Json, us: OurSide) -> Mention:
    """Return the post in a notification, or in a post as a feed shows it. Raises OddPost."""
    author, record = profile_in(object_in(told, "author")), object_in(told, "record")
    address, at = post_address(text_or_empty(told, "uri")), moment_in(text_or_empty(told, "indexedAt"))
    if address is None or address.owner != author.id or at is None or not isinstance(record.get("text"), str):
        raise OddPost("post")
    us.know(author)
    ours = author.id == us.account
    return Mention(
        ref=PostRef("bluesky", us.account, str(address)),
        root_id=reply_place(record, "root") or str(address),
        parent_id=reply_place(record, "parent") or None,
        author=author,
        text=clean(record["text"]) if ours else with_attachments(record["text"], _attached(record)),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        language=_language(record),
        media=_media(record),
        url=post_page(str(address)),
        answerable=Answerable.UNKNOWN if ours else Answerable.YES,
        raw=as_kept(told),
    )


def reply_place(record: Json, name: str) -> str:
    """Return the address of the post that a post answers ("parent"), or of the first one ("root"); or ""."""
    found = post_address(text_or_empty(object_in(object_in(record, "reply"), name), "uri"))
    return str(found) if found else ""


def strong_ref(told: Json) -> dict[str, str]:
    """Return the address and checksum of a post, as a reply names it. Raises OddPost."""
    address, cid = post_address(text_or_empty(told, "uri")), text_or_empty(told, "cid")
    if address is None or not is_cid(cid):
        raise OddPost("reference")
    return {"uri": str(address), "cid": cid}


def told_again(raw: bytes, us: OurSide, known: Glimpse) -> Mention | Unparsed:
    """Read a post that was kept, as today's version understands it."""
    kept = json_object(raw)
    try:
        return post_of(kept, us)
    except OddPost:
        return not_understood(kept, us) if kept else Unparsed(raw, _NOT_UNDERSTOOD, glimpse=known)


def not_understood(told: object, us: OurSide) -> Unparsed:
    """Return a post that was not understood, with its readable parts. All posts of Bluesky are public."""
    post: Json = told if isinstance(told, dict) else {}
    author, record = object_in(post, "author"), object_in(post, "record")
    address = post_address(text_or_empty(post, "uri"))
    who = text_or_empty(author, "did") if is_did(text_or_empty(author, "did")) else address.owner if address else ""
    handle = text_or_empty(author, "handle").casefold()
    glimpse = Glimpse(
        author_id=who,
        handle=handle if is_handle(handle) else "",
        text=clean(text_or_empty(record, "text")),
        url=post_page(str(address)) if address else "",
        root_id=reply_place(record, "root"),
        posted_at=moment_in(text_or_empty(post, "indexedAt")),
        public=address is not None,
        ours=who == us.account,
    )
    return Unparsed(as_kept(told), _NOT_UNDERSTOOD, str(address) if address else "", glimpse)


def as_kept(told: object) -> bytes:
    """Return what came as bytes, for the record."""
    return json.dumps(told, ensure_ascii=True).encode("ascii")


def indexed_at(told: object) -> datetime | None:
    """Return when the network took in a post, or None."""
    return moment_in(text_or_empty(told, "indexedAt")) if isinstance(told, dict) else None


def is_about_something_else(notification: object) -> bool:
    """Return whether a notification is of a kind that nobody wants answered; one without a kind is not."""
    reason = text_or_empty(notification, "reason") if isinstance(notification, dict) else ""
    return reason not in {"", "mention", "reply", "quote"}


def is_repost(entry: object) -> bool:
    """Return whether an entry of a feed is a post of somebody else that our account passed on."""
    return (
        isinstance(entry, dict)
        and bool(entry.get("reason"))
        and text_or_empty(object_in(entry, "reason"), "$type").endswith("#reasonRepost")
    )


def why_closed(post: Json) -> str:
    """Return why our account cannot answer a post, or ""."""
    them = object_in(object_in(post, "author"), "viewer")
    if them.get("blockedBy") is True or them.get("blocking"):
        return _BLOCKED
    return _CLOSED if object_in(post, "viewer").get("replyDisabled") is True else ""


def says_to(record: Json, post_id: str, text: str) -> bool:
    """Return whether a record answers a post with these words."""
    said = text_or_empty(record, "text")
    return reply_place(record, "parent") == post_id and comparable(said) == comparable(clean(text))


def as_shown(record: Json, *, ours: bool) -> Shown:
    """Return a record as the port tells of a post."""
    return Shown(ours, reply_place(record, "parent"), clean(text_or_empty(record, "text")))


def record_made_at(record: Json) -> datetime | None:
    """Return when a record was made, as it says, or None."""
    return moment_in(text_or_empty(record, "createdAt"))


def _language(record: Json) -> str:
    found = record.get("langs")
    first = found[0] if isinstance(found, list) and found else ""
    return first if isinstance(first, str) and _LANGUAGE.fullmatch(first) else ""


def _attached(record: Json) -> list[Attachment]:
    """Return what a post shows besides its words, with what its author says of it."""
    embed = object_in(record, "embed")
    inner = object_in(embed, "media") or embed  # beside a quoted post
    found = [Attachment(AttachedKind.PICTURE, text_or_empty(one, "alt")) for one in objects(inner, "images")]
    if object_in(inner, "video"):
        found.append(Attachment(AttachedKind.VIDEO, text_or_empty(inner, "alt")))
    if link := object_in(inner, "external"):
        told = (text_or_empty(link, name) for name in ("title", "uri"))
        found.append(Attachment(AttachedKind.LINK, " ".join(filter(None, told))))
    if object_in(embed, "record"):
        found.append(Attachment(AttachedKind.POST))
    return found


def _media(record: Json) -> int:
    embed = object_in(record, "embed")
    inner = object_in(embed, "media") or embed  # beside a quoted post
    videos = 1 if object_in(inner, "video") else 0
    return min(len(objects(inner, "images")) + videos, _MOST_IMAGES)


_BLOCKED = "Its author has blocked our account on Bluesky, or we have blocked theirs."
_CLOSED = "Its author lets only some people answer this post on Bluesky, and our account is not among them."
_NOT_UNDERSTOOD = "Bluesky sent a post that Heard does not understand."
