"""What the configuration decides about work at the desk: who, where to, within how long, and what is open to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.segments import Segment
from bot.domain.promises.promise import DeskHours
from bot.domain.reminders.recipients import ReminderRules
from bot.domain.replies.solo import LaneRule
from bot.domain.team.people import Roster
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.domain.triage.vocabulary import Vocabulary


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
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
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
