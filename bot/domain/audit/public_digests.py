"""Digests of the audit trail that anybody can compute without the desk's key: of a chain, of a day, of the whole.

docs/proof.md describes them; docs/check_proof.py computes them without this module.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from bot.domain.base.quick_dataclass import dataclass

BEGINNING = b""


class TrailLine(NamedTuple):
    """A line of the trail as it goes into digests. `at`: microseconds since 1970 UTC; `facts`: the JSON as stored."""

    chain: int  # the case's number; 0: the desk
    position: int
    at: int
    who: str
    verb: str
    facts: str


class ToldChain(NamedTuple):
    """The newest line of a chain at the end of a day, with the chain's digest."""

    chain: int
    position: int
    digest: bytes

    @property
    def leaf(self) -> bytes:
        """Return its leaf in the day's tree."""
        return sha256(b"\0" + f"{self.chain} {self.position} {self.digest.hex()}".encode()).digest()


@dataclass(frozen=True, slots=True)
class ToldDay:
    """The public head of a day that was told to the leads; it also covers all earlier days, by the head `before`."""

    day: date
    before: str
    head: str


class Neighbour(NamedTuple):
    """One neighbour on the way from a leaf to the root of a day's tree."""

    on_the_left: bool
    digest: bytes


def body(line: Iterable[object]) -> bytes:
    """Return the bytes of a line that go into its digests."""
    return "\0".join(map(str, line)).encode()


def further(digest: bytes, line: Iterable[object]) -> bytes:
    """Return a chain's digest after one more line."""
    return sha256(body(line) + digest).digest()


def day_head(day: date, before: str, told: Sequence[ToldChain]) -> str:
    """Return the head of a day, given the head of the day before and all chains that had new lines."""
    root = _levels([one.leaf for one in told] or [sha256().digest()])[-1][0]
    return sha256(f"{day.isoformat()} {before} {root.hex()}".encode()).hexdigest()


def path_to(told: Sequence[ToldChain], place: int) -> Sequence[Neighbour]:
    """Return the neighbours with which the leaf at `place` leads to the root."""
    found: list[Neighbour] = []
    for level in _levels([one.leaf for one in told])[:-1]:
        beside = place ^ 1
        if beside < len(level):
            found.append(Neighbour(beside < place, level[beside]))
        place //= 2
    return found


def _levels(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return the levels of the tree, leaves first; the last of an odd number goes up as it is."""
    levels = [leaves]
    while len(level := levels[-1]) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        levels.append([sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs])
    return levels


class WholeHead:
    """The head of all chains as they are now, updated chain by chain in the order of their numbers."""

    def __init__(self) -> None:
        self._sum = sha256()

    def add(self, chain: ToldChain) -> None:
        """Add a chain's newest position and digest."""
        self._sum.update(f"{chain.chain} {chain.position} {chain.digest.hex()}\n".encode())

    def head(self) -> str:
        """Return the head."""
        return self._sum.hexdigest()
