"""Converts what Google Play tells into reviews, and our replies to them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, quote

from bot.domain.base.moments import EPOCH, LATEST
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import STARS, Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.google_play_answers import NOT_UNDERSTOOD
from bot.gateways.outside import Json, address_parts, as_name, object_in, objects, raw_of, text_or_empty, whole_number
from bot.ports.network import Unparsed

NAME = "google-play"
_ID = re.compile(r"[\w:.=-]{1,256}", re.ASCII)
_OUR_REPLY = "#reply-"  # behind the review's id in the ids of our replies, which have none on Google Play
_STORE, _CONSOLE = "https://play.google.com/store/apps/details", "https://play.google.com/console/"
_HOST = "play.google.com"
_NANOS = 1_000_000_000
_NAMELESS = "A Google user"  # as Google Play itself calls an author whose name it does not show
_LAST_SECOND = 253_402_300_799


class StrangeReview(Exception):
    """Something in an answer does not follow Google's documentation."""


@dataclass(frozen=True, slots=True)
class OurApp:
    """An app of ours: its package, our name in it, and where its pages in the Play Console are, if that is known."""

    package: str
    handle: str
    console: str = ""

    def review_url(self, post_id: str) -> str:
        """Return the public address of a review, with our reply under it."""
        known = review_of(post_id)
        return f"{_STORE}?id={quote(self.package)}&reviewId={quote(known, safe='')}" if is_review_id(known) else ""

    def console_url(self, post_id: str) -> str:
        """Return the address of the Play Console, of the review's page where that is known."""
        page = f"{self.console}/user-feedback/review-details?reviewId={quote(review_of(post_id), safe='')}"
        return page if self.console else _CONSOLE

    def review_behind(self, link: str) -> str:
        """Return the id of the review of this app that an address in the store or the console leads to, or ""."""
        there = address_parts(link)
        asked = parse_qs(there.query)
        ours = there.path.startswith("/console/") or asked.get("id") == [self.package]
        found = (asked.get("reviewId") or asked.get("reviewid") or [""])[0]
        same = there.scheme in {"http", "https"} and there.netloc.casefold() == _HOST and ours
        return found if same and is_review_id(found) else ""


def is_review_id(text: str) -> bool:
    """Return whether a text can be the id of a review."""
    return _ID.fullmatch(text) is not None


def review_of(post_id: str) -> str:
    """Return the review of a post: itself, or that under which a reply of ours stands."""
    return post_id.partition(_OUR_REPLY)[0]


def reply_id(review: str, text: str) -> str:
    """Return the id of our reply with these words; the same words are the same reply, however often they are sent."""
    return f"{review}{_OUR_REPLY}{sha256(words_alone(text).encode('utf-8', 'replace')).hexdigest()[:16]}"


def words_alone(text: str) -> str:
    """Return a text for comparing, without its blanks and line ends: nobody knows which of them Google keeps."""
    return " ".join(comparable(text).split())


def nanos_in(told: Json) -> int:
    """Return a moment of Google's in nanoseconds since 1970, or 0 where it is none; seconds come as a text."""
    said = told.get("seconds")
    bare = str(said) if type(said) in {int, str} else ""
    if not bare.isascii() or not bare.isdigit() or len(bare) > len(str(_LAST_SECOND)):
        return 0
    return int(bare) * _NANOS + (whole_number(told, "nanos", _NANOS - 1) or 0)


def at_nanos(nanos: int) -> datetime | None:
    """Return the moment of nanoseconds since 1970; None for one that cannot be."""
    if not 0 < nanos <= _LAST_SECOND * _NANOS:
        return None
    found = EPOCH + timedelta(microseconds=nanos // 1_000)
    return found if found < LATEST else None


def said_by(review: Json, whose: str) -> Json:
    """Return the part "userComment" or "developerComment" of a review, or an empty one."""
    return next((found for one in objects(review, "comments") if (found := object_in(one, whose))), {})


def changed_at(review: Json) -> int:
    """Return when its author last changed a review, in nanoseconds since 1970; 0: not told."""
    return nanos_in(object_in(said_by(review, "userComment"), "lastModified"))


def review_in(review: Json, app: OurApp) -> Mention:
    """Return the review in an answer. Raises StrangeReview."""
    said, post_id, at = said_by(review, "userComment"), text_or_empty(review, "reviewId"), changed_at(review)
    posted_at = at_nanos(at)
    if not is_review_id(post_id) or posted_at is None:
        raise StrangeReview
    return Mention(
        ref=PostRef(NAME, app.package, post_id),
        root_id=post_id,
        parent_id=None,
        author=Author(id=post_id, handle="", name=as_name(review, "authorName") or _NAMELESS),
        text=words_of(said),
        posted_at=posted_at,
        stars=whole_number(said, "starRating", STARS) or None,
        written_with=", ".join(_written_with(said)),
        url=app.review_url(post_id),
        answerable=Answerable.YES,
        raw=raw_of(review),
    )


def our_reply_in(review: Json, app: OurApp) -> Mention | None:
    """Return our reply to a review, or None; nobody can tell by whom of us it was written."""
    said, post_id = said_by(review, "developerComment"), text_or_empty(review, "reviewId")
    text, at = words_of(said), at_nanos(nanos_in(object_in(said, "lastModified")))
    if not text or at is None or not is_review_id(post_id):
        return None
    return Mention(
        ref=PostRef(NAME, app.package, reply_id(post_id, text)),
        root_id=post_id,
        parent_id=post_id,
        author=Author(id=app.package, handle=app.handle),
        text=text,
        posted_at=at,
        side=Side.OURS,
        url=app.review_url(post_id),
        raw=raw_of(said),
    )


def unread_review(review: object, app: OurApp) -> Unparsed:
    """Return a review that was not understood, with its readable parts."""
    told: Json = review if isinstance(review, dict) else {}
    post_id = text_or_empty(told, "reviewId")
    known = post_id if is_review_id(post_id) else ""
    glimpse = Glimpse(
        author_id=known,
        text=words_of(said_by(told, "userComment")),
        url=app.review_url(known) if known else "",
        posted_at=at_nanos(changed_at(told)),
        public=True,
    )
    return Unparsed(raw_of(review), NOT_UNDERSTOOD, known, glimpse)


def words_of(comment: Json) -> str:
    """Return the words of a comment in the language in which they were written; a tab ends the title."""
    text = text_or_empty(comment, "originalText").strip() or text_or_empty(comment, "text")
    return clean(text.replace("\t", "\n")).strip()


def _written_with(said: Json) -> Iterator[str]:
    if version := as_name(said, "appVersionName"):
        yield f"app {version}"
    if system := whole_number(said, "androidOsVersion", 999):
        yield f"Android SDK {system}"
    if device := as_name(object_in(said, "deviceMetadata"), "productName") or as_name(said, "device"):
        yield device
