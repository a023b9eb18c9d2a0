"""Two desks on one PostgreSQL do each deed once: messages, replies, reminders and Slack's limits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import RECORDED
from bot.domain.replies import draft_events
from bot.domain.replies.draft import approval_key
from bot.domain.replies.statement import PostState
from bot.domain.slack.readers import OURS
from bot.domain.storms.noticing import Noticing
from bot.gateways.drawing import draw
from bot.gateways.networks.recorded import RecordedNetwork
from bot.gateways.networks.recordings import RecordedPost
from bot.gateways.shared_pacing import SharedLimiter
from bot.ports import ChatOutcome, Desk, LeaseLost, Message, NotSent, SendOutcome
from bot.ports.leases import seconds_left
from bot.services.base import clock_set_back
from bot.services.light_lane import likes
from bot.services.mentions.hiding import ask_to_hide
from bot.services.replies import sending, statement_sending
from bot.services.replies import statement_deciding as deciding
from bot.services.replies import statement_writing as writing
from bot.services.replies.attempts import reply_turn
from bot.services.slack import outgoing
from bot.services.slack.publishing import Publisher
from bot.services.slack.reading_back import room_turn
from handlers.polling import Poller
from handlers.watch import Watch
from handlers.workers import Clockwork
from storage import SqlStore, open_store
from storage.engine import rows
from tests.fakes import ANA, BEN, CARO, NOON, FakeChat, FakeNetwork, HidingNetwork, PostingNetwork, a_desk, a_post
from tests.services.journey import a_case, approved, notices, receive, unconfirmed
from tests.services.light_lane.scenes import LikingNetwork, light

pytestmark = pytest.mark.postgres


@pytest.fixture
def stores(cluster) -> Iterator[list[SqlStore]]:
    address = cluster.built()
    opened = [open_store(address, synchronous="OFF") for _ in range(2)]
    for number, store in enumerate(opened):
        store.engine.occupy(f"desk-{number}", float)
    yield opened
    for store in opened:
        store.close()
    cluster.give_back(address)


def sleeps(store: SqlStore, other: SqlStore) -> None:
    """Let a desk's lease end, and the other one notice; then the first is registered anew, as after it woke."""
    number = store.engine.number
    other.engine.run("UPDATE desks SET until_at = until_at - 60000000 WHERE id = :id", {"id": number})
    other.renew_lease()
    store.renew_lease()


@pytest.fixture
def desks(stores) -> list[Desk]:
    """Return two desks with one Slack, one network and one clock."""
    first = a_desk(stores[0])
    return [first, replace(first, store=stores[1], rooms=type(first.rooms)(), broken=type(first.broken)())]


def a_publisher(desk: Desk) -> Publisher:
    return Publisher(desk, SharedLimiter(desk), draw)


@dataclass
class During(FakeChat):
    """A Slack in whose calls something happens before they have an effect."""

    happens: object = None

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        happens, self.happens = self.happens, None
        if happens:
            happens()
        return super().post(channel, message, thread_ts=thread_ts, telling=telling)


def cards(desk: Desk) -> int:
    return sum(1 for _, thread in desk.chat.threads.items() if not thread)


def during(desks: list[Desk], happens) -> list[Desk]:
    chat = During(people=desks[0].chat.people, groups=desks[0].chat.groups, happens=happens)
    return [replace(one, chat=chat) for one in desks]


# --- messages ---------------------------------------------------------------------------------------------------


def test_two_publishers_post_a_card_once_and_redraw_it_once(desks):
    for number in range(3):
        receive(desks[0], a_post(str(number), "Charged twice", by=f"c{number}"))
    publishers = [a_publisher(desk) for desk in desks]
    for _ in range(20):
        for publisher in publishers:
            publisher.one_round(desks[0].clock.now())
        desks[0].clock.move(seconds=2)
        desks[0].store.engine.run("UPDATE slack_calls SET at = at - 2000000")
    assert cards(desks[0]) == 3
    assert desks[0].chat.updates == 0


