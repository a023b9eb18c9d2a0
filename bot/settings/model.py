"""Every key of heard.toml, with its meaning and its default."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from bot.domain.cases.case import Priority
from bot.domain.light_lane.light_mention import Way
from bot.domain.mentions.safety import TOPIC
from bot.domain.triage.triage import Urgent
from bot.settings.accounts import NetworkName, id_of_kind, networks_in_words, options_of_kind
from bot.settings.backup import BackupSection
from bot.settings.customers import CustomersSection
from bot.settings.deletions import DeletionsSection
from bot.settings.do_not_feed import DoNotFeedSection
from bot.settings.health import HealthSection
from bot.settings.log import LogSection
from bot.settings.other_teams import OtherTeamRule
from bot.settings.replies import RepliesSection
from bot.settings.retention import RetentionSection
from bot.settings.segments import SegmentRule
from bot.settings.spending import SpendingSection
from bot.settings.storms import StormsSection
from bot.settings.suggestions import SuggestionsSection
from bot.settings.triage_rules import TriageSection
from bot.settings.values import (
    READERS,
    WEEKDAYS,
    Address,
    Channel,
    Database,
    Filled,
    Folder,
    Length,
    NoteTime,
    Periods,
    PersonId,
    PublicHolidays,
    ReaderId,
    SecretEnding,
    Section,
    SegmentName,
    Share,
    Small,
    Some,
    Weekday,
    Word,
    Zone,
    fault,
)
from bot.settings.walls import WallsSection
from bot.settings.webhooks import StatementSourceRule, WebhooksSection

DAYS = WEEKDAYS
Answering = Literal["first_response", "next_response", "resolution"]
USUALLY_WITHIN = timedelta(hours=1)


def _somebody(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise fault(
            "Nobody is named here, so no reply could ever go out.",
            "Name at least two people (U...), or one user group (S...).",
        )
    return value


class DeskSection(Section):
    """The desk itself."""

    brand: Filled = Field(description="The name customers know you by; replies are signed with it.")
    zone: Zone = Field(ZoneInfo("UTC"), description="The desk's time zone, for times said in words.")
    state_dir: Folder = Field(
        Path("state"), description="Where the desk keeps its files; relative to the file itself, and private (0700)."
    )
    database: Database = Field("", description="postgresql://..., or empty for a SQLite file in state_dir.")
    database_connections: Annotated[StrictInt, Field(ge=5, le=100)] = Field(
        10, description="PostgreSQL only: the most connections that one desk opens, 5 to 100."
    )
    sends: StrictBool = Field(
        default=True, description="false holds every public reply: the desk works, but nothing goes out."
    )
    closes_after: Length = Field(
        timedelta(days=7), description="How long a solved case stays open for a further post of its author."
    )
    allowed_links: tuple[Small, ...] = Field(
        (),
        description="Hosts that replies may link to without a remark, such as help.northwind.example.",
    )
    poll_every: Annotated[StrictInt, Field(ge=5, le=300)] = Field(
        20, description="Seconds between two readings of a network while little comes, 5 to 300; in a storm fewer."
    )
    heartbeat_url: Address | Literal[""] = Field(
        "", description="An address that is asked for every minute while all is well; when that stops, look."
    )


class SlackSection(Section):
    """The connection to Slack, and the channels of the desk."""

    mode: Literal["socket", "http"] = Field(
        "socket", description="socket needs no public address; http takes Slack's signed requests through your proxy."
    )
    host: Filled = Field("127.0.0.1", description="http only: the address to listen on.")
    port: Annotated[StrictInt, Field(ge=1, le=65_535)] = Field(3000, description="http only: the port to listen on.")
    channel: Channel = Field(description="Where a mention goes that no route catches.")
    leads_channel: Channel = Field(description="Where the desk speaks about itself, and where leads are drawn in.")
    shared_channels: StrictBool = Field(
        default=False, description="true allows channels that are shared with another company, who then reads along."
    )
    url: Address | Literal[""] = Field(
        "", description="Your workspace's address, for links to threads; left out: as Slack says."
    )


class PeopleSection(Section):
    """The people with each right, as Slack user ids (U...) and user group ids (S...)."""

    approvers: Annotated[tuple[PersonId, ...], AfterValidator(_somebody)] = Field(
        description="Who may let a reply out. Two people at least, or a user group."
    )
    leads: tuple[PersonId, ...] = Field((), description="Who may use the lead's verbs.")
    team: tuple[PersonId, ...] = Field(
        (),
        description="Who works on cases; empty means every member of the workspace, and whoever is in the channels "
        "of the cases counts as on duty.",
    )
    reads_private: tuple[ReaderId, ...] = Field(
        READERS,
        description="Who may search and read private messages outside their channel, by list or id; never guests.",
    )
    four_eyes: StrictBool = Field(default=True, description="Whoever wrote a reply never lets it out alone.")


class Account(Section):
    """One of your own accounts on a network."""

    network: NetworkName = Field(description=networks_in_words())
    handle: Filled = Field(description="The account's handle, with or without the @.")
    id: Annotated[str, AfterValidator(id_of_kind)] = Field(
        description="The account's id as text, on X its number; with another account's keys the desk reads and "
        "sends nothing."
    )
    name: Small | Literal[""] = Field(
        "", description='What rules call it: "support"; several accounts can share one. Left out, its handle.'
    )
    brand: Filled | Literal[""] = Field("", description="The name its customers know you by, if not desk.brand.")
    secrets: SecretEnding | Literal[""] = Field(
        "",
        description='For a further account on a network: "SUPPORT" reads secrets with __SUPPORT behind their names.',
    )
    approvers: tuple[PersonId, ...] = Field(
        (), description="Who of people.approvers lets out its replies; empty means each of them."
    )
    numbers_parts: StrictBool = Field(default=False, description='Whether a part of a long reply ends with "1/2".')
    token_until: date | None = Field(
        None, description="The day on which its token ends, where the network does not tell: 2027-01-20."
    )
    options: Annotated[dict[str, str], AfterValidator(options_of_kind)] = Field(
        {}, description='What only this network wants to know: options = { server = "..." }.', validate_default=True
    )


class RouteRule(Section):
    """The channel, topic and priority of a mention; the first matching route applies."""

    networks: tuple[Small, ...] = Field((), description="Networks it is for; empty means all.")
    accounts: tuple[Small, ...] = Field((), description="Names of accounts of yours it is for; empty means all.")
    languages: tuple[Small, ...] = Field((), description='Languages it is for ("en", "de"); empty means all.')
    words: tuple[Word, ...] = Field(
        (), description='Any one of these makes it fit; a star leaves the end open: "refund*".'
    )
    topic: str = Field("", description="What such a case is about; templates of that topic come first.")
    segments: tuple[SegmentName, ...] = Field((), description="Customer segments it is for; empty means everybody.")
    priority: Priority | Literal[""] = Field(
        "", description='"urgent", "high", "normal" or "low"; empty keeps the usual one.'
    )
    channel: Channel | Literal[""] = Field("", description="Where such a case goes; empty means slack.channel.")


class SafetySection(Section):
    """Words and topics that mean danger to somebody: such a case is urgent, whatever the routes say."""

    shipped: StrictBool = Field(
        default=True, description="Whether the desk's own list counts (English, German, French, Spanish, Portuguese)."
    )
    words: tuple[Word, ...] = Field((), description='Further words of yours that tell of one: "NK-200*".')
    unless: tuple[Word, ...] = Field((), description='Turns of phrase that only sound so: "fire sale".')
    channel: Channel | Literal[""] = Field("", description="Where such a case goes; empty: as the routes say.")


class HoursSection(Section):
    """The hours of the desk. A turnaround counts only open time; without this section the desk is always open."""

    zone: Zone | None = Field(None, description="The zone of the hours; left out, it is desk.zone.")
    mon: Periods = Field((), description='["09:00-12:30", "13:30-17:00"], "always" or "closed".')
    tue: Periods = Field((), description="As mon; a day that is left out is closed.")
    wed: Periods = Field((), description="As mon.")
    thu: Periods = Field((), description="As mon.")
    fri: Periods = Field((), description="As mon.")
    sat: Periods = Field((), description="As mon.")
    sun: Periods = Field((), description="As mon.")
    closed: tuple[date, ...] = Field((), description="Days off: [2026-12-25, 2026-12-26].")
    holidays: PublicHolidays = Field(
        "", description='Public holidays on which the desk is closed: "GB", or with a region "DE-BE"; empty: none.'
    )
    published: str = Field(
        "", description="What the brand's profile says of your hours; `/care hours` compares it with what is met."
    )


class TurnaroundRule(Section):
    """The promised time for an answer or a solution; the rule that matches most properties of a case applies."""

    within: Length = Field(description='"30m", "1h", "2d", in desk hours.')
    kind: Answering | Literal[""] = Field(
        "",
        description=(
            '"first_response", "next_response" or "resolution"; empty means the first answer and the next ones.'
        ),
    )
    network: Small | Literal[""] = Field("", description="The network it is for; empty means all.")
    account: Small | Literal[""] = Field(
        "", description="The name of the account of yours it is for; empty means all."
    )
    priority: Priority | Literal[""] = Field("", description="The priority it is for; empty means all.")
    channel: Channel | Literal[""] = Field("", description="The Slack channel it is for; empty means all.")
    segment: SegmentName | Literal[""] = Field(
        "", description="The customer segment it is for; empty means everybody."
    )


def _anything(value: tuple[object, ...]) -> tuple[object, ...]:
    if not value:
        raise fault("This is empty, so the shift would never run.", "Fill it in, or take the shift out.")
    return value


class ShiftRule(Section):
    """A shift: people and the times at which they are on. Without any shift the whole team counts as on."""

    days: Annotated[tuple[Weekday, ...], AfterValidator(_anything)] = Field(
        description='Weekdays on which it begins: ["mon", "tue"].'
    )
    hours: Annotated[Periods, AfterValidator(_anything)] = Field(
        description='["09:00-17:00"]; a night is two periods, in two shifts.'
    )
    people: Annotated[tuple[PersonId, ...], AfterValidator(_anything)] = Field(
        description="Who is on, as Slack user ids and user group ids."
    )
    zone: Zone | None = Field(None, description="The zone of the hours; left out, it is desk.zone.")


def _anybody(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise fault("Nobody is named here.", "Name people (U...) or user groups (S...), or take the part out.")
    return value


class SkillRule(Section):
    """The languages and topics that people know. Somebody without a language in any rule reads all languages."""

    people: Annotated[tuple[PersonId, ...], AfterValidator(_anybody)] = Field(
        description="Who it is about, as Slack user ids and user group ids."
    )
    languages: tuple[Small, ...] = Field((), description='Languages they read: ["en", "de"].')
    topics: tuple[Filled, ...] = Field((), description="Topics of routes that they know best.")


class AssignmentSection(Section):
    """The assignment of new cases to people who are on."""

    mode: Literal["none", "load"] = Field(
        "none",
        description='"load": a new case goes to who is on, reads it, knows its topic and holds fewest cases.',
    )


class RemindersSection(Section):
    """The reminders of promises."""

    quiet: Periods = Field(
        (), description='Hours without direct messages, in everybody\'s own zone: ["00:00-07:00"].'
    )
    lapse_waits: StrictBool = Field(
        default=False,
        description="true: a lapse, too, goes by direct message to nobody in quiet hours or do-not-disturb.",
    )
    at_most: Some = Field(40, description="Reminders told about one case; a lapse is always told.")
    digest_above: Some = Field(
        3,
        description="More than so many at once for one person are one message; more within ten minutes are a flood.",
    )
    ask_after: Share = Field(
        40, description="Per cent of the promise after which a claim without a draft is asked about; 0: never."
    )
    free_after: Some = Field(
        25, description="Further per cent after which it goes back to the team, without an answer."
    )


class LeadsSection(Section):
    """The daily note to those who lead."""

    daily_note: NoteTime = Field(
        "close", description='When the leads\' channel is told how the day went: "17:30", "close" or "never".'
    )


class LightLaneSection(Section):
    """The end of thanks, praise and empty mentions about which nobody decides."""

    praise: Way = Field(
        Way.SET_ASIDE, description='"set aside", "wait" for a person, or "case": it opens a case with a promise.'
    )
    thanks: Way = Field(Way.WAIT, description="As praise.")
    chatter: Way = Field(Way.WAIT, description="As praise, for emoji, bare handles and the like.")
    after: Length = Field(
        timedelta(hours=1), description="How long after the end of its hour the desk sets one aside, in clock time."
    )


class LadderSection(Section):
    """The steps after a lapse, in per cent of the promise's time; by default at 110, 150 and 200."""

    backup: StrictInt | None = Field(None, description="Somebody else on shift is asked.")
    lead: StrictInt | None = Field(None, description="A lead is asked.")
    channel: StrictInt | None = Field(None, description="The leads' channel is told.")


