"""Tracks the readings of an account: their results, unread streams, and reports to leads."""

from collections import Counter
from collections.abc import Callable
from dataclasses import field
from datetime import datetime

from bot.domain.base.idle_rounds import STALLED, IdleRounds
from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Desk, Network, NetworkTrouble
from bot.services.mentions import connections, silence

UNREAD = 10  # rounds after which an unread stream is reported


@dataclass(slots=True)
class Readings:
    """The readings of one account's streams.

    Leads are told once: of the network's answer, or, where readings do not end, after some rounds.
    """

    network: Network
    silent_since: datetime | None = None  # since when a stream cannot be read, and the network's answer
    ended_well: Counter[str] = field(default_factory=Counter)  # readings, by stream
    _idle: IdleRounds = field(default_factory=IdleRounds)
    _said: set[str] = field(default_factory=set)  # streams reported as unread

    def met(self, desk: Desk, stream: str, trouble: NetworkTrouble, now: datetime) -> None:
        """Record a failed reading; leads are told of the first."""
        told_since, troubled = silence.unread_since(desk, self.network)
        since = self.silent_since = told_since or now
        connections.note_unread(desk, self.network, trouble.sentence, since)
        if stream not in troubled:
            silence.cannot_be_read(desk, self.network, trouble, since, {*troubled, stream}, now)

    def went_well(self, desk: Desk, stream: str, now: datetime) -> None:
        """Record a good reading; leads are told when all streams can be read again.

        What was told may have been told by an earlier process, or by another desk that read the account.
        """
        since, troubled = silence.unread_since(desk, self.network)
        left = troubled - {stream}
        if since is not None and not left:
            silence.can_be_read_again(desk, self.network, since, now)
        elif since is not None and left != troubled:
            silence.some_can_be_read(desk, self.network, since, left)
        self.silent_since = since if left else None
        connections.note_reading(desk, self.network, stream, now, all_well=not left)
        self.ended_well[stream] += 1

    def look(self, desk: Desk, rests: Callable[[str], float], now: datetime) -> list[str]:
        """Check once a round for unread streams; return sentences on those for which the heartbeat stops.

        `rests` returns for how many rounds a stream is not read on purpose.
        """
        found = []
        for stream in self.network.streams:
            idle = self._idle.of(stream, self.ended_well[stream])
            self._say(desk, stream, idle, idle > UNREAD + rests(stream), now)
            if idle > STALLED + rests(stream):
                found.append(f"{stream} of @{self.network.handle} has not been read for {idle} min.")
        return found

    def _say(self, desk: Desk, stream: str, idle: int, is_unread: bool, now: datetime) -> None:
        read = idle == 0 and self.ended_well[stream] > 0
        if read and (stream in self._said or silence.stream_left_unread(desk, self.network, stream)):
            self._said.discard(stream)
            silence.say_read_again(desk, self.network, stream, now)
        if is_unread and self.silent_since is None and stream not in self._said:
            self._said.add(stream)
            silence.say_unread(desk, self.network, stream, idle, now)

    def listen(self, desk: Desk, since: datetime, now: datetime) -> None:
        """Report missing mentions, unless the network cannot be read."""
        if self.silent_since is None:
            silence.tell_silence(desk, self.network, since, now)
