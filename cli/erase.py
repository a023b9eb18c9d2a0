"""`heard erase`: what the desk holds about a person is removed."""

import sys
from pathlib import Path

import click

from cli.at_rest import asks
from cli.options import CONFIG, STATE
from cli.output import CANNOT_START, leave, say


@click.command()
@click.argument("handle")
@click.option("--network", default="", help="Where that is their handle: x, mastodon, ...; left out: everywhere.")
@click.option("--yes", is_flag=True, help="Do it without asking once more.")
@CONFIG
@STATE
def erase(handle: str, network: str, yes: bool, config: Path, state: Path | None) -> None:
    """Erase what the desk holds about whoever has this HANDLE (or id): names, words, drafts, and Slack's messages."""
    from handlers.erasing import answers, ask_to_erase, ask_who_is_meant

    ask = asks(config, state, answers, "its messages in Slack are changed once it runs.")
    found, why = ask_who_is_meant(ask, handle, network)
    if why:
        leave(why)
    for one in found:
        say(one.sentence)
    if not yes:
        click.confirm("Erase this? It cannot be taken back", abort=True)
    done = True
    for one in found:
        said, ended = ask_to_erase(ask, one)
        say(said)
        done = done and ended
    sys.exit(0 if done else CANNOT_START)
