"""Converts events of X Chat, decrypted where that was possible, into posts, edits and deletions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH, moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.message_addresses import MessageAddress, MessageAddresses
from bot.gateways.networks.x_chat_session import deleted_in
from bot.gateways.networks.x_media import MOST_MEDIA
from bot.gateways.networks.x_posts import Us
from bot.gateways.outside import Json, as_name, list_of_texts, object_in, objects, raw_of, text_or_empty, whole_number
from bot.ports.network import Batch, Unparsed

CHAT = "chat"  # the stream of X Chat, and the way in the ids of its messages
_ONE_TO_ONE = re.compile(r"(\d{1,19})[-:](\d{1,19})", re.ASCII)  # a group's id begins with "g"
_LATEST = 253_402_300_799_000  # milliseconds, of the year 9999


def in_an_address(convo: str) -> str:
    """Return a conversation's id in the form that X takes in an address."""
    return convo.replace(":", "-")


X_CHAT = MessageAddresses(
    _ONE_TO_ONE.pattern.replace("(", "(?:"),
    r"[A-Za-z0-9-]{1,64}",
    lambda convo: f"https://x.com/i/chat/{in_an_address(convo)}",
    way=CHAT,
)
_MEDIA = {
    "image": AttachedKind.PICTURE,
    "gif": AttachedKind.PICTURE,
    "video": AttachedKind.VIDEO,
    "audio": AttachedKind.SOUND,
}
_KINDS = {"Url": AttachedKind.LINK, "UnifiedCard": AttachedKind.LINK, "Post": AttachedKind.POST}
_SAYS = ("display_title", "url", "post_url", "fallback_text")
_WORDS = "(This message is encrypted, and Heard could not read it. Please read it on X.)"
_WHY_NOT = "Heard could not read this message, so somebody has to read and answer it on X."
_OURS = "X Chat brought an encrypted message of our own account that Heard could not read."
_ODD = "X Chat brought something that Heard does not understand."


def other_in_chat(convo: str, account: str) -> str:
    """Return the id of the one person in a conversation with our account; "" where others read it, too."""
    found = _ONE_TO_ONE.fullmatch(convo)
    others = [one for one in found.groups() if one != account] if found else []
    return others[0] if len(others) == 1 else ""


def same_chat(one: str, other: str) -> bool:
    """Return whether two forms name the same conversation: X writes either person first, with "-" or ":"."""
    found, again = _ONE_TO_ONE.fullmatch(one), _ONE_TO_ONE.fullmatch(other)
    return bool(found and again) and sorted(found.groups()) == sorted(again.groups())  # type: ignore[union-attr]


def sent_on_chat(told: Json) -> datetime | None:
    """Return when an event was made, by X's clock."""
    return _moment(told, "created_at")


def changed_on_chat(told: Json) -> datetime | None:
    """Return when something was written last in a listed conversation, by X's clock; not when it was begun."""
    return _moment(told, "updated_at")


def _moment(told: Json, name: str) -> datetime | None:
    """Return a moment that X writes as a date, or in milliseconds."""
    for text in (str(told.get(name, "")), str(told.get(f"{name}_msec", ""))):
        if text.isascii() and text.isdigit() and int(text[:16]) <= _LATEST:
            return EPOCH + timedelta(milliseconds=int(text[:16]))
        if found := moment_in(text):
            return found
    return None


@dataclass(frozen=True, slots=True)
class ChatItem:
    """One event of a conversation as X listed it; what it says, None where it could not be decrypted."""

    convo: str
    told: Json
    event: Json | None
    keys: Sequence[str] = ()  # the changes of the conversation's keys, without which it cannot be read later

    @property
    def number(self) -> str:
        """Return its id in the conversation, or ""."""
        listed = text_or_empty(self.told, "id")
        signed = text_or_empty(self.event or {}, "sequence_id")
        return listed if listed.isdigit() else signed or listed

    @property
    def sender(self) -> str:
        """Return the id of who wrote it: as signed, or else as X says."""
        return text_or_empty(self.told if self.event is None else self.event, "sender_id")

    @property
    def at(self) -> datetime | None:
        """Return when it was sent."""
        signed = whole_number(self.event or {}, "created_at_msec", _LATEST)
        return sent_on_chat(self.told) or (EPOCH + timedelta(milliseconds=signed) if signed else None)

    @property
    def said(self) -> Json:
        """Return what a message says; nothing for other events."""
        event = self.event or {}
        return object_in(event, "content") if event.get("type") == "Message" else {}

    @property
    def raw(self) -> bytes:
        """Return it as it came, encrypted."""
        return raw_of(
            {"chat_event": self.told, "convo": self.convo} | ({"keys": list(self.keys)} if self.event is None else {})
        )


def attached_to(event: Json) -> list[Attachment]:
    """Return what is attached to a message, in words; nothing of it is fetched."""
    return [_attachment(one) for one in objects(event, "attachments")]


