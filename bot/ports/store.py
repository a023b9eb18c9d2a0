"""What the desk needs remembered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.audit.trail import TrailHead, TrailProof, TrailSeal
from bot.domain.base.health import LooseEnds
from bot.domain.cases.case import Case, Event
from bot.domain.cases.view import History, Tally
from bot.domain.mentions.mention import Mention
from bot.domain.promises.promise import Nag
from bot.domain.reminders.claim_checks import Check
from bot.domain.replies.draft import Draft
from bot.domain.replies.repeats import SentWords
from bot.domain.replies.writers import Written
from bot.domain.team.people import Group, Teammate
from bot.ports.afterwards import ReadsAfterwards
from bot.ports.asks import KeepsAsks
from bot.ports.counts import Counts
from bot.ports.finds import Finds
from bot.ports.quarantine import KeepsUnreadable
from bot.ports.requests import Requests
from bot.ports.tells import Tells
from bot.ports.turns import Turns


class Conflict(Exception):
    """Somebody else changed the case between our reading and our writing; read again and decide again."""


class OutOfService(Exception):
    """The store cannot keep what it is given (disk full, locked, damaged): sending stops first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the audit trail."""

    chain: str  # "case:412", or "desk"
    position: int
    at: datetime
    by: str
    verb: str
    facts: Mapping[str, object]
    hash: str


class Store(ReadsAfterwards, KeepsAsks, Counts, Finds, KeepsUnreadable, Tells, Turns, Requests, Protocol):
    """Everything the desk remembers. Methods join the transaction of their thread, or make one of their own.

    Any write may raise OutOfService; nothing is half written then.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes into one immediate transaction; rolled back on any exception."""

    # cases
    def record(self, case: Case, event: Event) -> Case:
        """Apply the event and write what it changed, its audit line and its tellings; raise Refusal or Conflict."""

    def open_case(self, case: Case, event: Event) -> Case:
        """Write a new case (its id is assigned here) with its first audit line and its card's telling."""

    def case(self, case_id: int) -> Case:
        """Return a case; raise Unknown."""

    def cases(self, case_ids: Sequence[int]) -> Sequence[Case]:
        """Return those of the cases that exist, in this order."""

    def case_of_draft(self, draft_id: int) -> Case:
        """Return the case whose live or newest draft this is; raise Unknown."""

    def case_at_draft(self, draft_id: int) -> Case:
        """Return a case as it is now beside one of its drafts, newest or not: to be shown, not to be changed."""

    def written(self, case_id: int) -> Sequence[Written]:
        """Return all versions of a case's drafts since its last reply was sent, in order."""

    def reply_posted(self, case_id: int, post_id: str) -> Draft | None:
        """Return the draft whose words are public on a case as this post, or None."""

    def sent_since(
        self, case_id: int, network: str, account: str, since: datetime
    ) -> tuple[Sequence[SentWords], Sequence[SentWords]]:
        """Return the replies of an account that are public since then: on other cases, and on this one; newest first.

        At most 500 in all; what was taken back is not among them.
        """

    def taken_back(self, case_id: int, post_id: str) -> bool:
        """Tell whether a reply of ours on a case was taken back."""

    def is_another_reply(self, case_id: int, post_id: str, attempt: int) -> bool:
        """Tell whether a post is what another attempt than this one, on that case, made public."""

    def live_case(self, network: str, root_id: str, author_id: str) -> Case | None:
        """Return the case of that author and conversation that is not closed."""

    def live_cases(self, network: str, author_id: str) -> Sequence[Case]:
        """Return all cases of an author that are not closed, oldest first."""

    def last_closed(self, network: str, root_id: str, author_id: str) -> int:
        """Return the number of their newest closed case, or 0."""

    def queue(self, *, assignee: str | None = None, limit: int = 20) -> Sequence[Case]:
        """Return cases whose ball is with us, most urgent first (priority, then due moment).

        `assignee`: None for all, "" for those nobody holds, or a Slack user id (all their live cases).
        """

    def resurfacing(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return set-aside cases whose term is over."""

    def solved_before(self, moment: datetime, limit: int = 100) -> Sequence[int]:
        """Return solved cases without a post since `moment`."""

    def never_held(self) -> Sequence[int]:
        """Return new cases that nobody ever held, most urgent first."""

    def tally(self, now: datetime, since: datetime) -> Tally:
        """Count for `/care status`; `since` is the start of today."""

    def history(self, case: Case) -> History:
        """Return what is known of the author beside this case."""

    def heard_from(self, network: str, account: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the newest mention of an account came in, or None."""

    def arrivals(self, network: str, account: str, since_hour: int) -> Mapping[int, int]:
        """Count the mentions of an account by the hour in which they came in, in hours since 1970 UTC."""

    def undecided(self) -> Sequence[int]:
        """Return cases with a draft that was put up, and nothing owed by which anybody would be reminded of it."""

    def loose_ends(self, now: datetime) -> LooseEnds:
        """Return what nothing would ever move again."""

    def audit_line(self, case_id: int, position: int) -> Line:
        """Return what happened to a case when it reached a version; raise Unknown."""

    def since_approved(self, case: Case) -> Sequence[Line]:
        """Return the audit lines of a case, as it was just read, from its newest approval on.

        None where there is no approval, or where these lines do not add up, with the one before them and among
        themselves, or do not end where the case does.
        """

    # mentions
    def add_mention(self, mention: Mention, at: datetime, case_id: int = 0) -> int:
        """Store a post and return its row, or 0 where it is known already."""

    def mention(self, mention_id: int) -> Mention:
        """Return a stored post; raise Unknown."""

    def mention_of(self, network: str, post_id: str) -> tuple[Mention, int] | None:
        """Return a stored post with its case's number (0: none) by the network's own id."""

    def mention_of_any(self, network: str, post_ids: Sequence[str]) -> tuple[Mention, int] | None:
        """Return the first stored post that has one of these ids (at most twelve), as `mention_of` does."""

    def identify_mention(self, mention_id: int, post: Mention) -> None:
        """Put a post as its network tells it in the place of what was known of it by its link."""

    def move_mentions(self, mention_ids: Sequence[int], case_id: int) -> None:
        """Let posts belong to another case than they did."""

    def mentions(self, case_id: int) -> Sequence[Mention]:
        """Return a case's posts in the order they were written, ours among them."""

    def change_mention(self, mention_id: int, now_reads: Mention, at: datetime) -> bool:
        """Put a post's new words and photos in place of its old ones; False where they are the same."""

    def mark_deleted(self, mention_id: int, at: datetime) -> bool:
        """Note that the author deleted the post; False where that is known already."""

    def cursor(self, network: str, account: str, stream: str) -> tuple[str, datetime | None]:
        """Return where reading goes on, and when it was last moved; ("", None) at first."""

    def move_cursor(self, network: str, account: str, stream: str, value: str, at: datetime) -> None:
        """Move it."""

    def add_gap(self, network: str, account: str, why: str, since: datetime, until: datetime) -> bool:
        """Write down that posts may be missing; False where that gap is known already."""

    # promises
    def reminders(self, now: datetime, limit: int = 200) -> Sequence[int]:
        """Return the numbers of cases with a reminder due."""

    def owed_cases(self) -> Sequence[int]:
        """Return the numbers of cases on which something is promised that is neither kept nor dropped."""

    def cases_ahead(self, now: datetime) -> Sequence[int]:
        """Return cases with a moment in the past that lies ahead: a clock wrote it that has been set back since."""

    def leave_no_moment_ahead(self, now: datetime) -> None:
        """Let nothing beside the cases themselves wait for a moment that a clock wrote which ran ahead."""

    def next_reminder_at(self) -> datetime | None:
        """Return the earliest moment at which any reminder is due."""

    # drafts on their way
    def to_send(self, now: datetime) -> Sequence[int]:
        """Return cases whose draft may go out, for the first time or again by itself; oldest approval first.

        Those of an account that a network asked to wait are not among them.
        """

    def asked_to_wait(self, draft: Draft, now: datetime) -> datetime | None:
        """Return until when the network of a draft asked its account to wait, be it over another reply."""

    def next_send_at(self) -> datetime | None:
        """Return the earliest moment before which an approved draft may not go out, or not again by itself."""

    def sending(self) -> Sequence[int]:
        """Return cases whose draft is in the state `sending`."""

    def to_look_for(self, now: datetime) -> Sequence[int]:
        """Return cases with an unconfirmed reply that is to be looked for now."""

    def next_look_at(self) -> datetime | None:
        """Return the earliest moment at which an unconfirmed reply is to be looked for."""

    def waiting_approvals(self) -> Sequence[tuple[int, int, datetime]]:
        """Return case, row and moment of each approval whose draft waits to go out, for the first time or again."""

    def nag(self, nag_id: int) -> Nag:
        """Return a reminder with the promise that it is about; raise Unknown."""

    def newest_told(self, case_id: int) -> int:
        """Return the row of the newest reminder about a case that was told, or 0."""

    def nags_of(self, promise_id: int) -> Sequence[Nag]:
        """Return the reminders of a promise, lowest level first."""

    def nags_in(self, digest_id: int) -> Sequence[Nag]:
        """Return the reminders that a digest tells, what is owed first at the head."""

    def silent_claims(self) -> Sequence[int]:
        """Return the cases that somebody holds and nobody writes on, longest held first."""

    def check(self, check_id: int) -> Check:
        """Return a question about a claim; raise Unknown."""

    def last_check(self, case_id: int) -> Check | None:
        """Return the newest question about a case's claim."""

    def nags_told(self, case_id: int) -> int:
        """Return how many reminders about a case were told one by one."""

    def gather(self, person: str, since: datetime, at: datetime) -> int:
        """Return the row of a person's digest, to be told anew: the one begun after `since`, or a new one."""

    def remind_all(self, happened: Sequence[tuple[Case, Event]]) -> None:
        """Record a reminder, gathered in a digest, on each of several cases; all or none. Raises Conflict."""

    # words in the making
    def save_words(self, case_id: int, by: str, words: Mapping[str, str], at: datetime) -> None:
        """Keep what somebody is writing, whole, replacing what was kept."""

    def saved_words(self, case_id: int, by: str) -> Mapping[str, str]:
        """Return what somebody was writing, or an empty mapping."""

    def drop_words(self, case_id: int, by: str) -> None:
        """Forget it."""

    # people
    def put_people(
        self, people: Collection[Teammate], groups: Collection[Group], *, since: int | None = None
    ) -> None:
        """Write what was read from Slack, but for what was forgotten since `forgettings` returned `since`."""

    def forget(self, ids: Collection[str]) -> None:
        """Take these people and groups for unknown until they are read again."""

    def forgettings(self) -> int:
        """Return how often something was forgotten since the desk started."""

    def person(self, user: str) -> Teammate | None:
        """Return a person as last read."""

    def people(self) -> Sequence[Teammate]:
        """Return everybody ever read."""

    def groups(self) -> Sequence[Group]:
        """Return the user groups as last read."""

    # the desk itself
    def note(self, verb: str, by: str, at: datetime, facts: Mapping[str, object]) -> None:
        """Write a line about the desk (not a case) into the audit trail."""

    def audit(self, chain: str) -> Sequence[Line]:
        """Return a chain's lines in order."""

    def is_whole(self, chain: str) -> bool:
        """Tell whether a chain ("case:412" or "desk") is there and every line of it is as the desk wrote it."""

    def broken_chains(self) -> Sequence[str]:
        """Return the chains whose hashes do not add up. Reads every line."""

    def trail_seal(self) -> TrailSeal:
        """Return what is sealed, whose seal it is and what was told of it, without reading the lines."""

    def prove(self, progress: Callable[[int, int], object] = ...) -> TrailProof:
        """Read the whole trail, as it is at this moment, against its seal. Costs by all that ever was.

        `progress` is told now and then how many lines were read, of how many that are sealed.
        """

    def tell_head(self, day: date, at: datetime) -> TrailHead:
        """Write into the trail what it held at the end of a day, for somebody outside to keep; return that."""

    def setting(self, key: str, default: str = "") -> str:
        """Return a stored setting of the desk (never a secret of others)."""

    def put_setting(self, key: str, value: str) -> None:
        """Store one."""
