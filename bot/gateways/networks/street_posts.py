"""How what happened on the street becomes posts, edits and deletions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bot.domain.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.text import clean
from bot.gateways.networks.answers import load
from bot.ports.network import Batch, Unparsed

Json = Mapping[str, Any]
PRIVATE = "m"  # what the id of a private message begins with


class Strange(Exception):
    """Something is not in the shape that the street documents; the word says what."""


@dataclass(frozen=True, slots=True)
class Us:
    """Our account on the street, and where its pages are."""

    account: str
    handle: str
    site: str

    def post_url(self, post_id: str, handle: str) -> str:
        """Return the address of a post, or of a conversation in private messages (with whom is `handle`)."""
        kind = "messages" if is_private(post_id) else "status"
        return f"{self.site}/{quote(handle or self.handle, safe='')}/{kind}/{post_id}"

    def post_behind(self, link: str) -> str:
        """Return the id of the post or private message that an address leads to; "" for any other page."""
        here, there = urlsplit(self.site), urlsplit(link)
        _, _, kind, post_id, *_ = [*there.path.split("/"), "", "", "", ""]
        fits = is_post_id(post_id) and kind == ("messages" if is_private(post_id) else "status")
        same = there.netloc.casefold() == here.netloc.casefold()
        return post_id if fits and same and there.scheme in {"http", "https"} else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its changes as a batch, and whether there are more."""

    batch: Batch
    more: bool


def is_private(post_id: str) -> bool:
    """Tell whether this is the id of a private message."""
    return post_id.startswith(PRIVATE)


def is_post_id(text: str) -> bool:
    """Tell whether `text` can be an id of the street, of a post or of a private message."""
    bare = text.removeprefix(PRIVATE)
    return bare.isascii() and bare.isdigit() and len(bare) <= 19


def read_author(account: object) -> Author:
    """Return the author in an account. Raises Strange."""
    if not isinstance(account, dict) or not _is_text(account, "id", "handle"):
        raise Strange("author")
    followers = account.get("followers")
    return Author(
        id=account["id"],
        handle=clean(account["handle"]),
        name=clean(str(account.get("name") or "")),
        followers=followers if type(followers) is int else None,
    )


def read_answer(body: bytes, us: Us) -> Answer:
    """Return what one answer tells. Raises Strange where it is none."""
    told = load(body)
    lines, cursor = told.get("changes"), told.get("cursor")
    if not isinstance(lines, list) or not isinstance(cursor, str):
        raise Strange("answer")
    read = [_read(line, us) for line in lines]
    batch = Batch(
        posts=tuple(one for what, one in read if what == "posted" and isinstance(one, Mention)),
        edits=tuple(one for what, one in read if what == "edited" and isinstance(one, Mention)),
        deletions=tuple(one for _, one in read if isinstance(one, str)),
        unparsed=tuple(one for _, one in read if isinstance(one, Unparsed)),
        cursor=cursor,
    )
    return Answer(batch, told.get("more") is True)


def _read(line: object, us: Us) -> tuple[str, Mention | Unparsed | str]:
    """Return what happened with the post, or with the id of one that is gone, or with what could not be read."""
    change = line if isinstance(line, dict) else {}
    what, post_id = str(change.get("what", "")), str(change.get("id", ""))
    try:
        if what == "deleted" and is_post_id(post_id):
            return what, post_id
        if what in {"posted", "edited"}:
            return what, _mention(change.get("post") or change.get("message"), us)
    except Strange as strange:
        what = str(strange)
    why = f"Street sent something whose {what or 'kind'} Heard does not understand."
    return "", Unparsed(_raw(line), why, post_id if is_post_id(post_id) else "")


def _mention(post: object, us: Us) -> Mention:
    if not isinstance(post, dict) or not _is_text(post, "id", "text") or not is_post_id(post["id"]):
        raise Strange("post")
    author, private = read_author(post.get("author")), is_private(post["id"])
    side = Side.OURS if author.id == us.account else Side.THEIRS
    customer = read_author(post.get("with")) if private else author
    return Mention(
        ref=PostRef("street", us.account, post["id"]),
        root_id=f"with-{customer.id}" if private else str(post.get("conversation") or post["id"]),
        parent_id=str(post.get("in_reply_to") or "") or None,
        author=author,
        text=clean(post["text"]),
        posted_at=_moment(post.get("at")),
        side=side,
        language=str(post.get("language") or ""),
        media=_count(post.get("photos")),
        url=us.post_url(post["id"], customer.handle),
        answerable=Answerable.YES if side == Side.THEIRS else Answerable.UNKNOWN,
        private=private,
        raw=_raw(post),
    )


def moment_of(made: object) -> datetime | None:
    """Return when a post or a message was made; None where that cannot be read."""
    try:
        return _moment(made.get("at")) if isinstance(made, dict) else None
    except Strange:
        return None


def _moment(at: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(at))
    except ValueError:
        raise Strange("moment") from None
    if found.tzinfo is None:
        raise Strange("moment")
    return found


def _count(photos: object) -> int:
    return photos if type(photos) is int and 0 <= photos <= 1_000 else 0


def _is_text(holder: Json, *names: str) -> bool:
    return all(isinstance(holder.get(name), str) and holder[name] for name in names)


def _raw(line: object) -> bytes:
    return json.dumps(line, ensure_ascii=True).encode("ascii")
