"""Our own posts on X that answer nobody, and changes of any of ours.

A change gives a post another id, and X says of each post whether and until when we may change it.
X lets an account with Premium change a post some times within the first half hour or hour. By its documentation that
leaves out answers to others; so nothing is offered that X has not said of this very post.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.mentions.mention import PostRef
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.networks.x_answers import outcome_after, says_not_found
from bot.gateways.networks.x_posts import FIELDS, Item, editable_until, has_text, is_post_id, newest_of
from bot.gateways.outside import object_in
from bot.ports.network import EditTerms, NetworkTrouble, NotSent, OutcomeLost, ReplyNow, SendOutcome, Sent

if TYPE_CHECKING:
    from requests import Response

NO_POST = "This is not a post on X."
NOT_UNDERSTOOD = "X sent something that Heard does not understand."
_REMEMBERED = 1_000  # posts of ours


class EditsOnX(BoundedCalls):
    """The part of X's client that changes posts of ours."""

    edits_replies = True  # as far as X says so of a post

    _client: Any
    _read: Callable[[Callable[[], "Response"]], "Response"]
    _send: Callable[
        [Callable[[], "Response"], Callable[[bytes], SendOutcome], Callable[[RefusedCall], SendOutcome]], SendOutcome
    ]
    _sent: Callable[[str], Sent]

    def __init__(self) -> None:
        self._until: dict[str, datetime | None] = {}  # by post, as X said of it last

    def _note_terms(self, items: Iterable[Item]) -> None:
        """Remember of posts of ours, as they were just read, until when they can be changed."""
        if len(self._until) > _REMEMBERED:
            self._until.clear()
        self._until.update({str(one.id): editable_until(one) for one in items if "edit_controls" in one.post})

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:
        """Return until when X lets us change a post of ours: as it said at the last reading here, or as stored."""
        until = self._until.get(post_id, stored)
        return EditTerms(until) if until else None

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - X has no keys
        """Give a post of ours other words, with one request that is never repeated; it gets another id."""
        if not is_post_id(post_id):
            return NotSent(NO_POST)
        said = {"text": text, "edit_options": {"previous_post_id": post_id}}
        return self._send(
            lambda: self._client.request("POST", "/2/tweets", json=said, user_auth=True),
            lambda body: self._changed(post_id, body),
            outcome_after,
        )

    def _changed(self, post_id: str, body: bytes) -> SendOutcome:
        """Return the outcome by X's answer; one that names another earlier form may be about a second post.

        X need not name any: then a reading tells.
        """
        made = Item(body, object_in(json_object(body), "data"))
        another = bool(made.versions) and (post_id not in made.versions or newest_of(made) != str(made.id))
        if not made.id or str(made.id) == post_id or another:
            return OutcomeLost("X said yes, but not that it changed this reply.")
        return self._sent(str(made.id))

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        """Return which of these words the newest form of a post of ours has; each reading costs $0.005.

        None: there is no such post. Raises NetworkTrouble.
        """
        item = self._now(post_id)
        if item is not None and (newest := newest_of(item)) != post_id:
            item = self._now(newest)
        if item is None:
            return None
        self._note_terms([item])
        return ReplyNow(str(item.id), [one for one in texts if has_text(item, one)])

    def _now(self, post_id: str) -> Item | None:
        if not is_post_id(post_id):
            return None
        answer = self._read(lambda: self._client.get_tweet(post_id, tweet_fields=FIELDS, user_auth=True))
        said = json_object(answer.content)
        item = Item(answer.content, object_in(said, "data"))
        if "data" not in said and says_not_found(said):
            return None
        if str(item.id) != post_id:
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return item


class StatementsOnX(BoundedCalls):
    """The part of X's client that posts statements."""

    name: str
    account: str
    posts_statements = True

    _client: Any
    _send: Callable[
        [Callable[[], "Response"], Callable[[bytes], SendOutcome], Callable[[RefusedCall], SendOutcome]], SendOutcome
    ]
    _published: Callable[[bytes], SendOutcome]
    _declined: Callable[[RefusedCall, PostRef, str], SendOutcome]
    _found_on_ours: Callable[[PostRef, str, datetime], Sent | None]
    lengths: Callable[[str], Sequence[TextLength]]

    def post_statement(self, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - X has no keys
        """Publish `text` as a post that answers nobody, with one request that is never repeated."""
        return self._send(
            lambda: self._client.create_tweet(text=text, user_auth=True),
            self._published,
            lambda refused: self._declined(refused, self._nobody, text),
        )

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:  # noqa: ARG002 - X has no keys
        """Search our own timeline for a post with this text that answers nobody, not made long before `since`.

        Raises NetworkTrouble, also where we have posted too much since to tell.
        """
        return self._found_on_ours(self._nobody, text, since)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as a reply is: names before a reply do not count."""
        return self.lengths(text)

    @property
    def _nobody(self) -> PostRef:
        """Return what a statement answers."""
        return PostRef(self.name, self.account, "")
