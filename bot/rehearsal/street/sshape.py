"""How the street's own face shows accounts, posts and private messages."""

from datetime import datetime
from typing import Any

from bot.rehearsal.street.changes import Change, What
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.letters import Letter
from bot.rehearsal.street.posts import Account, Post, Where

Shape = dict[str, Any]
LETTER = "m"  # what the id of a private message begins with; that of a post is a bare number


def shape_account(account: Account) -> Shape:
    """Show a member."""
    return {
        "id": str(account.id),
        "handle": account.handle,
        "name": account.name,
        "followers": account.followers,
    }


def shape_post(street: Street, post: Post) -> Shape:
    """Show a post as it reads now; its id is that of its first version."""
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
    """Show a private message; the conversation is the customer's, whoever wrote."""
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
    """Show what happened where it concerns the brand; None where it does not, or what it was about is gone."""
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
    """Tell whether a post of the street network is the brand's, or named it in any of its versions."""
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
