"""A network's stream: what it tells is stored once, as if it had been read; all else makes the desk read."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.accounts.spending import Charge
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.deletion_checks import DeletionPolicy
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.mentions.stream_pace import LASTED, StreamEnd
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, NetworkTrouble, OutOfService
from bot.ports.pushes import Pushed, StreamEnded
from bot.services.slack.publishing import Publisher
from handlers.stream_findings import of_stream
from handlers.streaming import (
    ASK_AFTER,
    ASK_EVERY,
    LOOK_AGAIN,
    LOOKS,
    MOST_A_SECOND,
    MOST_WAITING,
    SAID_AFTER,
    StreamFollower,
    StreamIntake,
    StreamReader,
    StreamState,
)
from handlers.workers import Clockwork
from storage import SqlStore
from tests.fakes import LEADS, NOON, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, always
from tests.services.journey import a_case, clock, draft_of, notices, only_case, receive, street, unconfirmed

US = "42"
FOR_EVER = 30.0  # real seconds


@dataclass
class FakeStream:
    """A stream that tells what a test planned, connection by connection."""

    name: str = "x"
    accounts: Sequence[str] = (US,)
    plans: list[Sequence[Pushed | Exception | None]] = field(default_factory=list)
    full: dict[str, Mention] = field(default_factory=dict)
    unread: NetworkTrouble | None = None
    arranged: list[str] = field(default_factory=list)
    asked: list[Sequence[str]] = field(default_factory=list)
    refused: Exception | None = None
    followed: list[Sequence[str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def arrange(self, mark: str) -> Sequence[str]:
        self.arranged.append(mark)
        if self.refused:
            raise self.refused
        return ()

    def follow(self, mark: str, authors: Sequence[str]) -> Sequence[str]:
        self.followed.append(authors)
        if self.refused:
            raise self.refused
        return ["X tells us of no deletions."]

    def state(self) -> str:
        return "all is there"

    def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
        opened()
        for one in self.plans.pop(0) if self.plans else ():
            if isinstance(one, Exception):
                raise one
            yield one

    def read_posts(self, account: str, post_ids: Sequence[str]) -> Sequence[Mention]:
        self.asked.append(post_ids)
        if self.unread:
            raise self.unread
        return [self.full[one] for one in post_ids if one in self.full]

    def hang_up(self) -> None:
        self.over.set()


@dataclass
class Told:
    """A stream's intake on a desk, with the accounts that it asked to read."""

    desk: Desk
    stream: FakeStream = field(default_factory=FakeStream)
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = StreamState()
        self.intake = StreamIntake(self.desk, self.stream, self.read.append, self.state)

    def hears(self, *pushed: Pushed) -> "Told":
        for one in pushed:
            self.intake.heard(one)
        self.rounds()
        return self

    def rounds(self) -> None:
        while self.intake.one_round() == 0.0:
            pass


@pytest.fixture
def told(store: SqlStore) -> Told:
    return Told(a_desk(store))


def of(post: Mention) -> Pushed:
    return Pushed(US, post=post)


def cases(desk: Desk) -> list[tuple[int, str]]:
    """Return the open cases with the newest post of each."""
    tally = desk.store.tally(desk.clock.now(), desk.clock.now())
    return [(number, desk.store.case(number).root_id) for number in range(1, tally.open + 1)]


# --- posts -------------------------------------------------------------------------------------------------


def test_a_post_that_comes_by_stream_and_by_reading_is_one_case(told: Told) -> None:
    complaint = a_post("100", "late")
    told.hears(of(complaint), of(complaint))
    receive(told.desk, complaint, cursor="100")
    told.hears(of(complaint))
    assert (len(cases(told.desk)), told.read) == (1, [])


def test_the_stream_never_moves_the_cursor_of_reading(told: Told) -> None:
    receive(told.desk, a_post("90", "first"), cursor="90")
    told.hears(of(a_post("100", "late")))
    assert [told.desk.store.cursor("x", US, one)[0] for one in ("mentions", "own", "stream")] == ["90", "", ""]


def test_posts_out_of_order_are_stored_in_the_order_of_writing(told: Told) -> None:
    now = told.desk.clock.now()
    posts = [
        replace(a_post(str(number), "late", root="100"), posted_at=now - timedelta(seconds=age))
        for number, age in ((102, 1), (100, 3), (101, 2))
    ]
    told.hears(*map(of, posts))
    assert only_case(told.desk).latest_at == posts[0].posted_at
    assert len(cases(told.desk)) == 1


