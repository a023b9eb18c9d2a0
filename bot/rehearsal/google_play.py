"""A make-believe Google Play: the reviews of one app, its tokens, and what an author does there, kept in memory."""

import json
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.google_play_page import PlayOnPage
from bot.rehearsal.on_the_page import OnThePage

PACKAGE, EMAIL = "com.northwind.app", "heard@northwind.example"
TOKEN = "rehearsal-google-play"  # noqa: S105 - of a server in memory
MOST = 350
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_BEGAN = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)
_APART = timedelta(hours=7)  # between two reviews
_TAG = re.compile(r"<[^<>]*>")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"/androidpublisher/v3/applications/([^/]+)/reviews(?:/([^/:]+(?:%3A[^/:]+)*))?(:reply)?")


class PlayRefused(Exception):
    """A call that the server refuses: status, Google's word for it, and the reason."""

    def __init__(self, status: int, word: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.word, self.reason = status, word, reason


@dataclass(slots=True)
class Review:
    """A review, and the developer's reply."""

    id: str
    name: str
    text: str
    stars: int
    at: datetime
    reply: str = ""
    replied_at: datetime | None = None
    by_app: bool = True  # the reply is from an app, and not from the Play Console
    unanswerable: bool = False


@dataclass
class PlayServer:
    """The server's memory, and what people do there."""

    api_url: str = ""
    account: str = PACKAGE
    handle: str = "northwind"
    secrets: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    public_key: Any = None
    now: datetime = _BEGAN
    reviews: dict[str, Review] = field(default_factory=dict)
    clock: Callable[[], datetime] | None = None
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return PlayOnPage(self)

    def say(self, text: str, stars: int = 1, name: str = "Priya Nair") -> str:
        """Write a review; return its id."""
        with self.lock:
            self._pass(_APART)
            number = f"gp:AOqpTO{len(self.reviews) + 1:06}"
            self.reviews[number] = Review(number, name, text, stars, self.now)
            return number

    def _pass(self, time: timedelta) -> None:
        self.now = self.clock() if self.clock else self.now + time

    def change(self, review: str, text: str, stars: int) -> None:
        """Change a review as its author."""
        with self.lock:
            self._pass(_APART)
            one = self.reviews[review]
            one.text, one.stars, one.at = text, stars, self.now

    def answer_in_console(self, review: str, text: str) -> None:
        """Answer a review in the Play Console."""
        with self.lock:
            self._replied(self.reviews[review], text, by_app=False)

    def delete(self, post_id: str) -> None:
        """Delete a review."""
        with self.lock:
            del self.reviews[post_id]

    def public(self) -> Sequence[Published]:
        """Return our app's replies, by the age of their reviews."""
        with self.lock:
            found = [one for one in self.reviews.values() if one.reply and one.by_app]
            return [Published(_reply_id(one), one.reply, one.id) for one in found]

    def breathe(self) -> None:
        """Forget the calls."""
        self.calls.clear()

    def answered(self, call: CallIn) -> GivenAnswer:
        """Return the answer to a call."""
        try:
            with self.lock:
                return GivenAnswer(200, self._told(call))
        except PlayRefused as refused:
            error = {"code": refused.status, "message": refused.reason, "status": refused.word}
            return GivenAnswer(refused.status, {"error": error})

    def _told(self, call: CallIn) -> object:
        self.calls.append(f"{call.method} {call.path}")
        if (call.method, call.path) == ("POST", "/token"):
            return self._token(parse_qs(call.raw.decode()))
        if call.bearer != TOKEN:
            raise PlayRefused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        found = _PLACE.fullmatch(call.path)
        if not found or found[1] != self.account:
            raise PlayRefused(404, "NOT_FOUND", f"Package not found: {found[1] if found else ''}.")
        if not found[2]:
            return self._listed({name: values[-1] for name, values in call.asked.items()})
        one = self.reviews.get(found[2].replace("%3A", ":"))
        if one is None:
            raise PlayRefused(404, "NOT_FOUND", "Review not found.")
        return self._replied_to(one, call) if found[3] and call.method == "POST" else shown(one)

    def _token(self, form: Mapping[str, Sequence[str]]) -> object:
        import jwt  # noqa: PLC0415 - only where it is opened

        try:
            told = jwt.decode(form["assertion"][0], self.public_key, ["RS256"], options={"verify_aud": False})
        except (jwt.PyJWTError, KeyError) as wrong:
            raise PlayRefused(400, "invalid_grant", "Invalid JWT.") from wrong
        for_us = str(told.get("aud", "")).endswith(
            "/token"
        )  # something may stand between the two, at an address of its own
        if (told.get("iss"), told.get("scope")) != (EMAIL, SCOPE) or not for_us:
            raise PlayRefused(401, "invalid_client", "The account is not known.")
        return {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}

    def _listed(self, asked: Mapping[str, str]) -> object:
        first, most = int(asked.get("token", "0")), int(asked.get("maxResults", "10"))
        every = sorted(self.reviews.values(), key=lambda one: one.at, reverse=True)
        some, more = every[first : first + most], first + most < len(every)
        told: dict[str, object] = {"reviews": [shown(one) for one in some]} if some else {}
        return told | ({"tokenPagination": {"nextPageToken": str(first + most)}} if more else {})

    def _replied_to(self, one: Review, call: CallIn) -> object:
        text = call.json["replyText"]
        if len(text) > MOST:
            raise PlayRefused(400, "INVALID_ARGUMENT", "The reply is too long.")
        if one.unanswerable:
            raise PlayRefused(403, "PERMISSION_DENIED", "The caller does not have permission")
        self._replied(one, text, by_app=True)
        return {"result": {"replyText": one.reply, "lastEdited": _moment(one.replied_at or self.now)}}

    def _replied(self, one: Review, text: str, *, by_app: bool) -> None:
        self._pass(timedelta(seconds=1))
        one.reply, one.replied_at, one.by_app = _TAG.sub("", text), self.now, by_app


def shown(one: Review) -> dict[str, Any]:
    """Return a review as the API shows it."""
    said = {
        "text": f"\t{one.text}",
        "lastModified": _moment(one.at),
        "starRating": one.stars,
        "reviewerLanguage": "en",
        "device": "shiba",
        "androidOsVersion": 34,
        "appVersionName": "4.2.1",
        "deviceMetadata": {"productName": "Pixel 8", "manufacturer": "Google"},
    }
    ours = {"text": one.reply, "lastModified": _moment(one.replied_at)} if one.reply and one.replied_at else {}
    comments = [{"userComment": said}, *([{"developerComment": ours}] if ours else [])]
    return {"reviewId": one.id, "authorName": one.name, "comments": comments}


def _reply_id(one: Review) -> str:
    """Return what the desk calls a reply, which has no id of Google's: the same words are the same reply."""
    words = " ".join(unicodedata.normalize("NFC", one.reply).split())
    return f"{one.id}#reply-{sha256(words.encode()).hexdigest()[:16]}"


def _moment(at: datetime) -> dict[str, object]:
    since = at - _EPOCH
    return {"seconds": str(since // timedelta(seconds=1)), "nanos": since.microseconds * 1_000}


def _new_key() -> tuple[str, Any]:
    """Return a new private key as text, and its public half."""
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - only where it is opened
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    written = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    return written.decode(), key.public_key()


@contextmanager
def google_play() -> Iterator[PlayServer]:
    """Open a server on a free port of this machine, with a new key for our service account."""
    private, public = _new_key()
    key = {"type": "service_account", "client_email": EMAIL, "private_key_id": "1f2e", "private_key": private}
    memory = PlayServer(secrets={"GOOGLE_PLAY_KEY": json.dumps(key)}, public_key=public)
    with served(memory.answered) as memory.api_url:
        yield memory
