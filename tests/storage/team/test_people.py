"""The directory, unfinished texts and settings: the newest write is read back."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.team.people import PersonKind
from bot.domain.team.shifts import ShiftChange
from storage import SqlStore
from tests import builders
from tests.builders import ANA, BEN, CARO, DEE, NOW, a_group, a_teammate, the_team
from tests.services.doubles import BreakingStore
from tests.storage.scenes import at_once, taken_back

LATER = NOW + timedelta(minutes=1)


def test_people_are_known_as_last_read(store):
    store.put_people(the_team(), [])
    gone = a_teammate(DEE, PersonKind.GONE, LATER)
    store.put_people([gone], [])
    assert store.person(DEE) == gone
    assert store.person("U0NOBODY") is None
    assert store.people() == [a_teammate(ANA), a_teammate(BEN), a_teammate(CARO), gone]


def test_do_not_disturb_is_known_as_last_read(store):
    resting = replace(a_teammate(ANA), dnd_from=NOW, dnd_until=LATER)
    store.put_people([resting], [])
    assert store.person(ANA) == resting
    store.put_people([a_teammate(ANA)], [])
    assert store.person(ANA) == a_teammate(ANA)


def test_a_group_has_the_members_that_were_read_last(store):
    store.put_people([], [a_group("S1", (ANA, BEN)), a_group("S2", ())])
    store.put_people([], [a_group("S1", (BEN, CARO), LATER)])
    assert store.groups() == [a_group("S1", (BEN, CARO), LATER), a_group("S2", ())]


def test_people_written_in_a_transaction_are_seen_in_it_and_forgotten_with_it(store):
    store.put_people([a_teammate(ANA)], [a_group("S1", (ANA,))])
    assert (store.person(ANA), store.groups()) == (a_teammate(ANA), [a_group("S1", (ANA,))])
    with taken_back(store):
        store.put_people([a_teammate(ANA, PersonKind.GONE, LATER)], [a_group("S1", ())])
        assert (store.person(ANA), store.groups()) == (a_teammate(ANA, PersonKind.GONE, LATER), [a_group("S1", ())])
    assert (store.person(ANA), store.groups()) == (a_teammate(ANA), [a_group("S1", (ANA,))])


def test_what_another_thread_writes_of_somebody_is_known_at_once(store):
    store.put_people([a_teammate(ANA)], [])
    assert store.person(ANA).kind == PersonKind.MEMBER
    at_once(lambda: store.put_people([a_teammate(ANA, PersonKind.GONE)], []))
    assert store.person(ANA).kind == PersonKind.GONE


def test_a_reading_that_a_writing_overtook_is_not_kept(store):
    store.put_people([a_teammate(ANA)], [])

    def overtaken(sql, *_):
        if "FROM groups" in sql and reading.pop():  # the people were read before
            at_once(lambda: slow.put_people([a_teammate(ANA, PersonKind.GONE)], []))

    reading, slow = [False, True], SqlStore(BreakingStore(store.engine, rows=overtaken))
    assert slow.person(ANA).kind == PersonKind.MEMBER
    assert slow.person(ANA).kind == PersonKind.GONE


def test_words_in_the_making_are_kept_per_person_and_case_whole(store):
    case = builders.claimed(store)
    assert store.saved_words(case.id, ANA) == {}
    store.save_words(case.id, ANA, {"text": "Dear", "template": "late"}, NOW)
    store.save_words(case.id, ANA, {"text": "Dear Priya \U0001f4e6"}, LATER)
    store.save_words(case.id, BEN, {"text": "Hello"}, NOW)
    assert store.saved_words(case.id, ANA) == {"text": "Dear Priya \U0001f4e6"}
    store.drop_words(case.id, ANA)
    assert (store.saved_words(case.id, ANA), store.saved_words(case.id, BEN)) == ({}, {"text": "Hello"})


def test_a_setting_is_what_was_stored_last(store):
    assert store.setting("sends") == ""
    assert store.setting("sends", "yes") == "yes"
    store.put_setting("sends", "no")
    store.put_setting("sends", "hold")
    assert store.setting("sends", "yes") == "hold"


def test_what_somebody_says_of_their_shift_replaces_what_they_said_before(store):
    since = NOW
    store.put_shift_change(ShiftChange(who=BEN, on=False, since=since))
    store.put_shift_change(ShiftChange(who=ANA, on=True, since=since, until=since + timedelta(hours=1)))
    back = ShiftChange(who=BEN, on=True, since=since + timedelta(hours=2))
    store.put_shift_change(back)
    ana = ShiftChange(who=ANA, on=True, since=since, until=since + timedelta(hours=1))
    assert list(store.shift_changes()) == [ana, back]


def test_the_load_counts_cases_that_wait_for_us(store):
    builders.claimed(store)
    builders.claimed(store, post=builders.a_post("1002", root_id="1002"))
    builders.replied(store, post=builders.a_post("1003", root_id="1003"))
    assert store.cases_held() == {ANA: 2}
