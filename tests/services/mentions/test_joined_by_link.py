"""A case that somebody added by link, when the network later delivers the same post."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, FactVerb
from bot.domain.mentions.mention import BY_LINK, Answerable, Mention, PostRef
from bot.gateways.networks import x_addresses
from bot.ports import Batch, Desk, Unparsed
from bot.ports.store import Store
from bot.services.cases import casework, lists
from bot.services.mentions import intake, unreadable
from bot.services.replies import by_hand, review, sending
from handlers.proving import write_case
from tests.fakes import ANA, BEN, CARE, DEE, NOON, FakeNetwork, a_post, our_post
from tests.services.doubles import BreakingStore
from tests.services.journey import approve, clock, draft_of, seen, verbs, written
from tests.storage.audit.test_proofs import script

ON_X = [
    "https://x.com/omar/status/77",
    "https://www.x.com/omar/status/77/photo/1",
    "https://mobile.twitter.com/omar/status/77?s=20",
    "http://twitter.com/omar/statuses/77#m",
    "https://x.com/i/web/status/77?s=20&t=abc",
]


@dataclass
class OnX(FakeNetwork):
    """A network that recognises every address of X as its own."""

    shown_at: str = "https://x.com/i/web/status/"  # "": its posts have no address

    def post_behind(self, link: str) -> str:
        return x_addresses.post_behind(link)

    def post_url(self, post_id: str, handle: str = "") -> str:
        return f"{self.shown_at}{post_id}" if self.shown_at else ""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with the recorded network before its account on X, as the configuration orders them."""
    recorded = OnX(name="recorded", account="recorded", shown_at="")
    return replace(desk, networks={(one.name, one.account): one for one in (recorded, OnX())})


def x(desk: Desk) -> FakeNetwork:
    found = desk.networks["x", "42"]
    assert isinstance(found, FakeNetwork)
    return found


def the_post(text: str = "My kettle leaks @northwind", **facts: object) -> Mention:
    usual: dict[str, object] = {"by": "omar", "at": NOON - timedelta(minutes=5), "url": ON_X[0]}
    return a_post("77", text, **{**usual, **facts})  # type: ignore[arg-type]


def comes(desk: Desk, *posts: Mention, stream: str = "mentions", **batch: object) -> int:
    return intake.receive(desk, x(desk), stream, Batch(posts=posts, **batch), desk.clock.now())  # type: ignore[arg-type]


def added(desk: Desk, link: str = ON_X[0], said: str = "") -> int:
    return lists.add_by_link(desk, f"{link} {said}", by=ANA, at=desk.clock.now())[0].id


def cases(desk: Desk) -> list[int]:
    return [case.id for case in desk.store.cases(range(1, 9))]


def test_where_nobody_added_anything_by_link_no_address_is_read(desk: Desk) -> None:
    class Mute(OnX):
        def post_behind(self, link: str) -> str:
            raise AssertionError(link)

    others = {key: Mute(name=key[0], account=key[1]) for key in desk.networks}
    assert comes(replace(desk, networks={**others, ("x", "42"): x(desk)}), the_post()) == 1


# --- added first, then delivered by its network--------------------------------------------------------------


@pytest.mark.parametrize("link", ON_X)
@pytest.mark.parametrize("network", ["x", "recorded"])
def test_a_post_that_was_added_by_link_joins_its_case(desk: Desk, link: str, network: str) -> None:
    added(desk, link)
    post = the_post(ref=PostRef(network, "42" if network == "x" else "recorded", "77"), url="")
    assert comes(desk, post) == 1
    assert cases(desk) == [1]
    case = desk.store.case(1)
    assert (case.network, case.account, case.root_id) == (network, post.ref.account, "77")
    assert (case.author, case.language, case.latest_at) == (post.author, "en", post.posted_at)
    [known] = desk.store.mentions(1)
    assert replace(known, id=0, raw=b"") == post
    assert verbs(desk) == [FactVerb.OPENED, FactVerb.LINKED_POST_ARRIVED]
    assert "x.com" not in str(seen(desk, case).network_label)


def test_a_post_that_joined_is_taken_in_once(desk: Desk) -> None:
    added(desk)
    assert [comes(desk, the_post()), comes(desk, the_post())] == [1, 0]
    assert (cases(desk), len(verbs(desk))) == ([1], 2)


