"""The interface for erasing what the desk holds about a person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.erasure.erased_list import ErasedAgain, ErasedList
from bot.domain.erasure.erasure import ErasedElsewhere, KnownAuthor, PendingErasure
from bot.domain.mentions.mention import Mention


class Erasing(Protocol):
    """The part of the store that erases people. What is begun twice is done once."""

    def authors_called(self, handle: str, network: str) -> Sequence[KnownAuthor]:
        """Return the authors with this handle or id, on one network or ("") on all."""

    def begin_erasure(self, network: str, author_id: str, by: str, at: datetime) -> None:
        """Note down that an author is erased: from now on no post of theirs from before comes in.

        Where our clock was set back since, it counts from their newest post that is stored: that goes, too.
        """

    def pending_erasures(self) -> Sequence[PendingErasure]:
        """Return the erasures that were begun and not ended."""

    def handles_of(self, network: str, author_id: str, until: datetime) -> Sequence[str]:
        """Return by what an author was called: all their handles that are known, else names."""

    def cases_to_erase(self, network: str, author_id: str, until: datetime) -> Sequence[int]:
        """Return the cases of an author that were there at the request, or hold something from up to `until`."""

    def erase_case(self, case_id: int, network: str, author_id: str) -> None:
        """Erase the author of a case, and what was written to and about them; its posts have to be erased before."""

    def erase_posts(self, network: str, author_id: str, until: datetime, at: datetime, case_id: int = 0) -> int:
        """Erase an author's posts in a case, or (0) up to 100 without one; return how many.

        Those stay that were written after `until`, and came after the erasure was asked for.
        """

    def erase_unreadable(self, network: str, author_id: str, handles: Sequence[str], at: datetime) -> int:
        """Erase unreadable posts of an author, or of these handles where no id is known; return how many.

        Those that were kept after the erasure was asked for stay.
        """

    def reply_keys(self, case_id: int) -> Sequence[str]:
        """Return the keys of all attempts to answer a case."""

    def erase_notices(self, name: str, at: datetime) -> int:
        """Erase the sentences of the desk that name a handle or name, and redraw them; return how many."""

    def erase_elsewhere(self, network: str, author_id: str, until: datetime) -> ErasedElsewhere:
        """Take the name of an author, and runs of their words, out of texts that belong to no case of theirs.

        Call it before their posts are erased. What goes out by an approval, and cases of others, are only named; of
        the former the traces are kept for `erase_traces_left`.
        """

    def erase_traces_left(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Take out what `erase_elsewhere` left in texts that have come to an end since; return these texts.

        One item for each person, with their network. What is kept to look for goes with the last text that has it.
        """

    def end_erasure(self, number: int, at: datetime) -> None:
        """Forget the author's id; their keyed digest stays."""

    def erased_among(self, posts: Sequence[Mention], unread: Sequence[str], network: str) -> Collection[str]:
        """Return the ids of posts that were erased, or are of an erased author from before; `unread`: further ids."""

    # the list that is kept outside the database, too
    def erasures_state(self) -> str:
        """Return what changes whenever an erasure begins or ends; it begins with their number."""

    def erased_list(self) -> ErasedList:
        """Return everybody who was erased, and their posts, as marks."""

    def begin_erasures_again(self, listed: ErasedList, by: str) -> ErasedAgain:
        """Note down everybody on the list who is not known here; begin their erasure where they are held."""

    def scrub(self) -> None:
        """Overwrite on the disk what was erased, as far as the database lets us; outside of a transaction."""

    # what is older than the configuration keeps it
    def closed_before(self, before: datetime, limit: int) -> Sequence[tuple[int, str, str]]:
        """Return closed cases that ended before and have names and words: number, network and author's id."""

    def erase_without_case(self, before: datetime, at: datetime, limit: int) -> int:
        """Erase posts that came before and opened no case, oldest first; return how many."""

    def erase_raw(self, before: datetime, limit: int) -> int:
        """Erase the raw payloads of posts that came before, oldest first; return how many."""

    def erase_settled_unreadable(self, before: datetime, limit: int) -> int:
        """Erase posts that could not be read and were decided about before; return how many."""
