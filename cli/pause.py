"""`heard pause` and `heard resume`: no reply goes out until a person lets them go on."""

import sys
from pathlib import Path

import click

from cli.at_rest import asks
from cli.options import CONFIG, STATE
from cli.output import CANNOT_START, say


def _named(_ctx: click.Context, _param: click.Parameter, where: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty word, such as of a variable that a script never set: nothing named would mean everywhere."""
    if not all(one.strip() for one in where):
        raise click.BadParameter("a word is empty. Name a network or an account, or leave it out for everywhere.")
    return where


_WHERE = click.argument("where", nargs=-1, callback=_named)


@click.command()
@_WHERE
@click.option("--because", "why", required=True, help="Why, for the leads' channel and the cards that wait.")
@CONFIG
@STATE
def pause(where: tuple[str, ...], why: str, config: Path, state: Path | None) -> None:
    """Let no reply go out WHERE: a network, an account (x @handle), or everywhere without one."""
    _ask("pause", f"{' '.join(where)} because {why}", config, state)


@click.command()
@_WHERE
@CONFIG
@STATE
def resume(where: tuple[str, ...], config: Path, state: Path | None) -> None:
    """Let replies go out again WHERE it was paused."""
    _ask("resume", " ".join(where), config, state)


def _ask(do: str, words: str, config: Path, state: Path | None) -> None:
    from handlers.pausing import answers, ask_to

    said, done = ask_to(asks(config, state, answers, "it holds from the next start on."), do, words)
    say(said, err=not done)
    sys.exit(0 if done else CANNOT_START)
