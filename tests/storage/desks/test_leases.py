"""Several desks on one PostgreSQL: who has what in hand, and what a desk that was not heard of can still do."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import CaseVerb
from bot.ports import LeaseLost, OutOfService
from bot.ports.leases import Holder, may_call
from storage import AlreadyOpen, SqlStore, open_store
from storage.audit.key import KeyFile
from storage.audit.unlocking import unlock
from tests import builders
from tests.builders import ANA, BEN, do
from tests.fakes import NOON, teammate

pytestmark = pytest.mark.postgres
LEASE = 30.0


class Seconds:
    """A clock of real seconds that is moved by hand."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def two(cluster, seconds) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Yield two running desks on one database."""
    address = cluster.built()
    stores = [open_store(address, synchronous="OFF") for _ in range(2)]
    for number, store in enumerate(stores):
        store.engine.occupy(f"desk-{number}", seconds)
    yield stores[0], stores[1]
    for store in stores:
        store.close()
    cluster.give_back(address)


def passes(store: SqlStore, which: SqlStore) -> None:
    """Let the lease of a desk end by the clock of the database; nobody has noticed yet."""
    store.engine.run("UPDATE desks SET until_at = until_at - 60000000 WHERE id = :id", {"id": which.engine.number})


def test_both_write(two):
    first, second = two
    case = builders.opened(first)
    assert do(second, case, CaseVerb.CLAIM).assignee == ANA
    assert [one.name for one in first.running_desks()] == ["desk-0", "desk-1"]


def test_a_piece_of_work_is_in_the_hands_of_one_desk_and_one_thread(two):
    first, second = two
    with first.turn("room C0CARE") as turn:
        assert turn is not None
        with second.turn("room C0CARE") as other, first.turn("room C0CARE") as again:
            assert other is again is None
        assert (first.holder("room C0CARE"), second.holder("room C0CARE")) == (Holder.US, Holder.OTHERS)
    with second.turn("room C0CARE") as turn:
        assert turn is not None
    assert first.holder("room C0CARE") == Holder.NOBODY


def test_a_job_is_kept_from_round_to_round(two):
    first, second = two
    for _ in range(2):
        with first.turn("alarm", keep=True) as turn:
            assert turn is not None
        with second.turn("alarm", keep=True) as other:
            assert other is None


def test_a_desk_that_stops_gives_back_all_at_once(two):
    first, second = two
    with first.turn("alarm", keep=True):
        pass
    first.close()
    second.renew_lease()
    with second.turn("alarm", keep=True) as turn:
        assert turn is not None


def test_what_a_desk_had_that_is_not_heard_of_is_free(two):
    first, second = two
    with first.turn("alarm", keep=True):
        pass
    second.renew_lease()
    passes(second, first)
    with second.turn("alarm", keep=True) as turn:
        assert turn is None, "nobody has noticed yet"
    second.renew_lease()
    with second.turn("alarm", keep=True) as turn:
        assert turn is not None


def test_a_desk_whose_lease_has_ended_writes_nothing_even_if_nobody_took_over(two):
    first, second = two
    case = builders.opened(first)
    passes(second, first)
    with pytest.raises(LeaseLost):
        do(first, case, CaseVerb.CLAIM)
    first.renew_lease()
    assert do(first, case, CaseVerb.CLAIM).assignee == ANA


def test_work_begun_before_the_lease_was_lost_is_refused_after_it_was_renewed(two):
    """A process that slept, woke and registered anew: its renewal comes before the thread that was in the middle."""
    first, second = two
    case = builders.opened(first)
    with first.turn("poll-x-42", keep=True):
        passes(second, first)
        second.renew_lease()
        with second.turn("poll-x-42", keep=True) as theirs:
            assert theirs is not None
        first.renew_lease()
        with pytest.raises(LeaseLost):
            do(first, case, CaseVerb.CLAIM)
    with first.turn("poll-x-42", keep=True) as turn:
        assert turn is None
    assert do(first, case, CaseVerb.CLAIM).assignee == ANA, "what needs no lease goes on"


def test_a_cursor_is_not_written_back_by_a_desk_that_slept(two):
    first, second = two
    with first.turn("poll-x-42", keep=True):
        passes(second, first)
        second.renew_lease()
        with second.turn("poll-x-42", keep=True):
            second.move_cursor("x", "42", "mentions", "200", NOON)
        first.renew_lease()
        with pytest.raises(LeaseLost):
            first.move_cursor("x", "42", "mentions", "100", NOON)
    assert second.cursor("x", "42", "mentions")[0] == "200"


