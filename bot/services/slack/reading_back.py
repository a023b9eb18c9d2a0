"""Looks in Slack for messages of unknown outcome: they were posted, or are posted again."""

import logging
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.base.moments import moment_of
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.slack_ids import is_person
from bot.domain.slack.notice import Addressed, Piece, Room
from bot.domain.slack.readers import InChannel, Reader, ToPerson
from bot.domain.slack.telling import Telling
from bot.ports import ChatTrouble, Desk, OutOfService, Posted, TooMuchToRead
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

LOOK_AFTER = timedelta(seconds=30)  # a post of unknown outcome is checked after this time, twice
APART = timedelta(seconds=5)  # between the two: Slack may show a late post only then
AGAIN = 30.0  # seconds of pace time until an unreadable channel is tried again
BEFORE = timedelta(minutes=1)  # age of a post before it is checked
UNREAD = timedelta(hours=1)  # a channel unreadable for this long is reported
SET_BACK = timedelta(hours=1)  # allowed setback of our clock since a post began


class Limits(Protocol):
    """Slack's limits in pace time."""

    def refresh(self) -> None:
        """Read the calls of other desks."""

    def reserve(self, kind: str, channel: str, *, click: bool = False) -> bool:
        """Count a call that is allowed now; return False, without counting it, where it is not."""

    def ready_in(self, kind: str, channel: str, *, click: bool = False) -> float:
        """Return the seconds of pace time until such a call is allowed."""

    def took(self, kind: str, channel: str) -> None:
        """Count a call."""

    def back_off(self, kind: str, channel: str, seconds: float) -> None:
        """Wait at least this long, because Slack said so."""


@dataclass(slots=True)
class ReadBack:
    """Looks for posts that were begun. Two checks without a result mean that a post is absent."""

    desk: Desk
    limits: Limits
    empty_looks: dict[tuple[int, datetime], int] = field(default_factory=dict)  # by message, and when it was begun
    unread: dict[str, float] = field(default_factory=dict)  # unreadable channels, with the pace time of the next try

    def settle(self, now: datetime) -> int:
        """Look for every post of unknown outcome; return how many are settled now.

        A start in the future was written by a wrong clock and is not waited for.
        """
        settled = 0
        for telling in self._begun():
            room, begun = room_of(telling), telling.started_at or now
            wait = LOOK_AFTER + APART * self.empty_looks.get((telling.id, begun), 0)
            if abs(now - begun) < wait or self._rests_until(room) > self.desk.clock.pace():
                continue
            if self.limits.ready_in("other", room) > 0:
                break
            try:
                settled += self._settle(telling, begun, now)
            except ChatTrouble as trouble:
                self._rest(room, trouble.retry_after)
                log.info("reading_back.unread room=%s why=%s", room, trouble)
                self._say_it(telling, begun, now, str(trouble))
                break  # all of Slack may be unreachable; the next round begins with other channels
            except OutOfService:
                raise
            except Exception:  # one bad message must not stop the others
                log.exception("reading_back.broken telling=%d", telling.id)
                self.desk.broken.failed("reading_back", telling.id, self.desk.clock.pace(), spared=0)
            else:
                self.desk.broken.went_well("reading_back", telling.id)
        return settled

    def _begun(self) -> Sequence[Telling]:
        """Return the begun posts, longest ago first; those in unreadable channels come last."""
        resting = self.desk.broken.resting("reading_back", self.desk.clock.pace())
        begun = [one for one in self.desk.store.begun_tellings() if one.id not in resting]
        rooms = {room_of(one) for one in begun}
        self.unread = {room: until for room, until in self.unread.items() if room in rooms}
        return sorted(begun, key=lambda one: self._rests_until(room_of(one)))

    def _rests_until(self, room: str) -> float:
        return self.unread.get(room, float("-inf"))

    def _say_it(self, telling: Telling, begun: datetime, now: datetime, why: str) -> None:
        """Report once a day a channel that is unreadable for long, since missing messages there are not noticed."""
        if now - begun < UNREAD:
            return
        room = room_of(telling)
        look = f"`/care case {telling.case_id}` shows it meanwhile." if telling.case_id else "Please look there."
        whether = f"Slack does not say whether {what(telling)} is shown "
        said = (whether, *where_it_stands(telling), f": {why} It is posted again only once that is known. {look}")
        tell_leads(self.desk, f"unread_back:{room}:{now:%Y-%m-%d}", said, now, besides=room)

    def _rest(self, room: str, asked: float | None = None) -> None:
        self.unread[room] = self.desk.clock.pace() + AGAIN
        if asked is not None:
            self.limits.back_off("other", room, asked)

    def _settle(self, telling: Telling, begun: datetime, now: datetime) -> bool:
        store = self.desk.store
        with store.turn(room_turn(telling)) as turn, store.turn(message_turn(telling.id)) as its:
            if turn is None or its is None or store.telling(telling.id) != telling:
                return False  # another desk is at it
            return self._looked_for(telling, begun, now)

    def _looked_for(self, telling: Telling, begun: datetime, now: datetime) -> bool:
        found = self._find(telling, min(begun, now) - BEFORE)
        self.unread.pop(room_of(telling), None)
        which = (telling.id, begun)
        if found is not None:
            self.empty_looks.pop(which, None)
            self.desk.store.mark_told(telling.id, found.channel, found.ts, 0)
            return True
        looks = self.empty_looks.get(which, 0) + 1
        self.empty_looks[which] = looks
        if looks < 2:
            return False
        del self.empty_looks[which]
        self.desk.store.mark_not_told(telling.id, None, tried=telling.wanted, drawn=telling.anew, refused=False)
        return True

    def _find(self, telling: Telling, since: datetime) -> Posted | None:
        """Read from well before the start, since Slack's clock differs, and ours may have been set back."""
        card_at = moment_of(telling.thread_ts) or since
        try:
            return self._read(telling, min(since - SET_BACK, card_at))
        except TooMuchToRead:
            return self._read(telling, since)

    def _read(self, telling: Telling, since: datetime) -> Posted | None:
        self.limits.took("other", room_of(telling))
        return self.desk.chat.find(room_of(telling), self.desk.epochs.mark(telling.id), since, telling.thread_ts)


def what(telling: Telling) -> str:
    """Return the subject of a message in words."""
    return f"case {telling.case_id}" if telling.case_id else "a message of the desk"


def where_it_stands(telling: Telling) -> tuple[str, Piece]:
    """Return a message's channel or recipient in words."""
    to = telling.recipient
    return ("to ", Addressed(to)) if is_person(to) else ("in ", Room(telling.channel or to))


def reader_of(telling: Telling) -> Reader:
    """Return the reader of a message: a person, or its channel (reminders may go to the leads' channel)."""
    if is_person(telling.recipient):
        return ToPerson(telling.recipient, telling.channel)
    return InChannel(telling.channel or telling.recipient)


def room_turn(telling: Telling) -> str:
    """Return the piece of work that a message belongs to: one desk at a time posts to a channel, or to a person."""
    return f"room {room_of(telling)}"


def message_turn(telling: int) -> str:
    """Return the piece of work that a message is which is posted by itself, beside the others of its channel."""
    return f"message {telling}"


def room_of(telling: Telling) -> str:
    """Return the channel of a message, or the recipient of a direct message."""
    return telling.channel or telling.recipient
