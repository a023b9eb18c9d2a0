"""Reads a customer record from what a source answered; only what the configuration names comes out."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.base.text import clean
from bot.domain.cases.customer import MOST, CustomerRecord
from bot.domain.cases.forbidden_traits import forbidden_trait

LONGEST = 200  # characters of a fact
_POINTS = re.compile(r"([0-9]{1,3})(?:[.]0+)?")  # many tools write whole numbers as 80.0
_YES = ("yes", "true", "1")


def record_of(found: Mapping[str, object], facts: Mapping[str, object], shows: Sequence[str]) -> CustomerRecord:
    """Return the record; `found` has confirmed, spend, engagement and segment, `facts` the others, by column."""
    shown = {name: _line(facts.get(name)) for name in shows if not forbidden_trait(name)}
    return CustomerRecord(
        facts={name: value for name, value in shown.items() if value},
        confirmed=_line(found.get("confirmed")).casefold() in _YES,
        spend=_points(found.get("spend")),
        engagement=_points(found.get("engagement")),
        segment=_line(found.get("segment")).casefold(),
    )


def _line(value: object) -> str:
    if not isinstance(value, str | int | float):
        return ""
    return " ".join(clean(str(value)).split())[:LONGEST]


def _points(value: object) -> int | None:
    whole = _POINTS.fullmatch(_line(value))
    return int(whole[1]) if whole and int(whole[1]) <= MOST else None
