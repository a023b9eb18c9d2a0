"""The configuration as domain values: routes, turnarounds, people and their rights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.accounts.spending import SpendingPolicy
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.inquiry import OtherTeam
from bot.domain.do_not_feed.aside import FeedPolicy
from bot.domain.erasure.retention import RetentionPolicy
from bot.domain.light_lane.light_mention import LightPolicy
from bot.domain.mentions.deletion_checks import DeletionPolicy
from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.segments import Segment
from bot.domain.promises.promise import DeskHours
from bot.domain.reminders.recipients import ReminderPolicy
from bot.domain.replies.solo import LaneRule
from bot.domain.storms.storm import StormPolicy
from bot.domain.team.people import Roster
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.domain.triage.language import Guess, nobody_guesses
from bot.domain.triage.rules import TriageRule
from bot.domain.triage.vocabulary import Vocabulary
from bot.domain.triage.weighing import Weights

if TYPE_CHECKING:
    from bot.domain.replies.suggestion import SuggestionPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The channel and priority of a mention. The first route that matches decides."""

    channel: str
    networks: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()  # names of ours
    languages: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    segments: frozenset[str] = frozenset()
    topic: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """The rules for one of our own accounts: its name, its brand, and who of the approvers lets its replies out."""

    name: str
    brand: str = ""  # empty: the desk's
    token_until: datetime | None = None  # as a person wrote it down, where the network does not tell
    approvers: frozenset[str] = frozenset()  # people and groups; empty: every approver
    numbers_parts: bool = False  # whether each part of a long reply ends with its number: "1/2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """The length of a promise; the most specific rule that matches decides."""

    within: timedelta
    kind: str = ""  # of the promise; empty: the first answer and the next ones alike
    network: str = ""
    account: str = ""  # the name of one of ours
    priority: str = ""
    channel: str = ""
    segment: str = ""

    @property
    def names(self) -> Mapping[str, str]:
        """Return the conditions of the rule: name and value."""
        names = ("kind", "network", "account", "priority", "channel", "segment")
        said: dict[str, str] = {name: getattr(self, name) for name in names}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole configuration, as the desk works by it."""

    brand: str
    channel: str  # for a mention that no route matches
    leads_channel: str  # for messages about the desk itself
    roster: Roster
    hours: DeskHours
    turnarounds: Sequence[Turnaround]
    accounts: Mapping[tuple[str, str], OwnAccount] = field(default_factory=dict)  # by (network, account)
    segments: Sequence[Segment] = ()
    routes: Sequence[Route] = ()
    safety: SafetyRule = field(default_factory=SafetyRule)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    triage_rules: Sequence[TriageRule] = ()
    guess: Guess = nobody_guesses  # the language of a text
    weights: Callable[[], Weights] | None = (
        None  # of the clues to kinds, read for the first post; None: only words count
    )
    four_eyes: bool = True
    closes_after: timedelta = timedelta(days=7)
    sends: bool = True  # False: no reply is sent
    shared_channels: bool = False  # whether channels shared with other companies may be used
    slack_url: str = ""  # https://northwind.slack.com, for links; empty: the desk's workspace_url
    allowed_links: frozenset[str] = frozenset()
    may_repeat: tuple[str, ...] = ()  # sentences that are meant to repeat, such as a legal line
    own_numbers: frozenset[str] = frozenset()  # numbers and addresses of ours, which replies may show
    phone_countries: tuple[str, ...] = ()  # whose phone numbers are known without their prefix: "GB"
    published: str = ""  # the sentence on our hours in the brand's profile
    shifts: Sequence[Shift] = ()
    skills: Sequence[Skill] = ()
    gives_out: bool = False  # a new case is given to somebody who is on
    reminders: ReminderPolicy = field(default_factory=ReminderPolicy)
    other_teams: Sequence[OtherTeam] = ()  # the teams that can be asked about a case
    light: LightPolicy = field(default_factory=LightPolicy)
    storms: StormPolicy = field(default_factory=StormPolicy)
    do_not_feed: FeedPolicy = field(default_factory=FeedPolicy)
    deletions: DeletionPolicy = field(default_factory=DeletionPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    spending: SpendingPolicy = field(default_factory=SpendingPolicy)
    suggestions: "SuggestionPolicy | None" = None  # of which cases a machine may be told; None: of none
    statements_stale_after: timedelta = timedelta(hours=4)  # without a decision
    order_numbers: tuple[str, ...] = ()  # their shapes, with # for each digit: "NW-#####"
    solo: Sequence[LaneRule] = ()  # the lanes that are open while nobody else can approve
    daily_note: bool = True  # whether the leads' channel is told every day how it went
    daily_note_at: time | None = None  # of the local day; None: when the desk closes

    def account_name(self, network: str, account: str) -> str:
        """Return what rules call one of our accounts; "" for one that is not configured."""
        own = self.accounts.get((network, account))
        return own.name if own else ""

    def brand_of(self, network: str, account: str) -> str:
        """Return the name by which customers know one of our accounts."""
        own = self.accounts.get((network, account))
        return (own.brand if own else "") or self.brand

    def token_until(self, network: str, account: str) -> datetime | None:
        """Return until when the token of one of our accounts is good, as a person wrote it down."""
        own = self.accounts.get((network, account))
        return own.token_until if own else None

    @property
    def route_languages(self) -> Sequence[str]:
        """Return the languages that routes name, each once, in order."""
        return list(dict.fromkeys(code for one in self.routes for code in sorted(one.languages)))
