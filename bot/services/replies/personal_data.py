"""Finds personal data in words that everybody can read, with the public plans of phone, card and bank numbers.

The two libraries are imported for the first text that has a number which could be one of these: most have none.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from bot.domain.base.word_caches import word_cache
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.domain.replies.draft_patterns import LINK
from bot.domain.replies.personal_data import (
    Personal,
    PersonalKind,
    Search,
    harm_in,
    in_order,
    is_ours,
    last_digits,
    money_in,
    named,
    windows,
)
from bot.domain.replies.personal_patterns import (
    CALL,
    CARD_DIGITS,
    DIGITS,
    EMAIL,
    HANDLE,
    HASHTAG,
    IBAN,
    MAY_HOLD,
    NOBODYS,
    REFERENCE,
    SORT_CODE,
    STREET,
    TOKEN,
)
from bot.ports import Desk

CARD_LENGTHS = range(13, 20)
_ISSUERS = re.compile(  # of payment cards, by their first digits, with the lengths of their numbers
    r"3[47]\d{13}|4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12,14}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11}|(?:50|5[6-9]|6[37])\d{11,17}"
)
_IBAN_LENGTHS = range(15, 35)
NEWEST = 5  # posts of a customer that are looked at
MANY = 20  # long numbers of one text that are looked at as phone numbers
TRIES = 10  # places of one long number where a phone number is tried to be read
NEAR = 60  # signs before a number in which a word such as "call" is looked for
LONG = 8  # digits of a number that nothing else says what it is: fewer are years, prices, models


def in_public(desk: Desk, case: Case, text: str) -> tuple[Personal, ...]:
    """Return the personal data that everybody would read in these words of a public reply."""
    policy = desk.policy
    own, countries = policy.own_numbers, policy.phone_countries
    return personal_data(text, handle=case.author.handle, published=own, countries=countries)


def shown_by_author(desk: Desk, case: Case, mentions: Sequence[Mention]) -> str:
    """Return the personal data that the author's own public posts show to everybody, by kind; "" without any."""
    theirs = [one for one in mentions if one.side == Side.THEIRS and not one.private and one.deleted_at is None]
    return harm_in(in_order(found for one in theirs[-NEWEST:] for found in in_public(desk, case, one.text)))


def exposing(desk: Desk, case: Case, text: str) -> Iterator[Remark]:
    """Yield a remark on the personal data in words that everybody would read."""
    if found := in_public(desk, case, text):
        yield Remark(RemarkKind.PERSONAL_DATA, f"shows everybody {named(found)}")


def money_exposed(desk: Desk, case: Case) -> str:
    """Return, in words, the card and bank numbers that everybody would read in a case's draft; "" without one."""
    draft = case.draft
    if (
        draft is None
        or draft.kind in {DraftKind.TAKE_BACK, DraftKind.PRIVATE}
        or desk.store.mention(draft.target_mention).private
    ):
        return ""
    return money_in(in_public(desk, case, draft.text))


@word_cache(256)  # one text is drawn in several messages
def personal_data(
    text: str, *, handle: str = "", published: Collection[str] = frozenset(), countries: Sequence[str] = ()
) -> tuple[Personal, ...]:
    """Return the personal data in a text, the gravest first, each once.

    `handle`: of the customer, who is known by it in public. `published`: numbers and addresses of our own.
    `countries`: two-letter codes; phone numbers of these are known without their country's prefix.
    """
    if not MAY_HOLD.search(text):
        return ()
    search = Search(text, handle=handle)
    found = [*_names(search, published), *_bank(search, published), *_cards(search)]
    found += _streets(search, published)
    found += _references(search, published)
    search.taken(NOBODYS)
    found += _phones(search, published, countries)
    found += _long(search, published)
    return in_order(found)


def _names(search: Search, published: Collection[str]) -> Iterator[Personal]:
    """Yield e-mail addresses; take handles, links and hashtags out, whose digits are nobody's number."""
    search.taken(HANDLE)
    if any(not is_ours(one[0], published) for one in search.taken(EMAIL)):
        yield Personal(PersonalKind.EMAIL)
    search.taken(LINK)
    search.taken(HASHTAG)


def _bank(search: Search, published: Collection[str]) -> Iterator[Personal]:
    for one in search.taken(IBAN, lambda hit: _iban(hit[0])):
        if not is_ours(_iban(one[0]), published):
            yield Personal(PersonalKind.BANK, last_digits(one[0]))
    for one in search.taken(SORT_CODE):
        if not is_ours(one["code"], published):
            yield Personal(PersonalKind.BANK, last_digits(one["code"]))
    for one in search.taken(CARD_DIGITS, lambda hit: _spanish_account(hit[0])):
        if not is_ours(one[0], published):
            yield Personal(PersonalKind.BANK, last_digits(one[0]))


