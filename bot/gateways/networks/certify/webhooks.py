"""Checks that a network's webhooks trust a signature alone, and that no request breaks them."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bot.gateways.clock import real_now
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck
from bot.gateways.networks.certify.stand_in import SignsWebhooks
from bot.ports.network_kind import AccountGiven
from bot.ports.webhooks import Hook, SignedWith, TakesWebhooks, Unusable

_DIGITS = "0" * 64
_SIGNATURES = (
    "", " ", _DIGITS, f"sha256={_DIGITS}", f"v1={_DIGITS}", "sha256=", "\x00", "\xfc" * 64, "a" * 100_000, "²³",
)  # fmt: skip
_BODIES = (
    b"", b"{}", b"[]", b"null", b"7", b'"a"', b"{", b"\xff\xfe\x00", b"[" * 20_000, b'{"id": 1e999}', b'{"a": NaN}',
    b"[" + b", ".join([b'{"id": "1", "event": "delete"}'] * 1_000) + b"]",
    b'{"entry": [{"id": null, "changes": 7}, 7, []], "object": {}}', b'{"id": "\\ud800", "text": "\\u0000"}',
)  # fmt: skip
_QUERIES = ("", "=", "&&", "a=%ff", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "key=" + quote("🦊"))


def _taker(bench: Bench) -> TakesWebhooks:
    there = bench.stand_in
    given = AccountGiven(
        id=there.account, handle=there.handle, secrets=there.secrets, options=there.options, api_url=there.api_url
    )
    if bench.kind.webhooks is None:
        raise LookupError(f"{bench.kind.label} takes no webhooks.")
    return bench.kind.webhooks(given)


def _signed(bench: Bench, body: bytes) -> Mapping[str, str]:
    """Return the headers of a request as the network signs it; none where the stand-in cannot."""
    there = bench.stand_in
    return there.signed(body) if isinstance(there, SignsWebhooks) else {}


def _strangers(bench: Bench) -> Iterator[str]:
    taker = _taker(bench)
    names = _signed(bench, b"{}") or ("x-hub-signature-256", "x-signature", "authorization")
    for signature in _SIGNATURES:
        hook = Hook(headers=dict.fromkeys(names, signature), body=b"{}")
        if taker.signed_with(hook, real_now()) is SignedWith.OUR_SECRET:
            yield f"The signature {signature[:20]!r} is taken for ours."
    for query in _QUERIES:
        if taker.greeting(Hook(headers={}, query=query)) is not None:
            yield f"The greeting {query[:60]!r} is answered, and holds no secret word."


def _changed(bench: Bench) -> Iterator[str]:
    """Sign a body as the network does: it is ours, and with any other byte it is not."""
    taker, body = _taker(bench), b'{"event": "none"}'
    headers = _signed(bench, body)
    if not headers:
        return
    if taker.signed_with(Hook(headers=headers, body=body), real_now()) is not SignedWith.OUR_SECRET:
        yield "A request that the network signed is not taken for ours."
    for other in (b"", body + b" ", body[:-1], body.upper()):
        if taker.signed_with(Hook(headers=headers, body=other), real_now()) is SignedWith.OUR_SECRET:
            yield f"With the signature of another body, {other!r} is taken for ours."


def _hostile(bench: Bench) -> Iterator[str]:
    taker = _taker(bench)
    for body in _BODIES:
        news = taker.news(Hook(headers=_signed(bench, body), body=body), real_now())
        if isinstance(news, Unusable) and not news.why.strip():
            yield f"The body {body[:30]!r} is refused without a sentence for its sender."


CHECKS = (
    ContractCheck("webhooks: signatures of strangers", _strangers, hooks=True),
    ContractCheck("webhooks: a signature of another body", _changed, hooks=True),
    ContractCheck("webhooks: bodies in no known form", _hostile, hooks=True),
)
