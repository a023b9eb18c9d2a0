"""A make-believe X with X Chat: its people encrypt and sign with X's own client, as the real ones do."""

import base64
import itertools
import re
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.x_people import PRIYA, US, XSecrets, refused, signed_by_us

_CONVO = f"{US['id']}-{PRIYA['id']}"
_EVENTS = re.compile(r"/2/chat/conversations/([\d-]+)/events")
_MESSAGES = re.compile(r"/2/chat/conversations/([\d-]+)/messages")
_DELETE = re.compile(r"/2/chat/conversations/([\d-]+)/messages/delete")
_KEYS = re.compile(r"/2/users/(\d+)/public_keys")
_VERSION = "1"


def _field(kind: int, number: int, content: bytes) -> bytes:
    return bytes([kind]) + struct.pack(">h", number) + content


def _text(number: int, text: str) -> bytes:
    content = text.encode()
    return _field(11, number, struct.pack(">i", len(content)) + content)


def _struct(number: int, content: bytes) -> bytes:
    return _field(12, number, content)


_STOP = b"\0"


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One event without its number: who made it and when, its signed id, what it says, and the signature."""

    sender: str
    id: str
    at: datetime
    detail: bytes
    signature: bytes

    def encoded(self, number: str) -> str:
        """Return it in the form in which X hands it on."""
        whole = (
            _text(1, number)
            + _text(2, self.id)
            + _text(3, self.sender)
            + _text(4, _CONVO.replace("-", ":"))
            + _text(6, str(int(self.at.timestamp() * 1000)))
            + _struct(7, self.detail)
            + _struct(9, self.signature)
            + _STOP
        )
        return base64.b64encode(whole).decode()


@dataclass
class Person:
    """Somebody on X Chat, with keys of their own."""

    id: str
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        from chat_xdk import Chat  # noqa: PLC0415 - an optional package

        self.client = Chat()
        made = self.client.generate_keypairs().public_key
        self.client.set_identity(self.id, _VERSION)
        self.client.set_cache_keys(True)
        self.public = {
            "public_key": made.public_key,
            "signing_public_key": made.signing_public_key,
            "identity_public_key_signature": made.identity_public_key_signature,
            "public_key_version": _VERSION,
        }

    @property
    def signs_with(self) -> dict[str, str]:
        """Return their public keys as X's client takes them."""
        return {
            "user_id": self.id,
            "public_key_version": _VERSION,
            "public_key": self.public["signing_public_key"],
            "identity_public_key": self.public["public_key"],
            "identity_public_key_signature": self.public["identity_public_key_signature"],
        }


