"""Converts a post of X into a mention, and decides whether X lets our app answer it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.attachments import Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.x_addresses import post_url
from bot.gateways.networks.x_media import MEDIA_FIELDS, MEDIA_KEYS, attached_in, media_of, media_told
from bot.gateways.outside import (
    DECODER,
    Json,
    as_name,
    cleaned,
    object_in,
    objects,
    read_json,
    shallow,
    text_or_empty,
    whole_number,
)
from bot.ports.network import Unparsed

# What is asked for of a post and of its author, by tweepy's names.
FIELDS = [
    "id",
    "text",
    "note_tweet",
    "author_id",
    "conversation_id",
    "created_at",
    "referenced_tweets",
    "lang",
    "reply_settings",
    "entities",
    "attachments",
    "in_reply_to_user_id",
    "edit_controls",
]
AUTHOR_FIELDS: Mapping[str, list[str]] = {
    "expansions": ["author_id", MEDIA_KEYS],
    "media_fields": MEDIA_FIELDS,
    "user_fields": ["username", "name", "public_metrics"],
}

MOST_FOLLOWERS = 2**53
_REAL = 2**54  # X's ids contain their time from here on, a few days into November 2010

_SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)  # X's ids count milliseconds from here
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_LIMITED = {
    "following": "people they follow",
    "mentionedUsers": "people they name",
    "subscribers": "their subscribers",
    "verified": "verified accounts",
}
_NOT_SUMMONED = "The author did not name us in this post, and X lets an app answer only those who did."
_SPACE = re.compile(r"[ \t\r\n,:]*")  # used only on text that is known to be JSON


@dataclass(frozen=True, slots=True)
class Us:
    """Our own account on X."""

    account: str
    handle: str


@dataclass(frozen=True, slots=True)
class Item:
    """One post as X sent it: its bytes, and its parsed JSON."""

    raw: bytes
    post: Json
    attached: tuple[Attachment, ...] = ()

    @property
    def id(self) -> int:
        """Return the post's id, or 0."""
        found = self.post.get("id")
        return int(found) if isinstance(found, str) and is_post_id(found) else 0

    @property
    def versions(self) -> tuple[str, ...]:
        """Return the ids of all forms of an edited post, oldest first, its own one among them."""
        told = self.post.get("edit_history_tweet_ids", self.post.get("edit_history_post_ids"))  # X has both names
        found = [one for one in told if isinstance(one, str) and is_post_id(one)] if isinstance(told, list) else []
        return tuple(sorted(found, key=int))

    @property
    def author_id(self) -> str:
        """Return the id of its author, or ""."""
        return text_or_empty(self.post, "author_id")

    def refers(self, kind: str) -> str:
        """Return the id of the post that this one refers to as `kind` (replied_to, quoted, retweeted), or ""."""
        found = [
            text_or_empty(one, "id") for one in objects(self.post, "referenced_tweets") if one.get("type") == kind
        ]
        return found[0] if found and is_post_id(found[0]) else ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts, newest first as X returns them."""

    items: tuple[Item, ...]
    authors: tuple[Author, ...]
    next_token: str
    at: datetime | None = None  # X's own time


class Strange(Exception):
    """Something in an answer does not follow X's documentation; the text names it."""


def is_post_id(text: str) -> bool:
    """Return whether `text` can be an id of X."""
    return text.isascii() and text.isdigit() and len(text) <= 19


def newest_of(item: Item) -> str:
    """Return the id of a post's newest form: X gives another id by each edit, and a later one is greater."""
    return item.versions[-1] if str(item.id) in item.versions else str(item.id)


def snowflake_at(post_id: int) -> datetime:
    """Return when a post with this id was made."""
    return _SNOWFLAKE_EPOCH + timedelta(milliseconds=post_id >> 22)


