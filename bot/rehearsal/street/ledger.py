"""The street's memory: every account, post and call, kept outside the desk so that tests can judge by it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.rehearsal.street.faults import Faults
from bot.rehearsal.street.pace import Pace
from bot.rehearsal.street.posts import Account, Hand, Post, named, snowflake


class Street:
    """A social network in memory; safe to use from several threads."""

    def __init__(self, pace: Pace, *, handle: str = "northwind", name: str = "Northwind") -> None:
        self.pace = pace
        self.lock = threading.RLock()
        self.faults = Faults()
        self.version = 0
        self._last_id = 0
        self._accounts: dict[str, Account] = {}
        self._posts: dict[int, Post] = {}
        self._calls: list[dict[str, Any]] = []
        self._strangers: list[dict[str, Any]] = []
        self._likes: dict[int, set[str]] = {}
        self._letters: list[dict[str, Any]] = []
        self.brand = self.account(handle, name=name, followers=48_200)

    def account(self, handle: str, *, name: str = "", followers: int | None = None) -> Account:
        """Find the member with this handle, or let them join; a new name or number of followers is kept."""
        with self.lock:
            known = self._accounts.get(handle.lower()) or Account(
                id=self._next_id(), handle=handle, name=name or handle, created_at=self.pace.now()
            )
            known = replace(known, name=name or known.name)
            known = known if followers is None else replace(known, followers=followers)
            self._accounts[known.key] = known
            return known

    def find_account(self, *, handle: str = "", id: int = 0) -> Account | None:  # noqa: A002 - X's word
        """Find a member by handle or by id."""
        with self.lock:
            if handle:
                return self._accounts.get(handle.lower())
            return next((one for one in self._accounts.values() if one.id == id), None)

    def publish(
        self,
        author: Account,
        text: str,
        *,
        hand: Hand,
        reply_to: int | None = None,
        quotes: int | None = None,
        reposts: int | None = None,
        lang: str = "en",
        photos: int = 0,
        reply_settings: str = "everyone",
        unnamed: frozenset[int] = frozenset(),
        late: timedelta = timedelta(0),
    ) -> Post:
        """Put a post on the street. `unnamed` are account ids left out of a reply's automatic handles;
        `late` is the stage time for which readers do not see it yet.
        """
        with self.lock:
            now, number = self.pace.now(), self._next_id()
            parent = self._posts.get(reply_to) if reply_to is not None else None
            post = Post(
                id=number,
                author=author,
                text=text,
                created_at=now,
                hand=hand,
                root=parent.root if parent else number,
                readable_at=now + late,
                leading=self._leading(author, parent, text, unnamed),
                reply_to=reply_to,
                quotes=quotes,
                reposts=reposts,
                lang=lang,
                photos=photos,
                reply_settings=reply_settings,
                versions=(number,),
            )
            return self._keep(post)

    def edit(self, number: int, text: str) -> Post:
        """Replace a post's words. As on X the new version has an id of its own and knows the old ones.

        Raises KeyError when there is no such post, or it is deleted.
        """
        with self.lock:
            old = self._posts[self._posts[number].versions[-1]]
            if old.deleted_at:
                raise KeyError(number)
            edited = replace(old, id=self._next_id(), text=text, readable_at=self.pace.now())
            chain = (*old.versions, edited.id)
            for version in old.versions:
                self._posts[version] = replace(self._posts[version], versions=chain)
            return self._keep(replace(edited, versions=chain))

    def delete(self, number: int) -> bool:
        """Take a post down in all its versions; say whether it was there."""
        with self.lock:
            post = self._posts.get(number)
            if post is None or post.deleted_at:
                return False
            for version in post.versions:
                self._posts[version] = replace(self._posts[version], deleted_at=self.pace.now())
            self.version += 1
            return True

    def like(self, number: int, by: Account) -> int:
        """Like a post, or take the like back; return how many likes it has. Raises KeyError when it is gone."""
        with self.lock:
            post = self._posts[number]
            if post.deleted_at:
                raise KeyError(number)
            self._likes.setdefault(post.versions[0], set()).symmetric_difference_update({by.key})
            self.version += 1
            return self.likes_of(post)

    def likes_of(self, post: Post) -> int:
        """Count a post's likes, whatever version of it they were given to."""
        return len(self._likes.get(post.versions[0], ()))

    def write_privately(self, customer: Account, text: str, *, by_brand: bool) -> dict[str, Any]:
        """Put a message between a customer and the brand; only the two of them read it."""
        with self.lock:
            at = self.pace.now().isoformat()
            who = {"with": customer.handle, "name": customer.name, "brand": by_brand}
            letter = {"id": str(self._next_id()), **who, "text": text, "at": at}
            self._letters.append(letter)
            self.version += 1
            return letter

    def letters(self, handle: str = "") -> list[dict[str, Any]]:
        """List the private messages, with one customer or with all, oldest first."""
        with self.lock:
            return [one for one in self._letters if not handle or one["with"].lower() == handle.lower()]

    def post(self, number: int | None) -> Post | None:
        """Find a post by id, deleted ones included."""
        with self.lock:
            return None if number is None else self._posts.get(number)

    def readable(self, number: int | None) -> Post | None:
        """Find a post that a reader can see now."""
        post = self.post(number)
        return post if post and not post.deleted_at and post.readable_at <= self.pace.now() else None

    def newest_first(self) -> Iterator[Post]:
        """Walk the posts that a reader can see now, newest first, each in its last version."""
        with self.lock:
            posts, now = list(self._posts.values()), self.pace.now()
        for post in reversed(posts):
            if not post.deleted_at and post.newest and post.readable_at <= now:
                yield post

    def everything(self) -> list[Post]:
        """List every version of every post ever made, oldest first."""
        with self.lock:
            return list(self._posts.values())

    def note_call(self, method: str, status: int | str, asked: dict[str, Any], fault: str = "") -> None:
        """Write down one call to the X face and what it got."""
        at: datetime = self.pace.now()
        line = {"at": at.isoformat(), "method": method, "status": status, "asked": asked, "fault": fault}
        with self.lock:
            self._calls.append(line)

    def note_stranger(self, method: str, what: str) -> None:
        """Write down an endpoint or argument that X does not have; a test run with one of these fails."""
        with self.lock:
            self._strangers.append({"method": method, "what": what})

    def calls(self) -> list[dict[str, Any]]:
        """List the calls to the X face, oldest first."""
        with self.lock:
            return list(self._calls)

    def strangers(self) -> list[dict[str, Any]]:
        """List what X would not have known."""
        with self.lock:
            return list(self._strangers)

    def _next_id(self) -> int:
        self._last_id = snowflake(self.pace.now(), self._last_id)
        return self._last_id

    def _keep(self, post: Post) -> Post:
        self._posts[post.id] = post
        self.version += 1
        return post

    def _leading(self, author: Account, parent: Post | None, text: str, unnamed: frozenset[int]) -> tuple[str, ...]:
        if parent is None:
            return ()
        spoken = {author.key, *(handle.lower() for handle in named(text))}
        chosen: list[str] = []
        for handle in (parent.author.handle, *named(parent.shown)):
            member = self._accounts.get(handle.lower())
            if member and member.key not in spoken and member.id not in unnamed:
                chosen.append(member.handle)
                spoken.add(member.key)
        return tuple(chosen)
