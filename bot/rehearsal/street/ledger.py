"""Accounts, posts and messages of both networks, kept outside the desk so that tests can check against them."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.rehearsal.street.book import Book
from bot.rehearsal.street.changes import Changes, What
from bot.rehearsal.street.faults import KINDS, X_KINDS, Faults
from bot.rehearsal.street.letters import Letter, Letters
from bot.rehearsal.street.pace import Pace
from bot.rehearsal.street.posts import Account, Hand, Post, Where, named, snowflake
from bot.rehearsal.street.xsubscribed import Activity


class Street:
    """A social network in memory; safe to use from several threads."""

    def __init__(self, pace: Pace, *, handle: str = "northwind", name: str = "Northwind") -> None:
        self.pace = pace
        self.lock = threading.RLock()
        self.x_book = Book(pace, "X", X_KINDS)
        self.own_book = Book(pace, "The street", KINDS)
        self.version = 0
        self._last_id = 0
        self._accounts: dict[str, Account] = {}
        self._posts: dict[int, Post] = {}
        self._likes: dict[int, set[str]] = {}
        self.hidden: set[int] = set()  # first versions of answers that the brand has hidden on X
        self.edits_replies = False  # whether X lets answers to others be changed, too
        self._letters = Letters()
        self.changes = Changes(self._next_id)
        self.activity = Activity(self._next_id)
        self.on_x: list[tuple[What, Post]] = []  # what X's Activity stream can tell of, oldest first
        self.brand = self.account(handle, name=name, followers=48_200)

    @property
    def faults(self) -> Faults:
        """Return the planned faults of the X API."""
        return self.x_book.faults

    def account(self, handle: str, *, name: str = "", followers: int | None = None) -> Account:
        """Return the account with this handle, or create it; a new name or number of followers is stored."""
        with self.lock:
            known = self._accounts.get(handle.lower()) or Account(
                id=self._next_id(), handle=handle, name=name or handle, created_at=self.pace.now()
            )
            known = replace(known, name=name or known.name)
            known = known if followers is None else replace(known, followers=followers)
            self._accounts[known.key] = known
            return known

    def rename(self, handle: str, *, to: str, name: str = "") -> Account:
        """Change an account's handle, and its name; its earlier posts show the new ones too.

        Raises KeyError when nobody has that handle, ValueError when it is the brand's or the new one is taken.
        """
        with self.lock:
            known = self._accounts[handle.lower()]
            if known.id == self.brand.id:
                raise ValueError("The brand keeps its handle.")
            if self._accounts.get(to.lower(), known).id != known.id:
                raise ValueError(f"Somebody else is called @{to} already.")
            renamed = replace(known, handle=to, name=name or known.name)
            del self._accounts[known.key]
            self._accounts[renamed.key] = renamed
            theirs = {number: post for number, post in self._posts.items() if post.author.id == known.id}
            self._posts |= {number: replace(post, author=renamed) for number, post in theirs.items()}
            self._letters.renamed(renamed)
            self.version += 1
            return renamed

    def find_account(self, *, handle: str = "", id: int = 0) -> Account | None:  # noqa: A002 - X's word
        """Return the account with this handle or id, or None."""
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
        network: Where = Where.X,
        unnamed: frozenset[int] = frozenset(),
        late: timedelta = timedelta(0),
    ) -> Post:
        """Publish a post on one of the two networks; one that refers to another post is on that post's network.

        `unnamed`: account ids left out of a reply's automatic handles. `late`: stage time for which
        readers do not see it.
        """
        with self.lock:
            now, number = self.pace.now(), self._next_id()
            parent = self._posts.get(reply_to) if reply_to is not None else None
            beside = parent or self.post(quotes) or self.post(reposts)
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
                network=beside.network if beside else network,
                versions=(number,),
            )
            return self._keep(post, What.POSTED)

    def edit(self, number: int, text: str) -> Post:
        """Replace a post's text. As on X the new version has a new id and lists the ids of the old ones.

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
            return self._keep(replace(edited, versions=chain), What.EDITED)

    def delete(self, number: int) -> bool:
        """Delete a post in all its versions; return whether it was there."""
        with self.lock:
            post = self._posts.get(number)
            if post is None or post.deleted_at:
                return False
            for version in post.versions:
                self._posts[version] = replace(self._posts[version], deleted_at=self.pace.now())
            self._changed(What.DELETED, post)
            return True

    def set_hidden(self, post: Post, *, hidden: bool) -> bool:
        """Hide an answer under a post of the brand, or show it again; return whether it is hidden."""
        with self.lock:
            (self.hidden.add if hidden else self.hidden.discard)(post.versions[0])
            self.version += 1
            return hidden

    def like(self, number: int, by: Account) -> int:
        """Like a post, or remove the like; return how many likes it has. Raises KeyError when it is deleted."""
        with self.lock:
            post = self._posts[number]
            if post.deleted_at:
                raise KeyError(number)
            self._likes.setdefault(post.versions[0], set()).symmetric_difference_update({by.key})
            self.version += 1
            return self.likes_of(post)

    def likes(self, post: Post, by: Account) -> bool:
        """Return whether somebody likes a post."""
        return by.key in self._likes.get(post.versions[0], ())

    def likes_of(self, post: Post) -> int:
        """Return a post's number of likes, over all its versions."""
        return len(self._likes.get(post.versions[0], ()))

    def write_privately(
        self,
        customer: Account,
        text: str,
        *,
        hand: Hand,
        answers: int | None = None,
        photos: int = 0,
        late: timedelta = timedelta(0),
    ) -> Letter:
        """Send a private message between a customer and the brand.

        From the brand's phone it answers the customer's newest message, unless `answers` names another.
        """
        with self.lock:
            by_brand, newest = hand in {Hand.PHONE, Hand.APP}, self._letters.newest_of(customer)
            letter = Letter(
                id=self._next_id(),
                customer=customer,
                text=text,
                hand=hand,
                created_at=self.pace.now(),
                by_brand=by_brand,
                answers=answers or (newest.id if newest and by_brand else None),
                photos=photos,
            )
            self._note(What.POSTED, self._letters.keep(letter).id, private=True, late=late)
            return letter

    def take_letter_back(self, number: int) -> bool:
        """Delete a private message; return whether it was there."""
        with self.lock:
            gone = self._letters.delete(number, self.pace.now())
            if gone:
                self._note(What.DELETED, number, private=True)
            return gone is not None

    def letter(self, number: int) -> Letter | None:
        """Find a private message by id, deleted ones included."""
        with self.lock:
            return self._letters.find(number)

    def letters(self, handle: str = "") -> list[Letter]:
        """List the private messages, with one customer or with all, oldest first."""
        with self.lock:
            return self._letters.between(handle)

    def post(self, number: int | None) -> Post | None:
        """Find a post by id, deleted ones included."""
        with self.lock:
            return None if number is None else self._posts.get(number)

    def readable(self, number: int | None, network: Where | None = None) -> Post | None:
        """Find a post that a reader can see now, on one network or on either."""
        post = self.post(number)
        if post is None or post.deleted_at or post.readable_at > self.pace.now():
            return None
        return post if network in {None, post.network} else None

    def newest_first(self, network: Where | None = None) -> Iterator[Post]:
        """Yield the posts that a reader can see now, newest first, each in its last version."""
        with self.lock:
            posts, now = list(self._posts.values()), self.pace.now()
        for post in reversed(posts):
            here = network in {None, post.network}
            if here and not post.deleted_at and post.newest and post.readable_at <= now:
                yield post

    def everything(self) -> list[Post]:
        """List every version of every post ever made, oldest first."""
        with self.lock:
            return list(self._posts.values())

    def _next_id(self) -> int:
        self._last_id = snowflake(self.pace.now(), self._last_id)
        return self._last_id

    def _keep(self, post: Post, what: What) -> Post:
        self._posts[post.id] = post
        self._changed(what, post)
        return post

    def _changed(self, what: What, post: Post) -> None:
        """Log a change of a post; of X only for its Activity stream, since its readings show no changes."""
        self.version += 1
        if post.network == Where.X:
            self.on_x.append((what, post))
        if post.network == Where.STREET:
            late = timedelta(0) if what == What.DELETED else max(post.readable_at - self.pace.now(), timedelta(0))
            self._note(what, post.versions[0], late=late)

    def _note(self, what: What, about: int, *, private: bool = False, late: timedelta = timedelta(0)) -> None:
        now = self.pace.now()
        self.changes.note(what, about, private=private, at=now, readable_at=now + late)
        self.version += 1

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
