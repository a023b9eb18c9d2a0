"""The webhooks of a system that brings statements, such as a status page: signed as the webhook network's are."""

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.base.text import clean
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.webhook_format import signed_by
from bot.gateways.outside import Json
from bot.ports.webhooks import Hook, News, SignedWith, StatementDraft, Unusable

LONGEST, LONGEST_SHORT = 1_500, 500  # characters of the two versions, as in the form
MOST_BYTES = 64_000  # of a request: both versions whole, however they are escaped
_EVENT = re.compile(r"[!-~]{1,200}")


class StatementInbox:
    """Reads what one system brings."""

    def __init__(self, source: str, secret: str) -> None:
        self._source, self._secret = source, secret

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:
        """Compare the signature with timestamp and raw body."""
        return signed_by(self._secret, hook, now)

    def greeting(self, hook: Hook) -> str | None:  # noqa: ARG002 - nobody checks the address
        """Return None: a GET has no meaning here."""
        return None

    def news(self, hook: Hook, now: datetime) -> News:  # noqa: ARG002 - a draft has no moment of its own
        """Return the draft, or all that is wrong with it."""
        if len(hook.body) > MOST_BYTES:
            return Unusable(f"Nothing was taken. The request is longer than {MOST_BYTES} bytes.")
        told = json_object(hook.body)
        if wrong := list(_faults(hook.body, told)):
            return Unusable(f"Nothing was taken. {' '.join(wrong)}")
        return StatementDraft(
            source=self._source, event=told["event"], text=clean(told["text"]), short=clean(told.get("short") or "")
        )


def _faults(body: bytes, told: Json) -> Iterator[str]:
    if not told or not _is_text(body):
        yield "The body is no JSON object in UTF-8."
        return
    event, text, short = told.get("event"), told.get("text"), told.get("short") or ""
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        yield "“event” has to be the event's own id: 1 to 200 ASCII signs without blanks."
    if not isinstance(text, str) or not clean(text).strip() or len(text) > LONGEST:
        yield f"“text” has to be the statement, of at most {LONGEST} characters."
    if not isinstance(short, str) or len(short) > LONGEST_SHORT:
        yield f"“short” has to be a shorter version, of at most {LONGEST_SHORT} characters."


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
