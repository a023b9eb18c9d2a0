"""A make-believe Facebook: as much of the Graph API as a care desk uses for one Page, kept in memory."""

import json
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
from bot.rehearsal.graph_page import FacebookOnPage
from bot.rehearsal.on_the_page import OnThePage

PAGE, PRIYA = "102030405060", "5544332211"
POST = f"{PAGE}_6001"
MOST_SIGNS, MOST_OF_A_POST = 8_000, 63_206
_NAMES = {PAGE: "Northwind", PRIYA: "Priya Nair"}


class FacebookServer(GraphMemory):
    """The server's memory, and what customers do there."""

    def __init__(self) -> None:
        secrets = {"FACEBOOK_PAGE_TOKEN": TOKEN, "FACEBOOK_APP_SECRET": APP_SECRET}
        super().__init__(PAGE, "northwind", secrets)
        self.is_published = True
        self.names_authors = True  # as with the permission to read what users write
        self.options = {"messages": "yes", "human_agent": "no"}
        self.put(POST, PAGE, "Our autumn parcels are on their way.")

    @property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return FacebookOnPage(self)

    def say(self, text: str, parent: str = "", by: str = PRIYA, **more: Any) -> str:  # noqa: ANN401 - fields of a node
        """Comment as a customer under the Page's post, or under a comment; return the comment's id."""
        return self.put("6001_{}", by, text, under=POST, parent=parent, **more).id

    def say_under_ours(self, text: str) -> str:
        """Comment as a customer under a post of the brand; return the comment's id."""
        return self.say(text)

    def post(self, text: str) -> str:
        """Post on the Page as a customer; return the post's id."""
        return self.put(f"{PAGE}_{{}}", PRIYA, text).id

    def write(self, text: str, by: str = PRIYA, **more: Any) -> str:  # noqa: ANN401 - fields of a node
        """Write a private message to the Page, or in its name; return the message's id."""
        fields = {"message": True, **more.pop("more", {})}
        return self.put("m_{}-x", by, text, under=f"t_{PRIYA}", more=fields, **more).id

    def author(self, one: GraphNode) -> dict[str, Any]:
        """Return who wrote something, as the API tells it."""
        told = {"from": {"id": one.author, "name": _NAMES.get(one.author, "Sam Okafor")}}
        return told if self.names_authors or one.author == PAGE else {}

    def shown(self, one: GraphNode) -> dict[str, Any]:
        """Return a node as the API shows it."""
        more = {name: value for name, value in one.more.items() if name != "message"}
        parent = {"parent": {"id": one.parent}} if one.parent else {}
        hidden = {"is_hidden": one.id in self.hidden} if one.under and "message" not in one.more else {}
        said = {"id": one.id, "created_time": moment(one.at), "message": one.words}
        return said | self.author(one) | parent | hidden | more

    def comments(self, post_id: str) -> list[GraphNode]:
        """Return all comments under a post, or those under a comment, newest first."""
        return self.newest_first(lambda one: post_id in {one.under, one.parent})


def _me(*_: Any) -> object:  # noqa: ANN401 - all deeds alike
    return {"id": PAGE, "name": "Northwind", "username": "northwind", "fan_count": 1200}


def _feed(server: FacebookServer, asked: Asked, page: str) -> object:
    if page != PAGE:
        raise NotGiven(10)
    posts = server.newest_first(lambda one: one.id.startswith(f"{PAGE}_") and "tagged" not in one.more)
    shown = []
    for post in posts:
        comments = server.comments(post.id)
        nested = {"comments": a_page(comments, nested_limit(asked), "", server.shown)} if comments else {}
        shown.append(server.shown(post) | nested)
    return a_page(shown, int(asked["limit"]), asked.get("after", ""))


def _page(server: FacebookServer, asked: Asked, page: str) -> object:
    feed = {"feed": _feed(server, {**asked, "limit": "25"}, page)} if POST in server.nodes else {}
    return {"id": page, "is_published": server.is_published, **feed}


def _tagged(server: FacebookServer, asked: Asked, _page: str) -> object:
    posts = server.newest_first(lambda one: "tagged" in one.more)
    return a_page([server.shown(one) for one in posts], int(asked["limit"]), asked.get("after", ""))


def _comments(server: FacebookServer, asked: Asked, post_id: str) -> object:
    server.node(post_id)
    return a_page(server.comments(post_id), int(asked["limit"]), asked.get("after", ""), server.shown)


