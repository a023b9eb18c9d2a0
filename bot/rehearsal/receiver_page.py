"""The make-believe forum of the webhook network on the page of a rehearsal: it tells the desk of each post."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

from bot.rehearsal.on_the_page import Act, Beginning, PostOnPage, Written

if TYPE_CHECKING:
    from bot.rehearsal.receiver import Receiver

_PRIYA = {"id": "c1", "handle": "priya_n", "name": "Priya N"}


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a post that was written on the page: since when, in which thread, and whether it is ours."""

    at: datetime
    thread: str
    ours: bool = False


class ForumOnPage:
    """The posts of customers there, and the replies that the desk sent."""

    beginnings: Sequence[Beginning] = (Beginning("post", "Forum post"),)
    note = ""

    def __init__(self, forum: "Receiver") -> None:
        self._forum = forum
        self._places: dict[str, _Place] = {}

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all posts, and the replies that are public."""
        replies = [one for one in self._forum.made.values() if one.id not in self._forum.deleted]
        for one in replies:
            thread = self._places[one.answers].thread if one.answers in self._places else one.answers
            self._places.setdefault(one.id, _Place(self._forum.now(), thread, ours=True))
        posts = [self._shown_post(number, text) for number, text in self._forum.posts.items()]
        return sorted([*posts, *(self._shown_post(one.id, one.text, by_app=True) for one in replies)], key=_moment)

    def begins(self, beginning: str, said: Written) -> None:  # noqa: ARG002 - there is one
        """Post as a customer, and tell the desk."""
        self._post(said.text, "")

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a post, and tell the desk."""
        if act == Act.DELETE:
            self._forum.delete(said.post)
            self._tell({"event": "delete", "id": said.post})
        elif act == Act.EDIT:
            self._forum.posts[said.post] = said.text
            self._tell({"event": "edit", "edited_at": self._forum.now().isoformat(), **self._told(said.post)})
        else:
            self._post(said.text, said.post, ours=act == Act.PHONE)

    def _post(self, text: str, above: str, *, ours: bool = False) -> None:
        post_id = self._forum.say(text).removeprefix(f"{self._forum.account}:")
        self._places[post_id] = _Place(self._forum.now(), self._places[above].thread if above else post_id, ours)
        self._tell({"event": "post", **self._told(post_id), **({"parent_id": above} if above else {})})

    def _told(self, post_id: str) -> dict[str, object]:
        place = self._places[post_id]
        who = {"id": self._forum.account, "handle": self._forum.handle} if place.ours else _PRIYA
        told = {"id": post_id, "text": self._forum.posts[post_id], "author": who, "ours": place.ours}
        return {**told, "posted_at": place.at.isoformat(), "thread_id": place.thread}

    def _tell(self, event: dict[str, object]) -> None:
        """Send the desk a signed request. Raises ValueError where it does not take it."""
        body = json.dumps(event).encode()
        asked = Request(self._forum.bell, data=body, headers=dict(self._forum.signed(body)))  # noqa: S310 - the desk's own door
        try:
            with urlopen(asked, timeout=10):  # noqa: S310 - as above
                pass
        except URLError as trouble:
            raise ValueError(f"The desk did not take it: {trouble.reason}") from None

    def _shown_post(self, number: str, text: str, *, by_app: bool = False) -> PostOnPage:
        place = self._places.get(number) or _Place(self._forum.now(), number)
        theirs = (Act.ANSWER, Act.PHONE, Act.EDIT, Act.DELETE)
        return PostOnPage(
            id=number,
            called="reply" if by_app else "forum post",
            name="Northwind" if place.ours else "Priya N",
            text=text,
            at=place.at,
            ours=place.ours,
            by_app=by_app,
            under="" if place.thread == number else place.thread,
            acts=(Act.ANSWER,) if place.ours else theirs,
        )


def _moment(one: PostOnPage) -> datetime:
    return one.at
