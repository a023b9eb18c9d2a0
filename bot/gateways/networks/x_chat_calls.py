"""The calls to X Chat for one account: its conversations, what is in them, and the public keys of their people."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from threading import RLock
from typing import Any

from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.word_caches import NameMemory
from bot.domain.mentions.mention import Author
from bot.domain.mentions.poll_pace import PAGES, SHOWN_LATE
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.x_chat_events import (
    ChatItem,
    changed_on_chat,
    in_an_address,
    other_in_chat,
    same_chat,
    sent_on_chat,
)
from bot.gateways.networks.x_chat_keys import ChatKeys
from bot.gateways.networks.x_chat_session import ChatSession, signing_key
from bot.gateways.networks.x_message_answers import message_trouble
from bot.gateways.networks.x_posts import Us, read_author
from bot.gateways.networks.x_readings import XReadings
from bot.gateways.networks.x_refusals import says_gone
from bot.gateways.outside import Json, list_of_texts, object_in, objects, text_or_empty
from bot.ports.network import NetworkTrouble

UNTOLD = 15  # readings a window when the headers do not say, as of X's other private messages
_PLACE = "/2/chat/conversations"
_PAGE = 100
_LISTED = {
    "chat_conversation.fields": "id,type,updated_at",
    "expansions": "participant_ids",
    "user.fields": "username,name,public_metrics",
}
_MOST_PEOPLE = 10_000  # whose public keys and names are remembered
_OTHER_KEYS = (
    "X knows other keys of our account than those in the file of X Chat. "
    "docs/x-access.md says how the right ones are made."
)

Call = Callable[..., Any]  # tweepy's request(method, path, params=, json=, user_auth=)


@dataclass(frozen=True, slots=True)
class HeardChat:
    """One conversation as X listed it, newest first. `clamped`: there may be more."""

    convo: str
    told: Sequence[Json]
    keys: Sequence[str] = ()  # the changes of its keys
    clamped: bool = False


@dataclass(frozen=True, slots=True)
class ListedChats:
    """The conversations with one person that X listed as changed. `at`: when, by X's clock."""

    convos: Sequence[Json]
    at: datetime | None
    clamped: bool = False


@dataclass(frozen=True, slots=True)
class _Settled:
    """A conversation as read some time after it changed last, so that nothing of it is still to come."""

    changed: datetime
    since: datetime
    heard: HeardChat


