"""The network of a drill: a script's posts in memory. It has no client, so no reply leaves the process."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Lock

from bot.domain.drill.course import Course
from bot.domain.drill.script import DrillPost
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.length import X_LIMIT, x_length
from bot.ports.network import Batch, ProvenAbsent, SendOutcome, Sent

DRILL = "drill"
BATCH = 100


class DrillNetwork:
    """The posts of a script, each from its moment on, and the replies to them.

    A reply is public here once it is in memory. One that a kill interrupted is nowhere, which is certain, so the desk
    may send it again under the same approval.
    """

    name = account = DRILL
    streams: tuple[str, ...] = ("mentions",)
    visibility_delay = VisibilityDelay(shows_within=timedelta(seconds=1), apart=timedelta())

    def __init__(self, course: Course, now: Callable[[], datetime]) -> None:
        self.handle = course.script.handle
        self._posts = [(course.at(one.after), one) for one in course.posts]
        self._now = now
        self._replies: dict[str, Sent] = {}  # by the key of their approval
        self._lock = Lock()

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the posts after `cursor` whose moment has come."""
        if stream not in self.streams:
            return
        now, place = self._now(), int(cursor) if cursor.isdecimal() else 0
        due = [one for one in self._posts[place:] if one[0] <= now]
        for start in range(0, len(due), BATCH):
            part = due[start : start + BATCH]
            place += len(part)
            yield Batch(posts=[self._mention(*one) for one in part], cursor=str(place))

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - nobody reads it but the store
        """Keep the reply in memory; the same key is the same reply."""
        with self._lock:
            return self._replies.setdefault(key, Sent(f"r{len(self._replies) + 1}-{key[:8]}", "", self._now()))

    def take_back(self, post_id: str) -> SendOutcome:
        """Forget a reply; one that is gone already counts as taken back."""
        with self._lock:
            self._replies = {key: one for key, one in self._replies.items() if one.post_id != post_id}
        return Sent(post_id, "")

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - the key is enough
        """Return the reply that has this key, or that there is none."""
        with self._lock:
            return self._replies.get(key) or ProvenAbsent()

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - as on X
        """Measure `text` as on X."""
        return (TextLength(count=x_length(text), limit=X_LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - it has no pages
        """Return "": a drill has no pages."""
        return ""

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - it has no pages
        """Return "": a drill has no pages."""
        return ""

    def post_behind(self, link: str) -> str:  # noqa: ARG002 - it has no pages
        """Return "": no link leads into a drill."""
        return ""

    def _mention(self, at: datetime, post: DrillPost) -> Mention:
        who = post.author
        return Mention(
            ref=PostRef(DRILL, DRILL, post.id),
            root_id=post.id,
            parent_id=None,
            author=Author(id=f"v-{who.handle}", handle=who.handle, name=who.name, followers=who.followers),
            text=post.text,
            posted_at=at,
            answerable=Answerable.YES,
            raw=post.text.encode(),
        )
