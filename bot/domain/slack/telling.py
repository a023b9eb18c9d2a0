"""What Slack has to show: one message per telling, redrawn whole from the state of its case."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class TellingKind(StrEnum):
    """The kinds of message the desk keeps in Slack."""

    CARD = "card"  # the head of a case's thread
    MENTION = "mention"  # a further post of the author, in the thread
    DRAFT = "draft"  # a draft up for decision, in the thread
    ASK = "ask"  # the same, as a direct message to the approver whose turn it is
    BACK = "back"  # a direct message to the writer: the draft came back
    NEWS = "news"  # a direct message to one person about what happened on a case, and what it asks of them
    REMINDER = "nag"  # a reminder, in the thread
    DIRECT_REMINDER = "nudge"  # the same to one person by direct message, or to the leads' channel
    CLAIM_CHECK = "check"  # still on it? To the holder by direct message; in the thread, that the claim ended over it
    DIGEST = "digest"  # many reminders for one person as one direct message
    SWAP = "swap"  # a turn that somebody is asked to take, and what became of it, to both by direct message
    HANDOVER = "handover"  # what people hold at the end of their turn, in the team's channel
    NOTICE = "notice"  # a sentence about the desk itself, in a channel


# What is a line of a digest; other messages stand in it whole.
LISTED = frozenset({TellingKind.DIRECT_REMINDER, TellingKind.DIGEST})
# Above every version of a case. As `shown`: only that the channel is shared (bot/services/slack/shared_channels.py).
NEWEST = 2**62
SETTLED = timedelta(seconds=1)  # after the first change of a message until it is redrawn, with all that changed since
SOON = timedelta(milliseconds=150)  # the same where somebody clicked and looks at it: one click is often two changes
RETRIED_WITHIN = timedelta(minutes=10)  # the longest that a message waits until it is tried again


class Urgency(IntEnum):
    """Which message goes first when Slack's limits allow only some; lower goes first."""

    CLICK = 0  # somebody pressed a button and looks at this message
    REMINDER = 1
    DECISION = 2
    URGENT = 3
    HIGH = 4
    NORMAL = 5
    LOW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A message that has to show its case's new version. `new`: it is posted if it is not there yet."""

    kind: TellingKind
    about: int = 0  # row of the post (0: each private one), draft, promise; news: the version; not `new`: answered
    level: int = 0  # reminders: which one
    recipient: str = ""  # direct messages: the Slack user id
    urgency: Urgency = Urgency.NORMAL
    new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message as the store knows it: where it stands, which version it shows and which it should."""

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
    started_at: datetime | None  # a post was begun and its outcome is unknown while this is set
    tries: int
    retry_at: datetime | None
    due_at: datetime | None  # of its case when it was wanted last; of a message about the desk: when it was
    since: datetime  # since when it has been behind, where it is
