"""A make-believe Instagram: as much of its API as a care desk uses for one account, kept in memory."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bot.rehearsal.door import served
from bot.rehearsal.graph import (
    APP_SECRET,
    TOKEN,
    VERSION,
    Asked,
    GraphMemory,
    GraphNode,
    NotGiven,
    a_page,
    answered,
    moment,
    nested_limit,
)
from bot.rehearsal.graph_page import GraphOnPage
from bot.rehearsal.on_the_page import OnThePage

BRAND, WRITER = "17841400000000001", "9988776655"
MEDIA = "17900000000006001"
MOST_SIGNS = 300
LASTS = 5_183_944  # seconds of a token of Instagram's own sign-in
_NAMED = re.compile(r"mentioned_(comment|media)\.(?:comment|media)_id\((\d+)\)")


class InstagramServer(GraphMemory):
    """The server's memory, and what customers do there."""

    def __init__(self) -> None:
        secrets = {"INSTAGRAM_ACCESS_TOKEN": TOKEN, "INSTAGRAM_APP_SECRET": APP_SECRET}
        super().__init__(BRAND, "northwind", secrets)
        self.names_authors = True
        self.scoped = ""  # our id where it is told to others, if it is another one
        self.newer = 0  # tokens that were given in place of older ones
        self.permalink = ""  # of the brand's posts
        self.options = {"token_of": "page", "messages": "yes", "human_agent": "no"}
        self.put(MEDIA, BRAND, "Our autumn parcels.")

    @property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return GraphOnPage(self)

    def say(self, text: str, parent: str = "", by: str = WRITER, **more: Any) -> str:  # noqa: ANN401 - fields of a node
        """Comment as a customer under the brand's post, or under a comment; return the comment's id."""
        return self.put("1790000000000{}", by, text, under=MEDIA, parent=parent, **more).id

    def say_under_ours(self, text: str) -> str:
        """Comment as a customer under a post of the brand; return the comment's id."""
        return self.say(text)

    def name_us(self, text: str, comment: bool = False) -> tuple[str, str]:
        """Name the brand as a customer elsewhere; return the ids of the post and, if it is one, of the comment."""
        media = self.put("1780000000000{}", WRITER, text, more={"elsewhere": True}).id
        return media, self.put("1780000000000{}", WRITER, text, under=media).id if comment else ""

    def write(self, text: str, by: str = WRITER, **more: Any) -> str:  # noqa: ANN401 - fields of a node
        """Write a private message to the brand, or in its name; return the message's id."""
        return self.put("aWdfZAG1faXRlbTo{}xyz", by, text, more={"message": True}, **more).id

    def shown(self, one: GraphNode) -> dict[str, Any]:
        """Return a comment or a post as the API shows it."""
        handle = self.handle if one.author == BRAND else "priya.n"
        told: dict[str, Any] = {"id": one.id, "timestamp": moment(one.at), "username": handle}
        told |= {"from": {"id": one.author, "username": handle}} if self.names_authors else {}
        told |= {"parent_id": one.parent} if one.parent else {}
        told |= {"hidden": one.id in self.hidden} if one.under else {}
        told |= {"text": one.words} if one.under else {"caption": one.words, "media_type": "IMAGE"}
        return told | {name: value for name, value in one.more.items() if name != "elsewhere"}

    def message(self, one: GraphNode) -> dict[str, Any]:
        """Return a message as the API shows it."""
        ours = one.author == BRAND
        author = (
            {"id": self.scoped or BRAND, "username": self.handle} if ours else {"id": WRITER, "username": "priya.n"}
        )
        return {"id": one.id, "created_time": moment(one.at), "from": author, "message": one.words}

    def replies(self, comment: str) -> list[dict[str, Any]]:
        """Return the answers to a comment, oldest first."""
        return [self.shown(one) for one in reversed(self.newest_first(lambda one: one.parent == comment))]

    def comments(self, media: str) -> list[GraphNode]:
        """Return the comments under a post, newest first."""
        return self.newest_first(lambda one: one.under == media and not one.parent)

    def with_answers(self, comment: GraphNode) -> dict[str, Any]:
        """Return a comment with the answers to it."""
        return self.shown(comment) | self.with_replies(comment.id, 50)

    def with_replies(self, comment: str, limit: int) -> dict[str, Any]:
        """Return the answers to a comment as they come with it; nothing where there are none."""
        replies = self.replies(comment)
        return {"replies": a_page(replies, limit, "")} if replies else {}


def _me(server: InstagramServer, asked: Asked) -> object:
    who = {"username": server.handle, "name": "Northwind", "followers_count": 1200}
    if "user_id" in asked["fields"]:
        return {"id": "1", "user_id": BRAND, **who}
    return {"id": "102030405060", "instagram_business_account": {"id": BRAND, **who}}


def _refresh(server: InstagramServer, asked: Asked) -> object:
    if asked.get("grant_type") != "ig_refresh_token":
        raise NotGiven(100)
    server.newer += 1
    server.tokens.add(newer := f"IGAArehearsal{server.newer}")
    return {"access_token": newer, "token_type": "bearer", "expires_in": LASTS}


