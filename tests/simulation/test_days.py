"""Days of the whole desk with faults and kills; `make simulate` lives through any number of others."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace

import pytest

from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.mentions.mention import PostRef
from tests.engines import Cluster, cluster
from tests.fakes import NOON
from tests.long import part
from tests.simulation.days.day import Day, a_day
from tests.simulation.days.held import check, come_to_rest, nothing_is_left_over, nothing_is_lost
from tests.simulation.days.living import counted, live
from tests.simulation.days.outside import PublicReply, Town
from tests.simulation.days.proved import everything_is_proved
from tests.simulation.days.shared import a_shared_day
from tests.simulation.days.stating import no_statement_is_left_over

__all__ = ["cluster"]  # a fixture

SEEDS = (2, 3, 8, 10)  # 2: a statement is corrected; 3, 8 and 10: an older copy is put in place


# Days on which something was found. Later code lets the dice fall otherwise, so each fault has a test of its own besides.
FOUND = {
    "a reply of which an older copy did not know was not found": (100318, 110438),
    "an asked-for wait ended when the clock was set back, or with a kill": (100365, 100509),
    "an erased post stayed, or the judge took a later one for it": (100556, 100569, 110096, 110135, 110235, 110561),
    "the same words went out again after an older copy": (111920,),
    "a digest was posted again after an older copy": (140071,),
    "an erasure took what came after it, and left what came before, when the clock was set back": (150677, 151749),
    "a reply that was found later was not genuine in its proof": (170022, 170027, 170034),
    "the judge sent a form twice, or started a desk on a full disk": (130471, 152554, 160758),
}


@pytest.mark.long
@pytest.mark.parametrize("seeds", FOUND.values(), ids=FOUND)
def test_a_day_on_which_something_was_found_is_right_now(seeds: Sequence[int]) -> None:
    assert [live(seed).failed for seed in seeds] == [[]] * len(seeds)


@pytest.mark.parametrize("seed", part(SEEDS, 3))
def test_a_day_with_faults_and_kills_loses_nothing_and_repeats_nothing(seed: int) -> None:
    lived = live(seed)
    assert not lived.failed, f"make simulate DAYS=1 SEED={seed}\n{lived.failed[0][1]}"


@pytest.mark.postgres
def test_desks_that_share_a_database_lose_nothing_and_repeat_nothing(cluster: Cluster) -> None:
    lived = live(11, steps=40, opened=lambda seed: a_shared_day(cluster, seed))
    assert not lived.failed, f"make simulate DAYS=1 SEED=11 ARGS=--postgres\n{lived.failed[0][1]}"


def test_a_seed_gives_the_same_day_each_time() -> None:
    assert live(5, steps=60).tried == live(5, steps=60).tried


# --- what a day finds ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def at_rest() -> Iterator[Day]:
    """Yield the end of a day on which a reply went out, and a statement."""
    with a_day(3, faults=0.0) as lived:
        for _ in range(400):
            lived.step()
            if all(counted(lived)[one] for one in ("public replies", "posts of statements")):
                break
        come_to_rest(lived)
        yield lived


@pytest.fixture
def day(at_rest: Day) -> Iterator[Day]:
    """Yield that day; what is done to it is undone."""
    towns, posted, broken = dict(at_rest.towns), at_rest.chat.posted.copy(), [*at_rest.faults.broken]
    for place, town in towns.items():
        at_rest.towns[place] = copy(town)
        for ledger in ("ledger", "changed", "wishes", "posts", "said"):
            setattr(at_rest.towns[place], ledger, [*getattr(town, ledger)])
        at_rest.towns[place].gone = {*town.gone}
    at_rest.judged = ()
    change = at_rest.store.transaction()
    change.__enter__()
    yield at_rest
    change.__exit__(KeyboardInterrupt, None, None)
    at_rest.towns, at_rest.chat.posted, at_rest.faults.broken[:] = towns, posted, broken


def first_reply(day: Day) -> PublicReply:
    return next(one for town in day.towns.values() for one in town.ledger)


def posted_again(day: Day) -> None:
    one = first_reply(day)
    day.towns[one.target.network, "42"].ledger.append(one)


def posted_again_under_another_key(day: Day) -> None:
    one = first_reply(day)
    day.towns[one.target.network, "42"].ledger.append(PublicReply("8999", one.target, one.text, "past", NOON))
    day.past.add("past")


def nobody_approved(day: Day) -> None:
    day.towns["x", "42"].ledger.append(PublicReply("1", PostRef("x", "42", "10000"), "Hello", "another key", NOON))


def changed_without_approval(day: Day) -> None:
    one = first_reply(day)
    changed = PublicReply(one.post_id, one.target, one.text, one.key, NOON, changes=one.post_id)
    day.towns[one.target.network, "42"].changed.append(changed)


def hidden_without_a_wish(day: Day) -> None:
    day.towns["x", "42"].wishes.append(("1", True))


def sent_in_a_pause(day: Day) -> None:
    day.store.halt(Halt(kind=HaltKind.PAUSE, by="U0CARO", at=NOON, why="Paused"))
    day.towns["x", "42"].reply(PostRef("x", "42", "10000"), "Hello", "key")


def sent_before_the_wait_was_over(day: Day) -> None:
    town = day.towns["mastodon", "42"]
    town.until = (day.clock.pace() + 60, day.now().replace(year=2030))
    town.reply(PostRef("mastodon", "42", "10000"), "Hello", "key")


def called_in_a_transaction(day: Day) -> None:
    day.faults.meanwhile()


def other_words(day: Day) -> None:
    day.store.engine.run("UPDATE draft_versions SET text = 'Go away'", {})


def without_the_right(day: Day) -> None:
    day.approvals.clear()
    day.store.engine.run("UPDATE approvals SET approved_by = 'U0EVE'", {})


def for_the_account_of_others(day: Day) -> None:
    day.store.engine.run("UPDATE approvals SET target_account = '43', approved_by = 'U0BEN'", {})


def told_twice(day: Day) -> None:
    day.chat.posted[next(iter(day.chat.posted))] += 1


def left_in_mid_sending(day: Day) -> None:
    day.store.engine.run("UPDATE drafts SET state = 'sending' WHERE state = 'sent'", {})


def line_missing(day: Day) -> None:
    day.store.engine.run("UPDATE cases SET version = version + 1", {})


def its_statement(day: Day) -> tuple[Town, PublicReply]:
    return next((town, town.said[0]) for town in day.towns.values() if town.said)


def said_again(day: Day) -> None:
    town, one = its_statement(day)
    town.said.append(one)


def said_again_since_an_older_copy(day: Day) -> None:
    town, one = its_statement(day)
    town.said.append(replace(one, post_id="899999", key="past"))
    day.past.add("past")


def nobody_approved_the_statement(day: Day) -> None:
    town, one = its_statement(day)
    town.said.append(replace(one, key="another key", text="Hello"))


def corrected_without_approval(day: Day) -> None:
    town, one = its_statement(day)
    town.changed.append(replace(one, changes=one.post_id))


def the_writer_let_it_out(day: Day) -> None:
    day.store.engine.run("UPDATE statements SET decided_by = written_by", {})


def a_statement_of_other_words(day: Day) -> None:
    day.store.engine.run("UPDATE statement_posts SET text = 'Go away'", {})


def others_let_out_a_statement(day: Day) -> None:
    town, one = its_statement(day)
    town.name, town.account, its = "y", "43", {"key": one.key}
    day.store.engine.run("UPDATE statement_posts SET network = 'y', account = '43' WHERE key = :key", its)
    day.store.engine.run("UPDATE statements SET decided_by = 'U0BEN', written_by = 'U0DEE'", {})


def deleted_without_approval(day: Day) -> None:
    town, one = its_statement(day)
    town.gone.add(one.post_id)


WRONG = (
    said_again,
    said_again_since_an_older_copy,
    nobody_approved_the_statement,
    corrected_without_approval,
    the_writer_let_it_out,
    a_statement_of_other_words,
    others_let_out_a_statement,
    deleted_without_approval,
    posted_again,
    posted_again_under_another_key,
    nobody_approved,
    changed_without_approval,
    hidden_without_a_wish,
    sent_in_a_pause,
    sent_before_the_wait_was_over,
    called_in_a_transaction,
    other_words,
    without_the_right,
    for_the_account_of_others,
    told_twice,
    left_in_mid_sending,
    line_missing,
)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_must_never_happen_is_found(day: Day, wrong: Callable[[Day], None]) -> None:
    check(day)
    wrong(day)
    with pytest.raises(AssertionError):
        check(day)


def lost(day: Day) -> None:
    post = day.towns["x", "42"].post("my parcel is late", "who1")
    day.store.note_gone("x", post.ref.post_id, day.now())


def came_back(day: Day) -> None:
    day.erased.add((first_reply(day).target.network, first_reply(day).target.post_id))


def not_known(day: Day) -> None:
    day.store.engine.run("UPDATE drafts SET state = 'unconfirmed' WHERE state = 'sent'", {})


def a_statement_in_mid_sending(day: Day) -> None:
    day.store.engine.run("UPDATE statement_posts SET state = 'sending' WHERE state = 'sent'", {})


def a_statement_that_is_not_known(day: Day) -> None:
    day.store.engine.run("UPDATE statement_posts SET state = 'unconfirmed' WHERE state = 'sent'", {})


def a_statement_that_never_was(day: Day) -> None:
    day.store.engine.run("UPDATE statement_posts SET post_id = '1' WHERE state = 'sent'", {})


def a_post_that_no_line_has(day: Day) -> None:
    day.store.engine.run("UPDATE attempts SET post_id = '1' WHERE outcome = 'delivered'", {})


def never_settled(day: Day) -> None:
    day.unsettled.add(999)


@pytest.mark.parametrize(
    ("wrong", "judge"),
    [
        (lost, nothing_is_lost),
        (came_back, nothing_is_lost),
        (not_known, nothing_is_left_over),
        (never_settled, nothing_is_left_over),
        (a_statement_in_mid_sending, no_statement_is_left_over),
        (a_statement_that_is_not_known, no_statement_is_left_over),
        (a_statement_that_never_was, no_statement_is_left_over),
        (a_post_that_no_line_has, everything_is_proved),
        (a_statement_that_never_was, everything_is_proved),
    ],
)
def test_what_is_lost_or_left_over_at_the_end_is_found(
    day: Day, wrong: Callable[[Day], None], judge: Callable[[Day], None]
) -> None:
    judge(day)
    wrong(day)
    with pytest.raises(AssertionError):
        judge(day)
    day.unsettled.clear()
    day.erased.clear()
