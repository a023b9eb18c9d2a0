"""Writes of the brand's app on the street network: length, what may be answered, idempotency keys."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.letters import Letter
from bot.rehearsal.street.posts import Hand, Post, Where
from bot.rehearsal.street.sproblems import forbidden, key_taken, malformed, not_there, too_long
from bot.rehearsal.street.sshape import LETTER, Shape, shape_letter, shape_post

LIMIT = 500  # Unicode code points, of a post as of a private message
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BODY = frozenset({"text", "in_reply_to"})


def count(text: str) -> int:
    """Return the length as the street counts it: in Unicode code points."""
    return len(text)


@dataclass(frozen=True, slots=True)
class Done:
    """The result of an idempotency key: the request it was first used for, and what was made."""

    request: tuple[str, str, str]
    post: int = 0
    letter: int = 0

    def show(self, street: Street) -> Shape:
        """Return the post or message in its newest version as JSON, and whether it was deleted since."""
        post, letter = street.post(self.post or None), street.letter(self.letter)
        if post:
            return {"post": shape_post(street, post), "deleted": post.deleted_at is not None}
        if letter:
            return {"message": shape_letter(street, letter), "deleted": letter.deleted_at is not None}
        raise not_there("Nothing was made under this key.")


class Writer:
    """Carries out the app's writes; remembers each key for as long as the stage runs."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._lock = threading.Lock()
        self._done: dict[str, Done] = {}

    def post(self, key: str, body: dict[str, Any], late: timedelta) -> tuple[Shape, bool]:
        """Publish a post, once per key; return it, and whether this call made it. Raises Problem."""

        def make(text: str, answers: str) -> Done:
            target = self._post_to_answer(answers) if answers else None
            made = self._street.publish(
                self._street.brand,
                text,
                hand=Hand.APP,
                reply_to=target.id if target else None,
                network=Where.STREET,
                late=late,
            )
            return Done(("post", answers, text), post=made.id)

        return self._once(key, "post", body, make)

    def letter(self, key: str, body: dict[str, Any], late: timedelta) -> tuple[Shape, bool]:
        """Send a private message, once per key, in answer to one of the conversation. Raises Problem."""

        def make(text: str, answers: str) -> Done:
            answered = self._letter_to_answer(answers)
            made = self._street.write_privately(
                answered.customer, text, hand=Hand.APP, answers=answered.id, late=late
            )
            return Done(("letter", answers, text), letter=made.id)

        return self._once(key, "letter", body, make)

    def under(self, key: str) -> Shape:
        """Return what was made under a key, also while readers do not see it yet."""
        with self._lock:
            done = self._done.get(key)
        if done is None:
            raise not_there("Nothing was made under this key.")
        return done.show(self._street)

    def _once(
        self, key: str, kind: str, body: dict[str, Any], make: Callable[[str, str], Done]
    ) -> tuple[Shape, bool]:
        if not KEY.fullmatch(key):
            raise malformed("An Idempotency-Key has 1 to 64 letters, digits, - or _.")
        text, answers = _checked(body)
        with self._lock:
            known = self._done.get(key)
            if known is None:
                self._done[key] = made = make(text, answers)
                return made.show(self._street), True
        if known.request != (kind, answers, text):
            raise key_taken()
        return known.show(self._street), False

    def _post_to_answer(self, number: str) -> Post:
        post = self._street.readable(int(number), Where.STREET) if _is_number(number) else None
        if post is None:
            raise not_there("The post to be answered is not there, or not any more.")
        return post

    def _letter_to_answer(self, number: str) -> Letter:
        bare = number.removeprefix(LETTER)
        letter = self._street.letter(int(bare)) if number.startswith(LETTER) and _is_number(bare) else None
        if letter is None or (letter.deleted_at and not letter.by_brand):
            raise not_there("The message to be answered is not there, or not any more.")
        return letter


def take_back(street: Street, number: str) -> Shape:
    """Delete a post of the brand's. Raises Problem."""
    post = street.post(int(number)) if _is_number(number) else None
    if post is None or post.network != Where.STREET:
        raise not_there("There is no such post.")
    if post.author.id != street.brand.id:
        raise forbidden("not_yours", "Only its author deletes a post.")
    return {"deleted": street.delete(post.id)}


def take_letter_back(street: Street, number: str) -> Shape:
    """Delete a private message of the brand's for both sides. Raises Problem."""
    bare = number.removeprefix(LETTER)
    letter = street.letter(int(bare)) if number.startswith(LETTER) and _is_number(bare) else None
    if letter is None:
        raise not_there("There is no such message.")
    if not letter.by_brand:
        raise forbidden("not_yours", "Only its author deletes a message.")
    return {"deleted": street.take_letter_back(letter.id)}


def like(street: Street, number: str, *, liked: bool) -> Shape:
    """Like a post as the brand, or remove the like; repeating it changes nothing. Raises Problem."""
    post = street.readable(int(number), Where.STREET) if _is_number(number) else None
    if post is None:
        raise not_there("There is no such post.")
    if street.likes(post, street.brand) != liked:
        street.like(post.id, street.brand)
    return {"likes": street.likes_of(post)}


def _checked(body: dict[str, Any]) -> tuple[str, str]:
    text, answers = body.get("text"), body.get("in_reply_to") or ""
    if set(body) - _BODY or not isinstance(text, str) or not isinstance(answers, str):
        raise malformed("A body has the texts `text` and `in_reply_to`, and nothing else.")
    if not text.strip():
        raise malformed("There are no words.")
    if count(text) > LIMIT:
        raise too_long(count(text), LIMIT)
    return text, answers


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19