def test_an_answer_from_the_phone_shows_at_once(told: Told) -> None:
    a_case(told.desk)
    told.hears(of(our_post("150", "We called you.", to="100", root="100")))
    assert only_case(told.desk).state == CaseState.PENDING


def test_our_answer_that_comes_before_the_complaint_waits_until_both_are_read(told: Told) -> None:
    answer, complaint = our_post("150", "We called you.", to="100", root="100"), a_post("100", "late")
    told.hears(of(answer))
    assert (told.read, told.desk.store.mention_of("x", "150")) == ([US], None)
    receive(told.desk, complaint, cursor="100")
    receive(told.desk, answer, stream="own", cursor="150")
    assert only_case(told.desk).state == CaseState.PENDING


def test_our_answer_beside_the_complaint_is_stored_after_it(told: Told) -> None:
    complaint = a_post("100", "late")
    answer = replace(our_post("150", "We called you.", to="100", root="100"), posted_at=complaint.posted_at)
    told.hears(of(answer), of(complaint))
    assert (only_case(told.desk).state, told.read) == (CaseState.PENDING, [])


def test_a_lost_reply_that_the_stream_tells_of_is_delivered(told: Told) -> None:
    unconfirmed(told.desk, public=True)
    [(number, target, text)] = street(told.desk).published
    told.hears(of(our_post(number, text, to=target.post_id, root="100")))
    assert draft_of(told.desk).state == DraftState.SENT


def test_what_is_older_than_a_first_reading_goes_back_is_left_to_reading(told: Told) -> None:
    old = replace(a_post("100", "late"), posted_at=told.desk.clock.now() - timedelta(hours=25))
    told.hears(of(old))
    assert (told.desk.store.mention_of("x", "100"), told.read) == (None, [US])


def test_a_post_for_an_account_without_a_network_is_left_alone(told: Told) -> None:
    told.hears(Pushed("77", post=a_post("100", "late")))
    assert (told.desk.store.mention_of("x", "100"), told.read) == (None, [])


def test_a_storm_is_stored_a_hundred_posts_at_a_time(told: Told) -> None:
    for number in [*["100"] * 249, "101"]:
        told.intake.heard(of(a_post(number, "late", root="100")))
    assert [told.intake.one_round() for _ in range(3)] == [0.0, 0.0, None]
    assert told.desk.store.mention_of("x", "101") is not None


def test_what_finds_the_queue_full_is_read_instead(told: Told) -> None:
    for _ in range(MOST_WAITING + 2):
        told.intake.heard(Pushed("77"))
    assert (told.state.passed_over, told.read) == (2, [])
    told.intake.heard(Pushed())
    told.rounds()
    assert told.read == [US]


def test_where_the_store_fails_reading_brings_what_was_in_hand(store: SqlStore) -> None:
    desk = a_desk(store)
    told = Told(replace(desk, store=BreakingStore(store, add_mention=always(OutOfService("disk full")))))  # type: ignore[arg-type]
    told.intake.heard(of(a_post("100", "late")))
    with pytest.raises(OutOfService):
        told.intake.one_round()
    told.intake.one_round()
    assert told.read == [US]


def test_a_desk_killed_while_it_stores_what_was_told_reads_it_after_the_start(store: SqlStore) -> None:
    desk = a_desk(store)
    told = Told(replace(desk, store=BreakingStore(store, put_triage=always(Killed()))))  # type: ignore[arg-type]
    told.intake.heard(of(a_post("100", "late")))
    with pytest.raises(Killed):
        told.intake.one_round()
    assert (store.mention_of("x", "100"), store.cursor("x", US, "mentions")[0]) == (None, "")
    receive(desk, a_post("100", "late"), cursor="100")
    Told(desk).hears(of(a_post("100", "late")))
    assert len(cases(desk)) == 1


def test_everything_that_is_told_of_a_post_is_counted_as_charged(told: Told) -> None:
    complaint = a_post("100", "late")
    told.hears(of(complaint), of(complaint), Pushed(US, partial="101"), Pushed(US, gone="100"), Pushed(US))
    told.hears(Pushed(US, message=True))
    after(told, ASK_AFTER)
    found = told.desk.store.charges("x", US, told.desk.clock.now().date())
    assert {one.charge: one.count for one in found} == {
        Charge.EVENT: 3,
        Charge.MESSAGE: 1,
        Charge.POST: 1,
        Charge.AUTHOR: 1,
        Charge.LOOK: 1,
    }


