"""The section of heard.toml on the port at which webhooks of networks come in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt

from bot.settings.accounts import kind_of
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Filled, Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class WebhooksSection(Section):
    """The port at which networks tell of news; without the section nothing listens."""

    host: Filled = Field("127.0.0.1", description="The address to listen on, behind your own proxy with TLS.")
    port: Annotated[StrictInt, Field(ge=1, le=65_535)] = Field(3001, description="The port to listen on.")


def webhook_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for a port that is taken, for one that nobody uses, and for one that an account needs."""
    given, kinds = config.webhooks, [kind_of(one) for one in config.accounts]
    if given is None:
        for number, kind in enumerate(kinds):
            if kind.only_webhooks:
                what = f"Posts of {kind.label} come by webhooks, and the desk listens for none."
                where = lines.of(("accounts", number))
                yield Fault(where, f"accounts[{number + 1}]", what, "Add a section [webhooks]; it may be empty.")
        return
    if not any(kind.webhooks for kind in kinds):
        what = "No account is on a network that sends webhooks, so the port would be open for nothing."
        yield Fault(lines.of(("webhooks",)), "webhooks", what, "Take the section out, or add such an account.")
    if config.slack.mode == "http" and config.slack.port == given.port:
        where = lines.of(("webhooks", "port")) or lines.of(("webhooks",))
        yield Fault(where, "webhooks.port", "Slack's requests come in at this port.", "Choose another one, as 3001.")
