"""Prints for the command line: never a secret, and of an unexpected error only its place in the code."""

import contextlib
import errno
import os
import re
import signal
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

CANNOT_START = 1
INTERRUPTED = 130  # a shell's exit code for a program that Ctrl-C ended

_hidden: set[str] = set()
# Besides ends of lines and tabs; the last ones turn the direction of writing.
_OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hide(secrets: Iterable[str]) -> None:
    """Replace these texts in all later output; the secrets of the environment are always replaced."""
    _hidden.update(secrets)


def say(sentence: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a sentence; secrets in it are replaced, and signs that a terminal obeys."""
    click.echo(_OBEYED.sub("\ufffd", _without_secrets(sentence)), err=err, nl=nl)


def _without_secrets(sentence: str) -> str:
    from bot.gateways.redaction import Redaction
    from bot.settings import secrets

    return Redaction({*_hidden, *secrets.in_reach(os.environ)})(sentence)


def leave(sentence: str, code: int = CANNOT_START) -> NoReturn:
    """Print why the command stops, and exit with `code`."""
    say(sentence, err=True)
    sys.exit(code)


def _once(*_: object) -> NoReturn:
    """Interrupt the command; ignore further Ctrl-C while it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _keep_private() -> None:
    """Keep what this process knows out of core dumps, and passwords of addresses out of the list of processes."""
    from bot.gateways.own_process import conceal, forbid_dumps

    forbid_dumps()
    for one in sys.argv:
        if "://" in one:
            from bot.settings.addresses import secrets_in

            found = secrets_in(one)
            hide(found)
            conceal(found)


class Careful(click.Group):
    """A command that prints unexpected errors without their text, which may quote an address or a token."""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - as click has it
        """Run as a program and end the process at once: a thread that still works must not delay the exit."""
        signal.signal(signal.SIGINT, _once)
        try:
            _keep_private()
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
        """Run the command; on an unexpected error print its place in the code, and exit."""
        try:
            return super().invoke(ctx)
        except click.ClickException as refused:  # it may quote what was typed
            vars(refused)["message"] = _without_secrets(refused.message)
            raise
        except click.exceptions.Exit:
            raise
        except BrokenPipeError:
            sys.exit(CANNOT_START)  # the reader of our output has closed it
        except KeyboardInterrupt:
            leave("Stopped.", INTERRUPTED)
        except Exception as trouble:  # noqa: BLE001 - the outermost handler
            leave(_what_happened(trouble))


def _what_happened(trouble: Exception) -> str:
    from bot.gateways.quiet_logs import trace_of
    from bot.ports import OutOfService

    match trouble:
        case click.Abort():  # at a question
            return "\nStopped. Nothing was changed."
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return (
                f"No room is left for that: {_why(trouble)}. Make some, and try again. What was there is as it was."
            )
        case OSError():
            return f"This machine does not allow that: {_why(trouble)}."
        case OutOfService():
            return f"{trouble} {what_now(trouble)}"
        case _:
            return f"{trace_of(trouble)}\nSomething unexpected went wrong. Please report the lines above."


def what_now(trouble: Exception) -> str:
    """Return what to do about a database that cannot be used."""
    from bot.ports import Damaged

    if isinstance(trouble, Damaged):
        return "`heard restore` puts the last good backup in its place: see docs/backups.md."
    said = str(trouble).casefold()
    return next((what for signs, what in _WHAT_NOW if any(one in said for one in signs)), _SEE)


_SEE = "See desk.database in heard.toml."
# Words of a database about what it cannot do, and what a person can.
_WHAT_NOW = (
    (
        ("not a database",),
        f"{_SEE} If that is the desk's file, it is damaged: `heard restore` puts the last good backup in its place.",
    ),
    (("disk is full", "no space left", "disk quota"), "Make room on its disk, and try again. Nothing is lost."),
    (("readonly", "read-only"), "Make its disk, or its server, writable again, and try once more. Nothing is lost."),
    (
        ("is locked", "busy"),
        "Another program holds it, such as a copy or a database browser: end that one first.",
    ),
)


def _why(trouble: OSError) -> str:
    what = trouble.strerror or type(trouble).__name__
    return f"{trouble.filename}: {what}" if trouble.filename else what
