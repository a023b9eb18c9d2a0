"""A call to Slack, as it counts for Slack's limits."""

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SlackCall:
    """A call that some desk made, or a wait that Slack asked for; lengths are real seconds."""

    id: int
    kind: str
    room: str
    ago: float
    wait: float = 0.0
