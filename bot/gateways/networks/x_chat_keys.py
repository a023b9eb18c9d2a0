"""The private keys of an account of ours on X Chat: a file of its own, and X's client, which encrypts with them.

The keys are read when they are needed and given to the client at once. They stand in no setting, log or sentence.
"""

import base64
import binascii
from pathlib import Path
from typing import Any

from bot.gateways.networks.private_files import NotTrusted, private_content
from bot.ports.network import NetworkTrouble

_LARGEST = 4_096  # bytes of the file
_BOTH = 64  # bytes of an export with both keys: the one of the account, and the one that signs
_NO_PACKAGE = "X Chat needs one more package here. Whoever runs Heard can install it: pip install 'heard[x-chat]'."
_HOW = "docs/x-access.md says how it is made."


def why_no_path(said: str) -> str:
    """Return what is wrong with the name of such a file in the settings, as a sentence, or ""."""
    return "" if not said or Path(said).is_absolute() else "It has to be a whole path: /etc/heard/x-chat.keys."


class ChatKeys:
    """The file with the keys of one account."""

    def __init__(self, file: str) -> None:
        self._file = Path(file)

    def fault(self) -> str:
        """Return why X Chat cannot be read with this file, with what to do; "" where it can; makes no call."""
        try:
            self.client()
        except NetworkTrouble as trouble:
            return trouble.sentence
        return ""

    def client(self) -> Any:  # noqa: ANN401 - an optional package, which ships no marker of its types
        """Return X's client with the keys in it. Raises NetworkTrouble with what to do."""
        try:
            from chat_xdk import Chat  # noqa: PLC0415 - only for an account that has X Chat
        except ImportError:
            raise NetworkTrouble(_NO_PACKAGE) from None
        keys = self._read()
        try:
            client = Chat()
            client.import_keys(bytes(keys))
        except ValueError:
            raise NetworkTrouble(self._unused("it holds no keys of X Chat")) from None
        finally:
            keys[:] = bytes(len(keys))
        return client

    def _read(self) -> bytearray:
        try:
            content = private_content(self._file, _LARGEST, follow=True)
            keys = bytearray(base64.b64decode(b"".join(content.split()), validate=True))
        except FileNotFoundError:
            raise NetworkTrouble(f"There is no file {self._file} with the keys of X Chat. {_HOW}") from None
        except NotTrusted as why:
            raise NetworkTrouble(self._unused(f"{why}. It has to be the desk's own, with the mode 0600")) from None
        except OSError as trouble:
            raise NetworkTrouble(self._unused(trouble.strerror or type(trouble).__name__)) from None
        except (binascii.Error, ValueError):
            raise NetworkTrouble(self._unused("it holds no keys of X Chat")) from None
        if len(keys) != _BOTH:
            raise NetworkTrouble(self._unused("it does not hold both keys of an export"))
        return keys

    def _unused(self, why: str) -> str:
        return f"The file {self._file} with the keys of X Chat is not used: {why}. {_HOW}"
