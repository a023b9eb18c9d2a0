"""The sections of heard.toml on what networks cost."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bot.domain.accounts.spending import Charge, Credit, SpendingPolicy
from bot.settings.values import Section

if TYPE_CHECKING:
    from bot.settings.model import Config

Dollars = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class SpendingSection(Section):
    """The cost of a network that is paid by use, and the credit that was bought there."""

    network: str = Field(description='The network: "x".')
    credit: Dollars = Field(0.0, description="Dollars bought; 0: leads are not told when it ends.")
    since: date = Field(date(2026, 1, 1), description="The day from which this credit is used: 2026-11-01.")
    prices: dict[Charge, Dollars] = Field(
        {},
        description="Dollars for each post, author, look, event, reply, link_reply, statement, message and "
        "message_reply, where they differ from the network's usual ones.",
    )


def spending_policy(config: "Config") -> SpendingPolicy:
    """Return the policy as a domain value; of two rules for one network the last counts."""
    return SpendingPolicy(
        credits={one.network: Credit(one.credit, one.since) for one in config.spending if one.credit},
        prices={one.network: one.prices for one in config.spending if one.prices},
    )
