"""The make-believe Slack workspace as one object, for tests, the stage and its routes."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields

from bot.rehearsal.clock import StageClock
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.acting import Acting
from bot.rehearsal.workspace.arranging import Arranging
from bot.rehearsal.workspace.courier import Courier
from bot.rehearsal.workspace.delivery import Delivery
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.faults import Faults
from bot.rehearsal.workspace.limits import Limiter
from bot.rehearsal.workspace.looking import Looking
from bot.rehearsal.workspace.modals import Modals
from bot.rehearsal.workspace.model import Message
from bot.rehearsal.workspace.own_words import OwnWords
from bot.rehearsal.workspace.posting import Poster
from bot.rehearsal.workspace.responding import respond
from bot.rehearsal.workspace.sockets import Sockets
from bot.rehearsal.workspace.team import AppRights, Team, rights_of
from bot.rehearsal.workspace.tickets import ResponseUrl
from bot.rehearsal.workspace.web_api import Answer, WebApi

_ENTRY = tuple(field.name for field in fields(Message) if field.name != "earlier")


class Workspace:
    """A Slack team in memory: `act` and `modals` act, `look` reads, `arrange` sets up, `ledger` is the record."""

    def __init__(
        self,
        clock: StageClock | None = None,
        *,
        signing_secret: str = cast.SIGNING_SECRET,
        bot_token: str = cast.BOT_TOKEN,
        app_token: str = cast.APP_TOKEN,
        deliver_url: str = "",
        scopes: Iterable[str] = cast.SCOPES,
        events: Iterable[str] = cast.EVENTS,
        commands: Iterable[str] | None = None,
        manifest: Json | None = None,
        limits: bool = True,
    ) -> None:
        self.clock = clock or StageClock()
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.base_url = ""
        rights = AppRights(set(scopes), set(events), None if commands is None else set(commands))
        self.team = Team(self.clock, rights_of(manifest) if manifest else rights)
        self.limiter = Limiter(self.clock, on=limits)
        self.faults = Faults()
        self.sockets = Sockets()
        self.web = WebApi(self.team, self.limiter, bot_token=bot_token, app_token=app_token)
        self.delivery = Delivery(self.team.book, self.sockets, self.faults)
        self.deliver_to(deliver_url)
        self.courier = Courier(self.team, self.delivery, self.faults)
        self.team.on_event = self.courier.carry
        self.act = Acting(self.team, self.delivery, self._respond_at)
        self.own = OwnWords(self.team)
        self.modals = Modals(self.team, self.delivery)
        self.look = Looking(self.team)
        self.arrange = Arranging(self.team)

    def deliver_to(self, url: str) -> None:
        """Deliver by signed HTTP to this address, or by socket when it is empty."""
        self.delivery.poster = Poster(url, self.signing_secret) if url else None

    def call(self, method: str, given: Json | None = None, token: str | None = None, base_url: str = "") -> Answer:
        """Answer one Web API call, as the bot unless another token is given."""
        return self.web.call(
            method, self.bot_token if token is None else token, given or {}, base_url or self.base_url
        )

    def respond(self, response_id: str, body: Json) -> Json:
        """Carry out an answer of the app through a response address."""
        return respond(self.team, response_id, body)

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Ask every socket to reconnect."""
        return self.sockets.disconnect(reason)

    def add_fault(self, method: str, kind: str, times: int = 1, value: str | float | None = None) -> Json:
        """Plan a fault; the kind `disconnect` happens at once, with the reason as its value."""
        if kind == "disconnect":
            told = self.sockets.cut() if value == "cut" else self.disconnect(str(value or "refresh_requested"))
            self.faults.fired.append({"method": method, "kind": kind, "value": value, "connections": told})
            return {"kind": kind, "connections": told}
        return asdict(self.faults.add(method, kind, times, value))

    def clear_faults(self) -> None:
        """Remove all planned faults."""
        self.faults.clear()

    def on_change(self, callback: Callable[[Json], None]) -> None:
        """Call `callback` with the kind and ids of every change. It must not block."""
        self.team.on_change.append(callback)

    def close(self) -> None:
        """Stop delivering events and close the sockets."""
        self.courier.close()
        self.sockets.cut()

    def ledger(self) -> Json:
        """Return the record of all that happened, for tests to check."""
        team, book = self.team, self.team.book
        with team.lock:
            rooms = list(team.channels.values())
            return {
                "messages": [_entry(m) for room in rooms for m in room.messages.values()],
                "ephemerals": [_entry(m) for room in rooms for m in room.whispers.values()],
                "updates": team.updates,
                "deletions": team.deletions,
                "calls": book.calls(),
                "ratelimited": book.ratelimited(),
                "acks": list(book.acks),
                "traffic": list(book.traffic),
                "strangers": list(book.strangers),
                "notified": [
                    n | {"channel": m.channel, "ts": m.ts}
                    for room in rooms
                    for m in room.messages.values()
                    for n in m.notified
                ],
                "faults": {"waiting": self.faults.waiting(), "fired": list(self.faults.fired)},
                "connections": {"open": self.sockets.count(), "ever": self.sockets.ever},
                "now": self.clock.now().isoformat(),
            }

    def _respond_at(self, given: ResponseUrl) -> str:
        return f"{self.base_url.rstrip('/')}/respond/{given.id}"


def _entry(message: Message) -> Json:
    entry: Json = {name: getattr(message, name) for name in _ENTRY}
    return {**entry, "replies": list(message.replies), "notified": list(message.notified)}
