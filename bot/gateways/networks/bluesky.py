"""Client of Bluesky: XRPC over plain HTTP, for one account of ours.

A reply is a record under a key of our own, which belongs to its approval. The server makes no second record under the
same key, and whether there is one can be read at once, so a repeated call makes no second post.
docs/bluesky-access.md has more of the network's traps.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.poll_pace import Load
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall
from bot.gateways.networks.bluesky_answers import (
    NOT_UNDERSTOOD,
    OUTCOMES,
    is_gone,
    is_not_there,
    is_of_our_account,
    listed_in,
    unresolved,
    why_inactive,
)
from bot.gateways.networks.bluesky_ids import LIKES, POSTS, RecordAddress, own_record_key, post_address
from bot.gateways.networks.bluesky_length import bluesky_lengths
from bot.gateways.networks.bluesky_listing import AT_ONCE, FeedCursor, FeedPage, feed_batches, new_entries, same_words
from bot.gateways.networks.bluesky_posts import (
    OddPost,
    OurSide,
    as_shown,
    indexed_at,
    is_about_something_else,
    is_repost,
    post_page,
    profile_in,
    record_made_at,
    says_to,
    strong_ref,
    told_again,
    why_closed,
)
from bot.gateways.networks.bluesky_record import facets_of, names_in, post_record, reply_record
from bot.gateways.networks.bluesky_session import BlueskySession, HasSession
from bot.gateways.networks.call_outcomes import SHORT_WAIT, unsent_since
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.kept_tokens import KeptTokens
from bot.gateways.outside import Json, object_in, objects, text_or_empty
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

Found = TypeVar("Found")

log = logging.getLogger(__name__)

WITHIN = 15.0  # seconds for a whole call
POSTS_AT_ONCE = 25  # that are asked for in one call
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_POST = "This is not a post on Bluesky."
_GONE = "Bluesky does not have this post: it was deleted, or is hidden from us."


class BlueskyNetwork(HasSession):
    """One account of ours on Bluesky."""

    name = "bluesky"
    likes = True
    posts_statements = True
    streams: tuple[str, ...] = ("mentions", "own")
    safe_repeat = ALWAYS_SAFE  # the server keeps one record under one key
    # Our own server shows a record at once; a minute later no call can be under way any more.
    visibility_delay = VisibilityDelay(
        shows_within=timedelta(minutes=1),
        apart=timedelta(),
        looks=tuple(timedelta(seconds=one) for one in (0, 15, 60)),
    )

    def __init__(
        self,
        *,
        account: str,
        handle: str,
        password: str,
        api_url: str,
        timeout: float = WITHIN,
        folder: Path | None = None,
    ) -> None:
        """Take our account, its app password and server; `timeout` bounds a call, `folder` keeps the session."""
        self.account, self.handle = account, handle.removeprefix("@")
        self._us = OurSide(self.account, self.handle)
        self._read_at: dict[str, datetime] = {}  # by stream, by the network's clock
        self.met: dict[str, Met] = {}
        kept = KeptTokens(folder, self.name, account)
        self._session = BlueskySession(account, password, api_url.rstrip("/"), timeout, kept)

    def verify(self) -> Author:
        """Return the account that the app password belongs to.

        Raises NetworkTrouble when it cannot be read, is not active, or is another than the one configured.
        """
        told = self._ask("com.atproto.server.getSession")
        try:
            me = profile_in(told)
        except OddPost:
            raise NetworkTrouble(NOT_UNDERSTOOD) from None
        if told.get("active") is False:
            raise NetworkTrouble(why_inactive(text_or_empty(told, "status")))
        same_account(me, self.account, self.handle, "The app password belongs")
        self.account, self.handle = me.id, me.handle
        self._us = OurSide(me.id, me.handle, self._us.handles)
        return me

    # --- reading ----------------------------------------------------------------------------------------------------

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the mentions, replies and quotes, or the posts of our own, that were not told yet, oldest first.

        The first reading takes the newest page alone.
        """
        if stream not in self.streams:
            return
        last = FeedCursor.of(cursor)
        entries, whole = new_entries(self._notifications if stream == "mentions" else self._own_feed, last)
        self._note(stream, len(entries))
        yield from feed_batches(entries, last, self._us, whole=whole)

    def _note(self, stream: str, new: int) -> None:
        """Store what decides how often this stream is read."""
        at, allowance, before = self._session.seen_at, self._session.allowance, self._read_at.get(stream)
        if at is None or allowance is None:
            return
        self._read_at[stream] = at
        if before is not None and at > before:
            self.met[stream] = Met(Load(new=new, took=at - before), allowance, at + allowance.resets_in)

    def _notifications(self, place: str) -> FeedPage:
        told = self._ask(
            "app.bsky.notification.listNotifications",
            limit=AT_ONCE,
            reasons=["mention", "reply", "quote"],
            **({"cursor": place} if place else {}),
        )
        wanted = [one for one in listed_in(told, "notifications") if not is_about_something_else(one)]
        return FeedPage(wanted, text_or_empty(told, "cursor"), self._session.seen_at)

    def _own_feed(self, place: str) -> FeedPage:
        told = self._ask(
            "app.bsky.feed.getAuthorFeed",
            actor=self.account,
            filter="posts_with_replies",
            limit=AT_ONCE,
            **({"cursor": place} if place else {}),
        )
        entries = listed_in(told, "feed")
        ours = [one.get("post") if isinstance(one, dict) else one for one in entries if not is_repost(one)]
        return FeedPage(ours, text_or_empty(told, "cursor"), self._session.seen_at)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post that was kept, as today's version understands it."""
        return told_again(raw, self._us, known)

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as it is public, or the proof that one of ours is not; raise NetworkTrouble."""
        address = post_address(post_id)
        if address is None:
            return ProvenAbsent()
        if address.owner == self.account:
            record = self._own_record(address)
            return as_shown(record, ours=True) if record is not None else ProvenAbsent()
        try:
            post = self._post(post_id)
        except _TROUBLE as trouble:
            raise OUTCOMES.reading(trouble) from trouble
        return as_shown(object_in(post, "record"), ours=False) if post else None

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return the deleted ones of these posts; one of somebody who blocks us is not. Raises NetworkTrouble."""
        asked = [one for one in post_ids if post_address(one) is not None]
        shown: set[object] = set()
        for start in range(0, len(asked), POSTS_AT_ONCE):
            told = self._ask("app.bsky.feed.getPosts", uris=asked[start : start + POSTS_AT_ONCE])
            shown |= {one.get("uri") for one in listed_in(told, "posts") if isinstance(one, dict)}
        return [one for one in asked if one not in shown and is_gone(self._session.ask, one)]

    # --- sending ----------------------------------------------------------------------------------------------------

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under `target` as the record of this approval, unless its author lets us not answer."""
        if post_address(target.post_id) is None or not key:
            return NotSent(_NO_POST)
        return self._published(lambda: self._prepared(target.post_id, text), key)

    def _published(self, prepare: Callable[[], dict[str, Any] | NotSent], key: str) -> SendOutcome:
        prepared = self._before_sending(prepare)
        if isinstance(prepared, NotSent):
            return prepared
        address = RecordAddress(self.account, POSTS, own_record_key(key))
        return self._create(address, prepared, Sent(str(address), post_page(str(address)), record_made_at(prepared)))

    def _prepared(self, post_id: str, text: str) -> dict[str, Any] | NotSent:
        post = self._post(post_id)
        if not post:
            return NotSent(_GONE)
        if why := why_closed(post):
            return NotSent(why)
        names = {name: did for name in names_in(text) if (did := self._account_of(name, post))}
        at = self._session.seen_at or indexed_at(post) or EPOCH
        return reply_record(post, text, at, facets_of(text, names))

    def _account_of(self, name: str, post: Json) -> str:
        """Return the account of a handle that a person wrote into the reply; "" where there is none."""
        author = object_in(post, "author")
        if text_or_empty(author, "handle").casefold() == name:
            return text_or_empty(author, "did")
        try:
            told = self._session.ask("com.atproto.identity.resolveHandle", handle=name)
        except RefusedCall as refused:
            if unresolved(refused):
                return ""
            raise
        return profile_in({**told, "handle": name}).id

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours; one that is already gone counts as deleted."""
        address = post_address(post_id)
        if address is None or address.owner != self.account:
            return NotSent(_NO_POST)
        body = {"repo": address.owner, "collection": POSTS, "rkey": address.key}
        return self._send(lambda: self._deleted(address, self._session.change("com.atproto.repo.deleteRecord", body)))

    def _deleted(self, address: RecordAddress, told: Json) -> SendOutcome:
        if text_or_empty(object_in(told, "commit"), "rev"):
            return Sent(str(address), "")
        return Sent(str(address), "") if self._own_record(address) is None else OutcomeLost(NOT_UNDERSTOOD)

    def like(self, target: PostRef) -> SendOutcome:
        """Like a post as our account, under a key that belongs to the post, so that twice is once."""
        if post_address(target.post_id) is None:
            return NotSent(_NO_POST)
        post = self._before_sending(lambda: self._post(target.post_id) or NotSent(_GONE))
        if isinstance(post, NotSent):
            return post
        done = Sent(target.post_id, "")
        if text_or_empty(object_in(post, "viewer"), "like"):
            return done
        subject = self._before_sending(lambda: strong_ref(post))
        if isinstance(subject, NotSent):
            return subject
        made = self._session.seen_at or EPOCH
        record = {"$type": LIKES, "subject": subject, "createdAt": made.isoformat().replace("+00:00", "Z")}
        return self._create(RecordAddress(self.account, LIKES, own_record_key(target.post_id)), record, done)

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:
        """Return the reply under the approval's key, or one with the same words; None: there is none (yet).

        Raises NetworkTrouble, also where something else stands under the key.
        """
        if post_address(target.post_id) is None or not key:
            return None
        return self._found_under(target, text, since, key)

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish `text` as a post that answers nobody, as the record of this approval."""
        return self._published(lambda: self._prepared_alone(text), key)

    def _prepared_alone(self, text: str) -> dict[str, Any]:
        self._session.ask("com.atproto.server.getSession")  # tells the moment by the network's clock
        names = {name: did for name in names_in(text) if (did := self._account_of(name, {}))}
        return post_record(text, self._session.seen_at or EPOCH, facets_of(text, names))

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:
        """Return the post under the approval's key, or one with the same words; raise NetworkTrouble."""
        return self._found_under(PostRef(self.name, self.account, ""), text, since, key)

    def _found_under(self, target: PostRef, text: str, since: datetime, key: str) -> Sent | None:
        address = RecordAddress(self.account, POSTS, own_record_key(key))
        record = self._own_record(address)
        if record is None:
            return same_words(self._own_feed, self.account, target.post_id, text, since)
        if not says_to(record, target.post_id, text):
            raise NetworkTrouble("Bluesky knows something else under the key of this approval.")
        return Sent(str(address), post_page(str(address)), record_made_at(record))

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool:
        """Return whether a post is the record of this approval, with this target and text; raise NetworkTrouble."""
        address = RecordAddress(self.account, POSTS, own_record_key(key))
        if post_id != str(address):
            return False
        record = self._own_record(address)
        return record is not None and says_to(record, target.post_id, text)

    # --- texts and addresses ----------------------------------------------------------------------------------------

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as a reply is: no name is put before either."""
        return self.lengths(text)

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - no name is put before it
        """Measure `text` in graphemes and in bytes."""
        return bluesky_lengths(text)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - no form takes words
        """Return the address of the post, where a person can answer it."""
        return post_page(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - a handle may change, an account does not
        """Return the public address of a post."""
        return post_page(post_id)

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address leads to, or ""; a handle in it has to be known."""
        return self._us.post_behind(link)

    # --- calls ------------------------------------------------------------------------------------------------------

    def _ask(self, name: str, **of: Any) -> Json:  # noqa: ANN401 - parts of a query
        try:
            return self._session.ask(name, **of)
        except _TROUBLE as trouble:
            raise OUTCOMES.reading(trouble) from trouble

    def _post(self, post_id: str) -> Json:
        """Return a post as the network shows it to us; an empty one where it does not."""
        found = objects(self._session.ask("app.bsky.feed.getPosts", uris=post_id), "posts")
        return next((one for one in found if one.get("uri") == post_id), {})

    def _own_record(self, address: RecordAddress) -> Json | None:
        """Return a record of ours; None where our own server says that there is none. Raises NetworkTrouble."""
        of = {"repo": address.owner, "collection": address.collection, "rkey": address.key}
        try:
            told = self._session.ask("com.atproto.repo.getRecord", **of)
        except RefusedCall as refused:
            if is_not_there(refused):
                return None
            raise OUTCOMES.reading(refused) from refused
        except (NotReached, BrokenOff) as trouble:
            raise OUTCOMES.reading(trouble) from trouble
        if told.get("uri") != str(address) or not object_in(told, "value"):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return object_in(told, "value")

    def _create(self, address: RecordAddress, record: Json, done: Sent) -> SendOutcome:
        body = {"repo": address.owner, "collection": address.collection, "rkey": address.key, "record": record}

        def made() -> SendOutcome:
            told = self._session.change("com.atproto.repo.createRecord", body)
            return done if told.get("uri") == str(address) else OutcomeLost(NOT_UNDERSTOOD)

        return self._send(made)

    @staticmethod
    def _send(call: Callable[[], SendOutcome]) -> SendOutcome:
        try:
            return call()
        except _TROUBLE as trouble:
            return OUTCOMES.after(trouble)
        except NetworkTrouble as trouble:  # it was called, and what became of it could not be read
            return OutcomeLost(trouble.sentence)
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("bluesky.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    @staticmethod
    def _before_sending(read: Callable[[], Found | NotSent]) -> Found | NotSent:
        """Return what a reply needs, or why nothing was sent."""
        try:
            return read()
        except RefusedCall as refused:
            final = frozenset({refused.status}) if is_of_our_account(refused) else frozenset()
            return OUTCOMES.before(refused, final)
        except (NotReached, BrokenOff) as trouble:
            return OUTCOMES.before(trouble, frozenset())
        except NetworkTrouble as trouble:
            return unsent_since(trouble)
        except OddPost:
            return NotSent(NOT_UNDERSTOOD, retry_after=SHORT_WAIT)
