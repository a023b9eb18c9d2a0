"""Programs of the tests as copies of a process that has imported them already: the imports are most of their start.

A copy is a process of its own, as a started program is: a signal ends it and nothing else.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_origin = multiprocessing.get_context("forkserver")
_origin.set_forkserver_preload(["tests.process.imported"])


class Forked:
    """A running copy, with the part of `subprocess.Popen` that the tests use."""

    def __init__(self, work: Callable[..., object], *given: object, env: Mapping[str, str], log: Path) -> None:
        """Call `work` in a new process, with this environment; all that it writes goes to the log."""
        self._process = _origin.Process(target=_begun, args=(work, given, dict(env), log), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, minus the signal that ended the process; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def send_signal(self, which: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, which)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)


def _begun(work: Callable[..., object], given: tuple[object, ...], env: Mapping[str, str], log: Path) -> None:
    """Make the new process like a started program, and call its work."""
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(written, stream.fileno())
    os.close(written)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    work(*given)


def _end_with_the_tests() -> None:
    """End this process also where the tests were killed."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os.kill(os.getpid(), signal.SIGKILL)
