"""Public holidays from the calendars of the `holidays` package, as plain dates."""

from datetime import date
from functools import lru_cache

import holidays

YEARS = range(2020, 2061)  # from before the first case to beyond the furthest possible due moment


@lru_cache(maxsize=8)
def closed_days(place: str) -> frozenset[date]:
    """Return the public holidays of a country ("GB") or one of its regions ("DE-BE"); raise KeyError if unknown."""
    country, _, region = place.upper().partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=YEARS))
    except NotImplementedError:
        raise KeyError(place) from None