def test_a_post_that_comes_after_its_deletion_brings_no_words_back_to_the_case_of_its_link(desk: Desk) -> None:
    added(desk, said="my kettle leaks")
    comes(desk, deletions=("77",))
    assert comes(desk, the_post()) == 0
    [known] = desk.store.mentions(1)
    assert (known.text, known.raw, known.deleted_at is not None) == ("", b"", True)


def test_a_link_that_no_network_knew_joins_once_there_is_one(desk: Desk) -> None:
    before = replace(desk, networks={})
    added(before, "https://WWW.x.example/omar/status/77/?utm_source=mail#top")
    comes(desk, the_post(url="https://x.example/omar/status/77"))
    assert cases(desk) == [1]


def test_a_recording_replayed_on_a_real_desk_makes_no_second_case_and_leaves_it_a_real_one(desk: Desk) -> None:
    added(desk)
    replayed = the_post(ref=PostRef("recorded", "recorded", "77"), url="", answerable=Answerable.NO)
    comes(desk, replayed)
    assert (cases(desk), desk.store.case(1).network) == ([1], BY_LINK)
    comes(desk, the_post())
    assert (cases(desk), desk.store.case(1).network) == ([1], "x")


def test_a_post_that_is_gone_before_it_came_is_marked_on_its_case(desk: Desk) -> None:
    added(desk)
    comes(desk, deletions=("77",))
    assert desk.store.case(1).deleted_at == NOON


def test_further_posts_of_the_author_join_too(desk: Desk) -> None:
    added(desk)
    comes(desk, the_post())
    comes(desk, a_post("78", "And nobody answers", by="omar", root="77"))
    assert (cases(desk), len(desk.store.mentions(1))) == ([1], 2)


def test_from_then_on_a_reply_goes_out_on_the_network(desk: Desk) -> None:
    added(desk)
    comes(desk, the_post())
    written(desk, 1)
    approve(desk)
    sending.send_due(desk, NOON)
    assert [(target, text) for _, target, text in x(desk).published] == [
        (PostRef("x", "42", "77"), draft_of(desk).text)
    ]
    assert desk.store.case(1).state == CaseState.PENDING


def test_words_that_hurt_more_than_the_typed_ones_make_it_urgent(desk: Desk) -> None:
    added(desk, said="something about a kettle")
    comes(desk, the_post("It smokes"))
    assert desk.store.case(1).priority == "urgent"


def test_the_promise_counts_from_the_post_itself(desk: Desk) -> None:
    added(desk)
    comes(desk, the_post())
    case = desk.store.case(1)
    assert case.promise
    assert case.promise.started_at == NOON - timedelta(minutes=5)


def test_a_private_message_that_was_added_by_link_is_kept_private(desk: Desk) -> None:
    added(desk)
    comes(desk, the_post(private=True))
    case = desk.store.case(1)
    assert (case.private, seen(desk, case).kept_to) == (True, CARE)


# --- people's work in between is kept ------------------------------------------------------------------------


def test_whoever_holds_it_keeps_it(desk: Desk) -> None:
    casework.claim(desk, added(desk), by=DEE, at=NOON)
    comes(desk, the_post())
    case = desk.store.case(1)
    assert (case.assignee, case.state) == (DEE, CaseState.OPEN)


def test_words_being_written_answer_the_post_itself(desk: Desk) -> None:
    written(desk, added(desk))
    review.request_changes(desk, draft_of(desk).id, "kinder", version=1, by=BEN, at=NOON)
    comes(desk, the_post())
    draft = draft_of(desk)
    assert (draft.state, draft.target, draft.note) == (DraftState.WRITING, PostRef("x", "42", "77"), "kinder")


def test_a_draft_in_review_is_looked_at_again_with_the_real_words(desk: Desk) -> None:
    written(desk, added(desk))
    comes(desk, the_post())
    draft = draft_of(desk)
    assert (draft.state, draft.stale, draft.target) == (DraftState.IN_REVIEW, "came_in", PostRef("x", "42", "77"))
    approve(desk)
    sending.send_due(desk, NOON)
    assert len(x(desk).published) == 1


def test_an_approval_of_what_was_added_by_link_is_asked_again(desk: Desk) -> None:
    written(desk, added(desk))
    approve(desk)
    comes(desk, the_post())
    assert (draft_of(desk).state, draft_of(desk).approval) == (DraftState.IN_REVIEW, None)
    sending.send_due(desk, NOON)
    assert x(desk).published == []


def waits_for_a_hand(desk: Desk) -> None:
    written(desk, added(desk))
    approve(desk)
    sending.send_due(desk, NOON)
    assert draft_of(desk).state == DraftState.BY_HAND


