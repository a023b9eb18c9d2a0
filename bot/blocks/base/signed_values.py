"""The values of buttons and the private metadata of forms: ids and versions, with a MAC that the desk makes."""

import hmac
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotMadeHere
from bot.domain.replies.draft import Draft
from bot.domain.replies.joint_draft import ShownText


def pack(values: Mapping[str, int | str]) -> str:
    """Return a modal's private metadata: only ids and versions, since the client can read them."""
    return json.dumps(values, separators=(",", ":"))


def unpack(metadata: str) -> dict[str, int | str]:
    """Return what `pack` wrote; raise NotMadeHere for anything else."""
    try:
        values = json.loads(metadata)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(one, int | str) for one in values.values()):
        raise NotMadeHere(
            "This form cannot be used any more, so nothing was done. "
            "Please copy what you wrote and open the form once more from the card."
        )
    return values


def seal(metadata: str, form: str, secret: bytes) -> str:
    """Return a modal's private metadata with a MAC that is valid only for this kind of form (its callback id)."""
    return f"{metadata}.{mac_of(f'{form} {metadata}', secret)}"


def unseal(sealed: str, form: str, secret: bytes) -> str:
    """Return the metadata that `seal` was given; "", which `unpack` refuses, when the MAC does not fit this form."""
    metadata, _, mac = sealed.rpartition(".")
    known = hmac.compare_digest(mac.encode("utf-8", "replace"), mac_of(f"{form} {metadata}", secret).encode())
    return metadata if known else ""


def mac_of(signed: str, secret: bytes) -> str:
    """Return the MAC of a text, which only the desk can make."""
    return hmac.new(secret, signed.encode("utf-8", "replace"), sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Value:
    """The content of a button's value: kind, row of that kind, and the version that was shown beside the button."""

    kind: str
    row: int
    version: str

    @property
    def number(self) -> int:
        """Return the version as a number (for a draft: the version of its words)."""
        return int(self.version.partition("-")[0])

    @property
    def seen(self) -> int:
        """Return the row of the author's newest post in the button's message (drafts only, else 0)."""
        return int((*self.version.split("-"), "")[1] or 0)

    @property
    def page(self) -> tuple[int, int]:
        """Return the message, and the row that came before the page, on which a light mention was shown."""
        digest, after, *_ = (*self.version.split("-"), "")
        return int(digest), int(after or 0)

    @property
    def attempt(self) -> int:
        """Return the row of the attempt in the button's message (drafts only; 0: none, or an old button)."""
        return int((*self.version.split("-"), "", "", "")[3] or 0)

    @property
    def ask(self) -> int:
        """Return the row of the request that the button answers (direct messages about drafts only, else 0)."""
        return int((*self.version.split("-"), "", "", "", "")[4] or 0)

    @property
    def texts(self) -> tuple[ShownText, ...]:
        """Return the texts that the button's message showed (drafts for several customers only)."""
        return tuple(_text(one) for one in self.version.split("_") if one)

    @property
    def mark(self) -> str:
        """Return the mark of the conversation or of the words, as the button's message showed it (drafts, likes)."""
        return (*self.version.split("-"), "", "")[2]


def button_value(kind: str, row: int, version: str | int, secret: bytes) -> str:
    """Return "kind.row.version.mac"; only the desk can make the MAC."""
    signed = f"{kind}.{row}.{version}"
    return f"{signed}.{mac_of(signed, secret)}"


def read_value(value: str, secret: bytes) -> Value:
    """Return the content of a button's value; raise NotMadeHere for a value that the desk did not make.

    Each epoch has its own key, since a number on an older button can mean another case by now.
    """
    signed, _, mac = value.rpartition(".")
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), mac_of(signed, secret).encode()):
        raise NotMadeHere(
            "This button does not belong to this desk, or is older than a backup that the desk went back to. Nothing "
            "was done. The newest card of the case has buttons that work."
        )
    kind, row, version = signed.split(".")
    return Value(kind, int(row), version)


def menu_value(option: str, signed: str) -> str:
    """Return the value of an option in an overflow menu; it contains the signed button value."""
    return f"{option}:{signed}"


def read_menu(chosen: str) -> tuple[str, str]:
    """Return the chosen option and the button value in it, which is still signed."""
    option, _, signed = chosen.partition(":")
    return option, signed


def draft_version(draft: Draft, mark: str = "", ask: int = 0) -> str:
    """Return what a decision applies to: version, newest post, conversation, attempt, request ("3-812-9f0c-7").

    `mark`: the conversation as shown; without it the button cannot make decisions that depend on it. `ask`: the row
    of the request in a direct message; 0 in the thread, where everybody with the right may decide.
    """
    tried = str(draft.attempt.id) if draft.attempt else ""
    return "-".join([str(draft.version), str(draft.seen), mark, tried, str(ask) if ask else ""]).rstrip("-")


def joint_version(texts: Sequence[tuple[Draft, str]]) -> str:
    """Return what a decision on several drafts applies to, each with the mark of its conversation as shown."""
    return "_".join(f"{draft.id}-{draft.version}-{draft.seen}-{mark}" for draft, mark in texts)


def _text(said: str) -> ShownText:
    draft, version, seen, mark = said.split("-")
    return ShownText(int(draft), int(version), int(seen), mark)
