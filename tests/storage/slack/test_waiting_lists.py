"""Waiting lists: the head of each room's list is found without reading the list, which has only ready messages."""

from datetime import timedelta

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.cases.case import Priority
from bot.domain.slack.telling import TellingKind
from storage.engine import migrate
from storage.engine.sqlite import positional
from storage.slack import waiting_lists
from tests import builders
from tests.builders import CHANNEL, NOW, do
from tests.storage.scenes import another

LATER = NOW + timedelta(hours=5)
ELSEWHERE = "C0ELSEWHERE"


def heads(store, now=NOW, *, by_age=False):
    return [(one.kind, one.channel or one.recipient, one.case_id) for one in store.heads(now, by_age=by_age)]


def opened(store, post, *, at=NOW, channel=CHANNEL, **facts):
    return builders.opened(store, another(post), at=at, channel=channel, **facts)


def stands(store, case, ts="1.1"):
    store.mark_told(store.card(case.id).id, CHANNEL, ts, store.case(case.id).version)


def test_of_each_room_only_the_most_urgent_is_looked_at(store):
    late = opened(store, "1", at=LATER)
    early = opened(store, "2")
    other = opened(store, "3", at=LATER, channel=ELSEWHERE)
    assert heads(store) == [(TellingKind.CARD, CHANNEL, early.id), (TellingKind.CARD, ELSEWHERE, other.id)]
    urgent = opened(store, "4", at=LATER, priority=Priority.URGENT)
    assert heads(store)[0] == (TellingKind.CARD, CHANNEL, urgent.id)
    assert late.id not in {case_id for *_, case_id in heads(store)}


def test_posts_and_redraws_are_looked_at_apart(store):
    standing = opened(store, "1")
    stands(store, standing)
    do(store, standing, CaseVerb.CLAIM)
    fresh = opened(store, "2")
    assert heads(store) == [(TellingKind.CARD, CHANNEL, fresh.id), (TellingKind.CARD, CHANNEL, standing.id)]


def test_what_has_waited_longest_is_found_apart_from_what_is_urgent(store):
    first = opened(store, "1", at=NOW)
    urgent = opened(store, "2", at=LATER, priority=Priority.URGENT)
    assert heads(store, LATER) == [(TellingKind.CARD, CHANNEL, urgent.id)]
    assert heads(store, LATER, by_age=True) == [(TellingKind.CARD, CHANNEL, first.id)]
    assert [one.since for one in store.heads(LATER, by_age=True)] == [NOW]


def test_a_card_that_changes_while_it_waits_has_waited_since_the_first_change(store):
    case = opened(store, "1")
    do(store, case, CaseVerb.CLAIM, at=LATER)
    assert store.card(case.id).since == NOW
    stands(store, case)
    do(store, store.case(case.id), CaseVerb.RELEASE, at=LATER)
    assert store.card(case.id).since == LATER


def test_what_belongs_under_a_card_is_on_no_list_until_the_card_stands_and_then_in_its_room(store):
    case = builders.in_review(store)
    assert {kind for kind, *_ in heads(store)} == {TellingKind.CARD, TellingKind.ASK}
    store.mark_told(store.card(case.id).id, ELSEWHERE, "7.7", shown=case.version)
    assert (TellingKind.DRAFT, ELSEWHERE, case.id) in heads(store)
    card = store.card(case.id)
    store.gone(card.id, card.ts)
    assert TellingKind.DRAFT not in {kind for kind, *_ in heads(store)}
    store.mark_told(card.id, ELSEWHERE, "8.8", shown=case.version)
    assert (TellingKind.DRAFT, ELSEWHERE, case.id) in heads(store)


def test_what_comes_under_a_card_that_stands_is_in_its_room_at_once(store):
    case = builders.opened(store)
    store.mark_told(store.card(case.id).id, ELSEWHERE, "7.7", shown=case.version)
    mention = store.add_mention(another("9"), NOW, case.id)
    do(store, case, CaseVerb.AUTHOR_WROTE, by="author", mention=mention, posted_at=NOW)
    assert (TellingKind.MENTION, ELSEWHERE, case.id) in heads(store)


@pytest.mark.parametrize("wait", [timedelta(minutes=5), timedelta(days=3)], ids=["put off", "by a clock set back"])
def test_what_is_put_off_is_on_no_list_until_then_and_hides_nothing(store, wait):
    refused, other = opened(store, "1"), opened(store, "2", at=LATER)
    card = store.card(refused.id)
    store.mark_not_told(card.id, NOW + wait, why="is_archived")
    if wait < timedelta(days=1):
        assert heads(store) == [(TellingKind.CARD, CHANNEL, other.id)]
        assert store.put_off() == {(CHANNEL, "is_archived"): 1}
    assert heads(store, NOW + timedelta(minutes=5)) == [(TellingKind.CARD, CHANNEL, refused.id)]
    assert store.put_off() == {}


def test_a_notice_goes_before_cards_however_urgent_they_are(store):
    case = opened(store, "1", priority=Priority.URGENT)
    store.notice("k", CHANNEL, "X cannot be read.", NOW)
    assert heads(store) == [(TellingKind.NOTICE, CHANNEL, 0), (TellingKind.CARD, CHANNEL, case.id)]


