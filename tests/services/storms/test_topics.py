"""The topics of a day are compared with earlier days, with the most unusual words and the widest reach."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.mentions.mention import RECORDED, PostRef
from bot.domain.storms.topics import Topics
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.storms import topics, usual
from tests.fakes import NOON, a_post
from tests.services.journey import clock
from tests.services.storms.test_noticing import burst

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def wrote(desk: Desk, name: str, text: str, *, ago: timedelta = timedelta(), **facts: object) -> None:
    at = NOON - HOUR - ago
    intake.take_in(desk, a_post(name, text, by=name, at=at, **facts), at)


def charged(desk: Desk, count: int, *, ago: timedelta = timedelta(), name: str = "c") -> None:
    for n in range(count):
        wrote(desk, f"{name}{ago.days}x{n}", "charged for the router", ago=ago)


def asked(desk: Desk, words: str = "") -> Topics:
    while usual.count(desk, desk.clock.now()):
        pass
    return topics.about(desk, words, desk.clock.now())


def said(found: Topics) -> list[tuple[str, int, float | None, bool]]:
    return [(one.topic, one.cases, one.usual, one.rose) for one in found.counts]


def test_a_day_is_counted_by_topic_against_the_middle_of_the_same_weekdays(desk: Desk) -> None:
    wrote(desk, "first", "hello", ago=22 * DAY)
    for week, count in ((1, 2), (2, 3), (3, 90)):
        charged(desk, count, ago=week * 7 * DAY)
    charged(desk, 12)
    wrote(desk, "other", "where is my parcel")
    found = asked(desk)
    assert said(found) == [("billing", 12, 3.0, True), ("", 1, 0.0, False)]
    assert (found.compared, found.unit, found.title) == (3, "week", "today")


def test_what_comes_later_on_those_days_is_not_counted_yet(desk: Desk) -> None:
    wrote(desk, "first", "hello", ago=8 * DAY)
    charged(desk, 4, ago=7 * DAY)
    charged(desk, 40, ago=7 * DAY - 8 * HOUR, name="later")
    assert said(asked(desk)) == []
    charged(desk, 5)
    assert said(asked(desk)) == [("billing", 5, 4.0, False)]


def test_a_young_desk_compares_with_the_days_there_are(desk: Desk) -> None:
    for days in (1, 2):
        charged(desk, 2, ago=days * DAY)
    wrote(desk, "first", "hello", ago=3 * DAY)
    charged(desk, 3)
    found = asked(desk)
    assert (found.compared, found.unit) == (2, "day")
    assert ("billing", 3, 2.0, False) in said(found)


def test_a_desk_without_history_says_that_it_knows_nothing_of_what_is_usual(desk: Desk) -> None:
    charged(desk, 30)
    found = asked(desk)
    assert said(found) == [("billing", 30, None, False)]
    assert found.compared == 0


def test_a_week_is_counted_from_its_monday(desk: Desk) -> None:
    clock(desk).move(days=2)
    charged(desk, 3)
    charged(desk, 9, ago=DAY)  # a Sunday
    assert said(asked(desk, "week"))[0][:2] == ("billing", 3)
    assert said(asked(desk, "today")) == []


@pytest.mark.parametrize("words", ["month", "yesterday", "2026-03-01", "today week", "<!channel>"])
def test_other_periods_are_declined_with_what_to_say(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="today"):
        asked(desk, words)


def test_the_words_of_a_topic_are_those_that_several_people_say_there_more_than_elsewhere(desk: Desk) -> None:
    charged(desk, 4)
    for n in range(4):
        wrote(desk, f"p{n}", "router arrived without a cable")
    words = {one.topic: one.words for one in asked(desk).counts}
    assert words["billing"][0] == "charged"
    assert set(words[""][:2]) == {"arrived", "cable"}


def test_one_person_makes_no_word_stand_out(desk: Desk) -> None:
    for n in range(9):
        at = NOON - HOUR
        intake.take_in(desk, a_post(f"a{n}", "router router exploded", by="angry", at=at), at)
    assert all(one.words == () for one in asked(desk).counts)


def test_the_three_loudest_are_public_of_different_cases_and_not_replayed(desk: Desk) -> None:
    def loud(name: str, followers: int, **facts: object) -> None:
        author = a_post("1", "x", by=name).author
        wrote(desk, name, "hello there", author=type(author)(id=name, handle=name, followers=followers), **facts)

    loud("small", 10)
    loud("secret", 9_000, private=True)
    loud("old", 8_000, ref=PostRef(RECORDED, "42", "old"))
    for name, followers in (("one", 5_000), ("two", 400), ("three", 300)):
        loud(name, followers)
    assert [one.mention.author.handle for one in asked(desk).loudest] == ["one", "two", "three"]


def test_of_private_messages_only_the_number_is_told(desk: Desk) -> None:
    for n in range(6):
        wrote(desk, f"s{n}", "charged for my diagnosis", private=True)
    found = asked(desk)
    assert said(found)[0][:2] == ("billing", 6)
    assert found.counts[0].words == ()
    assert found.loudest == []


def test_what_is_replayed_is_in_no_figure(desk: Desk) -> None:
    for n in range(6):
        wrote(desk, f"r{n}", "charged for the router", ref=PostRef(RECORDED, "42", f"{n}"))
    found = asked(desk)
    assert (found.counts, found.loudest, found.looked_at) == ([], [], 0)


def test_spikes_of_the_day_are_named_those_that_go_on_first(desk: Desk) -> None:
    burst(desk, 6)
    [(spike, people)] = asked(desk).spikes
    assert (people, spike.about, spike.over_at) == (6, "about “app”, “open”", None)