def _conversations(server: FacebookServer, asked: Asked) -> object:
    found = server.newest_first(lambda one: "message" in one.more)
    if not found or asked.get("user_id", PRIYA) != PRIYA:
        return {"data": []}
    conversation = {
        "id": f"t_{PRIYA}",
        "updated_time": moment(found[0].at),
        "participants": {"data": [{"id": PRIYA, "name": "Priya Nair"}, {"id": PAGE, "name": "Northwind"}]},
        "messages": a_page([server.shown(one) for one in found], nested_limit(asked), ""),
    }
    return a_page([conversation], int(asked.get("limit", "25")), asked.get("after", ""))


def _messages(server: FacebookServer, asked: Asked, _conversation: str) -> object:
    found = server.newest_first(lambda one: "message" in one.more)
    return a_page([server.shown(one) for one in found], int(asked["limit"]), asked.get("after", ""))


def _one(server: FacebookServer, _asked: Asked, node_id: str) -> object:
    return server.shown(server.node(node_id))


def _comment(server: FacebookServer, asked: Asked, target: str) -> object:
    above = server.node(target)
    if not asked["message"] or len(asked["message"]) > MOST_SIGNS:
        raise NotGiven(100)
    top = above.parent or above.id  # an answer to a reply stands beside that reply
    root = above.under or above.id
    parent = top if above.under else ""
    made = server.put("6001_{}", PAGE, asked["message"], under=root, parent=parent, answers=target, by_app=True)
    return {"id": made.id}


def _publish(server: FacebookServer, asked: Asked, page: str) -> object:
    if page != PAGE:
        raise NotGiven(200)
    if not asked["message"] or len(asked["message"]) > MOST_OF_A_POST:
        raise NotGiven(100)
    return {"id": server.put(f"{PAGE}_{{}}", PAGE, asked["message"], by_app=True).id}


def _update(server: FacebookServer, asked: Asked, node_id: str) -> object:
    one = server.node(node_id)
    if "is_hidden" in asked:
        if not one.under or one.author == PAGE:
            raise NotGiven(200)
        return server.set_hidden(node_id, asked["is_hidden"])
    if one.author != PAGE or not one.by_app:
        raise NotGiven(200)
    most = MOST_SIGNS if one.under else MOST_OF_A_POST
    if not asked["message"] or len(asked["message"]) > most:
        raise NotGiven(100)
    one.words = asked["message"]
    return {"success": True}


def _delete(server: FacebookServer, _asked: Asked, node_id: str) -> object:
    del server.nodes[server.node(node_id).id]
    return {"success": True}


def _send(server: FacebookServer, asked: Asked) -> object:
    to, text = json.loads(asked["recipient"]), json.loads(asked["message"])["text"]
    fields = {"message": True}
    if "comment_id" in to:
        comment = server.node(to["comment_id"])
        if comment.more.get("can_reply_privately") is False:
            raise NotGiven(10900)
        comment.more = {**comment.more, "can_reply_privately": False}
    elif to["id"] != PRIYA:
        raise NotGiven(100)
    answers = to.get("comment_id", to.get("id", ""))
    made = server.put("m_{}-y", PAGE, text, answers=answers, by_app=True, more=fields)
    return {"recipient_id": PRIYA, "message_id": made.id}


_DEEDS = (
    ("GET", "/me", _me),
    ("GET", r"/(\d+)", _page),
    ("GET", r"/(\d+)/feed", _feed),
    ("GET", r"/(\d+)/tagged", _tagged),
    ("GET", "/me/conversations", _conversations),
    ("GET", r"/([\d_]+)/comments", _comments),
    ("GET", r"/(t_\d+)/messages", _messages),
    ("GET", r"/([\w-]+)", _one),
    ("POST", "/me/messages", _send),
    ("POST", r"/([\d_]+)/comments", _comment),
    ("POST", r"/(\d+)/feed", _publish),
    ("POST", r"/(\d+_\d+)", _update),
    ("DELETE", r"/([\w-]+)", _delete),
)


@contextmanager
def facebook() -> Iterator[FacebookServer]:
    """Open a server on a free port of this machine."""
    memory = FacebookServer()
    with served(partial(answered, memory, _DEEDS)) as url:
        memory.api_url = url + VERSION
        yield memory
