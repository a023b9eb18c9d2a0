"""Tellings: the Slack messages that the desk keeps up to date, each redrawn whole from its case."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.slack_ids import is_person


class TellingKind(StrEnum):
    """The kinds of message the desk keeps in Slack."""

    CARD = "card"  # the head of a case's thread
    MENTION = "mention"  # a further post of the author, in the thread
    DRAFT = "draft"  # a draft up for decision, in the thread
    ASK = "ask"  # the same, as a direct message to the approver who is asked
    BACK = "back"  # a direct message to the writer: the draft came back
    NEWS = "news"  # a direct message to one person about an event of a case, and what they should do
    REMINDER = "nag"  # a reminder, in the thread
    DIRECT_REMINDER = "nudge"  # the same to one person by direct message, or to the leads' channel
    CLAIM_CHECK = "check"  # still on it? To the holder by direct message; in the thread, that the claim ended over it
    INQUIRY = "inquiry"  # a question to another team, in its channel
    INQUIRY_LATE = "inquiry_late"  # that it still waits for an answer, there
    ANSWER = "answer"  # what another team answered, in the thread
    DIGEST = "digest"  # many reminders for one person as one direct message
    LIGHT = "light"  # the light mentions of an hour, in their channel
    QUOTES = "quotes"  # the thank-yous of a week that marketing may quote, in its channel
    STORM = "storm"  # a storm, in its channel
    STORM_DESK = "storm_desk"  # its roles and its checklist, in its thread
    STORM_PAUSE = "storm_pause"  # marketing is asked to pause, in their channel
    STORM_OVER = "storm_over"  # its summary, in its thread
    JOINT = "joint"  # a draft for several customers, all its texts: in a channel, and to its approver
    HOLDING = "holding"  # a storm's holding reply: how many are told, and who is not
    SWAP = "swap"  # a turn that somebody is asked to take, and what became of it, to both by direct message
    HANDOVER = "handover"  # what people hold at the end of their turn, in the team's channel
    NOTICE = "notice"  # a sentence about the desk, in a channel


# Kinds that are one line of a digest; other messages are in it whole.
LISTED = frozenset({TellingKind.DIRECT_REMINDER, TellingKind.DIGEST})
# Kinds that remind somebody; the others answer what people or customers did.
REMINDING = (
    TellingKind.REMINDER,
    TellingKind.DIRECT_REMINDER,
    TellingKind.CLAIM_CHECK,
    TellingKind.INQUIRY_LATE,
    TellingKind.DIGEST,
)
# Above every version of a case. In `shown`: only a note on sharing is shown (services/slack/shared_channels.py).
NEWEST = 2**62
SETTLED = timedelta(seconds=1)  # from the first change of a message to its redraw
SOON = timedelta(milliseconds=150)  # the same after a click, since one click is often two changes
LISTS_SETTLED = timedelta(seconds=30)  # the same for a list of reminders, which every case of a busy day may change
RETRIED_WITHIN = timedelta(minutes=10)  # the longest wait before a message is tried again


class Urgency(IntEnum):
    """The order of messages under Slack's limits; lower goes first."""

    CLICK = 0  # somebody pressed a button on this message
    REMINDER = 1
    DECISION = 2
    URGENT = 3
    HIGH = 4
    NORMAL = 5
    LOW = 6


OF_A_LIST = Urgency.URGENT  # how urgent it is to redraw a list of reminders over what others did


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A message that must show the case's new version. `new`: it is posted if it does not exist yet."""

    kind: TellingKind
    about: int = 0  # row of the post (0: each private one), draft, promise; news: the version; not `new`: answered
    level: int = 0  # reminders: which one
    recipient: str = ""  # direct messages: the Slack user id
    urgency: Urgency = Urgency.NORMAL
    new: bool = True
    joins: bool = False  # an existing one is redrawn where it stands, also in a list of several


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A stored message: its place in Slack, the version it shows and the version it should show."""

    id: int
    case_id: int
    kind: TellingKind
    about: int
    recipient: str
    channel: str  # Slack channel id; empty for a direct message that was never opened
    ts: str  # empty until posted
    thread_ts: str  # of the case's card; empty for a card itself
    wanted: int
    shown: int
    urgency: Urgency
    started_at: datetime | None  # set while a post has begun and its outcome is unknown
    tries: int
    retry_at: datetime | None
    due_at: datetime | None  # of its case when it was wanted last; of a message about the desk: when it was
    since: datetime  # since when it shows an old version
    anew: int = 0  # how often something outside of its case asked for a redraw


def list_of(recipient: str) -> str:
    """Return the name of a person's waiting list; a channel's own messages have another one."""
    return recipient if is_person(recipient) else f"@{recipient}"