@dataclass
class ChatServer:
    """X with one conversation: its events in the order in which they came, which X cannot read."""

    us: Person = field(default_factory=lambda: Person(US["id"]))
    them: Person = field(default_factory=lambda: Person(PRIYA["id"]))
    began: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=2))
    events: list[dict[str, Any]] = field(default_factory=list)  # oldest first
    key_changes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # the customer's newest message, by the event's id
    conversations: list[dict[str, Any]] = field(default_factory=list)  # further ones, as they are listed
    refuses: Callable[[CallIn], GivenAnswer | None] = lambda _: None
    calls: list[CallIn] = field(default_factory=list)
    begun_at: str = ""  # when the conversation was begun, where X tells that, too
    oldest_first: bool = False  # the order in which events are listed
    _inside: dict[str, ChatEvent] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.change_key()

    # --- what happens ----------------------------------------------------------------------------------------------

    def change_key(self) -> None:
        """Have the customer make a new key for the conversation."""
        people = [{"user_id": one.id, **_as_asked(one)} for one in (self.us, self.them)]
        made = self.them.client.prepare_conversation_key_change(people)
        action = made["action_signatures"][0]
        signature = _text(1, action["signature"]) + _text(2, _VERSION) + _text(3, action["signature_version"]) + _STOP
        detail = base64.b64decode(action["encoded_message_event_detail"])
        event = self._wire(self.them.id, action["message_id"], detail, signature)
        self.key_changes.append(event["encoded_event"])
        self.them.client.decrypt_events(self.key_changes, self.signing_keys())

    def signing_keys(self) -> list[dict[str, str]]:
        """Return the public keys of both people."""
        return [self.us.signs_with, self.them.signs_with]

    def say(self, text: str, **more: Any) -> str:  # noqa: ANN401 - of X's client
        """Write as the customer; return the message's number in the conversation."""
        return self.take(self.them, self.them.client.encrypt_message(_CONVO, text, **more))

    def take(self, who: Person, sealed: Any) -> str:  # noqa: ANN401 - of X's client
        """Take in an encrypted message of somebody."""
        return self._keep(who.id, sealed.message_id, sealed.encrypted_content, sealed.encoded_event_signature)

    def delete(self, number: str) -> None:
        """Delete a message of the customer for both."""
        made = self.them.client.prepare_message_delete(_CONVO, [number], delete_for_all=True)
        signature = _text(1, made["signature"]) + _text(2, _VERSION) + _text(3, made["signature_version"]) + _STOP
        detail = base64.b64decode(made["encoded_message_event_detail"])
        self.events.append(self._wire(self.them.id, made["message_id"], detail, signature))

    def spoil(self, number: str) -> None:
        """Make a message unreadable, as one whose signature is of other keys."""
        found = next(one for one in self.events if one["id"] == number)
        raw = bytearray(base64.b64decode(found["encoded_event"]))
        raw[-20] ^= 1
        found["encoded_event"] = base64.b64encode(raw).decode()

    def _keep(self, sender: str, message_id: str, content: str, signature: str) -> str:
        known = next((one["id"] for one in self.events if one["message_id"] == message_id), "")
        if known:
            return str(known)
        theirs = [one["id"] for one in self.events if one["sender_id"] == self.them.id]
        detail = _struct(1, base64.b64decode(content)) + _STOP
        self.events.append(self._wire(sender, message_id, detail, base64.b64decode(signature)))
        if sender == self.us.id:
            self.answers[self.events[-1]["id"]] = theirs[-1] if theirs else ""
        return str(self.events[-1]["id"])

    def _wire(self, sender: str, message_id: str, detail: bytes, signature: bytes) -> dict[str, Any]:
        number = next(self._numbers)
        at = self.began + timedelta(seconds=number)
        made = self._inside[str(number)] = ChatEvent(sender, message_id, at, detail, signature)
        return {
            "id": str(number),
            "message_id": message_id,  # kept here only
            "conversation_id": _CONVO,
            "conversation_token": "a-token-of-X",
            "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "sender_id": sender,
            "encoded_event": made.encoded(str(number)),
        }

    def wired_again(self, place: int, number: str) -> str:
        """Return an event once more, as X lists it under another number."""
        return self._inside[self.events[place]["id"]].encoded(number)

    # --- what X answers ---------------------------------------------------------------------------------------------

    def answer(self, call: CallIn) -> GivenAnswer:
        """Answer a call as X does."""
        self.calls.append(call)
        if not signed_by_us(call):
            return refused(401, "Unauthorized")
        if found := self.refuses(call):
            return found
        if (call.method, call.path) == ("GET", "/2/users/me"):
            return GivenAnswer(200, {"data": US})
        if (call.method, call.path) == ("GET", "/2/chat/conversations"):
            return GivenAnswer(200, self._listed())
        doors = ((_EVENTS, self._page), (_MESSAGES, self._posted), (_DELETE, self._deleted), (_KEYS, self._public))
        for form, do in doors:
            if found_at := form.fullmatch(call.path):
                return do(found_at[1], call)
        return refused(404, "Not Found")

    def _listed(self) -> Mapping[str, Any]:
        newest = self.events[-1]["created_at"] if self.events else ""
        begun = {"created_at": self.begun_at} if self.begun_at else {}
        ours = [{"id": _CONVO, "type": "OneToOne", "updated_at": newest, **begun}] if self.events else []
        listed = [*ours, *self.conversations]
        return {"data": listed, "includes": {"users": [US, PRIYA]}, "meta": {"result_count": len(listed)}}

    def _page(self, convo: str, call: CallIn) -> GivenAnswer:
        if convo != _CONVO:
            return refused(404, "Not Found")
        asked = {name: values[-1] for name, values in call.asked.items()}
        size, start = int(asked.get("max_results", 10)), int(asked.get("pagination_token", 0))
        newest = self.events[:] if self.oldest_first else self.events[::-1]
        shown = [{name: one[name] for name in one if name != "message_id"} for one in newest[start : start + size]]
        further = {"next_token": str(start + size)} if start + size < len(newest) else {}
        meta = {"result_count": len(shown), "conversation_key_events": self.key_changes} | further
        return GivenAnswer(200, {"data": shown, "meta": meta})

    def _public(self, user: str, _: CallIn) -> GivenAnswer:
        found = [one.public for one in (self.us, self.them) if one.id == user]
        return GivenAnswer(200, {"data": found}) if found else refused(404, "Not Found")

    def _posted(self, convo: str, call: CallIn) -> GivenAnswer:
        if convo != _CONVO:
            return refused(404, "Not Found")
        told = call.json
        content, signature = told["encoded_message_create_event"], told["encoded_message_event_signature"]
        number = self._keep(self.us.id, told["message_id"], content, signature)
        event = next(one for one in self.events if one["id"] == number)
        return GivenAnswer(201, {"data": {"encoded_message_event": event["encoded_event"]}})

    def _deleted(self, _: str, call: CallIn) -> GivenAnswer:
        action = call.json["action_signatures"][0]
        signed = action["message_event_signature"]
        payload = f"MessageDeleteEvent,{action['message_id']},{self.us.id},{_CONVO.replace('-', ':')}"
        whole = f"{payload},2,{','.join(call.json['sequence_ids'])}"
        if not self.them.client.verify(
            self.us.public["signing_public_key"], base64.b64decode(signed["signature"] + "=="), whole.encode()
        ):
            return refused(403, "Forbidden")
        gone = set(call.json["sequence_ids"])
        self.events = [one for one in self.events if one["id"] not in gone]
        return GivenAnswer(200, {"data": {"deleted": True}})

    def read_by_them(self) -> list[tuple[str, str]]:
        """Return what the customer can read of ours, each with its number; only what our account signed."""
        forms = [one["encoded_event"] for one in self.events if one["sender_id"] == self.us.id]
        found = self.them.client.decrypt_events([*self.key_changes, *forms], self.signing_keys())["messages"]
        events = [one["event"] for one in found if one["event"]["type"] == "Message"]
        return [(one["sequence_id"], one["content"].get("text", "")) for one in events]