def test_a_reply_that_somebody_posts_by_hand_stays_with_them(desk: Desk) -> None:
    waits_for_a_hand(desk)
    comes(desk, the_post())
    sending.send_due(desk, NOON)
    assert (draft_of(desk).state, x(desk).published) == (DraftState.BY_HAND, [])
    comes(desk, our_post("90", draft_of(desk).text, to="77", root="77"), stream="own")
    assert (draft_of(desk).state, desk.store.case(1).state) == (DraftState.SENT, CaseState.PENDING)


@pytest.mark.parametrize("first", ["the mention", "our own post"])
def test_a_pasted_answer_stands_and_is_the_post_that_our_timeline_shows(desk: Desk, first: str) -> None:
    waits_for_a_hand(desk)
    by_hand.seen_by_hand(desk, draft_of(desk).id, "https://x.com/northwind/status/90?s=20", by=ANA, at=NOON)
    answered = desk.store.case(1)
    ours = our_post("90", draft_of(desk).text, to="77", root="77")
    posts = [(the_post(), "mentions"), (ours, "own")]
    for post, stream in posts if first == "the mention" else reversed(posts):
        comes(desk, post, stream=stream)
    case = desk.store.case(1)
    assert (case.state, case.answered_at, case.approved_by) == (CaseState.PENDING, answered.answered_at, BEN)
    assert [(one.ref.network, one.ref.post_id) for one in desk.store.mentions(1)] == [("x", "77"), ("x", "90")]
    assert draft_of(desk).attempt is not None
    assert verbs(desk).count(CaseVerb.ANSWERED_ELSEWHERE) == 0
    reply = desk.store.reply_posted(1, "90")
    assert reply is not None
    assert reply.id == draft_of(desk).id


@pytest.mark.parametrize("link", ["https://twitter.com/northwind/status/90", "https://mobile.x.com/i/web/status/90"])
def test_the_link_of_our_answer_may_name_the_site_otherwise_than_the_posts(desk: Desk, link: str) -> None:
    waits_for_a_hand(desk)
    by_hand.seen_by_hand(desk, draft_of(desk).id, link, by=ANA, at=NOON)
    assert desk.store.case(1).state == CaseState.PENDING


def test_the_link_of_our_answer_is_on_the_site_of_the_post(desk: Desk) -> None:
    waits_for_a_hand(desk)
    with pytest.raises(NotUsable, match=r"this case is from x\.com"):
        by_hand.seen_by_hand(desk, draft_of(desk).id, "https://shop.example/posts/90", by=ANA, at=NOON)


