"""The Desk object that every use case gets: ports, policy and clock."""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Protocol

from bot.domain.backups.epoch import Epochs
from bot.domain.base.policy import Policy
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.repeated_failures import RepeatedFailures
from bot.domain.mentions.connection import LastReading
from bot.domain.mentions.mention import PostRef
from bot.domain.slack.shared_channels import Rooms
from bot.domain.storms.folding import WordsOfStorms
from bot.domain.storms.noticing import Noticing
from bot.ports.backups import Backups
from bot.ports.chat import Chat
from bot.ports.meter import Meter, NoMeter
from bot.ports.network import Network
from bot.ports.words import Templates

if TYPE_CHECKING:
    from bot.ports.customers import Customers
    from bot.ports.store import Store
    from bot.ports.suggests import Suggests


class Clock(Protocol):
    """The desk's clock and its pace time; chosen in app.py."""

    def now(self) -> datetime:
        """Return the time of the desk's clock, aware UTC."""

    def pace(self) -> float:
        """Return pace time in seconds, monotonic: rate buckets, back-off, leases."""

    def real_seconds(self, pace_seconds: float) -> float:
        """Return the real seconds of a length of pace time; of the desk's clock it is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that a use case needs."""

    store: "Store"
    chat: Chat
    networks: Mapping[tuple[str, str], Network]  # by (network, account)
    templates: Templates
    clock: Clock
    policy: Policy
    secret: bytes  # signs the values of our buttons
    workspace_url: str = ""  # as Slack says it, if not configured
    epochs: Epochs = field(default_factory=Epochs)  # since the start
    backups: Backups | None = None  # None: none are configured
    suggests: "Suggests | None" = None  # None: no machine is asked for words
    broken: RepeatedFailures = field(default_factory=RepeatedFailures)  # items that fail with unexpected errors
    rooms: Rooms = field(default_factory=Rooms)  # the known channels, since the start
    seen_on: set[str] = field(default_factory=set)  # people on at the last check, since the start
    turns: dict[str, int] = field(default_factory=dict)  # where the next round of each sweep begins
    noticing: Noticing = field(default_factory=Noticing)  # what was posted within the last hour
    storming: WordsOfStorms = field(default_factory=WordsOfStorms)  # the words of the storms that go on
    readings: dict[tuple[str, str], LastReading] = field(
        default_factory=dict
    )  # by (network, account), since the start
    streamed: dict[tuple[str, str], datetime] = field(default_factory=dict)  # since when an open stream tells of it
    meter: Meter = field(default_factory=NoMeter)
    draining: Event = field(default_factory=Event)  # the desk stops: nothing new is begun
    erases_again: Event = field(default_factory=Event)  # whoever was erased in a lost time has to be, once more
    in_flight: set[int] = field(default_factory=set)  # cases whose reply this process is sending now
    given_at: dict[int, float] = field(default_factory=dict)  # by approval row, or -statement: its pace time
    called: dict[str, int] = field(default_factory=dict)  # number of our newest call, by the key of its approval
    customers: "Customers | None" = None  # what our own systems know of them; None: nothing is asked
    forget_sealed: Callable[[str], object] = lambda _: None  # removes an encrypted reply, by its key, from its file

    def take_over(self, policy: Policy) -> None:
        """Use this policy from now on; everything else stays."""
        object.__setattr__(self, "policy", policy)

    def go_on_in(self, epochs: Epochs, secret: bytes) -> None:
        """Sign and mark in this epoch from now on; its approvals can have the rows of others."""
        self.given_at.clear()
        self.erases_again.set()
        object.__setattr__(self, "epochs", epochs)
        object.__setattr__(self, "secret", secret)

    @property
    def sends(self) -> bool:
        """Return whether replies may be sent: not while switched off, stopping, or shut out of Slack."""
        return self.policy.sends and not self.chat.shut_out and not self.draining.is_set()

    def network(self, ref: PostRef) -> Network | None:
        """Return the network behind a post, or None where it is no longer configured."""
        return self.networks.get((ref.network, ref.account))
