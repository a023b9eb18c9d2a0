"""A statement's post of unknown outcome is settled by a person, by what the network shows, and never posted again."""

from dataclasses import dataclass

import pytest

from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.replies.statement import PostState
from bot.ports import Desk, OutcomeLost, ProvenAbsent, Shown
from bot.services.halts.halting import begin_halt
from bot.services.replies import statement_by_hand as by_hand
from bot.services.replies import statement_sending as sending
from bot.services.replies import statement_writing as writing
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, PostingNetwork, a_desk
from tests.services.journey import clock, everybody_is_known
from tests.services.replies.test_statements import NARROW, SHORT, approved, decide, network, states, told, verbs, work

LINK = "https://x.example/northwind/status/9000"


@dataclass
class ShowingNetwork(PostingNetwork):
    """One that shows a single post, too."""

    shows: Shown | ProvenAbsent | None = None

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        return self.shows


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk with a statement whose answer was lost, and that the network does not show to the desk."""
    desk = a_desk(store, networks={NARROW: ShowingNetwork()})
    network(desk).outcomes, network(desk).commits_first = [OutcomeLost("No answer.")], True
    network(desk).visible = False
    approved(desk, [0])
    work(desk)
    return desk


def given_up(desk: Desk) -> None:
    """Let the desk read until it has nothing left to read."""
    for _ in range(12):
        clock(desk).move(minutes=6)
        work(desk)
    everybody_is_known(desk)
    assert desk.store.statement_post(1).look_at is None


def there(desk: Desk, link: str = LINK, by: str = ANA) -> None:
    by_hand.statement_is_there(desk, 1, link, by=by, at=desk.clock.now())(desk.clock.now())


def missing(desk: Desk, by: str = BEN) -> None:
    by_hand.statement_is_missing(desk, 1, by=by, at=desk.clock.now())(desk.clock.now())


def test_a_pasted_link_settles_it_on_a_persons_word_where_the_desk_cannot_find_it(desk: Desk) -> None:
    given_up(desk)
    there(desk, f" {LINK}?from=somebody#there ")
    [post] = desk.store.statement(1).posts
    assert (post.state, post.post_id, post.url) == (PostState.SENT, "9000", LINK)
    assert told(desk)[-1].endswith("public. On Ana's word: the desk did not find it there.")
    assert (verbs(desk)[-1], desk.store.audit("desk")[-1].by) == ("statement_seen", ANA)
    with pytest.raises(Outdated, match="settled already"):
        there(desk)
    assert (work(desk), len(network(desk).published)) == (0, 1)


def test_a_post_that_the_network_shows_needs_nobodys_word(desk: Desk) -> None:
    network(desk).shows = Shown(ours=True, parent_id="", text=SHORT)  # type: ignore[attr-defined]
    there(desk)
    assert desk.store.statement_post(1).stands == "public."


def test_a_link_to_something_else_settles_nothing(desk: Desk) -> None:
    def refused(link: str, shows: Shown | ProvenAbsent | None = None) -> str:
        network(desk).shows = shows  # type: ignore[attr-defined]
        with pytest.raises(NotUsable) as refusal:
            there(desk, link)
        return refusal.value.sentence

    assert "full link" in refused("9000")
    assert "not the link of a post" in refused("https://x.example/northwind")
    assert "shows no such post" in refused(LINK, ProvenAbsent())
    assert "not from our account" in refused(LINK, Shown(ours=False, parent_id="", text=SHORT))
    assert "answers somebody" in refused(LINK, Shown(ours=True, parent_id="7", text=SHORT))
    assert "other words" in refused(LINK, Shown(ours=True, parent_id="", text="Hello."))
    network(desk).visible = True
    assert "shows the statement elsewhere" in refused(LINK.replace("9000", "9"))
    assert states(desk) == [PostState.UNCONFIRMED]


def test_a_post_of_another_statement_is_not_this_one(desk: Desk) -> None:
    there(desk)
    clock(desk).move(hours=25)
    network(desk).outcomes = [OutcomeLost("No answer.")]
    approved(desk, [0])
    work(desk)
    with pytest.raises(NotUsable, match="another statement"):
        by_hand.statement_is_there(desk, 2, LINK, by=ANA, at=desk.clock.now())


def test_an_approver_calls_it_missing_once_it_would_show_and_it_is_not_posted_again(desk: Desk) -> None:
    with pytest.raises(Refusal, match="may show it late"):
        missing(desk)
    given_up(desk)
    with pytest.raises(NotYours):
        missing(desk, ANA)
    missing(desk)
    [post] = desk.store.statement(1).posts
    assert post.stands == "not posted. It was read once more, and was not there."
    assert (verbs(desk)[-1], desk.store.audit("desk")[-1].by) == ("statement_missing", BEN)
    assert (work(desk), len(network(desk).published)) == (0, 1)
    assert "not posted" in told(desk)[-1]


def test_what_is_called_missing_and_is_there_after_all_counts_as_public(desk: Desk) -> None:
    given_up(desk)
    network(desk).visible = True
    missing(desk)
    assert states(desk) == [PostState.SENT]


def test_a_network_that_cannot_be_read_leaves_it_to_the_approver_only_after_an_hour(desk: Desk) -> None:
    network(desk).readable = False
    for _ in range(5):
        clock(desk).move(minutes=6)
        work(desk)
    everybody_is_known(desk)
    with pytest.raises(Refusal, match="nothing was decided"):
        missing(desk)
    given = clock(desk).move(hours=1)
    everybody_is_known(desk)
    missing(desk)
    assert "An approver looked" in desk.store.statement_post(1).stands
    assert desk.store.statement_post(1).ended_at == given


def test_an_account_that_is_gone_leaves_both_to_a_persons_word(desk: Desk) -> None:
    desk.networks.clear()  # type: ignore[attr-defined]
    given = desk.clock.now()
    later = by_hand.statement_is_there(desk, 1, "https://x.example/a/b", by=CARO, at=given)
    missing(desk)
    assert "An approver looked" in desk.store.statement_post(1).stands
    with pytest.raises(Outdated):
        later(given)


def test_a_take_back_that_an_older_copy_believes_unsent_can_be_asked_for_again(desk: Desk) -> None:
    there(desk)
    decide(desk, desk.store.statement(writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())))
    later = clock(desk).move(minutes=5)
    begin_halt(desk, Halt(kind=HaltKind.HOLD, by="desk", at=later, why="An older copy."))
    sending.recover_statements(desk, later)
    assert states(desk, 2) == [PostState.FAILED]
    assert writing.propose_take_back(desk, 1, by=CARO, at=later) == 3
