"""What people are asked about a case, and what they answer: one class per verb."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.base.tables import FactVerb
from bot.domain.cases.events import Assigned, Claimed, FactEvent, Released
from bot.domain.promises.promise import Promise
from bot.domain.replies.draft_events import ApproverAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(FactEvent):
    """A promise came near its end, or passed it, and somebody is reminded."""

    verb = FactVerb.REMINDED
    promise: Promise  # armed for the next reminder
    level: int  # the one that is told; 0: none
    levels: tuple[int, ...] = ()  # every level that has passed
    to: str = ""
    told: bool = True  # False: nothing is posted for this by itself
    direct: bool = False  # it also goes to `to` by direct message
    gathered: int = 0  # the row of the digest that tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIt(FactEvent):
    """Whoever was reminded is on it."""

    verb = FactVerb.ON_IT
    reminder: int  # the row of the reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(FactEvent):
    """Whoever was reminded asks for more time."""

    verb = FactVerb.SNOOZED
    reminder: int  # the row of the reminder
    until: datetime
    promise: Promise  # with its next reminder moved


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked(FactEvent):
    """Whoever holds a case is asked whether they are on it."""

    verb = FactVerb.CLAIM_CHECKED
    to: str
    since: datetime  # nothing was heard of the claim


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOnIt(FactEvent):
    """Whoever holds a case says that they are on it."""

    verb = FactVerb.STILL_ON_IT
    check: int  # the row of the question


# Somebody answered a reminder by it; `reminder` is its row, 0 where they did not.
AnswersReminder = OnIt | Snoozed | Claimed | Assigned | ApproverAsked
# A question about a claim was answered by it, or ended; `check` is its row, 0 where none was.
AnswersCheck = StillOnIt | Released
