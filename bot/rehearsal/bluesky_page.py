"""The make-believe Bluesky on the page of a rehearsal."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.rehearsal.on_the_page import Act, Beginning, PostOnPage, Written

if TYPE_CHECKING:
    from bot.rehearsal.bluesky import BlueskyServer, StoredRecord

_POSTS = "app.bsky.feed.post"
_DELETED = "#deletedMessageView"


class BlueskyOnPage:
    """The posts and replies there, and the private messages with one customer."""

    beginnings: Sequence[Beginning] = (Beginning("post", "Post"), Beginning("message", "Private message"))
    note = ""

    def __init__(self, server: "BlueskyServer") -> None:
        self._server = server

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all posts and private messages."""
        with self._server.lock:
            posts = [self._shown_post(one) for one in self._server.records.values() if one.collection == _POSTS]
            said = [(convo.id, one) for convo in self._server.chats.convos.values() for one in convo.messages]
            messages = [self._shown_message(*one) for one in said if not one[1]["$type"].endswith(_DELETED)]
        return sorted([*posts, *messages], key=lambda one: one.at)

    def _shown_post(self, one: "StoredRecord") -> PostOnPage:
        ours, under = one.owner == self._server.account, one.value.get("reply", {}).get("parent", {}).get("uri", "")
        return PostOnPage(
            id=one.uri,
            called="reply" if under else "post",
            name=str(self._server.profile(one.owner)["displayName"]),
            text=one.value["text"],
            at=one.at,
            ours=ours,
            by_app=one.key in self._server.by_app,
            under=under,
            acts=(Act.ANSWER, Act.DELETE) if ours else (Act.ANSWER, Act.PHONE, Act.DELETE),
        )

    def _shown_message(self, convo: str, one: Mapping[str, Any]) -> PostOnPage:
        ours = one["sender"]["did"] == self._server.account
        return PostOnPage(
            id=f"dm:{convo}/{one['id']}",
            called="private message",
            name=str(self._server.profile(one["sender"]["did"])["displayName"]),
            text=one["text"],
            at=datetime.fromisoformat(one["sentAt"]),
            ours=ours,
            by_app=one["id"] in self._server.chats.by_app,
            under=f"dm:{convo}",
            private=True,
            acts=(Act.ANSWER,) if ours else (Act.ANSWER, Act.PHONE, Act.DELETE),
        )

    def begins(self, beginning: str, said: Written) -> None:
        """Post, or write privately, as the customer."""
        if beginning == "message":
            self._server.write(said.text)
        else:
            self._server.say(said.text)

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a post or a message."""
        convo, _, message = said.post.removeprefix("dm:").partition("/")
        private = said.post.startswith("dm:")
        if act == Act.DELETE and private:
            self._server.chats.delete(convo, message)
        elif act == Act.DELETE:
            self._server.delete(said.post)
        elif private:
            self._server.write(said.text, convo, **({"by": self._server.account} if act == Act.PHONE else {}))
        else:
            self._server.say(
                said.text, said.post, late=timedelta(), **({"by": self._server.account} if act == Act.PHONE else {})
            )