def conversation() -> list[Mention]:
    """Return posts of three people in two conversations, with two answers of ours, in the order of writing."""
    at = iter(range(1, 100))
    when = lambda: NOON + timedelta(seconds=next(at))  # noqa: E731
    return [
        a_post("100", "late", at=when()),
        a_post("200", "broken", by="omar", at=when()),
        a_post("101", "still late", root="100", at=when()),
        our_post("150", "We look for it.", to="101", root="100", at=when()),
        a_post("300", "me too", by="lee", root="100", at=when()),
        a_post("201", "and smoking", by="omar", root="200", at=when()),
        our_post("250", "Please unplug it.", to="201", root="200", at=when()),
        a_post("102", "thanks, but no", root="100", at=when()),
    ]


def by_case(desk: Desk) -> set[frozenset[str]]:
    """Return which posts stand together, and check that each is there once."""
    posts = {one.ref.post_id: desk.store.mention_of("x", one.ref.post_id) for one in conversation()}
    assert all(posts.values())
    cases = {found[1] for found in posts.values() if found}
    assert all(len(desk.store.mentions(one)) == len({post.id for post in desk.store.mentions(one)}) for one in cases)
    return {frozenset(post for post, found in posts.items() if found and found[1] == one) for one in cases}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_first_by_stream_or_by_reading_it_is_the_same_cases(store: SqlStore, seed: int) -> None:
    chance, told, posts = random.Random(seed), Told(a_desk(store)), conversation()  # noqa: S311 - a seed to repeat
    clock(told.desk).move(minutes=5)
    pushed = [of(one) for one in posts * 2 if chance.random() < 0.7]
    chance.shuffle(pushed)
    for start in range(0, len(posts), 3):  # a reading brings mentions before our own posts
        told.hears(*[pushed.pop() for _ in range(chance.randint(0, len(pushed)))])
        for stream, side in (("mentions", Side.THEIRS), ("own", Side.OURS)):
            receive(told.desk, *[one for one in posts[: start + 3] if one.side == side], stream=stream)
    told.hears(*pushed)
    assert by_case(told.desk) == {
        frozenset({"100", "101", "102", "150"}),
        frozenset({"200", "201", "250"}),
        frozenset({"300"}),
    }


# --- posts in part, hints, deletions -----------------------------------------------------------------------


def after(told: Told, seconds: float) -> None:
    clock(told.desk).move(seconds=seconds)
    told.rounds()


def test_a_post_told_in_part_is_read_in_full(told: Told) -> None:
    told.stream.full["100"] = a_post("100", "late")
    told.hears(Pushed(US, partial="100"), Pushed(US, partial="100"))
    after(told, ASK_AFTER)
    assert (told.stream.asked, len(cases(told.desk)), told.read) == ([["100"]], 1, [])


def test_one_that_is_told_in_full_meanwhile_costs_no_reading(told: Told) -> None:
    told.hears(Pushed(US, partial="100"))
    told.hears(of(a_post("100", "late")))
    after(told, ASK_AFTER)
    told.hears(Pushed(US, partial="100"))
    after(told, ASK_EVERY)
    assert (told.stream.asked, len(cases(told.desk))) == ([], 1)


def test_posts_are_asked_for_together_and_not_too_often(told: Told) -> None:
    told.hears(Pushed(US, partial="100"))
    after(told, ASK_AFTER)
    told.hears(Pushed(US, partial="101"), Pushed(US, partial="102"))
    after(told, ASK_AFTER)
    assert told.stream.asked == [["100"]]
    after(told, ASK_EVERY)
    assert told.stream.asked == [["100"], ["101", "102"]]


@pytest.mark.parametrize("unread", [None, NetworkTrouble("X could not be reached.")])
def test_where_a_post_cannot_be_had_in_full_the_account_is_read(told: Told, unread: NetworkTrouble | None) -> None:
    told.stream.unread = unread
    told.hears(Pushed(US, partial="100"))
    after(told, ASK_AFTER)
    assert told.read == [US]


def test_a_post_in_part_is_asked_for_as_each_account_that_it_concerns(store: SqlStore) -> None:
    networks = {("x", one): FakeNetwork(account=one) for one in (US, "43")}
    told = Told(a_desk(store, networks=networks), FakeStream(accounts=(US, "43")))
    told.hears(Pushed(US, partial="100"), Pushed("43", partial="100"))
    after(told, ASK_AFTER)
    after(told, ASK_EVERY)
    assert told.stream.asked == [["100"], ["100"]]