def first_id(at: datetime) -> int:
    """Return the lowest id that a post made at `at` can have; 0 for a time before such ids."""
    return max(0, (at - _SNOWFLAKE_EPOCH) // timedelta(milliseconds=1)) << 22


def read_page(body: bytes, at: datetime | None = None) -> Page:
    """Return one page of posts, each with its bytes. Raises Strange when it is not a page."""
    text = shallow(body.decode("utf-8", "surrogateescape"))  # one invalid byte must not hide the other posts
    try:
        page = read_json(text)
    except ValueError:
        raise Strange("page") from None
    if not isinstance(page, dict) or not page.keys() & {"data", "meta"}:
        raise Strange("page")
    media, told = media_told(page), _items(text, "data")
    items = tuple(
        Item(raw.encode("utf-8", "surrogateescape"), one, tuple(attached_in(one, media))) for raw, one in told
    )
    authors = tuple(author for user in objects(object_in(page, "includes"), "users") if (author := read_author(user)))
    return Page(items, authors, text_or_empty(object_in(page, "meta"), "next_token"), at)


def read_author(user: Json) -> Author | None:
    """Return the author of X's user object; None when the id is missing."""
    who = _post_id(user, "id")
    if not who:
        return None
    return Author(
        id=who,
        handle=as_name(user, "username") or who,
        name=as_name(user, "name"),
        followers=whole_number(object_in(user, "public_metrics"), "followers_count", MOST_FOLLOWERS),
    )


def read_post(item: Item, us: Us, authors: Mapping[str, Author], *, side: Side) -> Mention | Unparsed:
    """Return the post as a mention, or as unreadable when it does not follow X's documentation."""
    try:
        return _mention(item, us, authors, side)
    except Strange as strange:
        why = f"X sent a post whose {strange} Heard does not understand."
        return Unparsed(item.raw, why, str(item.id or ""), _glimpse(item, us, authors))


def read_again(raw: bytes, us: Us, authors: Mapping[str, Author], known: Glimpse) -> Mention | Unparsed:
    """Read a stored raw post again, with what was known of its author then."""
    text = shallow(raw.decode("utf-8", "surrogateescape"))
    try:
        post = read_json(text)
    except ValueError:
        post = {}
    item = Item(raw, post if isinstance(post, dict) else {})
    then = {known.author_id: Author(id=known.author_id, handle=known.handle)} if known.handle else {}
    side = Side.OURS if item.author_id == us.account else Side.THEIRS
    return read_post(item, us, {**then, **authors}, side=side)


def _glimpse(item: Item, us: Us, authors: Mapping[str, Author]) -> Glimpse:
    """Return the readable parts of an unreadable post; all posts from X are public."""
    author_id = _post_id(item.post, "author_id")
    author = authors.get(author_id)
    return Glimpse(
        author_id=author_id,
        handle=author.handle if author else "",
        text=clean(unescaped(full_text(item.post))),
        url=post_url(str(item.id), author.handle if author else "") if item.id else "",
        root_id=_post_id(item.post, "conversation_id"),
        posted_at=made_at(item) if item.id >= _REAL else moment_in(text_or_empty(item.post, "created_at")),
        public=True,
        ours=author_id == us.account,
    )


def full_text(post: Json) -> str:
    """Return a post's full text; X cuts a long text and has the full one in another field."""
    return text_or_empty(object_in(post, "note_tweet"), "text") or text_or_empty(post, "text")


def words_with(item: Item, text: str, *, ours: bool) -> str:
    """Return the words of a post or a message, and those of a customer's with what is attached to it."""
    return clean(unescaped(text)) if ours else with_attachments(unescaped(text), item.attached)


def unescaped(text: str) -> str:
    """Undo X's three escapes, once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def links(post: Json) -> dict[str, str]:
    """Return the full addresses by the short ones in a post."""
    found = [
        *objects(object_in(post, "entities"), "urls"),
        *objects(object_in(object_in(post, "note_tweet"), "entities"), "urls"),
    ]
    return {
        text_or_empty(one, "url"): text_or_empty(one, "expanded_url")
        for one in found
        if text_or_empty(one, "expanded_url")
    }


def created_at(post: Json) -> datetime:
    """Return when a post was made. Raises Strange."""
    found = moment_in(text_or_empty(post, "created_at"))
    if found is None:
        raise Strange("created_at")
    return found


def is_reply_to(item: Item, target_id: str, text: str, earliest: datetime) -> bool:
    """Return whether a post of ours is a reply to `target_id` with this text, made at `earliest` or later."""
    same = has_text(item, text)
    return same and item.refers("replied_to") == target_id and not any_before([item], earliest)


def has_text(item: Item, text: str) -> bool:
    """Return whether a post has this text, apart from X's escapes and short addresses."""
    return comparable(full_text(item.post), links(item.post)) == comparable(text)


def any_before(items: Iterable[Item], at: datetime) -> bool:
    """Return whether one of the posts was made before `at`."""
    return any(item.id and made_at(item) < at for item in items)


def made_at(item: Item) -> datetime:
    """Return when a post was made, by X's field or by its id."""
    try:
        return created_at(item.post)
    except Strange:
        return snowflake_at(item.id)


def editable_until(item: Item) -> datetime | None:
    """Return until when X lets us change a post of ours; None: it does not, or does not say so."""
    said = object_in(item.post, "edit_controls")
    until, left = moment_in(text_or_empty(said, "editable_until")), whole_number(said, "edits_remaining", 100)
    return until if said.get("is_edit_eligible") is True and left else None


def _mention(item: Item, us: Us, authors: Mapping[str, Author], side: Side) -> Mention:
    post, post_id, author_id = item.post, str(item.id), text_or_empty(item.post, "author_id")
    fits = {"id": item.id, "author_id": is_post_id(author_id), "text": isinstance(post.get("text"), str)}
    if not all(fits.values()):
        raise Strange(next(name for name in fits if not fits[name]))
    author = authors.get(author_id) or Author(id=author_id, handle=author_id)
    answerable, why_not = _answerable(item, us) if side is Side.THEIRS else (Answerable.UNKNOWN, "")
    return Mention(
        ref=PostRef("x", us.account, post_id),
        root_id=_post_id(post, "conversation_id") or post_id,
        parent_id=item.refers("replied_to") or None,
        author=author,
        text=words_with(item, full_text(post), ours=side is Side.OURS),
        posted_at=created_at(post),
        side=side,
        language=_language(text_or_empty(post, "lang")),
        media=media_of(post),
        url=post_url(post_id, author.handle if author_id in authors else ""),
        answerable=answerable,
        why_not=why_not,
        editable_until=editable_until(item) if side is Side.OURS else None,
        raw=item.raw,
    )


def _answerable(item: Item, us: Us) -> tuple[Answerable, str]:
    """Apply X's rule of 2026-02-23: an app may answer only posts that name or quote us, if replies are open."""
    named, quoted = _names_us(item.post, us), _quotes_us(item, us)
    settings = text_or_empty(item.post, "reply_settings")
    if not named and quoted is False:
        return Answerable.NO, _NOT_SUMMONED
    if settings in _LIMITED and not (settings == "mentionedUsers" and named):
        return Answerable.NO, f"The author lets only {_LIMITED[settings]} reply to this post."
    if settings in {"everyone", "mentionedUsers"} and (named or quoted):
        return Answerable.YES, ""
    return Answerable.UNKNOWN, ""


def _names_us(post: Json, us: Us) -> bool:
    notes = object_in(object_in(post, "note_tweet"), "entities")
    named = [*objects(object_in(post, "entities"), "mentions"), *objects(notes, "mentions")]
    return any(
        text_or_empty(one, "id") == us.account or text_or_empty(one, "username").casefold() == us.handle.casefold()
        for one in named
    )


def _quotes_us(item: Item, us: Us) -> bool | None:
    """Return whether a post quotes us, by the link at its end; None when it quotes a post of unknown author."""
    if not item.refers("quoted"):
        return False
    owner = re.compile(rf"https?://(?:\w+\.)?(?:x|twitter)\.com/(\w+)/status/{re.escape(item.refers('quoted'))}\b")
    owners = [found[1].casefold() for link in links(item.post).values() if (found := owner.match(link))]
    return us.handle.casefold() in owners if owners else None


def _language(code: str) -> str:
    return "" if code in _NO_LANGUAGE or not re.fullmatch("[A-Za-z-]{2,12}", code) else code


def _post_id(holder: Json, name: str) -> str:
    found = text_or_empty(holder, name)
    return found if is_post_id(found) else ""


def _items(text: str, name: str) -> Iterator[tuple[str, Json]]:
    """Yield the members of the list `name` in the outermost object, each with its own text."""
    decode, at = DECODER.raw_decode, _next(text, _next(text, 0) + 1)
    while text[at] != "}":
        key, at = decode(text, at)
        at = _next(text, at)
        if key == name and text[at] == "[":
            yield from _members(text, _next(text, at + 1))
            return
        at = _next(text, decode(text, at)[1])


def _members(text: str, at: int) -> Iterator[tuple[str, Json]]:
    decode = DECODER.raw_decode
    while text[at] != "]":
        member, end = decode(text, at)
        yield text[at:end], cleaned(member) if isinstance(member, dict) else {}
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def value_of(text: str, *path: str) -> str | None:
    """Return the text of the value that these names lead to, object by object, in JSON; None without one."""
    at, end = _next(text, 0), len(text)
    for name in path:
        found = _member(text, at, name)
        if found is None:
            return None
        at, end = found
    return text[at:end]


def _member(text: str, at: int, name: str) -> tuple[int, int] | None:
    """Return where the value called `name` begins and ends in the object that begins at `at`."""
    decode = DECODER.raw_decode
    if text[at : at + 1] != "{":
        return None
    at, found = _next(text, at + 1), None
    while text[at] != "}":
        key, at = decode(text, at)
        start = _next(text, at)
        end = decode(text, start)[1]
        found = (start, end) if key == name else found  # of two with one name the last one counts, as in Python
        at = _next(text, end)
    return found