def _as_asked(one: Person) -> dict[str, str]:
    return {"public_key": one.public["public_key"], "key_version": _VERSION}


@dataclass
class XWithChatStandIn:
    """The make-believe X, as the certification of private messages needs it."""

    server: ChatServer
    api_url: str
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=XSecrets)
    account: str = US["id"]
    handle: str = US["username"]

    def say(self, text: str) -> str:
        """Write as a customer; return the id that the desk gives the message."""
        return f"chat:{_CONVO}/{self.server.say(text)}"

    def delete(self, post_id: str) -> None:
        """Delete a message of the customer."""
        self.server.delete(post_id.rpartition("/")[2])

    def public(self) -> Sequence[Published]:
        """Return what the customer can read of ours, oldest first."""
        before = f"chat:{_CONVO}/"
        told = self.server.read_by_them()
        return [Published(before + number, text, before + self.server.answers[number]) for number, text in told]

    def breathe(self) -> None:
        """Do nothing: there are no limits here."""


def key_file(folder: Path, person: Person) -> Path:
    """Write somebody's keys into a private file, as docs/x-access.md says."""
    file = folder / "x-chat.keys"
    file.touch(mode=0o600)
    file.write_bytes(base64.b64encode(bytes(person.client.export_keys())))
    return file


@contextmanager
def chat() -> Iterator[XWithChatStandIn]:
    """Open the make-believe X with X Chat."""
    server = ChatServer()
    with tempfile.TemporaryDirectory() as folder, served(server.answer) as url:
        yield XWithChatStandIn(server, url, {"chat_keys": str(key_file(Path(folder), server.us))})
