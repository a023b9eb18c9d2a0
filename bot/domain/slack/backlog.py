"""Backlogs of messages to Slack: when one is reported and when it is over, and other reasons for waiting."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.slack.notice import Piece, Room

MANY = 100  # messages: nearly two minutes at Slack's pace for one channel
LONG = timedelta(minutes=10)
FEW = 10  # messages that are left when a backlog is over
IN_A_CHANNEL, IN_ALL = 57, 240  # messages a minute that Slack accepts in one channel, and in the workspace
# Slack's error codes for a channel that accepts no message, in plain words.
OF_THE_CHANNEL: Mapping[str, str] = {
    "not_in_channel": "the app is not in it",
    "is_archived": "it is archived",
    "channel_not_found": "Slack does not show it to the app",
    "restricted_action": "the app may not post in it",
}


# Why the desk itself puts a message off.
IN_A_FLOOD, QUIET_TIME, HELD = "flood", "quiet", "held"
PUT_OFF: Mapping[str, str] = {
    IN_A_FLOOD: "a list of reminders comes at most every ten minutes",
    QUIET_TIME: "it is somebody's quiet time",
    HELD: "reminders wait until the desk is released from its hold",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The messages that wait for one channel. `whole`: all were counted."""

    messages: int = 0
    cards: int = 0  # of these: cases that are not in Slack yet
    since: datetime | None = None  # since when the oldest has waited
    whole: bool = True

    def begins(self, now: datetime) -> bool:
        """Return whether so many messages wait, or some for so long, that it should be reported."""
        long = self.since is not None and now - self.since > LONG
        return self.messages > MANY or (long and not self.is_over)

    @property
    def is_over(self) -> bool:
        """Return whether the backlog is over."""
        return self.messages <= FEW

    def said(self, now: datetime, busy: int) -> tuple[Piece, ...]:
        """Return how many messages wait and when the last is posted, with so many busy channels."""
        pace = min(IN_A_CHANNEL, IN_ALL // max(busy, 1))
        most = "" if self.whole else "more than "
        cases = f"{most}{self.cards:,} {'case waits' if self.cards == 1 else 'cases wait'} to be shown"
        others = f"{most}{self.messages:,} {'message waits' if self.messages == 1 else 'messages wait'} to be shown"
        last = now + timedelta(minutes=self.messages / pace)
        what = cases if self.cards else others
        return (f"{what}, the most urgent first, about {pace} messages a minute: the last at about ", last, ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Waiting messages, by the reason for waiting."""

    apart: int = 0  # messages that wait for the minute since the last one to the same person or channel
    paced: int = 0  # messages that wait only for Slack's pace
    shared: Mapping[str, int] = field(default_factory=dict)  # by channel shared with another company
    put_off: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by channel and Slack's error code

    def held(self) -> Iterator[tuple[str | Room, ...]]:
        """Yield the messages that wait for another reason than Slack's pace, each with its reason."""
        for room, count in self.shared.items():
            yield (f"{_messages(count)} held: ", Room(room), " is shared with another company")
        others = 0
        for (room, why), count in self.put_off.items():
            if why in OF_THE_CHANNEL:
                yield (f"{_messages(count)} held: ", Room(room), f" takes none, {OF_THE_CHANNEL[why]} ({why})")
            elif why not in PUT_OFF:
                others += count
        if others:
            yield (f"{_messages(others)} not taken by Slack just now, tried again within ten minutes",)

    def by_choice(self) -> Iterator[tuple[str]]:
        """Yield the messages that the desk itself puts off, with its reason."""
        chosen = {"people and channels get at most one a minute": self.apart}
        for (_, why), count in self.put_off.items():
            if why in PUT_OFF:
                chosen[PUT_OFF[why]] = chosen.get(PUT_OFF[why], 0) + count
        yield from ((f"{_messages(count)} waiting: {said}",) for said, count in chosen.items() if count)


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count:,} messages are"
