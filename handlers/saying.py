"""How the command line speaks: no secret is ever printed, and what nobody foresaw is no traceback of everything."""

import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

CANNOT_START = 1

_hidden: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """Never print these, whatever is said from here on; the secrets of the environment are hidden anyway."""
    _hidden.update(secrets)


def say(sentence: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a sentence without the secrets that may be in it."""
    from bot.gateways.redaction import Redaction  # noqa: PLC0415 - the start need not wait for it
    from bot.settings import secrets  # noqa: PLC0415 - nor for this

    click.echo(Redaction({*_hidden, *secrets.in_reach(os.environ)})(sentence), err=err, nl=nl)


def leave(sentence: str, code: int = CANNOT_START) -> NoReturn:
    """Say why this goes no further, and end the command."""
    say(sentence, err=True)
    sys.exit(code)


class Careful(click.Group):
    """A command whose mistakes are said without what they hold: an exception may quote an address or a token."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command; on a mistake of ours say where it was, and leave."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as trouble:  # noqa: BLE001 - the last one to see it
            from bot.gateways.quiet_logs import trace_of  # noqa: PLC0415 - only now

            leave(f"{trace_of(trouble)}\nSomething went wrong that nobody foresaw. Please report the lines above.")
