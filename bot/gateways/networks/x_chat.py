"""X Chat for one account of ours: reads encrypted private messages with one person, and sends some.

X's client makes an id for each message, and signs it. The encrypted message is kept before it is sent, so that a
repeat sends the same bytes under the same id: X asks for that, so that no message is made twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.message_addresses import MessageAddress
from bot.gateways.networks.x_batches import BATCH, FIRST_LOOK, OVERLAP
from bot.gateways.networks.x_chat_calls import ChatCalls, HeardChat
from bot.gateways.networks.x_chat_events import (
    X_CHAT,
    ChatItem,
    ChatOf,
    changed_on_chat,
    in_an_address,
    kept_item,
    other_in_chat,
)
from bot.gateways.networks.x_chat_sent import SealedMessages
from bot.gateways.networks.x_chat_session import EncryptedMessage
from bot.gateways.networks.x_refusals import says_gone
from bot.gateways.outside import Json, object_in, raw_of, text_or_empty
from bot.ports.network import Batch, NetworkTrouble, OutcomeLost, SendOutcome, Sent, Unparsed

NO_KEY = "X does not show our account the key of this conversation, so nothing can be encrypted for it here."
_NOT_SHOWN = "X lists this conversation of X Chat, and does not show what is in it."
_TOO_MUCH = "So much was written there since that Heard cannot tell whether the reply is out."
_UNSURE = "Heard cannot read all that our account wrote there, so it cannot tell whether the reply is out."
_UNREAD = "X said yes, but its answer could not be read."
_MORE = "So many encrypted messages came at once that some from this time may be missing."


@dataclass(frozen=True, slots=True)
class _Brought:
    """The result of one event, with its place in the order of writing."""

    at: datetime
    order: str
    batch: Batch


@dataclass
class XChat:
    """The encrypted conversations of one account."""

    calls: ChatCalls
    sealed: SealedMessages

    # --- reading ----------------------------------------------------------------------------------------------------

    def fetch(self, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`, oldest first; all is read before the first batch. Raises NetworkTrouble."""
        self.calls.session()
        last = EPOCH + timedelta(milliseconds=int(cursor)) if cursor else None
        listed = self.calls.changed_since(lambda at: _since(last, at))
        since = _since(last, listed.at)
        self.calls.forget_all_but({text_or_empty(one, "id") for one in listed.convos})
        heard = [(one, self._heard(one, since, listed.at)) for one in listed.convos]
        found = [one for convo, what in heard for one in self._brought(convo, what, since)]
        found.sort(key=lambda one: (one.at, one.order))
        clamped = listed.clamped or any(isinstance(what, HeardChat) and what.clamped for _, what in heard)
        gap = Batch(gap=_MORE, gap_from=last, gap_to=found[0].at) if clamped and last and found else Batch()
        end = last or EPOCH
        for start in range(0, len(found), BATCH):
            some = found[start : start + BATCH]
            end = max(end, min(some[-1].at, listed.at or some[-1].at))  # no event of the future is a mark
            made = _joined(gap if start == 0 else Batch(), [one.batch for one in some])
            yield replace(made, cursor=str((end - EPOCH) // timedelta(milliseconds=1)))

    def _heard(self, convo: Json, since: datetime, at: datetime | None) -> HeardChat | Unparsed:
        """Return what is in a conversation; one that X does not show is reported, and the others are read on."""
        name = text_or_empty(convo, "id")
        try:
            return self.calls.heard_of(convo, since, at)
        except NetworkTrouble as trouble:
            if not isinstance(trouble.__cause__, RefusedCall) or not says_gone(trouble.__cause__):
                raise
            when = changed_on_chat(convo) or since
            return Unparsed(raw_of(convo), _NOT_SHOWN, str(X_CHAT.of(name, int(when.timestamp())) or ""))

    def _brought(self, convo: Json, heard: HeardChat | Unparsed, since: datetime) -> Iterator[_Brought]:
        if isinstance(heard, Unparsed):
            yield _Brought(changed_on_chat(convo) or since, "", Batch(unparsed=(heard,)))
            return
        newest, chat = "", self._chat(heard.convo)
        for item in _once_each(reversed(self.calls.opened(heard))):
            batch = chat.batch(item, newest)
            newest = next((one.ref.post_id for one in batch.posts if one.author.id == chat.them), newest)
            if (at := item.at or since) >= since and batch != Batch():
                yield _Brought(at, f"{item.number:0>20}", batch)

    def read_again(self, raw: bytes) -> Batch:
        """Return what an event that was kept brings, as the keys known now read it; makes no call."""
        kept = kept_item(raw)
        if kept is None or not other_in_chat(kept.convo, self.calls.us().account):
            return Batch()
        items = self.calls.opened_again(HeardChat(kept.convo, [kept.told], kept.keys))
        return self._chat(kept.convo).batch(items[0])

    def _chat(self, convo: str) -> ChatOf:
        return ChatOf(convo, self.calls.us(), self.calls.authors)

    # --- sending ----------------------------------------------------------------------------------------------------

    def seal(self, address: MessageAddress, text: str, key: str) -> EncryptedMessage | None:
        """Return the encrypted message of an approval, the same each time; None without the conversation's key.

        What stands under this key for other words is of an approval that a restored database has lost.

        Raises NetworkTrouble where what it needs cannot be read, or where it cannot be kept.
        """
        known = self.sealed.get(key)
        if known is not None and known.body and known.is_for(address.convo, text):
            return known
        heard = self.calls.heard(address.convo, None)
        self.calls.opened(heard)  # which gives the client the newest key
        token = next((found for one in heard.told if (found := text_or_empty(one, "conversation_token"))), "")
        made = self.calls.session().seal(address.convo, text, token)
        if made is not None:
            self.sealed.keep(key, made)
        return made

    def deliver(self, address: MessageAddress, body: Mapping[str, Any], path: str = "") -> Any:  # noqa: ANN401 - as tweepy returns it
        """Send an encrypted message, or the deletion of one, with one call. Raises what the wire raises."""
        place = f"/2/chat/conversations/{in_an_address(address.convo)}/messages{path}"
        return self.calls.call("POST", place, json=dict(body), user_auth=True)

    def deletion(self, address: MessageAddress) -> Mapping[str, Any] | None:
        """Return what deletes a message of ours for both people; None where it cannot be signed.

        Raises NetworkTrouble.
        """
        return self.calls.session().deletion(address.convo, address.message)

    def made(self, address: MessageAddress, sealed: EncryptedMessage, body: bytes) -> SendOutcome:
        """Return the outcome that X's answer tells, or else the conversation."""
        form = text_or_empty(object_in(json_object(body), "data"), "encoded_message_event")
        try:
            items = self.calls.opened(HeardChat(address.convo, [{"encoded_event": form}])) if form else []
            found = self._sent(address, next((one for one in items if _is(one, sealed)), None))
        except NetworkTrouble:
            found = None
        return found or self.shown(address, sealed) or OutcomeLost(_UNREAD)

    def shown(self, address: MessageAddress, sealed: EncryptedMessage) -> Sent | None:
        """Return our message if it is among the newest of its conversation; None also where that is not known."""
        try:
            return self.find(address, "", None, sealed)
        except NetworkTrouble:
            return None

    def find(
        self, address: MessageAddress, text: str, since: datetime | None, sealed: EncryptedMessage | None
    ) -> Sent | None:
        """Return our message: by its id where that is kept, or else by its words; raise NetworkTrouble.

        None: it is not there (yet). Without `since` only the newest events are read.
        """
        heard = self.calls.heard(address.convo, since)
        items, chat = self.calls.opened(heard), self._chat(address.convo)
        recent = [one for one in items if since is None or one.at is None or one.at >= since]
        ours = (
            [one for one in items if _is(one, sealed)] if sealed else [one for one in recent if chat.says(one, text)]
        )
        if ours:
            return self._sent(address, ours[-1])
        if since and heard.clamped:
            raise NetworkTrouble(_TOO_MUCH)
        if any(one.event is None and one.sender == self.calls.us().account for one in recent):
            raise NetworkTrouble(_UNSURE)
        return None

    def says(self, address: MessageAddress, text: str) -> bool | None:
        """Return whether a message is ours with these words; None where it is not shown. Raises NetworkTrouble."""
        items = self.calls.opened(self.calls.heard(address.convo, None))
        found = next((one for one in items if one.number == address.message and one.event), None)
        return self._chat(address.convo).says(found, text) if found else None

    def _sent(self, address: MessageAddress, item: ChatItem | None) -> Sent | None:
        made = X_CHAT.of(address.convo, item.number) if item else None
        return Sent(str(made), made.page, item.at) if made and item else None


def deleted(post_id: str, body: bytes) -> SendOutcome:
    """Return the outcome of a deletion by X's answer."""
    if object_in(json_object(body), "data").get("deleted") is True:
        return Sent(post_id, "")
    return OutcomeLost("X did not say whether the message is deleted.")


def _since(last: datetime | None, at: datetime | None) -> datetime:
    """Return since when is read: shortly before the newest known, or at first the last 24 hours by X's clock."""
    if last is not None:
        return last - OVERLAP
    return at - FIRST_LOOK if at else EPOCH


def _once_each(items: Iterable[ChatItem]) -> Iterator[ChatItem]:
    """Yield the first event of each signed id: what was sent once can be listed twice, after a repeat."""
    known: set[str] = set()
    for one in items:
        signed = text_or_empty(one.event or {}, "id")
        if not signed or signed not in known:
            yield one
        known.add(signed)


def _is(item: ChatItem, sealed: EncryptedMessage) -> bool:
    return item.event is not None and text_or_empty(item.event, "id") == sealed.message_id


def _joined(first: Batch, some: Sequence[Batch]) -> Batch:
    return replace(
        first,
        posts=tuple(post for one in some for post in one.posts),
        edits=tuple(post for one in some for post in one.edits),
        deletions=tuple(post_id for one in some for post_id in one.deletions),
        unparsed=tuple(odd for one in some for odd in one.unparsed),
    )
