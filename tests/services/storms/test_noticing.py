"""A spike is reported once in the leads' channel, updated, and reported again at its end, also after kills."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.mentions.mention import RECORDED, PostRef
from bot.domain.slack.notice import CaseNamed
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.noticing import OVERLAP, Noticing
from bot.domain.storms.storm import StormPolicy
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.storms import noticing, usual
from storage import SqlStore
from tests.fakes import LEADS, NOON, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, notices
from tests.storage.scenes import taken_back

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_storms(desk: Desk) -> None:
    """Let only a person open a storm."""
    desk.take_over(replace(desk.policy, storms=StormPolicy(opens_at=0)))


def posted(desk: Desk, n: int, text: str = "my app will not open", **facts: object) -> None:
    """Let one more person write, now."""
    now = desk.clock.now()
    intake.take_in(desk, a_post(f"{n}", text, by=f"someone{n}", at=now, **facts), now)


def burst(desk: Desk, count: int = 5, text: str = "my app will not open", *, begin: int = 1, **facts: object) -> None:
    """Let so many people write within as many half minutes; each post is looked at."""
    for n in range(begin, begin + count):
        clock(desk).move(seconds=30)
        posted(desk, n, text, **facts)
        noticing.check_new_posts(desk, desk.clock.now())


def looked(desk: Desk, **later: float) -> None:
    noticing.check_new_posts(desk, clock(desk).move(**later))


def read(desk: Desk) -> None:
    """Let Slack have every notice that waits."""
    for one in desk.store.to_tell(desk.clock.now(), 1_000):
        if one.kind == TellingKind.NOTICE:
            desk.store.mark_told(one.id, one.channel, f"{one.id}.1", one.wanted)


def restarted(desk: Desk) -> Desk:
    return replace(desk, noticing=Noticing())


def test_a_spike_is_said_once_with_the_fifth_person(desk: Desk) -> None:
    burst(desk, 4)
    assert notices(desk) == []
    burst(desk, 1, begin=5)
    [(room, said)] = notices(desk)
    burst(desk, 26, begin=6)
    assert len(notices(desk)) == 1
    assert room == LEADS
    assert said.startswith("5 people in 2 minutes about “app”, “open”; expected: at most 2 an hour.")


def test_it_names_the_loudest_with_their_cases(desk: Desk) -> None:
    for n, followers in enumerate((10, None, 90_000, 40, 12_400), 1):
        clock(desk).move(seconds=30)
        author = replace(a_post("1", "x").author, id=f"a{n}", handle=f"h{n}", followers=followers)
        posted(desk, n, author=author)
    looked(desk)
    pieces = desk.store.notice_pieces(1)
    assert [one.number for one in pieces if isinstance(one, CaseNamed)] == [3, 5, 4]
    assert "(@h3 on X, 90,000 followers); case 5 (@h5 on X, 12,400 followers)" in notices(desk)[0][1]


def test_the_loudest_are_different_people(desk: Desk) -> None:
    burst(desk, 4)
    for n in range(3):
        at = desk.clock.now()
        loud = replace(a_post("1", "x").author, id="loud", handle="loud", followers=99_000)
        intake.take_in(desk, a_post(f"l{n}", "app will not open", at=at, author=loud), at)
    looked(desk)
    assert notices(desk)[0][1].count("@loud") == 1


def test_one_angry_person_is_no_spike(desk: Desk) -> None:
    for n in range(30):
        clock(desk).move(seconds=10)
        intake.take_in(desk, a_post(f"{n}", "app dead", by="angry", at=desk.clock.now()), desk.clock.now())
        looked(desk)
    assert notices(desk) == []


def test_it_is_redrawn_when_many_more_write_and_said_when_it_is_over(desk: Desk) -> None:
    burst(desk, 9)
    assert notices(desk)[0][1].startswith("9 people about “app”, “open” since 2 Mar 12:00 UTC, 9 of them in the last")
    assert desk.store.notice_offers(1)
    read(desk)
    burst(desk, 11, begin=10)
    looked(desk, minutes=40)
    first, second = notices(desk)
    assert first == second
    assert second[1].startswith("It is quiet again: 20 people wrote about “app”, “open” from ")
    assert desk.store.notice_offers(1) == "", "nobody opens a storm of what is over"
    looked(desk, minutes=40)
    assert len(notices(desk)) == 2


def test_what_is_over_before_slack_had_it_is_one_message(desk: Desk) -> None:
    burst(desk, 9)
    looked(desk, minutes=40)
    [(_, said)] = notices(desk)
    assert said.startswith("It is quiet again: 9 people")


def test_two_matters_are_two_spikes(desk: Desk) -> None:
    burst(desk)
    burst(desk, text="invoice wrong again, invoice twice", begin=50)
    assert [said.split(";")[0] for _, said in notices(desk)] == [
        "5 people in 2 minutes about “app”, “open”",
        "5 people in 2 minutes about “invoice”, “twice”, “wrong”",
    ]


def test_a_topic_rises_in_whatever_words(desk: Desk) -> None:
    looked(desk)
    clock(desk).move(hours=1)
    for n, text in enumerate(("charged", "refunded", "refunds", "wrong refunding", "refund"), 1):
        burst(desk, 1, text, begin=n)
    [(_, said)] = notices(desk)
    assert said.startswith("5 people in 2 minutes on billing; expected: at most 3 an hour.")


def test_of_private_messages_neither_words_nor_names_are_said(desk: Desk) -> None:
    looked(desk)
    clock(desk).move(hours=1)
    burst(desk, 5, "my diagnosis was charged to the wrong person", private=True)
    [(_, said)] = notices(desk)
    assert said.startswith("5 people in 2 minutes on billing; expected")
    assert "diagnosis" not in said
    assert "someone" not in said


def test_what_is_replayed_is_said_as_such_and_counts_by_itself(desk: Desk) -> None:
    burst(desk, 3)
    for n in range(10, 15):
        posted(desk, n, ref=PostRef(RECORDED, "42", f"{n}"))
    looked(desk)
    [(_, said)] = notices(desk)
    assert said.startswith("Replayed posts: 5 people")


@pytest.mark.parametrize("text", ["*app* `x` <!channel> open", "a p p", "app _open_ <@U0ANA>", "app\u202e open"])
def test_words_from_outside_are_mere_words(desk: Desk, text: str) -> None:
    burst(desk, 6, text)
    for _, said in notices(desk):
        assert "<!" not in said
        assert "<@" not in said
        assert "`x" not in said


def test_after_a_restart_it_goes_on_and_is_not_said_again(desk: Desk) -> None:
    burst(desk, 8)
    again = restarted(desk)
    burst(again, 8, begin=20)
    assert len(notices(again)) == 1
    assert len(desk.store.spike_cases(1)) == 16
    read(again)
    looked(again, minutes=40)
    assert len(notices(again)) == 2


def test_posts_that_came_in_while_the_desk_was_down_are_looked_at(desk: Desk) -> None:
    for n in range(6):
        clock(desk).move(seconds=30)
        posted(desk, n)
    looked(restarted(desk), minutes=5)
    assert len(notices(desk)) == 1


def test_what_was_over_before_a_restart_is_not_said_again(desk: Desk) -> None:
    burst(desk, 8)
    read(desk)
    looked(desk, minutes=35)
    looked(restarted(desk), minutes=1)
    assert len(notices(desk)) == 2


def test_what_was_over_before_a_restart_is_not_said_in_other_words_either(desk: Desk) -> None:
    burst(desk, 6, "no internet here")
    for n, what in enumerate(("internet", "internet", "phone", "internet", "phone", "internet"), 20):
        burst(desk, 1, f"{what} down", begin=n)  # not so many of one spike that it holds "down" from now on
    assert len(desk.store.spikes(NOON - HOUR)) == 1
    read(desk)
    looked(desk, minutes=35)
    said = len(notices(desk))
    looked(restarted(desk), minutes=1)
    assert len(notices(desk)) == said
    assert len(desk.store.spikes(NOON - HOUR)) == 1


def test_what_ended_while_the_desk_was_down_is_said_after_it(desk: Desk) -> None:
    burst(desk, 8)
    looked(restarted(desk), hours=9)
    assert notices(desk)[-1][1].startswith("It is quiet again: 8 people")


@pytest.mark.parametrize("before", ["add_spike", "note", "notice"])
def test_a_kill_while_it_begins_leaves_all_of_it_or_nothing(desk: Desk, before: str) -> None:
    burst(desk, 4)
    posted(desk, 5)
    store = BreakingStore(desk.store, **{before: at_call(1, Killed())})
    with pytest.raises(Killed):
        noticing.check_new_posts(replace(desk, store=store), desk.clock.now())  # type: ignore[arg-type]
    assert desk.store.spikes(NOON - HOUR) == []
    looked(restarted(desk))
    assert len(notices(desk)) == len(desk.store.spikes(NOON - HOUR)) == 1


@pytest.mark.parametrize("before", ["end_spike", "note", "notice_anew", "notice"])
def test_a_kill_while_it_ends_leaves_all_of_it_or_nothing(desk: Desk, before: str) -> None:
    burst(desk, 5)
    read(desk)
    store = BreakingStore(desk.store, **{before: at_call(1, Killed())})
    with pytest.raises(Killed):
        noticing.check_new_posts(replace(desk, store=store), clock(desk).move(minutes=40))  # type: ignore[arg-type]
    looked(restarted(desk), minutes=1)
    assert len(notices(desk)) == 2


def test_a_post_that_is_kept_behind_a_later_one_is_seen(desk: Desk) -> None:
    burst(desk, 4)
    posted(desk, 5)
    late = desk.store.heard_after(0)[-1]
    desk.noticing.row = late.mention.id + OVERLAP // 2  # a later row was kept and seen before this one
    looked(desk)
    assert len(notices(desk)) == 1


def test_very_many_posts_are_looked_at_a_part_at_a_time(desk: Desk) -> None:
    with desk.store.transaction():
        for n in range(noticing.AT_ONCE + 50):
            posted(desk, n)
    now = desk.clock.now()
    assert [noticing.check_new_posts(desk, now), noticing.check_new_posts(desk, now)] == [True, False]
    assert len(desk.store.spike_cases(1)) == noticing.AT_ONCE + 50
    assert len(notices(desk)) == 1


def test_each_change_has_its_line_in_the_trail_without_a_word_of_a_customer(desk: Desk) -> None:
    burst(desk, 5)
    looked(desk, minutes=40)
    lines = [one for one in desk.store.audit("desk") if one.verb.startswith("spike")]
    assert [(one.verb, dict(one.facts)) for one in lines] == [
        ("spike_noticed", {"spike": 1, "people": 5}),
        ("spike_over", {"spike": 1}),
    ]


# --- what is usual ------------------------------------------------------------------------------------------------


def past(desk: Desk, weeks: int, people: int) -> None:
    """Let so many people have written about the app at this hour of the weeks before."""
    for week in range(weeks, 0, -1):
        for n in range(people):
            at = NOON - timedelta(weeks=week) + n * MINUTE
            intake.take_in(desk, a_post(f"{week}-{n}", "my app will not open", by=f"w{week}p{n}", at=at), at)


def test_what_is_usual_at_this_hour_of_the_week_is_no_spike(desk: Desk, store: SqlStore) -> None:
    past(desk, 3, 50)
    while usual.count(desk, NOON):
        pass
    burst(desk, 8)
    assert notices(desk) == []
    other = a_desk(store)
    other.noticing.start(store.row_before(NOON))
    other.noticing.hour = 10**9  # without what was counted
    assert other.noticing.live.watch.usual == {}


def test_without_counting_the_same_posts_are_a_spike(desk: Desk) -> None:
    past(desk, 3, 50)
    burst(desk, 8)
    assert len(notices(desk)) == 1


def test_history_is_counted_from_its_first_hour_each_hour_once(desk: Desk) -> None:
    past(desk, 1, 3)
    rounds = []
    while done := usual.count(desk, NOON):
        rounds.append(done)
    assert sum(rounds) == 7 * 24
    assert usual.count(desk, NOON + HOUR) == 1
    assert usual.known_since(desk, NOON) == usual.hour_of(NOON) - 7 * 24


def test_a_new_desk_counts_from_its_first_hour(desk: Desk) -> None:
    assert usual.count(desk, NOON) == 0
    assert usual.count(desk, NOON + 2 * HOUR) == 2


def test_a_kill_while_counting_counts_that_hour_again(desk: Desk) -> None:
    past(desk, 1, 3)
    store = BreakingStore(desk.store, put_setting=at_call(3, Killed()))
    with pytest.raises(Killed):
        usual.count(replace(desk, store=store), NOON)  # type: ignore[arg-type]
    while usual.count(desk, NOON):
        pass
    with taken_back(desk.store):
        hour = usual.hour_of(NOON) - 7 * 24
        assert {trait.name: by for trait, by in desk.store.counted_in([hour]).items()} == {
            "app": {hour: 3},
            "open": {hour: 3},
        }


def test_replayed_posts_are_no_part_of_what_is_usual(desk: Desk) -> None:
    for n in range(9):
        posted(desk, n, ref=PostRef(RECORDED, "42", f"{n}"))
    usual.count(desk, NOON)
    usual.count(desk, NOON + HOUR)
    assert desk.store.counted_in([usual.hour_of(NOON)]) == {}