def test_a_room_that_another_desk_is_at_is_left_to_it(desks):
    a_case(desks[0])
    other = a_publisher(desks[1])
    desks = during(desks, lambda: other.one_round(NOON))
    other.desk = desks[1]
    a_publisher(desks[0]).one_round(NOON)
    assert (cards(desks[0]), desks[0].chat.posts) == (1, 1)


def test_a_publisher_that_looked_before_the_other_posted_posts_nothing(desks):
    """It saw the card as not posted yet; then the other desk posted it, and gave the room back."""
    a_case(desks[0])
    [seen] = desks[0].store.heads(NOON)
    a_publisher(desks[1]).one_round(NOON)
    desks[0].store.engine.run("UPDATE slack_calls SET at = at - 9000000")
    late = a_publisher(desks[0])
    with desks[0].store.turn("room C0CARE0001") as turn:
        late._take_up(seen, NOON, turn)
    assert cards(desks[0]) == 1


def test_a_post_that_a_desk_began_before_it_slept_is_looked_for_by_the_other(desks):
    a_case(desks[0])
    desks = during(desks, lambda: sleeps(desks[0].store, desks[1].store))
    with pytest.raises(LeaseLost):
        a_publisher(desks[0]).one_round(NOON)
    assert [one.ts for one in desks[1].store.begun_tellings()] == [""], "what it wrote after that was refused"
    desks[1].clock.move(seconds=31)
    a_publisher(desks[1]).reconcile(desks[1].clock.now())
    assert (cards(desks[1]), desks[1].store.begun_tellings()) == (1, [])


def test_no_post_begins_under_a_lease_that_is_over(desks):
    a_case(desks[0])
    publisher = a_publisher(desks[0])
    [chosen] = desks[0].store.heads(NOON)
    desks[0].rooms.ours.add(chosen.channel)
    with desks[0].store.turn("room C0CARE0001") as turn:
        sleeps(desks[0].store, desks[1].store)
        publisher._tell(chosen, NOON, turn)
    assert (desks[0].chat.posts, desks[0].store.begun_tellings()) == (0, [])


def test_a_call_to_slack_is_made_within_the_lease(desks):
    left = []
    a_case(desks[0])
    desks = during(desks, lambda: left.append(seconds_left()))
    a_publisher(desks[0]).one_round(NOON)
    assert left == [30.0]


def test_a_post_in_the_hands_of_another_desk_is_not_looked_for(desks):
    a_case(desks[0])
    desks[0].store.telling_started(desks[0].store.card(1).id, NOON)
    late = NOON + timedelta(minutes=5)
    [begun] = desks[0].store.begun_tellings()
    reader = a_publisher(desks[1])
    with desks[0].store.turn(room_turn(begun)):
        assert [reader.reconcile(late) for _ in range(3)] == [0, 0, 0]
    assert [reader.reconcile(late) for _ in range(2)] == [0, 1]


def shares_an_answer(desk: Desk) -> None:
    reads_along = Message(text="The queue is empty.", kept_to=OURS)
    outgoing.share_answer(desk, reads_along, "C0CARE0001", "queue", by=ANA, at=NOON)


def looks_late(desk: Desk) -> list[int]:
    """Look twice for what was begun, long enough after its start."""
    publisher = a_publisher(desk)
    return [publisher.reconcile(NOON + timedelta(minutes=5)) for _ in range(2)]


def test_an_answer_that_a_desk_is_sharing_is_not_looked_for_by_another(desks):
    looks = []
    desks = during(desks, lambda: looks.append(looks_late(desks[1])))
    shares_an_answer(desks[0])
    assert (looks, desks[0].chat.posts) == ([[0, 0]], 1)
    assert desks[0].store.begun_tellings() == []


