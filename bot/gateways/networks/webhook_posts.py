"""Reads the JSON that other tools push in: posts, edits and deletions; whatever is wrong is named by its field."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.gateways.outside import Json, as_name, cleaned, shallow, text_or_empty
from bot.ports.network import Batch

MOST_EVENTS = 100  # in one request
LONGEST_TEXT, LONGEST_URL = 20_000, 2_000  # code points
MOST_FOLLOWERS, MOST_MEDIA = 2**53, 1_000
EARLIEST, AHEAD = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=1)
POST_ID = re.compile(r"[!-~]{1,200}")
_LINK = re.compile(r"https?://(?:(?![<>|\"\\^`{}])[!-~])+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_UNANSWERED = "No receiver is configured for this account, so it is answered by hand."


def _whole(digits: str) -> int:
    return int(digits) if len(digits) < 20 else -1


def _constant(_: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_constant=_constant)


class NotRead(Exception):
    """The request cannot be read; the text says which field is wrong, and how it has to be."""


@dataclass(frozen=True, slots=True)
class PushedTo:
    """The account that posts are pushed to; `answers`: whether replies can be told to a receiver.

    Two tools may use the same ids, so here each begins with the account that it belongs to.
    """

    network: str
    account: str
    answers: bool

    def here(self, their_id: str) -> str:
        """Return an id of the other tool as it is used here; "" stays empty."""
        return f"{self.account}:{their_id}" if their_id else ""

    def there(self, our_id: str) -> str:
        """Return an id as the other tool knows it; "" for one that is none of its."""
        account, _, their_id = our_id.partition(":")
        return their_id if account == self.account and POST_ID.fullmatch(their_id) else ""


@dataclass(slots=True)
class _Found:
    posts: list[Mention] = field(default_factory=list)
    edits: list[Mention] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)


def read_pushed(body: bytes, us: PushedTo, now: datetime) -> Batch:
    """Return the events of a request's body. Raises NotRead; then none of them counts."""
    found = _Found()
    for where, event, raw in _events(body):
        try:
            _take(event, found, us, now, raw)
        except NotRead as wrong:
            raise NotRead(f"{where}{wrong}") from None
    return Batch(posts=tuple(found.posts), edits=tuple(found.edits), deletions=tuple(found.deletions))


def _events(body: bytes) -> Iterator[tuple[str, Json, bytes]]:
    """Yield each event after its place in the request, which begins a sentence, and before its bytes."""
    try:
        told = cleaned(_DECODER.decode(shallow(body.decode().strip())))
    except UnicodeDecodeError:
        raise NotRead("The body is not UTF-8.") from None
    except ValueError:
        raise NotRead("The body is not JSON.") from None
    if isinstance(told, dict):
        yield "", told, body
        return
    if not isinstance(told, list) or len(told) > MOST_EVENTS:
        raise NotRead(f"The body has to be one JSON object, or a list of at most {MOST_EVENTS}.")
    for number, one in enumerate(told, 1):
        if not isinstance(one, dict):
            raise NotRead(f"Entry {number} of the list has to be a JSON object.")
        yield f"Entry {number} of the list: ", one, json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")


def _take(event: Json, found: _Found, us: PushedTo, now: datetime, raw: bytes) -> None:
    what = event.get("event", "post")
    if what == "delete":
        found.deletions.append(us.here(_id(event, "id")))
    elif what == "post":
        found.posts.append(_post(event, us, now, raw))
    elif what == "edit":
        edited = _moment(event, "edited_at", now)
        found.edits.append(replace(_post(event, us, now, raw), revised_at=edited and min(edited, now)))
    else:
        raise NotRead('event has to be "post", "edit" or "delete"; left out, it is "post".')


def _post(event: Json, us: PushedTo, now: datetime, raw: bytes) -> Mention:
    post_id, parent = us.here(_id(event, "id")), us.here(_id(event, "parent_id", needed=False))
    return Mention(
        ref=PostRef(us.network, us.account, post_id),
        root_id=us.here(_id(event, "thread_id", needed=False)) or parent or post_id,
        parent_id=parent or None,
        author=_author(event, us),
        text=_text(event),
        posted_at=_moment(event, "posted_at", now) or now,
        side=Side.OURS if _flag(event, "ours") else Side.THEIRS,
        language=_language(event),
        media=_number(event, "media", MOST_MEDIA) or 0,
        url=_url(event),
        answerable=Answerable.YES if us.answers else Answerable.NO,
        why_not="" if us.answers else _UNANSWERED,
        private=_flag(event, "private"),
        raw=raw,
    )


def _id(holder: Json, name: str, *, needed: bool = True, said: str = "") -> str:
    given = holder.get(name)
    if given is None and not needed:
        return ""
    if not isinstance(given, str) or not POST_ID.fullmatch(given):
        raise NotRead(f"{said or name} has to be a text of 1 to 200 ASCII signs without blanks, in quotation marks.")
    return given


def _author(event: Json, us: PushedTo) -> Author:
    told = event.get("author")
    if not isinstance(told, dict):
        raise NotRead('author has to be an object: {"id": "...", "handle": "...", "name": "..."}.')
    for name in ("handle", "name"):
        if not isinstance(told.get(name, ""), str):
            raise NotRead(f"author.{name} has to be a text.")
    author_id = _id(told, "id", said="author.id")
    followers = _number(told, "followers", MOST_FOLLOWERS, "author.followers")
    handle = as_name(told, "handle").removeprefix("@") or author_id
    return Author(id=us.here(author_id), handle=handle, name=as_name(told, "name"), followers=followers)


def _text(event: Json) -> str:
    given = event.get("text")
    if not isinstance(given, str) or not (given.strip() or event.get("media")):
        raise NotRead("text has to be a text that is not empty; with a number in media it may be.")
    if len(given) > LONGEST_TEXT:
        raise NotRead(f"text has {len(given):,} characters, and at most {LONGEST_TEXT:,} are taken.")
    return clean(given)


def _moment(event: Json, name: str, now: datetime) -> datetime | None:
    if name not in event:
        return None
    given = event[name]
    found = moment_in(given) if isinstance(given, str) else None
    if found is None:
        raise NotRead(f'{name} has to be a moment with its zone, such as "2026-03-02T12:00:00Z".')
    if not EARLIEST <= found <= now + AHEAD:
        raise NotRead(f"{name} lies before the year 2000, or more than a day ahead.")
    return found


def _language(event: Json) -> str:
    given = event.get("language", "")
    if not isinstance(given, str) or not (given == "" or _LANGUAGE.fullmatch(given)):
        raise NotRead('language has to be a code such as "en" or "pt-BR", or left out.')
    return given


def _number(holder: Mapping[str, Any], name: str, most: int, said: str = "") -> int | None:
    if name not in holder:
        return None
    given = holder[name]
    if type(given) is not int or not 0 <= given <= most:
        raise NotRead(f"{said or name} has to be a whole number from 0 to {most:,}.")
    return given


def _url(event: Json) -> str:
    given = text_or_empty(event, "url").strip()
    if not isinstance(event.get("url", ""), str) or (given and not is_link(given)):
        raise NotRead(f"url has to be a web address of at most {LONGEST_URL:,} characters, or left out.")
    return given


def is_link(text: str) -> bool:
    """Return whether this can be shown as the address of a post; it is never opened."""
    return len(text) <= LONGEST_URL and _LINK.fullmatch(text) is not None


def _flag(event: Json, name: str) -> bool:
    given = event.get(name, False)
    if type(given) is not bool:
        raise NotRead(f"{name} has to be true or false.")
    return given
