"""Prints for the command line: never a secret, and for an unexpected error only where it happened."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

CANNOT_START = 1
INTERRUPTED = 130  # as a shell says of a program that Ctrl-C ended

_hidden: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """Never print these, whatever is said from here on; the secrets of the environment are hidden anyway."""
    _hidden.update(secrets)


def say(sentence: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a sentence without the secrets that may be in it."""
    from bot.gateways.redaction import Redaction
    from bot.settings import secrets

    click.echo(Redaction({*_hidden, *secrets.in_reach(os.environ)})(sentence), err=err, nl=nl)


def leave(sentence: str, code: int = CANNOT_START) -> NoReturn:
    """Say why this goes no further, and end the command."""
    say(sentence, err=True)
    sys.exit(code)


def _once(*_: object) -> NoReturn:
    """Interrupt the command; further Ctrl-C do not disturb it while it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


class Careful(click.Group):
    """A command whose mistakes are said without what they hold: an exception may quote an address or a token."""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - as click has it
        """Run as a program of its own, and end it at once: a thread still at work must not disturb its end."""
        signal.signal(signal.SIGINT, _once)
        try:
            self.main(*args, **kwargs)
            code: object = 0
        except SystemExit as left:
            code = left.code
        except KeyboardInterrupt:
            code = INTERRUPTED
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # the reader of our output has closed it
                stream.flush()
        os._exit(code if isinstance(code, int) else CANNOT_START if code else 0)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command; on a mistake of ours say where it was, and leave."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.exit(CANNOT_START)  # the reader of our output has closed it
        except OSError as trouble:
            leave(f"This machine does not allow that: {_why(trouble)}.")
        except KeyboardInterrupt:
            leave("Stopped.", INTERRUPTED)
        except Exception as trouble:  # noqa: BLE001 - the last one to see it
            from bot.gateways.quiet_logs import trace_of

            leave(f"{trace_of(trouble)}\nSomething unexpected went wrong. Please report the lines above.")


def _why(trouble: OSError) -> str:
    what = trouble.strerror or type(trouble).__name__
    return f"{trouble.filename}: {what}" if trouble.filename else what
