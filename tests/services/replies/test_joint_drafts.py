"""One writer's words for several customers: each gets a text, an approval and a reply of their own, once."""

from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Answerable, Author
from bot.domain.replies.joint_draft import ShownText, personalised
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.slack.telling import TellingKind
from bot.ports import Desk, NotSent, OutcomeLost
from bot.services.cases import casework
from bot.services.replies import joint_drafts, reply_form, review, sending
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, FakeTemplates, Words, a_desk, a_post
from tests.services.journey import clock, draft_of, published, receive, street, verbs, waiting

WORDS = "Priya, the app is down for everybody. We are on it and tell you here. ^AN"


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store)


def three(desk: Desk) -> None:
    """Three customers write under one public post."""
    receive(desk, a_post("100", "The app is down @northwind", by="priya", root="90"))
    receive(desk, a_post("101", "Same here @northwind", by="ben", root="90"))
    receive(desk, a_post("102", "Me too, since ten @northwind", by="cleo", root="90"))


def together(desk: Desk, *along: int, by: str = ANA, text: str = WORDS, version: int = 0) -> int:
    review.begin_writing(desk, 1, by=by, at=desk.clock.now())
    words = review.Words(text=text, replaces=version)
    return joint_drafts.submit_together(desk, 1, words, along or (2, 3), by=by, at=desk.clock.now())


def shown(desk: Desk, *cases: int) -> list[ShownText]:
    found = [desk.store.case(one) for one in cases or (1, 2, 3)]
    drafts = [(one, one.draft) for one in found if one.draft]
    return [
        ShownText(draft.id, draft.version, draft.seen, shown_mark(case, desk.store.mentions(case.id)))
        for case, draft in drafts
    ]


def approve(desk: Desk, texts: list[ShownText], by: str = BEN):
    return joint_drafts.approve_together(desk, texts, by=by, at=desk.clock.now())


def states(desk: Desk) -> list[str]:
    return [draft_of(desk, one).state.value for one in (1, 2, 3)]


def test_each_customer_gets_the_words_with_their_own_name_in_a_draft_of_their_own(desk: Desk) -> None:
    three(desk)
    together(desk)
    assert [draft_of(desk, one).text.partition(",")[0] for one in (1, 2, 3)] == ["Priya", "Ben", "Cleo"]
    assert [desk.store.case(one).assignee for one in (1, 2, 3)] == [ANA] * 3
    assert states(desk) == ["in_review"] * 3


def test_one_message_asks_for_all_of_them_in_the_channel_and_to_the_approver(desk: Desk) -> None:
    three(desk)
    joint = together(desk)
    assert waiting(desk, TellingKind.JOINT) == [joint, joint]
    assert waiting(desk, TellingKind.ASK) == []
    assert len({draft_of(desk, one).asked for one in (1, 2, 3)}) == 1


def test_approving_all_is_one_approval_for_each_case_and_each_reply_goes_out_once(desk: Desk) -> None:
    three(desk)
    together(desk)
    assert approve(desk, shown(desk)) == []
    assert [verbs(desk, one).count("approve") for one in (1, 2, 3)] == [1, 1, 1]
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    assert sorted(post for post, _ in published(desk)) == ["100", "101", "102"]
    assert [text.partition(",")[0] for _, text in published(desk)] == ["Priya", "Ben", "Cleo"]
    assert [desk.store.case(one).state for one in (1, 2, 3)] == [CaseState.PENDING] * 3


def test_a_second_press_approves_nothing_a_second_time(desk: Desk) -> None:
    three(desk)
    together(desk)
    texts = shown(desk)
    approve(desk, texts)
    with pytest.raises(Outdated, match="approved this already"):
        approve(desk, texts, CARO)
    assert [verbs(desk, one).count("approve") for one in (1, 2, 3)] == [1, 1, 1]


def test_who_wrote_again_since_the_message_was_drawn_is_left_out_and_named(desk: Desk) -> None:
    three(desk)
    together(desk)
    texts = shown(desk)
    receive(desk, a_post("103", "And now it eats my photos @northwind", by="ben", root="90"))
    left = approve(desk, texts)
    assert [one.case_id for one in left] == [2]
    assert states(desk) == ["approved", "in_review", "approved"]


def test_a_text_that_was_rewritten_since_is_left_out(desk: Desk) -> None:
    three(desk)
    together(desk)
    texts = shown(desk)
    draft = draft_of(desk, 3)
    about = {"version": draft.version, "seen": draft.seen, "by": CARO, "at": desk.clock.now()}
    review.edit_and_approve(desk, draft.id, "Cleo, it is fixed. Thank you for your patience. ^CA", **about)
    assert [one.case_id for one in approve(desk, texts)] == [3]
    assert states(desk)[:2] == ["approved", "approved"]