def _iban(found: str) -> str:
    """Return the IBAN with which some signs begin, "" without one."""
    signs = "".join(sign for sign in found if sign.isalnum()).upper()
    if sum(sign.isdigit() for sign in signs) < LONG:
        return ""
    from stdnum import iban  # noqa: PLC0415 - 0.15 s and 9 MB, for the few texts with such a word

    return next((signs[:many] for many in _IBAN_LENGTHS if many <= len(signs) and iban.is_valid(signs[:many])), "")


def _spanish_account(found: str) -> bool:
    numbers = windows(found, {20})
    if not numbers:
        return False
    from stdnum.es import ccc  # noqa: PLC0415 - see above

    return any(ccc.is_valid(one) for one in numbers)


def _cards(search: Search) -> Iterator[Personal]:
    for one in search.taken(CARD_DIGITS, lambda hit: _card(hit[0])):
        yield Personal(PersonalKind.CARD, last_digits(_card(one[0])))


def _card(found: str) -> str:
    """Return the payment card number in some digits, "" without one."""
    numbers = [one for one in windows(found, CARD_LENGTHS) if _ISSUERS.fullmatch(one)]
    if not numbers:
        return ""
    from stdnum import luhn  # noqa: PLC0415 - see above

    return next(filter(luhn.is_valid, numbers), "")


def _streets(search: Search, published: Collection[str]) -> Iterator[Personal]:
    if any(not is_ours(one[0], published) for one in search.taken(STREET)):
        yield Personal(PersonalKind.STREET)


def _references(search: Search, published: Collection[str]) -> Iterator[Personal]:
    for pattern in (REFERENCE, TOKEN):
        for one in search.taken(pattern):
            if not is_ours(one["code"], published):
                yield Personal(PersonalKind.REFERENCE, last_digits(one["code"]))


def _phones(search: Search, published: Collection[str], countries: Sequence[str]) -> Iterator[Personal]:
    spans: dict[tuple[int, int], bool] = {}
    for digits in islice(DIGITS.finditer(search.text), MANY):
        spans |= _phones_in(digits[0], digits.start(), published, countries)
    for start, end in [span for span, ours in spans.items() if not ours]:
        bare = search.text[start:end].isdigit() and not _is_called(search.text, start)
        yield Personal(PersonalKind.NUMBER if bare else PersonalKind.PHONE, last_digits(search.text[start:end]))
    search.take(_apart(spans))


def _phones_in(
    digits: str, at: int, published: Collection[str], countries: Sequence[str]
) -> dict[tuple[int, int], bool]:
    """Return where phone numbers are, and whether each is ours or nobody's: of some country, free of charge."""
    import phonenumbers  # noqa: PLC0415 - 0.06 s, for the few texts with a long number

    kinds = phonenumbers.PhoneNumberType
    nobodys = {kinds.TOLL_FREE, kinds.SHARED_COST, kinds.UAN}
    spans: dict[tuple[int, int], bool] = {}
    for country in (None, *countries):
        for one in phonenumbers.PhoneNumberMatcher(
            digits, country, leniency=phonenumbers.Leniency.VALID, max_tries=TRIES
        ):
            where = (at + one.start, at + one.end)
            ours = phonenumbers.number_type(one.number) in nobodys or is_ours(one.raw_string, published)
            spans[where] = spans.get(where, False) or ours
    return spans


def _apart(spans: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans that do not overlap one before them."""
    last = -1
    for start, end in sorted(spans):
        if start >= last:
            yield start, end
            last = end


def _long(search: Search, published: Collection[str]) -> Iterator[Personal]:
    """Yield numbers that nothing tells the kind of: too long to be anything but a number of somebody's."""
    for one in search.taken(DIGITS, lambda hit: _is_long(hit[0])):
        if not is_ours(one[0], published):
            said = (
                PersonalKind.PHONE
                if CALL.search(one.string[max(0, one.start() - NEAR) : one.start()])
                else PersonalKind.NUMBER
            )
            yield Personal(said, last_digits(one[0]))


def _is_called(text: str, at: int) -> bool:
    """Return whether the words before a number speak of calling."""
    return CALL.search(text[max(0, at - NEAR) : at]) is not None


def _is_long(found: str) -> bool:
    """Return whether digits are one long number, and no list of small ones such as "5, 10, 15, 20"."""
    return ", " not in found and sum(sign.isdigit() for sign in found) >= LONG
