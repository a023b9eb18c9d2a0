"""What is set aside, in the store: one row for each time, over when the case comes back."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.mentions.day_end import End
from storage import SqlStore
from tests import builders
from tests.builders import ANA, BEN, NOW, PRIYA, a_post, do

DAY = timedelta(days=1)
UNTIL = NOW + 30 * DAY


def a_troll(store: SqlStore, kind: AsideKind = AsideKind.TROLL, **facts: object) -> int:
    case = builders.claimed(store)
    usual = {"reason": "Bait", "kind": kind, "until": UNTIL}
    return do(store, case, CaseVerb.DISMISS, at=NOW, **(usual | facts)).id


def test_setting_aside_is_a_row_with_its_reason_and_term(store: SqlStore) -> None:
    case = a_troll(store)
    (found,) = store.asides()
    assert (found.case_id, found.kind, found.why, found.until) == (case, AsideKind.TROLL, "Bait", UNTIL)
    assert (found.by, found.at, found.ended_at, found.posts) == (ANA, NOW, None, 0)
    assert store.audit(f"case:{case}")[-1].facts["kind"] == "troll"


@pytest.mark.parametrize("verb", [CaseVerb.REOPEN, CaseVerb.RESURFACE])
def test_it_is_over_when_the_case_comes_back_and_may_begin_again(store: SqlStore, verb: CaseVerb) -> None:
    case = a_troll(store)
    do(store, store.case(case), verb, by=BEN, at=NOW + DAY, promise=builders.owed(at=NOW + DAY))
    ended = store.aside(1)
    assert (ended.ended_at, ended.ended_by, store.asides(), store.aside_count()) == (NOW + DAY, BEN, [], 0)
    do(store, store.case(case), CaseVerb.DISMISS, at=NOW + DAY, reason="", kind=AsideKind.SPAM)
    assert [(one.id, one.kind) for one in store.asides()] == [(2, AsideKind.SPAM)]


def test_a_further_post_leaves_it_as_it_is(store: SqlStore) -> None:
    case = a_troll(store)
    row = store.add_mention(a_post("1002"), NOW, case)
    do(store, store.case(case), CaseVerb.AUTHOR_WROTE, by="author", mention=row, posted_at=NOW)
    assert store.aside(1).ended_at is None


@pytest.mark.parametrize("kind", AsideKind)
def test_whose_posts_are_set_aside_now(store: SqlStore, kind: AsideKind) -> None:
    a_troll(store, kind)
    found = store.aside_of_author("x", PRIYA.id, UNTIL - timedelta(microseconds=1))
    assert (found is not None) == (kind in {AsideKind.TROLL, AsideKind.SPAM})
    assert store.aside_of_author("x", PRIYA.id, UNTIL) is None
    assert store.aside_of_author("bluesky", PRIYA.id, NOW) is None
    assert store.aside_of_author("x", "502", NOW) is None


def test_without_a_term_it_stands(store: SqlStore) -> None:
    a_troll(store, until=None)
    assert store.aside_of_author("x", PRIYA.id, NOW + 3650 * DAY) is not None


def test_a_post_is_put_aside_once_and_opened_once(store: SqlStore) -> None:
    case = a_troll(store)
    row = store.add_mention(a_post("2001", root_id="2001", parent_id=None), NOW)
    for _ in range(2):
        store.put_aside(row, store.aside(1), NOW)
    assert [one.mention for one in store.aside_posts(1)] == [row]
    assert store.aside(1).posts == 1
    end = store.day_end(NOW - DAY)
    assert (end.ends[End.SET_ASIDE], end.not_fed) == (2, 1)
    assert [store.open_aside_post(row, case, by=ANA, at=NOW) for _ in range(2)] == [True, False]
    found = store.aside_post(row)
    assert found is not None
    assert (found.case_id, store.aside(1).posts, store.aside_posts(1)) == (case, 0, [])
    opened = store.audit("desk")[-1]
    assert (opened.verb, opened.by, opened.facts) == ("post_came_back", ANA, {"mention": row, "case": case})


def test_nothing_is_known_of_others(store: SqlStore) -> None:
    assert store.aside_post(1) is None
    with pytest.raises(Unknown):
        store.aside(1)
