"""X behind the Network port: reading, and publishing a reply at most once.

X has no idempotency key. After an unknown outcome (`OutcomeLost`) our own posts are read.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import comparable
from bot.domain.base.word_caches import NameMemory
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.mentions.poll_pace import PAGE, PAGES
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.length import X_LIMIT, x_length
from bot.gateways.networks.x_addresses import post_behind, post_url
from bot.gateways.networks.x_answers import not_found, outcome_after, reading_trouble, says_not_found
from bot.gateways.networks.x_batches import DEEP, Reading, Until, batches, distinct, is_enough, overlapping
from bot.gateways.networks.x_edits import NO_POST, NOT_UNDERSTOOD, EditsOnX, StatementsOnX
from bot.gateways.networks.x_hides import HidesOnX
from bot.gateways.networks.x_posts import (
    AUTHOR_FIELDS,
    FIELDS,
    Item,
    Page,
    Strange,
    Us,
    any_before,
    first_id,
    full_text,
    has_text,
    is_post_id,
    is_reply_to,
    links,
    made_at,
    read_again,
    read_author,
    read_page,
)
from bot.gateways.networks.x_readings import XReadings, came
from bot.gateways.networks.x_refusals import is_duplicate, says_gone
from bot.ports.network import (
    Batch,
    Met,
    NetworkTrouble,
    NotSent,
    OutcomeLost,
    ProvenAbsent,
    SendOutcome,
    Sent,
    Shown,
    Unparsed,
)

if TYPE_CHECKING:
    from requests import Response

log = logging.getLogger(__name__)

WITHIN = 15.0  # seconds for a whole call
FOUND_EARLIEST = timedelta(minutes=5)  # before the attempt's start: clocks differ
KNOWN_AUTHORS = 10_000

_TROUBLE = (NotReached, BrokenOff, RefusedCall)
SAID_WITHIN = timedelta(days=1)  # X refuses a duplicate text for about this long
_SAID_BEFORE = "X takes the same words only once, and another post of ours has these. Please change them here."


@dataclass(frozen=True, slots=True)
class _Source:
    """The endpoint of a stream, and whose posts are in it."""

    method: str
    side: Side


_SOURCES = {
    "mentions": _Source("get_users_mentions", Side.THEIRS),
    "own": _Source("get_users_tweets", Side.OURS),
}


class XNetwork(EditsOnX, HidesOnX, StatementsOnX):
    """X, for one account of ours. tweepy is imported at the first call, since that takes a third of a second."""

    name = "x"
    streams: tuple[str, ...] = ("mentions", "own")
    visibility_delay = VisibilityDelay()  # X shows a post within 15 minutes

    def __init__(
        self,
        *,
        account: str,
        handle: str,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
        api_url: str = "",
        timeout: float = WITHIN,
    ) -> None:
        """Take our account and four secrets; `timeout` bounds a whole call, in seconds.

        Raises ValueError when `api_url` is not an address.
        """
        if api_url and (urlsplit(api_url).scheme not in {"http", "https"} or not urlsplit(api_url).hostname):
            raise ValueError("X_API_URL has to look like https://host or http://127.0.0.1:port.")
        super().__init__()
        self.account, self.handle = account, handle.removeprefix("@")
        self._secrets = {
            "consumer_key": consumer_key,
            "consumer_secret": consumer_secret,
            "access_token": access_token,
            "access_token_secret": access_token_secret,
        }
        self._base, self._within = api_url, timeout
        self._authors = NameMemory[Author](KNOWN_AUTHORS)
        self._readings = {one.method: XReadings() for one in _SOURCES.values()}
        self._read_at: dict[str, datetime | None] = {}  # by stream, by X's clock
        self.met: dict[str, Met] = {}

    def verify(self) -> Author:
        """Return the account that the keys belong to, and answer for it from now on.

        Raises NetworkTrouble when X cannot be read, or when it is another account than the one configured.
        """
        body = self._read(lambda: self._client.get_me(user_fields=["public_metrics"], user_auth=True)).content
        said = json_object(body).get("data")
        me = read_author(said) if isinstance(said, dict) else None
        if me is None:
            raise NetworkTrouble(NOT_UNDERSTOOD)
        same_account(me, self.account, self.handle, "The X keys belong")
        self.account, self.handle = me.id, me.handle
        return me

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the posts after `cursor`, oldest first; all pages are read before the first batch.

        X returns the newest posts first: if they were stored with a cursor before the others are read, a crash
        would lose the others. Without a cursor only the last 24 hours are read. X may show a post late: the ten
        minutes before the cursor are read again when that needs no further page, or when requests were saved;
        else the minute before it, with at most one further page.
        """
        source, last = _SOURCES[stream], int(cursor or 0)
        saved = self._readings[source.method].allowance.saved
        reading = self._pages(
            source, since=overlapping(last), until=lambda pages: is_enough(pages, last, saved=saved)
        )
        self._note(stream, reading, last)
        yield from batches(reading, Us(self.account, self.handle), self._authors, last=last, side=source.side)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post that was kept, as today's version understands it."""
        return read_again(raw, Us(self.account, self.handle), self._authors, known)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - X has no keys
        """Publish `text` in answer to `target`, with one request that is never repeated."""
        if not is_post_id(target.post_id):
            return NotSent(NO_POST)
        return self._send(
            lambda: self._client.create_tweet(text=text, in_reply_to_tweet_id=target.post_id, user_auth=True),
            self._published,
            lambda refused: self._declined(refused, target, text),
        )

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours; one that is already gone counts as deleted."""
        if not is_post_id(post_id):
            return NotSent(NO_POST)
        return self._send(
            lambda: self._client.delete_tweet(post_id, user_auth=True),
            lambda body: self._taken_back(post_id, body),
            lambda refused: Sent(post_id, "") if says_gone(refused) else outcome_after(refused),
        )

    def find_reply(
        self,
        target: PostRef,
        text: str,
        since: datetime,
        key: str = "",  # noqa: ARG002 - X has no keys
    ) -> Sent | None:
        """Search our own timeline for a reply to `target` with this text, made after `since` or shortly before.

        Returns None when it is not there. Raises NetworkTrouble when X cannot be read.
        """
        if not is_post_id(target.post_id):
            return None
        return self._found_on_ours(target, text, since)

    def _found_on_ours(self, target: PostRef, text: str, since: datetime) -> Sent | None:
        earliest, mine = since - FOUND_EARLIEST, _SOURCES["own"]
        after = int(target.post_id or first_id(earliest))
        own = self._pages(mine, since=after, until=lambda pages: any_before(pages[-1].items, earliest))
        found = [item for item in own.items if self._is_ours(item, target, text, earliest)]
        if len(found) > 1:  # there must be at most one: a person has to look
            log.warning("x.reply_found_twice", extra={"target": target.post_id, "posts": [one.id for one in found]})
        if not found and own.clamped:
            raise NetworkTrouble("We have posted too much since to tell whether the reply is out.")
        if not found:
            return None
        first = min(found, key=lambda one: one.id)
        return replace(self._sent(str(first.id)), at=made_at(first))

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:  # noqa: ARG002 - X has no keys
        """Return whether a post that X just made is our new reply to `target` with this text; costs $0.005.

        New means, by X's clock, no older than clocks may differ. Raises NetworkTrouble.
        """
        if not is_post_id(post_id):
            return False
        answer = self._read(lambda: self._client.get_tweet(post_id, tweet_fields=FIELDS, user_auth=True))
        said, now = json_object(answer.content), answered_at(answer.headers)
        item = Item(answer.content, said["data"] if isinstance(said.get("data"), dict) else {})
        if not item.id and not says_not_found(said):  # such an answer says nothing about our reply
            raise NetworkTrouble(NOT_UNDERSTOOD)
        earliest = now - FOUND_EARLIEST if now else EPOCH
        self._note_terms([item])
        return str(item.id) == post_id and self._is_ours(item, target, text, earliest)

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as X shows it, or the proof that there is none; raise NetworkTrouble. Costs $0.005."""
        if not is_post_id(post_id):
            return ProvenAbsent()
        answer = self._read(lambda: self._client.get_tweet(post_id, tweet_fields=FIELDS, user_auth=True))
        said = json_object(answer.content)
        item = Item(answer.content, said["data"] if isinstance(said.get("data"), dict) else {})
        if "data" not in said and says_not_found(said):
            return ProvenAbsent()
        if str(item.id) != post_id or not item.author_id:
            raise NetworkTrouble(NOT_UNDERSTOOD)
        words = comparable(full_text(item.post), links(item.post))
        return Shown(item.author_id == self.account, item.refers("replied_to"), words)

    def _is_ours(self, item: Item, target: PostRef, text: str, earliest: datetime) -> bool:
        return item.author_id in {"", self.account} and is_reply_to(item, target.post_id, text, earliest)

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return those of at most 100 posts that are deleted on X; each one that is read costs $0.005.

        Raises NetworkTrouble. X says of each post that it does not show why: deleted, or hidden from us.
        """
        asked = [one for one in post_ids if is_post_id(one)]
        if not asked:
            return ()
        said = json_object(self._read(lambda: self._client.get_tweets(asked, user_auth=True)).content)
        gone = not_found(said)
        return [one for one in asked if one in gone]

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - X adds names that do not count
        """Measure `text` in X's weighted characters."""
        return (TextLength(count=x_length(text), limit=X_LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return the address that opens X's own window with the reply filled in."""
        return "https://x.com/intent/post?" + urlencode({"in_reply_to": target.post_id, "text": text})

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the public address of a post."""
        return post_url(post_id, handle)

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address on X leads to, in any of X's forms of addresses, or ""."""
        return post_behind(link, urlsplit(self._base).netloc)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - tweepy has no types
        from bot.gateways.networks.x_wire import make_client  # noqa: PLC0415 - heavy, not needed at start

        return make_client(self._secrets, self._base, self._within)

    def _note(self, stream: str, reading: Reading, last: int) -> None:
        """Store what decides how often this stream is read."""
        load_met = came(reading.items, last, self._read_at.get(stream), reading.at)
        allowance = self._readings[_SOURCES[stream].method].allowance
        self._read_at[stream] = reading.at
        self.met[stream] = Met(load_met, allowance, reading.at + allowance.resets_in if reading.at else None)

    def _read(self, call: Callable[[], "Response"]) -> "Response":
        try:
            return call()
        except _TROUBLE as trouble:
            raise reading_trouble(trouble) from trouble

    def _send(
        self,
        call: Callable[[], "Response"],
        read: Callable[[bytes], SendOutcome],
        declined: Callable[[RefusedCall], SendOutcome],
    ) -> SendOutcome:
        try:
            try:
                return read(call().content)
            except RefusedCall as refused:
                return declined(refused)
        except (NotReached, BrokenOff) as trouble:
            return outcome_after(trouble)
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("x.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    def _declined(self, refused: RefusedCall, target: PostRef, text: str) -> SendOutcome:
        """Return the outcome after a refusal; "duplicate" is certain only when the same text answers another post.

        When it is under `target`, or nowhere that X shows, our reply may be public: the outcome is unknown.
        """
        now = answered_at(refused.headers)
        if not is_duplicate(refused) or now is None:
            return outcome_after(refused)
        try:
            alike = self._said_since(text, now - SAID_WITHIN)
        except NetworkTrouble:
            return outcome_after(refused)
        elsewhere = alike and all(one.refers("replied_to") != target.post_id for one in alike)
        return NotSent(_SAID_BEFORE) if elsewhere else outcome_after(refused)

    def _said_since(self, text: str, earliest: datetime) -> list[Item]:
        """Return our posts with this text; raise NetworkTrouble."""
        until: Until = lambda pages: any_before(pages[-1].items, earliest)  # noqa: E731
        own = self._pages(_SOURCES["own"], since=first_id(earliest), until=until)
        return [one for one in own.items if one.author_id in {"", self.account} and has_text(one, text)]

    def _published(self, body: bytes) -> SendOutcome:
        made = json_object(body).get("data")
        post_id = made.get("id") if isinstance(made, dict) else None
        if not isinstance(post_id, str) or not is_post_id(post_id):
            return OutcomeLost("X said yes, but its answer could not be read.")
        return self._sent(post_id)

    def _taken_back(self, post_id: str, body: bytes) -> SendOutcome:
        """Return the outcome of a deletion; "not deleted" may mean that it was deleted before, so read the post."""
        said = json_object(body).get("data")
        if isinstance(said, dict) and said.get("deleted") is True:
            return Sent(post_id, "")
        there = json_object(self._client.get_tweet(post_id, user_auth=True).content)
        if "data" in there:
            return NotSent("X did not delete the post.")
        return Sent(post_id, "") if "errors" in there else OutcomeLost("X did not say whether the post is deleted.")

    def _sent(self, post_id: str) -> Sent:
        return Sent(post_id, post_url(post_id, self.handle))

    def _pages(self, source: _Source, *, since: int, until: Until) -> Reading:
        """Read pages, newest first, until `until` accepts the pages read or X has no more.

        X shows only the newest 800 mentions: new ones that come in while pages are read make the list end
        earlier without notice, so with that many posts some may be missing.
        """
        pages: list[Page] = []
        while len(pages) < PAGES:
            pages.append(self._page(source, since, pages[-1].next_token if pages else ""))
            if not pages[-1].next_token or until(pages):
                break
        self._remember([author for page in pages for author in page.authors])
        items = distinct(pages)
        self._note_terms(items if source.side is Side.OURS else ())
        more = bool(pages[-1].next_token) or (source.side is Side.THEIRS and len(items) >= DEEP)
        return Reading(items, clamped=more and not until(pages), at=pages[0].at)

    def _page(self, source: _Source, since: int, token: str) -> Page:
        wanted: dict[str, Any] = {"tweet_fields": FIELDS, "max_results": PAGE}
        wanted |= {"since_id": str(since)} if since else {}
        wanted |= {"pagination_token": token} if token else {}
        if source.side is Side.THEIRS:
            wanted |= AUTHOR_FIELDS
        answer = self._counted(source.method, wanted)
        try:
            return read_page(answer.content, answered_at(answer.headers))
        except Strange:
            raise NetworkTrouble(NOT_UNDERSTOOD) from None

    def _counted(self, method: str, wanted: dict[str, Any]) -> "Response":
        """Make one call and count it by the headers of the answer, also after a failure."""
        try:
            answer: Response = getattr(self._client, method)(self.account, user_auth=True, **wanted)
        except _TROUBLE as trouble:
            if isinstance(trouble, RefusedCall):
                self._readings[method].count(trouble.headers)
            raise reading_trouble(trouble) from trouble
        self._readings[method].count(answer.headers)
        return answer

    def _remember(self, authors: Sequence[Author]) -> None:
        self._authors.update({author.id: author for author in authors})
        self._authors[self.account] = Author(id=self.account, handle=self.handle)
