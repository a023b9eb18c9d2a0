"""The certification finds planted bugs of a network that has to sign in, and lists its newest posts first."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest

from bot.gateways.networks import bluesky_listing
from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.bluesky_kind import KIND
from bot.gateways.networks.certify import Bench, bench_of, checks, patience
from bot.gateways.networks.certify.certify import found_by
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, Sent
from bot.ports.network_kind import AccountGiven
from tests.long import part

BY_NAME = {one.name: one for one in checks()}


class TakesAFailedSignInForSent(BlueskyNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return Sent("1", "") if isinstance(outcome, NotSent) else outcome


class RaisesWhereItCannotSignIn(BlueskyNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        if isinstance(outcome, NotSent):
            raise NetworkTrouble(outcome.why)
        return outcome


class WaitsForASignInWithoutEnd(BlueskyNetwork):
    over = Event()  # set after the test: the thread that waits would take a processor from all tests behind it

    def reply(self, target, text, key):
        while isinstance(outcome := super().reply(target, text, key), NotSent) and not self.over.is_set():
            pass
        return outcome


class RepeatsUnderAnotherKey(BlueskyNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return super().reply(target, text, key + "2") if isinstance(outcome, OutcomeLost) else outcome


class AnswersWhatIsGone(BlueskyNetwork):
    def _post(self, post_id):
        return super()._post(post_id) or {"uri": post_id, "cid": "bafyreigone", "record": {"text": ""}}


class ReadsTheNewestPageAlone(BlueskyNetwork):
    def _notifications(self, place):
        return bluesky_listing.FeedPage(super()._notifications(place).entries, "", None)


class PutsTheCursorBehindAll(BlueskyNetwork):
    def fetch(self, stream, cursor):
        batches = list(super().fetch(stream, cursor))
        yield from (replace(one, cursor=batches[-1].cursor) for one in batches)


FOUND_BY = {
    TakesAFailedSignInForSent: "reply, signing in: 500 before",
    RaisesWhereItCannotSignIn: "reply, signing in: hangs up before it is done",
    WaitsForASignInWithoutEnd: "reply, signing in: 503 before",
    RepeatsUnderAnotherKey: "reply: 500 after it was done",
    AnswersWhatIsGone: "reply: to a deleted post",
    ReadsTheNewestPageAlone: "fetch: many posts, in batches",
    PutsTheCursorBehindAll: "fetch: many posts, in batches",
}


@pytest.fixture  # one for each bug, since what goes on without end would disturb the next one
def bench() -> Iterator[Bench]:
    WaitsForASignInWithoutEnd.over.clear()
    with bench_of(KIND) as opened:
        yield opened
    WaitsForASignInWithoutEnd.over.set()


@pytest.mark.parametrize("bug", part(FOUND_BY, 3), ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bench: Bench, bug: type[BlueskyNetwork], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONGEST", 3.0)
    named = BY_NAME[FOUND_BY[bug]]
    assert list(found_by(named, bench)) == []

    def build(given: AccountGiven) -> BlueskyNetwork:
        password = given.secrets["BLUESKY_APP_PASSWORD"]
        return bug(
            account=given.id, handle=given.handle, password=password, api_url=given.api_url, timeout=given.within or 1
        )

    sick = Bench(replace(KIND, build=build), bench.stand_in, bench.between)
    sick.said = bench.said = bench.said + 1_000
    assert next(found_by(named, sick), "") != ""


def test_a_network_that_signs_in_by_no_call_of_its_own_has_nothing_to_spoil(bench: Bench) -> None:
    plain = Bench(replace(KIND, sign_in_calls=()), bench.stand_in, bench.between)
    assert list(found_by(BY_NAME["reply, signing in: 500 before"], plain)) == []
    assert not plain.signs_in("/xrpc/com.atproto.server.createSession")
    assert bench.signs_in("/xrpc/com.atproto.server.createSession")
    assert not bench.changes("POST", "/xrpc/com.atproto.server.createSession")
    assert bench.changes("POST", "/xrpc/com.atproto.repo.createRecord")
