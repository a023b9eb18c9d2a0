"""Converts what a Mastodon server tells into posts."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side, private_root
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.outside import (
    Json,
    address_parts,
    as_name,
    object_in,
    objects,
    raw_of,
    read_json,
    text_or_empty,
    whole_number,
)
from bot.ports.network import Unparsed

MOST_FOLLOWERS = 2_000_000_000
# Who may read a post, from everybody to those it names; an answer is never wider than what it answers.
PUBLIC, UNLISTED, NAMED = "public", "unlisted", "direct"
_ANSWERED_AS = {
    PUBLIC: PUBLIC,
    UNLISTED: UNLISTED,
}  # all others: those named, since our followers are others than theirs
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")  # digits on Mastodon, ULID and UUID on its kin
_ACCT = re.compile(r"[\w.-]{1,64}(?:@[\w.-]{1,255})?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z-]{2,12}")
_KINDS = {
    "image": AttachedKind.PICTURE,
    "gifv": AttachedKind.PICTURE,
    "video": AttachedKind.VIDEO,
    "audio": AttachedKind.SOUND,
}
_LONGEST_MARKUP = 200_000  # signs of a post's HTML that are read


class StrangePost(Exception):
    """Something in an answer does not follow Mastodon's documentation; the text names it."""


@dataclass(frozen=True, slots=True)
class OurPlace:
    """Our account's id, and the address of its server."""

    account: str
    site: str

    def post_url(self, post_id: str, acct: str) -> str:
        """Return the address of a post on our own server."""
        return f"{self.site}/@{acct}/{post_id}" if acct and post_id else ""

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address of our own server leads to, or ""."""
        there, here = address_parts(link), address_parts(self.site)
        _, acct, post_id, *more = [*there.path.rstrip("/").split("/"), "", ""]
        fits = acct.startswith("@") and is_status_id(post_id) and not any(more)
        same = there.netloc.casefold() == here.netloc.casefold() and there.scheme in {"http", "https"}
        return post_id if fits and same else ""


def is_status_id(text: str) -> bool:
    """Return whether a text can be an id of this network."""
    return _ID.fullmatch(text) is not None


def entry_id(entry: object) -> str:
    """Return the id of a notification or status, or ""."""
    known = text_or_empty(entry, "id") if isinstance(entry, dict) else ""
    return known if is_status_id(known) else ""


def is_not_blocked_by(told: bytes, account: str) -> bool:
    """Return whether what a server tells of us and an account says for certain that it does not block us."""
    try:
        found = read_json(told.decode("utf-8", "replace"))
    except ValueError:
        return False
    known = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    return known.get("id") == account and known.get("blocked_by") is False


def oldest_first(page: list[Any]) -> list[Any]:
    """Return a page with its oldest entry first. Servers tell the newest first; some do not where `min_id` is asked.

    The ids of all kinds sort by time, the shorter ones first.
    """
    ids = [(len(known), known) for one in page if (known := entry_id(one))]
    return page if len(ids) > 1 and ids[0] < ids[-1] else page[::-1]


def status_in(stream: str, entry: object) -> tuple[str, object]:
    """Return the status of an entry, and whether it is a "mention" or an "update"; "": it is about something else."""
    if stream != "mentions" or not isinstance(entry, dict):
        return "mention", entry
    kind = text_or_empty(entry, "type")
    return (kind, entry.get("status") or entry) if kind in {"mention", "update"} else ("", None)


def account_in(told: Json) -> Author:
    """Return the account in an answer. Raises StrangePost."""
    if not is_status_id(text_or_empty(told, "id")) or not _ACCT.fullmatch(text_or_empty(told, "acct")):
        raise StrangePost("account")
    return Author(
        id=told["id"],
        handle=told["acct"],
        name=as_name(told, "display_name", "username"),
        followers=whole_number(told, "followers_count", MOST_FOLLOWERS),
    )


def addressee_in(status: Json, us: str) -> str:
    """Return the handle that an answer to this post begins with: its author's, or of a post of ours whom that names.

    So a further part of a reply, or a correction, reaches the customer as the reply did. Raises StrangePost.
    """
    author = account_in(object_in(status, "account"))
    if author.id != us:
        return author.handle
    named = (text_or_empty(one, "acct") for one in objects(status, "mentions") if text_or_empty(one, "id") != us)
    return next((one for one in named if _ACCT.fullmatch(one)), author.handle)


def answer_visibility(status: Json) -> str:
    """Return who may read our answer to a post: as many as may read the post, or only those named."""
    return _ANSWERED_AS.get(text_or_empty(status, "visibility"), NAMED)


def answer_audience(status: Json) -> Json:
    """Return the parts of our answer that say who may read it: one to a post that stays on its server stays there.

    Only some of Mastodon's kin have such posts. They are marked so, whoever may read them on that server.
    """
    stays = {"local_only": True, "federated": False} if status.get("local_only") is True else {}
    return {"visibility": answer_visibility(status), **stays}


def post_in(status: Json, root: str, us: OurPlace) -> Mention:
    """Return the post in a status; `root` is the first post of its conversation. Raises StrangePost."""
    author, at = account_in(object_in(status, "account")), moment_in(text_or_empty(status, "created_at"))
    if not is_status_id(text_or_empty(status, "id")) or at is None:
        raise StrangePost("status")
    ours, private = author.id == us.account, answer_visibility(status) == NAMED
    language = text_or_empty(status, "language")
    return Mention(
        ref=PostRef("mastodon", us.account, status["id"]),
        root_id=_private_with(status, author, us) if private else root or status["id"],
        parent_id=parent_in(status) or None,
        author=author,
        text=words_in(status) if ours else with_attachments(words_in(status), _attached(status)),
        posted_at=at,
        side=Side.OURS if ours else Side.THEIRS,
        language=language if _LANGUAGE.fullmatch(language) else "",
        media=len(objects(status, "media_attachments")),
        url=us.post_url(status["id"], author.handle),
        answerable=Answerable.UNKNOWN if ours else Answerable.YES,
        private=private,
        raw=raw_of(status),
    )


def _attached(status: Json) -> list[Attachment]:
    """Return what a status shows besides its words, with what its author says of it."""
    found = objects(status, "media_attachments")
    return [
        Attachment(_KINDS.get(text_or_empty(one, "type"), AttachedKind.OTHER), text_or_empty(one, "description"))
        for one in found
    ]


def _private_with(status: Json, author: Author, us: OurPlace) -> str:
    """Return the root of a private post: that of its customer; of ours to several people, or to nobody, itself."""
    if author.id != us.account:
        return private_root(author.id)
    named = [text_or_empty(one, "id") for one in objects(status, "mentions")]
    others = [one for one in named if is_status_id(one) and one != us.account]
    return private_root(others[0]) if len(others) == 1 else status["id"]


def edited_in(status: Json, post: Mention, us: OurPlace) -> Mention | None:
    """Return a known post as its author has changed it; None where it was not changed, or cannot be read."""
    if not text_or_empty(status, "edited_at"):
        return None
    try:
        return replace(post_in(status, post.root_id, us), revised_at=moment_in(status["edited_at"]))
    except StrangePost:
        return None


def unread(status: object, us: OurPlace) -> Unparsed:
    """Return a status that was not understood, with its readable parts."""
    told: Json = status if isinstance(status, dict) else {}
    author, post_id = object_in(told, "account"), text_or_empty(told, "id")
    who = text_or_empty(author, "id") if is_status_id(text_or_empty(author, "id")) else ""
    handle = text_or_empty(author, "acct") if _ACCT.fullmatch(text_or_empty(author, "acct")) else ""
    known = post_id if is_status_id(post_id) else ""
    public = answer_visibility(told) != NAMED
    glimpse = Glimpse(
        author_id=who,
        handle=handle,
        text=words_in(told),
        url=us.post_url(known, handle) if public else "",
        posted_at=moment_in(text_or_empty(told, "created_at")),
        public=public,
        ours=who == us.account,
    )
    return Unparsed(raw_of(status), "Mastodon sent a post that Heard does not understand.", known, glimpse)


def parent_in(status: Json) -> str:
    """Return the id of the post that a status answers, or ""."""
    parent = text_or_empty(status, "in_reply_to_id")
    return parent if is_status_id(parent) else ""


def words_in(status: Json) -> str:
    """Return a status's words without markup, its content warning before them."""
    warning = clean(text_or_empty(status, "spoiler_text")).strip()
    return "\n\n".join(filter(None, (warning, plain(text_or_empty(status, "content")))))


def plain(markup: str) -> str:
    """Return the words of a post's HTML: paragraphs apart, addresses whole."""
    reader = _Words()
    reader.feed(markup[:_LONGEST_MARKUP])
    reader.close()
    return clean(re.sub(r"\n{3,}", "\n\n", "".join(reader.found))).strip()


class _Words(HTMLParser):
    """Collects the text of HTML, with line ends where a reader sees them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser's
        self.found += ["\n"] if tag == "br" else []

    def handle_endtag(self, tag: str) -> None:
        self.found += ["\n\n"] if tag in {"p", "blockquote", "ul", "ol"} else ["\n"] if tag == "li" else []

    def handle_data(self, data: str) -> None:
        self.found.append(data)
