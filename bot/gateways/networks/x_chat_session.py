"""Encrypts and decrypts X Chat for one account of ours, with X's client; makes no call to X.

What came from outside is given to compiled code: whatever that raises means only that this one thing is unreadable.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.outside import Json, cleaned, list_of_texts, object_in, objects, text_or_empty

Made = TypeVar("Made")

_PROOF = b"the same keys"  # signed and verified here only


@dataclass(frozen=True, slots=True)
class EncryptedMessage:
    """An encrypted message, ready to be sent: the same bytes under the same id, however often it is sent."""

    message_id: str
    body: Mapping[str, str]  # of the call to X; empty once it is sent for certain
    of: str  # a digest of the conversation and the words

    def is_for(self, convo: str, text: str) -> bool:
        """Return whether it holds these words for this conversation."""
        return self.of == sealed_digest(convo, text)


def sealed_digest(convo: str, text: str) -> str:
    """Return what tells one message of a conversation from another, without its words."""
    return hashlib.sha256(f"{convo}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def signing_key(user: str, told: Json) -> dict[str, str]:
    """Return one of a person's public keys, as X tells it, in the form of the client."""
    return {
        "user_id": user,
        "public_key_version": text_or_empty(told, "public_key_version"),
        "public_key": text_or_empty(told, "signing_public_key"),
        "identity_public_key": text_or_empty(told, "public_key"),
        "identity_public_key_signature": text_or_empty(told, "identity_public_key_signature"),
    }


class ChatSession:
    """One account's session; its methods may be called by any thread, one at a time."""

    def __init__(self, client: Any, account: str) -> None:  # noqa: ANN401 - see ChatKeys
        self._client, self._account = client, account
        self._turn = threading.RLock()

    def take_identity(self, registered: Sequence[Json]) -> bool:
        """Take the version under which X knows our keys; return False where X knows other ones."""
        with self._turn:
            mine = [one for one in registered if self._is_ours(one)]
            if not mine:
                return False
            self._client.set_identity(self._account, text_or_empty(mine[-1], "public_key_version"))
            self._client.set_cache_keys(True)
            return True

    def _is_ours(self, told: Json) -> bool:
        """Return whether both public keys that X tells belong to ours; X writes them in more than one form."""
        account = _calmly(lambda: self._client.matches_registered_key(text_or_empty(told, "public_key")))
        signing = text_or_empty(told, "signing_public_key")
        proof = _calmly(lambda: self._client.verify(signing, self._client.sign(_PROOF), _PROOF))
        return bool(account and proof)

    def read(self, told: Sequence[str], before: Sequence[str], keys: Sequence[dict[str, str]]) -> dict[str, Json]:
        """Return the events of one conversation that can be read, by their encrypted form.

        `before`: the events by which its keys were changed. `keys`: the public keys of its people. Only what one of
        them signed counts as read.
        """
        with self._turn:
            whole = self._events([*before, *told], keys)
            if whole is not None:
                return whole
            alone = (self._events([*before, one], keys) or {} for one in told)
            return {form: event for found in alone for form, event in found.items()}

    def _events(self, told: list[str], keys: Sequence[dict[str, str]]) -> dict[str, Json] | None:
        found = _calmly(lambda: self._client.decrypt_events(told, list(keys)))
        if not isinstance(found, dict):
            return None
        read = {text_or_empty(one, "original_b64"): object_in(one, "event") for one in objects(found, "messages")}
        return {form: cleaned(event) for form, event in read.items() if form and event}

    def seal(self, convo: str, text: str, token: str = "") -> EncryptedMessage | None:
        """Return a message of ours, encrypted; None without a key of the conversation. `token`: X's own for it."""
        with self._turn:
            made = _calmly(lambda: self._client.encrypt_message(convo, text))
        if made is None:
            return None
        body = {
            "message_id": made.message_id,
            "encoded_message_create_event": made.encrypted_content,
            "encoded_message_event_signature": made.encoded_event_signature,
        }
        body |= {"conversation_token": token} if token else {}
        return EncryptedMessage(made.message_id, body, sealed_digest(convo, text))

    def deletion(self, convo: str, number: str) -> Mapping[str, Any] | None:
        """Return a call's body that deletes a message of ours for both people, signed; None where that fails."""
        with self._turn:
            made = _calmly(lambda: self._client.prepare_message_delete(convo, [number], delete_for_all=True))
            keys = _calmly(self._client.get_public_keys)
        if not isinstance(made, dict) or keys is None:
            return None
        signature = {name: str(made[name]) for name in ("signature", "public_key_version", "signature_version")}
        action = {
            "message_id": made["message_id"],
            "encoded_message_event_detail": made["encoded_message_event_detail"],
            "message_event_signature": signature | {"signing_public_key": keys.signing},
        }
        return {"sequence_ids": [number], "delete_message_action": "delete_for_all", "action_signatures": [action]}


def _calmly(call: Callable[[], Made]) -> Made | None:
    """Return what a call of the compiled client returns; None where it fails. Its texts are not for people."""
    try:
        return call()
    except Exception:  # noqa: BLE001 - see the head of this module
        return None
    except BaseException as panic:  # a failure inside compiled code is no Exception
        if type(panic).__name__ != "PanicException":
            raise
        return None


def deleted_in(event: Json) -> Sequence[str]:
    """Return the messages that an event deletes for everybody."""
    return list_of_texts(event, "message_ids") if event.get("delete_for_all") is True else ()
