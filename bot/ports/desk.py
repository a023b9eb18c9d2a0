"""The tray that every use case works from: ports, policy and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.base.repeated_failures import Broken
from bot.domain.mentions.mention import PostRef
from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.segments import Segment
from bot.domain.promises.promise import DeskHours
from bot.domain.reminders.recipients import ReminderRules
from bot.domain.replies.solo import LaneRule
from bot.domain.slack.shared_channels import Rooms
from bot.domain.team.people import Roster
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.ports.chat import Chat
from bot.ports.network import Network
from bot.ports.store import Store
from bot.ports.words import Templates


class Clock(Protocol):
    """Desk time and pace time (ARCHITECTURE 6); chosen in app.py."""

    def now(self) -> datetime:
        """Return desk time, aware UTC."""

    def pace(self) -> float:
        """Return pace time in seconds, monotonic: rate buckets, back-off, leases."""

    def real_seconds(self, pace_seconds: float) -> float:
        """Return how long to wait in real seconds for a stretch of pace (or desk) time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a mention goes and how much it matters. The first route that fits decides."""

    channel: str
    networks: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    segments: frozenset[str] = frozenset()
    topic: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """Within how long something is promised; the most specific rule that fits decides."""

    within: timedelta
    kind: str = ""  # of the promise; empty: the first answer and the next ones alike
    network: str = ""
    priority: str = ""
    channel: str = ""
    segment: str = ""

    @property
    def names(self) -> Mapping[str, str]:
        """Return what the rule names, and with which value."""
        names = ("kind", "network", "priority", "channel", "segment")
        said: dict[str, str] = {name: getattr(self, name) for name in names}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the configuration decides about work at the desk."""

    brand: str
    channel: str  # where a mention goes that no route catches
    leads_channel: str  # where the desk speaks about itself
    roster: Roster
    hours: DeskHours
    turnarounds: Sequence[Turnaround]
    segments: Sequence[Segment] = ()
    routes: Sequence[Route] = ()
    safety: SafetyRule = field(default_factory=SafetyRule)
    four_eyes: bool = True
    closes_after: timedelta = timedelta(days=7)
    sends: bool = True  # the kill switch: False holds every reply
    shared_channels: bool = False  # whether other companies may read along
    slack_url: str = ""  # https://northwind.slack.com, for links; empty: the desk's workspace_url
    allowed_links: frozenset[str] = frozenset()
    published: str = ""  # what the brand's profile says of our hours
    shifts: Sequence[Shift] = ()
    skills: Sequence[Skill] = ()
    gives_out: bool = False  # a new case is given to somebody who is on
    reminders: ReminderRules = field(default_factory=ReminderRules)
    solo: Sequence[LaneRule] = ()  # what is open while nobody else can approve

    @property
    def route_languages(self) -> Sequence[str]:
        """Return the languages that routes name, each once, in order."""
        return list(dict.fromkeys(code for one in self.routes for code in sorted(one.languages)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The tray a use case works from."""

    store: Store
    chat: Chat
    networks: Mapping[tuple[str, str], Network]  # by (network, account)
    templates: Templates
    clock: Clock
    policy: Policy
    secret: bytes  # signs the values of our buttons
    workspace_url: str = ""  # as Slack itself says it, where the configuration does not
    broken: Broken = field(default_factory=Broken)  # what fails for a reason nobody foresaw
    rooms: Rooms = field(default_factory=Rooms)  # what is known of channels, since the start
    seen_on: set[str] = field(default_factory=set)  # who was on at the last look, since the start
    turns: dict[str, int] = field(default_factory=dict)  # where the next look of a sweep begins
    given_at: dict[int, float] = field(default_factory=dict)  # by approval's row: at which pace it was given

    def take_over(self, policy: Policy) -> None:
        """Work by this policy from now on; everything else stays as long as the desk runs."""
        object.__setattr__(self, "policy", policy)

    @property
    def sends(self) -> bool:
        """Tell whether anything may go out: not where it is switched off, nor while Slack shuts us out."""
        return self.policy.sends and not self.chat.shut_out

    def network(self, ref: PostRef) -> Network | None:
        """Return the network behind a post, or None where it is no longer configured."""
        return self.networks.get((ref.network, ref.account))
