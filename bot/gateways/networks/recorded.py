"""A network of recorded posts: they are fed in, read like any other post, and can never get a real reply."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from bot.domain.base.moments import utc
from bot.domain.mentions.mention import RECORDED, Answerable, Author, Mention, PostRef, Side
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.length import X_LIMIT, x_length
from bot.gateways.networks.recordings import RecordedPost
from bot.gateways.networks.x_addresses import post_behind
from bot.gateways.networks.x_posts import unescaped
from bot.ports.network import Batch, NotSent, SendOutcome, Sent

BATCH = 100

Sink = Callable[[PostRef, str, str], SendOutcome]

_NEVER = "Recorded posts are never answered for real."
_TICK = timedelta(microseconds=1)


class RecordedNetwork:
    """The network "recorded". It has no client, so it cannot reach anything.

    Posts stay until the cursor has passed them; a restart of the desk loses those that intake
    has not stored. Brands' posts are in the same stream, as ours, so that the order is right.
    """

    name = RECORDED
    streams: tuple[str, ...] = ("mentions",)
    visibility_delay = VisibilityDelay()  # X's, where the posts were made

    def __init__(self, *, account: str = "recorded", handle: str = "recorded", sink: Sink | None = None) -> None:
        """Take the sink for replies, which only a rehearsal has."""
        self.account, self.handle = account, handle
        self._sink = sink
        self._run = secrets.token_hex(8)  # a cursor of an earlier run is not valid in this one
        self._posts: list[Mention] = []
        self._first = 0  # index in the feed of the first post that is kept
        self._last_at: datetime | None = None
        self._lock = Lock()

    def feed(self, posts: Sequence[RecordedPost], at: datetime) -> None:
        """Add posts in the order they were written; their times become `at` and each a microsecond later."""
        with self._lock:
            first_at = utc(at) - _TICK * max(len(posts) - 1, 0)
            if self._last_at is not None:
                first_at = max(first_at, self._last_at + _TICK)
            self._posts += [self._mention(post, first_at + _TICK * place) for place, post in enumerate(posts)]
            self._last_at = first_at + _TICK * (len(posts) - 1) if posts else self._last_at

    def waiting(self) -> int:
        """Return the number of posts that no cursor has passed yet."""
        with self._lock:
            return len(self._posts)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the posts after `cursor` in order, and drop those before it."""
        if stream not in self.streams:
            return
        place = self._let_go(cursor)
        while posts := self._held(place):
            place += len(posts)
            yield Batch(posts=posts, cursor=f"{self._run}:{place}")

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Send the reply to the sink in a rehearsal; otherwise send nothing."""
        return self._sink(target, text, key) if self._sink else NotSent(_NEVER)

    def take_back(self, post_id: str) -> SendOutcome:  # noqa: ARG002 - there are no posts of ours
        """Return that there is nothing to delete."""
        return NotSent("Recorded posts are never answered for real, so there is nothing to take back.")

    def find_reply(self, *_: object) -> Sent | None:
        """Return None: an outcome here is always known at once."""
        return None

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - as on X
        """Measure `text` as on X, where the posts were made."""
        return (TextLength(count=x_length(text), limit=X_LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - recorded posts have no address
        """Return "": recorded posts have no address."""
        return ""

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - recorded posts have no address
        """Return "": recorded posts have no address."""
        return ""

    def post_behind(self, link: str) -> str:
        """Return the id of the post on X that an address leads to, since recorded posts are from X."""
        return post_behind(link)

    def _let_go(self, cursor: str) -> int:
        """Drop the posts before `cursor` and return its index in the feed; 0 for a cursor of another run."""
        run, _, place = cursor.partition(":")
        with self._lock:
            if run == self._run and place.isdigit():
                passed = min(max(int(place) - self._first, 0), len(self._posts))
                del self._posts[:passed]
                self._first += passed
            return self._first

    def _held(self, place: int) -> Sequence[Mention]:
        with self._lock:
            start = max(place - self._first, 0)
            return tuple(self._posts[start : start + BATCH])

    def _mention(self, post: RecordedPost, at: datetime) -> Mention:
        known = mention_of(post, self.account, at)
        return replace(known, answerable=Answerable.YES, why_not="") if self._sink else known


def mention_of(post: RecordedPost, account: str, at: datetime) -> Mention:
    """Return a recorded post as a mention of our `account`, posted at `at`."""
    return Mention(
        ref=PostRef(RECORDED, account, post.id),
        root_id=post.root_id or post.id,
        parent_id=post.parent_id,
        author=Author(id=post.author, handle=post.author),
        text=unescaped(post.text),
        posted_at=at,
        side=Side.OURS if post.ours else Side.THEIRS,
        answerable=Answerable.NO,
        why_not=_NEVER,
        raw=post.raw.encode("utf-8", "replace"),
    )
