"""What waits for Slack: when a backlog is reported and when it is over, and what else holds messages up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.slack.notice import Piece, Room

MANY = 100  # messages; at Slack's pace in one channel nearly two minutes
LONG = timedelta(minutes=10)
FEW = 10  # messages that are left when a backlog is over
IN_A_CHANNEL, IN_ALL = 57, 240  # messages a minute: what Slack takes in one channel, and in the workspace
# Slack's words for a channel that takes nothing, in ours.
OF_THE_CHANNEL: Mapping[str, str] = {
    "not_in_channel": "the app is not in it",
    "is_archived": "it is archived",
    "channel_not_found": "Slack does not show it to the app",
    "restricted_action": "the app may not post in it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to be posted in one channel. `whole`: everything was counted."""

    messages: int = 0
    cards: int = 0  # of these: cases that nobody sees in Slack yet
    since: datetime | None = None  # since when the oldest has waited
    whole: bool = True

    def begins(self, now: datetime) -> bool:
        """Tell whether so much waits, or more than a few messages for so long, that people should know."""
        long = self.since is not None and now - self.since > LONG
        return self.messages > MANY or (long and not self.is_over)

    @property
    def is_over(self) -> bool:
        """Tell whether nearly nothing waits any more."""
        return self.messages <= FEW

    def said(self, now: datetime, busy: int) -> tuple[Piece, ...]:
        """Return what waits and by when the last is shown, while so many channels are busy."""
        pace = min(IN_A_CHANNEL, IN_ALL // max(busy, 1))
        most = "" if self.whole else "more than "
        cases = f"{most}{self.cards:,} {'case waits' if self.cards == 1 else 'cases wait'} to be shown"
        others = f"{most}{self.messages:,} {'message waits' if self.messages == 1 else 'messages wait'} to be shown"
        last = now + timedelta(minutes=self.messages / pace)
        what = cases if self.cards else others
        return (f"{what}, the most urgent first, about {pace} messages a minute: the last at about ", last, ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What waits for Slack, by what it waits for."""

    paced: int = 0  # messages that only Slack's pace holds up
    shared: Mapping[str, int] = field(default_factory=dict)  # by channel that another company reads
    put_off: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by room and by Slack's word

    def held(self) -> Iterator[tuple[str | Room, ...]]:
        """Yield what waits for something else than Slack's pace, each named as what it is."""
        for room, count in self.shared.items():
            yield (f"{_messages(count)} held: ", Room(room), " is shared with another company")
        others = 0
        for (room, why), count in self.put_off.items():
            if why in OF_THE_CHANNEL:
                yield (f"{_messages(count)} held: ", Room(room), f" takes none, {OF_THE_CHANNEL[why]} ({why})")
            else:
                others += count
        if others:
            yield (f"{_messages(others)} not taken by Slack just now, tried again within ten minutes",)


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count:,} messages are"
