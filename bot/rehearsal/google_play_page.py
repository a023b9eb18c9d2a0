"""The make-believe Google Play on the page of a rehearsal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.rehearsal.on_the_page import Act, Beginning, PostOnPage, Written

if TYPE_CHECKING:
    from bot.rehearsal.google_play import PlayServer, Review

_STARS = ("1", "2", "3", "4", "5")


class PlayOnPage:
    """The reviews there with their stars, and the reply under each."""

    beginnings: Sequence[Beginning] = (Beginning("review", "Review", _STARS, "stars"),)
    note = "Heard reads reviews every two minutes, as the real store allows. “+10 min” in Backstage passes the time."

    def __init__(self, server: "PlayServer") -> None:
        self._server = server

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all reviews, each before its reply."""
        with self._server.lock:
            return [post for one in self._server.reviews.values() for post in _shown_review(one)]

    def begins(self, beginning: str, said: Written) -> None:  # noqa: ARG002 - there is one
        """Write a review as a customer."""
        self._server.say(said.text, _stars(said.choice))

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a review: its author answers by changing it."""
        if act == Act.DELETE:
            self._server.delete(said.post)
        elif act == Act.PHONE:
            self._server.answer_in_console(said.post, said.text)
        else:
            self._server.change(
                said.post, said.text, _stars(said.choice or str(self._server.reviews[said.post].stars))
            )


def _stars(choice: str) -> int:
    if choice not in _STARS:
        raise ValueError("A review has 1 to 5 stars.")
    return int(choice)


def _shown_review(one: "Review") -> Iterator[PostOnPage]:
    acts = (Act.EDIT, Act.PHONE, Act.DELETE)
    yield PostOnPage(id=one.id, called="review", name=one.name, text=one.text, at=one.at, stars=one.stars, acts=acts)
    if one.reply and one.replied_at:
        yield PostOnPage(
            id=f"{one.id}-reply",
            called="reply",
            name="Northwind",
            text=one.reply,
            at=one.replied_at,
            ours=True,
            by_app=one.by_app,
            under=one.id,
        )
