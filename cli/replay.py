"""`heard replay`: feed recorded posts into a running desk or rehearsal."""

import sys
from pathlib import Path

import click

from cli.options import CONFIG, door_of


def _forth(_context: click.Context, _option: click.Parameter, rate: float) -> float:
    if not rate >= 0:
        raise click.BadParameter("give posts a second, or 0 for as fast as the desk takes them.")
    return rate


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--brand", "brands", multiple=True, help="An account that is ours; may be given several times.")
@click.option("--all-brands", is_flag=True, help="Every account that answers customers in the file is ours.")
@click.option(
    "--rate",
    callback=_forth,
    default=20.0,
    show_default=True,
    help="Posts a second; 0: as fast as the desk takes them.",
)
@click.option("--state", type=click.Path(path_type=Path), default=None, help="State directory of the running desk.")
@CONFIG
def replay(  # noqa: PLR0917 - click hands them over by name
    file: Path, brands: tuple[str, ...], all_brands: bool, rate: float, state: Path | None, config: Path
) -> None:
    """Feed recorded posts into a running desk or rehearsal. They can never reach a real network."""
    from cli.replay_sender import replay_file

    door, doubt = door_of(config, state)
    sys.exit(replay_file(file, door, brands=brands, every_brand=all_brands, rate=rate, doubt=doubt))