@pytest.mark.parametrize("state", [CaseState.SOLVED, CaseState.DISMISSED, CaseState.CLOSED])
def test_a_case_that_has_ended_takes_the_post_without_waking_up(desk: Desk, state: CaseState) -> None:
    added(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    if state == CaseState.DISMISSED:
        casework.reopen(desk, 1, by=ANA, at=NOON)
        casework.set_aside(desk, 1, by=ANA, at=NOON, reason="spam", until=NOON + timedelta(days=9))
    if state == CaseState.CLOSED:
        casework.tidy(desk, clock(desk).move(days=30))
    comes(desk, the_post())
    case = desk.store.case(1)
    assert (case.state, case.network, cases(desk)) == (state, "x", [1])


# --- in a conversation that is known -------------------------------------------------------------------------


def in_a_known_conversation(desk: Desk) -> None:
    """Make case 1 from Omar's first post; add case 2 by the link of his second post."""
    comes(desk, a_post("70", "Hello @northwind", by="omar"))
    added(desk)


def second_post() -> Mention:
    return the_post(root_id="70", parent_id="70")


def test_a_further_post_that_was_added_by_link_joins_its_conversation(desk: Desk) -> None:
    in_a_known_conversation(desk)
    comes(desk, second_post())
    assert [one.ref.post_id for one in desk.store.mentions(1)] == ["77", "70"]
    assert (desk.store.case(1).state, desk.store.case(2).state) == (CaseState.NEW, CaseState.CLOSED)
    assert verbs(desk, 2)[-1] == CaseVerb.JOIN
    assert desk.store.audit("case:2")[-1].facts["into"] == 1
    assert (desk.store.case(2).joined_into, desk.store.case(2).reason) == (1, "")


def test_whoever_took_the_one_by_link_holds_the_conversation_then(desk: Desk) -> None:
    in_a_known_conversation(desk)
    casework.claim(desk, 2, by=DEE, at=NOON)
    comes(desk, second_post())
    assert (desk.store.case(1).assignee, desk.store.case(2).state) == (DEE, CaseState.CLOSED)


def test_a_draft_on_the_one_by_link_keeps_that_case_where_the_other_has_none(desk: Desk) -> None:
    in_a_known_conversation(desk)
    written(desk, 2)
    comes(desk, second_post())
    assert (desk.store.case(1).state, desk.store.case(2).state) == (CaseState.CLOSED, CaseState.OPEN)
    assert draft_of(desk, 2).state == DraftState.IN_REVIEW
    assert {one.ref.post_id for one in desk.store.mentions(2)} == {"70", "77"}
    assert desk.store.mention(desk.store.case(2).latest).ref.post_id == "70"  # Omar's newest
    approve(desk, 2)
    sending.send_due(desk, NOON)
    assert len(x(desk).published) == 1


def test_a_post_that_comes_in_while_it_is_added_is_one_case(desk: Desk) -> None:
    arrivals = iter([the_post()])

    def arrives(*_: object) -> None:
        for post in arrivals:
            comes(desk, post)

    at_once = replace(desk, store=cast("Store", BreakingStore(desk.store, transaction=arrives)))
    case, new = lists.add_by_link(at_once, ON_X[0], by=ANA, at=NOON)
    assert (case.network, new, cases(desk)) == ("x", False, [1])


# --- with unreadable posts -----------------------------------------------------------------------------------


def unreadable_one(desk: Desk) -> int:
    comes(desk, unparsed=(Unparsed(b"{odd", "X sent something.", "77"),))
    [one] = desk.store.unreadables(9)
    return one.id


def test_the_link_of_a_post_that_could_not_be_read_opens_that_one(desk: Desk) -> None:
    row = unreadable_one(desk)
    case, new = lists.add_by_link(desk, f"{ON_X[2]} My kettle leaks", by=ANA, at=NOON)
    assert (case.network, case.account, new) == ("x", "42", True)
    assert desk.store.unreadable(row).case_id == case.id
    assert [one.text for one in desk.store.mentions(case.id)] == ["My kettle leaks"]
    assert lists.add_by_link(desk, ON_X[0], by=DEE, at=NOON) == (case, False)


def test_what_somebody_left_out_is_added_as_any_other_link(desk: Desk) -> None:
    unreadable.leave_out(desk, unreadable_one(desk), by=ANA, at=NOON)
    case, new = lists.add_by_link(desk, ON_X[0], by=ANA, at=NOON)
    assert (case.network, new) == (BY_LINK, True)


def test_an_unreadable_post_that_was_added_by_link_is_opened_as_that_case_with_its_words(desk: Desk) -> None:
    added(desk, said="My kettle leaks")
    case = unreadable.open_case(desk, unreadable_one(desk), by=ANA, at=NOON)
    assert (case.id, case.network, cases(desk)) == (1, "x", [1])
    assert [one.text for one in desk.store.mentions(1)] == ["My kettle leaks"]


# --- twice by hand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        "http://www.shop.example/posts/5",
        "https://m.shop.example/posts/5/",
        "https://SHOP.example/posts/5?utm_source=mail&utm_medium=x&fbclid=1#comments",
    ],
)
def test_a_link_of_a_site_that_nobody_reads_is_one_however_it_is_written(desk: Desk, again: str) -> None:
    first = added(desk, "https://shop.example/posts/5")
    assert added(desk, again) == first


@pytest.mark.parametrize("other", ["https://shop.example/posts/6", "https://shop.example/posts/5?id=7"])
def test_what_tells_two_posts_apart_is_kept(desk: Desk, other: str) -> None:
    first = added(desk, "https://shop.example/posts/5")
    assert added(desk, other) != first


def test_a_reply_to_what_was_added_by_link_is_still_proved_once_its_network_tells_of_it(desk: Desk) -> None:
    waits_for_a_hand(desk)
    by_hand.seen_by_hand(desk, draft_of(desk).id, "https://x.com/northwind/status/90?s=20", by=ANA, at=NOON)
    said = script.check(write_case(desk.store, 1, NOON))  # type: ignore[arg-type]
    comes(desk, the_post())
    comes(desk, our_post("90", draft_of(desk).text, to="77", root="77"), stream="own")
    attempt = draft_of(desk).attempt
    assert attempt is not None
    assert attempt.post_id == "90"
    assert script.check(write_case(desk.store, 1, NOON)) == said  # type: ignore[arg-type]
