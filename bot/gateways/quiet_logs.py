"""Logging: one line of JSON per event on stderr, without secrets, people's words or library messages."""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from bot.gateways.redaction import Redaction

# At DEBUG these libraries print tokens, headers or people's words, so only WARNING and above is logged.
CHATTY = (
    "apscheduler",
    "tweepy",
    "urllib3",
    "requests",
    "requests_oauthlib",
    "oauthlib",
    "slack_sdk",
    "slack_bolt",
    "asyncio",
    "httpx",
)
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_SAY_NOTHING_OF_OTHERS = frozenset(
    {AttributeError, TypeError, NameError, UnboundLocalError, ImportError, RecursionError}
)

_log = logging.getLogger(__name__)


def set_up(
    secrets: Iterable[str] = (), *, level: int = logging.INFO, stream: TextIO | None = None
) -> logging.Handler:
    """Send every log line of this process through one handler that hides secrets; return the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_OneLine(secrets))
    handler.addFilter(_quiet)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed raw
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    return handler


def _quiet(record: logging.LogRecord) -> bool:
    """Return whether to log the record; drops lines by name too, since Bolt sets its loggers' levels itself.

    Slack's web client quotes answers that it cannot read; our own client logs each call's outcome.
    """
    if record.name.startswith("slack_sdk.web"):
        return False
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in CHATTY


class _OneLine(logging.Formatter):
    """Writes a record as one line of JSON with every secret hidden."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._hide = Redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; extras of the record become fields of their own."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": self._safe(_message(record)),
        }
        line |= {name: self._safe(value) for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info and record.exc_info[1]:
            line["trace"] = self._safe(trace_of(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)

    def _safe(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = value if isinstance(value, str) else str(value)
        return self._hide(text).encode("utf-8", "backslashreplace").decode()


def trace_of(trouble: BaseException) -> str:
    """Return the types and places of an exception and of its causes, without their texts."""
    told: list[str] = []
    seen: set[int] = set()
    step: BaseException | None = trouble
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        told.insert(0, "".join([*traceback.format_tb(step.__traceback__), _named(step)]))
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\nthen:\n".join(told)


def _named(trouble: BaseException) -> str:
    """Return the type of an exception; its text may have a customer's words, since a database quotes refused rows."""
    kind = type(trouble)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if kind in _SAY_NOTHING_OF_OTHERS:
        return f"{name}: {trouble}"
    if kind.__module__ == "builtins" and isinstance(trouble, OSError) and trouble.strerror:
        return f"{name}: {trouble.strerror}"
    return name


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _uncaught(kind: type[BaseException], trouble: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught", exc_info=(kind, trouble, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else ""
        _log.critical(
            "uncaught", extra={"in_thread": name}, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )
