"""A correction that changes the words of the reply itself: once, unseen by nobody, and never as a second reply."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Side
from bot.domain.replies.draft import DraftKind
from bot.domain.slack.readers import InChannel
from bot.ports import Batch, Desk, EditTerms, NotSent, OutcomeLost, Sent
from bot.services.cases.view import view
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import correcting, review, sending
from bot.services.replies.in_place import change_terms
from storage import SqlStore
from tests.fakes import ANA, BEN, EditingNetwork, FakeNetwork, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import (
    ONCE,
    WORDS,
    approve,
    attempt_of,
    called_missing,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    only_case,
    published,
    receive,
    send,
    street,
)

NEW = "Priya, it comes on Friday, not on Thursday. ^AN"
CHANGED = [("100", NEW)]
IN_SEVERAL = "This reply stands in several posts, so its words cannot be changed where they stand."


@pytest.fixture
def editing(desk: Desk) -> Desk:
    """A desk with a sent reply that can be changed."""
    there = replace(desk, networks={("x", "42"): EditingNetwork()})
    delivered(there)
    return there


def edits(desk: Desk) -> EditingNetwork:
    there = street(desk)
    assert isinstance(there, EditingNetwork)
    return there


def change(desk: Desk, text: str = NEW, reply: int = 0) -> None:
    correcting.correct(desk, 1, text, take_back=False, in_place=True, reply=reply, by=ANA, at=desk.clock.now())


def changed(desk: Desk, text: str = NEW) -> None:
    change(desk, text)
    approve(desk)
    send(desk)


def our_words(desk: Desk) -> list[tuple[str, str]]:
    return [(one.ref.post_id, one.text) for one in desk.store.mentions(1) if one.side == Side.OURS]


def test_an_approved_change_replaces_the_words_of_the_reply_and_makes_no_second_one(editing: Desk) -> None:
    change(editing)
    assert (published(editing), draft_of(editing).kind) == (ONCE, DraftKind.IN_PLACE)
    with pytest.raises(NotYours):
        review.approve(editing, draft_of(editing).id, version=1, seen=1, by=ANA, at=editing.clock.now())
    approve(editing)
    send(editing)
    assert (published(editing), our_words(editing)) == (CHANGED, [("9000", NEW)])
    assert (draft_of(editing).state, draft_of(editing).attempt.post_id) == (DraftState.SENT, "9000")  # type: ignore[union-attr]
    receive(editing, our_post("9000", NEW, to="100", root="100", at=clock(editing).move(minutes=1)), stream="own")
    assert (our_words(editing), draft_of(editing).state) == ([("9000", NEW)], DraftState.SENT)


@pytest.mark.parametrize("done", [True, False])
def test_a_change_of_unknown_outcome_is_read_back_and_never_repeated_by_the_desk(editing: Desk, done: bool) -> None:
    edits(editing).outcomes.append(OutcomeLost("No answer came."))
    edits(editing).commits_first = done
    changed(editing)
    assert draft_of(editing).state == DraftState.UNCONFIRMED
    for _ in range(3):
        sending.check_due_outcomes(editing, clock(editing).move(minutes=30))
        sending.send_due(editing, editing.clock.now())
    assert draft_of(editing).state == (DraftState.SENT if done else DraftState.UNCONFIRMED)
    assert (edits(editing).calls, published(editing)) == (1, CHANGED if done else ONCE)
    assert our_words(editing) == [("9000", NEW if done else WORDS)]


def test_a_person_repeats_a_change_that_is_missing(editing: Desk) -> None:
    edits(editing).outcomes.append(OutcomeLost("No answer came."))
    changed(editing)
    called_missing(editing)
    assert (draft_of(editing).state, edits(editing).calls) == (DraftState.FAILED, 1)
    again(editing)
    assert (draft_of(editing).state, published(editing), edits(editing).calls) == (DraftState.SENT, CHANGED, 2)


def again(desk: Desk) -> None:
    everybody_is_known(desk)
    settling.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())


@pytest.mark.parametrize("call", [1, 2])
def test_a_kill_before_or_after_the_call_leaves_one_reply(editing: Desk, store: SqlStore, call: int) -> None:
    change(editing)
    approve(editing)
    broken = replace(editing, store=BreakingStore(store, record=at_call(call, Killed())))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_due(broken, editing.clock.now())
    sending.recover(editing, clock(editing).move(minutes=1))
    sending.send_due(editing, editing.clock.now())
    sending.check_due_outcomes(editing, clock(editing).move(minutes=30))
    assert (draft_of(editing).state, published(editing), edits(editing).calls) == (DraftState.SENT, CHANGED, 1)
    assert our_words(editing) == [("9000", NEW)]


def test_words_that_are_there_already_are_not_sent(editing: Desk) -> None:
    edits(editing).reads("9000", NEW)
    changed(editing)
    assert (draft_of(editing).state, edits(editing).calls, our_words(editing)) == (
        DraftState.SENT,
        0,
        [("9000", NEW)],
    )


def test_words_that_a_reading_does_not_tell_from_the_old_ones_are_sent(editing: Desk) -> None:
    edits(editing).blurred = True
    changed(editing)
    assert (draft_of(editing).state, edits(editing).calls) == (DraftState.SENT, 1)


def test_after_the_limit_a_change_goes_back_to_people_and_becomes_no_second_reply(editing: Desk) -> None:
    edits(editing).terms = EditTerms(editing.clock.now() + timedelta(hours=1))
    change(editing)
    clock(editing).move(minutes=61)
    approve(editing)
    send(editing)
    assert (draft_of(editing).state, published(editing), edits(editing).calls) == (DraftState.FAILED, ONCE, 0)
    assert "The time in which X lets a reply be changed has passed." in draft_of(editing).why
    review.withdraw(editing, draft_of(editing).id, by=ANA, at=editing.clock.now())
    with pytest.raises(NotUsable, match="second reply"):
        change(editing, reply=1)


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (lambda there: there.reads("9000", "Call us."), "Somebody has changed the reply"),
        (lambda there: there.published.clear(), "not on X any more"),
        (lambda there: setattr(there, "readable", False), "nobody knows what the reply says"),
        (lambda there: setattr(there, "edits_replies", False), "does not let the desk change"),
        (lambda there: setattr(there, "terms", None), "has not said that this reply can be changed"),
    ],
)
def test_what_the_approver_did_not_see_is_not_replaced(editing: Desk, meanwhile, said: str) -> None:
    change(editing)
    approve(editing)
    meanwhile(edits(editing))
    send(editing)
    assert (draft_of(editing).state, edits(editing).calls) == (DraftState.FAILED, 0)
    assert said in draft_of(editing).why


def test_a_refused_change_leaves_the_words_here_as_they_were(editing: Desk) -> None:
    edits(editing).outcomes.append(NotSent("X says no."))
    changed(editing)
    assert (draft_of(editing).state, our_words(editing)) == (DraftState.FAILED, [("9000", WORDS)])


def test_an_answer_that_names_another_post_is_an_unknown_outcome(editing: Desk) -> None:
    edits(editing).outcomes.append(Sent("9001", ""))
    changed(editing)
    assert draft_of(editing).state == DraftState.UNCONFIRMED


def test_a_changed_reply_is_changed_once_more_from_its_newest_words_and_taken_back(editing: Desk) -> None:
    first = draft_of(editing).id
    changed(editing)
    old = correcting.as_it_stands(editing, editing.store.case_at_draft(first))
    assert old.draft is not None
    assert old.draft.text == NEW
    with pytest.raises(NotUsable, match="public already"):
        change(editing, NEW, reply=first)
    change(editing, f"{NEW} Sorry.", reply=first)
    approve(editing)
    send(editing)
    assert published(editing) == [("100", f"{NEW} Sorry.")]
    correcting.correct(editing, 1, "", take_back=True, reply=first, by=ANA, at=editing.clock.now())
    approve(editing)
    send(editing)
    assert (edits(editing).taken_back, draft_of(editing).state) == (["9000"], DraftState.SENT)


# --- networks that give a changed reply another id ---------------------------------------------------------------


@pytest.fixture
def renumbering(editing: Desk) -> Desk:
    edits(editing).renumbers = True
    return editing


def ids_known(desk: Desk, *post_ids: str) -> list[int]:
    """Return the rows to which these ids lead."""
    return [found[0].id if (found := desk.store.mention_of("x", one)) else 0 for one in post_ids]


def test_a_changed_reply_goes_by_its_new_id_and_is_still_found_by_the_earlier_one(renumbering: Desk) -> None:
    changed(renumbering)
    assert (published(renumbering), our_words(renumbering)) == (CHANGED, [("9050", NEW)])
    assert (draft_of(renumbering).state, attempt_of(renumbering)) == (
        DraftState.SENT,
        draft_of(renumbering).attempt.id,
    )  # type: ignore[union-attr]
    assert draft_of(renumbering).attempt.post_id == "9050"  # type: ignore[union-attr]
    old, new = ids_known(renumbering, "9000", "9050")
    assert old == new != 0
    late = our_post("9000", WORDS, to="100", root="100", at=clock(renumbering).move(minutes=1))
    receive(renumbering, late, stream="own")
    assert our_words(renumbering) == [("9050", NEW)]


def test_the_card_leads_to_a_changed_reply_where_it_is_now(renumbering: Desk) -> None:
    assert only_case(renumbering).answer_url.endswith("/9000")
    changed(renumbering)
    assert only_case(renumbering).answer_url == edits(renumbering).post_url("9050")


def test_an_answer_to_either_id_of_a_changed_reply_belongs_to_its_case(renumbering: Desk) -> None:
    changed(renumbering)
    for number, parent in enumerate(("9000", "9050")):
        receive(renumbering, a_post(str(201 + number), "@northwind and when?", parent_id=parent, root="100"))
    assert [one.ref.post_id for one in renumbering.store.mentions(1) if one.side == Side.THEIRS] == [
        "100",
        "201",
        "202",
    ]


def test_what_follows_a_change_uses_the_newest_id(renumbering: Desk) -> None:
    first = draft_of(renumbering).id
    changed(renumbering)
    change(renumbering, f"{NEW} Sorry.", reply=first)
    approve(renumbering)
    send(renumbering)
    assert our_words(renumbering) == [("9100", f"{NEW} Sorry.")]
    assert len(set(ids_known(renumbering, "9000", "9050", "9100"))) == 1
    correcting.correct(renumbering, 1, "", take_back=True, reply=first, by=ANA, at=renumbering.clock.now())
    approve(renumbering)
    send(renumbering)
    assert edits(renumbering).taken_back == ["9100"]
    with pytest.raises(Outdated, match="taken back already"):
        correcting.correct(renumbering, 1, NEW, take_back=False, reply=first, by=ANA, at=renumbering.clock.now())


@pytest.mark.parametrize("done", [True, False])
def test_an_unknown_outcome_is_read_back_under_the_new_id(renumbering: Desk, done: bool) -> None:
    edits(renumbering).outcomes.append(OutcomeLost("No answer came."))
    edits(renumbering).commits_first = done
    changed(renumbering)
    sending.check_due_outcomes(renumbering, clock(renumbering).move(minutes=30))
    sending.send_due(renumbering, renumbering.clock.now())
    assert draft_of(renumbering).state == (DraftState.SENT if done else DraftState.UNCONFIRMED)
    assert edits(renumbering).calls == 1
    assert our_words(renumbering) == ([("9050", NEW)] if done else [("9000", WORDS)])


def test_a_success_under_an_id_that_does_not_show_the_new_words_is_an_unknown_outcome(renumbering: Desk) -> None:
    edits(renumbering).outcomes.append(Sent("9050", ""))
    changed(renumbering)
    assert (draft_of(renumbering).state, our_words(renumbering)) == (DraftState.UNCONFIRMED, [("9000", WORDS)])


def test_a_reply_that_somebody_changed_on_the_network_is_followed(renumbering: Desk) -> None:
    edits(renumbering).reads("9000", "By Monday.")
    edited = our_post("9050", "By Monday.", to="100", root="100", at=clock(renumbering).move(minutes=1))
    batch = Batch(edits=(edited,), earlier_ids={"9000": "9050"}, cursor="2")
    intake.receive(renumbering, edits(renumbering), "own", batch, renumbering.clock.now())
    assert our_words(renumbering) == [("9050", "By Monday.")]
    assert only_case(renumbering).draft.attempt.post_id == "9000"  # type: ignore[union-attr]
    correcting.correct(renumbering, 1, "", take_back=True, by=ANA, at=renumbering.clock.now())
    assert draft_of(renumbering).corrects == "9050"


def test_a_change_made_by_hand_under_a_new_id_is_told_by_its_link(renumbering: Desk) -> None:
    edits(renumbering).outcomes.append(NotSent("X lets no app change this.", by_hand=True))
    changed(renumbering)
    everybody_is_known(renumbering)
    edits(renumbering).reads("9000", NEW)
    link, now = edits(renumbering).post_url("9050"), renumbering.clock.now()
    settling.seen_by_hand(renumbering, draft_of(renumbering).id, link, by=BEN, at=now)
    assert (draft_of(renumbering).state, our_words(renumbering)) == (DraftState.SENT, [("9050", NEW)])


def seen(desk: Desk) -> CaseView:
    return view(desk, only_case(desk), InChannel(only_case(desk).channel), desk.clock.now())


def offered(desk: Desk) -> tuple[bool, datetime | None, str]:
    said = seen(desk)
    return said.can_change_there, said.change_until, said.why_no_change


def test_a_change_is_offered_for_a_reply_while_the_network_allows_it(editing: Desk) -> None:
    until = editing.clock.now() + timedelta(hours=1)
    edits(editing).terms = EditTerms(until)
    assert offered(editing) == (True, until, "")
    clock(editing).move(hours=1)
    assert offered(editing) == (False, None, "The time in which X lets a reply be changed has passed.")
    edits(editing).terms = None
    assert offered(editing) == (False, None, "X has not said that this reply can be changed.")
    plain = replace(editing, networks={("x", "42"): FakeNetwork()})
    assert offered(plain) == (False, None, "X does not let the desk change a reply.")


def test_what_the_network_said_of_a_reply_is_known_to_every_desk_and_after_a_restart(desk: Desk) -> None:
    until = desk.clock.now() + timedelta(hours=1)
    reader = replace(desk, networks={("x", "42"): EditingNetwork(terms=EditTerms(until))})
    another = replace(desk, networks={("x", "42"): EditingNetwork(terms=None)})
    delivered(reader)
    assert offered(another) == (True, until, "")
    edits(reader).terms = EditTerms(until + timedelta(minutes=5))
    changed(reader)
    assert offered(another) == (True, until + timedelta(minutes=5), "")


def test_a_reply_that_stands_in_several_posts_is_not_changed_where_it_stands(editing: Desk) -> None:
    several = replace(draft_of(editing), posts=("9000", "9001"))
    assert change_terms(editing, several, editing.clock.now()) == (None, IN_SEVERAL)


@dataclass
class OneReply(FakeNetwork):
    """A network on which a further reply takes the place of the one before."""

    one_reply: bool = True

    def with_our_reply(self, post_id: str) -> Batch:
        return Batch()


def test_where_a_further_reply_takes_its_place_nobody_reads_that_it_cannot_be_changed(editing: Desk) -> None:
    assert offered(replace(editing, networks={("x", "42"): OneReply()})) == (False, None, "")


def test_a_change_made_by_hand_is_told_by_the_link_of_that_reply(editing: Desk) -> None:
    edits(editing).outcomes.append(NotSent("X lets no app change this.", by_hand=True))
    changed(editing)
    everybody_is_known(editing)
    now = editing.clock.now()

    def told(post_id: str) -> None:
        settling.seen_by_hand(editing, draft_of(editing).id, edits(editing).post_url(post_id), by=BEN, at=now)

    with pytest.raises(NotUsable, match="another post"):
        told("9001")
    with pytest.raises(NotUsable, match="new words"):
        told("9000")
    edits(editing).reads("9000", NEW)
    told("9000")
    assert (draft_of(editing).state, our_words(editing)) == (DraftState.SENT, [("9000", NEW)])
