"""The street's posts, calls and counts as JSON, for the page, the backstage and tests."""

from typing import Any

from bot.rehearsal.street.book import Book
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.letters import Letter
from bot.rehearsal.street.posts import Hand, Post, Where

_TRAFFIC = 500


def show(street: Street, post: Post) -> dict[str, Any]:
    """Return a post as JSON for the page and tests."""
    return {
        "id": str(post.id),
        "network": str(post.network),
        "handle": post.author.handle,
        "name": post.author.name,
        "author_id": str(post.author.id),
        "followers": post.author.followers,
        "text": post.text,
        "leading": list(post.leading),
        "created_at": post.created_at.isoformat(),
        "conversation": str(post.root),
        "in_reply_to": None if post.reply_to is None else str(post.reply_to),
        "quotes": None if post.quotes is None else str(post.quotes),
        "reposts": None if post.reposts is None else str(post.reposts),
        "by": str(post.hand),
        "brand": post.author.id == street.brand.id,
        "lang": post.lang,
        "media": post.photos,
        "reply_settings": post.reply_settings,
        "versions": [str(number) for number in post.versions],
        "newest": post.newest,
        "deleted": post.deleted_at is not None,
        "likes": street.likes_of(post),
        "hidden": post.versions[0] in street.hidden,
    }


def show_letter(letter: Letter) -> dict[str, Any]:
    """Return a private message as JSON for the page and tests."""
    return {
        "id": f"m{letter.id}",
        "with": letter.customer.handle,
        "name": letter.customer.name,
        "brand": letter.by_brand,
        "by": str(letter.hand),
        "text": letter.text,
        "media": letter.photos,
        "at": letter.created_at.isoformat(),
        "in_reply_to": None if letter.answers is None else f"m{letter.answers}",
        "deleted": letter.deleted_at is not None,
    }


def ledger_of(street: Street, where: Where) -> dict[str, Any]:
    """Return all that happened on one network: each version of each post, each call, each unknown call."""
    book = book_of(street, where)
    messages = {"messages": [show_letter(one) for one in street.letters()]} if where == Where.STREET else {}
    return {
        "posts": [show(street, post) for post in _posts(street, where)],
        **messages,
        "calls": book.calls(),
        "strangers": book.strangers(),
        "faults": book.faults.waiting(),
    }


def traffic_of(street: Street, where: Where) -> list[dict[str, Any]]:
    """List the last calls to one API for the page, oldest first."""
    return [
        {
            "at": call["at"],
            "way": "from the app",
            "what": call["method"],
            "outcome": f"{call['status']} {call['fault']}".strip(),
        }
        for call in book_of(street, where).calls()[-_TRAFFIC:]
    ]


def numbers_of(street: Street, where: Where) -> dict[str, int]:
    """Return the counts of one network that the page's backstage shows."""
    posts, book = _posts(street, where), book_of(street, where)
    hands = [post.hand for post in posts]
    private = {}
    if where == Where.STREET:
        letters = street.letters()
        hands += [letter.hand for letter in letters]
        private = {"private messages": len(letters)}
    calls = book.calls()
    return {
        "posts": len(posts),
        **private,
        "answers from the desk": hands.count(Hand.APP),
        "answers from the phone": hands.count(Hand.PHONE),
        "calls to it": len(calls),
        "not answered with 2xx": sum(not str(call["status"]).startswith("2") for call in calls),
        "faults waiting": len(book.faults.waiting()),
        "unknown to it": len(book.strangers()),
    }


def book_of(street: Street, where: Where) -> Book:
    """Return the book of one API."""
    return street.x_book if where == Where.X else street.own_book


def _posts(street: Street, where: Where) -> list[Post]:
    return [post for post in street.everything() if post.network == where]