def test_many_hints_at_once_make_the_desk_read_once(told: Told) -> None:
    for _ in range(50):
        told.intake.heard(Pushed(US))
    told.intake.heard(Pushed())
    told.rounds()
    assert told.read == [US]


class Deletable(FakeNetwork):
    gone: Sequence[str] = ()
    asked: int = 0

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        self.asked += 1
        return [one for one in post_ids if one in self.gone]


@pytest.fixture
def deletable(store: SqlStore) -> Told:
    return Told(a_desk(store, networks={("x", US): Deletable()}))


def network_of(told: Told) -> Deletable:
    found = told.desk.networks["x", US]
    assert isinstance(found, Deletable)
    return found


def is_deleted(told: Told, post_id: str) -> bool:
    found = told.desk.store.mention_of("x", post_id)
    return found is not None and found[0].deleted_at is not None


def test_a_deletion_counts_once_the_network_confirms_it(deletable: Told) -> None:
    a_case(deletable.desk)
    deletable.hears(Pushed(US, gone="100"))
    assert not is_deleted(deletable, "100")
    network_of(deletable).gone = ["100"]
    clock(deletable.desk).move(seconds=LOOK_AGAIN)
    deletable.rounds()
    assert is_deleted(deletable, "100")
    deletable.hears(Pushed(US, gone="100"))
    assert network_of(deletable).asked == 2


def test_a_deletion_that_is_never_confirmed_is_asked_about_a_few_times(deletable: Told) -> None:
    a_case(deletable.desk)
    deletable.hears(Pushed(US, gone="100"))
    for _ in range(9):
        clock(deletable.desk).move(seconds=LOOK_AGAIN)
        deletable.rounds()
    assert (network_of(deletable).asked, is_deleted(deletable, "100")) == (LOOKS, False)


def test_nobody_is_asked_about_a_post_that_is_not_stored(deletable: Told) -> None:
    deletable.hears(Pushed(US, gone="100"))
    assert network_of(deletable).asked == 0


def test_a_deletion_by_somebody_who_is_followed_is_looked_for_in_each_account(deletable: Told) -> None:
    a_case(deletable.desk)
    network_of(deletable).gone = ["100"]
    deletable.hears(Pushed(gone="100"))
    assert is_deleted(deletable, "100")


def a_follower(desk: Desk, stream: FakeStream, *, is_open: bool = True) -> StreamFollower:
    return StreamFollower(desk, stream, "heard-1", StreamState(open_since=desk.clock.now() if is_open else None))


def test_those_are_followed_whose_cases_wait_for_us(told: Told) -> None:
    follower = a_follower(told.desk, told.stream)
    follower.one_round()
    assert told.stream.followed == []
    case = a_case(told.desk)
    follower.one_round()
    assert follower.state.lacking == ["X tells us of no deletions."]
    receive(told.desk, our_post("150", "We called you.", to="100", root="100"), stream="own")
    follower.one_round()
    assert told.stream.followed == [[case.author.id], []]


def test_nobody_is_followed_while_the_stream_is_closed_or_deletions_are_not_asked_about(told: Told) -> None:
    a_case(told.desk)
    a_follower(told.desk, told.stream, is_open=False).one_round()
    told.desk.take_over(replace(told.desk.policy, deletions=DeletionPolicy(ask=False)))
    a_follower(told.desk, told.stream).one_round()
    assert told.stream.followed == []


def test_trouble_while_following_closes_no_stream(told: Told) -> None:
    a_case(told.desk)
    told.stream.refused = refused(StreamEnd.TOO_MANY)
    follower = a_follower(told.desk, told.stream)
    follower.one_round()
    assert (follower.state.trouble, follower.state.lacking) == ("", ())


# --- the connection ----------------------------------------------------------------------------------------


def a_reader(desk: Desk, stream: FakeStream) -> tuple[StreamReader, list[Pushed]]:
    heard: list[Pushed] = []
    reader = StreamReader(desk, stream, "heard-1", heard.append, chance=lambda: 0.0)
    return reader, heard


def refused(end: StreamEnd = StreamEnd.REFUSED, *, for_good: bool = False, after: float | None = None) -> StreamEnded:
    return StreamEnded("X says no.", end, timedelta(seconds=after) if after else None, for_good=for_good)