def test_nobody_takes_over_while_a_transaction_of_the_other_is_running(two):
    first, second = two
    case = builders.opened(first)
    with first.turn("alarm") as _, first.transaction():
        passes(second, first)
        second.renew_lease()
        with second.turn("alarm") as theirs:
            assert theirs is None
        do(first, case, CaseVerb.CLAIM)
    assert second.case(case.id).assignee == ANA
    second.renew_lease()
    assert [one.name for one in second.running_desks()] == ["desk-1"]


def test_a_call_begins_only_under_a_lease_that_is_held_and_long_enough(two, seconds):
    first, second = two
    turn = first.claim("reply 1")
    assert may_call(turn)
    seconds.at = 13.0
    assert may_call(turn)
    seconds.at = 15.0
    assert not may_call(turn), "the call could last longer than the lease"
    first.renew_lease()
    assert may_call(turn)
    passes(second, first)
    assert not may_call(turn), "it has ended by the clock of the database"
    first.renew_lease()
    assert (turn.holds(), turn.left()) == (False, float("-inf")), "the process has another number by now"


def test_the_time_left_counts_from_before_the_renewal_was_asked_for(two, seconds):
    first, _ = two
    seconds.at = 12.0
    assert first.lease_left() == LEASE - 12.0
    first.renew_lease()
    assert first.lease_left() == LEASE
    seconds.at = 50.0
    assert first.lease_left() == -8.0


def test_what_was_not_given_back_is_taken_anew_by_its_process(two):
    first, second = two
    turn = first.claim("reply 1")
    first.engine._member._in_use.clear()  # as after a connection that was cut in the middle
    again = first.claim("reply 1")
    assert again.holds()
    assert not turn.holds(), "the fence is another one"
    assert second.claim("reply 1") is None
    with first.engine.under(turn.lease), pytest.raises(LeaseLost):
        builders.opened(first)


def test_a_restart_of_the_server_costs_a_renewal_and_no_lease(two, cluster):
    first, second = two
    with first.turn("alarm", keep=True):
        pass
    cluster.cut_off(first.engine.rows("SELECT current_database()")[0][0])
    for store in two:
        with pytest.raises(Exception, match="cannot be used"):
            store.renew_lease()
        store.renew_lease()
    with second.turn("alarm", keep=True) as theirs:
        assert theirs is None
    with first.turn("alarm", keep=True) as ours:
        assert ours is not None


def test_a_change_wakes_the_other_desks_and_not_its_own(two):
    first, second = two
    assert (first.told_by_desks(0.0), second.told_by_desks(0.0)) == (["work"], ["work"]), (
        "what came before is unknown"
    )
    builders.opened(first)
    assert list(second.told_by_desks(5.0)) == ["work"]
    assert list(first.told_by_desks(0.0)) == []


def test_a_question_to_all_desks_is_answered_by_each_under_its_name(two):
    first, second = two
    for store in two:
        store.told_by_desks(0.0)
    assert first.answers_of_desks() == {"desk-1": ""}
    first.tell_desks("reload 7")
    assert list(second.told_by_desks(5.0)) == ["reload 7"]
    second.answer_desks("7 done")
    assert (first.answers_of_desks(), second.answers_of_desks()) == ({"desk-1": "7 done"}, {"desk-0": ""})
    assert (first.own_name(), second.own_name()) == ("desk-0", "desk-1")
    passes(first, second)
    assert first.answers_of_desks() == {}


def opened_and_dropped(store):
    with store.transaction():
        builders.opened(store)
        raise Refusal("not after all")


def test_what_is_rolled_back_is_not_told(two):
    first, second = two
    second.told_by_desks(0.0)
    with pytest.raises(Refusal):
        opened_and_dropped(first)
    first.tell_desks("channels")
    assert list(second.told_by_desks(5.0)) == ["channels"]


# --- people -----------------------------------------------------------------------------------------------------


def test_what_one_desk_reads_of_people_all_desks_see(two):
    first, second = two
    first.put_people([teammate(ANA, "Ana")], [])
    assert second.person(ANA).id == ANA
    first.put_people([teammate(BEN, "Ben")], [])
    assert second.person(BEN).id == BEN


def test_a_change_that_one_desk_hears_of_is_not_undone_by_a_reading_of_another(two):
    first, second = two
    first.put_people([teammate(ANA, "Ana")], [])
    began = first.forgettings()
    second.forget([ANA])
    first.put_people([teammate(ANA, "Ana")], [], since=began)
    assert first.person(ANA).fetched_at < NOON


# --- a newer version ----------------------------------------------------------------------------------------------


def changed_by_a_newer_version(store: SqlStore) -> None:
    store.engine.run("INSERT INTO migrations (number, name, digest) VALUES (9999, 'later', '')")


