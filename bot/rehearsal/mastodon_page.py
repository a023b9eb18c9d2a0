"""The make-believe Mastodon on the page of a rehearsal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.rehearsal.on_the_page import Act, Beginning, PostOnPage, Written

if TYPE_CHECKING:
    from bot.rehearsal.mastodon import MastodonServer, Status

_NAMES = {"public": "public", "unlisted": "quiet public", "private": "followers only", "direct": "private mention"}


class MastodonOnPage:
    """The posts there, each with who may read it."""

    beginnings: Sequence[Beginning] = (Beginning("post", "Post", tuple(_NAMES.values()), "visibility"),)
    note = ""

    def __init__(self, server: "MastodonServer") -> None:
        self._server = server

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all posts."""
        with self._server.lock:
            return [self._shown_post(one) for one in self._server.statuses.values()]

    def _shown_post(self, one: "Status") -> PostOnPage:
        ours = one.author == self._server.account
        return PostOnPage(
            id=one.id,
            called="reply" if one.parent else "post",
            name="Northwind" if ours else "Priya",
            text=one.words,
            at=one.at,
            ours=ours,
            by_app=one.id in self._server.keys.values(),
            under=one.parent,
            private=one.visibility == "direct",
            visibility=_NAMES[one.visibility],
            acts=(Act.ANSWER, Act.DELETE) if ours else (Act.ANSWER, Act.PHONE, Act.EDIT, Act.DELETE),
        )

    def begins(self, beginning: str, said: Written) -> None:  # noqa: ARG002 - there is one
        """Post as the customer."""
        found = [one for one, called in _NAMES.items() if called == said.choice]
        if not found:
            raise ValueError(f"There is no visibility {said.choice}.")
        self._server.say(said.text, visibility=found[0])

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a post."""
        above = self._server.statuses[said.post]
        if act == Act.DELETE:
            self._server.delete(said.post)
        elif act == Act.EDIT:
            self._server.edit(said.post, said.text)
        elif act == Act.PHONE:
            self._server.add(
                self._server.account, f"@priya@elsewhere.example {said.text}", said.post, above.visibility, ""
            )
        else:
            self._server.say(said.text, said.post, visibility=above.visibility)
