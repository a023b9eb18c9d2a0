"""Keeps encrypted messages of ours before they are sent, so that a repeat sends the same bytes under the same id.

Without a folder they are kept in memory. Only the newest are kept: where one is gone, a person decides.
"""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.gateways.durable_files import remove, replace_whole
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.private_files import NotTrusted, private_content
from bot.gateways.networks.x_chat_session import EncryptedMessage
from bot.gateways.outside import object_in, text_or_empty
from bot.ports.network import NetworkTrouble

KEPT = 50  # of one account
_LARGEST = 1_000_000  # bytes of one
_NOT_KEPT = "The encrypted message could not be kept ({}), so it was not sent."


def forget_sealed(folder: Path, key: str) -> None:
    """Remove the message of an approval from its file, whichever account it is of."""
    for file in folder.glob(f"x-chat-*-{_named(key)}"):
        remove(file)


def _named(key: str) -> str:
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.sealed"


class SealedMessages:
    """The newest encrypted messages of one account, by the key of their approval."""

    def __init__(self, folder: Path | None, account: str) -> None:
        self._folder, self._name = folder, f"x-chat-{account}"
        self._known: dict[str, EncryptedMessage] = {}

    def get(self, key: str) -> EncryptedMessage | None:
        """Return the message of an approval, or None."""
        return self._known.get(key) or self._loaded(key)

    def keep(self, key: str, sealed: EncryptedMessage) -> None:
        """Keep a message before it is sent. Raises NetworkTrouble where that is impossible."""
        if self._folder is not None and self._folder.is_dir():  # none before the first start
            try:
                self._write(self._folder, self._file(self._folder, key), sealed)
            except OSError as trouble:
                raise NetworkTrouble(_NOT_KEPT.format(trouble.strerror or type(trouble).__name__)) from None
        self._known[key] = sealed
        for old in list(self._known)[:-KEPT]:
            del self._known[old]

    def forget_words(self, key: str) -> None:
        """Keep only the id of a message that is sent for certain, by which it can be found."""
        known = self.get(key)
        if known is not None and known.body:
            with contextlib.suppress(NetworkTrouble):  # then it is kept as it was
                self.keep(key, replace(known, body={}))

    def drop(self, key: str) -> None:
        """Forget a message of which nothing went out for certain, so that the next attempt takes the newest key."""
        self._known.pop(key, None)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._file(self._folder, key).unlink(missing_ok=True)

    def _loaded(self, key: str) -> EncryptedMessage | None:
        if self._folder is None:
            return None
        try:
            told = json_object(private_content(self._file(self._folder, key), _LARGEST))
        except (OSError, NotTrusted):
            return None
        body = object_in(told, "body")
        message_id, of = text_or_empty(told, "message_id"), text_or_empty(told, "of")
        if not message_id or not of or not all(isinstance(one, str) for one in body.values()):
            return None
        return EncryptedMessage(message_id, body, of)

    def _file(self, folder: Path, key: str) -> Path:
        return folder / f"{self._name}-{_named(key)}"

    def _write(self, folder: Path, file: Path, sealed: EncryptedMessage) -> None:
        told = {"message_id": sealed.message_id, "of": sealed.of, "body": dict(sealed.body)}
        replace_whole(file, json.dumps(told).encode())
        for old in self._by_age(folder)[:-KEPT]:
            old.unlink(missing_ok=True)

    def _by_age(self, folder: Path) -> Sequence[Path]:
        found = []
        for one in folder.glob(f"{self._name}-*.sealed"):
            with contextlib.suppress(OSError):
                found.append((one.stat().st_mtime_ns, one))
        return [one for _, one in sorted(found)]
