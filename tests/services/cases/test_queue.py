"""Pages of the queue, and the words that narrow it."""

from dataclasses import replace

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.cases.queue import PAGE, Selection, Whose, code
from bot.ports import Desk, Route
from bot.services.cases import casework, queue
from tests.fakes import ANA, BEN, BILLING, CARE, NOON, a_post
from tests.services.journey import receive, slack


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with cases about safety and billing in two languages; Ana holds one of them."""
    receive(desk, *(a_post(str(n), "refund", by=f"r{n}", language="de") for n in (1, 2)))
    receive(desk, a_post("3", "smoke", by="s"), a_post("4", "late", by="l", language="pt-BR"))
    casework.claim(desk, 1, by=ANA, at=NOON)
    slack(desk).names |= {BILLING: "care-billing"}
    return desk


def numbers(page: queue.QueuePage) -> list[int]:
    return [one.id for one in page.cases]


def asked(desk: Desk, words: str, whose: Whose = Whose.ALL, channel: str = CARE) -> list[int]:
    chosen = queue.selected(desk, words, whose, channel=channel, by=ANA)
    return numbers(queue.page(desk, chosen, by=ANA))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [3, 1, 2, 4]),
        ("unclaimed", [3, 2, 4]),
        ("billing", [1, 2]),
        ("Billing  UNCLAIMED", [2]),
        ("unclaimed billing german", [2]),
        ("german", [1, 2]),
        ("de", [1, 2]),
        ("portuguese", [4]),
        ("here", [3, 4]),
        ("#care-billing", [1, 2]),
        ("safety german", []),
        ("polish", []),
    ],
)
def test_the_queue_is_narrowed_by_words_in_any_order(busy: Desk, words: str, found: list[int]) -> None:
    assert asked(busy, words) == found


def test_ones_own_cases_are_narrowed_too(busy: Desk) -> None:
    assert asked(busy, "", Whose.MINE) == [1]
    assert asked(busy, "billing german", Whose.MINE) == [1]
    assert asked(busy, "safety", Whose.MINE) == []


@pytest.mark.parametrize("words", ["nonsense", "billing nonsense", "#nowhere", "unclaimedd", "<!channel>"])
def test_a_word_that_narrows_nothing_is_answered_with_what_there_is(busy: Desk, words: str) -> None:
    with pytest.raises(NotUsable) as refused:
        asked(busy, words)
    said = refused.value.sentence
    for there in ("unclaimed", "here", "safety", "billing", "German", "Portuguese", "#care-billing"):
        assert there in said
    assert "/care queue" in said
    assert "<" not in said, "what somebody typed calls nobody"


def test_nobody_holds_unclaimed_cases(busy: Desk) -> None:
    with pytest.raises(NotUsable, match="/care mine"):
        asked(busy, "unclaimed", Whose.MINE)


def test_a_topic_of_several_words_is_one(busy: Desk) -> None:
    route = Route(channel=CARE, words=("lost",), topic="Lost parcel")
    busy.take_over(replace(busy.policy, routes=(*busy.policy.routes, route)))
    receive(busy, a_post("5", "lost", by="t"))
    assert asked(busy, "unclaimed lost  PARCEL") == [5]


def many(desk: Desk, count: int = 2 * PAGE + 4) -> None:
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(1, count + 1)))


def test_pages_say_where_they_stand_and_lead_on_to_the_last(desk: Desk) -> None:
    many(desk)
    page, seen = queue.page(desk, Selection(), by=ANA), []
    while True:
        seen.append((page.first, len(page.cases), page.total))
        if page.follows is None:
            break
        page = queue.page_of(desk, code(page.selection, page.follows), by=ANA)
    assert seen == [(1, PAGE, 34), (PAGE + 1, PAGE, 34), (2 * PAGE + 1, 4, 34)]


def test_no_case_is_passed_over_where_others_are_done_between_two_pages(desk: Desk) -> None:
    many(desk)
    first = queue.page(desk, Selection(whose=Whose.NOBODYS), by=ANA)
    for case in first.cases[:10]:
        casework.claim(desk, case.id, by=BEN, at=NOON)
    second = queue.page(desk, first.selection, first.follows, by=ANA)
    assert numbers(second) == list(range(PAGE + 1, 2 * PAGE + 1))
    assert (second.first, second.total) == (6, 24)


def test_a_button_names_its_topic_also_once_no_case_has_it(busy: Desk) -> None:
    value = code(Selection(topic="safety", whose=Whose.MINE))
    assert queue.page_of(busy, value, by=BEN).selection == Selection(topic="safety", whose=Whose.MINE)