def test_the_writer_lets_none_of_them_out(desk: Desk) -> None:
    three(desk)
    together(desk, by=BEN)
    with pytest.raises(NotYours):
        approve(desk, shown(desk), BEN)
    assert states(desk) == ["in_review"] * 3


def test_a_case_that_somebody_else_holds_is_never_taken_along(desk: Desk) -> None:
    three(desk)
    casework.claim(desk, 2, by=DEE, at=desk.clock.now())
    with pytest.raises(NotUsable, match="Dee holds it") as refused:
        together(desk)
    assert refused.value.field == "also"
    assert [desk.store.case(one).draft for one in (1, 2, 3)] == [None] * 3
    assert desk.store.case(2).assignee == DEE


def test_all_or_none_are_put_up(desk: Desk) -> None:
    three(desk)
    long = WORDS + " x" * 100
    receive(desk, a_post("104", "So slow @northwind", by="maximiliane_from_the_north", root="90"))
    with pytest.raises(NotUsable, match="Case 4: "):
        together(desk, 2, 4, text=long)
    assert [desk.store.case(one).draft for one in (1, 2, 4)] == [None] * 3


@pytest.mark.parametrize("other", [4, 5, 1])
def test_only_another_customer_under_the_same_post_is_taken_along(desk: Desk, other: int) -> None:
    three(desk)
    receive(desk, a_post("200", "Down @northwind", by="dora"))
    receive(desk, a_post("201", "Private", by="emil", root="90", private=True))
    if other == 1:
        assert together(desk, 1, 2)
        assert desk.store.joint_draft(1).drafts == (1, 2)
        return
    with pytest.raises(NotUsable):
        together(desk, other)


def test_two_customers_of_one_name_get_texts_that_differ(desk: Desk) -> None:
    three(desk)
    twin = Author(id="id-ben2", handle="ben_two", name="Ben O")
    receive(desk, a_post("105", "Same @northwind", by="ben_two", root="90", author=twin))
    together(desk, 2, 4)
    texts = [draft_of(desk, one).text for one in (2, 4)]
    assert texts[0] != texts[1]
    assert texts[1].endswith("@ben_two")


def test_the_same_words_never_go_to_one_customer_twice(desk: Desk) -> None:
    three(desk)
    together(desk)
    approve(desk, shown(desk))
    sending.send_due(desk, desk.clock.now())
    clock(desk).move(minutes=5)
    receive(desk, a_post("106", "Still down @northwind", by="ben", root="90"))
    receive(desk, a_post("107", "Still @northwind", by="priya", root="90"))
    with pytest.raises(NotUsable, match="Case 2 got these words already"):
        together(desk, 2)
    assert len(published(desk)) == 3


def test_a_network_that_refuses_one_of_them_keeps_the_others(desk: Desk) -> None:
    three(desk)
    together(desk)
    approve(desk, shown(desk))
    street(desk).outcomes += [NotSent("X says no."), OutcomeLost("No answer came.")]
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    assert states(desk) == ["failed", "unconfirmed", "sent"]
    assert [post for post, _ in published(desk)] == ["102"]


def test_changes_are_asked_for_once_and_written_again_for_all(desk: Desk) -> None:
    three(desk)
    together(desk)
    texts = shown(desk)
    assert joint_drafts.send_back_together(desk, texts, "warmer", by=BEN, at=desk.clock.now()) == []
    assert states(desk) == ["writing"] * 3
    assert len(waiting(desk, TellingKind.BACK)) == 1
    assert reply_form.first_form(desk, desk.store.case(1), by=ANA, at=desk.clock.now()).also == (2, 3)
    again = together(desk, version=1, text=WORDS.replace("We are", "So sorry, we are"))
    assert desk.store.joint_draft(again).drafts == tuple(one.draft for one in texts)
    assert desk.store.joint_draft(1).drafts == ()
    assert all("So sorry" in draft_of(desk, one).text for one in (1, 2, 3))
    with pytest.raises(Outdated):
        approve(desk, texts)


def test_one_that_is_taken_out_is_not_answered_and_stays_a_case(desk: Desk) -> None:
    three(desk)
    together(desk)
    texts = shown(desk)
    review.withdraw(desk, draft_of(desk, 2).id, by=BEN, at=desk.clock.now())
    assert [one.case_id for one in approve(desk, texts)] == [2]
    assert desk.store.case(2).state == CaseState.OPEN
    assert draft_of(desk, 2).state == DraftState.WITHDRAWN


