"""Storms in heard.toml."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StrictInt

from bot.domain.storms.storm import CHECKLIST, StormPolicy
from bot.settings.values import Channel, Filled, Handle, Length, Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class StormsSection(Section):
    """Storms: when one is opened by itself, who is never folded, and the protocol."""

    opens_at: Annotated[StrictInt, Field(ge=0, le=10_000)] = Field(
        20, description="People in a spike from which on a storm is opened by itself; 0: only a person opens one."
    )
    influencers: tuple[Handle, ...] = Field((), description="Handles whose posts keep a thread of their own.")
    followers: Annotated[StrictInt, Field(ge=0)] = Field(
        10_000, description="From so many followers on, too; 0: nobody is an influencer by followers."
    )
    spreads_at: Annotated[StrictInt, Field(ge=0, le=10_000)] = Field(
        8,
        description="A post of a storm that so many people answer in a short time has a thread of its own; 0: none.",
    )
    spreads_within: Length = Field(timedelta(minutes=10), description="That short time.")
    ask_every: Length = Field(
        timedelta(hours=4), description="How often it is asked whether an open storm is over, in clock time."
    )
    checklist: tuple[Filled, ...] = Field(
        CHECKLIST, description="The steps of your protocol; each is ticked by name in the storm's thread."
    )
    marketing: Channel | Literal[""] = Field(
        "",
        description="Where marketing is asked to pause and reads what it may quote; left out: the leads' channel.",
    )


def storm_policy(config: "Config") -> StormPolicy:
    """Return the policy of storms as a domain value."""
    said = config.storms
    return StormPolicy(
        opens_at=said.opens_at,
        influencers=frozenset(one.lstrip("@").casefold() for one in said.influencers),
        followers=said.followers,
        spreads_at=said.spreads_at,
        spreads_within=said.spreads_within,
        ask_every=said.ask_every,
        checklist=tuple(said.checklist),
        marketing=said.marketing,
    )
