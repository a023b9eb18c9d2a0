"""The door for networks' webhooks: one address per account, the signature checked before anything is parsed.

What a request says is at most that the account is read again, except for networks that cannot be read, whose posts
are stored before the answer. Any answer but a success has its sender try again.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import quote

from bot.domain.base.moments import in_full
from bot.domain.base.refusals import NotUsable
from bot.gateways.clock import real_now
from bot.gateways.findings import Finding, bad, ok
from bot.ports import (
    Conflict,
    Delivery,
    Desk,
    Hint,
    Hook,
    News,
    OutOfService,
    SignedWith,
    StatementDraft,
    TakesWebhooks,
    Unusable,
)
from bot.ports.network_kind import network_kind, network_label
from bot.ports.webhooks import STATEMENTS
from bot.services.mentions.handed_over import take_delivery
from handlers.http_listener import HttpListener, reached_at
from handlers.signed import LONGEST, Environ, StartResponse, body_of, plain_answer

log = logging.getLogger(__name__)

Key = tuple[str, str]  # network and account, as of the desk's networks
Reply = tuple[HTTPStatus, str]

THREADS = 4  # requests in work at once; each commits in some milliseconds
_PATH = "/webhooks/"
_WRONGLY = 3  # requests in the network's form with another secret, before any with ours
_NOT_SIGNED = "Nothing was taken. The signature or its time is wrong: Heard-Timestamp has to be within five minutes."
_TOO_LONG = "Nothing was taken. This is too long."
_RESTART = "Restart the desk; nothing is lost by that, since senders try again and networks are read."


def webhook_path(network: str, account: str) -> str:
    """Return the path at which an account's webhooks come in; without the account, those of all of its network."""
    return f"{_PATH}{network}/{quote(account, safe=':@')}"


def webhook_url(host: str, port: int, network: str, account: str) -> str:
    """Return the address of an account's webhooks on this machine."""
    there = reached_at(host)
    return f"http://{f'[{there}]' if ':' in there else there}:{port}{webhook_path(network, account)}"


