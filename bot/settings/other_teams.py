"""Teams that can be asked about a case, in heard.toml."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from bot.domain.cases.inquiry import USUALLY_WITHIN as ASKED_WITHIN
from bot.domain.cases.inquiry import OtherTeam
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Channel, Filled, Length, Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class OtherTeamRule(Section):
    """A team that can be asked about a case, from the card's menu."""

    name: Filled = Field(description='What people call it: "Billing".')
    channel: Channel = Field(description="Where it is asked; whoever reads there may answer.")
    within: Length = Field(ASKED_WITHIN, description="Within how long an answer is hoped for, in desk hours.")


def other_teams_of(config: "Config") -> tuple[OtherTeam, ...]:
    """Return the teams that can be asked."""
    return tuple(OtherTeam(name=one.name, channel=one.channel, within=one.within) for one in config.other_teams)


def other_team_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each name that two teams have, since people choose a team by its name."""
    first: dict[str, int] = {}
    for number, one in enumerate(config.other_teams):
        same = first.setdefault(one.name.casefold(), number)
        if same != number:
            what = f"other_teams[{same + 1}] has the same name."
            where = lines.of(("other_teams", number, "name"))
            yield Fault(where, f"other_teams[{number + 1}].name", what, "Rename one.")
