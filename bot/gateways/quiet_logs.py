"""Logging: one event per line on stderr, as text or JSON, without secrets, people's words or libraries' messages."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from bot.gateways.redaction import Redaction

# Only our own modules choose their words with care. Of a library's line its place in the source is logged: the words
# may quote a token, a header, an address or a customer; below WARNING, not even that.
OURS = frozenset({"app", "bot", "cli", "handlers", "storage"})
_WARNED_OF = re.compile(r".*?:\d+: \w+")  # place and kind of one of Python's warnings, before its text
# At DEBUG these write so much, or ask so often whether to write, that it takes time.
LOUD = (
    "apscheduler",
    "asyncio",
    "oauthlib",
    "requests",
    "requests_oauthlib",
    "slack_bolt",
    "slack_sdk",
    "tweepy",
    "urllib3",
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_SAY_NOTHING_OF_OTHERS = frozenset(
    {AttributeError, TypeError, NameError, UnboundLocalError, ImportError, RecursionError}
)

_log = logging.getLogger(__name__)


def set_up(
    secrets: Iterable[str] = (),
    *,
    as_json: bool = False,
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> logging.Handler:
    """Send every log line of this process through one handler that hides secrets; return the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(event_lines(secrets, as_json=as_json))
    handler.addFilter(_quiet)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed raw
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    return handler


def event_lines(secrets: Iterable[str], *, as_json: bool) -> logging.Formatter:
    """Return the formatter of the log."""
    return _Event(secrets, _as_json if as_json else _as_text)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _quiet(record: logging.LogRecord) -> bool:
    """Return whether to log the record, whatever level its logger chose for itself.

    Slack's web client warns of answers that it cannot read; our own client logs each call's outcome.
    """
    if record.name.startswith("slack_sdk.web"):
        return False
    return record.levelno >= logging.WARNING or _is_ours(record)


class _Event(logging.Formatter):
    """Writes a record with every secret hidden."""

    def __init__(self, secrets: Iterable[str], written: Callable[[dict[str, object]], str]) -> None:
        super().__init__()
        self._hide, self._written = Redaction(secrets), written

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; extras of the record become fields of their own."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": self._safe(_message(record)),
        }
        if _is_ours(record):
            line |= {name: self._safe(value) for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info and record.exc_info[1]:
            line["trace"] = self._safe(trace_of(record.exc_info[1]))
        return self._written(line)

    def _safe(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = value if isinstance(value, str) else str(_named_only(value))
        return self._hide(text).encode("utf-8", "backslashreplace").decode()


def _as_json(line: dict[str, object]) -> str:
    return _on_one_line(json.dumps(line, ensure_ascii=False))  # JSON itself escapes only some of these


def _as_text(line: dict[str, object]) -> str:
    at, level, where, event, *more = line
    facts = "".join(f" {name}={_on_one_line(line[name])}" for name in more if name != "trace")
    trace = "".join(f"\n    {_on_one_line(one)}" for one in str(line.get("trace", "")).splitlines())
    return f"{line[at]} {line[level]:<8} {line[where]} {_on_one_line(line[event])}{facts}{trace}"


def _on_one_line(value: object) -> str:
    """Return a value as text without signs that begin a line, move the cursor, or turn the direction of writing."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", str(value))


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
    if not _is_ours(record):
        warned = _WARNED_OF.match(str(record.args)) if record.name == "py.warnings" else None
        return warned[0] if warned else f"library.said at={record.module}.py:{record.lineno}"
    args = record.args
    if isinstance(args, tuple):
        args = tuple(map(_named_only, args))
    try:
        return str(record.msg) % args if args else str(_named_only(record.msg))
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _named_only(value: object) -> object:
    """Return a value for the log: of an exception only its kinds, since its text may quote anything."""
    if not isinstance(value, BaseException):
        return value
    word = str(getattr(value, "code", "") or getattr(value, "limit", ""))
    kinds = [type(one).__name__ for one in (value, value.__cause__) if one is not None]
    return "/".join([*kinds, *([word] if word.isidentifier() else [])])


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
