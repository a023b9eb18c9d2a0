"""Slack's short-lived tokens: trigger ids, response addresses, socket and upload tickets."""

import secrets
import time
from dataclasses import dataclass, field

from bot.rehearsal.clock import StageClock
from bot.rehearsal.workspace.errors import SlackError

TRIGGER_LIVES = 3.0  # real seconds
RESPONSE_LIVES = 30 * 60.0  # stage seconds
RESPONSE_USES = 5
SOCKET_LIVES = 30.0  # real seconds


@dataclass(slots=True)
class Trigger:
    """The right to open one modal after a person's interaction, for three real seconds."""

    id: str
    user: str
    view_id: str | None = None
    born: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """An address where the app can answer an interaction five times in half an hour of stage time."""

    id: str
    user: str
    channel: str
    born: float
    ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class Tickets:
    """Keeps the tokens until they are used up."""

    def __init__(self, clock: StageClock) -> None:
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._sockets: dict[str, float] = {}

    def trigger(self, user: str, view_id: str | None = None) -> Trigger:
        """Make a trigger for this person."""
        if len(self._triggers) > 5000:
            self._triggers = dict(list(self._triggers.items())[-1000:])
        trigger = Trigger(
            f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(8)}", user, view_id
        )
        self._triggers[trigger.id] = trigger
        return trigger

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger up; raise SlackError for one that is unknown, used or too old."""
        trigger = self.look_at(trigger_id)
        trigger.used = True
        return trigger

    def look_at(self, trigger_id: str) -> Trigger:
        """Return a trigger that can still be used; raise SlackError otherwise."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        return trigger

    def response(self, user: str, channel: str, ts: str | None = None, thread_ts: str | None = None) -> ResponseUrl:
        """Make an address for answers to this interaction."""
        if len(self._responses) > 5000:
            self._responses = dict(list(self._responses.items())[-1000:])
        given = ResponseUrl(secrets.token_hex(12), user, channel, self._clock.monotonic(), ts, thread_ts)
        self._responses[given.id] = given
        return given

    def answer_by(self, response_id: str) -> ResponseUrl:
        """Count one use of an address; raise SlackError used_url or expired_url."""
        given = self._responses.get(response_id)
        if given is None or self._clock.monotonic() - given.born > RESPONSE_LIVES:
            raise SlackError("expired_url")
        if given.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        given.uses += 1
        return given

    def socket(self) -> str:
        """Make a ticket for one Socket Mode connection."""
        ticket = secrets.token_urlsafe(24)
        self._sockets[ticket] = time.monotonic()
        return ticket

    def admit(self, ticket: str) -> bool:
        """Return whether this ticket is valid; each can be used once."""
        born = self._sockets.pop(ticket, None)
        return born is not None and time.monotonic() - born < SOCKET_LIVES