def test_a_desk_that_slept_while_a_newer_version_changed_the_schema_stays_out(two):
    first, second = two
    passes(second, first)
    changed_by_a_newer_version(second)
    with pytest.raises(OutOfService, match="Another version of Heard"):
        first.renew_lease()
    with pytest.raises(LeaseLost):
        builders.opened(first)
    assert [one.name for one in second.running_desks()] == ["desk-1"]


def test_a_desk_registers_only_after_a_change_of_the_schema_that_goes_on(two):
    first, second = two
    passes(second, first)
    with second.transaction():
        second.engine.exclusive("migrations")
        first.engine._member._ask("SET statement_timeout = '50ms'")
        with pytest.raises(OutOfService):
            first.renew_lease()
    first.renew_lease()
    assert len(first.running_desks()) == 2


def test_the_trail_is_not_sealed_anew_beside_a_desk_that_writes_under_its_key(two, tmp_path):
    first, second = two
    key = KeyFile(tmp_path / "trail.key")
    unlock(first.engine, key)
    with pytest.raises(AlreadyOpen, match="Stop every desk"):
        unlock(second.engine, key, anew=True)
    second.close()
    unlock(first.engine, key, anew=True)


def test_a_job_whose_lease_a_failover_has_lost_is_taken_anew(two):
    """The server that took over had not heard of the lease yet, but of its desk."""
    first, _ = two
    with first.turn("alarm", keep=True):
        pass
    first.engine.run("DELETE FROM leases")
    with first.turn("alarm", keep=True), pytest.raises(LeaseLost):
        builders.opened(first)
    first.renew_lease()
    with first.turn("alarm", keep=True):
        assert builders.opened(first).id


# --- what a failover lost, and what changed while a desk slept ----------------------------------------------------


def registered_as(store: SqlStore, number: int) -> None:
    """Let a server that never got the registration of this number give it to another desk."""
    store.engine.run("DELETE FROM desks WHERE id = :id", {"id": number})
    store.engine.run(
        f"INSERT INTO desks (id, name, began_at, until_at) VALUES (:id, 'other', 1, {store.engine.clock} + 60000000)",
        {"id": number},
    )


def test_a_number_that_was_given_once_more_is_not_the_earlier_desks(two):
    first, second = two
    number, case = first.engine.number, builders.opened(first)
    turn = first.claim("reply 1")
    registered_as(second, number)
    with pytest.raises(LeaseLost):
        do(first, case, CaseVerb.CLAIM)
    assert (turn.holds(), first.claim("reply 2")) == (False, None)
    first.renew_lease()
    assert first.engine.number != number
    assert do(first, case, CaseVerb.CLAIM).assignee == ANA


def test_a_desk_that_ends_takes_no_other_away(two):
    first, second = two
    registered_as(second, first.engine.number)
    first.close()
    assert [one.name for one in second.running_desks()] == ["other", "desk-1"]


def test_a_fence_that_was_given_once_more_is_of_another_piece_of_work(two):
    first, second = two
    with first.turn("reply 1"):
        second.engine.run("UPDATE leases SET name = 'reply 2'")
        with pytest.raises(LeaseLost):
            builders.opened(first)


def test_a_fence_that_was_given_once_more_is_not_given_back_for_its_holder(two):
    first, second = two
    turn = first.claim("reply 1")
    registered_as(second, first.engine.number)
    taken = {"fence": turn.fence, "desk": second.engine.number}
    second.engine.run(
        "INSERT INTO leases (id, name, desk_id) OVERRIDING SYSTEM VALUE VALUES (:fence, 'reply 2', :desk)", taken
    )
    first.drop(turn)
    assert first.holder("reply 2") == Holder.OTHERS


def test_a_connection_that_is_lost_before_its_first_question_is_an_outage(two):
    first, _ = two
    member, lost = first.engine._member, first.engine._connect()
    member._conn.close()
    lost.close()
    connect, member.connect = member.connect, lambda: lost
    with pytest.raises(OutOfService):
        first.renew_lease()
    member.connect = connect
    first.renew_lease()


def test_a_desk_that_slept_while_the_trail_was_sealed_anew_stays_out(two, tmp_path):
    first, second = two
    passes(second, first)
    second.close()
    with closing(open_store(first.engine._connections.server.address)) as other:
        other.renew_lease()
        unlock(other.engine, KeyFile(tmp_path / "trail.key"), anew=True)
        with pytest.raises(OutOfService, match="under another key"):
            first.renew_lease()
        with pytest.raises(LeaseLost):
            builders.opened(first)
        assert other.prove().whole


def test_a_desk_registers_only_after_a_seal_that_goes_on(two):
    first, second = two
    passes(second, first)
    with second.transaction():
        second.engine.exclusive("seal of the trail")
        first.engine._member._ask("SET statement_timeout = '50ms'")
        with pytest.raises(OutOfService):
            first.renew_lease()
    first.renew_lease()
    assert len(first.running_desks()) == 2
