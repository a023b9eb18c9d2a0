"""The certification finds planted bugs of a network whose replies replace one another and lose their tags."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.gateways.networks import google_play
from bot.gateways.networks.certify import Bench, bench_of, checks
from bot.gateways.networks.certify.certify import found_by
from bot.gateways.networks.google_play import GooglePlayNetwork
from bot.gateways.networks.google_play_kind import KIND
from bot.ports import OutcomeLost
from bot.ports.network_kind import AccountGiven

BY_NAME = {one.name: one for one in checks()}


class SendsTags(GooglePlayNetwork):
    def reply(self, target, text, key):
        return super().reply(target, text.replace("<b>", "").replace("</b>", ""), key)


class RepeatsItself(GooglePlayNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return super().reply(target, text, key) if isinstance(outcome, OutcomeLost) else outcome


class ReadsTheNewestAlone(GooglePlayNetwork):
    def _since(self, since, *, first):
        return self._listed(google_play.NEWEST)[0], True


FOUND_BY = {
    SendsTags: "reply: every kind of text",
    RepeatsItself: "reply: 500 after it was done",
    ReadsTheNewestAlone: "fetch: many posts, in batches",
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with bench_of(KIND) as opened:
        yield opened


@pytest.mark.parametrize("bug", FOUND_BY, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bench: Bench, bug: type[GooglePlayNetwork]) -> None:
    named = BY_NAME[FOUND_BY[bug]]
    assert list(found_by(named, bench)) == []

    def build(given: AccountGiven) -> GooglePlayNetwork:
        key = given.secrets["GOOGLE_PLAY_KEY"]
        return bug(account=given.id, handle=given.handle, key=key, api_url=given.api_url, timeout=given.within or 1)

    sick = Bench(replace(KIND, build=build), bench.stand_in, bench.between)
    sick.said = bench.said = bench.said + 1_000
    assert next(found_by(named, sick), "") != ""


@pytest.mark.parametrize("name", FOUND_BY.values())
def test_no_finding_depends_on_how_fast_this_machine_is(
    name: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateways.networks.certify.bench.HASTE", 0.0001)  # seconds: too few for any machine
    assert list(found_by(BY_NAME[name], bench)) == []
