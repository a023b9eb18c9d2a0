"""With keys of another account nothing is published or taken back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.accounts.holds import SHUT_FOR, Limit
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, NEVER_SAFE
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import (
    Batch,
    EditTerms,
    NetworkTrouble,
    NotSent,
    PostsStatements,
    RenewsToken,
    ReplyNow,
    Sent,
    TellsWhatIsGone,
    TokenEnds,
)
from tests.fakes import FakeNetwork, PostingNetwork, a_post

TARGET = PostRef("x", "42", "100")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass
class Keyed(FakeNetwork):
    """A network whose keys belong to a given account."""

    me: Author = field(default_factory=lambda: Author(id="42", handle="northwind"))
    silent: bool = False
    wait: timedelta | None = None
    asked: int = 0

    def verify(self) -> Author:
        self.asked += 1
        if self.silent:
            raise NetworkTrouble("X does not answer.", self.wait)
        same_account(self.me, self.account, self.handle, "The X keys belong")
        return self.me

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        yield Batch(cursor="7")


def sent(network: object) -> object:
    return network.reply(TARGET, "Hello.", "key")  # type: ignore[attr-defined]


@dataclass
class Posting(Keyed, PostingNetwork):
    """The same for a network on which statements can be posted."""


@pytest.mark.parametrize("ours", [True, False])
def test_a_statement_is_posted_with_our_own_keys_only(ours: bool):
    keyed = Posting() if ours else Posting(me=Author(id="7", handle="somebody"))
    network = ourselves(keyed)
    assert isinstance(network, PostsStatements)
    assert network.posts_statements
    assert [one.limit for one in network.statement_lengths("We are down.")] == [280]
    assert isinstance(network.post_statement("We are down.", "key"), Sent if ours else NotSent)
    assert len(keyed.published) == ours
    assert isinstance(network.find_statement("We are down.", NOW, "key"), Sent) is ours


def test_a_network_without_statements_is_none_with_them_behind_its_keys():
    network = ourselves(Keyed())
    assert isinstance(network, PostsStatements)
    assert (network.posts_statements, network.find_statement("We are down.", NOW, "key")) == (False, None)
    assert isinstance(network.post_statement("We are down.", "key"), NotSent)


def test_our_own_keys_are_asked_about_once():
    keyed = Keyed()
    network = ourselves(keyed)
    assert [list(network.fetch("mentions", "")) for _ in range(2)] == [[Batch(cursor="7")]] * 2
    assert isinstance(sent(network), Sent)
    assert (keyed.asked, keyed.published) == (1, [("9000", TARGET, "Hello.")])


def test_another_accounts_keys_do_nothing_and_are_named():
    keyed = Keyed(me=Author(id="43", handle="southwind"))
    network = ourselves(keyed)
    says = r"The X keys belong to @southwind \(id 43\), .* Please put in .* and start the desk again\."
    for _ in range(2):
        with pytest.raises(NetworkTrouble, match=says):
            list(network.fetch("mentions", ""))
    for outcome in (sent(network), network.take_back("900")):
        assert isinstance(outcome, NotSent)
        assert outcome.why == (
            "Nothing was sent. The X keys belong to @southwind (id 43), and heard.toml names @northwind (id 42). "
            "Please put in the account's own keys, or name the right account, and start the desk again."
        )
    assert (keyed.asked, keyed.published) == (1, [])


def test_while_nobody_answers_nothing_is_sent_and_it_is_asked_again():
    keyed = Keyed(silent=True)
    network = ourselves(keyed)
    assert list(network.fetch("mentions", "")) == [Batch(cursor="7")]
    outcome = sent(network)
    assert isinstance(outcome, NotSent)
    assert outcome.why == "Nothing was sent, since it is not known yet whose keys these are. X does not answer."
    keyed.silent = False
    assert isinstance(sent(network), Sent)


def test_when_a_network_asks_to_wait_the_reply_that_was_not_sent_says_for_how_long():
    outcome = sent(ourselves(Keyed(silent=True, wait=timedelta(minutes=15))))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == timedelta(minutes=15)


def test_a_reply_that_was_not_sent_since_our_keys_are_refused_goes_out_once_they_are_taken_again():
    class Refused(Keyed):
        def verify(self):
            raise NetworkTrouble("X does not accept our keys.", limit=Limit.SHUT)

    outcome = sent(ourselves(Refused()))
    assert isinstance(outcome, NotSent)
    assert (outcome.limit, outcome.retry_after) == (Limit.SHUT, SHUT_FOR)


def test_an_account_that_was_renamed_is_still_itself():
    assert isinstance(sent(ourselves(Keyed(me=Author(id="42", handle="northwind_hq")))), Sent)


def test_only_a_network_that_tells_what_is_gone_is_asked_for_it():
    class Telling(Keyed):
        def which_are_gone(self, post_ids):
            return [one for one in post_ids if one == "100"]

    telling = ourselves(Telling())
    assert isinstance(telling, TellsWhatIsGone)
    assert telling.which_are_gone(["100", "101"]) == ["100"]
    assert not isinstance(ourselves(Keyed()), TellsWhatIsGone)


def test_what_a_network_says_of_itself_is_said_behind_the_guard_too():
    class Own(Keyed):
        safe_repeat, shortest_pause = ALWAYS_SAFE, timedelta(minutes=1)

    for network, safe, pause in ((Keyed(), NEVER_SAFE, timedelta()), (Own(), ALWAYS_SAFE, timedelta(minutes=1))):
        guarded = ourselves(network)
        assert (guarded.safe_repeat, guarded.shortest_pause) == (safe, pause)  # type: ignore[attr-defined]
        assert guarded.lengths("late") == network.lengths("late")


def test_until_when_a_token_is_good_and_its_renewal_are_known_behind_the_guard_too():
    ends, early = datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)

    @dataclass
    class Ending(Keyed):
        renewed: int = 0
        renews_token: bool = True

        def token_ends(self) -> datetime | None:
            return ends

        def renew_at(self) -> datetime | None:
            return early

        def renew_token(self) -> None:
            self.renewed += 1

    ending = Ending()
    for network, known in ((ending, (ends, early)), (Keyed(), (None, None))):
        guarded = ourselves(network)
        assert isinstance(guarded, TokenEnds)
        assert isinstance(guarded, RenewsToken)
        assert (guarded.token_ends(), guarded.renew_at(), guarded.renews_token) == (*known, network is ending)
        guarded.renew_token()
    assert ending.renewed == 1


@dataclass
class Editing(Keyed):
    """A network on which replies can be changed."""

    edits_replies: bool = True

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms:
        return EditTerms()

    def edit_reply(self, post_id: str, text: str, key: str) -> Sent:
        return Sent(post_id, "")

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow:
        return ReplyNow(post_id, texts)


def test_a_reply_is_changed_by_our_own_keys_only():
    ours, others = ourselves(Editing()), ourselves(Editing(me=Author(id="43", handle="southwind")))
    assert (ours.edits_replies, ours.edit_terms("9")) == (True, EditTerms())
    assert ours.reply_now("9", "Hello.") == ReplyNow("9", ("Hello.",))
    assert isinstance(ours.edit_reply("9", "Hello.", "key"), Sent)
    assert isinstance(others.edit_reply("9", "Hello.", "key"), NotSent)
    plain = ourselves(Keyed())
    assert (plain.edits_replies, plain.edit_terms("9"), plain.reply_now("9", "Hello.")) == (False, None, None)
    assert isinstance(plain.edit_reply("9", "Hello.", "key"), NotSent)


@dataclass
class Hiding(Keyed):
    """A network on which posts can be hidden, and replies stay."""

    def why_kept(self, post_id: str) -> NotSent:
        return NotSent("It stays.", by_hand=True)

    answers_hidden: bool = True

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        return under_ours

    def set_hidden(self, post_id: str, *, hidden: bool) -> Sent:
        return Sent(post_id, "")

    def is_hidden(self, post_id: str) -> bool:
        return True


def test_a_post_is_hidden_by_our_own_keys_only():
    post, other = a_post("9", "Late."), Author(id="43", handle="southwind")
    ours, others, plain = (ourselves(one) for one in (Hiding(), Hiding(me=other), Keyed()))
    assert (ours.can_hide(post, under_ours=True), ours.is_hidden("9")) == (True, True)
    assert (ours.answers_hidden, plain.answers_hidden) == (True, False)
    assert isinstance(ours.set_hidden("9", hidden=True), Sent)
    assert isinstance(others.set_hidden("9", hidden=True), NotSent)
    assert (plain.can_hide(post, under_ours=True), plain.is_hidden("9")) == (False, None)
    assert isinstance(plain.set_hidden("9", hidden=True), NotSent)
    assert (ours.why_kept("9"), plain.why_kept("9")) == (NotSent("It stays.", by_hand=True), None)
