"""The key of the audit trail: a file beside the database, not in it, readable by its owner only."""

import re
import secrets
import stat
from pathlib import Path

from bot.gateways.durable_files import flush, replace_whole
from storage.engine.refusals import KeyUnusable

_WRITTEN = re.compile(r"[0-9a-f]{64}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFile:
    """The key file, and beside it a new key until the database uses it: a kill in between leaves both files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offered = path.with_name(f"{path.name}.new")

    def kept(self) -> bytes | None:
        """Return the key that the database uses, or None; raise KeyUnusable."""
        return _read(self.path)

    def offered(self) -> bytes:
        """Return a key that the database does not use yet: the one made before a kill, or a new one."""
        return _read(self._offered) or self._made()

    def known(self) -> list[bytes]:
        """Return every key that the database may use; raise KeyUnusable."""
        return [key for key in (self.kept(), _read(self._offered)) if key]

    def settle(self, key: bytes) -> None:
        """Store the key, now that the database uses it; an earlier key file is renamed to `.old`."""
        kept = self.kept()
        if kept == key:
            return
        if kept:
            self.path.replace(self.path.with_name(f"{self.path.name}.old"))
        self._offered.replace(self.path)
        flush(self.path.parent)

    def _made(self) -> bytes:
        key = secrets.token_bytes(32)
        try:
            replace_whole(self._offered, f"{key.hex()}\n".encode())  # before the database uses it
        except OSError as trouble:
            what = f"The key of the audit trail cannot be written to {self._offered}: {trouble.strerror}."
            raise KeyUnusable(what) from None
        return key


def _read(path: Path) -> bytes | None:
    """Return the key in a file; None without a file, or when it is empty because of a kill while writing."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        written = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise KeyUnusable(f"The key of the audit trail, {path}, cannot be read. {_BACK}") from None
    if mode & _OTHERS:
        raise KeyUnusable(f"Others on this machine could read the key of the audit trail: chmod 600 {path}")
    if not _WRITTEN.fullmatch(written):
        raise KeyUnusable(f"{path} holds no key of an audit trail. {_BACK}")
    return bytes.fromhex(written)


_BACK = "Put the file back from your backup."
