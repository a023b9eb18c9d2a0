"""Keeps tokens that a network changes, in a private file of the desk, so that a restart needs no new login."""

import contextlib
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.gateways.networks.answers import json_object
from bot.gateways.outside import text_or_empty

log = logging.getLogger(__name__)

_LARGEST = 65_536  # bytes of the file
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class KeptTokens:
    """The tokens of one account, by name. Without a folder they are kept in memory only."""

    def __init__(self, folder: Path | None, network: str, account: str) -> None:
        name = f"{network}-{_UNSAFE.sub('_', account)[:100]}.tokens"
        self._file = folder / name if folder else None
        self._tokens: Mapping[str, str] | None = None

    def read(self) -> Mapping[str, str]:
        """Return the tokens; none where there are none, or where the file cannot be read or is not private."""
        if self._tokens is None:
            self._tokens = self._loaded()
        return self._tokens

    def keep(self, tokens: Mapping[str, str]) -> None:
        """Replace the tokens, in the file as a whole; where that cannot be written they are kept in memory."""
        self._tokens = dict(tokens)
        if self._file is None or not self._file.parent.is_dir():  # `heard check` before the first start
            return
        try:
            self._write(json.dumps(self._tokens).encode())
        except OSError as trouble:
            log.warning("tokens.not_kept", extra={"kind": type(trouble).__name__})

    def _loaded(self) -> Mapping[str, str]:
        if self._file is None:
            return {}
        try:
            with open(os.open(self._file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    log.warning("tokens.not_private")
                    return {}
                found = json_object(file.read(_LARGEST))
        except OSError:
            return {}
        return {name: text_or_empty(found, name) for name in found}

    def _write(self, content: bytes) -> None:
        assert self._file is not None  # noqa: S101 - for the type checker
        fresh = self._file.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)
