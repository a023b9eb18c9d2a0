"""The control socket, for the command line: a private Unix socket that takes one JSON line per request."""

import json
import logging
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from bot.domain.base.refusals import NotUsable, Refusal
from bot.gateways.findings import Finding, bad
from bot.ports import Conflict

log = logging.getLogger(__name__)

Request = Mapping[str, Any]
Answers = Mapping[str, Callable[[Request], dict[str, Any]]]
SOCKET = "control.sock"  # in the state directory
ANSWERS_WITHIN = 60.0  # seconds
KNOCK, KNOCKS_FOR = "are you there", 5.0  # what the desk asks itself, and seconds
_RESTART = "Restart the desk; nothing is lost by that."
LONGEST = 4_000_000  # bytes of one line: more than a hundred posts need
LONGEST_NAME = 107  # bytes of a socket's name, unix(7)
OPEN_FOLDERS = Path("/proc/self/fd")  # Linux alone has it


class AtFirstRequest(Mapping[str, Callable[[Request], dict[str, Any]]]):
    """The answers of a desk, put together when the command line first asks: most desks are never asked."""

    def __init__(self, put_together: Callable[[], Answers]) -> None:
        self._put_together = put_together

    @cached_property
    def _answers(self) -> Answers:
        return self._put_together()

    def __getitem__(self, name: str) -> Callable[[Request], dict[str, Any]]:
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


class NoAnswer(Exception):
    """The desk cannot be asked, or did not answer; the text is for people."""


class NobodyThere(NoAnswer):
    """No desk is running in that state directory."""


class DeskRunning(Refusal):
    """Another desk uses that state directory."""


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    answers: Answers


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(LONGEST):
            self.wfile.write(json.dumps(self._answer(line)).encode() + b"\n")

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            if request["do"] == KNOCK:
                return {"ok": True}
            return {"ok": True, **self.server.answers[request["do"]](request)}
        except (ValueError, KeyError, TypeError) as trouble:
            return {"ok": False, "why": f"The desk did not understand that request ({type(trouble).__name__})."}
        except Exception as trouble:  # noqa: BLE001 - the command line is told, and the desk goes on
            return {"ok": False, "why": _why(trouble)}


def _why(trouble: Exception) -> str:
    """Return what the command line is told; an error of a library may quote a row or an address, so only its kind."""
    if isinstance(trouble, Conflict):
        return "Somebody changed this in the same instant. Please try again."
    if type(trouble).__module__.partition(".")[0] in {"bot", "handlers", "storage"} and str(trouble):
        return str(trouble)
    log.error("control.broken", exc_info=trouble)
    return f"Something unexpected went wrong ({type(trouble).__name__}). The desk's log says where."


@contextmanager
def _short_name(path: Path) -> Iterator[str]:
    """Yield a name of `path` that a socket can have: of a long one by its open folder, where the system has that."""
    if len(os.fsencode(path)) <= LONGEST_NAME or not OPEN_FOLDERS.exists():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(OPEN_FOLDERS / str(folder) / path.name)
    finally:
        os.close(folder)


class Control:
    """Listens on `path`, readable by its owner only."""

    name = "control"
    again = "The command line reaches the desk again. It did not"

    def __init__(self, path: Path, answers: Answers) -> None:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with _short_name(path) as name:
                self._server = _Server(name, _Talk)
        except OSError as trouble:
            why = trouble.strerror or str(trouble)
            raise NotUsable(f"The desk cannot listen at {path}: {why}. A shorter state_dir may help.") from None
        finally:
            os.umask(before)
        self._server.answers = answers
        self._path = path
        self._thread = threading.Thread(target=self._server.serve_forever, name="control", daemon=True)

    def start(self) -> None:
        """Answer from a thread of its own."""
        self._thread.start()

    def deaf(self) -> Finding | None:
        """Connect to the own socket; return why nobody answers, or None."""
        try:
            ask_desk(self._path, KNOCK, KNOCKS_FOR)
        except NobodyThere:
            return bad(f"The command line cannot reach the desk: {self._path} is gone or closed.", _RESTART)
        except NoAnswer:
            return bad(f"The command line cannot reach the desk: nobody answers at {self._path}.", _RESTART)
        return None

    def in_hand(self) -> list[str]:
        """Return nothing: whoever asked on the command line is told that the desk ended."""
        return []

    def halt(self) -> None:
        """Do nothing: a question changes nothing that would be lost."""

    def stop(self, within: float = 0.0) -> None:  # noqa: ARG002 - as for all parts; it waits for nobody
        """Stop listening and remove the socket."""
        if self._thread.ident is not None:  # it waits for ever for one that never started
            self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def refuse_second(state_dir: Path) -> None:
    """Raise DeskRunning if a desk uses this state directory, also with another database."""
    try:
        DeskClient(state_dir / SOCKET).close()
    except NoAnswer:
        return
    raise DeskRunning(f"Another Heard works with the files in {state_dir}. Stop that one first.")


class DeskAnswers(Protocol):
    """The function that answers the command line: of the running desk, or of the command in its place."""

    def __call__(self, do: str, within: float = ANSWERS_WITHIN, **facts: object) -> dict[str, Any]:
        """Return the answer; raise NoAnswer."""


class DeskClient:
    """The client of the control socket. Raises NobodyThere if no desk listens, NoAnswer if it cannot be asked."""

    def __init__(self, path: Path, within: float = ANSWERS_WITHIN) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._within = within
        self._socket.settimeout(within)
        try:
            with _short_name(path) as name:
                self._socket.connect(name)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            self._socket.close()
            raise NobodyThere(f"No desk is running at {path.parent}.") from None
        except OSError as trouble:
            self._socket.close()
            why = trouble.strerror or str(trouble)
            raise NoAnswer(f"Whether a desk is running at {path.parent} cannot be seen: {why}.") from None
        self._file = self._socket.makefile("rwb")

    def ask(self, do: str, **facts: object) -> dict[str, Any]:
        """Send one request and return the answer; raise NoAnswer."""
        try:
            self._file.write(json.dumps({"do": do, **facts}).encode() + b"\n")
            self._file.flush()
            said = self._file.readline()
        except TimeoutError:
            raise NoAnswer(f"The desk runs, and did not answer within {self._within:g} s. Try again later.") from None
        except OSError:
            said = b""
        if not said.endswith(b"\n"):
            raise NoAnswer("The desk ended before it had answered. Start it, and ask again.")
        answer: dict[str, Any] = json.loads(said)
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def ask_desk(path: Path, do: str, within: float = ANSWERS_WITHIN, **facts: object) -> dict[str, Any]:
    """Ask a running desk one thing; raise NoAnswer. `within`: seconds."""
    line = DeskClient(path, within)
    try:
        return line.ask(do, **facts)
    finally:
        line.close()
