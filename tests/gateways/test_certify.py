"""The certification of networks: the built-in ones pass, and planted bugs are found."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.domain.mentions.mention import PostRef
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.certify import (
    SPOILED_CALLS,
    Bench,
    ContractCheck,
    bench_of,
    certify,
    check,
    checks,
    patience,
)
from bot.gateways.networks.certify.certify import found_by
from bot.gateways.networks.street import StreetNetwork
from bot.gateways.networks.street_kind import KIND
from bot.gateways.networks.x_with_chat import XWithChat
from bot.ports import Batch, EditTerms, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, ReplyNow, Sent, Unparsed
from bot.ports.network_kind import AccountGiven, built_in_kinds, network_kind
from tests.long import part

PATIENCE = 3.0  # seconds in place of the twenty that a real server is given


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateways.networks.certify.bench.HASTE", 0.3)


def is_public(one: ContractCheck) -> bool:
    return one.stream == "mentions"


@pytest.mark.parametrize(("place", "name"), part(enumerate(kind.name for kind in built_in_kinds()), 7))
def test_a_built_in_network_keeps_its_contract(place: int, name: str) -> None:
    """Only a sixth of the spoiled calls, another sixth for the next network: `make test-networks` makes them all."""
    kind = network_kind(name)
    assert kind is not None
    left_out = tuple(f": {one}" for turn, one in enumerate(SPOILED_CALLS) if (turn + place) % 6)
    asked = [one.name for one in checks(kind) if is_public(one) and not one.name.endswith(left_out)]
    findings = list(certify(kind, lambda one: one.name in asked and is_public(one)))
    assert [one for one in findings if one.wrong] == []
    assert [one.check for one in findings] == asked


# Of the ways in which a call is spoiled, one that was not done, one that was, and one that says yes in odd words.
SAMPLE = ("500 before", "resets the connection after it was done", "broken JSON after it was done")


@pytest.mark.parametrize(
    ("name", "stream"), [(kind.name, stream) for kind in built_in_kinds() for stream in kind.private_stand_ins]
)
def test_private_messages_of_a_built_in_network_keep_the_contract(name: str, stream: str) -> None:
    """Only some of the checks: `heard certify` runs them all."""
    kind = network_kind(name)
    assert kind is not None
    left_out = [f": {one}" for one in SPOILED_CALLS if str(one) not in SAMPLE] + ["in batches", "in an answer"]
    sample = certify(kind, lambda one: one.stream == stream and not one.name.endswith(tuple(left_out)))
    found = {one.check: one.wrong for one in sample}
    assert len(found) == 4 * len(SAMPLE) + 5
    assert {check: wrong for check, wrong in found.items() if wrong} == {}


class EncryptsAnew(XWithChat):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return super().reply(target, text, key + "2") if isinstance(outcome, OutcomeLost) else outcome


class FindsNoMessage(XWithChat):
    def find_reply(self, target, text, since, key=""):
        return None


class ReadsNoMessage(XWithChat):
    def fetch(self, stream, cursor):
        yield from ()


@pytest.mark.parametrize(
    ("planted", "by"),
    [
        (EncryptsAnew, "chat: reply: resets the connection after it was done"),
        (FindsNoMessage, "chat: reply: resets the connection after it was done"),
        (ReadsNoMessage, "chat: fetch: from the last cursor on"),
    ],
)
def test_a_planted_bug_in_private_messages_is_found(planted: type[XWithChat], by: str) -> None:
    kind = network_kind("x")
    assert kind is not None

    def build(given: AccountGiven) -> XWithChat:
        made = kind.build(given)
        made.__class__ = planted
        return made

    [finding] = certify(replace(kind, build=build), lambda one: one.name == by)
    assert finding.wrong


def test_a_stand_in_whose_package_is_missing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chat_xdk", None)
    kind = network_kind("x")
    assert kind is not None
    found = list(certify(kind, lambda one: one.stream == "chat"))
    assert {one.wrong for one in found} == {("Its stand-in needs a package that is not installed: chat_xdk.",)}


def test_a_kind_without_a_stand_in_is_told_so() -> None:
    with pytest.raises(LookupError, match="Street brings no stand-in"):
        next(certify(replace(KIND, stand_in="")))


# --- planted bugs ---------------------------------------------------------------------------------------------------


class Retries(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return super().reply(target, text, key) if isinstance(outcome, OutcomeLost) else outcome


class RetriesUnderAnotherKey(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return super().reply(target, text, key + "2") if isinstance(outcome, OutcomeLost) else outcome


class PostsTwice(StreetNetwork):
    def reply(self, target, text, key):
        super().reply(target, text, key + "2")
        return super().reply(target, text, key)


class CallsLostNotSent(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return NotSent("No.") if isinstance(outcome, OutcomeLost) else outcome


class CallsLostSent(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return Sent("1", "") if isinstance(outcome, OutcomeLost) else outcome


class SaysNothingOfWhatIsLost(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return OutcomeLost(" ") if isinstance(outcome, OutcomeLost) else outcome


class RaisesWhenLost(StreetNetwork):
    def reply(self, target, text, key):
        if isinstance(outcome := super().reply(target, text, key), OutcomeLost):
            raise ConnectionError
        return outcome


class NeverEnds(StreetNetwork):
    def reply(self, target, text, key):
        threading.Event().wait(60)


class ReadingNeverEnds(StreetNetwork):
    def fetch(self, stream, cursor):
        threading.Event().wait(60)
        yield from ()


class SendsOtherWords(StreetNetwork):
    def reply(self, target, text, key):
        return super().reply(target, text.replace("&", "&amp;"), key)


class SendsHalf(StreetNetwork):
    def reply(self, target, text, key):
        return super().reply(target, text[:25], key)


class JoinsLines(StreetNetwork):
    def reply(self, target, text, key):
        return super().reply(target, text.encode("ascii", "ignore").decode(), key)


class UnsureOfARefusal(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return OutcomeLost("Who knows.") if isinstance(outcome, NotSent) else outcome


class RefusesWithoutReason(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return NotSent("") if isinstance(outcome, NotSent) else outcome


class RaisesARefusal(StreetNetwork):
    def reply(self, target, text, key):
        if isinstance(outcome := super().reply(target, text, key), NotSent):
            raise PermissionError
        return outcome


class SaysSentOfARefusal(StreetNetwork):
    def reply(self, target, text, key):
        outcome = super().reply(target, text, key)
        return Sent("1", "") if isinstance(outcome, NotSent) else outcome


class TripsOverIds(StreetNetwork):
    def reply(self, target, text, key):
        int(target.post_id)
        return super().reply(target, text, key)


class FindsNothing(StreetNetwork):
    def find_reply(self, target, text, since, key=""):
        return None


class ProvesTooMuch(StreetNetwork):
    def find_reply(self, target, text, since, key=""):
        return ProvenAbsent()


class ProvesByTrouble(StreetNetwork):
    def find_reply(self, target, text, since, key=""):
        try:
            return super().find_reply(target, text, since, key)
        except NetworkTrouble:
            return ProvenAbsent()


class FindsAnyPost(StreetNetwork):
    def find_reply(self, target, text, since, key=""):
        return Sent(target.post_id, "")


class TripsWhileFinding(StreetNetwork):
    def find_reply(self, target, text, since, key=""):
        try:
            return super().find_reply(target, text, since, key)
        except NetworkTrouble:
            raise KeyError("data") from None


class AlwaysTakenBack(StreetNetwork):
    def take_back(self, post_id):
        super().take_back(post_id)
        return Sent(post_id, "")


class TripsWhileTakingBack(StreetNetwork):
    def take_back(self, post_id):
        if isinstance(outcome := super().take_back(post_id), OutcomeLost):
            raise ConnectionError
        return outcome


class ChangesByASecondReply(StreetNetwork):
    edits_replies = True

    def edit_terms(self, post_id, stored=None):
        return EditTerms()

    def edit_reply(self, post_id, text, key):
        return self.reply(PostRef("street", self.account, post_id), text, key)

    def reply_now(self, post_id, *texts):
        return ReplyNow(post_id, texts[:1])


class ChangesNothing(ChangesByASecondReply):
    def edit_reply(self, post_id, text, key):
        return Sent(post_id, "")


class LosesAtTrouble(StreetNetwork):
    lost = False  # of all clients: the cursor that a desk stores

    def fetch(self, stream, cursor):
        if LosesAtTrouble.lost:
            return
        try:
            yield from super().fetch(stream, cursor)
        except NetworkTrouble:
            LosesAtTrouble.lost = True
            yield Batch(cursor="999999999")


class TripsWhileReading(StreetNetwork):
    def fetch(self, stream, cursor):
        try:
            yield from super().fetch(stream, cursor)
        except NetworkTrouble:
            raise KeyError("data") from None


class SaysNothingOfTrouble(StreetNetwork):
    def fetch(self, stream, cursor):
        try:
            yield from super().fetch(stream, cursor)
        except NetworkTrouble:
            raise NetworkTrouble("") from None


class OneLargeBatch(StreetNetwork):
    def fetch(self, stream, cursor):
        batches = list(super().fetch(stream, cursor))
        if batches:
            yield replace(batches[-1], posts=[post for batch in batches for post in batch.posts])


class NewestFirst(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=batch.posts[::-1])


class DropsTheLast(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=batch.posts[:-1])


class OnlyTheFirstBatch(StreetNetwork):
    def fetch(self, stream, cursor):
        yield from list(super().fetch(stream, cursor))[:1]


class CursorTooFar(StreetNetwork):
    def fetch(self, stream, cursor):
        batches = list(super().fetch(stream, cursor))
        for batch in batches:
            yield replace(batch, cursor=batches[-1].cursor)


class SkipsOne(StreetNetwork):
    def fetch(self, stream, cursor):
        for number, batch in enumerate(super().fetch(stream, cursor)):
            yield replace(batch, posts=batch.posts[1:]) if cursor and not number else batch


class RemembersWhatItTold(StreetNetwork):
    def fetch(self, stream, cursor):
        told = self.__dict__.setdefault("told", set())
        for batch in super().fetch(stream, cursor):
            new = [post for post in batch.posts if post.ref.post_id not in told]
            told.update(post.ref.post_id for post in new)
            yield replace(batch, posts=new)


class NobodyWrote(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=[replace(one, author=replace(one.author, id="")) for one in batch.posts])


class NoId(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=[replace(one, ref=replace(one.ref, post_id="")) for one in batch.posts])


class TextWithNul(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=[replace(one, text=one.text + "\x00") for one in batch.posts])


class HalfASign(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, posts=[replace(one, text=one.text + "\ud83d") for one in batch.posts])


class KeepsNoBytes(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            yield replace(batch, unparsed=[Unparsed(b"", one.why) for one in batch.unparsed])


class TripsOverOddValues(StreetNetwork):
    def fetch(self, stream, cursor):
        for batch in super().fetch(stream, cursor):
            if batch.unparsed:
                raise AttributeError("id")
            yield batch


class AnybodyIsUs(StreetNetwork):
    def verify(self):
        self.account = self.handle = ""
        return super().verify()


class TripsOverUs(StreetNetwork):
    def verify(self):
        try:
            return super().verify()
        except NetworkTrouble:
            raise ValueError from None


class AnyAddressIsOurs(StreetNetwork):
    def post_behind(self, link):
        return link.rpartition("/")[2]


class NoAddressIsOurs(StreetNetwork):
    def post_behind(self, link):
        return ""


class TripsOverAddresses(StreetNetwork):
    def post_behind(self, link):
        return super().post_behind(link) if link.index("://") else ""


class EverythingIsShort(StreetNetwork):
    def lengths(self, text, addressee=None):
        return (TextLength(count=min(len(text), 100), limit=500),)


class NothingHasALength(StreetNetwork):
    def lengths(self, text, addressee=None):
        return (TextLength(count=0, limit=500),)


DONE, NOT_DONE = "500 after it was done", "500 before"
FOUND_BY: dict[type[StreetNetwork], str] = {
    Retries: f"reply: {NOT_DONE}",
    RetriesUnderAnotherKey: f"reply: {DONE}",
    PostsTwice: "reply: every kind of text",
    CallsLostNotSent: f"reply: {DONE}",
    CallsLostSent: f"reply: {NOT_DONE}",
    SaysNothingOfWhatIsLost: f"reply: {NOT_DONE}",
    RaisesWhenLost: f"reply: {NOT_DONE}",
    NeverEnds: f"reply: {NOT_DONE}",
    ReadingNeverEnds: f"fetch and verify: {NOT_DONE}",
    SendsOtherWords: "reply: every kind of text",
    SendsHalf: "reply: every kind of text",
    JoinsLines: "reply: every kind of text",
    UnsureOfARefusal: "reply: to a deleted post",
    RefusesWithoutReason: "reply: to a deleted post",
    RaisesARefusal: "reply: where nobody listens",
    SaysSentOfARefusal: "reply: to odd ids",
    TripsOverIds: "reply: to odd ids",
    FindsNothing: f"reply: {DONE}",
    ProvesTooMuch: f"find_reply: {DONE}",
    ProvesByTrouble: f"find_reply: {DONE}",
    FindsAnyPost: f"reply: {NOT_DONE}",
    TripsWhileFinding: f"find_reply: {DONE}",
    AlwaysTakenBack: f"take_back: {NOT_DONE}",
    TripsWhileTakingBack: f"take_back: {NOT_DONE}",
    ChangesByASecondReply: "edit_reply: undisturbed, twice, and deleted",
    ChangesNothing: f"edit_reply: {DONE}",
    LosesAtTrouble: f"fetch and verify: {NOT_DONE}",
    TripsWhileReading: f"fetch and verify: {NOT_DONE}",
    SaysNothingOfTrouble: f"fetch and verify: {NOT_DONE}",
    OneLargeBatch: "fetch: many posts, in batches",
    NewestFirst: "fetch: many posts, in batches",
    DropsTheLast: "fetch: many posts, in batches",
    OnlyTheFirstBatch: "fetch: many posts, in batches",
    CursorTooFar: "fetch: many posts, in batches",
    SkipsOne: "fetch: from the last cursor on",
    RemembersWhatItTold: "fetch: the same again",
    NobodyWrote: "fetch: odd values in an answer",
    NoId: "fetch: odd values in an answer",
    TextWithNul: "fetch: odd values in an answer",
    HalfASign: "fetch: odd values in an answer",
    KeepsNoBytes: "fetch: odd values in an answer",
    TripsOverOddValues: "fetch: odd values in an answer",
    AnybodyIsUs: "verify: another account",
    TripsOverUs: f"fetch and verify: {NOT_DONE}",
    AnyAddressIsOurs: "addresses of posts",
    NoAddressIsOurs: "addresses of posts",
    TripsOverAddresses: "addresses of posts",
    EverythingIsShort: "lengths",
    NothingHasALength: "lengths",
}
BY_NAME = {one.name: one for one in checks()}


def built_as(network: type[StreetNetwork]) -> Callable[[AccountGiven], StreetNetwork]:
    return lambda given: network(
        account=given.id,
        handle=given.handle,
        token=given.secrets["STREET_TOKEN"],
        api_url=given.api_url,
        timeout=given.within or 1.0,
    )


@pytest.fixture(scope="module")
def passed() -> set[check.ContractCheck]:
    """Return the checks that were passed without a bug."""
    return set()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with bench_of(KIND) as opened:
        yield opened


@pytest.mark.parametrize("bug", part(FOUND_BY, 10), ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(
    bench: Bench, passed: set[check.ContractCheck], bug: type[StreetNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST", PATIENCE)
    monkeypatch.setattr("bot.gateways.networks.certify.shapes._PLACES", 25)
    named = BY_NAME[FOUND_BY[bug]]
    if named not in passed:  # as it is, it passes: what is found below is the bug
        assert list(found_by(named, bench)) == []
        passed.add(named)
    sick = Bench(replace(KIND, build=built_as(bug)), bench.stand_in, bench.between)
    sick.said = bench.said = bench.said + 1_000
    assert next(found_by(named, sick), "") != ""


def test_what_a_check_raises_is_a_finding(bench: Bench) -> None:
    def run(_: Bench) -> Iterator[str]:
        raise RuntimeError
        yield ""

    assert list(found_by(check.ContractCheck("it raises", run), bench)) == ["It raises RuntimeError."]