def _account(server: InstagramServer, asked: Asked, account: str) -> object:
    found = _NAMED.match(asked["fields"])
    if account != BRAND or not found:
        return _one(server, asked, account)
    kind, number = found.groups()
    return {"id": BRAND, f"mentioned_{kind}": server.shown(server.node(number))}


def _media(server: InstagramServer, asked: Asked, account: str) -> object:
    if account != BRAND:
        raise NotGiven(10)
    shown = []
    for one in server.newest_first(lambda one: one.author == BRAND and not one.under and not one.more):
        comments = server.comments(one.id)
        nested = {"comments": a_page(comments, 10, "", server.with_answers)} if comments else {}
        shown.append({"id": one.id, "timestamp": moment(one.at), "permalink": server.permalink} | nested)
    return a_page(shown, int(asked["limit"]), asked.get("after", ""))


def _tags(server: InstagramServer, asked: Asked, _account: str) -> object:
    found = server.newest_first(lambda one: "elsewhere" in one.more)
    return a_page([server.shown(one) for one in found], int(asked["limit"]), asked.get("after", ""))


def _comments(server: InstagramServer, asked: Asked, media: str) -> object:
    return a_page(
        server.comments(server.node(media).id), int(asked["limit"]), asked.get("after", ""), server.with_answers
    )


def _replies(server: InstagramServer, asked: Asked, comment: str) -> object:
    return a_page(server.replies(server.node(comment).id), int(asked["limit"]), asked.get("after", ""))


def _one(server: InstagramServer, _asked: Asked, node_id: str) -> object:
    one = server.node(node_id)
    return server.message(one) if "message" in one.more else server.shown(one) | server.with_replies(one.id, 50)


def _conversations(server: InstagramServer, asked: Asked) -> object:
    found = server.newest_first(lambda one: "message" in one.more)
    if not found or asked["platform"] != "instagram":
        return {"data": []}
    us = {"id": server.scoped or BRAND, "username": server.handle}
    conversation = {
        "id": "aWdfdGhyZWFk",
        "updated_time": moment(found[0].at),
        "participants": {"data": [us, {"id": WRITER, "username": "priya.n"}]},
        "messages": a_page([server.message(one) for one in found], nested_limit(asked), ""),
    }
    return a_page([conversation], int(asked.get("limit", "25")), asked.get("after", ""))


def _reply(server: InstagramServer, asked: Asked, target: str) -> object:
    above = server.node(target)
    if above.more.get("hidden") or above.id in server.hidden:
        raise NotGiven(100)
    return _published(server, asked, under=above.under, parent=above.parent or above.id, answers=target)


def _mention(server: InstagramServer, asked: Asked, _account: str) -> object:
    media = server.node(asked["media_id"]).id
    comment = server.node(asked["comment_id"]).id if "comment_id" in asked else ""
    answers = f"at-{media}_{comment}" if comment else f"at-{media}"
    return _published(server, asked, under=media, parent=comment, answers=answers)


def _published(server: InstagramServer, asked: Asked, *, under: str, parent: str, answers: str) -> object:
    if not asked["message"] or len(asked["message"]) > MOST_SIGNS:
        raise NotGiven(100)
    made = server.put(
        "1790000000000{}", BRAND, asked["message"], under=under, parent=parent, answers=answers, by_app=True
    )
    return {"id": made.id}


def _hide(server: InstagramServer, asked: Asked, node_id: str) -> object:
    one = server.node(node_id)
    if not one.under or one.author == BRAND:  # our own comments always stay visible
        raise NotGiven(200)
    return server.set_hidden(node_id, asked.get("hide", ""))


def _delete(server: InstagramServer, _asked: Asked, node_id: str) -> object:
    del server.nodes[server.node(node_id).id]
    return {"success": True}


def _send(server: InstagramServer, asked: Asked) -> object:
    to, text = json.loads(asked["recipient"]), json.loads(asked["message"])["text"]
    if "comment_id" in to and any(one.answers == to["comment_id"] and one.more for one in server.nodes.values()):
        raise NotGiven(10900)
    answers = to.get("comment_id", to.get("id", ""))
    made = server.put("aWdfZAG1faXRlbTo{}abc", BRAND, text, answers=answers, by_app=True, more={"message": True})
    return {"recipient_id": WRITER, "message_id": made.id}


_DEEDS = (
    ("GET", "/me", _me),
    ("GET", "/me/conversations", _conversations),
    ("GET", "/refresh_access_token", _refresh),
    ("GET", r"/(\d+)/media", _media),
    ("GET", r"/(\d+)/tags", _tags),
    ("GET", r"/(\d+)/comments", _comments),
    ("GET", r"/(\d+)/replies", _replies),
    ("GET", r"/(\d+)", _account),
    ("GET", r"/([\w-]+)", _one),
    ("POST", "/me/messages", _send),
    ("POST", r"/(\d+)/mentions", _mention),
    ("POST", r"/(\d+)/replies", _reply),
    ("POST", r"/(\d+)", _hide),
    ("DELETE", r"/(\d+)", _delete),
)


@contextmanager
def instagram() -> Iterator[InstagramServer]:
    """Open a server on a free port of this machine."""
    memory = InstagramServer()
    with served(partial(answered, memory, _DEEDS)) as url:
        memory.api_url = url + VERSION
        yield memory
