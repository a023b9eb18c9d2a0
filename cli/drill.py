"""`heard drill`: an invented storm in a Slack channel of its own, with networks walled off, and a score."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cli.options import CONFIG
from cli.output import hide, leave

if TYPE_CHECKING:
    from bot.settings import Secrets, Settings

Found = TypeVar("Found")
_FASTEST = 1_000


def _faster(_context: click.Context, _option: click.Parameter, speed: float) -> float:
    if not 1 / _FASTEST <= speed <= _FASTEST:
        raise click.BadParameter(f"give how many times faster the posts come, from {1 / _FASTEST:g} to {_FASTEST}.")
    return speed


@click.command()
@click.argument("script", required=False)
@click.option("--channel", default="", help="The drill's own Slack channel, by its id (C...).")
@click.option("--leads-channel", default="", help="Where the drill's leads are told; left out: the same channel.")
@click.option(
    "--speed", callback=_faster, default=1.0, show_default=True, help="How many times faster the posts come."
)
@click.option(
    "--rota",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="A file with other [people], [[shifts]], [[skills]] and [hours].",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("drills"),
    show_default=True,
    help="Where drills are kept.",
)
@click.option("--end", "ends", is_flag=True, help="Score a drill that was killed, without going on with it.")
@click.option(
    "--from-mentions",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="Write a script from this `heard export mentions --nl`, without names.",
)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="The script that --from-mentions writes.")
@CONFIG
def drill(  # noqa: PLR0917 - click hands them over by name
    script: str | None,
    channel: str,
    leads_channel: str,
    speed: float,
    rota: Path | None,
    folder: Path,
    ends: bool,
    from_mentions: Path | None,
    out: Path | None,
    config: Path,
) -> None:
    """Play a storm from SCRIPT in a Slack channel of its own; without SCRIPT, list those that come with Heard."""
    from cli import drilled

    if from_mentions:
        drilled.write_script(from_mentions, out)
    elif script is None:
        drilled.list_scripts()
    else:
        desk, secrets = _tokens(config)
        rooms = (channel, leads_channel or channel)
        drilled.play(script, desk, secrets, rota, rooms, speed=speed, folder=folder, ends=ends)


def _tokens(config: Path) -> "tuple[Settings, Secrets]":
    """Return the desk's settings and the tokens of the drill; print all faults of both and exit."""
    from bot.gateways.own_process import conceal
    from bot.settings import SettingsFaults
    from bot.settings.drill_walls import desk_settings, drill_secrets

    faults: list[str] = []

    def read(work: Callable[[], Found]) -> Found | None:
        try:
            return work()
        except SettingsFaults as found:
            faults.extend(str(one) for one in found.faults)
            return None

    desk, secrets = read(lambda: desk_settings(config, os.environ)), read(lambda: drill_secrets(os.environ))
    if desk is None or secrets is None:
        leave("\n".join(faults))
    for hidden in (desk.hidden, secrets.values()):
        hide(hidden)
        conceal(hidden)
    return desk, secrets
