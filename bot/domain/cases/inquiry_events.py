"""Events of a question to another team: one class per verb. Its words never enter the audit trail."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import FactVerb
from bot.domain.cases.events import FactEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquired(FactEvent):
    """Another team was asked a question."""

    verb = FactVerb.INQUIRED
    team: str
    channel: str
    text: str
    mention: int  # the customer's newest post
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAnswered(FactEvent):
    """The other team answered."""

    verb = FactVerb.INQUIRY_ANSWERED
    inquiry: int
    answer: str
    to: str  # who asked


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryWithdrawn(FactEvent):
    """The answer is not needed any more."""

    verb = FactVerb.INQUIRY_WITHDRAWN
    inquiry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryLate(FactEvent):
    """The time for the answer has passed: the other team is reminded, whoever asked hears it."""

    verb = FactVerb.INQUIRY_LATE
    inquiry: int
    channel: str  # of the other team
    to: str  # who asked


# What changes a question that was asked; `inquiry` is its row in the store.
OfInquiry = InquiryAnswered | InquiryWithdrawn | InquiryLate