def test_an_answer_is_not_shared_by_a_desk_that_slept_before_the_call(desks):
    left = []

    def slept() -> None:
        sleeps(desks[0].store, desks[1].store)
        left.append((looks_late(desks[1]), seconds_left()))

    desks = during(desks, slept)
    shares_an_answer(desks[0])
    assert left == [([0, 1], float("-inf"))]


# --- Slack's limits ---------------------------------------------------------------------------------------------


def test_a_channel_gets_one_message_a_second_from_all_desks_together(desks):
    first, second = (SharedLimiter(desk) for desk in desks)
    assert first.reserve("post", "C0CARE")
    assert not second.reserve("post", "C0CARE")
    assert second.reserve("post", "C0OTHER")
    desks[0].store.engine.run("UPDATE slack_calls SET at = at - 1100000")
    late = SharedLimiter(desks[1])
    assert late.reserve("post", "C0CARE")


def test_a_wait_that_slack_asked_one_desk_for_holds_all(desks):
    first, second = (SharedLimiter(desk) for desk in desks)
    first.back_off("update", "C0CARE", 30.0)
    second.refresh()
    assert 29.0 < second.ready_in("update", "C0OTHER") <= 30.0


def test_the_updates_of_a_minute_are_counted_of_all_desks(desks):
    first, second = (SharedLimiter(desk) for desk in desks)
    taken = [one.reserve("update", "C0CARE") for _ in range(20) for one in (first, second)]
    assert taken.count(True) == 30, "the other 20 of a minute are for clicks"
    assert first.reserve("update", "C0CARE", click=True)


# --- replies ----------------------------------------------------------------------------------------------------


@dataclass
class Held(FakeNetwork):
    """A network in whose calls something happens before they have an effect."""

    happens: object = None

    def reply(self, target, text, key) -> SendOutcome:
        happens, self.happens = self.happens, None
        if happens:
            happens()
        return super().reply(target, text, key)


def on_a_street(desks: list[Desk], happens=None) -> list[Desk]:
    network = Held(happens=happens)
    return [replace(one, networks={("x", "42"): network}) for one in desks]


def draft(desk: Desk):
    return desk.store.case(1).draft


def test_a_reply_that_one_desk_is_sending_is_left_to_it(desks):
    seen = []

    def other_round() -> None:
        sending.recover_late(desks[1], NOON)
        sending.recover(desks[1], NOON)
        sending.send_due(desks[1], NOON)
        seen.append(draft(desks[1]).state)

    desks = on_a_street(desks, other_round)
    approved(desks[0])
    sending.send_due(desks[0], NOON)
    assert seen == [DraftState.SENDING]
    assert (draft(desks[0]).state, len(desks[0].networks["x", "42"].published)) == (DraftState.SENT, 1)


def test_a_reply_that_another_desk_is_about_to_send_is_left_to_it(desks):
    desks = on_a_street(desks)
    approved(desks[0])
    turn = desks[0].store.claim(reply_turn(desks[0].store.case(1)))
    assert sending.send_due(desks[1], NOON) == 0
    assert draft(desks[1]).state == DraftState.APPROVED
    desks[0].store.drop(turn)
    assert sending.send_due(desks[1], NOON) == 1


def test_a_reply_of_a_desk_that_is_not_heard_of_has_an_unknown_outcome_at_once(desks):
    def dies() -> None:
        desks[1].store.engine.run(
            "UPDATE desks SET until_at = 0 WHERE id = :id", {"id": desks[0].store.engine.number}
        )
        desks[1].store.renew_lease()
        raise KeyboardInterrupt

    desks = on_a_street(desks, dies)
    approved(desks[0])
    with pytest.raises(KeyboardInterrupt):
        sending.send_due(desks[0], NOON)
    sending.send_due(desks[1], NOON)
    assert draft(desks[1]).state == DraftState.SENDING
    sending.recover_late(desks[1], NOON)
    assert draft(desks[1]).state == DraftState.UNCONFIRMED
    sending.send_due(desks[1], NOON + timedelta(minutes=10))
    assert desks[1].networks["x", "42"].published == []


