"""The record of a customer in a system of ours, and order numbers in their words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache

from bot.domain.base.quick_dataclass import dataclass

MOST = 100  # points that a customer can have for spend, and for engagement
_SIGN = r"[A-Za-z_\u00c0-\u024f\d]"  # not letters of scripts that are written without blanks
_JOINED = r"[-./+_@\u2010-\u2015]"  # between two signs of one number or address
_TYPED = re.compile(r"[\w#./-]{3,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """The record of one customer in a system of ours. It is shown to one person, and never stored."""

    facts: Mapping[str, str] = field(default_factory=dict)  # only those that the configuration names, in its order
    confirmed: bool = False  # the customer confirmed to us that the handle is theirs
    spend: int | None = None  # points, 0 to MOST
    engagement: int | None = None  # points, 0 to MOST
    segment: str = ""  # as the source calls it

    @property
    def score(self) -> int | None:
        """Return the customer score: the mean of spend and engagement; None unless both are known."""
        if self.spend is None or self.engagement is None:
            return None
        return round((self.spend + self.engagement) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """The answer to one look: the record and by what it was found, or why there is none."""

    record: CustomerRecord | None = None
    found_by: str = ""  # "order number NW-48213, from their words"
    proven: bool = False  # by a handle that they confirmed; anybody can write an order number
    why_none: str = ""  # one sentence


def order_numbers(shapes: Sequence[str], texts: Iterable[str]) -> list[str]:
    """Return the order numbers in these texts, each once. In a shape each # is a digit: "NW-#####".

    A part of something longer is none: of a phone number, a card's number or an address.
    """
    every = (found for text in texts for one in shapes for found in _shape(one).findall(text))
    return list({one.casefold(): one for one in every}.values())


def can_be_order_number(typed: str) -> bool:
    """Return whether typed words can be an order number: one word, with a digit."""
    return bool(_TYPED.fullmatch(typed)) and any(one.isdigit() for one in typed)


@cache
def _shape(shape: str) -> re.Pattern[str]:
    signs = "".join("[0-9]" if one == "#" else re.escape(one) for one in shape)
    groups = not any(one.isalpha() for one in shape)  # bare digits beside others are a part of their number
    before = rf"(?<!{_SIGN}{_JOINED})" + (r"(?<![\d)][\s()])" if groups else "")
    after = rf"(?!{_JOINED}{_SIGN})" + (r"(?![\s()]\d)" if groups else "")
    return re.compile(rf"(?<!{_SIGN})(?<!\+){before}{signs}(?!{_SIGN}){after}", re.IGNORECASE)
