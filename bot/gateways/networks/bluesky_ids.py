"""Bluesky's ids: accounts (DIDs), records (at:// addresses), and the record key that belongs to an approval."""

import hashlib
import re

from bot.domain.base.quick_dataclass import dataclass

POSTS, LIKES = "app.bsky.feed.post", "app.bsky.feed.like"
DID_FORM = r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200}"
_DID = re.compile(DID_FORM)
_HANDLE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_RECORD = re.compile(rf"at://({DID_FORM})/([A-Za-z]+(?:\.[A-Za-z0-9-]+){{1,8}})/([A-Za-z0-9._~:-]{{1,512}})")
_CID = re.compile(r"[A-Za-z0-9+/=]{8,200}")
_LONGEST_HANDLE = 253

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"  # base 32 in which the order of texts is that of numbers
_FIRST_MICROSECOND = 1_672_531_200_000_000  # 2023: the network is older, and no key lies in the future
_MICROSECONDS, _CLOCKS = 46, 10  # bits: 26 months, and the number of a clock


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """The parts of a record's address."""

    owner: str  # a DID
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.owner}/{self.collection}/{self.key}"


def is_did(text: str) -> bool:
    """Return whether a text can be an account's id."""
    return _DID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """Return whether a text can be a handle: a name in the form of a host's."""
    return len(text) <= _LONGEST_HANDLE and _HANDLE.fullmatch(text) is not None


def is_cid(text: str) -> bool:
    """Return whether a text can be the checksum of a record."""
    return _CID.fullmatch(text) is not None


def record_address(text: str) -> RecordAddress | None:
    """Return the parts of a record's address; None for any other text."""
    found = _RECORD.fullmatch(text)
    return RecordAddress(found[1], found[2], found[3]) if found and found[3] not in {".", ".."} else None


def post_address(text: str) -> RecordAddress | None:
    """Return the parts of a post's address; None for any other text."""
    found = record_address(text)
    return found if found and found.collection == POSTS else None


def own_record_key(key: str) -> str:
    """Return the record key of an approval: always the same one for it, in the form of a TID (13 signs).

    Its moment says nothing. It is taken from the digest, as the desk's key has none, and lies in the past.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    clock, moment = digest & (2**_CLOCKS - 1), (digest >> _CLOCKS) & (2**_MICROSECONDS - 1)
    number = (_FIRST_MICROSECOND + moment) << _CLOCKS | clock
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))
