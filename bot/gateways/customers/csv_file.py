"""Customers in a CSV file, read anew at each look: nothing of it stays in memory."""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.customer import CustomerRecord
from bot.domain.cases.forbidden_traits import forbidden_trait
from bot.domain.mentions.segments import plain_handle
from bot.gateways.customers.answers import record_of
from bot.gateways.networks.private_files import NotTrusted, private_content
from bot.ports.customers import CustomersGiven, CustomersKind, LookupTrouble

_NO_CSV = "The file of customers is not a CSV file in UTF-8."
LARGEST = 10_000_000  # bytes; a larger file belongs behind an address that is asked for one customer
FOUND_BY = ("orders", "network", "handle")
_OURS = (*FOUND_BY, "account_id", "confirmed", "spend", "engagement", "segment")
_CROOKED = "The row of this customer has other columns than the first row of the file."
_EVERY = 1_000  # rows after which the time is looked at
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvCustomers:
    """The customers in one file; several orders of a customer stand in one cell, with blanks between them."""

    given: CustomersGiven

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        """Return the customers of an order number."""
        wanted = number.casefold()
        return self._found(one for one in self._rows() if wanted in _cell(one, "orders").casefold().split())

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        """Return the customers with a handle; an account_id in the file has to be the author's, too."""
        return self._found(
            one
            for one in self._rows()
            if plain_handle(_cell(one, "handle")) == handle
            and _cell(one, "network").strip().casefold() == network
            and _cell(one, "account_id").strip() in {"", author_id}
        )

    def _found(self, rows: Iterator[Row]) -> list[CustomerRecord]:
        found = list(rows)
        if any(None in one or None in one.values() for one in found):  # its facts would stand under other names
            raise LookupTrouble(_CROOKED)
        return [record_of(one, one, self.given.shows) for one in found]

    def _rows(self) -> Iterator[Row]:
        until = time.monotonic() + self.given.within
        try:
            rows = csv.DictReader(_lines(self.given.file), strict=True)
            if twice := _twice(rows.fieldnames or ()):
                raise LookupTrouble(_named_twice(twice[0]))
            for number, row in enumerate(rows):
                if number % _EVERY == 0 and time.monotonic() > until:
                    raise LookupTrouble("The file of customers could not be read in time.")
                yield row
        except (csv.Error, UnicodeError):
            raise LookupTrouble(_NO_CSV) from None


def _twice(head: Sequence[str]) -> list[str]:
    """Return the names that stand twice in the first row; without a name a column is never read."""
    return sorted({one for one in head if one and head.count(one) > 1})


def _named_twice(column: str) -> str:
    return f"The file of customers has two columns “{column}”."


def _cell(row: Row, name: str) -> str:
    return row.get(name) or ""


def _lines(file: Path | None) -> Iterable[str]:
    """Return the lines of the file, decoded one at a time. Raises LookupTrouble; iterating raises UnicodeError."""
    try:
        content = private_content(file or Path(), LARGEST, follow=True)
    except NotTrusted as why:
        raise LookupTrouble(f"The file of customers is not used: {why}.") from None
    except (OSError, ValueError):
        raise LookupTrouble("The file of customers cannot be read.") from None
    if len(content) > LARGEST:
        raise LookupTrouble(f"The file of customers is larger than {LARGEST:,} bytes.")
    return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")


def csv_faults(given: CustomersGiven) -> Sequence[tuple[str, str]]:
    """Return what is wrong with the file and its first row."""
    try:
        head = next(csv.reader(_lines(given.file), strict=True), [])
    except (LookupTrouble, csv.Error, UnicodeError) as trouble:
        remedy = f"Name a CSV file in UTF-8 of the desk's own user, with mode 600: {given.file}."
        return [(str(trouble) if isinstance(trouble, LookupTrouble) else _NO_CSV, remedy)]
    found = [
        (f"The file of customers has no column “{one}”.", "Add it, or take it out of customers.shows.")
        for one in given.shows
        if one not in head
    ]
    if "orders" not in head and not {"network", "handle", "confirmed"} <= {*head}:
        remedy = "Add a column orders, or the columns network, handle and confirmed."
        found += [("Nobody could be found in the file of customers.", remedy)]
    found += [(_named_twice(one), "Nobody can tell which counts. Take one out.") for one in _twice(head)]
    traits = [(one, trait) for one in head if one not in _OURS and (trait := forbidden_trait(one))]
    return found + [
        (f"The file of customers has a column “{one}”, which tells of {trait}.", "It is never read. Take it out.")
        for one, trait in traits
    ]


KIND = CustomersKind(name="csv", build=CsvCustomers, needs=("file",), check=csv_faults)
