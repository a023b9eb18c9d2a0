"""The whole store: all groups of queries over one engine, and how to open it from its address."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from storage.accounts.charges import Charges
from storage.accounts.holds import AccountHolds
from storage.audit.key import KeyFile
from storage.audit.proofs import ProofQueries
from storage.audit.unlocking import recognise, unlock
from storage.backups.epochs import EpochShelf
from storage.cases.cases import Cases
from storage.cases.inquiries import Inquiries
from storage.cases.lists import Overview
from storage.cases.loose_ends import Auditor
from storage.cases.measures import Monitored
from storage.cases.queue import Queue
from storage.cases.same_people import SamePeople
from storage.cases.search import CaseSearch
from storage.desks.leases import Leases
from storage.desks.slack_calls import SlackCalls
from storage.do_not_feed.asides import Asides
from storage.do_not_feed.impostors import Impostors
from storage.do_not_feed.samples import Samples
from storage.engine.at_rest import beside
from storage.engine.base import CONNECTIONS, LEASE, Engine
from storage.engine.clock_set_back import Rewound
from storage.engine.refusals import NotOurs
from storage.engine.schema import Schemas
from storage.erasure.erased_list import ErasedShelf
from storage.erasure.erasures import Erasures
from storage.exports.tables import Exporting
from storage.home.inbox import Inboxes
from storage.light_lane.light_lane import LightLane
from storage.light_lane.thank_yous import ThankYous
from storage.mentions.day_ends import DayEnds
from storage.mentions.hidings import Hidings
from storage.mentions.mentions import Mentions
from storage.mentions.post_checks import PostChecks
from storage.mentions.unreadable import Quarantine
from storage.promises.counted import Counted
from storage.promises.promises import Promises
from storage.promises.report import PromiseReports
from storage.reminders.claim_checks import ClaimChecks
from storage.reminders.reminders_at_once import Gathered
from storage.replies.drafts import Drafts
from storage.replies.joint_drafts import JointDrafts
from storage.replies.past_replies import PastReplies
from storage.replies.requests import Asks
from storage.replies.saved_words import SavedWords
from storage.replies.sent_sentences import SentSentences
from storage.replies.solo import SoloReplies
from storage.replies.statements import Statements
from storage.replies.template_versions import TemplateVersions
from storage.slack.digests import Digests
from storage.slack.notices import Notices
from storage.slack.outbox import Outgoing
from storage.slack.shared_channels import SharedChannels
from storage.slack.signed_requests import Requests
from storage.slack.tellings import Tellings
from storage.slack.waiting_lists import WaitingLists
from storage.storms.holding_replies import HoldingReplies
from storage.storms.sight import StormSight
from storage.storms.spikes import SpikeShelf
from storage.storms.storms import StormShelf
from storage.storms.usual import Usual
from storage.team.directory import Directory
from storage.team.shifts import Shifts
from storage.team.swaps import Swaps
from storage.triage.triage import Triaged

_SETTING = "SELECT value FROM settings WHERE key = :key"
_PUT_SETTING = """INSERT INTO settings (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


class SqlStore(
    Cases,
    ClaimChecks,
    Inquiries,
    Hidings,
    Drafts,
    PastReplies,
    TemplateVersions,
    Statements,
    Asks,
    JointDrafts,
    HoldingReplies,
    SoloReplies,
    Mentions,
    PostChecks,
    AccountHolds,
    EpochShelf,
    Erasures,
    ErasedShelf,
    Charges,
    LightLane,
    ThankYous,
    Asides,
    SamePeople,
    Impostors,
    Samples,
    DayEnds,
    Quarantine,
    Triaged,
    Promises,
    Tellings,
    WaitingLists,
    Digests,
    Notices,
    SharedChannels,
    Gathered,
    Outgoing,
    Directory,
    SavedWords,
    SentSentences,
    Shifts,
    Swaps,
    Requests,
    Rewound,
    Overview,
    Queue,
    Inboxes,
    CaseSearch,
    PromiseReports,
    Counted,
    Usual,
    SpikeShelf,
    StormShelf,
    StormSight,
    Auditor,
    Leases,
    SlackCalls,
    ProofQueries,
    Monitored,
    Schemas,
    Exporting,
):
    """The Store port over SQL. Threads share it; each has its own connection and transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def transaction(self) -> AbstractContextManager[None]:
        return self.engine.transaction()

    def when_kept(self, wake: Callable[[], object]) -> None:
        """Call `wake` after each commit that leaves work: a message, a reply or a reminder."""
        self.engine.wakes = wake

    def rest(self) -> None:
        """Close this thread's connection until it needs one again; within a transaction it does nothing."""
        self.engine.rest()

    def when_waited(self, seconds: Callable[[], float], waited: Callable[[float], object]) -> None:
        """Call `waited` with the real seconds that each transaction waited for its turn; `seconds` counts them."""
        self.engine.timed = (seconds, waited)

    def setting(self, key: str, default: str = "") -> str:
        row = self.engine.row(_SETTING, {"key": key})
        return row[0] if row else default

    def put_setting(self, key: str, value: str) -> None:
        with self.engine.transaction():
            self.engine.run(_PUT_SETTING, {"key": key, "value": value})

    def fault(self, *, quickly: bool = False) -> str:
        return self.engine.fault(quickly=quickly)

    def page_checksums(self) -> bool | None:
        return self.engine.page_checksums()

    @property
    def changed_at_rest(self) -> bool:
        return self.engine.changed_at_rest

    def take_up(self) -> None:
        self.engine.take_up()

    def close(self) -> None:
        """Close every thread's connection and unlock the database."""
        self.engine.close()


def open_store(
    address: str,
    *,
    synchronous: str = "FULL",
    read_only: bool = False,
    key_file: Path | None = None,
    seal_anew: bool = False,
    name: str = "desk",
    seconds: Callable[[], float] = float,
    lease: float = LEASE,
    most: int = CONNECTIONS,
) -> SqlStore:
    """Open the store at `sqlite:///path` or `postgresql://...` and bring its schema up to date.

    `synchronous`: FULL, or OFF when losing the last commits in a power cut does not matter.
    `key_file`: the file with the key of the desk's audit trail; the database is locked for that
    desk unless `read_only`. `seal_anew`: seal the trail as it is now, because its key is lost or its seal is broken.
    `name`: of the desk, for people. `seconds` counts real time, for the desk's lease of so many seconds.
    `most`: connections to a server.
    Raises a Refusal with a sentence (AlreadyOpen, NewerDatabase, EditedMigration, NotOurs, KeyUnusable), or
    OutOfService.
    """
    kept = beside(key_file) if key_file and not read_only else None
    engine = engine_at(address, synchronous, read_only=read_only, kept=kept, lease=lease, most=most)
    try:
        if not engine.changed_at_rest:
            engine.take_up()
        engine.migrate()
        if key_file and not read_only:
            engine.occupy(name, seconds)
        if read_only and key_file:
            recognise(engine, KeyFile(key_file))
        elif not read_only:
            unlock(engine, KeyFile(key_file) if key_file else None, anew=seal_anew)
    except BaseException:
        engine.close()
        raise
    return SqlStore(engine)


def engine_at(
    address: str,
    synchronous: str = "FULL",
    *,
    read_only: bool = False,
    kept: Path | None = None,
    lease: float = LEASE,
    most: int = CONNECTIONS,
) -> Engine:
    """Return the engine of an address; raise NotOurs. `kept`: where the digest of a file at rest is kept."""
    scheme, _, rest = address.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from storage.engine.sqlite import SqliteEngine  # noqa: PLC0415 - only the engine in use is loaded

        return SqliteEngine(Path(rest[1:]), synchronous=synchronous, read_only=read_only, kept=kept)
    if scheme in {"postgresql", "postgres"}:
        try:
            from storage.engine.postgres import PostgresEngine  # noqa: PLC0415 - psycopg is an extra
        except ModuleNotFoundError:
            raise NotOurs("PostgreSQL needs one more package here: pip install 'heard[postgres]'.") from None
        return PostgresEngine(address, synchronous=synchronous, read_only=read_only, lease=lease, most=most)
    raise NotOurs("That is no address of a database. Use sqlite:///path/to/heard.db or postgresql://host/name.")
