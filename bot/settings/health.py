"""The section of heard.toml on the port for monitoring."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt

from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Filled, Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class HealthSection(Section):
    """The port for monitoring, with /live, /ready and /metrics; without the section nothing listens."""

    host: Filled = Field(
        "127.0.0.1",
        description="The address to listen on; nothing is asked of whoever reaches it, so keep it inside.",
    )
    port: Annotated[StrictInt, Field(ge=1, le=65_535)] = Field(3002, description="The port to listen on.")


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach what listens there."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def health_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for a port at which something else of the desk listens."""
    given = config.health
    if given is None:
        return
    taken = {config.slack.port} if config.slack.mode == "http" else set[int]()
    taken |= {config.webhooks.port} if config.webhooks else set[int]()
    if given.port in taken:
        where = lines.of(("health", "port")) or lines.of(("health",))
        yield Fault(where, "health.port", "The desk listens at this port already.", "Choose another one, as 3002.")
