"""The certification finds planted bugs of changes that give a reply another id, of statements, of likes, and of hiding."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from bot.gateways.networks.certify import Bench, bench_of, checks
from bot.gateways.networks.certify.certify import found_by
from bot.gateways.networks.facebook import FacebookNetwork
from bot.gateways.networks.street import StreetNetwork
from bot.gateways.networks.x import XNetwork
from bot.ports import NotSent, OutcomeLost, ReplyNow, Sent
from bot.ports.network_kind import AccountGiven, network_kind


class NamesTheOldId(XNetwork):
    def edit_reply(self, post_id, text, key):
        outcome = super().edit_reply(post_id, text, key)
        return Sent(post_id, "") if isinstance(outcome, Sent) else outcome


class ReadsTheOldId(XNetwork):
    def reply_now(self, post_id, *texts):
        there = super().reply_now(post_id, *texts)
        return ReplyNow(post_id, there.says) if there else None


class ReadsTheOldWords(XNetwork):
    def reply_now(self, post_id, *texts):
        there = self._now(post_id)
        return ReplyNow(post_id, texts[1:]) if there else None


class ChangesByASecondPost(XNetwork):
    def edit_reply(self, post_id, text, key):
        return self._send(
            lambda: self._client.create_tweet(text=text, in_reply_to_tweet_id=post_id, user_auth=True),
            self._published,
            lambda refused: NotSent("No."),
        )


class HidesTwice(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        outcome = super().set_hidden(post_id, hidden=hidden)
        return super().set_hidden(post_id, hidden=hidden) if isinstance(outcome, OutcomeLost) else outcome


class SaysItIsHidden(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        outcome = super().set_hidden(post_id, hidden=hidden)
        return Sent(post_id, "") if isinstance(outcome, OutcomeLost) else outcome


class SaysItIsNotHidden(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        outcome = super().set_hidden(post_id, hidden=hidden)
        return NotSent("No.") if isinstance(outcome, OutcomeLost) else outcome


class RaisesWhileHiding(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        if isinstance(outcome := super().set_hidden(post_id, hidden=hidden), OutcomeLost):
            raise ConnectionError
        return outcome


class NeverShowsAgain(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        return super().set_hidden(post_id, hidden=True)


class TellsTheOpposite(FacebookNetwork):
    def is_hidden(self, post_id):
        return not super().is_hidden(post_id)


class HidesWhatIsNone(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        outcome = super().set_hidden(post_id, hidden=hidden)
        return Sent(post_id, "") if isinstance(outcome, NotSent) else outcome


class DeletesInstead(FacebookNetwork):
    def set_hidden(self, post_id, *, hidden):
        return self.take_back(post_id)


class StatesTwice(FacebookNetwork):
    def post_statement(self, text, key):
        outcome = super().post_statement(text, key)
        return super().post_statement(text, key) if isinstance(outcome, OutcomeLost) else outcome


class FindsNoStatement(FacebookNetwork):
    def find_statement(self, text, since, key):
        return None


class TakesAnAnswerForTheStatement(XNetwork):
    def find_statement(self, text, since, key):
        return next((Sent(str(one.id), "") for one in self._said_since(text, since)), None)


class LikesNothing(StreetNetwork):
    def like(self, target):
        return Sent(target.post_id, "") if target.post_id.isdecimal() else super().like(target)


class SaysItIsNotLiked(StreetNetwork):
    def like(self, target):
        outcome = super().like(target)
        return NotSent("No.") if isinstance(outcome, OutcomeLost) else outcome


class SaysItIsLiked(StreetNetwork):
    def like(self, target):
        outcome = super().like(target)
        return Sent(target.post_id, "") if isinstance(outcome, OutcomeLost) else outcome


class LikesByAnAnswer(StreetNetwork):
    def like(self, target):
        self.reply(target, "❤️", f"like-{target.post_id}")
        return super().like(target)


LIKED = "like: undisturbed, and twice"
CHANGED, HIDDEN = "edit_reply: undisturbed, twice, and deleted", "set_hidden: undisturbed, twice, and shown again"
DONE, NOT_DONE = "500 after it was done", "500 before"
FOUND_BY: dict[type, str] = {
    NamesTheOldId: CHANGED,
    ReadsTheOldId: f"edit_reply: {DONE}",
    ReadsTheOldWords: f"edit_reply: {DONE}",
    ChangesByASecondPost: CHANGED,
    HidesTwice: f"set_hidden: {NOT_DONE}",
    SaysItIsHidden: f"set_hidden: {NOT_DONE}",
    SaysItIsNotHidden: f"set_hidden: {DONE}",
    RaisesWhileHiding: f"set_hidden: {DONE}",
    NeverShowsAgain: HIDDEN,
    TellsTheOpposite: HIDDEN,
    HidesWhatIsNone: HIDDEN,
    DeletesInstead: HIDDEN,
    LikesNothing: LIKED,
    LikesByAnAnswer: LIKED,
    SaysItIsLiked: f"like: {NOT_DONE}",
    SaysItIsNotLiked: f"like: {DONE}",
    StatesTwice: f"post_statement: {NOT_DONE}",
    FindsNoStatement: f"post_statement: {DONE}",
    TakesAnAnswerForTheStatement: "post_statement: undisturbed, changed, and deleted",
}
BY_NAME = {one.name: one for one in checks()}


@pytest.fixture(scope="module")
def benches() -> Iterator[dict[type, Bench]]:
    kinds = {
        XNetwork: network_kind("x"),
        FacebookNetwork: network_kind("facebook"),
        StreetNetwork: network_kind("street"),
    }
    with ExitStack() as opened:
        yield {one: opened.enter_context(bench_of(kind)) for one, kind in kinds.items() if kind}


@pytest.mark.parametrize("bug", FOUND_BY, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(benches: dict[type, Bench], bug: type) -> None:
    bench, named = benches[bug.__mro__[1]], BY_NAME[FOUND_BY[bug]]

    def build(given: AccountGiven) -> Any:
        network = bench.kind.build(given)
        network.__class__ = bug  # type: ignore[assignment]
        return network

    assert list(found_by(named, bench)) == []  # as it is, it passes: what is found below is the bug
    sick = Bench(replace(bench.kind, build=build), bench.stand_in, bench.between)
    sick.said = bench.said = bench.said + 1_000
    assert next(found_by(named, sick), "") != ""