@dataclass
class ChatCalls:
    """Asks X, as our account. `call`: signs a call and makes it, as tweepy's client does."""

    us: Callable[[], Us]
    call: Call
    keys: ChatKeys
    readings: XReadings = field(default_factory=lambda: XReadings(UNTOLD))
    authors: NameMemory[Author] = field(default_factory=lambda: NameMemory(_MOST_PEOPLE))
    _people: NameMemory[list[dict[str, str]]] = field(default_factory=lambda: NameMemory(_MOST_PEOPLE))
    _settled: NameMemory[_Settled] = field(default_factory=lambda: NameMemory(_MOST_PEOPLE))
    _session: ChatSession | None = None
    _opening: RLock = field(default_factory=RLock)

    def session(self) -> ChatSession:
        """Return the session with our keys, which X has to know. Raises NetworkTrouble with what to do."""
        with self._opening:
            if self._session is None:
                made, us = ChatSession(self.keys.client(), self.us().account), self.us().account
                if not made.take_identity(self._public_keys(us)):
                    raise NetworkTrouble(_OTHER_KEYS)
                self._session = made
            return self._session

    def fault(self) -> str:
        """Return what keeps X Chat from working, as a sentence; "" where it works."""
        try:
            self.session()
            self._ask(_PLACE, {"max_results": 1})
        except NetworkTrouble as trouble:
            return trouble.sentence
        return ""

    def changed_since(self, since: Callable[[datetime | None], datetime]) -> ListedChats:
        """Return the conversations that changed since a moment, which `since` says for the time by X's clock."""
        found: dict[str, Json] = {}
        token, first = "", None
        for _ in range(PAGES):
            told, at = self._ask(_PLACE, {"max_results": _PAGE, **_LISTED, **_further(token)}, counted=True)
            first = first or at
            self._learn(told)
            page = objects(told, "data")
            changed = [one for one in page if (when := changed_on_chat(one)) is None or when >= since(first)]
            found |= {text_or_empty(one, "id"): one for one in changed}
            token = text_or_empty(object_in(told, "meta"), "next_token")
            if not token or (page and not changed):
                break
        else:
            return ListedChats(self._one_to_one(found), first, clamped=True)
        return ListedChats(self._one_to_one(found), first)

    def _one_to_one(self, found: Mapping[str, Json]) -> list[Json]:
        return [one for name, one in found.items() if other_in_chat(name, self.us().account)]

    def heard_of(self, listed: Json, since: datetime, at: datetime | None) -> HeardChat:
        """Return what was written in a listed conversation since a moment, without a call where X told it before.

        So a reading that X breaks off, since there were too many calls, is not begun anew each time. `at`: the time
        of the list, by X's clock. Raises NetworkTrouble.
        """
        name, changed = text_or_empty(listed, "id"), changed_on_chat(listed)
        known = self._settled.get(name)
        if known and known.changed == changed and known.since <= since:
            return known.heard
        found = self.heard(name, since)
        old = [one for one in found.told if (when := sent_on_chat(one)) and when < since]
        passed = {id(one) for one in old[1:]}  # the newest old one may be the one that we answered
        heard = replace(found, told=[one for one in found.told if id(one) not in passed])
        if changed and at and at - changed >= SHOWN_LATE:
            self._settled[name] = _Settled(changed, since, heard)
        return heard

    def forget_all_but(self, convos: Collection[str]) -> None:
        """Keep in memory only what was read of these conversations."""
        for name in self._settled.keys() - set(convos):
            del self._settled[name]

    def heard(self, convo: str, since: datetime | None) -> HeardChat:
        """Return what was written in a conversation since a moment, or the newest. Raises NetworkTrouble."""
        told: dict[str, Json] = {}
        keys: list[str] = []
        token, clamped = "", False
        for _ in range(PAGES if since else 1):
            page, _at = self._ask(
                f"{_PLACE}/{in_an_address(convo)}/events", {"max_results": _PAGE, **_further(token)}
            )
            events, meta = objects(page, "data"), object_in(page, "meta")
            told |= {text_or_empty(one, "encoded_event") or text_or_empty(one, "id"): one for one in events}
            keys += list_of_texts(meta, "conversation_key_events")
            token = text_or_empty(meta, "next_token")
            last = sent_on_chat(events[-1]) if events else None
            clamped = bool(token) and not (last and since and last < since)
            if not clamped:
                break
        newest_first = sorted(told.values(), key=lambda one: sent_on_chat(one) or EPOCH, reverse=True)
        return HeardChat(convo, newest_first, list(dict.fromkeys(keys)), clamped)

    def opened(self, heard: HeardChat) -> list[ChatItem]:
        """Return the events of a conversation, newest first, decrypted as far as possible. Raises NetworkTrouble.

        Where one is unreadable, somebody may have made new keys: X is asked once more. If the new ones are ours,
        there is nothing to read before the file has them.
        """
        us, them, session = self.us().account, other_in_chat(heard.convo, self.us().account), self.session()
        known = us in self._people and them in self._people
        items = self._items(heard, session, [*self._keys_of(us), *self._keys_of(them)])
        if not known or all(one.event is not None for one in items):
            return items
        if not session.take_identity(self._public_keys(us)):
            self._session = None
            raise NetworkTrouble(_OTHER_KEYS)
        return self._items(heard, session, [*self._keys_of(us, anew=True), *self._keys_of(them, anew=True)])

    def opened_again(self, heard: HeardChat) -> list[ChatItem]:
        """Return the same as far as it can be decrypted without a call."""
        if self._session is None:
            return [ChatItem(heard.convo, one, None, heard.keys) for one in heard.told]
        people = (self.us().account, other_in_chat(heard.convo, self.us().account))
        return self._items(heard, self._session, [key for one in people for key in self._people.get(one, ())])

    def _items(self, heard: HeardChat, session: ChatSession, keys: Sequence[dict[str, str]]) -> list[ChatItem]:
        forms = [text_or_empty(one, "encoded_event") for one in heard.told]
        found = session.read(list(dict.fromkeys(filter(None, forms))), heard.keys, keys)
        read = {
            form: one for form, one in found.items() if same_chat(text_or_empty(one, "conversation_id"), heard.convo)
        }
        return [
            ChatItem(heard.convo, one, read.get(form), heard.keys)
            for one, form in zip(heard.told, forms, strict=True)
        ]

    def _keys_of(self, user: str, *, anew: bool = False) -> list[dict[str, str]]:
        if anew or user not in self._people:
            self._people[user] = [signing_key(user, one) for one in self._public_keys(user)]
        return self._people[user]

    def _public_keys(self, user: str) -> list[Json]:
        """Return somebody's public keys; none of a person who never used X Chat."""
        try:
            return objects(self._ask(f"/2/users/{user}/public_keys", {})[0], "data")
        except NetworkTrouble as trouble:
            if isinstance(trouble.__cause__, RefusedCall) and says_gone(trouble.__cause__):
                return []
            raise

    def _ask(self, path: str, asked: Mapping[str, object], *, counted: bool = False) -> tuple[Json, datetime | None]:
        """Return what X says, and when; raise NetworkTrouble. `counted`: it is one of the regular readings."""
        try:
            answer = self.call("GET", path, params=asked, user_auth=True)
        except (NotReached, BrokenOff, RefusedCall) as trouble:
            if counted and isinstance(trouble, RefusedCall):
                self.readings.count(trouble.headers)
            raise message_trouble(trouble) from trouble
        if counted:
            self.readings.count(answer.headers)
        said = json_object(answer.content)
        if not said.keys() & {"data", "meta", "errors"}:
            raise NetworkTrouble("X sent something that Heard does not understand.")
        return said, answered_at(answer.headers)

    def _learn(self, told: Json) -> None:
        found = (read_author(one) for one in objects(object_in(told, "includes"), "users"))
        self.authors.update({one.id: one for one in found if one is not None})


def _further(token: str) -> dict[str, str]:
    return {"pagination_token": token} if token else {}
