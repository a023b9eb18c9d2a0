"""Which days are public holidays somewhere: the calendars of the `holidays` package, as plain days."""

from datetime import date
from functools import lru_cache

import holidays

YEARS = range(2020, 2061)  # from before the first case to further ahead than a due moment is looked for

COMPARED = range(2026, 2030)  # enough to see whether regions differ


@lru_cache(maxsize=8)
def closed_days(place: str) -> frozenset[date]:
    """Return the public holidays of a country ("GB") or one of its regions ("DE-BE"); raise KeyError if unknown."""
    country, _, region = place.upper().partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=YEARS))
    except NotImplementedError:
        raise KeyError(place) from None


def regions_with_days_of_their_own(place: str) -> tuple[str, ...]:
    """Return the regions of a country in which other days are public holidays too; none where a region is named."""
    country, _, region = place.upper().partition("-")
    if region:
        return ()
    days = set(holidays.country_holidays(country, years=COMPARED))
    known = holidays.country_holidays(country).subdivisions
    own = (one for one in known if set(holidays.country_holidays(country, subdiv=one, years=COMPARED)) != days)
    return tuple(f"{country}-{one}" for one in own)