def test_everything_told_is_handed_on_and_an_opened_stream_asks_to_read_what_came_before(store: SqlStore) -> None:
    desk = a_desk(store)
    reader, heard = a_reader(desk, FakeStream(plans=[[None, Pushed(US), None, Pushed(US, gone="1")]]))
    reader.one_connection()
    assert heard == [Pushed(), Pushed(US), Pushed(US, gone="1")]
    assert (reader.state.told, reader.state.told_at) == (2, desk.clock.now())


def test_no_more_is_taken_in_a_second_than_can_be_stored(store: SqlStore) -> None:
    desk = a_desk(store)
    reader, _ = a_reader(desk, FakeStream(plans=[[None] * (2 * MOST_A_SECOND + 1)]))
    rests: list[float] = []
    reader.rest = rests.append
    reader.one_connection()
    assert rests == [1.0, 1.0]


@pytest.mark.parametrize(
    ("end", "waits"),
    [
        (StreamEnd.NOT_REACHED, [0.25, 0.5, 0.75]),
        (StreamEnd.REFUSED, [5, 10, 20]),
        (StreamEnd.TOO_MANY, [60, 120, 240]),
    ],
)
def test_failed_attempts_wait_longer_and_longer(store: SqlStore, end: StreamEnd, waits: list[float]) -> None:
    reader, _ = a_reader(a_desk(store), FakeStream(refused=refused(end)))
    assert [reader.one_connection().total_seconds() for _ in waits] == waits


def test_the_network_may_ask_for_a_longer_wait(store: SqlStore) -> None:
    reader, _ = a_reader(a_desk(store), FakeStream(refused=refused(StreamEnd.TOO_MANY, after=700)))
    assert reader.one_connection().total_seconds() == 700


def test_a_stream_that_lasted_is_opened_again_at_once_and_one_that_did_not_later(store: SqlStore) -> None:
    desk = a_desk(store)

    class Lasted(FakeStream):
        def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
            opened()
            clock(desk).move(seconds=LASTED.total_seconds())
            yield None
            raise refused(StreamEnd.DROPPED)

    short, _ = a_reader(desk, FakeStream())
    assert [short.one_connection().total_seconds() for _ in range(2)] == [5, 10]
    lasting, _ = a_reader(desk, Lasted())
    assert [lasting.one_connection().total_seconds() for _ in range(2)] == [0.25, 0.25]


def test_what_nobody_foresaw_ends_no_thread(store: SqlStore) -> None:
    reader, _ = a_reader(a_desk(store), FakeStream(plans=[[KeyError("odd")]]))
    assert reader.one_connection().total_seconds() == 5
    assert reader.state.trouble == "Something unexpected came in between (KeyError)."


def test_a_reload_opens_the_stream_anew_without_a_wait(store: SqlStore) -> None:
    stream = FakeStream()
    reader, _ = a_reader(a_desk(store), stream)
    reader.one_connection()
    reader.renew()
    assert (stream.over.is_set(), reader.one_connection().total_seconds(), len(stream.arranged)) == (True, 0.25, 2)


class Counting(FakeStream):
    """A stream that is always refused; `twice` tells that a second attempt began."""

    twice = threading.Event()

    def arrange(self, mark: str) -> Sequence[str]:
        if self.arranged:
            self.twice.set()
        return super().arrange(mark)


def test_a_reload_ends_the_wait_after_a_refusal(store: SqlStore) -> None:
    stream = Counting(refused=refused(StreamEnd.TOO_MANY, after=3_600))
    reader, _ = a_reader(a_desk(store), stream)
    reader.start()
    while not stream.twice.wait(0.005):
        reader.renew()
    reader.stop()


class Hanging(FakeStream):
    """A stream whose network does not answer; `began` tells that a call hangs."""

    began = threading.Event()

    def arrange(self, mark: str) -> Sequence[str]:
        self.began.set()
        self.over.wait(FOR_EVER)
        return ()

    def hang_up(self) -> None:
        """End nothing, as long as the connection is not there."""


def test_the_end_leaves_a_reader_behind_that_hangs_while_it_connects(store: SqlStore) -> None:
    stream = Hanging(plans=[[of(a_post("100", "late"))]])
    reader, heard = a_reader(a_desk(store), stream)
    reader.ends_within = 0.01
    reader.start()
    assert stream.began.wait(FOR_EVER)
    reader.stop()  # it returns
    stream.over.set()
    reader._thread and reader._thread.join(FOR_EVER)
    assert heard == []


# --- what people hear --------------------------------------------------------------------------------------

