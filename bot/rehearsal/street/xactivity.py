"""X's Activity stream: an answer that goes on, with one line of JSON for each event that the app subscribed to."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from bot.rehearsal.street.changes import What
from bot.rehearsal.street.posts import Account, Post
from bot.rehearsal.street.xargs import EVERYTHING
from bot.rehearsal.street.xshape import shape_account, shape_post

if TYPE_CHECKING:
    from bot.rehearsal.street.ledger import Street

KEEP_ALIVE = 20.0  # real seconds between two empty lines
_LOOKS = 0.05  # real seconds between two looks at the street


class EventStream:
    """One open stream; it begins with what happens from now on."""

    def __init__(self, street: "Street") -> None:
        self._street, self._place = street, len(street.on_x)
        street.activity.open_stream()

    def response(self, headers: dict[str, str]) -> Response:
        """Return the answer that goes on."""
        return StreamingResponse(self._lines(), media_type="application/json", headers=headers)

    async def _lines(self) -> AsyncIterator[bytes]:
        alive_at = time.monotonic()
        try:
            yield b"\r\n"
            while not self._street.activity.ends.is_set():
                for line in self._new():
                    yield line
                if time.monotonic() - alive_at >= KEEP_ALIVE:
                    alive_at = time.monotonic()
                    yield b"\r\n"
                await asyncio.sleep(_LOOKS)
        finally:
            self._street.activity.close_stream()

    def _new(self) -> Iterator[bytes]:
        log = self._street.on_x
        for what, post in log[self._place :]:
            self._place += 1
            for event in events_of(self._street, what, post):
                yield json.dumps(event).encode("ascii") + b"\r\n"


def events_of(street: "Street", what: What, post: Post) -> Iterator[dict[str, Any]]:
    """Yield the events of what happened to a post, one for each subscription that it concerns."""
    for one in street.activity.known():
        account = street.find_account(id=int(one.account))
        if account is None or not _concerns(street, one.kind, account, what, post):
            continue
        head = {"filter": {"user_id": one.account}, "event_type": one.kind, "tag": one.tag}
        yield {"data": {"event_uuid": f"{post.id}{one.id[-4:]}", **head, **_told(street, one.kind, post)}}


def _concerns(street: "Street", kind: str, account: Account, what: What, post: Post) -> bool:
    theirs, parent, quoted = post.author.id != account.id, street.post(post.reply_to), street.post(post.quotes)
    if what is What.DELETED:
        return kind == "post.delete" and not theirs
    if kind == "post.mention.create":
        return theirs and account.key in post.names and not post.reposts
    if kind == "post.reply.create":
        return theirs and parent is not None and parent.author.id == account.id
    if kind == "post.quote.create":
        return theirs and quoted is not None and quoted.author.id == account.id
    return kind == "post.create" and not theirs


def _told(street: "Street", kind: str, post: Post) -> dict[str, Any]:
    if kind == "post.delete":
        return {"payload": {"id": str(post.id), "author_id": str(post.author.id)}, "includes": {}}
    payload = shape_post(street, post, EVERYTHING)
    if post.reply_to:
        payload["in_reply_to_tweet_id"] = str(post.reply_to)
    named = kind in {"post.mention.create", "post.create"}  # X names the author of these only
    users = [shape_account(street, post.author, EVERYTHING)]
    return {"payload": payload, "includes": {"users": users} if named else {}}