def test_a_backlog_is_counted_by_room(store):
    for n in range(3):
        opened(store, f"{n}", at=NOW + timedelta(minutes=n))
    store.notice("k", CHANNEL, "X cannot be read.", LATER)
    opened(store, "9", channel=ELSEWHERE)
    found = store.backlog(CHANNEL)
    assert (found.messages, found.cards, found.since, found.whole) == (3, 3, NOW, True)
    assert store.backlog(f"@{CHANNEL}").messages == 1
    assert (store.backlog("C0NONE").messages, store.backlog("C0NONE").since) == (0, None)
    assert store.paced_count() == 5


LISTS = "SELECT id, room, due_at, since > 0, urgency, behind FROM tellings ORDER BY id"


def test_what_waited_in_a_database_of_an_earlier_version_waits_on_its_list(store):
    case = builders.in_review(store)
    store.mark_told(store.card(case.id).id, ELSEWHERE, "7.7", shown=case.version)
    builders.in_review(store, post=another("2"))
    store.notice("k", "C0LEADS", "X cannot be read.", NOW)
    with store.transaction():  # an earlier version addressed no notice to its channel
        store.engine.run("UPDATE tellings SET recipient = '', room = channel WHERE kind = 'notice'")
    found = [row for row in store.engine.rows(LISTS) if row[-1] is not None]
    [migration] = [one for one in migrate.known(store.engine.name) if one.name.endswith("_lanes")]
    [fill] = [one for one in migration.sql.split(";") if "UPDATE tellings" in one]
    with store.transaction():
        store.engine.run("UPDATE tellings SET room = '', due_at = 4611686018427387904, since = 0")
        store.engine.run("UPDATE tellings SET urgency = 5, behind = 5 WHERE kind = 'notice'")
        store.engine.run(fill)
    again = [row for row in store.engine.rows(LISTS) if row[-1] is not None]
    assert again == found
    assert {row[1] for row in found} == {ELSEWHERE, CHANNEL, "", builders.BEN, "C0LEADS"}


# --- cost -------------------------------------------------------------------------------------------------------


def a_queue(store, count):
    """Make `count` waiting copies of a case's card, in three rooms, half of them posted already."""
    builders.opened(store)
    a_queue_more(store, 2, count)


def a_queue_more(store, first, last):
    columns = (
        "case_id, kind, about, recipient, channel, room, ts, wanted, shown, urgency, behind, due_at, since, tries"
    )
    with store.transaction():
        store.engine.run_all(
            f"""INSERT INTO tellings ({columns}) SELECT :case_id, kind, about, recipient, channel, :room, :ts, wanted,
            shown, urgency, behind, due_at, since, tries FROM tellings WHERE id = :id""",
            [
                {"id": 1, "case_id": n, "room": f"C{n % 3}", "ts": f"{n}.1" if n % 2 else ""}
                for n in range(first, last)
            ],
        )


LOOKS = [
    *(sql for one in waiting_lists.HEADS.values() for sql in one),
    *waiting_lists.DUE_AGAIN,
    waiting_lists.BACKLOG,
    *waiting_lists.IN_LISTS,
    waiting_lists.PUT_OFF,
]
ANY = {"settled": 0, "soon": 0, "lists": 0, "now": 0, "beyond": 0, "some": 10, "room": "C1", "most": 10}


@pytest.mark.parametrize("sql", LOOKS)
def test_no_look_reads_or_sorts_the_whole_queue(sqlite_store, sql):
    a_queue(sqlite_store, 3_000)
    for analysed in (False, True):
        if analysed:
            sqlite_store.engine.run("ANALYZE")
        query, values = positional(sql)
        plan = [
            row[3] for row in sqlite_store.engine._session().conn.execute(f"EXPLAIN QUERY PLAN {query}", values(ANY))
        ]
        whole = [one for one in plan if one.startswith("SCAN t") and "USING" not in one]
        assert (whole, [one for one in plan if "TEMP B-TREE FOR ORDER" in one]) == ([], [])


def steps(store, look):
    """Return how many instructions SQLite's virtual machine runs for a query."""
    taken = 0

    def one():
        nonlocal taken
        taken += 1
        return 0

    conn = store.engine._session().conn
    conn.set_progress_handler(one, 1)
    look()
    conn.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize("by_age", [False, True])
def test_a_look_costs_the_same_however_much_waits(sqlite_store, by_age):
    def look():
        sqlite_store.heads(NOW, by_age=by_age)

    a_queue(sqlite_store, 300)
    few = steps(sqlite_store, look)
    a_queue_more(sqlite_store, 300, 5_000)
    assert steps(sqlite_store, look) <= few * 1.1


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_no_look_reads_or_sorts_the_whole_queue_on_postgresql_either(store):
    a_queue(store, 20_000)
    store.engine.run("ANALYZE tellings")
    for sql in LOOKS[:-1]:
        plan = "\n".join(row[0] for row in store.engine.rows(f"EXPLAIN {sql}", ANY))
        limited = sql in {waiting_lists.PUT_OFF, *waiting_lists.IN_LISTS}  # the first thousands, in any order
        assert limited or "Seq Scan on tellings" not in plan, plan
        assert "Sort Key" not in plan, plan
