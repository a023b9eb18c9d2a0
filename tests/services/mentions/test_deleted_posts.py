"""Networks that report no deletions are asked once a day about what is still shown, within a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.accounts.spending import Charge
from bot.domain.mentions.deletion_checks import AT_ONCE, DeletionPolicy
from bot.domain.mentions.mention import Mention
from bot.ports import Batch, Desk, NetworkTrouble
from bot.services.cases import casework
from bot.services.mentions.deleted_posts import check_shown_posts, check_told
from storage import SqlStore
from tests.fakes import ANA, NOON, FakeNetwork, a_desk, a_post
from tests.services.journey import clock, receive, verbs

DAY = timedelta(days=1)
QUOTED = "INSERT INTO thank_yous (mention_id, state) VALUES (:mention, 'approved')"


@dataclass
class Telling(FakeNetwork):
    """A network that says what is gone, and counts what it is asked about."""

    gone: set[str] = field(default_factory=set)
    trouble: bool = False
    asked: list[list[str]] = field(default_factory=list)

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        self.asked.append(list(post_ids))
        if self.trouble:
            raise NetworkTrouble("X could not be reached.")
        return [one for one in post_ids if one in self.gone]


@dataclass
class TellingChanges(FakeNetwork):
    """A network that says what became of posts, by what the desk knows of them."""

    became: dict[str, str] = field(default_factory=dict)  # post -> its words now, "": it is gone
    asked: list[Mention] = field(default_factory=list)

    def changes_of(self, posts: Sequence[Mention]) -> Batch:
        self.asked += posts
        now = {
            one.ref.post_id: (one, self.became[one.ref.post_id]) for one in posts if one.ref.post_id in self.became
        }
        return Batch(
            edits=[replace(post, text=words) for post, words in now.values() if words],
            deletions=[post_id for post_id, (_, words) in now.items() if not words],
        )


@pytest.fixture
def network() -> Telling:
    return Telling()


@pytest.fixture
def desk(store: SqlStore, network: Telling) -> Desk:
    return a_desk(store, networks={("x", "42"): network})


def chosen(desk: Desk, **facts: object) -> None:
    desk.take_over(replace(desk.policy, deletions=DeletionPolicy(**facts)))  # type: ignore[arg-type]


def check(desk: Desk) -> int:
    return check_shown_posts(desk, desk.clock.now())


def words(desk: Desk, post_id: str) -> str:
    known = desk.store.mention_of("x", post_id)
    assert known is not None
    return known[0].text


def posts(desk: Desk, many: int) -> None:
    for n in range(many):
        receive(desk, a_post(str(100 + n), f"Parcel {n} is late @northwind", by=f"a{n}"))


def test_a_deleted_post_is_gone_within_a_day_with_a_line_in_the_trail(desk: Desk, network: Telling) -> None:
    posts(desk, 2)
    network.gone = {"101"}
    assert check(desk) == 0
    clock(desk).move(hours=24)
    assert check(desk) == 2
    assert network.asked == [["100", "101"]]
    assert (words(desk, "100") != "", words(desk, "101")) == (True, "")
    assert (verbs(desk, 2)[-1], verbs(desk, 1)[-1]) == ("post_deleted", "opened")


def test_it_is_asked_once_a_day_and_not_about_what_is_gone(desk: Desk, network: Telling) -> None:
    posts(desk, 2)
    network.gone = {"101"}
    for _ in range(72):
        clock(desk).move(hours=1)
        check(desk)
    assert network.asked == [["100", "101"], ["100"], ["100"]]


def test_posts_of_ended_cases_are_asked_about_for_a_time_and_again_once_they_go_on(
    desk: Desk, network: Telling
) -> None:
    chosen(desk, after_end=timedelta(days=2))
    posts(desk, 1)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    for _ in range(6):
        clock(desk).move(days=1)
        check(desk)
    assert len(network.asked) == 2
    casework.reopen(desk, 1, by=ANA, at=desk.clock.now())
    check(desk)
    assert len(network.asked) == 3


def test_what_marketing_quotes_is_asked_about_as_long_as_it_is_quoted(
    desk: Desk, store: SqlStore, network: Telling
) -> None:
    chosen(desk, after_end=timedelta(days=2))
    posts(desk, 1)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    store.engine.run(QUOTED, {"mention": desk.store.mentions(1)[0].id})
    for _ in range(6):
        clock(desk).move(days=1)
        check(desk)
    assert len(network.asked) == 6


def test_the_days_budget_holds_and_what_waited_longest_goes_first(desk: Desk, network: Telling) -> None:
    chosen(desk, posts_a_day=3)
    posts(desk, 5)
    clock(desk).move(hours=24)
    for _ in range(4):
        check(desk)
    assert network.asked == [["100", "101", "102"]]
    clock(desk).move(hours=24)
    check(desk)
    assert network.asked[1][:2] == ["103", "104"]


def test_a_round_asks_about_no_more_than_one_call_takes(desk: Desk, network: Telling) -> None:
    posts(desk, AT_ONCE + 1)
    clock(desk).move(hours=24)
    assert [check(desk), check(desk), check(desk)] == [AT_ONCE, 1, 0]


def test_a_network_that_cannot_be_read_is_asked_again_later_and_nothing_is_deleted(
    desk: Desk, network: Telling
) -> None:
    posts(desk, 1)
    network.gone, network.trouble = {"100"}, True
    clock(desk).move(hours=24)
    assert [check(desk), check(desk)] == [0, 0]
    assert len(network.asked) == 1
    assert words(desk, "100") != ""
    network.trouble = False
    clock(desk).move(hours=1)
    assert check(desk) == 1
    assert words(desk, "100") == ""


def test_a_restart_and_a_kill_between_forget_nothing_and_spend_nothing_twice(desk: Desk, network: Telling) -> None:
    chosen(desk, posts_a_day=1)
    posts(desk, 2)
    clock(desk).move(hours=24)
    check(desk)
    again = replace(desk)
    check_shown_posts(again, desk.clock.now())
    assert network.asked == [["100"]]


@dataclass
class TellingSome(Telling):
    def can_be_asked_about(self, post_id: str) -> bool:
        return post_id.isdigit()


def test_what_a_network_shows_only_in_lists_is_not_asked_about_and_costs_nothing(store: SqlStore) -> None:
    network = TellingSome()
    desk = a_desk(store, networks={("x", "42"): network})
    receive(desk, a_post("1", "Late"))
    receive(desk, a_post("dm:42-7/2", "My number is 5", private=True, by="omar"), stream="messages")
    clock(desk).move(hours=25)
    assert check(desk) == 1
    assert [list(one) for one in network.asked] == [["1"]]
    charged = {one.charge: one.count for one in desk.store.charges("x", "", NOON.date())}
    assert (charged[Charge.LOOK], charged[Charge.MESSAGE]) == (1, 1)


@pytest.mark.parametrize("ask", [True, False])
def test_it_can_be_switched_off(desk: Desk, network: Telling, ask: bool) -> None:
    chosen(desk, ask=ask)
    posts(desk, 1)
    clock(desk).move(hours=24)
    assert check(desk) == int(ask)


def test_a_network_that_cannot_be_asked_costs_nothing(store: SqlStore) -> None:
    desk = a_desk(store)
    posts(desk, 1)
    clock(desk).move(hours=24)
    assert check(desk) == 0
    assert desk.store.count_checks() == {}


def test_how_many_are_asked_about_is_counted_by_account(desk: Desk) -> None:
    posts(desk, 3)
    check(desk)
    assert desk.store.count_checks() == {("x", "42"): 3}


def test_a_network_that_tells_changes_is_asked_with_what_is_known_and_edits_are_taken_in(store: SqlStore) -> None:
    network = TellingChanges()
    desk = a_desk(store, networks={("x", "42"): network})
    posts(desk, 3)
    check(desk)
    clock(desk).move(hours=24)
    network.became = {"100": "It came @northwind", "101": ""}
    assert check(desk) == 3
    assert [(one.ref.post_id, one.author.id) for one in network.asked] == [
        ("100", "id-a0"),
        ("101", "id-a1"),
        ("102", "id-a2"),
    ]
    assert [words(desk, one) for one in ("100", "101")] == ["It came @northwind", ""]


def test_a_post_that_is_said_to_be_deleted_is_asked_about_by_its_own_account_alone(
    store: SqlStore, network: Telling
) -> None:
    """X tells of a customer's deletion without the account, and each look is charged."""
    other = Telling(account="43")
    desk = a_desk(store, networks={("x", "42"): network, ("x", "43"): other})
    receive(desk, a_post("100", "Late"))
    for one in (other, network):
        assert list(check_told(desk, one, ["100"], desk.clock.now())) == (["100"] if one is network else [])
    assert (network.asked, other.asked) == ([["100"]], [])
