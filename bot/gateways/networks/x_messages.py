"""Private messages on X, with one person at a time; those of X Chat, which are encrypted, are not shown here.

X takes no key for them. So after an unknown outcome the conversation is read, and never written to again by the desk.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.poll_pace import PAGES
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.message_addresses import MessageAddress
from bot.gateways.networks.x import FOUND_EARLIEST, XNetwork
from bot.gateways.networks.x_batches import (
    BATCH,
    Reading,
    distinct,
    is_enough,
    message_gap,
    oldest_safe_id,
    overlapping,
)
from bot.gateways.networks.x_chats import (
    MESSAGE_FIELDS,
    X_MESSAGES,
    convo_of,
    is_read,
    other_in,
    read_message,
    says,
    sender_of,
)
from bot.gateways.networks.x_edits import NOT_UNDERSTOOD
from bot.gateways.networks.x_message_answers import message_outcome, message_trouble
from bot.gateways.networks.x_posts import Item, Page, Strange, Us, any_before, is_post_id, made_at, read_page
from bot.gateways.networks.x_readings import XReadings, came
from bot.gateways.outside import Json, object_in, text_or_empty
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

MESSAGES = "messages"
AT_ONCE = 25  # messages in one page: X charges for each that it returns, once a day
LOOKED_THROUGH = 100  # the same, when a conversation is searched for our own message
UNTOLD = 15  # requests a window when the headers do not say
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
MORE_READ_IT = "More than one person would read this on X, so it is not answered from here."
_STAYS = "X deletes a private message only for the one who asks. The customer keeps it."
_UNREAD = "X said yes, but its answer could not be read."

Enough = Callable[[Sequence[Page]], bool]


class XWithMessages(XNetwork):
    """One account of ours on X, with its private messages."""

    streams: tuple[str, ...] = ("mentions", "own", MESSAGES)

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - as XNetwork takes them
        super().__init__(**given)
        self._messages_read = XReadings(UNTOLD)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`, oldest first; all pages are read before the first batch."""
        if stream != MESSAGES:
            yield from super().fetch(stream, cursor)
            return
        last = int(cursor or 0)
        reading = self._all_messages(last)
        yield from self._message_batches(reading, last)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post or a private message that was kept, as today's version understands it."""
        if known.public:
            return super().read_again(raw, known)
        then = {known.author_id: Author(id=known.author_id, handle=known.handle)} if known.handle else {}
        return read_message(Item(raw, json_object(raw)), self._us, {**then, **self._authors})

    def _all_messages(self, last: int) -> Reading:
        """Read pages, newest first, until a known message; raise NetworkTrouble."""
        enough: Enough = lambda pages: is_enough(pages, last, saved=False)  # noqa: E731
        try:
            return self._listed(enough, {"max_results": AT_ONCE}, count=True)
        finally:
            allowance = self._messages_read.allowance
            at = self._messages_read.at
            before, self._read_at[MESSAGES] = self._read_at.get(MESSAGES), at
            self.met[MESSAGES] = Met(came((), last, before, at), allowance, at + allowance.resets_in if at else None)

    def _listed(self, enough: Enough, wanted: dict[str, Any], *, count: bool = False) -> Reading:
        pages: list[Page] = []
        while len(pages) < PAGES:
            token = {"pagination_token": pages[-1].next_token} if pages else {}
            pages.append(self._message_page(wanted | token, count=count))
            if not pages[-1].next_token or enough(pages):
                break
        self._remember([author for page in pages for author in page.authors])
        return Reading(distinct(pages), clamped=bool(pages[-1].next_token) and not enough(pages), at=pages[0].at)

    def _message_page(self, wanted: dict[str, Any], *, count: bool) -> Page:
        try:
            answer: Response = self._client.get_direct_message_events(**MESSAGE_FIELDS, **wanted)
        except _TROUBLE as trouble:
            if count and isinstance(trouble, RefusedCall):
                self._messages_read.count(trouble.headers)
            raise message_trouble(trouble) from trouble
        if count:
            self._messages_read.count(answer.headers)
        try:
            return read_page(answer.content, answered_at(answer.headers))
        except Strange:
            raise NetworkTrouble(NOT_UNDERSTOOD) from None

    def _message_batches(self, reading: Reading, last: int) -> Iterator[Batch]:
        items, cursor = sorted(reading.items, key=lambda item: item.id), last
        gap = message_gap(items, last, clamped=reading.clamped)
        earliest = overlapping(last) or oldest_safe_id(reading.at)
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            cursor = max(cursor, *(item.id for item in part))
            wanted = [one for one in part if is_read(one, self._us) and not 0 < one.id < earliest]
            read = [read_message(one, self._us, self._authors) for one in wanted]
            yield replace(
                gap if start == 0 else Batch(),
                posts=tuple(one for one in read if isinstance(one, Mention)),
                unparsed=tuple(one for one in read if isinstance(one, Unparsed)),
                cursor=str(cursor or ""),
            )

    # --- sending ----------------------------------------------------------------------------------------------------

    def private(self, post_id: str) -> MessageAddress | None:
        """Return the address of a private message; None for a post."""
        return X_MESSAGES.read(post_id)

    def sends_once(self, target: PostRef, key: str) -> bool:  # noqa: ARG002 - X has no keys
        """Return whether an answer to this post is a private message, for which X has no key."""
        return X_MESSAGES.read(target.post_id) is not None

    def can_be_asked_about(self, post_id: str) -> bool:
        """Return whether X can be asked about a single post: not about a private message."""
        return is_post_id(post_id)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under a post, or send it to the one person who wrote a private message."""
        address = X_MESSAGES.read(target.post_id)
        if address is None:
            return super().reply(target, text, key)
        them = other_in(address.convo, self.account)
        if not them:
            return NotSent(MORE_READ_IT)
        return self._send(  # by the person, not by the conversation: nobody else can read it
            lambda: self._client.create_direct_message(participant_id=them, text=text),
            lambda body: _made(address.convo, object_in(json_object(body), "data")),
            message_outcome,
        )

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours; a private message cannot be taken back."""
        return self.why_kept(post_id) or super().take_back(post_id)

    def why_kept(self, post_id: str) -> NotSent | None:
        """Return that a private message cannot be taken back by anybody; None for a post."""
        return NotSent(_STAYS) if self.private(post_id) else None

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        """Return our reply; a private one is found by its words, among the messages since the attempt."""
        address = X_MESSAGES.read(target.post_id)
        if address is None:
            return super().find_reply(target, text, since, key)
        earliest = since - FOUND_EARLIEST
        enough: Enough = lambda pages: any_before(pages[-1].items, earliest)  # noqa: E731
        wanted = {"participant_id": other_in(address.convo, self.account), "max_results": LOOKED_THROUGH}
        told = self._listed(enough, wanted)
        found = [one for one in told.items if self._says_ours(one, text) and made_at(one) >= earliest]
        if found:
            first = min(found, key=lambda one: one.id)
            return Sent(str(replace(address, message=str(first.id))), address.page, made_at(first))
        if told.clamped:
            raise NetworkTrouble("So much was written there since that Heard cannot tell whether the reply is out.")
        return None

    def _says_ours(self, item: Item, text: str) -> bool:
        return bool(item.id) and sender_of(item) == self.account and says(item.post, text)

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        """Return whether a post is our reply to `target`; None for a private one, which X's answer names already."""
        if X_MESSAGES.read(target.post_id) is None:
            return super().is_our_reply(post_id, target, text, key)
        return None

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as it is public; None for a private message, which X does not show by itself."""
        return None if self.private(post_id) else super().shown(post_id)

    # --- addresses --------------------------------------------------------------------------------------------------

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return where a person can answer a post, or a private message."""
        private = self.private(target.post_id)
        return private.page if private else super().web_reply_url(target, text)

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the address of a post, or of a private conversation."""
        address = self.private(post_id)
        return address.page if address else super().post_url(post_id, handle)

    @property
    def _us(self) -> Us:
        return Us(self.account, self.handle)


def _made(convo: str, told: Json) -> SendOutcome:
    made = X_MESSAGES.of(convo, text_or_empty(told, "dm_event_id"))
    return Sent(str(made), made.page) if made and convo_of(told) == convo else OutcomeLost(_UNREAD)
