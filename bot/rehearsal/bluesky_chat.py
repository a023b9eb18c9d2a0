"""The make-believe Bluesky's private messages, which a service of their own keeps there."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rehearsal.door import CallIn

SERVICE = "did:web:api.bsky.chat#bsky_chat"
_BEGAN = datetime(2025, 3, 2, 9, 0, tzinfo=UTC)


class Declined(Exception):
    """A call that the server refuses: status, the error's name, and its message."""

    def __init__(self, status: int, error: str, message: str = "") -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message or error


@dataclass(slots=True)
class Conversation:
    """A private conversation: who is in it, and what was said, oldest first."""

    id: str
    members: list[Mapping[str, Any]]
    messages: list[dict[str, Any]] = field(default_factory=list)
    kind: str = "directConvo"
    locked: bool = False

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        last = {"lastMessage": self.messages[-1]} if self.messages else {}
        kind = {"$type": f"chat.bsky.convo.defs#{self.kind}"}
        return {
            "id": self.id,
            "rev": "1",
            "members": self.members,
            "muted": False,
            "unreadCount": 0,
            "kind": kind,
        } | last


@dataclass
class Chats:
    """All conversations of our account, and whether its app password may read them."""

    allowed: bool = True
    convos: dict[str, Conversation] = field(default_factory=dict)
    refusals: list[Declined] = field(default_factory=list)  # of the next messages
    by_app: set[str] = field(default_factory=set)  # messages
    clock: Callable[[], datetime] | None = None
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def say(self, convo_id: str, sender: str, text: str) -> str:
        """Put a message into a conversation and return its id."""
        number = next(self.numbers)
        moment = self.clock() if self.clock else _BEGAN + timedelta(seconds=number)
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {"id": f"m{number}", "rev": str(number), "text": text, "sender": {"did": sender}, "sentAt": at}
        self.convos[convo_id].messages.append({"$type": "chat.bsky.convo.defs#messageView", **told})
        return f"m{number}"

    def delete(self, convo_id: str, message_id: str) -> None:
        """Delete a message, as its author may for themselves."""
        for one in self.convos[convo_id].messages:
            if one["id"] == message_id:
                one["$type"] = "chat.bsky.convo.defs#deletedMessageView"
                one.pop("text", None)

    def answer(self, name: str, call: CallIn, us: str) -> object:
        """Return the answer to a call. Raises Declined."""
        if not self.allowed:
            raise Declined(400, "InvalidToken", "Bad token method")
        if call.headers.get("atproto-proxy") != SERVICE:
            raise Declined(404, "XRPCNotSupported")
        if (call.method, name) == ("POST", "sendMessage"):
            return self._send(call.json, us)
        asked = {key: values[-1] for key, values in call.asked.items()}
        if name == "listConvos":
            newest = sorted(
                self.convos.values(), key=lambda one: [m["sentAt"] for m in one.messages[-1:]], reverse=True
            )
            return _page("convos", [one.shown() for one in newest], asked)
        convo = self._of(asked.get("convoId", ""))
        if name == "getConvo":
            return {"convo": convo.shown()}
        if name == "getMessages":
            return _page("messages", convo.messages[::-1], asked)
        raise Declined(501, "MethodNotImplemented")

    def _send(self, body: Mapping[str, Any], us: str) -> object:
        convo = self._of(body["convoId"])
        if self.refusals:
            raise self.refusals.pop(0)
        if convo.locked:
            raise Declined(400, "ConvoLocked")
        self.by_app.add(self.say(convo.id, us, body["message"]["text"]))
        return {name: one for name, one in convo.messages[-1].items() if name != "$type"}

    def _of(self, convo_id: str) -> Conversation:
        if convo_id not in self.convos:
            raise Declined(400, "InvalidConvo", "Conversation not found")
        return self.convos[convo_id]


def _page(name: str, found: list[Any], asked: Mapping[str, str]) -> object:
    start, limit = int(asked.get("cursor") or 0), int(asked.get("limit") or 50)
    if not 1 <= limit <= 100:
        raise Declined(400, "InvalidRequest", "limit can not be greater than 100")
    further = {"cursor": str(start + limit)} if start + limit < len(found) else {}
    return {name: found[start : start + limit], **further}