class SoloRule(Section):
    """The lanes by which a reply may go out while nobody else can approve it; by default none."""

    topics: tuple[Small, ...] = Field(
        (), description="Topics it is for; empty means every topic that no other section names."
    )
    lanes: tuple[Literal["template", "reason"], ...] = Field(
        description=(
            '"template": prepared words unedited, with two minutes to stop them; "reason": other words at once, '
            "with a reason that a lead reads afterwards; [] for neither."
        )
    )


class Config(Section):
    """The whole file."""

    desk: DeskSection
    slack: SlackSection
    people: PeopleSection
    accounts: tuple[Account, ...] = ()
    walls: WallsSection = WallsSection.model_validate({})
    segments: tuple[SegmentRule, ...] = ()
    routes: tuple[RouteRule, ...] = ()
    safety: SafetySection = SafetySection.model_validate({})
    triage: tuple[TriageSection, ...] = ()
    hours: HoursSection | None = None
    turnaround: tuple[TurnaroundRule, ...] = ()
    shifts: tuple[ShiftRule, ...] = ()
    skills: tuple[SkillRule, ...] = ()
    assignment: AssignmentSection = AssignmentSection.model_validate({})
    nags: RemindersSection = RemindersSection.model_validate({})
    leads: LeadsSection = LeadsSection.model_validate({})
    light_lane: LightLaneSection = LightLaneSection.model_validate({})
    replies: RepliesSection = RepliesSection.model_validate({})
    suggestions: SuggestionsSection | None = None
    do_not_feed: DoNotFeedSection = DoNotFeedSection.model_validate({})
    deletions: DeletionsSection = DeletionsSection.model_validate({})
    retention: RetentionSection = RetentionSection.model_validate({})
    spending: tuple[SpendingSection, ...] = ()
    storms: StormsSection = StormsSection.model_validate({})
    ladder: LadderSection | None = None
    webhooks: WebhooksSection | None = None
    statement_sources: tuple[StatementSourceRule, ...] = ()
    customers: CustomersSection | None = None
    backup: BackupSection | None = None
    health: HealthSection | None = None
    log: LogSection = LogSection.model_validate({})
    other_teams: tuple[OtherTeamRule, ...] = ()
    alone: tuple[SoloRule, ...] = ()

    @property
    def topics(self) -> frozenset[str]:
        """Return every topic that a case can have."""
        safety = {TOPIC} if self.safety.shipped or self.safety.words else set[str]()
        urgent = {Urgent.LEGAL.value, Urgent.VULNERABLE.value}
        named = [*(one.topic for one in self.routes), *(one.topic for one in self.triage)]
        return frozenset({*filter(None, named)} | safety | urgent)
