"""Personal data in words that everybody can read: which kinds there are, and how people are told of them."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from itertools import accumulate

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.personal_patterns import GROUP

SHOWN = 2  # last digits of a number that are said, so that it can be found in the text
SAME_DIGITS = 7  # the fewest signs by which a part of what we publish is known as ours: numbers by their last digits


class PersonalKind(StrEnum):
    """The kinds of personal data, in the order in which people are told."""

    CARD = "card"
    BANK = "bank"
    PHONE = "phone"
    EMAIL = "email"
    STREET = "street"
    REFERENCE = "reference"
    NUMBER = "number"  # a long one, of which nothing tells what it is


MONEY = frozenset({PersonalKind.CARD, PersonalKind.BANK})  # approved only by somebody who was asked about it
HARMFUL = MONEY | {PersonalKind.PHONE, PersonalKind.EMAIL, PersonalKind.STREET}  # in a customer's own public post
_CALLED = {
    PersonalKind.CARD: "a payment card number",
    PersonalKind.BANK: "a bank number",
    PersonalKind.PHONE: "a phone number",
    PersonalKind.EMAIL: "an e-mail address",
    PersonalKind.STREET: "a street address",
    PersonalKind.REFERENCE: "an order or reference number",
    PersonalKind.NUMBER: "a long number",
}


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data in a text: its kind, and the last digits of a number."""

    kind: PersonalKind
    ending: str = ""


def in_order(found: Iterable[Personal]) -> tuple[Personal, ...]:
    """Return what was found, each once, the gravest first."""
    order = [*PersonalKind]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.kind)))


def named(found: Iterable[Personal]) -> str:
    """Return what was found in words: "a phone number ending in 34 and an e-mail address"."""
    *first, last = [_named(one) for one in found]
    return f"{', '.join(first)} and {last}" if first else last


def _named(one: Personal) -> str:
    return f"{_CALLED[one.kind]} ending in {one.ending}" if one.ending else _CALLED[one.kind]


def money_in(found: Iterable[Personal]) -> str:
    """Return the card and bank numbers that were found, in words; "" without one."""
    return named(grave) if (grave := [one for one in found if one.kind in MONEY]) else ""


def harm_in(found: Iterable[Personal]) -> str:
    """Return the kinds by which others could reach or harm somebody, in words without any digit; "" without one."""
    kinds = dict.fromkeys(one.kind for one in found if one.kind in HARMFUL)
    return named(Personal(kind) for kind in kinds) if kinds else ""


def last_digits(digits: str) -> str:
    """Return the last digits of a number, as they are said to people."""
    return "".join(GROUP.findall(digits))[-SHOWN:]


# --- the text in which is searched


def in_plain_signs(text: str) -> str:
    """Return a text with all digits, dashes and spaces in one form, and without signs that nobody sees."""
    return "".join(map(_plain_sign, unicodedata.normalize("NFKC", text)))


def _plain_sign(sign: str) -> str:
    if sign.isascii() and sign.isprintable():
        return sign
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Pd" or sign in "\u2212\u2043":
        return "-"
    if sign in "\u00b7\u2022\u2027\u2219\u22c5":
        return "."
    if category.startswith("Z") or sign.isspace():
        return " "
    return "" if category in {"Cf", "Cc", "Mn", "Me"} else sign


class Search:
    """A text from which whatever was judged is taken out, so that nothing is counted twice."""

    def __init__(self, text: str, *, handle: str = "") -> None:
        self.text = in_plain_signs(text)
        if name := handle.lstrip("@"):
            self.text = re.sub(rf"(?<![\w@.+-]){re.escape(name)}(?![\w@])", _GAP, self.text, flags=re.IGNORECASE)

    def take(self, spans: Iterable[tuple[int, int]]) -> None:
        """Take these parts out of the text."""
        for start, end in sorted(spans, reverse=True):
            self.text = f"{self.text[:start]}{_GAP}{self.text[end:]}"

    def taken(self, pattern: re.Pattern[str], judge: Callable[[re.Match[str]], object] = bool) -> list[re.Match[str]]:
        """Take out whatever matches and is accepted by `judge`; return it."""
        hits = [one for one in pattern.finditer(self.text) if judge(one)]
        self.take(one.span() for one in hits)
        return hits


_GAP = " ; "  # ends every number


# --- what is ours


def is_ours(given: str, published: Collection[str]) -> bool:
    """Return whether a number or an address is one that we publish ourselves, however either is written."""
    return any(_same(_bare(given), _bare(one)) for one in published)


def _bare(given: str) -> str:
    given = in_plain_signs(given).replace("(0)", "").casefold()
    plain = "".join(sign for sign in given if sign.isalnum() or sign == "@")
    return plain.lstrip("0") if plain.isdigit() else plain


def _same(one: str, other: str) -> bool:
    if not (one.isdigit() and other.isdigit()):
        return one == other or ("@" not in other and len(one) >= SAME_DIGITS and one in other)
    short, long = sorted((one, other), key=len)
    return long == short or (len(short) >= SAME_DIGITS and long.endswith(short))


# --- digits


def windows(found: str, lengths: Collection[int]) -> list[str]:
    """Return the numbers of these lengths that whole groups of digits next to each other make, longest first."""
    groups = GROUP.findall(found)
    made = [one for first in range(len(groups)) for one in accumulate(groups[first:][: max(lengths)])]
    return sorted((one for one in made if len(one) in lengths), key=len, reverse=True)
