"""Many reminders due at the same moment: each once, as one message per person, also when one of them fails."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.promises.promise import PromiseKind
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, Message, Turnaround
from bot.services.reminders import remind
from bot.services.slack.publishing import Publisher
from storage import SqlStore
from tests.fakes import NOON, POLICY, a_desk, a_post
from tests.services.doubles import BreakingStore
from tests.services.journey import clock, receive, slack, verbs

MANY = 450  # more than two pages of a sweep
HALF_PAST = NOON + timedelta(minutes=31)


def waiting_since_noon(desk: Desk, count: int = MANY) -> None:
    """Make so many cases with posted cards whose customers wait."""
    for start in range(0, count, 100):
        numbers = range(start, min(start + 100, count))
        receive(desk, *(a_post(str(1_000 + n), "parcel?", by=f"c{n}") for n in numbers))
    with desk.store.transaction():
        for telling in desk.store.to_tell(NOON, count):
            there = slack(desk).keep("C0CARE", Message(text="a card"), "", telling.id)
            desk.store.mark_told(telling.id, there.channel, there.ts, telling.wanted)


def swept(desk: Desk) -> list[int]:
    """Remind until nothing is due; return how many reminders each round wrote."""
    clock(desk).at = HALF_PAST
    rounds: list[int] = []
    while written := remind.remind(desk, HALF_PAST):
        rounds.append(written)
    return rounds


def reminded(desk: Desk, cases: Sequence[int]) -> Counter[int]:
    return Counter(verbs(desk, one).count("reminded") for one in cases)


def gathered(desk: Desk) -> list[int]:
    """Return the cases in digests."""
    digests = [one for one in desk.store.to_tell(HALF_PAST, 1_000) if one.kind == TellingKind.DIGEST]
    return sorted(its.case_id for one in digests for its in desk.store.reminders_in(one.about))


def waiting(desk: Desk, kind: TellingKind) -> int:
    return sum(one.kind == kind for one in desk.store.to_tell(HALF_PAST, 1_000))


def test_hundreds_due_at_once_are_each_written_down_once_in_one_message_a_person(desk: Desk) -> None:
    waiting_since_noon(desk)
    assert swept(desk) == [200, 200, 50]
    everybody = range(1, MANY + 1)
    assert reminded(desk, everybody) == {1: MANY}
    assert gathered(desk) == list(everybody)
    people = len({one.recipient for one in desk.store.to_tell(HALF_PAST, 1_000) if one.kind == TellingKind.DIGEST})
    assert waiting(desk, TellingKind.DIGEST) == people > 1
    assert waiting(desk, TellingKind.REMINDER) == waiting(desk, TellingKind.DIRECT_REMINDER) == 0
    assert desk.store.next_reminder_at() == NOON + timedelta(minutes=45)


def test_the_messages_go_out_with_at_most_one_card_drawn_anew_for_each(desk: Desk) -> None:
    """Every second message is the one that has waited longest; a redraw in between delays a digest by one call."""
    waiting_since_noon(desk, 40)
    swept(desk)
    digests = waiting(desk, TellingKind.DIGEST)
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    while slack(desk).posts < digests and publisher.one_round(publisher.desk.clock.now()) == 0:
        pass
    assert slack(desk).posts == digests
    assert slack(desk).updates <= digests


def test_one_broken_case_leaves_all_but_a_few_beside_it_in_their_messages(store: SqlStore, desk: Desk) -> None:
    waiting_since_noon(desk, 190)

    def broken(asked: int | Sequence[int]) -> None:
        if asked == 77 or (not isinstance(asked, int) and 77 in asked):
            raise ValueError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken, cases=broken))  # type: ignore[arg-type]
    assert swept(odd) == [189]
    others = [one for one in range(1, 191) if one != 77]
    assert reminded(desk, others) == {1: 189}
    assert reminded(desk, [77]) == {0: 1}
    assert len(gathered(desk)) >= 160
    assert 77 not in gathered(desk)
    assert len(gathered(desk)) + waiting(desk, TellingKind.REMINDER) == 189


def test_a_case_with_two_promises_due_is_reminded_of_both_one_after_the_other(store: SqlStore) -> None:
    both = (*POLICY.turnarounds, Turnaround(within=timedelta(hours=1), kind=PromiseKind.RESOLUTION))
    desk = a_desk(store, policy=replace(POLICY, turnarounds=both))
    waiting_since_noon(desk, 30)
    assert swept(desk) == [30, 30]
    assert reminded(desk, range(1, 31)) == {2: 30}
