"""The light lane in heard.toml."""

from typing import TYPE_CHECKING

from bot.domain.light_lane.light_mention import LightRules
from bot.domain.triage.triage import Kind

if TYPE_CHECKING:
    from bot.settings.model import Config


def light_rules(config: "Config") -> LightRules:
    """Return the rules of the light lane as domain values."""
    lane = config.light_lane
    ways = {Kind.PRAISE: lane.praise, Kind.THANKS: lane.thanks, Kind.CHATTER: lane.chatter}
    return LightRules(ways=ways, after=lane.after)
