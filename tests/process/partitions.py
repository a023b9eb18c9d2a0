"""Cuts a desk off from its database, or from the make-believe Slack and networks: each desk is in a network namespace.

Everything runs in a namespace of its own, so that nothing of the machine's network is touched. A desk reaches its
database over one pair of linked devices, and the stage over another one; a device that is down carries nothing.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.person import until
from tests.process.forked import Forked

_NEW = 0x40000000  # CLONE_NEWNET of <linux/sched.h>; Python has it from 3.12 on
_libc = ctypes.CDLL(None, use_errno=True)
LOOPBACK = "127.0.0.1"
TO_DATABASE, TO_STAGE = "db", "st"


def own_network() -> str:
    """Let this process, and all that it starts, have a network of its own; return why that cannot be, or ""."""
    if os.geteuid():
        return "only root may make network namespaces"
    if not all(map(shutil.which, ("ip", "nsenter"))):
        return "the programs ip and nsenter are not installed"
    if _libc.unshare(_NEW):
        return f"a network namespace is refused: {os.strerror(ctypes.get_errno())}"
    _ip("link", "set", "lo", "up")
    return ""


def within(namespace: int, work: Callable[..., object], *given: object) -> None:
    """Call `work` in the network of another process."""
    with open(f"/proc/{namespace}/ns/net") as net:
        if _libc.setns(net.fileno(), _NEW):
            raise OSError(ctypes.get_errno(), "setns")
    work(*given)


@dataclass(slots=True)
class Island:
    """The network of one desk."""

    number: int
    gate: Forked  # the process that holds the network, and carries the stage's address into it

    @property
    def database(self) -> str:
        """The address under which its desk sees the database server."""
        return _address(TO_DATABASE, self.number, 1)

    def cut(self, which: str) -> None:
        """Let nothing pass any more."""
        _ip("link", "set", f"{which}{self.number}", "down")

    def heal(self, which: str) -> None:
        """Let everything pass again."""
        _ip("link", "set", f"{which}{self.number}", "up")


def an_island(number: int, port: int, folder: Path) -> Island:
    """Make the network of a desk; `port`: that of the stage, which has the same address in it."""
    ready = folder / f"island-{number}"
    gate = Forked(_gate, number, port, ready, env=os.environ, log=folder / f"island-{number}.log")
    until(ready.exists, "the desk has a network")
    for which in (TO_DATABASE, TO_STAGE):
        here = f"{which}{number}"
        _ip("link", "add", here, "type", "veth", "peer", "name", which, "netns", str(gate.pid))
        _ip("addr", "add", f"{_address(which, number, 1)}/30", "dev", here)
        _ip("link", "set", here, "up")
        _ip("addr", "add", f"{_address(which, number, 2)}/30", "dev", which, within=gate.pid)
        _ip("link", "set", which, "up", within=gate.pid)
    _carry(_address(TO_STAGE, number, 1), LOOPBACK, port)
    return Island(number, gate)


def _address(which: str, number: int, end: int) -> str:
    return f"10.77.{number * 2 + (which == TO_STAGE)}.{end}"


def _gate(number: int, port: int, ready: Path) -> None:
    if _libc.unshare(_NEW):
        raise OSError(ctypes.get_errno(), "unshare")
    _ip("link", "set", "lo", "up")
    serving = _carry(LOOPBACK, _address(TO_STAGE, number, 1), port)
    ready.touch()
    serving.join()


def _carry(here: str, there: str, port: int) -> threading.Thread:
    """Carry connections to a port of one address to the same port of another one."""
    listening = socket.create_server((here, port))
    thread = threading.Thread(target=_serve, args=(listening, (there, port)), daemon=True)
    thread.start()
    return thread


def _serve(listening: socket.socket, there: tuple[str, int]) -> None:
    while True:
        client, _ = listening.accept()
        threading.Thread(target=_join, args=(client, there), daemon=True).start()


def _join(client: socket.socket, there: tuple[str, int]) -> None:
    with closing(client), suppress(OSError), socket.create_connection(there, 10) as server:
        server.settimeout(None)
        back = threading.Thread(target=_pour, args=(server, client), daemon=True)
        back.start()
        _pour(client, server)
        back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _ip(*words: str, within: int = 0) -> None:
    enter = ["nsenter", f"--net=/proc/{within}/ns/net"] if within else []
    subprocess.run([*enter, "ip", *words], check=True, capture_output=True)
