"""A question from a case to another team: asked in their channel, with a time of its own, answered into the case."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass

USUALLY_WITHIN = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTeam:
    """A team that can be asked: its channel, and the time for an answer, in desk hours."""

    name: str
    channel: str
    within: timedelta = USUALLY_WITHIN


class InquiryState(StrEnum):
    """The state of a question to another team."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # whoever asked does not need the answer any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One question to another team, and its answer."""

    id: int
    case_id: int
    team: str
    channel: str
    mention: int  # the customer's post that was the newest when it was asked, 0: none
    text: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    late_at: datetime | None = None  # when the team was reminded
    ended_at: datetime | None = None
    ended_by: str = ""
    answer: str = ""  # empty while there is none

    @property
    def state(self) -> InquiryState:
        """Return its present state."""
        if self.ended_at is None:
            return InquiryState.OPEN
        return InquiryState.ANSWERED if self.answer else InquiryState.WITHDRAWN
