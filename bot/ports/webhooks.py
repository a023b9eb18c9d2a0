"""The interface to the webhooks of a network: hints to read it again, or, where it cannot be read, its posts."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.network import Batch

STATEMENTS = "statements"  # stands in place of a network for systems that bring statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One request to the address of an account, as it came; names of headers are in small letters."""

    headers: Mapping[str, str]
    query: str = ""  # what stands behind the "?"
    body: bytes = b""


class SignedWith(Enum):
    """The secret with which a request is signed; NOTHING: it has no signature in the network's form."""

    OUR_SECRET = auto()
    ANOTHER_SECRET = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Hint:
    """Something is new for the account: the network is read again, and no word of the request is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Posts that came with the request, for a network that cannot be read.

    `key`: the same for a copy of the request, and for no other. `at`: when its sender signed it.
    """

    batch: Batch
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unusable:
    """The request is signed, and nothing can be done with it; the sentence tells its sender why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDraft:
    """Words to everybody that another system of ours brought; people decide on them. `event`: once, however often."""

    source: str
    event: str
    text: str
    short: str = ""


News = Hint | Delivery | StatementDraft | Unusable | None  # None: it is about another account of ours


class TakesWebhooks(Protocol):
    """The webhooks of one account of ours; makes no call, and is used by several threads at once."""

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:
        """Compare the signature with the raw body (`hmac.compare_digest`) before anything is parsed. Never raises."""

    def greeting(self, hook: Hook) -> str | None:
        """Return the answer to a GET by which the network checks the address; None: it is not from the network."""

    def news(self, hook: Hook, now: datetime) -> News:
        """Return what a request says whose signature is ours. Never raises."""