class Webhooks:
    """The WSGI application. Who does not know the secret learns nothing from its answers."""

    def __init__(
        self,
        desk: Desk,
        takers: Mapping[Key, TakesWebhooks],
        read_soon: Callable[[str, str], object],
        real: Callable[[], datetime] = real_now,
    ) -> None:
        """Take what reads the requests of each account; `read_soon` has an account read again."""
        self._desk, self._takers, self._read_soon, self._now = desk, takers, read_soon, real
        self._lock = threading.Lock()
        self._seen: Counter[tuple[Key, SignedWith]] = Counter()
        self._newest: dict[Key, datetime] = {}  # when the newest of ours came

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        named = self._named(str(environ.get("PATH_INFO", "")))
        asks = {"POST": self._posted, "GET": self._asked}.get(str(environ.get("REQUEST_METHOD")))
        if not named or asks is None:
            return plain_answer(start_response, HTTPStatus.NOT_FOUND)
        body = body_of(environ, _longest(named[0][0]))
        if body is None:
            said = _TOO_LONG if named[0][0] == STATEMENTS else ""
            return plain_answer(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)
        hook = Hook(headers=_headers(environ), query=str(environ.get("QUERY_STRING", "")), body=body)
        return plain_answer(start_response, *self._carefully(lambda: asks(named, hook), named[0]))

    def _named(self, path: str) -> list[Key]:
        """Return the accounts that an address names: one, or all of a network, such as of one app at Meta."""
        if not path.startswith(_PATH):
            return []
        network, _, account = path.removeprefix(_PATH).rstrip("/").partition("/")
        return [one for one in self._takers if one[0] == network and account in {"", one[1]}]

    @property
    def longest(self) -> int:
        """Return the most bytes of a request of any of these networks."""
        return max((_longest(network) for network, _ in self._takers), default=LONGEST)

    def wrongly_signed(self) -> list[Key]:
        """Return the accounts whose secret, or this machine's clock, seems to be wrong.

        One rightly signed request ends the doubt, so that strangers cannot make a working desk look broken.
        """
        with self._lock:
            return [
                one
                for one in self._takers
                if self._seen[one, SignedWith.ANOTHER_SECRET] >= _WRONGLY
                and not self._seen[one, SignedWith.OUR_SECRET]
            ]

    def told(self) -> list[str]:
        """Return a sentence for each account on what came in since the desk was started."""
        with self._lock:
            return [self._told(one) for one in self._takers]

    def _told(self, key: Key) -> str:
        ours, strange = (self._seen[key, one] for one in (SignedWith.OUR_SECRET, SignedWith.ANOTHER_SECRET))
        at = f", the last at {in_full(self._newest[key])}" if key in self._newest else ""
        wrong = f"; {strange} had another signature" if strange else ""
        return f"Webhooks of {_named(key)}: {ours or 'none'} since the desk was started{at}{wrong}."

    def _carefully(self, work: Callable[[], Reply], key: Key) -> Reply:
        try:
            return work()
        except (OutOfService, Conflict) as trouble:
            log.critical("hook.not_stored network=%s why=%s", key[0], type(trouble.__cause__ or trouble).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, "Nothing can be written down now. Please send it again."
        except Exception as trouble:  # noqa: BLE001 - one request must not end the thread, and its sender tries again
            log.error("hook.broken network=%s kind=%s", key[0], type(trouble).__name__)  # noqa: TRY400 - its text may be a person's
            return HTTPStatus.INTERNAL_SERVER_ERROR, ""

    def _asked(self, named: Sequence[Key], hook: Hook) -> Reply:
        greetings = (self._takers[one].greeting(hook) for one in named)
        said = next((one for one in greetings if one is not None), None)
        return (HTTPStatus.NOT_FOUND, "") if said is None else (HTTPStatus.OK, said)

    def _posted(self, named: Sequence[Key], hook: Hook) -> Reply:
        now = self._now()
        signed = {one: self._takers[one].signed_with(hook, now) for one in named}
        ours = [one for one in named if signed[one] is SignedWith.OUR_SECRET]
        self._count({one: signed[one] for one in ours or named}, now)
        answers = [self._carefully(partial(self._told_by, one, hook, now), one) for one in ours]
        wrong = _NOT_SIGNED if named[0][0] == STATEMENTS else ""
        return max(answers, default=(HTTPStatus.UNAUTHORIZED, wrong))  # what was not stored has to come again

    def _count(self, signed: Mapping[Key, SignedWith], now: datetime) -> None:
        """Count a request; where one secret fits, it says nothing about those of other accounts."""
        with self._lock:
            self._seen.update(signed.items())
            self._newest |= {one: now for one, by in signed.items() if by is SignedWith.OUR_SECRET}

    def _told_by(self, key: Key, hook: Hook, now: datetime) -> Reply:
        news = self._takers[key].news(hook, now)
        if isinstance(news, StatementDraft) or key[0] == STATEMENTS:
            return self._brought(key[1], news)
        if isinstance(news, Unusable):
            return HTTPStatus.BAD_REQUEST, news.why
        if isinstance(news, Hint):
            self._read_soon(*key)
        if isinstance(news, Delivery):
            new = take_delivery(self._desk, self._desk.networks[key], news, self._desk.clock.now())
            log.info("hook.taken network=%s account=%s new=%d", *key, new)
        return HTTPStatus.OK, ""

    def _brought(self, source: str, news: News) -> Reply:
        """Put a statement up for approval; what is wrong with it is told to its sender and to leads."""
        from bot.services.replies import statement_source_news, statement_writing  # noqa: PLC0415 - few have such a one

        now = self._desk.clock.now()
        event = news.event if isinstance(news, StatementDraft) else ""
        try:
            if isinstance(news, StatementDraft):
                number = statement_writing.propose_from_source(self._desk, news, now)
                return HTTPStatus.OK, f"Statement {number} waits for people to decide, or they did."
            why = news.why if isinstance(news, Unusable) else "Nothing was taken."
        except NotUsable as refusal:
            why = refusal.sentence
        statement_source_news.tell_of_unusable(self._desk, source, event, why, now)
        return HTTPStatus.BAD_REQUEST, why


def _longest(network: str) -> int:
    """Return the most bytes of a request of a network's webhooks."""
    kind = network_kind(network)
    return kind.largest_webhook if kind else LONGEST


class WebhookDoor(HttpListener):
    """Listens for webhooks."""

    name = "webhooks"
    again = "The desk hears webhooks of networks again"

    def __init__(self, hooks: Webhooks, host: str, port: int) -> None:
        """Bind the port; raise NotUsable if that fails."""
        self._hooks = hooks
        super().__init__(hooks, host, port, section="webhooks", threads=THREADS, longest=hooks.longest)

    def deaf(self) -> Finding | None:
        """Return why no webhook comes in, or None."""
        if why := self.broken():
            return bad(f"The desk does not hear webhooks of networks: {why}.", _RESTART)
        if wrong := self._hooks.wrongly_signed():
            named = " and ".join(map(_named, wrong))
            what = f"Webhooks of {named} come in, and none of them is signed with the secret that the desk has."
            return bad(
                what, "Put the secret of that account into the environment, or set this machine's clock right."
            )
        return None

    def findings(self) -> list[Finding]:
        """Return what `heard doctor` says of webhooks."""
        return [ok(one) for one in self._hooks.told()]


def _named(key: Key) -> str:
    return f"{network_label(key[0])} ({key[1]})"


def _headers(environ: Environ) -> dict[str, str]:
    found = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    return {name.replace("_", "-").lower(): str(value) for name, value in found.items()}
