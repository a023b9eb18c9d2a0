"""X with the encrypted private messages of X Chat, beside posts and, where an account wants it, older messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import SafeRepeat
from bot.gateways.networks.call_outcomes import unsent_since, wait_after
from bot.gateways.networks.message_addresses import MessageAddress
from bot.gateways.networks.x import FOUND_EARLIEST
from bot.gateways.networks.x_chat import NO_KEY, XChat, deleted
from bot.gateways.networks.x_chat_calls import ChatCalls
from bot.gateways.networks.x_chat_events import CHAT, X_CHAT, kept_item, other_in_chat
from bot.gateways.networks.x_chat_keys import ChatKeys
from bot.gateways.networks.x_chat_sent import SealedMessages
from bot.gateways.networks.x_message_answers import message_outcome
from bot.gateways.networks.x_messages import MESSAGES, MORE_READ_IT, XWithMessages
from bot.gateways.networks.x_readings import came
from bot.gateways.networks.x_refusals import says_gone
from bot.ports.network import Batch, Met, NetworkTrouble, NotSent, SendOutcome, Sent, Unparsed


class XWithChat(XWithMessages):
    """One account of ours on X, with X Chat."""

    # The same bytes under the same id are one message. X names no end of that; an hour is what others promise.
    safe_repeat = SafeRepeat(within=timedelta(minutes=55))

    def __init__(self, *, chat_keys: str, older_messages: bool, folder: Path | None = None, **given: Any) -> None:  # noqa: ANN401 - as XNetwork takes them
        """Take the file with the keys of X Chat, and the desk's own folder; the rest as XNetwork."""
        super().__init__(**given)
        self.streams = ("mentions", "own", *((MESSAGES,) if older_messages else ()), CHAT)
        self._keys, self._folder = ChatKeys(chat_keys), folder

    @cached_property
    def _chat(self) -> XChat:
        calls = ChatCalls(lambda: self._us, self._request, self._keys)
        return XChat(calls, SealedMessages(self._folder, self.account))

    def _request(self, *of: object, **more: object) -> Any:  # noqa: ANN401 - tweepy has no types; not loaded before
        return self._client.request(*of, **more)

    def faulty_part(self) -> str:
        """Return what keeps X Chat from working; see HasParts."""
        return self._chat.calls.fault()

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`, oldest first."""
        if stream != CHAT:
            yield from super().fetch(stream, cursor)
            return
        try:
            yield from self._chat.fetch(cursor)
        finally:
            counted = self._chat.calls.readings
            before, self._read_at[CHAT] = self._read_at.get(CHAT), counted.at
            until = counted.at + counted.allowance.resets_in if counted.at else None
            self.met[CHAT] = Met(came((), 0, before, counted.at), counted.allowance, until)

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post or a message that was kept, as today's version and today's keys understand it."""
        if kept_item(raw) is None:
            return super().read_again(raw, known)
        found = self._chat.read_again(raw)
        read = next((one for one in (*found.posts, *found.edits) if not one.why_not), None)
        return read or next(iter(found.unparsed), Unparsed(raw, "X Chat brought no message here.", glimpse=known))

    def private(self, post_id: str) -> MessageAddress | None:
        """Return the address of a private message, of either way; None for a post."""
        return X_CHAT.read(post_id) or super().private(post_id)

    # --- sending ----------------------------------------------------------------------------------------------------

    def sends_once(self, target: PostRef, key: str) -> bool:
        """Return whether nothing keeps a repeat from making a second message or post: see SendsOnce."""
        known = self._chat.sealed.get(key) if X_CHAT.read(target.post_id) else None
        return known is None or not known.body

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under a post, or send it to the one person who wrote a private message, in the same way.

        X may refuse a message that it has already; so after a repeat is refused, the conversation is read.
        """
        address = X_CHAT.read(target.post_id)
        if address is None and not target.post_id.startswith(f"{CHAT}:"):
            return super().reply(target, text, key)
        if address is None or not other_in_chat(address.convo, self.account):
            return NotSent(MORE_READ_IT)
        again = not self.sends_once(target, key)
        try:
            sealed = self._chat.seal(address, text, key)
        except NetworkTrouble as trouble:
            return _unsent(trouble)
        if sealed is None:
            return NotSent(NO_KEY, by_hand=True)
        outcome = self._send(
            lambda: self._chat.deliver(address, sealed.body),
            lambda body: self._chat.made(address, sealed, body),
            lambda refused: (self._chat.shown(address, sealed) if again else None) or message_outcome(refused),
        )
        if isinstance(outcome, Sent):
            self._chat.sealed.forget_words(key)
        elif isinstance(outcome, NotSent) and not again:
            self._chat.sealed.drop(key)
        return outcome

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours, or a message on X Chat for both people; an older message cannot be taken back."""
        address = X_CHAT.read(post_id)
        if address is None:
            return super().take_back(post_id)
        try:
            body = self._chat.deletion(address)
        except NetworkTrouble as trouble:
            return _unsent(trouble)
        if body is None:
            return NotSent("The deletion could not be signed.")
        return self._send(
            lambda: self._chat.deliver(address, body, "/delete"),
            lambda answer: deleted(post_id, answer),
            lambda refused: Sent(post_id, "") if says_gone(refused) else message_outcome(refused),
        )

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        """Return our reply; one on X Chat is found by the id under which it was sent, where that is kept."""
        address = X_CHAT.read(target.post_id)
        if address is None:
            return super().find_reply(target, text, since, key)
        return self._chat.find(address, text, since - FOUND_EARLIEST, self._chat.sealed.get(key))

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        """Return whether X shows our reply; None where X does not show it, or not yet."""
        if X_CHAT.read(target.post_id) is None:
            return super().is_our_reply(post_id, target, text, key)
        made = X_CHAT.read(post_id)
        return self._chat.says(made, text) if made else False


def _unsent(trouble: NetworkTrouble) -> NotSent:
    """Return that nothing was sent; what concerns X Chat alone holds back no public reply."""
    return unsent_since(trouble) if trouble.limit else NotSent(trouble.sentence, again_in=wait_after(trouble))