def _media_of(event: Json) -> int:
    found = [one for one in objects(event, "attachments") if text_or_empty(one, "attachment_type") == "Media"]
    return min(len(found), MOST_MEDIA)


def _attachment(one: Json) -> Attachment:
    kind = text_or_empty(one, "attachment_type")
    if kind == "Media":
        return Attachment(_MEDIA.get(text_or_empty(one, "media_type"), AttachedKind.FILE), as_name(one, "filename"))
    says = " ".join(text for name in _SAYS if (text := text_or_empty(one, name)))
    return Attachment(_KINDS.get(kind, AttachedKind.OTHER), says)


def kept_item(raw: bytes) -> ChatItem | None:
    """Return an event that was kept, with the changes of keys that it needs, not decrypted; None for other posts."""
    found = json_object(raw)
    told, convo = object_in(found, "chat_event"), text_or_empty(found, "convo")
    return ChatItem(convo, told, None, list_of_texts(found, "keys")) if told and convo else None


@dataclass(frozen=True, slots=True)
class ChatOf:
    """A conversation between our account and one person, as its id came from X."""

    convo: str
    us: Us
    authors: Mapping[str, Author]

    @property
    def them(self) -> str:
        """Return the id of the person."""
        return other_in_chat(self.convo, self.us.account)

    def batch(self, item: ChatItem, answered: str = "") -> Batch:
        """Return what one event brings; `answered`: the newest message before it that it may answer."""
        if item.event is None:
            return self._unread(item)
        if text_or_empty(item.event, "type") == "MessageDeleted":
            return Batch(deletions=tuple(self._addresses(deleted_in(item.event))))
        kind = text_or_empty(item.said, "content_type")
        if kind == "Text":
            return self._posted(item, text_or_empty(item.said, "text"), answered)
        if kind == "Edit":
            return self._edited(item)
        return self._unread(item) if kind == "Unknown" else Batch()

    def _posted(self, item: ChatItem, text: str, answered: str) -> Batch:
        words = with_attachments(text, attached_to(item.event or {}))
        made = self._mention(item, self._address(item.number), words, answered)
        return Batch(posts=(made,)) if made else Batch(unparsed=(self._odd(item, _ODD),))

    def _edited(self, item: ChatItem) -> Batch:
        address = self._address(text_or_empty(item.said, "target_message_id"))
        made = self._mention(item, address, clean(text_or_empty(item.said, "new_text")), "")
        return Batch(edits=(made,)) if made else Batch()

    def _unread(self, item: ChatItem) -> Batch:
        """Return a post that says so, and where to read it; a message of our own is kept for later."""
        if item.sender != self.them:
            return Batch(unparsed=(self._odd(item, _OURS if item.sender == self.us.account else _ODD),))
        made = self._mention(item, self._address(item.number), _WORDS, "", why_not=_WHY_NOT)
        return Batch(posts=(made,)) if made else Batch(unparsed=(self._odd(item, _ODD),))

    def _mention(
        self, item: ChatItem, address: MessageAddress | None, text: str, answered: str, why_not: str = ""
    ) -> Mention | None:
        at, sender = item.at, item.sender
        if address is None or at is None or sender not in {self.us.account, self.them} or not self.them:
            return None
        ours = sender == self.us.account
        takes = Answerable.UNKNOWN if ours else Answerable.NO if why_not else Answerable.YES
        return Mention(
            ref=PostRef("x", self.us.account, str(address)),
            root_id=f"with-{self.them}",
            parent_id=answered or None if ours else None,
            author=self.authors.get(sender) or Author(id=sender, handle=self.us.handle if ours else sender),
            text=text,
            posted_at=at,
            side=Side.OURS if ours else Side.THEIRS,
            media=_media_of(item.event or {}),
            url=address.page,
            answerable=takes,
            why_not=why_not,
            private=True,
            raw=item.raw,
        )

    def _odd(self, item: ChatItem, why: str) -> Unparsed:
        address, sender = self._address(item.number), item.sender
        seen = Glimpse(
            author_id=sender if sender in {self.us.account, self.them} else "",
            root_id=f"with-{self.them}" if self.them else "",
            url=address.page if address else "",
            posted_at=item.at,
            public=False,
            ours=sender == self.us.account,
        )
        return Unparsed(item.raw, why, str(address) if address else "", seen)

    def _addresses(self, numbers: Sequence[str]) -> Iterator[str]:
        return (str(found) for one in numbers if (found := self._address(one)))

    def _address(self, number: str) -> MessageAddress | None:
        return X_CHAT.of(self.convo, number)

    def says(self, item: ChatItem, text: str) -> bool:
        """Return whether a message is ours and has these words."""
        words = text_or_empty(item.said, "text")
        return item.sender == self.us.account and bool(item.said) and comparable(words) == comparable(text)
