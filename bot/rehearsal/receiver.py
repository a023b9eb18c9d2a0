"""A make-believe receiver of the webhook/JSON network: it posts what it is told, once for one key."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.on_the_page import OnThePage
from bot.rehearsal.receiver_page import ForumOnPage

SECRET = "a-secret-of-the-rehearsal-which-nobody-can-guess"  # noqa: S105 - of a server on this machine
_SITE = "https://forum.example/posts/"


@dataclass
class Receiver:
    """The forum behind the receiver."""

    api_url: str = ""
    account: str = "forum"
    handle: str = "northwind"
    secrets: Mapping[str, str] = field(default_factory=lambda: {"WEBHOOK_SECRET": SECRET})
    options: Mapping[str, str] = field(
        default_factory=lambda: {"finds_by_key": "yes", "one_post_per_key": "yes", "posts_at": _SITE + "{id}"}
    )
    clock: Callable[[], datetime] | None = None
    bell: str = ""  # the address of the desk's door for webhooks
    posts: dict[str, str] = field(default_factory=dict)  # of customers: id -> text
    made: dict[str, Published] = field(default_factory=dict)  # by key, the deleted ones too
    deleted: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """Return the rehearsal's time, or the real one."""
        return self.clock() if self.clock else datetime.now(UTC)

    @cached_property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return ForumOnPage(self)

    def say(self, text: str) -> str:
        """Post as a customer; return the post's id as the desk has it."""
        post_id = f"p{len(self.posts) + 1}"
        self.posts[post_id] = text
        return f"{self.account}:{post_id}"

    def delete(self, post_id: str) -> None:
        """Delete a customer's post."""
        self.posts.pop(post_id.removeprefix(f"{self.account}:"), None)

    def public(self) -> Sequence[Published]:
        """Return the posts that came from the desk, oldest first."""
        made = [one for one in self.made.values() if one.id not in self.deleted]
        return [Published(f"{self.account}:{one.id}", one.text, f"{self.account}:{one.answers}") for one in made]

    def breathe(self) -> None:
        """Do nothing: there are no limits."""

    def signed(self, body: bytes) -> Mapping[str, str]:
        """Return the headers of a request that brings something in."""
        stamp = str(int(time.time()))
        return {"heard-timestamp": stamp, "heard-signature": _signature(stamp, body)}

    def answer(self, call: CallIn) -> GivenAnswer:
        """Answer one call."""
        signed = call.query.encode() if call.method == "GET" else call.raw
        key = call.asked.get("key", [""])[0] if call.method == "GET" else str(call.json.get("key", ""))
        if not _is_signed(call, signed):
            return GivenAnswer(401, {"key": key, "why": "The signature is another one."})
        if call.method == "GET":
            return self._found(key)
        told = call.json
        return self._send(key, told) if told["event"] == "reply.send" else self._take_back(told["id"])

    def _found(self, key: str) -> GivenAnswer:
        made = self.made.get(key)
        return GivenAnswer(200, self._shown(key, made)) if made else GivenAnswer(404, {"key": key, "absent": True})

    def _send(self, key: str, told: Mapping[str, str]) -> GivenAnswer:
        if key not in self.made:
            if told["answers"] not in self.posts:
                return GivenAnswer(404, {"key": key, "why": "The post that this answers is gone."})
            self.made[key] = Published(f"r{len(self.made) + 1}", told["text"], told["answers"])
        return GivenAnswer(200, self._shown(key, self.made[key]))

    def _take_back(self, post_id: str) -> GivenAnswer:
        if post_id not in {one.id for one in self.made.values()}:
            return GivenAnswer(404, {"id": post_id, "why": "There is no such post."})
        self.deleted.add(post_id)
        return GivenAnswer(200, {"id": post_id, "deleted": True})

    @staticmethod
    def _shown(key: str, made: Published) -> Mapping[str, str]:
        return {"key": key, "id": made.id, "url": _SITE + made.id}


def _is_signed(call: CallIn, signed: bytes) -> bool:
    stamp = call.headers.get("heard-timestamp", "")
    return hmac.compare_digest(call.headers.get("heard-signature", ""), _signature(stamp, signed))


def _signature(stamp: str, signed: bytes) -> str:
    return "v1=" + hmac.new(SECRET.encode(), f"v1:{stamp}:".encode() + signed, hashlib.sha256).hexdigest()


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Open the receiver."""
    opened = Receiver()
    with served(opened.answer) as url:
        opened.api_url = url + "/heard"
        yield opened