def test_no_reply_begins_under_a_lease_that_is_over(desks):
    desks = on_a_street(desks)
    approved(desks[0])
    turn = desks[0].store.claim(reply_turn(desks[0].store.case(1)))
    sleeps(desks[0].store, desks[1].store)
    sending.send(desks[0], 1, NOON, turn)
    assert desks[0].networks["x", "42"].published == []
    assert draft(desks[0]).state != DraftState.UNCONFIRMED, "it is certain that nothing was sent"


def test_a_call_to_a_network_is_made_within_the_lease(desks):
    left = []
    desks = on_a_street(desks, lambda: left.append(seconds_left()))
    approved(desks[0])
    sending.send_due(desks[0], NOON)
    assert left == [30.0]


def test_an_unknown_outcome_is_looked_up_by_one_desk_at_a_time(desks):
    desks = on_a_street(desks)
    unconfirmed(desks[0])
    later = NOON + timedelta(hours=1)
    turn = desks[0].store.claim(reply_turn(desks[0].store.case(1)))
    assert sending.check_due_outcomes(desks[1], later) == 0
    desks[0].store.drop(turn)
    assert sending.check_due_outcomes(desks[1], later) == 1


def test_the_answer_of_an_earlier_attempt_does_not_end_a_later_one(desks):
    """A desk slept in its call; the other one has begun another attempt when the first one's refusal comes."""

    def slept() -> None:
        sleeps(desks[0].store, desks[1].store)
        sending.recover_late(desks[1], NOON)
        store = desks[1].store
        store.record(store.case(1), draft_events.Absent(by=BEN, at=NOON, why="It is not there."))
        store.record(store.case(1), draft_events.SendingBegun(by=BEN, at=NOON, key=approval_key(draft(desks[1]))))

    desks = on_a_street(desks, slept)
    desks[0].networks["x", "42"].outcomes.append(NotSent("Busy."))
    approved(desks[0])
    sending.send_due(desks[0], NOON)
    assert draft(desks[1]).state == DraftState.SENDING


def test_a_reply_that_went_out_is_recorded_also_by_a_desk_that_slept(desks):
    def slept() -> None:
        sleeps(desks[0].store, desks[1].store)
        sending.recover_late(desks[1], NOON)

    desks = on_a_street(desks, slept)
    approved(desks[0])
    sending.send_due(desks[0], NOON)
    assert draft(desks[1]).state == DraftState.SENT


# --- the heartbeat ----------------------------------------------------------------------------------------------


def test_one_desk_pings_and_only_while_all_desks_are_well(desks):
    pings: list[int] = []
    watches = [Watch(one, lambda: (), lambda: (), partial(pings.append, number)) for number, one in enumerate(desks)]
    for watch in watches:
        watch.round()
    assert pings == [0]
    desks[1].store.note_own_troubles(["The sender stands still."])
    watches[0].round()
    assert pings == [0], "the other desk ails from something"
    watches[1].round()
    watches[0].round()
    assert pings == [0, 0]
    sleeps(desks[0].store, desks[1].store)
    watches[1].round()
    assert pings == [0, 0, 1], "it goes on when the first one is not heard of"


# --- clocks -----------------------------------------------------------------------------------------------------


def test_a_desk_whose_own_clock_is_behind_corrects_nothing_by_it(desks):
    first, second = desks
    [(now,)] = first.store.engine.rows(f"SELECT {first.store.engine.clock}")
    real = rows.at(now)
    clock_set_back.put_right(first, real + timedelta(minutes=3))
    seen = first.store.setting("clock.seen")
    assert clock_set_back.put_right(second, real - timedelta(minutes=5)) == 0
    assert second.store.setting("clock.seen") == seen
    clock_set_back.put_right(second, real)
    assert second.store.setting("clock.seen") == real.isoformat(), "the first one's was ahead"


# --- jobs that remember -----------------------------------------------------------------------------------------


