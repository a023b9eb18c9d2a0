"""The commands that need no store of their own: they ask a running desk, or write a file."""

import sys
from pathlib import Path

import click

from handlers.saying import CANNOT_START, Careful, hide, leave, say

__all__ = [
    "CANNOT_START",
    "COMMANDS",
    "CONFIG",
    "REHEARSAL",
    "STATE",
    "Careful",
    "config_of",
    "door_of",
    "forwards",
    "hide",
    "leave",
    "say",
]

REHEARSAL = Path("var/rehearsal")
FASTEST = 100_000
_NAME_IT = "Name heard.toml with --config, or the desk's state directory with --state."

CONFIG = click.option("--config", type=click.Path(path_type=Path), default=Path("heard.toml"), show_default=True)
STATE = click.option(
    "--state", type=click.Path(path_type=Path), default=None, help="State directory of the desk or rehearsal."
)


def forwards(_context: click.Context, _option: click.Parameter, speed: float) -> float:
    """Return the speed of a rehearsal's time; refuse one that stands still, runs backwards or is no number."""
    if not 0 < speed <= FASTEST:
        raise click.BadParameter(f"time runs forwards, at most {FASTEST} times as fast.")
    return speed


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
    from handlers.replaying import replay_file

    door, doubt = door_of(config, state)
    sys.exit(replay_file(file, door, brands=brands, every_brand=all_brands, rate=rate, doubt=doubt))


@click.command()
@CONFIG
@STATE
def reload(config: Path, state: Path | None) -> None:
    """Let the running desk take over heard.toml without a restart: whole, or not at all."""
    from handlers.reloading import asked

    said, done = asked(*door_of(config, state))
    say(said, err=not done)
    sys.exit(0 if done else CANNOT_START)


def config_of(config: Path, state: Path | None) -> Path:
    """Return the heard.toml to read beside a desk: a rehearsal keeps its own in its state directory."""
    directory = state or (None if config.exists() else REHEARSAL)
    beside = directory / "heard.toml" if directory else config
    return beside if beside.exists() else config


def door_of(config: Path, state: Path | None) -> tuple[Path, str]:
    """Return where the running desk listens for the command line, and why that is not known for sure, or ""."""
    from bot.settings import state_dir_of
    from handlers.control import SOCKET

    if state is not None:
        return state / SOCKET, ""
    if not config.exists():
        doubt = f"{config} is not here, and no rehearsal runs at {REHEARSAL}. {_NAME_IT}"
        return REHEARSAL / SOCKET, doubt
    directory, faults = state_dir_of(config)
    said = "".join(f"{fault}\n" for fault in faults)
    doubt = f"{said}So it is not known where the desk keeps its files, or whether one is running. {_NAME_IT}"
    return directory / SOCKET, doubt if faults else ""


@click.command()
@click.option("--config", type=click.Path(path_type=Path), default=Path("heard.toml"), show_default=True)
def init(config: Path) -> None:
    """Ask a few questions, then write heard.toml and the Slack manifest beside it."""
    from bot.gateways.manifest import manifest_text
    from bot.settings.asking import written

    beside = config.with_name("slack-manifest.json")
    for one in (config, beside):
        if one.exists():
            leave(f"{one} is there already. Move it away first, or choose another name with --config.")
    config.write_text(written(lambda asked, usual: click.prompt(asked, default=usual, show_default=bool(usual))))
    beside.write_text(manifest_text())
    say(f"Wrote {config} and {beside}. Next: docs/slack-app.md for the tokens, then `heard check`.")


@click.command()
@click.option(
    "--request-url", default="", help="Your public address, https://.../slack/events; left out: Socket Mode."
)
def manifest(request_url: str) -> None:
    """Print the manifest from which the Slack app is created."""
    from bot.gateways.manifest import manifest_text

    try:
        say(manifest_text(socket=not request_url, request_url=request_url))
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--request-url") from None


COMMANDS = (replay, reload, init, manifest)
