"""Questions to people about a case, and their answers: one class per verb."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import FactVerb
from bot.domain.cases.events import Assigned, Claimed, FactEvent, Released
from bot.domain.promises.promise import Promise
from bot.domain.replies.draft_events import ApproverAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(FactEvent):
    """A promise is near its end, or past it, and somebody is reminded."""

    verb = FactVerb.REMINDED
    promise: Promise  # with its next reminder set
    level: int  # the level that is posted; 0: none
    levels: tuple[int, ...] = ()  # all levels that have passed
    to: str = ""
    told: bool = True  # False: no message is posted for this reminder alone
    direct: bool = False  # it also goes to `to` by direct message
    gathered: int = 0  # the row of the digest that tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIt(FactEvent):
    """The reminded person says that they work on it."""

    verb = FactVerb.ON_IT
    reminder: int  # the row of the reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(FactEvent):
    """The reminded person asks for more time."""

    verb = FactVerb.SNOOZED
    reminder: int  # the row of the reminder
    until: datetime
    promise: Promise  # with its next reminder moved


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked(FactEvent):
    """The assignee is asked whether they work on the case."""

    verb = FactVerb.CLAIM_CHECKED
    to: str
    since: datetime  # without a sign of progress since


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOnIt(FactEvent):
    """The assignee says that they work on the case."""

    verb = FactVerb.STILL_ON_IT
    check: int  # the row of the question


# Events that can answer a reminder; `reminder` is its row, 0: none was answered.
AnswersReminder = OnIt | Snoozed | Claimed | Assigned | ApproverAsked
# Events that answer or end a question about a claim; `check` is its row, 0: there was none.
AnswersCheck = StillOnIt | Released
