"""A make-believe X with the older private messages, which are not encrypted."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.x_people import PRIYA, US, XSecrets, refused, signed_by_us

_CONVO = f"{US['id']}-{PRIYA['id']}"
_SNOWFLAKES_BEGAN = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
_OF_ONE = re.compile(rf"/2/dm_conversations/with/{PRIYA['id']}/dm_events")
_SEND = f"/2/dm_conversations/with/{PRIYA['id']}/messages"


@dataclass
class LetterServer:
    """X with the messages of one conversation, oldest first."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=2))
    told: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # the customer's newest message, by that of ours

    def say(self, sender: str, text: str) -> str:
        """Put a message into the conversation; return its id."""
        at = self.began + timedelta(seconds=len(self.told) + 1)
        theirs = [one["id"] for one in self.told if one["sender_id"] == PRIYA["id"]]
        made = {
            "id": str(((at - _SNOWFLAKES_BEGAN) // timedelta(milliseconds=1)) << 22),
            "event_type": "MessageCreate",
            "text": text,
            "sender_id": sender,
            "dm_conversation_id": _CONVO,
            "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self.told.append(made)
        if sender == US["id"]:
            self.answers[made["id"]] = theirs[-1] if theirs else ""
        return made["id"]

    def answer(self, call: CallIn) -> GivenAnswer:
        """Answer a call as X does."""
        if not signed_by_us(call):
            return refused(401, "Unauthorized")
        if call.method == "GET" and call.path == "/2/users/me":
            return GivenAnswer(200, {"data": US})
        if call.method == "GET" and (call.path == "/2/dm_events" or _OF_ONE.fullmatch(call.path)):
            return GivenAnswer(200, self._page({name: values[-1] for name, values in call.asked.items()}))
        if call.method == "POST" and call.path == _SEND:
            made = self.say(US["id"], str(call.json["text"]))
            return GivenAnswer(201, {"data": {"dm_conversation_id": _CONVO, "dm_event_id": made}})
        return refused(404, "Not Found")

    def _page(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        size, start = int(asked.get("max_results", 100)), int(asked.get("pagination_token", 0))
        newest = self.told[::-1]
        shown = [one | {"text": html.escape(one["text"], quote=False)} for one in newest[start : start + size]]
        further = {"next_token": str(start + size)} if start + size < len(newest) else {}
        meta = {"result_count": len(shown)} | further
        return {"data": shown, "includes": {"users": [PRIYA]}, "meta": meta} if shown else {"meta": meta}


@dataclass
class XWithLettersStandIn:
    """The make-believe X, as the certification of private messages needs it."""

    server: LetterServer
    api_url: str
    secrets: Mapping[str, str] = field(default_factory=XSecrets)
    options: Mapping[str, str] = field(default_factory=lambda: {"messages": "yes"})
    account: str = US["id"]
    handle: str = US["username"]

    def say(self, text: str) -> str:
        """Write as a customer; return the id that the desk gives the message."""
        return f"dm:{_CONVO}/{self.server.say(PRIYA['id'], text)}"

    def delete(self, post_id: str) -> None:
        """Do nothing: X deletes such a message only for the one who asks."""

    def public(self) -> Sequence[Published]:
        """Return what came from our app, oldest first."""
        ours = [one for one in self.server.told if one["sender_id"] == US["id"]]
        before = f"dm:{_CONVO}/"
        return [Published(before + one["id"], one["text"], before + self.server.answers[one["id"]]) for one in ours]

    def breathe(self) -> None:
        """Do nothing: there are no limits here."""


@contextmanager
def messages() -> Iterator[XWithLettersStandIn]:
    """Open the make-believe X with the older private messages."""
    server = LetterServer()
    with served(server.answer) as url:
        yield XWithLettersStandIn(server, url)
