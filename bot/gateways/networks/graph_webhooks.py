"""Reads the webhooks of Meta for one account: whose they are, the check of the address, and what they bring."""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import parse_qs

from bot.domain.base.moments import of_micros
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.hook_signature import hmac_signature
from bot.gateways.outside import Json, objects, text_or_empty, whole_number
from bot.ports.network import Batch
from bot.ports.webhooks import Delivery, Hint, Hook, News, SignedWith

_LATEST = 7_000_000_000  # seconds since 1970
_CHALLENGE = re.compile(r"[0-9]{1,32}")


class GraphHooks:
    """The webhooks of one account. `read` makes posts of the entries that are the account's."""

    def __init__(
        self, account: str, app_secret: str, verify_token: str, read: Callable[[Sequence[Json], datetime], Batch]
    ) -> None:
        """Take the account, its app's secret, and the word by which Meta checks the address; "": it cannot."""
        self._account, self._secret, self._verify_token, self._read = account, app_secret, verify_token, read

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:  # noqa: ARG002 - Meta signs no time
        """Compare the signature with the raw body."""
        given = hook.headers.get("x-hub-signature-256", "")
        return hmac_signature(given, self._secret, hook.body, prefix="sha256=")

    def greeting(self, hook: Hook) -> str | None:
        """Return the challenge, where the request has the word that only Meta and we know."""
        asked = {name: values[-1] for name, values in parse_qs(hook.query).items()}
        challenge = asked.get("hub.challenge", "")
        word = asked.get("hub.verify_token", "")
        known = bool(self._verify_token) and hmac.compare_digest(word.encode(), self._verify_token.encode())
        fits = asked.get("hub.mode") == "subscribe" and _CHALLENGE.fullmatch(challenge)
        return challenge if known and fits else None

    def news(self, hook: Hook, now: datetime) -> News | None:
        """Return the posts of a request; a hint where it has none.

        None: it is about other accounts, since one app has one address for all of its accounts.
        """
        entries = objects(json_object(hook.body), "entry")
        ours = [one for one in entries if text_or_empty(one, "id") == self._account]
        if entries and not ours:
            return None
        batch = self._read(ours, now)
        if not (batch.posts or batch.edits or batch.deletions or batch.unparsed or batch.hidden):
            return Hint()
        return Delivery(batch=batch, key=hashlib.sha256(hook.body).hexdigest(), at=now)


def changes(entries: Sequence[Json], field: str) -> list[Json]:
    """Return the values of all changes of one field."""
    found = [change for entry in entries for change in objects(entry, "changes")]
    return [one for change in found if text_or_empty(change, "field") == field for one in _value(change)]


def told_at(entry: Json, now: datetime) -> datetime | None:
    """Return when Meta told of what an entry has, in the past; None: it does not say.

    It tells no moment of an edit. The moment of its telling stays the same when it is delivered late, or again.
    """
    told = whole_number(entry, "time", _LATEST * 1_000)
    seconds = told // 1_000 if told and told > _LATEST else told  # some entries have milliseconds
    return min(of_micros(seconds * 1_000_000), now) if seconds else None


def _value(change: Json) -> list[Json]:
    value = change.get("value")
    if isinstance(value, dict):
        return [value]
    return objects(change, "value")  # Meta's own examples have a list, too
