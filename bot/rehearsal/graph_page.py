"""The make-believe Facebook and Instagram on the page of a rehearsal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.rehearsal.graph import GraphNode
from bot.rehearsal.on_the_page import Act, Beginning, PostOnPage, Written

if TYPE_CHECKING:
    from bot.rehearsal.facebook import FacebookServer
    from bot.rehearsal.instagram import InstagramServer


class GraphOnPage:
    """The brand's post there with its comments, and private messages."""

    beginnings: Sequence[Beginning] = (Beginning("comment", "Comment"), Beginning("message", "Private message"))
    note = "Heard reads this network once a minute, as the real one allows. “+10 min” in Backstage passes the time."
    edits = False  # whether people can change a comment

    def __init__(self, server: "FacebookServer | InstagramServer") -> None:
        self._server = server

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all posts, comments and messages."""
        with self._server.lock:
            return [self._shown_node(one) for one in self._server.nodes.values()]

    def begins(self, beginning: str, said: Written) -> None:
        """Comment under the brand's post, or write privately, as the customer."""
        if beginning == "message":
            self._server.write(said.text)
        else:
            self._server.say(said.text)

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a comment or a message."""
        one = self._server.nodes[said.post]
        by: Mapping[str, Any] = {"by": self._server.account} if act == Act.PHONE else {}
        if act == Act.DELETE:
            self._server.delete(said.post)
        elif act == Act.EDIT:
            one.words = said.text
        elif "message" in one.more:
            self._server.write(said.text, **by)
        else:
            self._server.say(said.text, one.parent or one.id, **by)

    def _shown_node(self, one: GraphNode) -> PostOnPage:
        ours, private = one.author == self._server.account, "message" in one.more
        alone = not one.under and not private
        theirs = (Act.ANSWER, Act.PHONE, *((Act.EDIT,) if self.edits and not private else ()), Act.DELETE)
        return PostOnPage(
            id=one.id,
            called="private message" if private else "post" if alone else "reply" if one.parent else "comment",
            name="Northwind" if ours else "Priya Nair",
            text=one.words,
            at=one.at,
            ours=ours,
            by_app=one.by_app,
            under="messages" if private else one.parent or one.under,
            private=private,
            acts=() if alone and ours else (Act.ANSWER, Act.DELETE) if ours else theirs,
        )


class FacebookOnPage(GraphOnPage):
    """Facebook, where people can post on the Page, and change their comments."""

    edits = True
    beginnings: Sequence[Beginning] = (*GraphOnPage.beginnings, Beginning("post", "Post on the Page"))

    def __init__(self, server: "FacebookServer") -> None:
        super().__init__(server)
        self._page = server

    def begins(self, beginning: str, said: Written) -> None:
        """Write as the customer: a comment, a private message, or a post on the Page."""
        if beginning == "post":
            self._page.post(said.text)
        else:
            super().begins(beginning, said)
