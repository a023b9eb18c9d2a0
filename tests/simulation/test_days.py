"""Days of the whole desk with faults and kills; `make simulate` lives through any number of others."""

from collections.abc import Callable, Iterator

import pytest

from bot.domain.mentions.mention import PostRef
from tests.fakes import NOON
from tests.simulation.days.day import Day, a_day
from tests.simulation.days.held import check, come_to_rest
from tests.simulation.days.living import counted, live
from tests.simulation.days.outside import PublicReply

DAYS, AT_ONCE = 12, 3


@pytest.mark.parametrize("first", range(1, DAYS + 1, AT_ONCE))
def test_a_day_with_faults_and_kills_loses_nothing_and_repeats_nothing(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        lived = live(seed)
        assert not lived.failed, f"make simulate DAYS=1 SEED={seed}\n{lived.failed[0][1]}"


def test_a_seed_gives_the_same_day_each_time() -> None:
    assert live(5, steps=60).tried == live(5, steps=60).tried


# --- what a day finds ----------------------------------------------------------------------------------------


@pytest.fixture
def day() -> Iterator[Day]:
    """Yield a day on which a reply went out."""
    with a_day(3, faults=0.0) as lived:
        for _ in range(400):
            lived.step()
            if counted(lived)["public replies"]:
                break
        check(lived)
        yield lived


def first_reply(day: Day) -> PublicReply:
    return next(one for town in day.towns.values() for one in town.ledger)


def posted_again(day: Day) -> None:
    one = first_reply(day)
    day.towns[one.target.network, "42"].ledger.append(one)


def nobody_approved(day: Day) -> None:
    day.towns["x", "42"].ledger.append(PublicReply("1", PostRef("x", "42", "10000"), "Hello", "another key", NOON))


def other_words(day: Day) -> None:
    day.store.engine.run("UPDATE draft_versions SET text = 'Go away'", {})


def without_the_right(day: Day) -> None:
    day.approvals.clear()
    day.store.engine.run("UPDATE approvals SET approved_by = 'U0EVE'", {})


def told_twice(day: Day) -> None:
    day.chat.posted[next(iter(day.chat.posted))] += 1


def left_in_mid_sending(day: Day) -> None:
    day.store.engine.run("UPDATE drafts SET state = 'sending' WHERE state = 'sent'", {})


def line_missing(day: Day) -> None:
    day.store.engine.run("UPDATE cases SET version = version + 1", {})


@pytest.mark.parametrize(
    "wrong",
    [posted_again, nobody_approved, other_words, without_the_right, told_twice, left_in_mid_sending, line_missing],
)
def test_what_must_never_happen_is_found(day: Day, wrong: Callable[[Day], None]) -> None:
    wrong(day)
    with pytest.raises(AssertionError):
        check(day)


def lost(day: Day) -> None:
    post = day.towns["x", "42"].post("my parcel is late", "who1")
    day.store.note_gone("x", post.ref.post_id, day.now())


def not_known(day: Day) -> None:
    day.store.engine.run("UPDATE drafts SET state = 'unconfirmed' WHERE state = 'sent'", {})


@pytest.mark.parametrize("wrong", [lost, not_known])
def test_what_is_lost_or_left_over_at_the_end_is_found(day: Day, wrong: Callable[[Day], None]) -> None:
    wrong(day)
    with pytest.raises(AssertionError):
        come_to_rest(day)
