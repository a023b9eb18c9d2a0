"""Converts the street's changes into posts, edits and deletions."""

import json
import re
from datetime import datetime
from urllib.parse import quote, urlsplit

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side, private_root
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.answers import json_object
from bot.gateways.outside import Json, address_parts, as_name, object_in, text_or_empty, whole_number
from bot.ports.network import Batch, Unparsed

MOST_FOLLOWERS, MOST_PHOTOS = 2**53, 1_000
_ID = re.compile(r"[\w.:@-]{1,64}")  # an account's id on the street
PRIVATE = "m"  # first letter of a private message's id


class Strange(Exception):
    """Something in an answer does not follow the street's documentation; the text names it."""


@dataclass(frozen=True, slots=True)
class Us:
    """Our account on the street, and the address of its pages."""

    account: str
    handle: str
    site: str

    def post_url(self, post_id: str, handle: str) -> str:
        """Return the address of a post, or of the private conversation with `handle`."""
        kind = "messages" if is_private(post_id) else "status"
        return f"{self.site}/{quote(handle or self.handle, safe='')}/{kind}/{post_id}"

    def post_behind(self, link: str) -> str:
        """Return the id of the post or private message that an address leads to; "" for any other page."""
        here, there = urlsplit(self.site), address_parts(link)
        _, _, kind, post_id, *_ = [*there.path.split("/"), "", "", "", ""]
        fits = is_post_id(post_id) and kind == ("messages" if is_private(post_id) else "status")
        same = there.netloc.casefold() == here.netloc.casefold()
        return post_id if fits and same and there.scheme in {"http", "https"} else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its changes as a batch, and whether more follow."""

    batch: Batch
    more: bool


def is_private(post_id: str) -> bool:
    """Return whether this is the id of a private message."""
    return post_id.startswith(PRIVATE)


def is_post_id(text: str) -> bool:
    """Return whether `text` can be an id of the street, of a post or of a private message."""
    bare = text.removeprefix(PRIVATE)
    return bare.isascii() and bare.isdigit() and len(bare) <= 19


def read_author(account: object) -> Author:
    """Return the author of an account's JSON. Raises Strange."""
    if (
        not isinstance(account, dict)
        or not _ID.fullmatch(text_or_empty(account, "id"))
        or not as_name(account, "handle")
    ):
        raise Strange("author")
    return Author(
        id=account["id"],
        handle=as_name(account, "handle"),
        name=as_name(account, "name"),
        followers=whole_number(account, "followers", MOST_FOLLOWERS),
    )


def read_answer(body: bytes, us: Us) -> Answer:
    """Return the content of one answer. Raises Strange when it is not one."""
    told = json_object(body)
    lines, cursor = told.get("changes"), told.get("cursor")
    if not isinstance(lines, list) or not isinstance(cursor, str):
        raise Strange("answer")
    read = [_read(one, us) for one in lines]
    batch = Batch(
        posts=tuple(one for what, one in read if what == "posted" and isinstance(one, Mention)),
        edits=tuple(one for what, one in read if what == "edited" and isinstance(one, Mention)),
        deletions=tuple(one for _, one in read if isinstance(one, str)),
        unparsed=tuple(one for _, one in read if isinstance(one, Unparsed)),
        cursor=cursor,
    )
    return Answer(batch, told.get("more") is True)


def read_again(raw: bytes, us: Us) -> Mention | Unparsed:
    """Read stored raw JSON again: a change as the street sent it, or a post alone."""
    kept = json_object(raw)
    change = kept if "what" in kept else {"what": "posted", "id": kept.get("id"), _key(kept): kept}
    _, found = _read(change, us)
    return found if isinstance(found, Mention | Unparsed) else Unparsed(raw, "Street deleted something.", found)


def _key(post: Json) -> str:
    return "message" if is_private(text_or_empty(post, "id")) else "post"


def _read(told: object, us: Us) -> tuple[str, Mention | Unparsed | str]:
    """Return the kind of a change with its post, the id of a deleted post, or an unreadable post."""
    change: Json = told if isinstance(told, dict) else {}
    what, post_id = text_or_empty(change, "what"), text_or_empty(change, "id")
    why = what
    try:
        if what == "deleted" and is_post_id(post_id):
            return what, post_id
        if what in {"posted", "edited"}:
            return what, _mention(change.get("post") or change.get("message"), us)
    except Strange as strange:
        why = str(strange)
    said = f"Street sent something whose {safe_word(why) or 'kind'} Heard does not understand."
    known = post_id if is_post_id(post_id) else ""
    return "", Unparsed(_raw(told), said, known, _glimpse(change, known, us), is_edit=what == "edited")


def safe_word(word: str) -> str:
    """Return a word of the street's if it is safe in a sentence of ours, else ""."""
    return word if re.fullmatch("[a-z_]{1,20}", word) else ""


def _glimpse(change: Json, post_id: str, us: Us) -> Glimpse:
    """Return the readable parts of an unreadable change. Only a change of a post is certainly public."""
    public = (
        bool(object_in(change, "post"))
        and not object_in(change, "message")
        and post_id != ""
        and not is_private(post_id)
    )
    post = object_in(change, "post") or object_in(change, "message")
    author = object_in(post, "author")
    who = text_or_empty(author, "id") if _ID.fullmatch(text_or_empty(author, "id")) else ""
    return Glimpse(
        author_id=who,
        handle=as_name(author, "handle"),
        text=clean(text_or_empty(post, "text")),
        url=us.post_url(post_id, as_name(author, "handle")) if post_id and public else "",
        root_id=_id_in(post, "conversation"),
        posted_at=moment_in(text_or_empty(post, "at")),
        public=public,
        ours=who == us.account,
    )


def _mention(post: object, us: Us) -> Mention:
    if not isinstance(post, dict) or not text_or_empty(post, "text") or not is_post_id(text_or_empty(post, "id")):
        raise Strange("post")
    author, private = read_author(post.get("author")), is_private(post["id"])
    side = Side.OURS if author.id == us.account else Side.THEIRS
    customer = read_author(post.get("with")) if private else author
    return Mention(
        ref=PostRef("street", us.account, post["id"]),
        root_id=private_root(customer.id) if private else _id_in(post, "conversation") or post["id"],
        parent_id=_id_in(post, "in_reply_to") or None,
        author=author,
        text=clean(post["text"]),
        posted_at=_moment(post.get("at")),
        side=side,
        language=_language(text_or_empty(post, "language")),
        media=whole_number(post, "photos", MOST_PHOTOS) or 0,
        url=us.post_url(post["id"], customer.handle),
        answerable=Answerable.YES if side == Side.THEIRS else Answerable.UNKNOWN,
        private=private,
        raw=_raw(post),
    )


def _id_in(post: Json, name: str) -> str:
    return text_or_empty(post, name) if is_post_id(text_or_empty(post, name)) else ""


def _language(code: str) -> str:
    return code if re.fullmatch("[A-Za-z-]{2,12}", code) else ""


def moment_of(made: object) -> datetime | None:
    """Return when a post or a message was made; None when unreadable."""
    try:
        return _moment(made.get("at")) if isinstance(made, dict) else None
    except Strange:
        return None


def _moment(at: object) -> datetime:
    found = moment_in(at) if isinstance(at, str) else None
    if found is None:
        raise Strange("moment")
    return found


def _raw(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=True).encode("ascii")
