"""Statements: words to everybody, such as an apology for an outage, posted once by each of our accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.base.moments import EPOCH, in_minutes
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.text import comparable
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import APPROVAL_LASTS, Attempt
from bot.domain.replies.origins import Passages
from bot.domain.replies.outcome_checks import LONGEST
from bot.domain.replies.repeats import LATELY


class StatementState(StrEnum):
    """The state of the decision on a statement."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class PostState(StrEnum):
    """The state of a statement on one account."""

    WAITING = "waiting"  # for approval, or for its turn
    SENDING = "sending"
    SENT = "sent"  # public; of a statement that takes posts back: the post is deleted
    FAILED = "failed"  # certainly not done
    UNCONFIRMED = "unconfirmed"  # nobody knows whether it was done
    TAKEN_BACK = "taken_back"


ON_THE_WAY = frozenset({PostState.WAITING, PostState.SENDING})
UNDONE = frozenset({*ON_THE_WAY, PostState.UNCONFIRMED})  # something is still to be done, or to be found out


SOURCE = "source "  # before the name of a system, where else a person stands


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPost:
    """A statement on one account: the exact words, the one attempt at them, and what came of it."""

    network: str
    account: str
    text: str
    takes_back: str = ""  # the post that is deleted instead
    corrects: str = ""  # the public post that gets these words instead of `replaces`
    replaces: str = ""
    corrected_by: int = 0  # the statement that gave this post other words; 0: none
    origins: Passages = ()  # where its words come from; of a post from before that was noted: not known
    state: PostState = PostState.WAITING
    key: str = ""
    post_id: str = ""
    url: str = ""
    why: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    looks: int = 0
    look_at: datetime | None = None  # when the network is read next for an unknown outcome
    missed_at: datetime | None = None  # when a late reading first found nothing
    again_at: datetime | None = None  # when a certain refusal is tried again
    statement: int = 0
    id: int = 0

    @property
    def ref(self) -> PostRef:
        """Return the account, and the post that it is about, if any."""
        return PostRef(self.network, self.account, self.acts_on)

    @property
    def acts_on(self) -> str:
        """Return the public post that is deleted or changed; "": it makes a new one."""
        return self.takes_back or self.corrects

    @property
    def stands(self) -> str:
        """Return where it stands, as the end of a sentence that begins with its account."""
        done = "deleted" if self.takes_back else "corrected" if self.corrects else "posted"
        match self.state:
            case PostState.WAITING:
                return f"waits. {self.why}".strip()
            case PostState.SENDING:
                return "is being sent."
            case PostState.SENT:
                return self._stands_there
            case PostState.FAILED:
                return f"not {done}. {self.why}"
            case PostState.UNCONFIRMED:
                return f"nobody knows whether it was {done}. {self.why}"
            case PostState.TAKEN_BACK:
                return "taken back."

    @property
    def _stands_there(self) -> str:
        if self.takes_back:
            return "deleted."
        if self.corrected_by:
            return f"corrected by statement {self.corrected_by}, and has other words now."
        return f"{'public with these words' if self.corrects else 'public'}. {self.why}".strip()

    @property
    def is_undone(self) -> bool:
        """Return whether something is still to be done, or to be found out."""
        return self.state in UNDONE

    def is_due(self, now: datetime) -> bool:
        """Return whether it may go out now. A wait beyond all waits was stored by a wrong clock."""
        waits = self.again_at is not None and now < self.again_at <= now + APPROVAL_LASTS
        return self.state == PostState.WAITING and not waits

    def is_to_be_read(self, now: datetime) -> bool:
        """Return whether its network is to be read for an unknown outcome now."""
        if self.state != PostState.UNCONFIRMED or self.look_at is None:
            return False
        return not now < self.look_at <= now + LONGEST

    def next_at(self) -> datetime | None:
        """Return when something is to be done about it next; None: nothing is planned."""
        return self.look_at if self.state == PostState.UNCONFIRMED else self.again_at

    def may_be_public(self, now: datetime) -> bool:
        """Return whether it is public since lately, or may become so, or the network is still read for it."""
        if self.state == PostState.SENT:
            return not self.corrected_by and (self.ended_at is None or now - self.ended_at < LATELY)
        return self.state in ON_THE_WAY or (self.state == PostState.UNCONFIRMED and self.look_at is not None)

    def says_as(self, other: "StatementPost") -> bool:
        """Return whether another one has the same words for the same account, as its network compares them."""
        here = (self.network, self.account) == (other.network, other.account)
        return here and comparable(self.text) == comparable(other.text)

    def attempt(self, now: datetime) -> Attempt:
        """Return its attempt, as checks of unknown outcomes read it."""
        started = self.started_at or now
        shown = Attempt(n=1, key=self.key, started_at=started, looks=self.looks, missed_at=self.missed_at)
        return replace(shown, look_at=self.look_at)

    def tried_again(self, after: timedelta, why: str, now: datetime) -> "StatementPost":
        """Return it as it waits after a certain refusal, to be tried once more then."""
        return replace(self, state=PostState.WAITING, why=why, started_at=None, again_at=now + after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Words to everybody, with the post of each account; approved once, as a whole."""

    by: str
    at: datetime
    posts: Sequence[StatementPost]
    takes_back: int = 0  # the statement whose posts are deleted
    corrects: int = 0  # the statement whose posts get other words
    state: StatementState = StatementState.PROPOSED
    decided_by: str = ""
    decided_at: datetime | None = None
    terms: str = ""  # digest of what was approved
    event: str = ""  # of a source: its own id of what happened, once for each
    storm: int = 0  # that was open when it was written, by its row; 0: none
    id: int = 0

    @property
    def source(self) -> str:
        """Return the name of the system that brought it; "": a person wrote it."""
        return self.by.removeprefix(SOURCE) if self.by.startswith(SOURCE) else ""

    @property
    def acts_on(self) -> int:
        """Return the statement whose posts are deleted or changed; 0: it makes new ones."""
        return self.takes_back or self.corrects

    @property
    def name(self) -> str:
        """Return what it is called, with what it does to another one."""
        if self.takes_back:
            return f"Statement {self.id}: take statement {self.takes_back} back"
        return f"Statement {self.id}: correct statement {self.corrects}" if self.corrects else f"Statement {self.id}"

    @property
    def mark(self) -> str:
        """Return the short digest by which a button says what it showed."""
        return statement_terms(self)[:16]

    @property
    def unknown(self) -> Sequence[StatementPost]:
        """Return the posts of which nobody knows whether they are public; a person can say what they saw."""
        return [one for one in self.posts if one.state == PostState.UNCONFIRMED and not one.takes_back]

    def staleness(self, now: datetime, after: timedelta, *, storm_over: bool) -> str:
        """Return why an approver has to confirm that it is still true, as a sentence; "": they need not."""
        if self.state != StatementState.PROPOSED:
            return ""
        if storm_over:
            return "The storm in which it was written is over."
        waits = now - self.at
        return f"Nobody has decided on it for {_in_words(waits)}." if waits >= after else ""

    @property
    def is_settled(self) -> bool:
        """Return whether nothing of it is on its way any more."""
        return self.state == StatementState.APPROVED and not any(one.state in ON_THE_WAY for one in self.posts)

    @property
    def public(self) -> Sequence[StatementPost]:
        """Return the posts of it that are public with its words, and can be corrected and taken back."""
        if self.takes_back:
            return []
        there = [one for one in self.posts if one.state == PostState.SENT and one.post_id]
        return [one for one in there if not one.corrected_by]

    @property
    def approval(self) -> int:
        """Return the number by which its approval is remembered: below those of replies."""
        return -self.id


def _in_words(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    return in_minutes(span) if hours < 2 else f"{hours} hours"


def statement_terms(statement: Statement) -> str:
    """Return the digest of everything that is approved: each account with its words, and the post that it acts on."""
    told = sha256(f"{statement.takes_back}{f' {statement.corrects}' if statement.corrects else ''}".encode())
    for one in sorted(statement.posts, key=lambda one: (one.network, one.account)):
        changed = (one.corrects, one.replaces) if statement.corrects or one.corrects else ()
        for part in (one.network, one.account, one.takes_back, one.text, *changed):
            told.update(sha256(part.encode("utf-8", "surrogatepass")).digest())
    return told.hexdigest()


def key_of(statement: Statement, post: StatementPost) -> str:
    """Return the idempotency key of a post: one for this approval and this account."""
    yes = statement.decided_at.isoformat() if statement.decided_at else ""
    return sha256(f"statement\n{post.id}\n{yes}\n{statement.terms}".encode()).hexdigest()[:32]


def same_statement(new: Statement, others: Sequence[Statement], now: datetime) -> StatementPost | None:
    """Return the post of another statement that says the same on an account of a new one, and is not over."""
    if new.takes_back:
        return None
    open_ones = [one for one in others if one.id != new.id and not one.takes_back and _is_open(one)]
    said = [post for one in open_ones for post in one.posts if post.may_be_public(now)]
    return next((post for post in said if any(post.says_as(one) for one in new.posts)), None)


def newest_public_posts(found: Sequence[Statement], since: datetime) -> Mapping[tuple[str, str], StatementPost]:
    """Return the newest public post with a link of each account since then; `found`: the newest statement first.

    None that is taken back. A corrected one counts from when it first was public.
    """
    dead, known = links_taken_back(found), {one.id: one for one in found}
    first = {one.id: _corrected_first(one, known) for one in found}
    posts = [post for one in found for post in one.public if post.url and post.url not in dead]
    late = [one for one in posts if _public_since(one, first[one.statement]) >= since]
    late.sort(key=lambda one: (first[one.statement].id, one.statement))
    return {(one.network, one.account): one for one in late}


def _corrected_first(statement: Statement, known: Mapping[int, Statement]) -> Statement:
    """Return the statement that is corrected by this one, or by those between; itself, if it corrects none."""
    while statement.corrects in known:
        statement = known[statement.corrects]
    return statement


def _public_since(post: StatementPost, first: Statement) -> datetime:
    there = [one for one in first.posts if (one.network, one.account) == (post.network, post.account)]
    return next((one.ended_at for one in there if one.ended_at), post.ended_at) or EPOCH


def links_taken_back(found: Sequence[Statement]) -> frozenset[str]:
    """Return the links of posts that are deleted, or are to be, as somebody has approved."""
    asked = [one for one in found if one.takes_back and one.state == StatementState.APPROVED]
    gone = {post.ref for one in asked for post in one.posts if post.state != PostState.FAILED}
    posts = [post for one in found if not one.takes_back for post in one.posts if post.url]
    deleted = [one for one in posts if one.state == PostState.TAKEN_BACK or _as_it_is_there(one) in gone]
    dead = {_as_it_is_there(one) for one in deleted}
    for one in sorted(posts, key=lambda one: -one.statement):  # a post that got another id by a correction
        if one.corrects and _as_it_is_there(one) in dead:
            dead.add(PostRef(one.network, one.account, one.corrects))
    return frozenset(one.url for one in posts if _as_it_is_there(one) in dead)


def _as_it_is_there(post: StatementPost) -> PostRef:
    return PostRef(post.network, post.account, post.post_id)


def _is_open(statement: Statement) -> bool:
    return statement.state != StatementState.DECLINED


def refuse_unless_lets_out(
    statement: Statement, by: str, *, mark: str, four_eyes: bool, approves: bool = True
) -> None:
    """Raise a refusal unless this person may decide on the statement that their button showed.

    Whoever wrote it does not approve it, but may take it off again.
    """
    if statement.state != StatementState.PROPOSED:
        raise Outdated("Somebody has decided on this statement already. Nothing more to do here.")
    if statement.mark != mark:
        raise Outdated("This is not the statement that you were shown. Please look at it again.")
    if approves and four_eyes and statement.by == by:
        raise NotYours("You wrote this statement; someone else has to approve it.")
