"""The light lane in heard.toml."""

from typing import TYPE_CHECKING

from bot.domain.light_lane.light_mention import LightPolicy
from bot.domain.triage.triage import Kind

if TYPE_CHECKING:
    from bot.settings.model import Config


def light_policy(config: "Config") -> LightPolicy:
    """Return the policy of the light lane as a domain value."""
    lane = config.light_lane
    ways = {Kind.PRAISE: lane.praise, Kind.THANKS: lane.thanks, Kind.CHATTER: lane.chatter}
    return LightPolicy(ways=ways, after=lane.after)
