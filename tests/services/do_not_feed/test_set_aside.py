"""A troll or spammer is set aside for a time, with what they write meanwhile; what matters comes back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case, Priority
from bot.domain.do_not_feed.aside import AsideKind, FeedPolicy
from bot.domain.mentions.mention import Mention
from bot.domain.slack.readers import ToPerson
from bot.ports import Batch, Desk
from bot.services.cases import casework
from bot.services.do_not_feed import coming_back
from bot.services.mentions import intake
from bot.services.mentions.close_day import close_day
from tests.fakes import ANA, BEN, NOON, a_post
from tests.services.journey import a_case, clock, receive, street

BAIT = "You are all clowns and liars and everybody knows @northwind"
WEEK = timedelta(days=7)


def set_aside(
    desk: Desk, case_id: int = 1, kind: AsideKind = AsideKind.TROLL, until: datetime | None = NOON + WEEK
) -> Case:
    now = desk.clock.now()
    return casework.set_aside(desk, case_id, by=ANA, at=now, reason="Bait", until=until, kind=kind)


def later(desk: Desk, post_id: str, text: str = BAIT, *, by: str = "priya", **facts: object) -> Mention:
    """Let a post come in ten minutes later; return it as it is stored."""
    clock(desk).move(minutes=10)
    receive(desk, a_post(post_id, text, by=by, at=desk.clock.now(), **facts))  # type: ignore[arg-type]
    known = desk.store.mention_of("x", post_id)
    assert known is not None
    return known[0]


def case_of(desk: Desk, post_id: str) -> int:
    known = desk.store.mention_of("x", post_id)
    assert known is not None
    return known[1]


@pytest.fixture
def troll(desk: Desk) -> Desk:
    """Return a desk on which the author of case 1, without a topic, is set aside as a troll for a week."""
    a_case(desk, BAIT)
    set_aside(desk)
    return desk


@pytest.mark.parametrize("kind", AsideKind)
def test_only_what_trolls_and_spammers_write_elsewhere_is_set_aside_too(desk: Desk, kind: AsideKind) -> None:
    a_case(desk, BAIT)
    set_aside(desk, kind=kind)
    post = later(desk, "200")
    found = desk.store.aside_post(post.id)
    if kind in {AsideKind.TROLL, AsideKind.SPAM}:
        assert found is not None
        assert (found.case_id, case_of(desk, "200")) == (0, 0)
        line = desk.store.audit("desk")[-1]
        assert (line.verb, line.by, line.facts["kind"]) == ("post_set_aside", "desk", kind)
    else:
        assert (found, desk.store.case(2).state) == (None, CaseState.NEW)


@pytest.mark.parametrize(
    "text",
    [
        "Your charger is on fire and I smell smoke @northwind",  # a route's safety words
        "My lawyer will file a lawsuit against you @northwind",
        "I am disabled and cannot get out of my house without it @northwind",
        "You charged me and I want a refund @northwind",  # a topic that the case is not about
    ],
)
def test_what_is_urgent_or_about_a_new_topic_is_a_case_as_any_other(troll: Desk, text: str) -> None:
    later(troll, "200", text)
    assert case_of(troll, "200") == 2
    assert troll.store.case(2).state == CaseState.NEW
    assert troll.store.case(2).due_at is not None


def test_the_topic_that_the_case_is_about_is_no_new_one(desk: Desk) -> None:
    a_case(desk, "charged and charged, clowns @northwind")
    set_aside(desk)
    assert desk.store.aside_post(later(desk, "200", "refunds, ha, clowns @northwind").id) is not None


def test_somebody_else_is_no_troll_nor_is_the_same_id_elsewhere_or_an_author_without_one(troll: Desk) -> None:
    later(troll, "200", by="tom")
    assert case_of(troll, "200") == 2
    nobody = replace(a_post("1", BAIT).author, id="")
    later(troll, "300", author=nobody)
    assert case_of(troll, "300") == 3
    set_aside(troll, 3)
    later(troll, "301", author=nobody)
    assert case_of(troll, "301") == 4


def test_when_the_term_ends_it_is_over_by_itself(troll: Desk) -> None:
    clock(troll).move(days=7)
    later(troll, "200")
    assert case_of(troll, "200") == 2
    casework.tidy(troll, troll.clock.now())
    assert troll.store.case(1).state == CaseState.NEW
    assert troll.store.aside_count() == 0


def test_it_is_over_when_the_case_comes_back(troll: Desk) -> None:
    later(troll, "101", "there is smoke @northwind", root="100")
    assert troll.store.case(1).state == CaseState.NEW
    assert troll.store.case(1).priority == Priority.URGENT
    later(troll, "200")
    assert case_of(troll, "200") == 2


def test_one_press_brings_back_the_case_and_what_came_since(troll: Desk) -> None:
    later(troll, "200")
    later(troll, "300", "worse than ever, clowns @northwind")
    (aside,) = coming_back.aside_page(troll).shown
    assert (aside.posts, aside.kind, aside.by, aside.until) == (2, AsideKind.TROLL, ANA, NOON + WEEK)
    coming_back.take_back(troll, aside.id, by=BEN, at=troll.clock.now())
    assert [troll.store.case(number).state for number in (1, 2, 3)] == [CaseState.NEW] * 3
    assert troll.store.case(2).promise is not None
    assert troll.store.case(2).promise.started_at == NOON + timedelta(minutes=10), "since it was posted"
    assert troll.store.aside_count() == 0
    with pytest.raises(Outdated, match="Case 1 is back already"):
        coming_back.take_back(troll, aside.id, by=ANA, at=troll.clock.now())


def test_one_post_of_them_is_opened_by_itself_and_once(troll: Desk) -> None:
    post = later(troll, "200")
    coming_back.open_post(troll, post.id, by=BEN, at=troll.clock.now())
    assert case_of(troll, "200") == 2
    assert troll.store.case(1).state == CaseState.DISMISSED
    assert coming_back.aside_page(troll).shown[0].posts == 0
    with pytest.raises(Outdated, match="on case 2 already"):
        coming_back.open_post(troll, post.id, by=ANA, at=troll.clock.now())


@pytest.mark.parametrize(("text", "opens"), [(BAIT + "!", False), ("now there is smoke @northwind", True)])
def test_an_edit_that_makes_it_urgent_opens_a_case(troll: Desk, text: str, opens: bool) -> None:
    post = later(troll, "200")
    edit = replace(post, text=text, edited_at=troll.clock.now())
    intake.receive(troll, street(troll), "mentions", Batch(edits=(edit,)), troll.clock.now())
    found = troll.store.aside_post(post.id)
    assert found is not None
    assert (case_of(troll, "200"), found.case_id) == ((2, 2) if opens else (0, 0))


def test_the_same_post_twice_is_set_aside_once(troll: Desk) -> None:
    later(troll, "200")
    lines = len(troll.store.audit("desk"))
    later(troll, "200")
    assert len(troll.store.audit("desk")) == lines
    assert coming_back.aside_page(troll).shown[0].posts == 1


def test_the_end_of_the_day_accounts_for_them(troll: Desk) -> None:
    later(troll, "200")
    day = close_day(troll, ToPerson(ANA, "C0CARE"), troll.clock.now())
    assert sum(day.end.ends.values()) == 2
    assert (day.end.ends["set_aside"], day.end.not_fed, day.end.left) == (2, 1, 0)


def test_a_troll_is_set_aside_for_a_time_unless_the_configuration_says_otherwise(desk: Desk) -> None:
    a_case(desk)
    with pytest.raises(NotUsable, match="for a time only"):
        set_aside(desk, until=None)
    assert set_aside(desk, kind=AsideKind.SPAM, until=None).state == CaseState.DISMISSED
    casework.reopen(desk, 1, by=ANA, at=NOON)
    desk.take_over(replace(desk.policy, do_not_feed=FeedPolicy(for_good=frozenset(AsideKind))))
    assert set_aside(desk, until=None).state == CaseState.DISMISSED


def test_the_list_has_pages(desk: Desk) -> None:
    for number in range(25):
        receive(desk, a_post(str(500 + number), BAIT, by=f"troll{number}"))
        set_aside(desk, number + 1)
    first = coming_back.aside_page(desk)
    second = coming_back.aside_page(desk, first.last)
    third = coming_back.aside_page(desk, second.last)
    assert [one.case_id for page in (first, second, third) for one in page.shown] == list(range(25, 0, -1))
    assert [page.more for page in (first, second, third)] == [True, True, False]
    assert first.total == 25