def test_prepared_words_are_filled_for_each_in_their_own_language(store: SqlStore) -> None:
    known = (
        Words("sorry", "Sorry, {first_name}. We are on it. ^{initials}"),
        Words("sorry_de", "Das tut uns leid, {first_name}. ^{initials}", language="de"),
    )
    desk = a_desk(store, templates=FakeTemplates(known))
    three(desk)
    receive(desk, a_post("108", "Geht nicht @northwind", by="uwe", root="90", language="de"))
    words = review.Words(text="Sorry, Priya. We are on it. ^AN", template="sorry")
    words = replace(words, template_text="Sorry, Priya. We are on it. ^AN")
    joint_drafts.submit_together(desk, 1, words, (2, 4), by=ANA, at=desk.clock.now())
    assert draft_of(desk, 2).text == "Sorry, Ben. We are on it. ^AN"
    assert (draft_of(desk, 4).text, draft_of(desk, 4).template) == ("Das tut uns leid, Uwe. ^AN", "sorry_de")


def test_the_form_offers_who_waits_and_says_who_is_held(desk: Desk) -> None:
    three(desk)
    casework.claim(desk, 3, by=DEE, at=desk.clock.now())
    found = joint_drafts.offered_along(desk, desk.store.case(1), (), by=ANA)
    assert [one.case_id for one in found.first] == [2]
    assert [(one.case_id, one.why_not) for one in found.held] == [(3, "Dee holds it")]


def test_of_a_thousand_the_first_are_offered_and_the_next_once_those_have_a_draft(desk: Desk) -> None:
    posts = [a_post(str(1000 + n), f"Down {n} @northwind", by=f"c{n}", root="90") for n in range(40)]
    receive(desk, *posts)
    first = joint_drafts.offered_along(desk, desk.store.case(1), (), by=ANA)
    assert (len(first.first), first.more) == (joint_drafts.OFFERED, True)
    together(desk, *(one.case_id for one in first.first))
    then = joint_drafts.offered_along(desk, desk.store.case(30), (), by=ANA)
    assert not {one.case_id for one in then.first} & {one.case_id for one in first.first}


def test_a_button_says_each_text_as_it_was_shown() -> None:
    texts = (ShownText(7, 2, 812, "9f0c"), ShownText(8, 1, 813, "77aa"))
    value = ids.button_value(ids.JOINT, 3, "7-2-812-9f0c_8-1-813-77aa", b"secret")
    assert ids.read_value(value, b"secret").texts == texts


PRIYA = Author(id="1", handle="priya_k", name="Priya Kapoor")


@pytest.mark.parametrize(
    ("words", "to", "becomes"),
    [
        ("Hi Priya, sorry.", Author(id="2", handle="ben", name="Ben Ito"), "Hi Ben, sorry."),
        ("Hi Priya Kapoor.", Author(id="2", handle="ben", name="Ben Ito"), "Hi Ben Ito."),
        ("@priya_k sorry", Author(id="2", handle="ben", name="Ben Ito"), "@ben sorry"),
        ("Hi Priya, sorry.", Author(id="2", handle="xx42", name="xx42"), "Hi @xx42, sorry."),
        ("Priyanka and priya", Author(id="2", handle="ben", name="Ben Ito"), "Priyanka and priya"),
        (r"Priya \1 \g<0>", Author(id="2", handle="b", name=r"Ben \1"), r"Ben \1 \g<0>"),
        ("Priya, see @priya_kapoor", Author(id="2", handle="ben", name="Ben"), "Ben, see @priya_kapoor"),
    ],
)
def test_words_are_personalised_by_whole_names_only(words: str, to: Author, becomes: str) -> None:
    assert personalised(words, PRIYA, to) == becomes


@pytest.mark.parametrize("of", [Author(id="1", handle="", name=""), Author(id="1", handle="", name="   ")])
def test_a_customer_without_a_name_changes_no_words(of: Author) -> None:
    assert personalised("Hello, we are on it.", of, PRIYA) == "Hello, we are on it."


def test_a_post_that_no_app_may_answer_is_not_offered(desk: Desk) -> None:
    three(desk)
    receive(desk, a_post("109", "Down @northwind", by="fay", root="90", answerable=Answerable.NO))
    found = joint_drafts.offered_along(desk, desk.store.case(1), (), by=ANA)
    assert {one.case_id for one in found.first} == {2, 3}
