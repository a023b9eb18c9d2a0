"""Facts about people whose time zone this machine does not know."""

from collections.abc import Iterable

from bot.domain.base.moments import zone_named
from bot.domain.base.text import plain
from bot.domain.team.people import Teammate
from bot.gateways.findings import Finding, warn

MOST_NAMED = 5
_REMEDY = "Correct it in their Slack profile, or bring this machine's zone data up to date (the package tzdata)."


def odd_zones(people: Iterable[Teammate]) -> list[Finding]:
    """Return a finding for each time zone in Slack that is unknown here, with the people who have it."""
    whose: dict[str, list[str]] = {}
    for one in people:
        if one.zone and zone_named(one.zone) is None:
            whose.setdefault(plain(one.zone, 60), []).append(plain(one.name, 60))
    return [_finding(zone, whose[zone]) for zone in sorted(whose)]


def _finding(zone: str, names: list[str]) -> Finding:
    named = ", ".join(sorted(names)[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    what = f"Slack gives {named}{more} the time zone “{zone}”, which is not known here."
    return warn(f"{what} The desk's own zone counts for them meanwhile.", _REMEDY)