def test_a_rise_is_said_once_by_desks_that_take_turns_at_noticing(desks):
    """The first desk saw four posts, and was away while the other one saw the fifth and said what rises."""
    desks[1] = replace(desks[1], noticing=Noticing())
    jobs = [
        Clockwork(one, a_publisher(one))._scheduled().tasks["noticing"].work
        for one in (replace(desk, networks={}) for desk in desks)
    ]

    def written(n: int) -> None:
        desks[0].clock.move(seconds=30)
        receive(desks[0], a_post(f"{n}", "my app will not open", by=f"someone{n}", at=desks[0].clock.now()))

    for n in range(4):
        written(n)
    jobs[0]()
    sleeps(desks[0].store, desks[1].store)
    written(4)
    jobs[1]()
    assert len(notices(desks[0])) == 1
    desks[1].store.close()
    desks[0].store.renew_lease()
    jobs[0]()
    assert len(notices(desks[0])) == 1


def test_what_is_replayed_to_a_desk_is_taken_in_by_that_desk(desks):
    """Recorded posts wait in the memory of the process that they were given to."""
    networks = [RecordedNetwork(), RecordedNetwork()]
    jobs = [
        Clockwork(one, a_publisher(one))
        for one in (
            replace(desk, networks={(RECORDED, "recorded"): network})
            for desk, network in zip(desks, networks, strict=True)
        )
    ]
    rounds = []
    for one in jobs:
        one._readers = [Poller(one.desk, network, timedelta(seconds=20)) for network in one.desk.networks.values()]
        rounds.append(one._scheduled().tasks["poll-recorded-recorded"].work)
    rounds[0]()
    networks[1].feed(
        [RecordedPost(id="1", author="mara", ours=False, created_at=NOON, text="My parcel is lost.")], NOON
    )
    rounds[1]()
    assert desks[0].store.case(1).author.handle == "mara"
    assert [one.network for one in jobs[1].pollers()] == [networks[1]]


def test_hiding_and_liking_are_done_within_a_lease(desks):
    left = []

    @dataclass
    class Watched(HidingNetwork, LikingNetwork):
        def set_hidden(self, post_id, *, hidden):
            left.append(seconds_left())
            return super().set_hidden(post_id, hidden=hidden)

        def like(self, target):
            left.append(seconds_left())
            return super().like(target)

    desk = replace(desks[0], networks={("x", "42"): Watched()})
    a_case(desk)
    ask_to_hide(desk, 1, desk.store.case(1).latest, "It names a neighbour.", hide=True, by=BEN, at=NOON)(NOON)
    found = light(desk)
    likes.like(desk, found.mention, by=BEN, at=NOON)
    assert likes.carry_out_like(desk, found.mention, NOON)
    assert left == [30.0, 30.0]


def test_two_desks_post_a_statement_once(desks: list[Desk]) -> None:
    posting, late = PostingNetwork(), list[int]()
    first, second = (replace(one, networks={("x", "42"): posting}) for one in desks)
    found = first.store.statement(writing.propose_statement(first, "Sorry.", "", [0], by=CARO, at=NOON))
    deciding.decide_on_statement(first, found.id, mark=found.mark, approves=True, by=BEN, at=NOON)
    with pytest.raises(Outdated):
        deciding.decide_on_statement(second, found.id, mark=found.mark, approves=True, by=BEN, at=NOON)

    def meanwhile(*_: str) -> SendOutcome:  # the other desk looks while this one calls the network
        late.append(
            statement_sending.post_due_statements(second, NOON) + statement_sending.recover_statements(second, NOON)
        )
        return PostingNetwork.post_statement(posting, "Sorry.", "")

    posting.post_statement = meanwhile  # type: ignore[method-assign]
    assert (statement_sending.post_due_statements(first, NOON), late) == (1, [0])
    assert statement_sending.post_due_statements(second, NOON) == 0
    assert [one.state for one in second.store.statement(1).posts] == [PostState.SENT]
    assert len(posting.published) == 1
