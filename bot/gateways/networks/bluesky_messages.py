"""Private messages on Bluesky, with one person at a time.

They are no records: another service keeps them, behind our own server, and takes no key of ours. So after an unknown
outcome they are read, and never sent again by the desk. A conversation can have more than two people: it is not read,
and not answered, since an answer would go to all of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Mention, PostRef, private_root
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.bluesky_answers import NOT_UNDERSTOOD, listed_in
from bot.gateways.networks.bluesky_chats import (
    BLUESKY_MESSAGES,
    OneToOne,
    is_deleted,
    is_of_the_system,
    one_to_one,
    sent_at,
)
from bot.gateways.networks.bluesky_listing import FOUND_EARLIEST
from bot.gateways.networks.bluesky_posts import OddPost, as_kept
from bot.gateways.networks.bluesky_record import facets_of
from bot.gateways.networks.message_addresses import MessageAddress
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import Batch, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent, Shown, Unparsed

MESSAGES = "messages"
AT_ONCE = 100  # conversations, or messages, in one answer
MOST_PAGES = 10  # of each that are read in one round
OVERLAP = timedelta(minutes=10)  # that is read again each time: messages may be listed late
_MORE = "More than two people are in this conversation on Bluesky, so others would read a private answer."
_STAYS = "Bluesky deletes a private message only for the one who asks. The customer keeps it."
_ODD = "Bluesky sent a private message that Heard does not understand."


class BlueskyWithMessages(BlueskyNetwork):
    """One account of ours on Bluesky, with its private messages."""

    streams: tuple[str, ...] = ("mentions", "own", MESSAGES)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what was not told yet, oldest first; of private messages at first the newest of each conversation."""
        if stream != MESSAGES:
            yield from super().fetch(stream, cursor)
            return
        last = moment_in(cursor)
        told = [one for convo in self._convos(last) for one in self._told_in(convo, last)]
        times = sorted({at for _, one in told if (at := sent_at(one))})
        newest = times[-1] if times else self._session.seen_at
        if not told and last:
            return
        told.sort(key=lambda one: text_or_empty(one[1], "sentAt"))
        for start in range(0, max(len(told), 1), AT_ONCE):
            some = told[start : start + AT_ONCE]
            end = (sent_at(some[-1][1]) if start + AT_ONCE < len(told) else newest) if some else newest
            yield _batch(some, max(filter(None, (end, last)), default=None), cursor)

    def _convos(self, last: datetime | None) -> list[Json]:
        """Return the conversations that something was said in, since shortly before `last`."""
        found: list[Json] = []
        place = ""
        for _ in range(MOST_PAGES if last else 1):
            told = self._ask("chat.bsky.convo.listConvos", limit=AT_ONCE, **({"cursor": place} if place else {}))
            page = [one for one in listed_in(told, "convos") if isinstance(one, dict)]
            changed = [one for one in page if _is_since(object_in(one, "lastMessage"), last)]
            found += changed
            place = text_or_empty(told, "cursor")
            if not place or not changed:
                break
        return found

    def _told_in(self, convo: Json, last: datetime | None) -> list[tuple[OneToOne, Json]]:
        known = one_to_one(convo, self.account)
        if known is None:
            return []
        if last is None:
            return [(known, object_in(convo, "lastMessage"))]
        return [(known, one) for one in self._messages(known.convo, last - OVERLAP)]

    def _messages(self, convo: str, since: datetime) -> list[Json]:
        """Return the messages of a conversation since a moment, newest first. Raises NetworkTrouble."""
        found: list[Json] = []
        place = ""
        for _ in range(MOST_PAGES):
            more = {"cursor": place} if place else {}
            told = self._ask("chat.bsky.convo.getMessages", convoId=convo, limit=AT_ONCE, **more)
            page = [one for one in listed_in(told, "messages") if isinstance(one, dict)]
            new = [one for one in page if (at := sent_at(one)) is None or at >= since]
            found += new
            place = text_or_empty(told, "cursor")
            if not place or not new:
                break
        return found

    # --- sending ----------------------------------------------------------------------------------------------------

    def sends_once(self, target: PostRef, key: str) -> bool:  # noqa: ARG002 - no key helps here
        """Return whether an answer to this post is a private message, which no key makes safe to repeat."""
        return BLUESKY_MESSAGES.read(target.post_id) is not None

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under a post, or send it to the one person who wrote a private message."""
        address = BLUESKY_MESSAGES.read(target.post_id)
        if address is None:
            return super().reply(target, text, key)
        whom = self._before_sending(lambda: self._alone_with(address))
        if isinstance(whom, NotSent):
            return whom
        facets = facets_of(text, {})
        message = {"text": text} | ({"facets": facets} if facets else {})
        body = {"convoId": address.convo, "message": message}
        return self._send(lambda: _made(whom, self._session.change("chat.bsky.convo.sendMessage", body)))

    def _alone_with(self, address: MessageAddress) -> OneToOne | NotSent:
        told = self._session.ask("chat.bsky.convo.getConvo", convoId=address.convo)
        found = one_to_one(object_in(told, "convo"), self.account)
        return found if found and found.convo == address.convo else NotSent(_MORE)

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours; a private message cannot be taken back."""
        return self.why_kept(post_id) or super().take_back(post_id)

    def why_kept(self, post_id: str) -> NotSent | None:
        """Return that a private message cannot be taken back by anybody; None for a post."""
        return NotSent(_STAYS) if BLUESKY_MESSAGES.read(post_id) else None

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:
        """Return our reply; a private one is found by its words, among the messages since the attempt."""
        address = BLUESKY_MESSAGES.read(target.post_id)
        if address is None:
            return super().find_reply(target, text, since, key)
        for told in self._messages(address.convo, since - FOUND_EARLIEST):
            if self._is_ours(told) and _says(told, text):
                made = BLUESKY_MESSAGES.of(address.convo, text_or_empty(told, "id"))
                return Sent(str(made), made.page, sent_at(told)) if made else None
        return None

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool:
        """Return whether a post is our reply to `target` with this text; raise NetworkTrouble."""
        if BLUESKY_MESSAGES.read(target.post_id) is None:
            return super().is_our_reply(post_id, target, text, key)
        told = self._message(post_id) if _convo(post_id) == _convo(target.post_id) else None
        return told is not None and self._is_ours(told) and _says(told, text)

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as it is public, or a private message as its two people see it; raise NetworkTrouble."""
        if BLUESKY_MESSAGES.read(post_id) is None:
            return super().shown(post_id)
        told = self._message(post_id)
        return Shown(self._is_ours(told), "", clean(text_or_empty(told, "text"))) if told is not None else None

    def _message(self, post_id: str) -> Json | None:
        """Return a message among the newest of its conversation, or None."""
        address = BLUESKY_MESSAGES.read(post_id)
        if address is None:
            return None
        told = self._ask("chat.bsky.convo.getMessages", convoId=address.convo, limit=AT_ONCE)
        page = [one for one in listed_in(told, "messages") if isinstance(one, dict)]
        return next((one for one in page if text_or_empty(one, "id") == address.message), None)

    def _is_ours(self, told: Json) -> bool:
        return text_or_empty(object_in(told, "sender"), "did") == self.account

    # --- addresses --------------------------------------------------------------------------------------------------

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return where a person can answer a post, or a private message."""
        private = BLUESKY_MESSAGES.read(target.post_id)
        return private.page if private else super().web_reply_url(target, text)

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the address of a post, or of a private conversation."""
        address = BLUESKY_MESSAGES.read(post_id)
        return address.page if address else super().post_url(post_id, handle)


def _is_since(told: Json, last: datetime | None) -> bool:
    at = sent_at(told)
    return at is not None and (last is None or at >= last - OVERLAP)


def _convo(post_id: str) -> str:
    address = BLUESKY_MESSAGES.read(post_id)
    return address.convo if address else ""


def _says(told: Json, text: str) -> bool:
    return comparable(text_or_empty(told, "text")) == comparable(clean(text))


def _made(whom: OneToOne, told: Json) -> SendOutcome:
    try:
        made = whom.message(told)
    except OddPost:
        return OutcomeLost(NOT_UNDERSTOOD)
    ours = made.author.id == whom.us.id
    return Sent(made.ref.post_id, made.url, made.posted_at) if ours else OutcomeLost(NOT_UNDERSTOOD)


def _batch(told: list[tuple[OneToOne, Json]], end: datetime | None, cursor: str) -> Batch:
    posts: list[Mention] = []
    deleted: list[str] = []
    odd: list[Unparsed] = []
    for convo, one in told:
        if is_of_the_system(one):
            continue
        if is_deleted(one):
            deleted += [str(address)] if (address := convo.address(one)) else []
            continue
        try:
            posts.append(convo.message(one))
        except OddPost:
            odd.append(_not_understood(convo, one))
    return Batch(posts=posts, deletions=deleted, unparsed=odd, cursor=end.isoformat() if end else cursor)


def _not_understood(convo: OneToOne, told: Json) -> Unparsed:
    address = convo.address(told)
    sender = text_or_empty(object_in(told, "sender"), "did")
    glimpse = Glimpse(
        author_id=sender if sender in {convo.us.id, convo.them.id} else "",
        handle=convo.them.handle if sender == convo.them.id else "",
        text=clean(text_or_empty(told, "text")),
        root_id=private_root(convo.them.id),
        posted_at=sent_at(told),
        public=False,
        ours=sender == convo.us.id,
    )
    return Unparsed(as_kept(told), _ODD, str(address) if address else "", glimpse)
