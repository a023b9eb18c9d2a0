"""The interface to the database."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.domain.accounts.holds import AccountHold
from bot.domain.accounts.spending import Charge, ChargeCount
from bot.domain.audit.line import Line
from bot.domain.audit.trail import TrailHead, TrailProof, TrailSeal
from bot.domain.backups.epoch import Epoch, Epochs
from bot.domain.backups.witness import Witness
from bot.domain.base.health import LooseEnds
from bot.domain.base.measures import Measures
from bot.domain.cases.case import Case
from bot.domain.cases.events import Dismissed, Event, Opened
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.queue import Facet, Only, Place
from bot.domain.cases.same_person import HowKnown, SamePerson
from bot.domain.cases.view import History, Outbox, Tally
from bot.domain.desks.running_desk import RunningDesk
from bot.domain.do_not_feed.aside import Aside, AsidePost
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.do_not_feed.sample import Candidate, Sample, SampleItem, SampleVerdict
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.home.inbox import Heap, Today
from bot.domain.light_lane.light_mention import LightDigest, LightMention, LightState, LightVerb
from bot.domain.light_lane.thank_you import LikeState, ThankYou, ThankYouVerb
from bot.domain.mentions.day_end import DayEnd
from bot.domain.mentions.deletion_checks import PostCheck
from bot.domain.mentions.hiding import Hiding
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.unreadable import Unreadable
from bot.domain.promises.promise import Reminder
from bot.domain.promises.report import Decided, RunningPromise, Track
from bot.domain.reminders.claim_checks import ClaimCheck
from bot.domain.reminders.reminder_events import Reminded
from bot.domain.replies.draft import Draft
from bot.domain.replies.joint_draft import JointDraft
from bot.domain.replies.origins import KnownText
from bot.domain.replies.past_reply import Answered
from bot.domain.replies.repeats import SentWords
from bot.domain.replies.requests import Ask
from bot.domain.replies.sentences import Sentence
from bot.domain.replies.solo import SoloReply
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.domain.replies.template_use import SentReply
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.domain.replies.writers import Written
from bot.domain.slack.backlog import Backlog
from bot.domain.slack.calls import SlackCall
from bot.domain.slack.notice import Piece, Said
from bot.domain.slack.telling import NEWEST, Telling, TellingKind
from bot.domain.storms.heard import Heard
from bot.domain.storms.holding_reply import HoldingReply, NotTold, Progress
from bot.domain.storms.signature import Trait
from bot.domain.storms.spikes import Spike
from bot.domain.team.handover import Handover
from bot.domain.team.people import Forgettings, Group, Teammate
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import Swap, SwapState
from bot.domain.triage.triage import Correction, Kind, Triage
from bot.ports.erasures import Erasing
from bot.ports.leases import Holder, Turn
from bot.ports.network import Unparsed
from bot.ports.requests import Requests
from bot.ports.storms import Storms


class Store(Requests, Storms, Erasing, Protocol):
    """All stored data of the desk. Methods join their thread's transaction, or open their own.

    Any write may raise OutOfService; then nothing of it is written.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes into one immediate transaction; rolled back on any exception.

        A Refusal or Conflict caught inside keeps the other writes; any other error discards all.
        """

    # cases
    def record(self, case: Case, event: Event) -> Case:
        """Apply the event and write what it changed, its audit line and its tellings; raise Refusal or Conflict."""

    def open_case(self, case: Case, event: Opened) -> Case:
        """Write a new case with its promises, its first audit line and its card's telling; Conflict if it exists."""

    def case(self, case_id: int) -> Case:
        """Return a case; raise Unknown. Inside a transaction it is locked until the transaction ends."""

    def cases(self, case_ids: Sequence[int]) -> Sequence[Case]:
        """Return the cases that exist among these numbers, in this order, locked as by `case`."""

    def case_of_draft(self, draft_id: int) -> Case:
        """Return the case whose live or newest draft this is; raise Unknown."""

    def case_at_draft(self, draft_id: int) -> Case:
        """Return a case with one of its drafts, newest or not: for display only."""

    def written(self, case_id: int) -> Sequence[Written]:
        """Return all versions of a case's drafts since its last reply was sent, in order.

        Where no version has answered a request for changes yet, the last version is returned twice.
        """

    def reply_posted(self, case_id: int, post_id: str) -> Draft | None:
        """Return the draft whose words are public on a case as this post, or None."""

    def sent_since(
        self, case_id: int, network: str, account: str, since: datetime
    ) -> tuple[Sequence[SentWords], Sequence[SentWords]]:
        """Return an account's public replies since then, on all cases; newest first.

        At most 500, without those taken back.
        """

    def answered_like(self, words: Sequence[str], case_id: int) -> Sequence[Answered]:
        """Return public replies to public posts with any of these words, on other cases; newest first, at most 200.

        Without those that were corrected or taken back, and without posts that the index does not have yet.
        """

    def template_versions(self, state: VersionState) -> Sequence[TemplateVersion]:
        """Return the versions of templates of the desk in this state, by name, oldest first."""

    def versions_of_template(self, name: str) -> Sequence[TemplateVersion]:
        """Return all versions of a template that were written on the desk, newest first."""

    def template_version(self, version_id: int) -> TemplateVersion:
        """Return a version of a template; raise Unknown. In a transaction nobody else decides on any meanwhile."""

    def template_mark(self) -> str:
        """Return a mark that is another one after each change of a template of the desk."""

    def add_template_version(self, version: TemplateVersion) -> int:
        """Write a version, and return its row; a current one takes the place of the one before."""

    def decide_template_version(
        self, version: TemplateVersion, now: VersionState, *, by: str, at: datetime, why: str = ""
    ) -> None:
        """Change the state of a version; a current one takes the place of the one before. `why` it is declined."""

    # statements
    def add_statement(self, statement: Statement) -> int:
        """Write a proposed statement with its posts; return its row."""

    def statement(self, statement_id: int) -> Statement:
        """Return a statement with its posts; raise Unknown. In a transaction nobody else decides on any meanwhile."""

    def statements(self, limit: int, *, waiting: bool = False, approved: bool = False) -> Sequence[Statement]:
        """Return the newest statements, or approved ones; or the oldest of those that are `waiting` for approval."""

    def proposed_statements(self) -> Sequence[Statement]:
        """Return all statements that wait for approval, the oldest first."""

    def statements_lately(self, since: datetime) -> Sequence[Statement]:
        """Return each that waits for approval, has an undone post, or one that ended since; the newest first."""

    def statements_about(self, one: int, other: int = 0) -> Sequence[Statement]:
        """Return each that takes back or corrects one of these statements, the newest first."""

    def statements_with_post(self, network: str, post_id: str) -> Sequence[Statement]:
        """Return each with this public post."""

    def statement_of_event(self, by: str, event: str) -> int:
        """Return the statement that this source brought for an event, by its row; 0: none.

        In a transaction nobody else adds one meanwhile.
        """

    def decide_statement(self, statement: Statement, state: StatementState, *, by: str, at: datetime) -> None:
        """Approve or decline a proposed statement, with its line in the trail, which has the approved terms.

        Changes nothing, and writes no line, where it is decided already.
        """

    def terms_in_trail(self, statement_id: int) -> str:
        """Return the terms that the approval's line in the trail has; "" where that line is not genuine."""

    def statement_post(self, post_id: int) -> StatementPost:
        """Return a statement on one account; raise Unknown."""

    def undone_statement_posts(self) -> Sequence[StatementPost]:
        """Return the posts of approved statements that wait, are being sent or have an unknown outcome."""

    def move_statement_post(self, post: StatementPost, *, was: PostState) -> bool:
        """Write the attempt of a post as given, unless it is in another state than `was`; return whether it was."""

    def sent_replies(self, since: datetime) -> Sequence[tuple[SentReply, int, Triage | None]]:
        """Return the replies that went out since then, newest first, at most 5,000.

        Each with the row of its customer's last post since, and what that is taken for; 0: none.
        """

    def taken_back(self, case_id: int, post_id: str) -> bool:
        """Return whether a reply of ours on a case was taken back."""

    def answered_since(self, case_id: int, post_id: str, since: datetime) -> bool:
        """Return whether an answer of ours to a post came in, or is dated, after this moment."""

    def is_another_reply(self, case_id: int, post_id: str, attempt: int) -> bool:
        """Return whether a post is the result of another attempt than this one on that case."""

    def live_case(self, network: str, root_id: str, author_id: str) -> Case | None:
        """Return the case of that author and conversation that is not closed."""

    def live_cases(self, network: str, author_id: str) -> Sequence[Case]:
        """Return all cases of an author that are not closed, oldest first."""

    def knows_author(self, network: str, author_id: str) -> bool:
        """Return whether an author has a case, or a post without one. Without an id it may be anybody: True."""

    def cases_with_posts(self, like: Mention, since: datetime, until: datetime) -> Sequence[int]:
        """Return the author's cases that are neither closed nor set aside with a post in these times, oldest first.

        Only posts to the same account count, and only public ones with a public one, private ones with a private one.
        """

    def case_under(self, network: str, root_id: str, author_id: str) -> Case | None:
        """Return the author's newest case that is not closed with a public post of theirs under this root."""

    def merged_into(self, case_id: int) -> Sequence[int]:
        """Return the numbers of the cases that go on in this one."""

    def last_closed(self, network: str, root_id: str, author_id: str) -> int:
        """Return the number of their newest closed case, or 0."""

    def queue(
        self, *, assignee: str | None = None, limit: int = 20, only: Only = ..., after: Place | None = None
    ) -> Sequence[Case]:
        """Return cases that wait for us after a position, most urgent first (priority, then due moment).

        `assignee`: None for all, "" for those nobody holds, or a Slack user id (all their live cases; those that
        wait for the author come last).
        """

    def queued_before(self, after: Place, *, assignee: str | None = None, only: Only = ...) -> int:
        """Count the cases of such a queue up to and including a position."""

    def queue_shares(self, *, assignee: str | None = None) -> Sequence[Facet]:
        """Count the cases of such a queue by channel, topic, language and whether somebody holds them."""

    # what waits for one person
    def asked_of(self, who: str, *, limit: int, after: Place | None = None) -> Heap:
        """Return the cases with a draft in review whose approver is this person, or nobody yet; most urgent first.

        With `after` they begin behind that place; all are counted either way.
        """

    def due_for(self, who: str, since: datetime | None, until: datetime | None, *, limit: int) -> Heap:
        """Return cases that fall due after `since` and until a moment, and that `who` or nobody holds.

        None: without that bound; `who` "": nobody. All are counted, the most urgent are returned.
        """

    def came_back_to(self, who: str) -> Sequence[Case]:
        """Return the cases with a draft that came back to its writer, most urgent first."""

    def promises_of(self, who: str, since: datetime, now: datetime) -> Today:
        """Count the promises to customers on somebody's cases: kept since then, running, and lapsed.

        A promise that lapsed before `since` and is still owed counts as lapsed, too.
        """

    def longest_waiting(self, limit: int) -> Sequence[Case]:
        """Return the cases with the oldest promises that are still owed, oldest first."""

    def resurfacing(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return set-aside cases whose term is over, longest over first."""

    def solved_before(self, moment: datetime, limit: int = 100) -> Sequence[int]:
        """Return solved cases without a post since `moment`, longest solved first."""

    def waiting_privately(self, asked_before: datetime, limit: int = 100) -> Sequence[int]:
        """Return cases that asked for a private message before then, of which it is not said yet that none came."""

    def never_held(self) -> Sequence[int]:
        """Return new cases that nobody ever held, most urgent first."""

    def tally(self, now: datetime, since: datetime) -> Tally:
        """Count for `/care status`; `since` is the start of today."""

    def earlier_cases(self, case: Case, limit: int) -> Sequence[int]:
        """Return the numbers of the earlier cases of a case's author on its network, newest first."""

    def history(self, case: Case) -> History:
        """Return what is known of the author besides this case."""

    def heard_from(self, network: str, account: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the newest mention of an account came in, or None."""

    def arrivals(self, network: str, account: str, since_hour: int) -> Mapping[int, int]:
        """Count the mentions of an account by the hour in which they came in, in hours since 1970 UTC."""

    def undecided(self) -> Sequence[int]:
        """Return cases with a submitted draft, and without a promise that leads to a reminder of it."""

    def loose_ends(self, now: datetime) -> LooseEnds:
        """Return forgotten rows, which no job of the desk would process."""

    def measures(self, now: datetime) -> Measures:
        """Return the numbers for monitoring; each costs by what is open."""

    def audit_line(self, case_id: int, position: int) -> Line:
        """Return what happened to a case when it reached a version; raise Unknown."""

    def since_approved(self, case: Case) -> Sequence[Line]:
        """Return the audit lines of a case from its newest approval on, up to the version just read.

        None without an approval, or if the hashes of these lines and of the one before them do not match, or if they
        do not end at the case's version. Terms in an approval from before the key cannot be trusted, and are left
        out.
        """

    # mentions
    def hold_links_back(self) -> None:
        """Let nobody add a post by link until this transaction ends: it may be one of those stored now."""

    def hold_intake_back(self) -> None:
        """Wait for the batches that are being stored, and let no other begin until this transaction ends."""

    def add_mention(self, mention: Mention, at: datetime, case_id: int = 0) -> int:
        """Store a post and return its row, or 0 where it is known already."""

    def mention(self, mention_id: int) -> Mention:
        """Return a stored post; raise Unknown."""

    def mention_of(self, network: str, post_id: str) -> tuple[Mention, int] | None:
        """Return a stored post with its case's number (0: none) by the network's own id, or an earlier one."""

    def mention_of_any(self, network: str, post_ids: Sequence[str]) -> tuple[Mention, int] | None:
        """Return the first stored post that has one of these ids (at most twelve), as `mention_of` does."""

    def renumber_mention(self, mention: Mention, post_id: str, url: str) -> bool:
        """Let a post go by another id and address; its earlier ids lead to it. False: another post has that id."""

    def keep_earlier_id(self, mention: Mention, post_id: str) -> None:
        """Let an id that a post had before lead to it, unless that leads to one already."""

    def has_mentions(self, network: str) -> bool:
        """Return whether any post is stored under that network's name."""

    def identify_mention(self, mention_id: int, post: Mention) -> None:
        """Replace what was known of a post by its link with the post from its network."""

    def move_mentions(self, mention_ids: Sequence[int], case_id: int) -> None:
        """Move posts to another case."""

    def mentions(self, case_id: int) -> Sequence[Mention]:
        """Return a case's posts in the order they were written, ours among them."""

    def change_mention(self, mention_id: int, now_reads: Mention, at: datetime) -> bool:
        """Replace a post's words, photos, stars and moment; False if words, photos and stars are the same.

        False, too, for an edit that is older than the stored one by the moments that their network told.
        """

    def mark_deleted(self, mention_id: int, at: datetime) -> bool:
        """Record that the author deleted the post, and forget a customer's words; False if recorded before."""

    def note_gone(self, network: str, post_id: str, at: datetime) -> None:
        """Remember for some days that a post was deleted that is not known here: it may still come.

        If it came and could not be read, its words are forgotten.
        """

    def gone_among(self, network: str, post_ids: Sequence[str]) -> Collection[str]:
        """Return those of these posts that were deleted before they came."""

    def cursor(self, network: str, account: str, stream: str) -> tuple[str, datetime | None]:
        """Return a stream's cursor, and when it last moved; ("", None) at first."""

    def move_cursor(self, network: str, account: str, stream: str, value: str, at: datetime) -> None:
        """Store a stream's cursor."""

    def add_gap(self, network: str, account: str, why: str, since: datetime, until: datetime) -> bool:
        """Record that posts may be missing; False if that gap is known."""

    # triage
    def put_triage(self, mention_id: int, triage: Triage, at: datetime) -> None:
        """Store a post's triage, replacing an earlier one."""

    def triage(self, mention_id: int) -> Triage | None:
        """Return a post's triage; None for our own posts, and for those from before there was triage."""

    def triages(self, case_id: int) -> Mapping[int, Triage]:
        """Return what a case's posts are taken for, by their rows, in the order they were written."""

    def correct_triage(self, mention_id: int, triage: Triage, by: str, at: datetime) -> None:
        """Put what a person calls a post in the place of what it was taken for, and keep both."""

    def corrections(self) -> Sequence[Correction]:
        """Return people's corrections of triage, most frequent first: each change, with the rule that was wrong."""

    # light mentions: those without a case, each listed by the message of its channel and hour
    def gather_light(self, mention_id: int, kind: Kind, channel: str, hour: datetime, at: datetime) -> None:
        """Add a post to the light lane: the first of an hour requests a message, later ones are added to it."""

    def light(self, mention_id: int) -> LightMention | None:
        """Return what became of a light mention; None for a post that was never one."""

    def light_digest(self, digest_id: int) -> LightDigest:
        """Return a message of the light lane with its counts; raise Unknown."""

    def lights_in(
        self, digest_id: int, state: LightState, *, after: int = 0, limit: int = 10
    ) -> Sequence[LightMention]:
        """Return a message's light mentions in a state, oldest first; `after`: the last row of the page before."""

    def lights_waiting(self, kinds: Collection[Kind], *, after: int = 0, limit: int = 10) -> Sequence[LightMention]:
        """Return the light mentions of all hours that wait for somebody, oldest first."""

    def lights_over(self, kinds: Collection[Kind], before: datetime, limit: int = 100) -> Sequence[LightMention]:
        """Return waiting light mentions whose hour began at `before` or earlier, oldest first."""

    def lights_liking(self, now: datetime, limit: int = 100) -> Sequence[LightMention]:
        """Return the light mentions with a like that was begun, of unknown outcome, and of accounts not held now."""

    def lights_of_author(self, like: Mention, since: datetime, until: datetime) -> Sequence[Mention]:
        """Return the author's posts that wait, in the conversation of a post or written between these moments.

        Only those to the same account, and public or private as that post is.
        """

    def light_count(self) -> int:
        """Return how many light mentions wait for somebody; replayed ones do not count."""

    def decide_light(
        self,
        mention_id: int,
        verb: LightVerb,
        *,
        by: str,
        at: datetime,
        why: str = "",
        case_id: int = 0,
        words: str = "",
    ) -> bool:
        """Decide about a light mention, with its audit line, and redraw its message; False: its state forbids it.

        `words`: digest of the text that is liked.
        """

    def like_tried(self, mention_id: int) -> None:
        """Count a call of a like that is written down; committed before the call."""

    def show_what_grew(self, at: datetime) -> int:
        """Request a redraw of the messages that list more mentions than they show; return how many."""

    def day_end(self, since: datetime) -> DayEnd:
        """Count where the mentions that came in since then ended, and what is left of any day."""

    def redraw_light(self, mention_id: int, at: datetime) -> None:
        """Request a redraw of the message that lists a post; do nothing if the post is not light."""

    # thank-yous: public posts with something good, of people who are owed nothing
    def thank_you_queue(self, since: datetime, *, before: int = 0, limit: int = 10) -> Sequence[int]:
        """Return the rows of undecided ones posted since then, the newest first; `before`: a row."""

    def is_thank_you(self, mention_id: int) -> bool:
        """Return whether a post is one now: public, still there, after our answer, its author owed nothing."""

    def thank_you(self, mention_id: int) -> ThankYou | None:
        """Return what became of one; None: nobody did anything about it."""

    def offered_thank_yous(self, limit: int, but: str = "") -> Sequence[ThankYou]:
        """Return those that wait for a second person, the oldest first; of each list, only what is one now.

        What `but` offered is after all others.
        """

    def offered_thank_you_count(self) -> int:
        """Return how many wait for a second person."""

    def approved_thank_yous(self, *, before: int = 0, limit: int = 10) -> Sequence[ThankYou]:
        """Return those that may be quoted, the newest first; `before`: a row."""

    def thank_yous_of_week(self, week: int, limit: int) -> Sequence[ThankYou]:
        """Return those of a week's message that may be quoted, the oldest first."""

    def thank_yous_that_left(self, week: int, limit: int) -> Sequence[ThankYou]:
        """Return those offered, or approved since a week, whose posts are none any more."""

    def decide_thank_you(
        self, mention_id: int, verb: ThankYouVerb, *, by: str, at: datetime, words: str = "", week: int = 0
    ) -> bool:
        """Decide about one, with its audit line; False: its state forbids it. `words`: digest of what is offered."""

    def hold_like(self, mention_id: int) -> None:
        """Let nobody else begin a like of this post, from either list, until the transaction ends."""

    def begin_thank_you_like(self, mention_id: int, *, by: str, at: datetime, words: str) -> bool:
        """Write down that somebody likes one in these words, by digest; False: a like was begun, or is there."""

    def end_thank_you_like(self, mention_id: int, liked: LikeState, *, by: str, at: datetime, why: str = "") -> bool:
        """Write down what became of a like that was begun; False: none was."""

    def thank_you_like_tried(self, mention_id: int) -> None:
        """Count a call of a like that was begun."""

    def thank_yous_liking(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return the rows of likes that were begun, of unknown outcome, and of accounts not held now."""

    def want_quotes(self, week: int, channel: str, at: datetime) -> None:
        """Request the message of a week's quotes in marketing's channel, or its redraw."""

    def redraw_quotes_with(self, mention_id: int, at: datetime) -> None:
        """Request a redraw of the message that quotes a post; do nothing if none does."""

    # what is set aside with a reason and a term, and posts that are set aside because of who wrote them
    def aside(self, aside_id: int) -> Aside:
        """Return one setting aside of a case; raise Unknown."""

    def asides(self, *, after: int = 0, limit: int = 10) -> Sequence[Aside]:
        """Return those that stand, the newest first, behind the row `after`; 0: from the newest."""

    def ask_aside(self, case: Case, event: Dismissed) -> int:
        """Write down that a second person is to set a case aside like this; return its row, 0 where one is asked."""

    def asides_asked(self, limit: int = 5) -> Sequence[Aside]:
        """Return those that wait for a second person, longest first."""

    def decline_aside(self, aside: Aside, *, by: str, at: datetime) -> bool:
        """Write down that a case is not set aside after all; False where that was decided before."""

    def aside_count(self) -> int:
        """Return how many stand."""

    def aside_of_author(self, network: str, author_id: str, now: datetime) -> Aside | None:
        """Return the one because of which this author's further posts are set aside now, or None."""

    def put_aside(self, mention_id: int, aside: Aside, at: datetime) -> None:
        """Set a post aside because of who wrote it."""

    def aside_post(self, mention_id: int) -> AsidePost | None:
        """Return what became of a post that was set aside because of who wrote it; None for any other."""

    def aside_posts(self, aside_id: int, *, after: int = 0, limit: int = 10) -> Sequence[AsidePost]:
        """Return the posts that are set aside with one, by row, behind the row `after`."""

    def open_aside_post(self, mention_id: int, case_id: int, *, by: str, at: datetime) -> bool:
        """Record that such a post belongs to a case now; False where it did before."""

    # posts whose network is asked once a day whether they were deleted
    def note_posts_to_check(self, networks: Collection[str], since: datetime) -> int:
        """Note down new posts of these networks that are shown; return how many posts were looked at.

        `since`: a post whose case ended before, or that has no case and came before, is not shown.
        """

    def posts_to_check(
        self, network: str, account: str, now: datetime, *, along: timedelta, since: datetime, limit: int
    ) -> Sequence[PostCheck]:
        """Return the posts that are due, with those due within `along`, longest first; none while none is due."""

    def put_off_checks(self, mention_ids: Sequence[int], until: datetime) -> None:
        """Let these posts be due then."""

    def drop_checks(self, mention_ids: Sequence[int]) -> None:
        """Never ask about these posts again, unless their case goes on again."""

    def count_checks(self) -> Mapping[tuple[str, str], int]:
        """Count the posts that are asked about, by network and account."""

    # people who are the same on two networks
    def join_people(self, case: Case, other: Case, *, how: HowKnown, note: str, by: str, at: datetime) -> None:
        """Store that the authors of two cases are one person."""

    def same_people(self, network: str, author_id: str) -> Sequence[SamePerson]:
        """Return the authors on other networks who are the same person as this one, the newest last."""

    def part_people(self, case: Case, other: SamePerson) -> bool:
        """Take the author of a case and another one apart again; False where they were apart before."""

    def public_cases_of(self, network: str, author_id: str, limit: int, *, live: bool = False) -> Sequence[int]:
        """Return an author's newest public cases; `live`: those that go on, oldest first."""

    # impostors of our support
    def is_impostor(self, network: str, author_id: str) -> bool:
        """Return whether a case of this author is set aside as an impostor's."""

    def impostors_beside(self, case: Case) -> Sequence[int]:
        """Return the cases of impostors in the conversation of this one."""

    def written_to(self, case: Case, since: datetime, limit: int) -> Sequence[tuple[int, bool]]:
        """Return the public cases whose customers an author wrote to, live or ended since then, at most `limit`.

        Each with whether it was under a post of that customer, those first, or elsewhere in their conversation.
        """

    def impostor_customers(self, case_id: int) -> Sequence[WroteTo]:
        """Return the customers to whom an impostor's case is linked, each with the state of the newest warning."""

    def set_aside_within(self, since: datetime, until: datetime) -> Sequence[Candidate]:
        """Return what was set aside from one moment until before another, with reasons; nothing replayed."""

    def add_sample(self, month: str, seed: str, some: Sequence[Candidate], of: int, at: datetime) -> int:
        """Keep the sample of a month, once; return its row, 0 where there is one. `of`: how many were set aside."""

    def sample(self, sample_id: int) -> Sample:
        """Return one with its counts; raise Unknown."""

    def newest_sample(self) -> Sample | None:
        """Return the one that was made last, or None."""

    def sample_item(self, item_id: int) -> tuple[SampleItem, int]:
        """Return one of a sample, and the row of the sample; raise Unknown."""

    def open_sample_items(self, sample_id: int, limit: int = 5) -> Sequence[SampleItem]:
        """Return the first ones at which nobody has looked again."""

    def judge_sample_item(self, item_id: int, verdict: SampleVerdict, *, by: str, at: datetime) -> bool:
        """Write down the verdict on one; False where there was one before."""

    # promises
    def reminders_due(self, now: datetime, limit: int = 200) -> Sequence[int]:
        """Return the numbers of cases with a reminder due, longest due first."""

    def owed_cases(self) -> Sequence[int]:
        """Return the numbers of cases with an unsettled promise."""

    def cases_ahead(self, now: datetime) -> Sequence[int]:
        """Return cases with a moment in the past that lies ahead."""

    def leave_no_moment_ahead(self, now: datetime) -> None:
        """Correct moments in the future, everywhere except in the cases themselves."""

    def next_reminder_at(self) -> datetime | None:
        """Return the earliest moment at which any reminder is due."""

    # what our accounts may do now
    def hold_account(self, hold: AccountHold) -> None:
        """Store a hold, unless a longer one stands, and request a redraw of the cards whose reply waits for it."""

    def account_holds(self, network: str, account: str) -> Sequence[AccountHold]:
        """Return the newest hold of each use of an account, also those that are over."""

    def release_account(self, network: str, account: str, now: datetime) -> None:
        """End the holds of an account that was shut out, unless firm, and redraw the cards that waited."""

    # what keeps the desk from sending
    def halts(self) -> Sequence[Halt]:
        """Return the halts that stand; within a transaction none begins before it is committed."""

    def halt(self, halt: Halt) -> bool:
        """Store a halt and redraw the cards whose reply waits for it; return False where it stands already."""

    def end_halt(self, kind: HaltKind, network: str, account: str, now: datetime) -> Halt | None:
        """End a halt and redraw the cards that waited; return it, or None where there was none."""

    def put_off_tellings(self, kinds: Sequence[TellingKind], why: str, now: datetime, until: datetime) -> int:
        """Put off all messages of these kinds that are not posted yet; return how many."""

    # its pages
    def fault(self, *, quickly: bool = False) -> str:
        """Return what of the database is not as it was written, or ""; `quickly`: without its indexes."""

    def page_checksums(self) -> bool | None:
        """Return whether the database checks each page that it reads; None: it has none of its own."""

    @property
    def changed_at_rest(self) -> bool:
        """Return whether the file was changed while no desk ran; False where that is not known."""

    def take_up(self) -> None:
        """Forget what the file was like while no desk ran, since this one works on it now."""

    # epochs: each begins when the database turned out to be an older copy
    def epochs(self) -> Epochs:
        """Return all epochs."""

    def begin_epoch(
        self, halt: Halt, *, why: str, nonce: str, known: Witness | None = None, after: int | None = None
    ) -> Epoch | None:
        """Begin an epoch and halt the desk; whatever is not posted yet is looked for in Slack first.

        `after`: only if this is the number of the present one; None where another desk was first.
        """

    def last_known_at(self) -> datetime | None:
        """Return until when, at least, the database knows what happened; None: nothing did."""

    def highest_telling(self) -> int:
        """Return the highest number of a message."""

    def witness(self, desk: str) -> Witness:
        """Return how far the database has come; `desk`: its id."""

    def desk_line(self, place: int) -> str:
        """Return the hash of a line of the desk's own chain, or ""."""

    def add_charges(self, network: str, account: str, day: date, counts: Mapping[Charge, int]) -> None:
        """Add to how often an account was charged on a day."""

    def charges(self, network: str, account: str, since: date) -> Sequence[ChargeCount]:
        """Return how often an account was charged, or with "" all accounts of the network, by day since then."""

    # drafts to be sent
    def to_send(self, now: datetime) -> Sequence[int]:
        """Return cases whose draft may be sent, first or again; oldest approval first.

        Without those of an account that is held.
        """

    def next_send_at(self) -> datetime | None:
        """Return the earliest moment at which a draft that waits may be sent, or sent again."""

    def sending(self) -> Sequence[int]:
        """Return cases whose draft is in the state `sending`."""

    def to_look_for(self, now: datetime) -> Sequence[int]:
        """Return cases with an unconfirmed reply that is to be looked for now."""

    def next_look_at(self) -> datetime | None:
        """Return the earliest moment of a check for an unconfirmed reply."""

    def waiting_approvals(self) -> Sequence[tuple[int, int, datetime]]:
        """Return case, row and moment of each approval whose draft waits to be sent, first or again."""

    def reminder(self, reminder_id: int) -> Reminder:
        """Return a reminder with the promise that it is about; raise Unknown."""

    def newest_told(self, case_id: int) -> int:
        """Return the row of the newest posted reminder about a case, or 0."""

    def reminders_of(self, promise_id: int) -> Sequence[Reminder]:
        """Return the reminders of a promise, lowest level first."""

    def reminders_in(self, digest_id: int, *, alone: bool = False) -> Sequence[Reminder]:
        """Return the reminders of open promises that a digest shows, worst first.

        The newest list also shows those of the next one, and the reverse; `alone`: only its own.
        """

    def silent_claims(self) -> Sequence[int]:
        """Return the cases with an assignee and without a draft, longest held first."""

    def claim_check(self, check_id: int) -> ClaimCheck:
        """Return a question about a claim; raise Unknown."""

    def last_check(self, case_id: int) -> ClaimCheck | None:
        """Return the newest question about a case's claim."""

    def inquiry(self, inquiry_id: int) -> Inquiry:
        """Return a question to another team; raise Unknown."""

    def inquiries(self, case_id: int) -> Sequence[Inquiry]:
        """Return the questions of a case to other teams, in the order in which they were asked."""

    def overdue_inquiries(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return the questions whose time has passed and whose team was not reminded, longest due first."""

    def hiding(self, hiding_id: int) -> Hiding:
        """Return a wish to hide a post, or to show it again; raise Unknown."""

    def hidings(self, case_id: int) -> Sequence[Hiding]:
        """Return what was wanted of a case's posts, hidden or shown again, in the order in which it was asked."""

    def hidings_to_look(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Return the wishes of unknown outcome for which a network is to be read now, longest due first."""

    def note_hiding_look(self, hiding_id: int, look_at: datetime | None) -> None:
        """Store that a reading told nothing, and when the next one is; None: a person looks."""

    def hidden_posts(self, network: str, since: datetime) -> Collection[str]:
        """Return the ids of the posts that were hidden since then, and are hidden still, as far as is known here."""

    def reminders_told(self, case_id: int) -> int:
        """Return how many reminders about a case were posted separately."""

    def gather(self, person: str, at: datetime) -> int:
        """Return the row of a person's next list of reminders, to be sent; the newest list also shows it."""

    def remind_all(self, happened: Sequence[tuple[Case, Reminded]]) -> None:
        """Record a reminder on each of several cases, all or none; raise Conflict.

        They are in a digest, so none gets a message of its own. A reminder is never refused; it changes only the
        case's version, and its promise.
        """

    # unfinished words of a form
    def save_words(self, case_id: int, by: str, words: Mapping[str, str], at: datetime) -> None:
        """Store somebody's unfinished form, replacing the stored one."""

    def saved_words(self, case_id: int, by: str) -> Mapping[str, str]:
        """Return somebody's unfinished form, or an empty mapping."""

    def words_saved_lately(self, by: str, limit: int) -> Sequence[Mapping[str, str]]:
        """Return somebody's unfinished forms of all cases, the newest first."""

    def machine_words_lately(self, limit: int) -> Sequence[KnownText]:
        """Return the newest versions of drafts, of all cases, that have words of a machine."""

    def drop_words(self, case_id: int, by: str) -> None:
        """Delete somebody's unfinished form."""

    # sentences of sent replies
    def sent_lately(self, said: Sequence[Sentence], since: datetime) -> frozenset[int]:
        """Return the digests of these sentences, ten at most, under which something went out since then."""

    def sentence_went_to(self, case: Case, sentence: Sentence, since: datetime) -> Sequence[str]:
        """Return the ids of other authors to whom this sentence went, 500 at most."""

    def sentences_like(
        self, case: Case, sentence: Sentence, since: datetime
    ) -> Sequence[tuple[str, Sequence[Sentence]]]:
        """Return the sentences of replies to others that begin or end alike, with the author's id."""

    # drafts for several customers
    def add_joint_draft(
        self, case_id: int, drafts: Sequence[int], *, channel: str, by: str, at: datetime, asked: str
    ) -> int:
        """List these drafts in a review message of their own, in `channel` and to the approver; return its row.

        They leave the messages that listed them before. `case_id`: on which the words were written.
        """

    def joint_draft(self, joint_id: int) -> JointDraft:
        """Return a draft for several customers; raise Unknown."""

    def joint_of(self, draft_id: int) -> int:
        """Return the row of the draft for several customers that lists this one, or 0."""

    def siblings(self, case: Case, limit: int) -> Sequence[int]:
        """Return the first going-on cases of other customers under the same public post, oldest first."""

    def siblings_to_answer(self, case: Case, by: str, limit: int, *, held: bool = False) -> Sequence[int]:
        """Return those of them that wait for an answer, have no draft, and are nobody's or this person's.

        `held`: those of other people instead.
        """

    # holding replies
    def add_holding_reply(self, holding: HoldingReply) -> int:
        """Store a storm's words, and want their message; return the row."""

    def machine_words_in_storm(self, storm_id: int, limit: int) -> Sequence[KnownText]:
        """Return the newest drafts of a storm's cases that have words of a machine."""

    def holding_reply(self, holding_id: int) -> HoldingReply:
        """Return one; raise Unknown."""

    def holding_replies(self) -> Sequence[HoldingReply]:
        """Return those that have not ended, oldest first."""

    def pause_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        """Pause one: its drafts are not sent; False where it is paused already."""

    def resume_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        """Let one go on; False where it does already."""

    def end_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        """End one: nothing more is offered; False where it has ended already."""

    def paused_by(self, draft_id: int) -> str:
        """Return who paused the holding reply that a draft belongs to, or ""."""

    def put_holding_case(self, holding_id: int, case: Case, *, draft: int = 0, joint: int = 0, why: str = "") -> None:
        """Store a case's draft and the message that lists it, or `why` it gets none."""

    def holding_case_of(self, holding_id: int, case: Case) -> int:
        """Return another case in which the same customer has a draft of it, or 0."""

    def holding_words(self, holding_id: int) -> Sequence[str]:
        """Return the texts of all its drafts."""

    def live_holding_drafts(self, holding_id: int) -> Sequence[int]:
        """Return its drafts that could still become public and are not being sent."""

    def sent_with_link(self, link: str, since: datetime) -> Sequence[tuple[int, int, str, str]]:
        """Return the public replies of holding replies since then that were approved with this link in them.

        Each as its storm, its case, its network and its post.
        """

    def holding_waits(self, holding_id: int) -> bool:
        """Return whether one of its drafts waits for approval, or for its writer."""

    def holding_candidates(self, holding: HoldingReply, limit: int) -> Sequence[int]:
        """Return the first cases of its audience about which nothing was decided, by number."""

    def holding_progress(self, holding: HoldingReply, limit: int = 10) -> Progress:
        """Return how far one has come, with the first cases that are not told."""

    def move_holding(self, holding_id: int, into: int, at: datetime) -> None:
        """Let a holding reply go on in another storm, and redraw its message."""

    def holding_stuck(self, limit: int) -> Sequence[int]:
        """Return folded cases whose holding reply cannot reach their author; of each storm at most so many in all."""

    def storm_untold(self, storm_id: int, limit: int) -> tuple[Sequence[NotTold], int]:
        """Return the first cases of a storm whose authors no holding reply reached, each with why, and how many."""

    def holding_of(self, draft_id: int) -> HoldingReply | None:
        """Return the holding reply of which a draft was made, or None."""

    def holding_written(self, storm_id: int) -> bool:
        """Return whether a holding reply was written for a storm."""

    def storm_languages(self, storm_id: int, limit: int) -> Sequence[str]:
        """Return the languages of most of a storm's cases, most first."""

    # people
    def put_people(
        self, people: Collection[Teammate], groups: Collection[Group], *, since: Forgettings | None = None
    ) -> None:
        """Store people and groups as read from Slack, replacing the known ones.

        `since`: the value of `forgettings` before the reading; people forgotten during it stay forgotten.
        """

    def forget(self, ids: Collection[str]) -> None:
        """Treat these people and groups as unknown until they are read again; names and members stay for display.

        Slack reports everybody in the workspace; people unknown to the desk are noted only for other desks.
        """

    def forgettings(self) -> Forgettings:
        """Return a mark of what was forgotten so far."""

    def person(self, user: str) -> Teammate | None:
        """Return a person as last read."""

    def people(self) -> Sequence[Teammate]:
        """Return everybody ever read."""

    def groups(self) -> Sequence[Group]:
        """Return the user groups as last read."""

    # unreadable posts: kept raw, never deleted, each settled once
    def quarantine(self, network: str, account: str, unparsed: Unparsed, at: datetime) -> bool:
        """Store an unreadable post or edit raw; False if it is stored already."""

    def unreadable(self, row: int) -> Unreadable:
        """Return an unreadable post; raise Unknown."""

    def unreadable_post(self, network: str, account: str, post_id: str) -> int:
        """Return the row of a post that is stored and not settled, or 0."""

    def unreadables(self, limit: int) -> Sequence[Unreadable]:
        """Return the unreadable posts that are not settled, oldest first."""

    def unreadable_count(self) -> tuple[int, datetime | None]:
        """Return how many unreadable posts are not settled, and since when the oldest is stored."""

    def unsaid_unreadables(self, limit: int) -> tuple[int, int, Sequence[Unreadable]]:
        """Return how many unreadable posts were never reported, the newest one's row, and the first of them."""

    def unreadables_said(self, newest: int, at: datetime) -> None:
        """Record that they were reported, up to this row."""

    def unreadables_to_look_at(self, before: datetime, limit: int) -> Sequence[Unreadable]:
        """Return the unreadable posts never read again, then those not read since `before`."""

    def look_at_all_unreadables(self) -> None:
        """Mark all of them to be read again, since a new version of Heard may understand them."""

    def unreadable_looked_at(self, row: int, unparsed: Unparsed, at: datetime) -> None:
        """Record that reading an unreadable post failed again, with its readable part."""

    def settle_unreadable(self, row: int, how: str, by: str, case_id: int, at: datetime) -> bool:
        """Record how an unreadable post was settled; False if it was settled before."""

    # search
    def find(self, words: str, limit: int = 10, *, private: bool) -> Sequence[Case]:
        """Return cases with a post that has all the words, in its text or its author's handle; newest first.

        A case with the searched number is first. `private`: also search private messages.
        """

    def find_without_case(self, words: str, limit: int = 10, *, private: bool) -> Sequence[int]:
        """Return the rows of posts without a case that hold all the words, as `find` does."""

    def index_words(self, limit: int = 100) -> int:
        """Add the newest posts that are not in the index; return how many."""

    def index_is_behind(self) -> bool:
        """Return whether more posts wait for the index than a search reads by itself."""

    # reports over a period
    def tracks(self, since: datetime, until: datetime, every: int = 1) -> Iterator[Track]:
        """Yield each case with a running promise, or one that was kept, due or dropped in the period, by number.

        `every`: a sample, one case in so many. Few are in memory at a time.
        """

    def tracked(self, since: datetime, until: datetime) -> int:
        """Count the cases of `tracks`; of very many, approximately."""

    def decided(self, since: datetime, until: datetime, now: datetime) -> Sequence[Decided]:
        """Count the promises kept or lapsed in a period by network, segment and assignee at that moment."""

    def kept_and_lapsed(self, since: datetime, until: datetime, now: datetime) -> tuple[int, int]:
        """Count the promises kept in a period, and those that lapsed in it."""

    def lapsed_cases(self, since: datetime, until: datetime, now: datetime, limit: int) -> tuple[int, Sequence[int]]:
        """Return on how many cases a promise lapsed in a period, and the first of them by number."""

    def longest_running(self) -> timedelta:
        """Return the length of the longest running promise; zero without any."""

    def running(self, now: datetime, before: datetime) -> Iterator[RunningPromise]:
        """Yield the running promises that are due from `now` until before that moment."""

    def count_solo(self, since: datetime, until: datetime) -> int:
        """Count the solo replies sent in a period."""

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
        """Return the row after which the public's posts since then begin."""

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
        """Add further cases to a spike, and store the traits by which it is known now."""

    def end_spike(self, spike_id: int, at: datetime) -> bool:
        """Record that a spike is over; False if it was recorded before."""

    def spikes(self, since: datetime) -> Sequence[Spike]:
        """Return the spikes that go on, and those that ended since then, in the order they were noticed."""

    def spike_cases(self, spike_id: int) -> Sequence[int]:
        """Return the cases of a spike."""

    def spike_folded(self, spike_id: int) -> Mapping[int, int]:
        """Return how many cases of a spike are folded into which storm, most first."""

    def spike_people(self, spike_id: int) -> int:
        """Return how many people wrote the cases of a spike."""

    def loudest_in(self, spike_id: int, limit: int) -> Sequence[Heard]:
        """Return a spike's public posts that are not deleted; those whose author has most followers come first."""

    # requests for approval, each with what ended it, and the versions that they are about
    def ask(self, ask_id: int) -> Ask | None:
        """Return one request, or None."""

    def asks_of(self, draft_id: int) -> Sequence[Ask]:
        """Return the requests about a draft, oldest first."""

    def version(self, draft_id: int, version: int) -> tuple[str, tuple[str, ...]]:
        """Return the words of one version of a draft and who wrote them; nothing where there is no such version."""

    # replies that nobody else approved
    def solo_unread(self, *, by: str = "", limit: int = 20) -> Sequence[SoloReply]:
        """Return the solo replies that no lead has read, oldest first; `by`: only that person's."""

    def solo_reply(self, approval_id: int) -> SoloReply:
        """Return one sent solo reply, read or not; raise Unknown."""

    def solo_count(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Count the solo replies approved in a period and sent, and those of them that nobody has read."""

    # who is on: their own changes, swaps, and handovers
    def put_shift_change(self, change: ShiftChange) -> None:
        """Store somebody's change to on or off, replacing their earlier one."""

    def shift_changes(self) -> Sequence[ShiftChange]:
        """Return the newest change of everybody who ever made one."""

    def cases_held(self) -> Mapping[str, int]:
        """Return how many cases that wait for us each person holds; people without one are left out."""

    def add_swap(self, swap: Swap) -> Swap | None:
        """Store a swap and ask it by direct message; None if that turn is asked for or given already."""

    def decide_swap(self, swap_id: int, state: SwapState, at: datetime) -> bool:
        """Store the result of a swap, and tell both people; False if it was decided before."""

    def swap(self, swap_id: int) -> Swap:
        """Return a swap; raise Unknown."""

    def swaps(self, since: datetime) -> Sequence[Swap]:
        """Return the open and accepted swaps of turns that end after `since`, earliest turn first."""

    def write_handover(
        self, ended_at: datetime, left: Collection[tuple[int, str]], channel: str, at: datetime
    ) -> int:
        """Store a handover, the cases and assignees at the end of a turn, and post it; return its row."""

    def renew_handovers(self, person: str, at: datetime) -> None:
        """Redraw the handovers with a case of this person, who came on or went off."""

    def handover(self, handover_id: int) -> Handover:
        """Return a handover; raise Unknown."""

    def handed_over(self, person: str, since: datetime, until: datetime) -> bool:
        """Return whether somebody has a handover within these moments, both included."""

    # messages in Slack: place, shown version, and attempts
    def to_tell(self, now: datetime, limit: int = 50) -> Sequence[Telling]:
        """Return messages that show an old version, most urgent first; messages in a thread only after their card."""

    def heads(self, now: datetime, *, by_age: bool = False) -> Sequence[Telling]:
        """Return for each channel or person the most urgent message to post, and the most urgent to redraw.

        `by_age`: the longest waiting instead. Messages put off until `now` are included again.
        """

    def last_told(self, recipient: str) -> datetime | None:
        """Return when the newest message to a person, or addressed to a channel, was posted or begun."""

    def list_told_at(self, recipient: str) -> tuple[int, datetime] | None:
        """Return the row of a person's newest list of reminders, and when it was sent; None without one."""

    def next_list(self, recipient: str) -> int:
        """Return the row of a person's list of reminders that was not sent yet; 0 without one."""

    def reminded_lately(self, recipient: str, since: datetime, now: datetime, most: int) -> int:
        """Count a person's direct reminders since then, and the open ones of a list sent since; at most `most`."""

    def tells_urgent_lapse(self, telling: Telling) -> bool:
        """Return whether a waiting message is about the lapse of an urgent case."""

    def put_together(self, telling: Telling, at: datetime, *, flood: bool = False) -> Telling | None:
        """Put a waiting message and others for its recipient into one digest and return it; None for a single one.

        In a flood a reminder is put into the next list with other reminders only, and alone too; other messages are
        put together without reminders. Beyond QUESTIONS, messages other than reminders wait for the next digest.
        """

    def messages_in(self, digest_id: int) -> Sequence[Telling]:
        """Return the messages of a digest that are no reminders, earliest due first."""

    def backlog(self, room: str) -> Backlog:
        """Return the messages that wait to be posted in a channel; counted up to COUNTED."""

    def paced_count(self) -> int:
        """Return how many messages wait; a very large number is not counted to its end."""

    def waiting_their_minute(self, since: datetime) -> int:
        """Count the messages for those who were sent one after `since`; a great many are not all counted."""

    def put_off(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages wait to be tried again, by channel or person, and by Slack's error code."""

    def outbox(self, limit: int = 30) -> Outbox:
        """Return unsent messages, begun ones first, then by urgency; and all unsent replies."""

    def telling(self, telling_id: int) -> Telling:
        """Return a telling; raise Unknown."""

    def telling_of(self, channel: str, ts: str) -> Telling | None:
        """Return the telling behind a Slack message."""

    def newest_news(self, case_id: int, recipient: str) -> int:
        """Return the case version of the newest news for a person, or 0."""

    def card(self, case_id: int) -> Telling | None:
        """Return the telling of a case's card."""

    def telling_started(self, telling_id: int, at: datetime) -> None:
        """Record that a post begins; committed before the call."""

    def mark_told(
        self,
        telling_id: int,
        channel: str,
        ts: str,
        shown: int,
        at: datetime | None = None,
        *,
        drawn: int = NEWEST,
    ) -> None:
        """Record the version that Slack shows; for a new message also its place.

        `drawn`: Telling.anew when it was drawn. What asked for a redraw since then is drawn once more.
        """

    def gone(self, telling_id: int, ts: str) -> None:
        """Record that somebody deleted the message, so that it is posted again."""

    def mark_not_told(
        self,
        telling_id: int,
        retry_at: datetime | None,
        *,
        give_up: bool = False,
        tried: int = NEWEST,
        drawn: int = NEWEST,
        refused: bool = True,
        why: str = "",
    ) -> None:
        """Record that nothing was posted; with `give_up` it is not tried again until its case changes.

        A version newer than the one `tried`, or a redraw requested since `drawn` (see mark_told), neither waits nor
        is given up. Only a message that Slack `refused` counts as a try; `why` is its error code.
        """

    def rooms_in_use(self) -> Sequence[str]:
        """Return the channels of cases with a running promise."""

    def hide_words_in(self, channel: str, *, anew: bool) -> int:
        """Request that all messages in a channel are redrawn without their words; return how many still show them.

        Messages that Slack refused to redraw are tried again only with `anew`.
        """

    def show_words_in(self, channel: str, *, was_hidden: bool) -> None:
        """Request that messages of a channel without their words are redrawn in full.

        `was_hidden`: also those that may lose their words at this moment.
        """

    def begun_tellings(self) -> Sequence[Telling]:
        """Return posts that were begun and whose outcome is unknown, longest ago first."""

    def notice(
        self, key: str, channel: str, said: Said, at: datetime, offers: str = "", *, people: Sequence[str] = ()
    ) -> bool:
        """Queue a sentence about the desk for a channel, once per key; False if the key is known.

        Text in `said` is shown as plain text: it cannot contain a moment, a mention or a link.
        `offers` names the button under it, if any. With `people` it goes to each of them by direct message instead.
        """

    def shared_answer(self, key: str, channel: str, said: Said, at: datetime) -> int:
        """Record that an answer is posted to a channel; return its telling.

        `said` replaces it when its words are hidden.
        """

    def notice_anew(self, key: str, said: Said, at: datetime, *, settled: bool = False) -> bool:
        """Replace the sentence of a key, and redraw its message; return whether Slack has it already.

        `settled`: nothing is left to do, so its button goes. Do nothing for an unknown key.
        """

    def notices_settled(self, offers: str, said: Said, at: datetime) -> None:
        """Replace every notice with this button by one that nothing is left to do, without the button."""

    def notice_offers(self, notice_id: int) -> str:
        """Return the button of a notice, or ""; raise Unknown."""

    def notice_key(self, notice_id: int) -> str:
        """Return the key of a notice, or "" where there is none."""

    def notice_sentence(self, notice_id: int) -> str:
        """Return the sentence of a notice in plain words; raise Unknown."""

    def notice_pieces(self, notice_id: int) -> Sequence[Piece]:
        """Return the sentence of a notice in pieces, empty where an earlier version wrote it; raise Unknown."""

    # the desk itself
    def note(self, verb: str, by: str, at: datetime, facts: Mapping[str, object]) -> None:
        """Write a line about the desk (not a case) into the audit trail."""

    def audit(self, chain: str) -> Sequence[Line]:
        """Return the lines of a chain ("case:412" or "desk") in order."""

    def is_whole(self, chain: str) -> bool:
        """Return whether a chain ("case:412" or "desk") exists and all its hashes match.

        One query over the chain's lines. `prove` finds lines that are missing at the end.
        """

    def broken_chains(self) -> Sequence[str]:
        """Return the chains whose hashes do not match, or that end before their case's version. Reads every line."""

    def trail_seal(self) -> TrailSeal:
        """Return the seal and the head that was told, without reading the lines."""

    def prove(self, progress: Callable[[int, int], object] = ...) -> TrailProof:
        """Compare the whole trail at this moment with its seal. Reads all lines ever written.

        `progress` is called now and then with the numbers of read and sealed lines.
        """

    def tell_head(self, day: date, at: datetime) -> TrailHead:
        """Record the trail's head at the end of a day in the trail, and return it, to be kept outside.

        One head is over a bounded number of chains; `goes_on` says that there are more, for a further head.
        """

    def read_trail_ahead(self) -> bool:
        """Read some lines of the trail for the next head, in a short transaction; return whether more wait."""

    def setting(self, key: str, default: str = "") -> str:
        """Return a stored setting of the desk (never a secret of others)."""

    def put_setting(self, key: str, value: str) -> None:
        """Store a setting of the desk."""

    # running desks
    def renew_lease(self) -> None:
        """Stay among the running desks; call it several times within a lease.

        After the lease was lost this process is registered anew; what it began before is refused as LeaseLost.
        """

    def lease_left(self) -> float:
        """Return the seconds until another desk may take over what this one does; infinite where it is alone."""

    def turn(self, name: str, *, keep: bool = False) -> AbstractContextManager[Turn | None]:
        """Do a piece of work that one desk does at a time within this; None while another one, or a thread, has it.

        `keep`: keep it for further rounds. This thread's writes within this are refused as LeaseLost once it is lost.
        """

    def claim(self, name: str) -> Turn | None:
        """Take such a piece of work until `drop`, for any thread; None while another has it. No write is refused."""

    def drop(self, turn: Turn) -> None:
        """Give back what was claimed; never raises."""

    def holder(self, name: str) -> Holder:
        """Return who has a piece of work in hand. Where this process is alone, it is always US."""

    def tell_desks(self, topic: str) -> None:
        """Tell the other running desks, after this thread's transaction if there is one."""

    def told_by_desks(self, within: float) -> Sequence[str]:
        """Return what other desks told since the last call, each topic once; wait at most so many seconds for one.

        Every commit that leaves work tells "work". A message can be lost with its connection. Raises OutOfService.
        """

    def running_desks(self) -> Sequence[RunningDesk]:
        """Return the running desks, longest first; none where this process is alone with its database."""

    def answer_desks(self, answer: str) -> None:
        """Leave an answer for the desk that asked all of them, in place of the one before."""

    def answers_of_desks(self) -> Mapping[str, str]:
        """Return the last answer of every other running desk, by its name; "" where it left none."""

    def own_name(self) -> str:
        """Return the name of this process among the running desks; "" where it is alone with its database."""

    def clock_behind(self, now: datetime) -> timedelta:
        """Return how far this clock is behind that of the database, which all share; none where it is alone."""

    def note_own_troubles(self, troubles: Sequence[str]) -> None:
        """Let the other desks know what this one's own workers and connections ail from."""

    # the calls to Slack of all desks
    def alone_with_slack_calls(self) -> None:
        """Wait, within a transaction, until no other desk counts a call, and keep others from it."""

    def note_slack_call(self, kind: str, room: str, wait: float = 0.0) -> None:
        """Count a call to Slack, or a wait that it asked for, in real seconds."""

    def slack_calls(self, after: int) -> Sequence[SlackCall]:
        """Return the calls of the last two minutes after a row, in their order."""
