"""A network between the desk and its stand-in, as a check needs it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.interference import Interference, SpoiledCall
from bot.gateways.networks.certify.patience import in_time
from bot.gateways.networks.certify.stand_in import OurPost, StandIn
from bot.ports import Batch, KnowsItself
from bot.ports.network_kind import AccountGiven, NetworkKind

HASTE = 1.0  # seconds that the network gives a call without an end, where it can be told: they are waited for
MENTIONS = "mentions"
PATIENCE = 15.0  # and any other, so that no check depends on how fast this machine is


@dataclass
class Bench:
    """A kind of network, the stand-in for its server, and what stands between them."""

    kind: NetworkKind
    stand_in: StandIn
    between: Interference
    stream: str = MENTIONS
    said: int = 0
    cursor: str = ""

    def network(self, **other: Any) -> KnowsItself:  # noqa: ANN401 - facts of AccountGiven
        """Return a new client of our account; `other`: facts of the account that are different."""
        usual = AccountGiven(
            id=self.stand_in.account,
            handle=self.stand_in.handle,
            secrets=self.stand_in.secrets,
            options=self.stand_in.options,
            api_url=self.between.url,
            within=PATIENCE,
        )
        return self.kind.build(replace(usual, **other))

    def for_spoiled(self, spoiled: SpoiledCall) -> KnowsItself:
        """Return a new client for calls that are spoiled so."""
        return self.network(within=HASTE if spoiled.endless else PATIENCE)

    def signs_in(self, path: str) -> bool:
        """Return whether a call only opens or renews a session."""
        return any(path.endswith(one) for one in self.kind.sign_in_calls)

    def changes(self, method: str, path: str) -> bool:
        """Return whether a call changes something that people see."""
        return method != "GET" and not self.signs_in(path)

    def complaint(self) -> PostRef:
        """Post something new as a customer, and return where it stands."""
        self.said += 1
        post_id = self.stand_in.say(f"@{self.stand_in.handle} the parcel number {self.said} is late")
        return PostRef(self.kind.name, self.stand_in.account, post_id)

    def answers_to(self, target: PostRef) -> list[OurPost]:
        """Return our public posts under one."""
        return [one for one in self.stand_in.public() if one.answers == target.post_id]

    def read(self, cursor: str = "", network: KnowsItself | None = None) -> list[Batch]:
        """Read the stream from a cursor."""
        client = network or self.network()
        return in_time(lambda: list(client.fetch(self.stream, cursor)))

    def posts(self, cursor: str) -> list[str]:
        """Return the ids of the posts from a cursor on."""
        return [post.ref.post_id for batch in self.read(cursor) for post in batch.posts]

    def caught_up(self) -> str:
        """Read what is new, and return the cursor behind it, so that a check reads little."""
        self.cursor = next((batch.cursor for batch in reversed(self.read(self.cursor)) if batch.cursor), self.cursor)
        return self.cursor


@contextmanager
def bench_of(kind: NetworkKind, stream: str = MENTIONS) -> Iterator[Bench]:
    """Start a kind's stand-in, and what stands between; `stream`: the one that is read.

    Raises LookupError for a kind that brings no stand-in.
    """
    if not kind.stand_in:
        raise LookupError(f"{kind.label} brings no stand-in for its server (NetworkKind.stand_in).")
    module, _, name = kind.private_stand_ins.get(stream, kind.stand_in).partition(":")
    opened: AbstractContextManager[StandIn] = getattr(import_module(module), name)()
    with opened as stand_in, Interference(stand_in.api_url) as between:
        yield Bench(kind, stand_in, between, stream)
