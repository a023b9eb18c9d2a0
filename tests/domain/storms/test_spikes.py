"""A rise that was noticed goes on as one spike until hardly anybody writes about it any more."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.storms.rising import Sighting
from bot.domain.storms.spikes import FEW, QUIET, Ongoing, Spike, Spikes
from tests.domain.storms.test_rising import MINUTE, NINE, sighting


def seen(spikes: Spikes, one: Sighting) -> list[int]:
    """See a post, begin what is new, and return which spikes it belongs to."""
    found, rise = spikes.see(one)
    if rise:
        number = len(spikes.ongoing) + len(spikes.ended) + 1
        spike = Spike(
            id=number,
            traits=(rise.trait,),
            words=tuple(spikes.watch.common(rise.members)),
            since=rise.since,
            noticed_at=one.at,
            usual=rise.usual,
        )
        found = [spikes.begin(spike, members=rise.members)]
    return [on.spike.id for on in found]


def storm(spikes: Spikes, count: int = 12, text: str = "my app is dead", **facts: int) -> Ongoing:
    begin = facts.get("begin", 1)
    for n in range(begin, begin + count):
        seen(spikes, sighting(n, text, at=NINE + (n - begin) * MINUTE / 4))
    return spikes.ongoing[max(spikes.ongoing)]


def test_what_goes_on_is_noticed_once() -> None:
    spikes = Spikes()
    on = storm(spikes, 200)
    assert len(spikes.ongoing) == 1
    assert len(on.cases) == 200


def test_a_later_post_about_the_same_belongs_to_it_and_another_one_does_not() -> None:
    spikes = Spikes()
    on = storm(spikes)
    assert seen(spikes, sighting(90, "App still closed", at=NINE + 9 * MINUTE)) == [on.spike.id]
    assert seen(spikes, sighting(91, "my parcel is late", at=NINE + 9 * MINUTE)) == []


def test_two_things_said_by_the_same_people_are_one_spike() -> None:
    spikes = Spikes()
    on = storm(spikes, 30, "app dead, white screen")
    assert len(spikes.ongoing) == 1
    assert {one.name for one in on.spike.traits} <= {"app", "dead", "white", "screen"}
    assert seen(spikes, sighting(99, "only a white screen", at=NINE + 9 * MINUTE)) == [on.spike.id]


def test_another_matter_in_the_same_minutes_is_a_spike_of_its_own() -> None:
    spikes = Spikes()
    storm(spikes)
    storm(spikes, 6, "charged twice for one invoice", begin=101)
    assert len(spikes.ongoing) == 2


def test_it_is_over_once_hardly_anybody_writes_about_it() -> None:
    spikes = Spikes()
    on = storm(spikes)
    newest = max(on.lately.values())
    assert not on.is_over(newest)
    late = newest + QUIET
    for n in range(FEW):
        seen(spikes, sighting(200 + n, at=late))
    assert on.is_over(late + MINUTE)


def test_one_person_does_not_keep_it_going() -> None:
    spikes = Spikes()
    on = storm(spikes)
    for n in range(60):
        seen(spikes, sighting(1, at=NINE + n * MINUTE))
    assert on.is_over(NINE + timedelta(minutes=60))


def test_what_is_usual_keeps_nothing_going() -> None:
    spikes = Spikes()
    on = storm(spikes, 40)
    on.spike = replace(on.spike, usual=100.0)
    assert on.is_over(max(on.lately.values()))


def test_once_it_is_over_its_own_posts_make_no_new_one() -> None:
    spikes = Spikes()
    on = storm(spikes)
    spikes.end(on, NINE + 4 * MINUTE)
    assert seen(spikes, sighting(50, at=NINE + 5 * MINUTE)) == []
    assert spikes.ongoing == {}


def test_when_it_comes_back_later_it_is_noticed_anew() -> None:
    spikes = Spikes()
    spikes.end(storm(spikes), NINE + 40 * MINUTE)
    found = [seen(spikes, sighting(60 + n, at=NINE + timedelta(hours=2) + n * MINUTE)) for n in range(6)]
    assert found == [[], [], [], [], [2], [2]]
