"""The lists and searches of /care."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import NotUsable, Outdated, Unknown
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import BY_LINK
from bot.gateways.networks import x_addresses
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.cases import casework, lists
from bot.services.replies import by_hand, sending
from tests.fakes import ANA, DEE, NOON, FakeNetwork, a_post
from tests.hostile import texts
from tests.services.cases.test_casework import at_once
from tests.services.journey import a_case, approve, clock, draft_of, only_case, receive, seen, unconfirmed, written


def three(desk: Desk) -> None:
    receive(
        desk,
        a_post("1", "late", by="a"),
        a_post("2", "smoke", by="b"),
        a_post("3", "refund", by="c", at=NOON - timedelta(minutes=5)),
    )


def test_next_claims_the_most_urgent_case_that_nobody_holds(desk: Desk) -> None:
    three(desk)
    got = [lists.claim_next(desk, by=ANA, at=NOON).id for _ in range(3)]
    assert got == [2, 3, 1]
    with pytest.raises(Outdated, match="No case is waiting"):
        lists.claim_next(desk, by=ANA, at=NOON)
    assert [case.id for case in desk.store.queue(assignee=ANA)] == [2, 3, 1]


def test_many_who_ask_for_the_next_case_get_different_ones(desk: Desk) -> None:
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(8)))
    got = at_once(8, lambda n: lists.claim_next(desk, by=f"U{n}", at=NOON).id)
    assert sorted(got) == [1, 2, 3, 4, 5, 6, 7, 8]  # type: ignore[type-var]


@pytest.mark.parametrize("words", ["412x", "", "#", "-1", "٤ ٥", "1 2", "9" * 40])
def test_what_is_no_number_is_asked_for_again(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="number of a case"):
        lists.case_by_number(desk, words)


@pytest.mark.parametrize("words", ["99", "9" * 12, "٤٥"])
def test_a_number_without_a_case_is_said_to_be_unknown(desk: Desk, words: str) -> None:
    with pytest.raises(Unknown):
        lists.case_by_number(desk, words)


@pytest.mark.parametrize("words", ["1", "#1", " #1 "])
def test_a_case_is_found_by_the_number_people_say(desk: Desk, words: str) -> None:
    a_case(desk)
    assert lists.case_by_number(desk, words).id == 1


# --- add by link ---------------------------------------------------------------------------------------------

LINK = "https://social.example/@omar/112233"


def test_a_link_opens_a_case_that_is_answered_by_hand(desk: Desk) -> None:
    case, new = lists.add_by_link(desk, f"{LINK} my parcel is late", by=ANA, at=NOON)
    assert (new, case.state, case.author.handle, case.network) == (True, CaseState.NEW, "omar", BY_LINK)
    assert [post.text for post in desk.store.mentions(case.id)] == ["my parcel is late"]
    written(desk, case.id)
    approve(desk, case.id)
    sending.send_due(desk, NOON)
    assert draft_of(desk, case.id).state == DraftState.BY_HAND
    assert draft_of(desk, case.id).why.startswith("The desk has no account on ")
    assert "By link" not in draft_of(desk, case.id).why


def test_the_same_link_twice_is_one_case(desk: Desk) -> None:
    first, _ = lists.add_by_link(desk, LINK, by=ANA, at=NOON)
    again, new = lists.add_by_link(desk, f"<{LINK}|social.example> and more words", by=DEE, at=NOON)
    assert (again.id, new) == (first.id, False)


def test_many_who_add_the_same_link_at_once_get_one_case(desk: Desk) -> None:
    got = at_once(6, lambda n: lists.add_by_link(desk, LINK, by=f"U{n}", at=NOON)[0].id)
    assert got == [1] * 6


def test_the_link_of_a_post_we_have_leads_to_its_case(desk: Desk) -> None:
    a_case(desk)
    case, new = lists.add_by_link(desk, "https://x.example/priya/status/100?s=20", by=ANA, at=NOON)
    assert (case.id, new) == (1, False)


@pytest.mark.parametrize("behind", ["", "/", "/photo/1", "?s=20", "#m"])
def test_whatever_hangs_behind_the_link_of_a_post_we_have_it_leads_to_its_case(desk: Desk, behind: str) -> None:
    a_case(desk)
    assert lists.add_by_link(desk, f"https://x.example/priya/status/100{behind}", by=ANA, at=NOON)[1] is False


def test_a_link_to_another_site_is_not_taken_for_a_post_with_the_same_number(desk: Desk) -> None:
    a_case(desk)
    case, new = lists.add_by_link(desk, "https://social.example/posts/100", by=ANA, at=NOON)
    assert (case.id, new) == (2, True)


def by_link(desk: Desk) -> int:
    """Make a case added by link whose reply waits to be posted by hand; return its draft."""
    case, _ = lists.add_by_link(desk, f"{LINK} my parcel is late", by=ANA, at=NOON)
    written(desk, case.id)
    approve(desk, case.id)
    sending.send_due(desk, NOON)
    return draft_of(desk, case.id).id


@pytest.mark.parametrize("link", ["https://social.example/@northwind/9", "https://m.social.example/post?id=9"])
def test_a_reply_on_a_site_that_we_do_not_read_is_settled_by_its_link(desk: Desk, link: str) -> None:
    draft = by_link(desk)
    after = by_hand.seen_by_hand(desk, draft, f" {link} ", by=ANA, at=NOON)
    assert (after.state, after.answer_url) == (CaseState.PENDING, link)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://social.example", "not the link of a post on social.example"),
        ("https://social.example/@northwind", "not the link of a post on social.example"),
        ("https://social.example/omar/", "not the link of a post on social.example"),
        ("https://x.example/northwind/status/9", "leads to x.example, and this case is from social.example"),
        (LINK, "customer's own post"),
    ],
)
def test_on_a_site_that_we_do_not_read_a_page_is_no_reply_either(desk: Desk, link: str, why: str) -> None:
    draft = by_link(desk)
    with pytest.raises(NotUsable, match=why):
        by_hand.seen_by_hand(desk, draft, link, by=ANA, at=NOON)


def test_words_on_the_next_line_are_not_part_of_the_link(desk: Desk) -> None:
    case, _ = lists.add_by_link(desk, f"{LINK}\nmy parcel is late", by=ANA, at=NOON)
    [post] = desk.store.mentions(case.id)
    assert (post.url, post.text) == (LINK, "my parcel is late")


@pytest.mark.parametrize(
    "words", ["", "hello", "ftp://x.example/1", "https://", "https://[::1", "javascript:alert(1)", "<>"]
)
def test_what_is_no_link_is_asked_for_again(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="link of the post"):
        lists.add_by_link(desk, words, by=ANA, at=NOON)


def test_hostile_words_after_a_link_open_a_case_like_any_others(desk: Desk) -> None:
    for n, text in enumerate(texts(2_000)[::37]):
        case, new = lists.add_by_link(desk, f"https://social.example/@m{n}/{n}x {text}", by=ANA, at=NOON)
        assert new
        assert seen(desk, case).mentions


def test_a_case_by_link_says_so(desk: Desk) -> None:
    assert (network_label(BY_LINK), network_label("x"), network_label("mastodon")) == ("By link", "X", "Mastodon")


@pytest.mark.parametrize(
    ("link", "handle"),
    [
        ("https://social.example/@omar/112233", "omar"),
        ("https://x.com/omar_k/status/77?s=20", "omar_k"),
        ("https://mobile.twitter.com/omar_k/status/77", "omar_k"),
        ("https://www.bsky.app/profile/omar.example.org/post/3k", "omar.example.org"),
        ("https://x.com/i/web/status/77", ""),
        ("https://x.com/i/status/77", ""),
        ("https://reviews.example/reviews/abc123", ""),
        ("https://faces.example/northwind/posts/1", ""),
        ("https://reviews.example", ""),
    ],
)
def test_an_author_is_named_only_where_the_link_says_for_certain_who(desk: Desk, link: str, handle: str) -> None:
    case, _ = lists.add_by_link(desk, link, by=ANA, at=NOON)
    assert case.author.handle == handle


def test_two_whom_no_link_names_are_two_people(desk: Desk) -> None:
    for n in (1, 2):
        case, _ = lists.add_by_link(desk, f"https://reviews.example/reviews/{n}", by=ANA, at=NOON)
    assert seen(desk, case).history.cases == 0


# --- find ----------------------------------------------------------------------------------------------------


def test_find_takes_percent_and_underscore_for_what_they_are(desk: Desk) -> None:
    receive(
        desk, a_post("1", "100% broken", by="a"), a_post("2", "1000 broken", by="b_c"), a_post("3", "x", by="bxc")
    )

    def found(words: str) -> list[int]:
        return [case.id for case in desk.store.find(words, private=True)]

    assert (found("100%"), found("b_c"), found("@b_c"), found("broken"), found("%"), found("!")) == (
        [1],
        [2],
        [2],
        [2, 1],
        [1],
        [],
    )


def test_find_takes_any_text_without_complaint(desk: Desk) -> None:
    a_case(desk)
    for text in texts(2_000)[::41]:
        desk.store.find(text.encode("utf-8", "replace").decode(), private=True)


# --- status ----------------------------------------------------------------------------------------------------


def test_today_begins_at_midnight_where_the_desk_is(desk: Desk) -> None:
    assert lists.midnight(ZoneInfo("Europe/Berlin"), NOON).astimezone(UTC) == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


def test_status_counts_what_is_open_and_what_needs_a_person(desk: Desk) -> None:
    unconfirmed(desk)
    receive(desk, a_post("200", "late", by="omar"), a_post("300", "late", by="pia"))
    casework.claim(desk, 2, by=DEE, at=NOON)
    tally = lists.status(desk, clock(desk).move(minutes=61))
    assert (tally.open, tally.unclaimed, list(tally.needs_a_person)) == (3, 1, [1])
    assert sorted(tally.lapsed) == [1, 2, 3]
    assert tally.by_assignee == {ANA: 1, DEE: 1, "": 1}
    assert only_case(desk).state == CaseState.OPEN


def test_a_desk_in_another_zone_counts_its_own_day(desk: Desk) -> None:
    tokyo = replace(desk.policy.hours, zone=ZoneInfo("Asia/Tokyo"))
    there = replace(desk, policy=replace(desk.policy, hours=tokyo))
    assert lists.status(there, NOON).answered == 0


# --- one post, one case: whichever network claims the address ------------------------------------------------

ON_X = [
    "https://x.com/omar/status/77",
    "https://www.x.com/omar/status/77/photo/1",
    "https://mobile.twitter.com/omar/status/77?s=20",
    "http://twitter.com/omar/statuses/77#m",
    "https://x.com/i/web/status/77?s=20&t=abc",
]


@dataclass
class Claims(FakeNetwork):
    """A network that recognises every address of X as its own."""

    shown_at: str = "https://x.com/i/web/status/"  # "": its posts have no address

    def post_behind(self, link: str) -> str:
        return x_addresses.post_behind(link)

    def post_url(self, post_id: str, handle: str = "") -> str:
        return f"{self.shown_at}{post_id}" if self.shown_at else ""


RECORDED = Claims(name="recorded", account="recorded", shown_at="")


def on_x(desk: Desk, *others: FakeNetwork) -> Desk:
    """Return a desk with an account on X after other networks, which recognise the same addresses."""
    every = (*others, Claims())
    return replace(desk, networks={(one.name, one.account): one for one in every})


@pytest.mark.parametrize("link", ON_X)
@pytest.mark.parametrize("network", ["x", "recorded"])
def test_a_post_that_came_in_is_known_whichever_network_claims_its_link(desk: Desk, link: str, network: str) -> None:
    both = on_x(desk, RECORDED, Claims(name="street", account="7"))
    post = a_post("77", "late")
    receive(both, replace(post, ref=replace(post.ref, network=network)))
    case, new = lists.add_by_link(both, link, by=ANA, at=NOON)
    assert (case.id, case.network, new) == (1, network, False)


@pytest.mark.parametrize(("link", "later"), list(zip(ON_X, ON_X[1:] + ON_X[:1], strict=True)))
def test_a_post_added_by_hand_is_one_case_however_its_link_is_written(desk: Desk, link: str, later: str) -> None:
    both = on_x(desk, RECORDED)
    first, _ = lists.add_by_link(both, link, by=ANA, at=NOON)
    again, new = lists.add_by_link(both, later, by=DEE, at=NOON)
    assert (again.id, new) == (first.id, False)


def test_the_posts_of_a_short_link_stay_unknown(desk: Desk) -> None:
    both = on_x(desk, RECORDED)
    first, _ = lists.add_by_link(both, "https://t.example/abc", by=ANA, at=NOON)
    assert lists.add_by_link(both, "https://t.example/abd", by=ANA, at=NOON)[0].id != first.id


@pytest.mark.parametrize("link", [*ON_X, "https://x.com/omar", "https://mobile.x.com/omar/articles/5"])
def test_a_case_by_link_does_not_deny_an_account_that_there_is(desk: Desk, link: str) -> None:
    both = on_x(desk, RECORDED)
    case, _ = lists.add_by_link(both, link, by=ANA, at=NOON)
    [post] = both.store.mentions(case.id)
    assert "no account" not in post.why_not
    assert "a person has to answer it on " in post.why_not


def test_recorded_posts_are_no_account_on_their_site(desk: Desk) -> None:
    alone = replace(desk, networks={("recorded", "recorded"): RECORDED})
    case, _ = lists.add_by_link(alone, ON_X[0], by=ANA, at=NOON)
    [post] = alone.store.mentions(case.id)
    assert post.why_not == "This case was added by link, and the desk has no account on x.com."


def test_the_reply_to_a_case_by_link_is_not_the_customers_post_written_otherwise(desk: Desk) -> None:
    alone = replace(desk, networks={("recorded", "recorded"): RECORDED})
    case, _ = lists.add_by_link(alone, ON_X[0], by=ANA, at=NOON)
    written(alone, case.id)
    approve(alone, case.id)
    sending.send_due(alone, NOON)
    with pytest.raises(NotUsable, match="customer's own post"):
        by_hand.seen_by_hand(alone, draft_of(alone, case.id).id, f"{ON_X[0]}?s=20", by=ANA, at=NOON)
