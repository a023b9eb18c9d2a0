"""The interface to the database."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.domain.audit.trail import TrailHead, TrailProof, TrailSeal
from bot.domain.base.health import LooseEnds
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event, Opened
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.queue import Only, Place, Share
from bot.domain.cases.view import History, Outbox, Tally
from bot.domain.home.inbox import Heap, Today
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.unreadable import Unreadable
from bot.domain.promises.promise import Reminder
from bot.domain.promises.report import Decided, RunningPromise, Track
from bot.domain.reminders.claim_checks import Check
from bot.domain.reminders.reminder_events import Reminded
from bot.domain.replies.draft import Draft
from bot.domain.replies.repeats import SentWords
from bot.domain.replies.requests import Ask
from bot.domain.replies.solo import SoloReply
from bot.domain.replies.writers import Written
from bot.domain.slack.backlog import Backlog
from bot.domain.slack.notice import Piece, Said
from bot.domain.slack.telling import NEWEST, Telling
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import Trait
from bot.domain.storms.spikes import Spike
from bot.domain.team.handover import Handover
from bot.domain.team.people import Group, Teammate
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import Swap, SwapState
from bot.domain.triage.triage import Triage
from bot.ports.network import Unparsed


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


class Requests(Protocol):
    """The part of the store that is about requests over HTTP."""

    def let_in(self, digest: str, signed_at: datetime) -> bool:
        """Write down that a verified request is let in; False where it was before."""

    def let_go(self, digest: str) -> None:
        """Forget one that was not acknowledged, so that it may come again."""


class Store(Requests, Protocol):
    """Everything the desk remembers. Methods join the transaction of their thread, or make one of their own.

    Any write may raise OutOfService; nothing is half written then.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes into one immediate transaction; rolled back on any exception.

        A Refusal or Conflict that is caught inside leaves the rest standing; after any other trouble nothing is kept.
        """

    # cases
    def record(self, case: Case, event: Event) -> Case:
        """Apply the event and write what it changed, its audit line and its tellings; raise Refusal or Conflict."""

    def open_case(self, case: Case, event: Opened) -> Case:
        """Write a new case with its promises, its first audit line and its card's telling; Conflict if it exists."""

    def case(self, case_id: int) -> Case:
        """Return a case; raise Unknown. Inside a transaction nobody else changes it until that ends."""

    def cases(self, case_ids: Sequence[int]) -> Sequence[Case]:
        """Return those of the cases that exist, in this order, held as by `case`."""

    def case_of_draft(self, draft_id: int) -> Case:
        """Return the case whose live or newest draft this is; raise Unknown."""

    def case_at_draft(self, draft_id: int) -> Case:
        """Return a case as it is now beside one of its drafts, newest or not: to be shown, not to be changed."""

    def written(self, case_id: int) -> Sequence[Written]:
        """Return all versions of a case's drafts since its last reply was sent, in order.

        Where no version has answered a request for changes yet, the last version is returned twice.
        """

    def reply_posted(self, case_id: int, post_id: str) -> Draft | None:
        """Return the draft whose words are public on a case as this post, or None."""

    def sent_since(
        self, case_id: int, network: str, account: str, since: datetime
    ) -> tuple[Sequence[SentWords], Sequence[SentWords]]:
        """Return the replies of an account that are public since then: on other cases, and on this one; newest first.

        At most 500 in all; what was taken back is not among them.
        """

    def taken_back(self, case_id: int, post_id: str) -> bool:
        """Return whether a reply of ours on a case was taken back."""

    def is_another_reply(self, case_id: int, post_id: str, attempt: int) -> bool:
        """Return whether a post is what another attempt than this one, on that case, made public."""

    def live_case(self, network: str, root_id: str, author_id: str) -> Case | None:
        """Return the case of that author and conversation that is not closed."""

    def live_cases(self, network: str, author_id: str) -> Sequence[Case]:
        """Return all cases of an author that are not closed, oldest first."""

    def last_closed(self, network: str, root_id: str, author_id: str) -> int:
        """Return the number of their newest closed case, or 0."""

    def queue(
        self, *, assignee: str | None = None, limit: int = 20, only: Only = ..., after: Place | None = None
    ) -> Sequence[Case]:
        """Return cases that wait for us, most urgent first (priority, then due moment), from behind a place on.

        `assignee`: None for all, "" for those nobody holds, or a Slack user id (all their live cases; those that
        wait for the author come last).
        """

    def queued_before(self, after: Place, *, assignee: str | None = None, only: Only = ...) -> int:
        """Count the cases of such a queue that stand before a place, or in it."""

    def queue_shares(self, *, assignee: str | None = None) -> Sequence[Share]:
        """Count the cases of such a queue by channel, topic, language and whether somebody holds them."""

    # what waits for one person
    def asked_of(self, who: str, *, limit: int, after: Place | None = None) -> Heap:
        """Return the cases with a draft in review that somebody is asked about, or nobody is: the most urgent first.

        With `after` they begin behind that place; all are counted either way.
        """

    def due_for(self, who: str, since: datetime | None, until: datetime | None, *, limit: int) -> Heap:
        """Return cases that fall due after `since` and until a moment, and that `who` or nobody holds.

        None: however long ago, or however late; `who` "": nobody. All are counted, the most urgent are returned.
        """

    def came_back_to(self, who: str) -> Sequence[Case]:
        """Return the cases with a draft that came back to its writer, most urgent first."""

    def promises_of(self, who: str, since: datetime, now: datetime) -> Today:
        """Count the promises to customers on somebody's cases: kept since then, running, and lapsed.

        What is overdue from before `since` and still owed counts as lapsed, too.
        """

    def longest_waiting(self, limit: int) -> Sequence[Case]:
        """Return the cases whose promises that are still owed began longest ago."""

    def resurfacing(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return set-aside cases whose term is over, longest over first."""

    def solved_before(self, moment: datetime, limit: int = 100) -> Sequence[int]:
        """Return solved cases without a post since `moment`, longest solved first."""

    def never_held(self) -> Sequence[int]:
        """Return new cases that nobody ever held, most urgent first."""

    def tally(self, now: datetime, since: datetime) -> Tally:
        """Count for `/care status`; `since` is the start of today."""

    def earlier_cases(self, case: Case, limit: int) -> Sequence[int]:
        """Return the numbers of the earlier cases of a case's author on its network, newest first."""

    def history(self, case: Case) -> History:
        """Return what is known of the author beside this case."""

    def heard_from(self, network: str, account: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the newest mention of an account came in, or None."""

    def arrivals(self, network: str, account: str, since_hour: int) -> Mapping[int, int]:
        """Count the mentions of an account by the hour in which they came in, in hours since 1970 UTC."""

    def undecided(self) -> Sequence[int]:
        """Return cases with a draft that was put up, and nothing owed by which anybody would be reminded of it."""

    def loose_ends(self, now: datetime) -> LooseEnds:
        """Return rows that no job of the desk would pick up again."""

    def audit_line(self, case_id: int, position: int) -> Line:
        """Return what happened to a case when it reached a version; raise Unknown."""

    def since_approved(self, case: Case) -> Sequence[Line]:
        """Return the audit lines of a case, as it was just read, from its newest approval on.

        None where there is no approval, or where these lines do not add up, with the one before them and among
        themselves, or do not end where the case does. Terms in an approval from before the key cannot be
        trusted, and are left out.
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

    def has_mentions(self, network: str) -> bool:
        """Return whether any post is stored under that network's name."""

    def identify_mention(self, mention_id: int, post: Mention) -> None:
        """Put a post as its network tells it in the place of what was known of it by its link."""

    def move_mentions(self, mention_ids: Sequence[int], case_id: int) -> None:
        """Let posts belong to another case than they did."""

    def mentions(self, case_id: int) -> Sequence[Mention]:
        """Return a case's posts in the order they were written, ours among them."""

    def change_mention(self, mention_id: int, now_reads: Mention, at: datetime) -> bool:
        """Put a post's new words and photos in place of its old ones; False where they are the same."""

    def mark_deleted(self, mention_id: int, at: datetime) -> bool:
        """Note that the author deleted the post; the first time counts, False after it."""

    def cursor(self, network: str, account: str, stream: str) -> tuple[str, datetime | None]:
        """Return where reading goes on, and when it was last moved; ("", None) at first."""

    def move_cursor(self, network: str, account: str, stream: str, value: str, at: datetime) -> None:
        """Move it."""

    def add_gap(self, network: str, account: str, why: str, since: datetime, until: datetime) -> bool:
        """Write down that posts may be missing; False where that gap is known already."""

    # triage
    def put_triage(self, mention_id: int, triage: Triage, at: datetime) -> None:
        """Write down what a post is taken for, in the place of what it was taken for before."""

    def triage(self, mention_id: int) -> Triage | None:
        """Return what a post is taken for; None for our own, and for what came in before there was triage."""

    def triages(self, case_id: int) -> Sequence[Triage]:
        """Return what a case's posts are taken for, in the order they were written."""

    # promises
    def reminders_due(self, now: datetime, limit: int = 200) -> Sequence[int]:
        """Return the numbers of cases with a reminder due, longest due first."""

    def owed_cases(self) -> Sequence[int]:
        """Return the numbers of cases on which something is promised that is neither kept nor dropped."""

    def cases_ahead(self, now: datetime) -> Sequence[int]:
        """Return cases with a moment in the past that lies ahead."""

    def leave_no_moment_ahead(self, now: datetime) -> None:
        """Clear moments that a clock which ran ahead has written, everywhere but in the cases themselves."""

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

    def reminder(self, reminder_id: int) -> Reminder:
        """Return a reminder with the promise that it is about; raise Unknown."""

    def newest_told(self, case_id: int) -> int:
        """Return the row of the newest reminder about a case that was told, or 0."""

    def reminders_of(self, promise_id: int) -> Sequence[Reminder]:
        """Return the reminders of a promise, lowest level first."""

    def reminders_in(self, digest_id: int) -> Sequence[Reminder]:
        """Return the reminders that a digest tells, what is owed first at the head."""

    def silent_claims(self) -> Sequence[int]:
        """Return the cases that somebody holds and nobody writes on, longest held first."""

    def claim_check(self, check_id: int) -> Check:
        """Return a question about a claim; raise Unknown."""

    def last_check(self, case_id: int) -> Check | None:
        """Return the newest question about a case's claim."""

    def inquiry(self, inquiry_id: int) -> Inquiry:
        """Return a question to another team; raise Unknown."""

    def inquiries(self, case_id: int) -> Sequence[Inquiry]:
        """Return the questions of a case to other teams, in the order in which they were asked."""

    def overdue_inquiries(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return the questions whose time has passed and whose team was not reminded, longest due first."""

    def reminders_told(self, case_id: int) -> int:
        """Return how many reminders about a case were told one by one."""

    def gather(self, person: str, since: datetime, at: datetime) -> int:
        """Return the row of a person's digest, to be told anew: the one begun after `since`, or a new one."""

    def remind_all(self, happened: Sequence[tuple[Case, Reminded]]) -> None:
        """Record a reminder on each of several cases, all or none; raise Conflict.

        Each is gathered in a digest: nothing about it is told by itself. A reminder is never refused, and of its
        case only the version moves; its promise is written beside it.
        """

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
        """Write what was read from Slack, replacing what was known of the same people and groups.

        `since`: what `forgettings` returned before the reading began; what was forgotten while it went on stays so.
        """

    def forget(self, ids: Collection[str]) -> None:
        """Take these people and groups for unknown until they are read again; names and members stay for display.

        Slack tells of everybody in the workspace: of whom the desk knows nothing anyway, nothing is written.
        """

    def forgettings(self) -> int:
        """Return how often something was forgotten since the desk started."""

    def person(self, user: str) -> Teammate | None:
        """Return a person as last read."""

    def people(self) -> Sequence[Teammate]:
        """Return everybody ever read."""

    def groups(self) -> Sequence[Group]:
        """Return the user groups as last read."""

    # posts that came in and could not be read: kept raw, none is ever deleted, each is settled once
    def quarantine(self, network: str, account: str, unparsed: Unparsed, at: datetime) -> bool:
        """Keep what could not be understood; False where it is kept already: a post once, an edit as it reads now."""

    def unreadable(self, row: int) -> Unreadable:
        """Return one; raise Unknown."""

    def unreadable_post(self, network: str, account: str, post_id: str) -> int:
        """Return the row under which a post is kept that nobody has settled, or 0."""

    def unreadables(self, limit: int) -> Sequence[Unreadable]:
        """Return those that nobody has settled, longest kept first."""

    def unreadable_count(self) -> tuple[int, datetime | None]:
        """Return how many nobody has settled, and since when the first of them is kept."""

    def unsaid_unreadables(self, limit: int) -> tuple[int, int, Sequence[Unreadable]]:
        """Return how many were never said, the newest one's row, and the first of them."""

    def unreadables_said(self, newest: int, at: datetime) -> None:
        """Write down that they were said, up to this row."""

    def unreadables_to_look_at(self, before: datetime, limit: int) -> Sequence[Unreadable]:
        """Return those that were not tried again since their keeping, then those not since `before`."""

    def look_at_all_unreadables(self) -> None:
        """Mark all of them to be read again, since a new version of Heard may understand them."""

    def unreadable_looked_at(self, row: int, unparsed: Unparsed, at: datetime) -> None:
        """Store that reading one failed again, with what could be read of it now."""

    def settle_unreadable(self, row: int, how: str, by: str, case_id: int, at: datetime) -> bool:
        """Write down what became of one; False where that was decided before."""

    # search
    def find(self, words: str, limit: int = 10, *, private: bool) -> Sequence[Case]:
        """Return cases with a post that holds all the words, its author's handle included; newest post first.

        The case whose number somebody gave is the first. `private`: private messages are searched as well.
        """

    def index_words(self, limit: int = 100) -> int:
        """Put the newest posts that are not in the index into it; return how many."""

    def index_is_behind(self) -> bool:
        """Return whether more posts wait to be put into the index than a search looks at by itself."""

    # what is counted over a period
    def tracks(self, since: datetime, until: datetime, every: int = 1) -> Iterator[Track]:
        """Yield every case with a promise that runs, or that was kept or fell due or ended in the period, by number.

        `every`: only each so-manieth of them. Few are in memory at a time.
        """

    def tracked(self, since: datetime, until: datetime) -> int:
        """Count what `tracks` would yield; of very many return about how many they are."""

    def decided(self, since: datetime, until: datetime, now: datetime) -> Sequence[Decided]:
        """Count the promises kept or lapsed in a period by network, segment and whoever held the case then."""

    def kept_and_lapsed(self, since: datetime, until: datetime, now: datetime) -> tuple[int, int]:
        """Count the promises kept in a period, and those that lapsed in it."""

    def lapsed_cases(self, since: datetime, until: datetime, now: datetime, limit: int) -> tuple[int, Sequence[int]]:
        """Return on how many cases a promise lapsed in a period, and the first of them by number."""

    def longest_running(self) -> timedelta:
        """Return the length of the longest promise whose time is running out; zero without any."""

    def running(self, now: datetime, before: datetime) -> Iterator[RunningPromise]:
        """Yield the promises whose time is running out, and that are due from `now` until before that moment."""

    def count_solo(self, since: datetime, until: datetime) -> int:
        """Count the replies that went out in a period solo."""

    def languages(self, since: datetime) -> Mapping[str, int]:
        """Count the cases opened since then by their language's code."""

    # what was heard, what of it is usual, and rises that were noticed
    def heard_after(self, row: int, limit: int = 500) -> Sequence[Heard]:
        """Return the public's posts behind this row, in the order they came in."""

    def heard_within(self, since: datetime, until: datetime, limit: int) -> Sequence[Heard]:
        """Return the public's posts that came in within a period, newest first."""

    def loudest_within(self, since: datetime, until: datetime, limit: int) -> Sequence[Heard]:
        """Return the public posts that came in within a period, those first whose author has most followers.

        What was deleted or replayed is left out.
        """

    def row_before(self, since: datetime) -> int:
        """Return the row behind which the public's posts came in since then."""

    def first_heard_at(self) -> datetime | None:
        """Return when the first post of the public came in, or None."""

    def opened_on(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Count the cases opened in a period by topic; what was replayed is not among them."""

    def put_counts(
        self, hour: int, people: Mapping[Trait, int], cases: Mapping[str, int], forget_before: int
    ) -> None:
        """Keep what people had in common in an hour (since 1970 UTC), and how many cases were opened by topic.

        It replaces what was kept of that hour; what is older than the hour `forget_before` is dropped.
        """

    def counted_in(self, hours: Collection[int]) -> Mapping[Trait, Mapping[int, int]]:
        """Return how many people had what in common, by the hour."""

    def opened_usually(self, since_hour: int, until_hour: int) -> Mapping[str, int]:
        """Count the cases that were opened from one hour until before another, by topic, as they were kept."""

    def add_spike(self, spike: Spike, cases: Collection[int]) -> Spike:
        """Keep a rise that was noticed, with its cases; return it with its number."""

    def join_spike(self, spike: Spike, cases: Collection[int]) -> None:
        """Let further cases belong to it, and keep by what it is known now."""

    def end_spike(self, spike_id: int, at: datetime) -> bool:
        """Write down that it is over; False where it was before."""

    def spikes(self, since: datetime) -> Sequence[Spike]:
        """Return those that go on, and those that were over since then, in the order they were noticed."""

    def spike_cases(self, spike_id: int) -> Sequence[int]:
        """Return its cases."""

    def spike_people(self, spike_id: int) -> int:
        """Return how many people its cases are from."""

    def loudest_in(self, spike_id: int, limit: int) -> Sequence[Heard]:
        """Return its public posts, those first whose author has most followers; deleted ones are left out."""

    # requests to let a draft out, each with what ended it, and the versions that they are about
    def ask(self, ask_id: int) -> Ask | None:
        """Return one request, or None."""

    def asks_of(self, draft_id: int) -> Sequence[Ask]:
        """Return the requests about a draft, oldest first."""

    def version(self, draft_id: int, version: int) -> tuple[str, tuple[str, ...]]:
        """Return the words of one version of a draft and who wrote them; nothing where there is no such version."""

    # replies that nobody else approved
    def solo_unread(self, *, by: str = "", limit: int = 20) -> Sequence[SoloReply]:
        """Return what went out solo and no lead has read, oldest first; `by`: only that person's."""

    def solo_reply(self, approval_id: int) -> SoloReply:
        """Return one that went out, read or not; raise Unknown."""

    def solo_count(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Count what was let out in a period solo and went out; and what of it nobody has read."""

    # who is on: their own words, swaps, and what was left at the end of a turn
    def put_shift_change(self, change: ShiftChange) -> None:
        """Write what somebody said of being on or off, replacing what they said before."""

    def shift_changes(self) -> Sequence[ShiftChange]:
        """Return the newest change of everybody who ever made one."""

    def cases_held(self) -> Mapping[str, int]:
        """Return how many cases that wait for us each person holds; whoever holds none is left out."""

    def add_swap(self, swap: Swap) -> Swap | None:
        """Write a question and ask it by direct message; None where that turn is asked for or given away already."""

    def decide_swap(self, swap_id: int, state: SwapState, at: datetime) -> bool:
        """Write what became of a question, and tell both; False where that was decided before."""

    def swap(self, swap_id: int) -> Swap:
        """Return one; raise Unknown."""

    def swaps(self, since: datetime) -> Sequence[Swap]:
        """Return what is asked or was accepted of turns that end after `since`, earliest turn first."""

    def write_handover(
        self, ended_at: datetime, left: Collection[tuple[int, str]], channel: str, at: datetime
    ) -> int:
        """Write what people left behind when their turn ended (case, person), and tell it; return its row."""

    def renew_handovers(self, person: str, at: datetime) -> None:
        """Redraw the handover lists with a case that this person still holds, since they came on or went off."""

    def handover(self, handover_id: int) -> Handover:
        """Return one; raise Unknown."""

    def handed_over(self, person: str, since: datetime, until: datetime) -> bool:
        """Return whether somebody's cases were told at an end of theirs within these moments, both included."""

    # messages in Slack: where each stands, which version it shows, and what was tried
    def to_tell(self, now: datetime, limit: int = 50) -> Sequence[Telling]:
        """Return messages behind their case, most urgent first; threads only once their card stands."""

    def heads(self, now: datetime, *, by_age: bool = False) -> Sequence[Telling]:
        """Return of each room the most urgent message that may be posted, and the most urgent to be redrawn.

        `by_age`: those that have waited longest instead. What was put off until `now` is on its list again.
        """

    def last_told(self, recipient: str) -> datetime | None:
        """Return when the newest message to a person, or to a channel by its name, came or was begun."""

    def fold(self, recipient: str, at: datetime) -> Telling | None:
        """Put what waits to be told to somebody into one digest and return that; None where only one message waits.

        More than QUESTIONS that are no reminders wait for the next digest.
        """

    def folded_in(self, digest_id: int) -> Sequence[Telling]:
        """Return the messages that a digest tells and that are no reminders, what is owed first at the head."""

    def backlog(self, room: str) -> Backlog:
        """Return what waits to be posted in a room; more than COUNTED messages are not counted."""

    def paced_count(self) -> int:
        """Return how many messages wait for their turn; a great many are not all counted."""

    def put_off(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages wait to be tried again, by room or person and Slack's word for why."""

    def outbox(self, limit: int = 30) -> Outbox:
        """Return what is on its way: begun messages first, then the most urgent ones; every reply."""

    def telling(self, telling_id: int) -> Telling:
        """Return one; raise Unknown."""

    def telling_of(self, channel: str, ts: str) -> Telling | None:
        """Return the telling behind a Slack message."""

    def newest_news(self, case_id: int, recipient: str) -> int:
        """Return which version of a case the newest news for a person is about, or 0."""

    def card(self, case_id: int) -> Telling | None:
        """Return the telling of a case's card."""

    def telling_started(self, telling_id: int, at: datetime) -> None:
        """Write down that a post is about to be made; committed before the call."""

    def mark_told(self, telling_id: int, channel: str, ts: str, shown: int, at: datetime | None = None) -> None:
        """Write down that Slack shows this version there; of a new message also since when."""

    def gone(self, telling_id: int, ts: str) -> None:
        """Write down that somebody deleted the message that stood there, so that it is posted anew."""

    def mark_not_told(
        self,
        telling_id: int,
        retry_at: datetime | None,
        *,
        give_up: bool = False,
        tried: int = NEWEST,
        refused: bool = True,
        why: str = "",
    ) -> None:
        """Write down that nothing was posted; with `give_up` it is not tried again until its case changes.

        What was wanted anew beyond the version that was `tried` neither waits nor is given up. Only what Slack
        `refused` counts as a try; `why` is its word for that.
        """

    def rooms_in_use(self) -> Sequence[str]:
        """Return the channels of cases on which something is owed."""

    def hide_words_in(self, channel: str, *, anew: bool) -> int:
        """Want every message that stands in a channel drawn without its words; return how many show them still.

        What Slack refused to redraw is tried again only `anew`.
        """

    def show_words_in(self, channel: str) -> None:
        """Want every message of a channel drawn in full again that lost its words."""

    def begun_tellings(self) -> Sequence[Telling]:
        """Return posts that were begun and whose outcome is unknown, longest ago first."""

    def notice(
        self, key: str, channel: str, said: Said, at: datetime, offers: str = "", *, people: Sequence[str] = ()
    ) -> bool:
        """Queue a sentence about the desk for a channel, once per key; False where it is known already.

        What is no piece of its own in `said` is shown as mere words: no moment, mention or link comes out of it.
        `offers` names the button under it, if any. With `people` it goes to each of them by direct message instead.
        """

    def shared_answer(self, key: str, channel: str, said: Said, at: datetime) -> int:
        """Write down that an answer is being posted to a channel; return the telling that stands for it.

        What takes its place once its words are gone is `said`.
        """

    def notice_anew(self, key: str, said: Said, at: datetime) -> None:
        """Replace the sentence of a key, and redraw its message. Do nothing for an unknown key."""

    def notices_settled(self, offers: str, said: Said, at: datetime) -> None:
        """Say in the place of every notice with this button that nothing is left to do, and take the button away."""

    def notice_offers(self, notice_id: int) -> str:
        """Return which button stands under a notice, or "" for none; raise Unknown."""

    def notice_sentence(self, notice_id: int) -> str:
        """Return the sentence of a notice in plain words; raise Unknown."""

    def notice_pieces(self, notice_id: int) -> Sequence[Piece]:
        """Return the sentence of a notice in pieces, none where an earlier version wrote it; raise Unknown."""

    # the desk itself
    def note(self, verb: str, by: str, at: datetime, facts: Mapping[str, object]) -> None:
        """Write a line about the desk (not a case) into the audit trail."""

    def audit(self, chain: str) -> Sequence[Line]:
        """Return the lines of a chain ("case:412" or "desk") in order."""

    def is_whole(self, chain: str) -> bool:
        """Return whether a chain ("case:412" or "desk") is there and every line of it is as the desk wrote it.

        Cheap for a case: one query over its own lines. Lines that are missing at its end are for `prove` to find.
        """

    def broken_chains(self) -> Sequence[str]:
        """Return the chains whose hashes do not add up, or that end before their case does. Reads every line."""

    def trail_seal(self) -> TrailSeal:
        """Return what is sealed, whose seal it is and what was told of it, without reading the lines."""

    def prove(self, progress: Callable[[int, int], object] = ...) -> TrailProof:
        """Read the whole trail, as it is at this moment, against its seal. Costs by all that ever was.

        `progress` is told now and then how many lines were read, of how many that are sealed.
        """

    def tell_head(self, day: date, at: datetime) -> TrailHead:
        """Write the head of the trail at the end of a day into the trail, and return it, to be kept outside."""

    def setting(self, key: str, default: str = "") -> str:
        """Return a stored setting of the desk (never a secret of others)."""

    def put_setting(self, key: str, value: str) -> None:
        """Store one."""