SAID = (
    "X tells us nothing of @northwind by itself since 2 Mar 12:00 UTC: X says no. New posts still come in by reading."
)


def test_short_trouble_is_not_said_and_long_trouble_once(told: Told) -> None:
    told.state.closed_since, told.state.trouble = told.desk.clock.now(), "X says no."
    told.rounds()
    assert notices(told.desk) == []
    for _ in range(3):
        clock(told.desk).move(seconds=SAID_AFTER.total_seconds())
        told.rounds()
    assert notices(told.desk) == [(LEADS, SAID)]
    told.state.closed_since, told.state.open_since = None, told.desk.clock.now()
    told.rounds()
    told.state.closed_since, told.state.open_since = told.desk.clock.now(), None
    clock(told.desk).move(seconds=SAID_AFTER.total_seconds())
    told.rounds()
    assert notices(told.desk) == [(LEADS, SAID)], "one that comes and goes is said once"
    told.state.closed_since, told.state.open_since = None, told.desk.clock.now()
    clock(told.desk).move(seconds=SAID_AFTER.total_seconds())
    told.rounds()
    told.rounds()
    again = "X tells us of @northwind by itself again. It did not since 2 Mar 12:00 UTC."
    assert notices(told.desk) == [(LEADS, SAID), (LEADS, again)]


def test_trouble_that_a_person_has_to_end_is_said_at_once(told: Told) -> None:
    told.state.closed_since, told.state.trouble, told.state.for_good = told.desk.clock.now(), "X says no.", True
    told.rounds()
    assert notices(told.desk) == [(LEADS, SAID)]


def test_doctor_tells_since_when_it_is_open_and_the_last_news_and_trouble(store: SqlStore) -> None:
    desk = a_desk(store)
    reader, _ = a_reader(desk, FakeStream(plans=[[Pushed(US)]], refused=None))
    reader.state.closed_since = desk.clock.now()
    said = [one.what for one in of_stream("X's stream for @northwind", reader.state)]
    assert said == ["X's stream for @northwind is closed since 2 Mar 12:00 UTC; it told us nothing so far."]
    reader.one_connection()
    reader.state.trouble, reader.state.trouble_at = "X says no.", desk.clock.now()
    reader.state.open_since, reader.state.lacking = clock(desk).move(minutes=5), ["X does not tell us of quotes."]
    assert [(one.level.value, one.what) for one in of_stream("X's stream for @northwind", reader.state)] == [
        (
            "ok",
            (
                "X's stream for @northwind is open since 2 Mar 12:05 UTC; it last told us something on 2 Mar 12:00 UTC. "
                "The last trouble, on 2 Mar 12:00 UTC: X says no."
            ),
        ),
        ("warn", "X does not tell us of quotes."),
    ]


# --- the whole ---------------------------------------------------------------------------------------------


class Lasting(FakeStream):
    """A stream that stays open until it is ended."""

    def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
        self.over.clear()
        yield from super().listen(opened)
        self.over.wait(FOR_EVER)


def test_a_running_desk_stores_what_two_streams_tell_and_ends_them(store: SqlStore) -> None:
    accounts = {("x", one): FakeNetwork(account=one) for one in (US, "43")}
    desk = a_desk(store, networks=accounts)
    posts = [a_post("100", "late"), replace(a_post("200", "late"), ref=PostRef("x", "43", "200"))]
    streams = [Lasting(accounts=(one.ref.account,), plans=[[Pushed(one.ref.account, post=one)]]) for one in posts]
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), pushes=streams)
    clockwork.start()
    for _ in range(int(FOR_EVER / 0.01)):
        if all(store.mention_of("x", one.ref.post_id) for one in posts):
            break
        threading.Event().wait(0.01)
    clockwork.stop()
    assert all(store.mention_of("x", one.ref.post_id) for one in posts)
    assert all(one.over.is_set() for one in streams)
    named = {one.name for one in clockwork.workers()}
    assert {f"{part}-stream-x-{one}" for part in ("intake", "deletions") for one in (US, "43")} <= named


def test_each_account_of_a_stream_is_known_to_be_told_of_while_it_is_open(store: SqlStore) -> None:
    desk, seen = a_desk(store), []
    reader = StreamReader(desk, FakeStream(plans=[[Pushed()]]), "mark", lambda _: seen.append(dict(desk.streamed)))
    reader.one_connection()
    assert seen == [{("x", US): clock(desk).at}] * 2
    assert desk.streamed == {}
