"""Refuses walls between brands: a desk of its own is one."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool

from bot.settings.values import Section, fault


def _no_walls(value: bool) -> bool:
    if value:
        raise fault(
            "A desk shows its cases to everybody who works there, so it cannot wall brands off from each other.",
            "Run a desk for each brand, each in a Slack workspace of its own; docs/configuration.md says why.",
        )
    return value


class WallsSection(Section):
    """The walls between people of one brand and the cases of another."""

    between_brands: Annotated[StrictBool, AfterValidator(_no_walls)] = Field(
        default=False, description="true is refused: a desk has no walls within it."
    )
