"""Keeps tokens that a network changes, in a private file of the desk, so that a restart needs no new login.

The file is replaced as a whole, so that a kill leaves the old tokens or the new ones. One that cannot be trusted is
named and left as it is, and the tokens are then kept in memory only.
"""

import contextlib
import fcntl
import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from threading import RLock

from bot.gateways.durable_files import flush, write_aside
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.private_files import NotTrusted, private_content
from bot.ports.network import NetworkTrouble

log = logging.getLogger(__name__)

_LARGEST = 65_536  # bytes of the file
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_OWNER = "of"  # in the file: whose tokens they are
_TRIES, _PAUSE = 100, 0.1  # seconds; so long another process may take to renew them
_BUSY = "Another process of the desk is renewing the token right now."
_MOVE = "Move it away, and the desk makes a new one."


class KeptTokens:
    """The tokens of one account, by name. Without a folder they are kept in memory only.

    `fault`: why the file is not used, with what to do; empty: it is. `only_copy`: without the file nobody could get
    a token again, so that no renewal begins that could not be kept.
    """

    def __init__(
        self,
        folder: Path | None,
        network: str,
        account: str,
        *,
        only_copy: bool = False,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        name = f"{network}-{_UNSAFE.sub('_', account)[:100]}.tokens"
        self._file = folder / name if folder else None
        self._owner, self._only_copy, self._wait = f"{network} {account}", only_copy, wait
        self._tokens: Mapping[str, str] | None = None
        self._unwritten = False  # memory is newer than the file
        self._thread, self._depth = RLock(), 0
        self.fault = ""

    def read(self) -> Mapping[str, str]:
        """Return the tokens; none where there are none, or where the file cannot be trusted."""
        if self._tokens is None:
            self._tokens = self._loaded() or {}
        return self._tokens

    def keep(self, tokens: Mapping[str, str]) -> None:
        """Replace the tokens, in the file as a whole; where that cannot be written they are kept in memory."""
        self._tokens, self._unwritten = dict(tokens), True
        with self.alone():
            self._unwritten = not self._written()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other thread and no other process change the tokens meanwhile, and read what they changed before.

        Raises NetworkTrouble when another process takes too long, or, for an only copy, when nothing can be kept.
        """
        with self._thread, contextlib.ExitStack() as held:
            if self._depth == 0 and self._file is not None and self._file.parent.is_dir():
                held.enter_context(self._lock(self._file.with_suffix(".lock")))
                self._catch_up()
            self._depth += 1
            held.callback(self._leave)
            yield

    def _leave(self) -> None:
        self._depth -= 1

    def _catch_up(self) -> None:
        found = None if self._unwritten else self._loaded()
        if found is not None:
            self._tokens = found
        elif self._tokens:  # it was full, or somebody took a bad file away
            self._unwritten = not self._written()
        if self._only_copy:
            self._prove_room()

    def _prove_room(self) -> None:
        """Raise NetworkTrouble unless new tokens could be written: the network takes the old ones back at once."""
        if self.fault:
            raise NetworkTrouble(self.fault)
        try:
            self._write_aside(json.dumps(self._tokens or {}).encode())
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            raise NetworkTrouble(f"The token is not renewed, since a new one could not be kept: {why}.") from None

    @contextlib.contextmanager
    def _lock(self, place: Path) -> Iterator[None]:
        try:
            handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:  # a full disk: without a file nobody else can change anything either
            yield
            return
        try:
            self._take(handle)
            yield
        finally:
            os.close(handle)

    def _take(self, handle: int) -> None:
        for _ in range(_TRIES):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            self._wait(_PAUSE)
        raise NetworkTrouble(_BUSY, timedelta(seconds=30))

    def _written(self) -> bool:
        """Write the tokens; return False where that failed, or where the file there must not be replaced."""
        if self._file is None or not self._file.parent.is_dir():  # `heard check` before the first start
            return True
        self._loaded()
        if self.fault:
            return True
        try:
            fresh = self._write_aside(json.dumps({_OWNER: self._owner, **(self._tokens or {})}).encode())
            os.replace(fresh, self._file)
            flush(self._file.parent)
        except OSError as trouble:
            log.warning("tokens.not_kept", extra={"kind": type(trouble).__name__})
            return False
        return True

    def _loaded(self) -> Mapping[str, str] | None:
        """Return the tokens of the file, None without one; set `fault` where it cannot be trusted."""
        before, self.fault = self.fault, ""
        try:
            return self._trusted(private_content(self._file, _LARGEST)) if self._file is not None else None
        except FileNotFoundError:
            return None
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
        except NotTrusted as trouble:
            why = str(trouble)
        self.fault = f"The file of tokens {self._file} is not used: {why}. {_MOVE}"
        if self.fault != before:
            log.warning("tokens.not_used", extra={"file": str(self._file)})
        return None

    def _trusted(self, content: bytes) -> Mapping[str, str]:
        found = json_object(content) if len(content) <= _LARGEST else {}
        if not found or not all(isinstance(one, str) for one in found.values()):
            raise NotTrusted("it is damaged")
        if found.pop(_OWNER, self._owner) != self._owner:
            raise NotTrusted("it holds the tokens of another account")
        return found

    def _write_aside(self, content: bytes) -> Path:
        assert self._file is not None  # noqa: S101 - for the type checker
        fresh = self._file.with_suffix(".new")
        write_aside(fresh, content)
        return fresh
