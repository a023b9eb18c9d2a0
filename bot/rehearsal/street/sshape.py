"""Accounts, posts and private messages in the JSON of the street network's API."""

from datetime import datetime
from typing import Any

from bot.rehearsal.street.changes import Change, What
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.letters import Letter
from bot.rehearsal.street.posts import Account, Post, Where

Shape = dict[str, Any]
LETTER = "m"  # first letter of a private message's id; the id of a post is only a number


def shape_account(account: Account) -> Shape:
    """Return an account as JSON."""
    return {
        "id": str(account.id),
        "handle": account.handle,
        "name": account.name,
        "followers": account.followers,
    }


def shape_post(street: Street, post: Post) -> Shape:
    """Return a post in its newest version as JSON; its id is that of its first version."""
    newest = street.post(post.versions[-1]) or post
    return {
        "id": str(newest.versions[0]),
        "author": shape_account(newest.author),
        "text": newest.text,
        "at": _moment(newest.created_at),
        "edited_at": _moment(newest.readable_at) if len(newest.versions) > 1 else None,
        "conversation": _first(street, newest.root),
        "in_reply_to": _first(street, newest.reply_to),
        "language": newest.lang,
        "photos": newest.photos,
        "likes": street.likes_of(newest),
    }


def shape_letter(street: Street, letter: Letter) -> Shape:
    """Return a private message as JSON; its conversation is that of the customer, whichever side wrote it."""
    return {
        "id": f"{LETTER}{letter.id}",
        "author": shape_account(street.brand if letter.by_brand else letter.customer),
        "with": shape_account(letter.customer),
        "text": letter.text,
        "at": _moment(letter.created_at),
        "in_reply_to": None if letter.answers is None else f"{LETTER}{letter.answers}",
        "photos": letter.photos,
    }


def shape_change(street: Street, change: Change) -> Shape | None:
    """Return a change as JSON; None when it does not concern the brand, or its post or message is gone."""
    line: Shape = {"what": str(change.what), "at": _moment(change.at)}
    if change.private:
        letter = street.letter(change.about)
        if letter is None or (letter.deleted_at and change.what != What.DELETED):
            return None
        return {
            **line,
            "id": f"{LETTER}{change.about}",
            "message": _unless_gone(change, shape_letter(street, letter)),
        }
    post = street.post(change.about)
    if post is None or not concerns(street, post) or (post.deleted_at and change.what != What.DELETED):
        return None
    return {**line, "id": str(change.about), "post": _unless_gone(change, shape_post(street, post))}


def concerns(street: Street, post: Post) -> bool:
    """Return whether a post of the street network is the brand's, or named it in any of its versions."""
    if post.network != Where.STREET or post.reposts is not None:
        return False
    versions = (street.post(number) for number in post.versions)
    return post.author.id == street.brand.id or any(one and street.brand.key in one.names for one in versions)


def _unless_gone(change: Change, shape: Shape) -> Shape | None:
    return None if change.what == What.DELETED else shape


def _first(street: Street, number: int | None) -> str | None:
    post = street.post(number)
    return None if post is None else str(post.versions[0])


def _moment(at: datetime) -> str:
    return at.isoformat()
