"""Options that several commands share, and the paths that follow from them."""

from pathlib import Path

import click

from cli.output import leave

HERE = Path("heard.toml")
REHEARSAL = Path("var/rehearsal")
FASTEST = 100_000
_NAME_IT = "Name heard.toml with --config, or the desk's state directory with --state."

CONFIG = click.option("--config", type=click.Path(path_type=Path), default=HERE, show_default=True)
STATE = click.option(
    "--state", type=click.Path(path_type=Path), default=None, help="State directory of the desk or rehearsal."
)


def forwards(_context: click.Context, _option: click.Parameter, speed: float) -> float:
    """Return the speed of a rehearsal's time; refuse one that is zero, negative or not a number."""
    if not 0 < speed <= FASTEST:
        raise click.BadParameter(f"time runs forwards, at most {FASTEST} times as fast.")
    return speed


def config_of(config: Path, state: Path | None) -> Path:
    """Return the path of heard.toml: a rehearsal has its own in its state directory.

    A path that was given is used as it is. Without one, and without a heard.toml here, the rehearsal's is used. Exits
    with a sentence when `state` leads to no desk.
    """
    if state is not None:
        return _config_of(state, config)
    beside = REHEARSAL / "heard.toml"
    return beside if config == HERE and not config.exists() and beside.exists() else config


def _config_of(state: Path, config: Path) -> Path:
    from bot.settings import state_dir_of

    beside = state / "heard.toml"
    if beside.exists():
        return beside
    if not state.is_dir():
        leave(f"{state} is not {'a folder' if state.exists() else 'here'}. {_NAME_IT}")
    if not config.exists() or state_dir_of(config)[0].resolve() != state.resolve():
        leave(f"There is no heard.toml in {state}, and {config} is not that desk's. {_NAME_IT}")
    return config


def door_of(config: Path, state: Path | None) -> tuple[Path, str]:
    """Return the running desk's control socket, and why that is only a guess, or ""."""
    from bot.settings import state_dir_of
    from handlers.control import SOCKET

    if state is not None:
        return state / SOCKET, ""
    if not config.exists() and config != HERE:
        leave(f"{config} is not here. {_NAME_IT}")
    if not config.exists():
        doubt = f"{config} is not here, and no rehearsal runs at {REHEARSAL}. {_NAME_IT}"
        return REHEARSAL / SOCKET, doubt
    directory, faults = state_dir_of(config)
    said = "".join(f"{fault}\n" for fault in faults)
    doubt = f"{said}So it is not known where the desk keeps its files, or whether one is running. {_NAME_IT}"
    return directory / SOCKET, doubt if faults else ""
