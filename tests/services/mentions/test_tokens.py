"""Tokens that end: the desk renews those it can in time, and leads hear once of those that a person has to renew."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.policy import OwnAccount
from bot.domain.mentions.token_end import LONGEST_WAIT, SPREAD, TRIES, share_of_spread
from bot.ports import Desk, NetworkTrouble
from bot.services.mentions.connections import connections
from bot.services.mentions.ending_tokens import tell_ending_tokens
from bot.services.mentions.token_renewal import TokenRenewal
from storage import SqlStore
from tests.fakes import LEADS, NOON, FakeNetwork, a_desk
from tests.services.journey import clock, notices

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Ending(FakeNetwork):
    """A network whose token ends, and is renewed when nothing stands in the way."""

    renews_token: bool = True
    ends: datetime | None = NOON + 60 * DAY
    early: datetime | None = None
    asked: list[datetime] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    fault: str = ""

    def token_ends(self) -> datetime | None:
        return self.ends

    def renew_at(self) -> datetime | None:
        return self.early

    def renew_token(self) -> None:
        self.asked.append(NOON)
        if self.troubles:
            raise self.troubles.pop(0)
        self.early = NOON + 30 * DAY

    def token_fault(self) -> str:
        return self.fault


def a_scene(store: SqlStore) -> tuple[Desk, Ending]:
    network = Ending()
    return a_desk(store, networks={("x", "42"): network}), network


def heard(desk: Desk) -> list[str]:
    assert all(channel == LEADS for channel, _ in notices(desk))
    return [said for _, said in notices(desk)]


# --- a person has to renew it -----------------------------------------------------------------------------------


def test_leads_hear_a_week_ahead_a_day_ahead_and_at_the_end_each_once_across_restarts(store: SqlStore) -> None:
    _, network = a_scene(store)
    told = []
    for left in (8 * DAY, 7 * DAY, 6 * DAY, 2 * DAY, DAY, HOUR, timedelta(), -DAY):
        for _ in range(2):
            desk = a_desk(store, networks={("x", "42"): network})
            tell_ending_tokens(desk, NOON + 60 * DAY - left)
        told.append(len(heard(desk)))
    assert told == [0, 1, 1, 1, 2, 2, 3, 3]
    assert heard(desk) == [
        (
            "The token of @northwind on X ends within a week, 1 May 12:00 UTC. Please get a new one from the network, put it "
            "in, and start the desk again; without it nothing can be read or sent there."
        ),
        (
            "The token of @northwind on X ends within a day, 1 May 12:00 UTC. Please get a new one from the network, put it "
            "in, and start the desk again; without it nothing can be read or sent there."
        ),
        (
            "The token of @northwind on X ended 1 May 12:00 UTC: nothing can be read or sent there. Please get a new one "
            "from the network, put it in, and start the desk again."
        ),
    ]


def test_who_starts_late_hears_only_the_most_urgent_warning(store: SqlStore) -> None:
    desk, network = a_scene(store)
    network.ends = NOON + HOUR
    tell_ending_tokens(desk, NOON)
    assert [one.partition(",")[0] for one in heard(desk)] == ["The token of @northwind on X ends within a day"]


def test_an_end_that_is_told_a_little_differently_is_still_the_same_token(store: SqlStore) -> None:
    desk, network = a_scene(store)
    for ends in (NOON + 5 * DAY, NOON + 5 * DAY + timedelta(seconds=40), NOON + 6 * DAY):
        network.ends = ends
        tell_ending_tokens(desk, NOON)
    assert len(heard(desk)) == 2  # the last one is another token


def test_the_day_that_a_person_wrote_down_counts_where_the_network_does_not_tell(store: SqlStore) -> None:
    desk, network = a_scene(store)
    own = {("x", "42"): OwnAccount(name="brand", token_until=NOON + HOUR)}
    desk.take_over(replace(desk.policy, accounts=own))
    tell_ending_tokens(desk, NOON)
    assert heard(desk) == []  # it told a later one
    network.ends = None
    tell_ending_tokens(desk, NOON)
    assert connections(desk, NOON)[0].token_ends == NOON + HOUR
    assert [one.partition(",")[0] for one in heard(desk)] == ["The token of @northwind on X ends within a day"]


def test_nothing_is_said_of_a_token_that_does_not_end(store: SqlStore) -> None:
    desk, network = a_scene(store)
    network.ends = None
    tell_ending_tokens(desk, NOON)
    assert heard(desk) == []


def test_an_account_that_says_something_odd_keeps_no_other_from_being_told(store: SqlStore) -> None:
    class Odd(Ending):
        def token_ends(self) -> datetime | None:
            raise KeyError("expires_in")

    ending = Ending(name="street", account="7", ends=NOON + HOUR)
    desk = a_desk(store, networks={("x", "42"): Odd(), ("street", "7"): ending})
    tell_ending_tokens(desk, NOON)
    assert [one.partition(",")[0] for one in heard(desk)] == ["The token of @northwind on Street ends within a day"]


def test_a_file_of_tokens_that_is_not_used_is_said_once_each_time(store: SqlStore) -> None:
    desk, network = a_scene(store)
    for at, fault in enumerate(("", "It is damaged.", "It is damaged.", "", "It is damaged.")):
        network.fault = fault
        tell_ending_tokens(desk, NOON + at * HOUR)
    assert heard(desk) == ["@northwind on X: It is damaged."] * 2


# --- the desk renews it -----------------------------------------------------------------------------------------


def test_a_token_is_renewed_before_its_time_spread_by_account(store: SqlStore) -> None:
    desk, network = a_scene(store)
    renewal, due = TokenRenewal(desk, network), NOON + HOUR - SPREAD * share_of_spread("x 42")
    assert (renewal.one_round(clock(desk).at), network.asked) == (60, [])  # nothing to renew yet
    network.early = NOON + HOUR
    assert NOON + timedelta(seconds=renewal.one_round(clock(desk).at)) == due
    clock(desk).at = due
    renewal.one_round(clock(desk).at)
    assert len(network.asked) == 1
    assert (renewal.one_round(clock(desk).at), len(network.asked)) == (LONGEST_WAIT.total_seconds(), 1)


@pytest.mark.parametrize("odd", [False, True])
def test_failed_renewals_are_tried_ever_more_seldom_and_told_once(store: SqlStore, *, odd: bool) -> None:
    desk, network = a_scene(store)
    network.early = NOON
    troubles: list[Exception] = [KeyError("odd") if odd else NetworkTrouble("It answers 503.")]
    network.troubles = troubles * (TRIES + 2)
    renewal = TokenRenewal(desk, network)
    waits = [renewal.one_round(clock(desk).at) for _ in range(TRIES + 2)]
    usual = [60, 120, 240, 480, 3600, 3600, 3600]
    assert waits == pytest.approx([one * (1 + share_of_spread("x 42") / 4) for one in usual])
    why = "Something unexpected came in between (KeyError)." if odd else "It answers 503."
    assert heard(desk) == [
        (
            f"The token of @northwind on X could not be renewed 5 times: {why} It is tried again every hour. Please look "
            "whether the network wants a new login."
        )
    ]
    renewal.one_round(clock(desk).at)
    assert heard(desk)[1:] == ["The token of @northwind on X is renewed again."]


def test_a_network_that_asks_for_a_longer_wait_gets_it(store: SqlStore) -> None:
    desk, network = a_scene(store)
    network.early, network.troubles = NOON, [NetworkTrouble("Wait.", 5 * HOUR)]
    assert TokenRenewal(desk, network).one_round(NOON) == (5 * HOUR).total_seconds()
