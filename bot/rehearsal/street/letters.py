"""Private messages between a customer and the brand."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.rehearsal.street.posts import Account, Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One private message between a customer and the brand; `answers` is the message it answers."""

    id: int
    customer: Account
    text: str
    hand: Hand
    created_at: datetime
    by_brand: bool = False
    answers: int | None = None
    photos: int = 0
    deleted_at: datetime | None = None


class Letters:
    """All private messages, oldest first; the caller holds the street's lock."""

    def __init__(self) -> None:
        self._kept: dict[int, Letter] = {}

    def keep(self, letter: Letter) -> Letter:
        """Keep a new message, or a new state of one."""
        self._kept[letter.id] = letter
        return letter

    def find(self, number: int) -> Letter | None:
        """Find a message by id, deleted ones included."""
        return self._kept.get(number)

    def between(self, handle: str = "") -> list[Letter]:
        """List the messages with one customer, or with all."""
        return [one for one in self._kept.values() if not handle or one.customer.key == handle.lower()]

    def renamed(self, customer: Account) -> None:
        """Update a customer's messages after a change of name."""
        for one in list(self._kept.values()):
            if one.customer.id == customer.id:
                self.keep(replace(one, customer=customer))

    def newest_of(self, customer: Account) -> Letter | None:
        """Return a customer's newest message that is not deleted, or None."""
        written = [one for one in self.between(customer.handle) if not one.by_brand and one.deleted_at is None]
        return written[-1] if written else None

    def delete(self, number: int, at: datetime) -> Letter | None:
        """Mark a message as deleted and return it; None when it is not there."""
        letter = self._kept.get(number)
        if letter is None or letter.deleted_at:
            return None
        return self.keep(replace(letter, deleted_at=at))
