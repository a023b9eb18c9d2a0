"""Several accounts on one network: each with its routes, promise, templates and approvers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.policy import OwnAccount
from bot.domain.base.refusals import NotYours, Refusal
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.replies.solo import Lane, LaneRule
from bot.domain.team.people import Group
from bot.ports import Desk, Route, Turnaround
from bot.services.home import inbox
from bot.services.mentions import intake
from bot.services.reminders.whom_to_ask import asking
from bot.services.replies import joint_drafts, reply_form, review, see_draft, sending, solo
from bot.services.team import access, shifts
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, NOON, POLICY, FakeNetwork, FakeTemplates, Words, a_desk, a_post
from tests.services.journey import WORDS, called_missing, clock, draft_of, slack, written
from tests.services.slack.test_publishing import directly, publish
from tests.services.storms.test_holding_replies import a_storm, approve, offer, write, write_in

HOUR = timedelta(hours=1)
OURS = {("x", "42"): OwnAccount(name="brand"), ("x", "43"): OwnAccount(name="support", approvers=frozenset({CARO}))}


def two_accounts(store: SqlStore, **policy: object) -> Desk:
    networks = {("x", "42"): FakeNetwork(), ("x", "43"): FakeNetwork(account="43", handle="northwind_help")}
    return a_desk(store, networks=networks, policy=replace(POLICY, accounts=OURS, **policy))  # type: ignore[arg-type]


def to(desk: Desk, account: str, post_id: str, **facts: object) -> Mention:
    """Return a post that names one of our accounts, taken in."""
    post = a_post(post_id, "Charged twice", by=f"by-{post_id}", ref=PostRef("x", account, post_id), **facts)
    intake.take_in(desk, post, NOON)
    return post


# --- routes, promise, templates ---------------------------------------------------------------------------------


def test_routes_and_promises_are_those_of_the_account(store: SqlStore) -> None:
    desk = two_accounts(
        store,
        routes=(Route(channel="C0SUPPORT", accounts=frozenset({"support"})),),
        turnarounds=(Turnaround(within=HOUR), Turnaround(within=HOUR / 4, account="support")),
    )
    to(desk, "42", "100")
    to(desk, "43", "200")
    found = [desk.store.case(one) for one in (1, 2)]
    assert [(one.channel, one.due_at) for one in found] == [
        (POLICY.channel, NOON + HOUR),
        ("C0SUPPORT", NOON + HOUR / 4),
    ]


def test_a_template_for_one_account_is_not_offered_for_another(store: SqlStore) -> None:
    known = (Words("both", "Sorry."), Words("help", "We help.", accounts=("support",)))
    desk = replace(two_accounts(store), templates=FakeTemplates(known))
    to(desk, "42", "100")
    to(desk, "43", "200")
    offered = [[one.name for one in reply_form.fitting(desk, desk.store.case(number))] for number in (1, 2)]
    assert offered == [["both"], ["both", "help"]]


def test_a_template_names_the_brand_of_the_account(store: SqlStore) -> None:
    desk = replace(two_accounts(store), templates=FakeTemplates((Words("sorry", "{brand} is sorry."),)))
    own = {**OURS, ("x", "43"): OwnAccount(name="support", brand="Southwind")}
    desk = replace(desk, policy=replace(desk.policy, accounts=own))
    to(desk, "42", "100")
    to(desk, "43", "200")
    cases = [desk.store.case(one) for one in (1, 2)]
    said = [reply_form.template_text(desk, one, "sorry", {}, by=ANA) for one in cases]
    assert said == ["Northwind is sorry.", "Southwind is sorry."]


def test_who_turned_to_another_account_of_ours_since_is_answered_with_its_templates(store: SqlStore) -> None:
    known = (Words("sorry", "{brand} is sorry."), Words("help", "We help.", accounts=("support",)))
    desk = replace(two_accounts(store), templates=FakeTemplates(known))
    own = {**OURS, ("x", "43"): OwnAccount(name="support", brand="Southwind")}
    desk = replace(desk, policy=replace(desk.policy, accounts=own))
    first = to(desk, "42", "100")
    again = a_post("101", "Nobody answers", by="by-100", root="100", at=NOON + HOUR, ref=PostRef("x", "43", "101"))
    intake.take_in(desk, again, NOON + HOUR)
    case = desk.store.case(1)
    written(desk, 1)
    assert (case.account, draft_of(desk).target.account, first.author) == ("42", "43", again.author)
    assert [one.name for one in reply_form.fitting(desk, case)] == ["sorry", "help"]
    assert reply_form.template_text(desk, case, "sorry", {}, by=ANA) == "Southwind is sorry."


def test_what_another_account_of_ours_writes_is_no_complaint(store: SqlStore) -> None:
    desk = two_accounts(store)
    to(desk, "42", "100")
    us = Author(id="43", handle="northwind_help")
    answer = a_post(
        "150", "@by-100 we look into it, says @northwind", root="100", ref=PostRef("x", "42", "150"), author=us
    )
    for post in (answer, replace(answer, ref=PostRef("x", "42", "160"), parent_id=None, root_id="160")):
        intake.take_in(desk, post, NOON)
    assert desk.store.tally(NOON, NOON).open == 0
    assert desk.store.case(1).state == CaseState.PENDING


def test_one_post_that_names_two_accounts_of_ours_is_one_case(store: SqlStore) -> None:
    desk = two_accounts(store)
    for account in ("42", "43"):
        to(desk, account, "100")
    assert desk.store.tally(NOON, NOON).open == 1


# --- who lets its replies out -----------------------------------------------------------------------------------


def waits(desk: Desk, account: str = "43") -> int:
    """Return the number of a case whose draft waits for approval, written by Ana."""
    to(desk, account, "200")
    return written(desk, 1).id


def press(desk: Desk, by: str) -> None:
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=by, at=NOON)


def edit(desk: Desk, by: str, words: str = f"{WORDS} Soon.") -> None:
    draft = draft_of(desk)
    review.edit_and_approve(desk, draft.id, words, version=draft.version, seen=draft.seen, by=by, at=NOON)


@pytest.mark.parametrize("deed", [press, lambda desk, by: edit(desk, by, WORDS)])
def test_only_the_approvers_of_an_account_let_its_replies_out(
    store: SqlStore, deed: Callable[[Desk, str], None]
) -> None:
    desk = two_accounts(store)
    waits(desk)
    assert draft_of(desk).asked == CARO
    with pytest.raises(NotYours, match=rf"Other approvers let out the replies of “support”: <@{CARO}>\."):
        deed(desk, BEN)
    deed(desk, CARO)
    assert draft_of(desk).state == DraftState.APPROVED


def test_what_another_approver_edits_goes_to_those_of_the_account(store: SqlStore) -> None:
    desk = two_accounts(store)
    waits(desk)
    edit(desk, BEN)
    assert (draft_of(desk).state, draft_of(desk).asked) == (DraftState.IN_REVIEW, CARO)


def test_every_approver_lets_out_the_replies_of_an_account_without_its_own(store: SqlStore) -> None:
    desk = two_accounts(store)
    waits(desk, "42")
    press(desk, BEN)
    assert draft_of(desk).state == DraftState.APPROVED


def test_who_is_no_approver_of_the_account_is_neither_asked_nor_offered_the_decision(store: SqlStore) -> None:
    desk = two_accounts(store)
    number = waits(desk)
    draft, case = draft_of(desk), desk.store.case(number)
    assert access.others_for(desk, draft, NOON) == [CARO]
    assert access.approver_for(desk, draft, NOON, besides=CARO) == ""
    assert asking(desk, NOON)._able(draft) == [CARO]
    assert [see_draft.sees(desk, case, one, NOON) for one in (BEN, CARO)] == [
        see_draft.Sees.READS,
        see_draft.Sees.DECIDES,
    ]
    assert [len(inbox.requests(desk, one, NOON, None, 5).cases) for one in (BEN, CARO)] == [0, 1]


def test_a_group_lets_them_out_only_while_its_members_are_known(store: SqlStore) -> None:
    desk = two_accounts(store)
    own = {("x", "43"): OwnAccount(name="support", approvers=frozenset({"S0HELP"}))}
    desk = replace(desk, policy=replace(desk.policy, accounts=own))
    ref = PostRef("x", "43", "")
    assert not access.lets_out_from(desk, ref, CARO, NOON)
    desk.store.put_people([], [Group(id="S0HELP", members=frozenset({CARO}), fetched_at=NOON)])
    assert access.lets_out_from(desk, ref, CARO, NOON)
    assert not access.lets_out_from(desk, ref, CARO, NOON + HOUR)
    assert not access.sure(desk, NOON + HOUR)


def test_after_an_unknown_outcome_too_only_they_decide(store: SqlStore) -> None:
    desk = two_accounts(store)
    waits(desk)
    press(desk, CARO)
    with pytest.raises(NotYours, match="Other approvers"):
        access.refuse_other_account(desk, draft_of(desk), BEN, NOON)
    with pytest.raises(Refusal, match="Other approvers"):
        called_missing(desk, BEN)


def test_alone_an_approver_of_another_account_sends_prepared_words_only(store: SqlStore) -> None:
    both = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
    desk = two_accounts(store, solo=(both,))
    to(desk, "43", "200")
    for who in (CARO, DEE, ANA):
        shifts.go_off(desk, by=who, at=clock(desk).now())
    offered = solo.offered(desk, desk.store.case(1), by=BEN, at=NOON)
    assert offered is not None
    assert offered.lanes == (Lane.TEMPLATE,)


def test_who_turns_to_another_account_of_ours_is_answered_and_approved_from_there(store: SqlStore) -> None:
    desk = two_accounts(store)
    first = to(desk, "42", "100")
    turns = replace(
        first, ref=PostRef("x", "43", "101"), root_id="100", parent_id="100", text="And you, @northwind_help?"
    )
    intake.take_in(desk, turns, NOON)
    written(desk, 1)
    draft = draft_of(desk)
    assert (desk.store.case(1).account, draft.target.account, draft.asked) == ("42", "43", CARO)
    with pytest.raises(NotYours, match="Other approvers"):
        press(desk, BEN)


def test_nobody_is_alone_while_an_approver_of_the_account_that_is_answered_is_there(store: SqlStore) -> None:
    rule = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
    desk = two_accounts(store, solo=(rule,))
    own = {("x", "42"): OwnAccount(name="brand", approvers=frozenset({BEN})), ("x", "43"): OwnAccount(name="support")}
    desk = replace(desk, policy=replace(desk.policy, accounts=own))
    first = to(desk, "42", "100")
    assert solo.offered(desk, desk.store.case(1), by=BEN, at=NOON) is not None
    turned = replace(
        first, ref=PostRef("x", "43", "101"), root_id="100", parent_id="100", text="And you, @northwind_help?"
    )
    intake.take_in(desk, turned, NOON)
    offered = solo.offered(desk, desk.store.case(1), by=BEN, at=NOON)
    assert offered is None or not offered.lanes


def test_who_is_asked_in_place_of_the_approver_of_a_joint_message_is_told(store: SqlStore) -> None:
    desk = two_accounts(store)
    for account, number in (("42", "100"), ("43", "200")):
        to(desk, account, number)
    for case in (1, 2):
        review.submit(desk, case, review.Words(text=WORDS), by=ANA, at=NOON, told=False, to=BEN)
    publish(desk)
    assert [draft_of(desk, one).asked for one in (1, 2)] == [BEN, CARO]
    assert [*directly(slack(desk))] == ["D0CARO"]


def test_a_storms_words_are_offered_to_the_approvers_of_each_account_in_a_message_of_their_own(
    store: SqlStore,
) -> None:
    desk = two_accounts(store)
    storm = a_storm(desk, 0)
    for number, account in enumerate(("42", "43", "42"), start=1):
        write_in(desk, number, 1, ref=PostRef("x", account, f"{number}"))
    holding = write(desk, storm)
    joint = desk.store.joint_draft(1)
    assert [case.id for case in joint_drafts.cases_of(desk, joint)] == [1, 3]
    approve(desk, 1, by=BEN)
    assert offer(desk, holding)
    with pytest.raises(NotYours, match="Other approvers"):
        approve(desk, 2, by=BEN)
    assert draft_of(desk, 2).asked == CARO


def test_a_message_to_the_account_that_asked_for_it_goes_on_in_the_public_case(store: SqlStore) -> None:
    desk = two_accounts(store)
    first = to(desk, "42", "100")
    turned = replace(
        first, ref=PostRef("x", "43", "101"), root_id="100", parent_id="100", text="And you, @northwind_help?"
    )
    intake.take_in(desk, turned, NOON)
    written(desk, 1, text="Priya, please send us a DM with your order number. ^AN")
    press(desk, CARO)
    sending.send_due(desk, clock(desk).move(seconds=20))
    assert draft_of(desk).state == DraftState.SENT
    ours = [one for one in desk.store.mentions(1) if one.side == Side.OURS]
    assert [(one.ref.account, one.author.id) for one in ours] == [("43", "43")]
    message = replace(
        turned, ref=PostRef("x", "43", "300"), root_id="dm-1", parent_id=None, private=True, text="48213"
    )
    at = clock(desk).move(minutes=5)
    intake.take_in(desk, replace(message, posted_at=at), at)
    assert [one.ref.post_id for one in desk.store.mentions(1) if one.private] == ["300"]
