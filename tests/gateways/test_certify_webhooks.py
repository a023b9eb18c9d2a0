"""The certification finds planted bugs of a network that is told of news by webhook."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.gateways.networks.certify import Bench, bench_of, checks
from bot.gateways.networks.certify.certify import found_by
from bot.gateways.networks.webhook_inbox import WebhookInbox
from bot.gateways.networks.webhook_kind import KIND
from bot.ports import SignedWith, Unusable
from bot.ports.network_kind import built_in_kinds

BY_NAME = {one.name: one for one in checks()}


class TrustsEverybody(WebhookInbox):
    def signed_with(self, hook, now):
        signed = super().signed_with(hook, now)
        return SignedWith.OUR_SECRET if signed is SignedWith.NOTHING else signed


class SignsNoBody(WebhookInbox):
    def signed_with(self, hook, now):
        return super().signed_with(replace(hook, body=b'{"event": "none"}'), now)


class TrustsNobody(WebhookInbox):
    def signed_with(self, hook, now):
        return SignedWith.ANOTHER_SECRET


class TripsOverSignatures(WebhookInbox):
    def signed_with(self, hook, now):
        hook.headers["heard-signature"].encode("ascii")
        return super().signed_with(hook, now)


class GreetsEverybody(WebhookInbox):
    def greeting(self, hook):
        return hook.query


class TripsOverBodies(WebhookInbox):
    def news(self, hook, now):
        hook.body.decode()
        return super().news(hook, now)


class RefusesWithoutReason(WebhookInbox):
    def news(self, hook, now):
        news = super().news(hook, now)
        return Unusable("") if isinstance(news, Unusable) else news


FOUND_BY = {
    TrustsEverybody: "webhooks: signatures of strangers",
    TripsOverSignatures: "webhooks: signatures of strangers",
    GreetsEverybody: "webhooks: signatures of strangers",
    SignsNoBody: "webhooks: a signature of another body",
    TrustsNobody: "webhooks: a signature of another body",
    TripsOverBodies: "webhooks: bodies in no known form",
    RefusesWithoutReason: "webhooks: bodies in no known form",
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with bench_of(KIND) as opened:
        yield opened


@pytest.mark.parametrize("bug", FOUND_BY, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bench: Bench, bug: type[WebhookInbox]) -> None:
    named = BY_NAME[FOUND_BY[bug]]
    assert list(found_by(named, bench)) == []
    assert next(found_by(named, replace(bench, kind=replace(KIND, webhooks=bug))), "") != ""


def test_what_is_about_webhooks_or_reading_is_asked_where_it_applies() -> None:
    asked = {kind.name: {one.name for one in checks(kind)} for kind in built_in_kinds()}
    hooks, reads = ({one.name for one in checks() if getattr(one, which)} for which in ("hooks", "reads"))
    assert (hooks & asked["webhook"], reads & asked["webhook"]) == (hooks, set())
    assert (hooks & asked["x"], reads & asked["x"]) == (set(), reads)
