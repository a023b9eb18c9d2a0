"""The connection of each account is filled from the readings, the store, and what the network says of itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.mentions.connection import Abilities, Connection, DeletionsSeen
from bot.domain.mentions.poll_pace import Allowance, Load
from bot.gateways.networks.own_account_only import OurselvesTelling
from bot.gateways.networks.recorded import RecordedNetwork
from bot.ports import Desk, Met, NetworkTrouble
from bot.services.mentions.connections import KEPT_EVERY, connections, seen_by
from bot.services.mentions.readings import Readings
from storage import SqlStore
from tests.fakes import ANA, CARO, NOON, FakeNetwork, a_desk, a_post
from tests.services.journey import receive, street

LATER = NOON + timedelta(minutes=2)


@dataclass
class Talkative(FakeNetwork):
    """A network that says everything about itself that one can say."""

    name: str = "street"
    account: str = "7"
    likes: bool = True
    renews_token: bool = True
    ends: datetime | None = NOON + timedelta(days=5)

    def __post_init__(self) -> None:
        self.met = {"mentions": Met(Load(new=0, took=timedelta()), ALLOWANCE, LATER)}

    def token_ends(self) -> datetime | None:
        return self.ends

    def renew_at(self) -> datetime | None:
        return None

    def renew_token(self) -> None:
        raise NotImplementedError

    def like(self, target: object) -> object:
        raise NotImplementedError

    def which_are_gone(self, post_ids: object) -> tuple[str, ...]:
        return ()


ALLOWANCE = Allowance(limit=300, left=12, resets_in=timedelta(minutes=10))


def read(desk: Desk, at: datetime, *streams: str) -> None:
    readings = Readings(street(desk))
    for stream in streams or readings.network.streams:
        readings.went_well(desk, stream, at)


def test_what_a_network_says_of_itself_is_known_also_behind_the_guard(store: SqlStore) -> None:
    for network in (Talkative(), OurselvesTelling(Talkative())):  # type: ignore[arg-type]
        desk = a_desk(store, networks={("street", "7"): network, ("recorded", "0"): RecordedNetwork()})
        assert connections(desk, desk.clock.now()) == [
            Connection(
                name="@northwind on Street",
                renews_token=True,
                token_ends=NOON + timedelta(days=5),
                allowance=ALLOWANCE,
                allowance_until=LATER,
                can=Abilities(private_answers=True, likes=True, deletions=DeletionsSeen.AT_ONCE),
            )
        ]


def test_a_network_that_says_nothing_lacks_what_it_does_not_offer(desk: Desk) -> None:
    [plain] = connections(desk, desk.clock.now())
    assert plain == Connection(name="@northwind on X")


def test_an_account_is_read_when_all_its_streams_are(desk: Desk) -> None:
    read(desk, NOON, "mentions")
    assert connections(desk, desk.clock.now())[0].read_at is None
    read(desk, LATER, "own")
    assert connections(desk, desk.clock.now())[0].read_at == NOON


def test_the_newest_reading_outlives_a_restart_within_a_few_minutes(desk: Desk, store: SqlStore) -> None:
    for at in (NOON, NOON + KEPT_EVERY / 2, NOON + KEPT_EVERY, NOON + KEPT_EVERY * 3 / 2):
        read(desk, at)
    assert connections(desk, desk.clock.now())[0].read_at == NOON + KEPT_EVERY * 3 / 2
    assert connections(a_desk(store), NOON)[0].read_at == NOON + KEPT_EVERY
    read(desk, NOON)  # the clock was put back
    assert connections(a_desk(store), NOON)[0].read_at == NOON


def test_why_an_account_cannot_be_read_is_known_until_it_can(desk: Desk) -> None:
    readings = Readings(street(desk))
    for at in (NOON, LATER):
        readings.met(desk, "mentions", NetworkTrouble("It answers 503."), at)
    readings.went_well(desk, "own", LATER)
    [one] = connections(desk, desk.clock.now())
    assert (one.unread_since, one.why) == (NOON, "It answers 503.")
    readings.went_well(desk, "mentions", LATER)
    [one] = connections(desk, desk.clock.now())
    assert (one.unread_since, one.why) == (None, "")


def test_the_newest_mention_of_an_account_is_known(desk: Desk) -> None:
    receive(desk, a_post("100", "Where is my order?"))
    assert connections(desk, desk.clock.now())[0].newest_at == NOON


def test_since_when_a_stream_tells_of_it_is_known(desk: Desk) -> None:
    desk.streamed["x", "42"] = NOON
    assert connections(desk, NOON) == [Connection(name="@northwind on X", stream_since=NOON)]


def test_an_account_that_says_something_odd_hides_no_other(store: SqlStore) -> None:
    class Odd(Talkative):
        def token_ends(self) -> datetime | None:
            raise KeyError("expires_in")

    desk = a_desk(store, networks={("street", "7"): Odd(), ("x", "42"): FakeNetwork()})
    assert connections(desk, NOON) == [
        Connection(name="@northwind on Street", odd="KeyError"),
        Connection(name="@northwind on X"),
    ]


def test_leads_see_all_accounts_in_whole_and_others_none(desk: Desk) -> None:
    assert [len(seen_by(desk, who, NOON)) for who in (CARO, ANA)] == [1, 0]
