"""In every state of a case and its draft, Slack accepts the messages and people can act on them."""

import re
from dataclasses import replace
from itertools import product

import pytest

from bot.blocks.base import ids
from bot.blocks.cases import card as case_card
from bot.blocks.cases import thread_messages
from bot.domain.accounts.holds import AccountHold, Use
from bot.domain.base.tables import CASE, DRAFT, ON_ITS_WAY, OVER, CaseState, CaseVerb, DraftState, DraftVerb
from bot.domain.base.transitions import allows
from bot.domain.cases.view import CaseView
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft import DraftKind, Outcome, WhyStale
from bot.rehearsal.workspace.blockkit import message_problems, view_problems
from tests.blocks.everything import case_messages, forms, messages
from tests.blocks.reading import plainly, read
from tests.blocks.scenes import SECRET, at, attempt, case, draft, in_parts, view
from tests.blocks.walker import judge_message, judge_view, nodes
from tests.long import part

CASES = list(CaseState)
DRAFTS = [None, *DraftState]


def scene(case_state: CaseState, draft_state: DraftState | None, **more: object) -> CaseView:
    made = draft(draft_state, **more) if draft_state else None
    return view(replace(case(case_state), draft=made))


@pytest.mark.parametrize("draft_state", DRAFTS)
@pytest.mark.parametrize("case_state", CASES)
def test_every_message_and_form_in_every_pair_of_states_is_one_that_slack_takes(case_state, draft_state):
    seen = scene(case_state, draft_state)
    for message in messages(seen):
        judge_message(message)
    for form in forms(seen):
        judge_view(form)


@pytest.mark.parametrize("turn", part(range(3), 3))
@pytest.mark.parametrize("kind", part(DraftKind, 3))
def test_drafts_of_every_kind_that_need_another_look_are_drawn_too(kind, turn):
    text = "" if kind == DraftKind.TAKE_BACK else "We were wrong about the day."
    pairs = list(product(DraftState, WhyStale))
    for draft_state, stale in pairs[(turn + list(DraftKind).index(kind)) % 3 :: 3]:
        for message in messages(scene(CaseState.PENDING, draft_state, kind=kind, stale=stale, text=text), rows=2):
            judge_message(message)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_of_an_attempt_is_drawn(outcome):
    for draft_state in DraftState:
        for message in messages(scene(CaseState.OPEN, draft_state, attempt=attempt(outcome)), rows=2):
            judge_message(message)


@pytest.mark.parametrize("case_state", CASES)
def test_a_case_that_knows_almost_nothing_is_drawn(case_state):
    bare = case(
        case_state, author=Author(id="1", handle=""), topic="", language="", assignee="", assigned_at=None, promise=None,
        answered_at=None, ended_at=None, latest=0, latest_at=None, deleted_at=at(14, 25),
    )  # fmt: skip
    for draft_state in DRAFTS:
        made = draft(draft_state, authors=(), asked="", approval=None, attempt=None) if draft_state else None
        seen = CaseView(case=replace(bare, draft=made), now=at(15))
        for message in messages(seen):
            judge_message(message)
        for form in forms(seen):
            judge_view(form)


@pytest.mark.parametrize("case_state", CASES)
def test_a_card_offers_no_case_button_that_the_table_forbids(case_state):
    for draft_state in DRAFTS:
        offers_what_the_table_allows(case_state, draft_state)


def offers_what_the_table_allows(case_state, draft_state):
    seen = scene(case_state, draft_state)
    offered = _actions(case_card.card(seen, SECRET))
    on_its_way = draft_state in ON_ITS_WAY
    needs = {
        ids.CASE_CLAIM: CaseVerb.CLAIM, ids.MORE_TAKE: CaseVerb.ASSIGN, ids.MORE_ASSIGN: CaseVerb.ASSIGN,
        ids.MORE_RELEASE: CaseVerb.RELEASE, ids.MORE_SOLVED: CaseVerb.SOLVE, ids.MORE_SET_ASIDE: CaseVerb.DISMISS,
        ids.MORE_REOPEN: CaseVerb.REOPEN,
    }  # fmt: skip
    for action, verb in needs.items():
        if action in offered:
            assert allows(CASE, case_state, verb)
            assert not (on_its_way and verb in {CaseVerb.SOLVE, CaseVerb.DISMISS})
    assert ids.MORE_HISTORY in offered


@pytest.mark.parametrize("draft_state", list(DraftState))
def test_a_draft_offers_exactly_what_its_table_lets_people_do(draft_state):
    offered = _actions(thread_messages.draft(scene(CaseState.OPEN, draft_state), SECRET))
    people = {
        ids.DRAFT_APPROVE: DraftVerb.APPROVE,
        ids.DRAFT_REQUEST_CHANGES: DraftVerb.REQUEST_CHANGES,
        ids.DRAFT_WITHDRAW: DraftVerb.WITHDRAW,
    }
    for action, verb in people.items():
        assert (action in offered) == allows(DRAFT, draft_state, verb), action


def test_somebody_can_act_wherever_the_ball_is_with_us():
    for draft_state in DRAFTS:
        if draft_state == DraftState.SENDING:  # the network has the reply
            continue
        offered = _actions(case_card.card(scene(CaseState.OPEN, draft_state), SECRET))
        assert offered - {ids.CASE_MORE, *ids.MORE}, draft_state


@pytest.mark.parametrize("draft_state", DRAFTS)
@pytest.mark.parametrize("case_state", [CaseState.NEW, CaseState.OPEN])
def test_every_fallback_line_names_the_case_who_waits_and_until_when(case_state, draft_state):
    for message in case_messages(scene(case_state, draft_state)):
        line = plainly(message.text)
        if "asked you to approve" in line or "no draft now" in line:
            continue
        settled = " added at " in line or draft_state in OVER  # these are not redrawn when the due moment moves
        assert "412" in line
        assert "Priya" in line
        assert settled or "15:02 UTC" in line, line


@pytest.mark.parametrize("draft_state", list(DraftState))
def test_a_draft_in_parts_is_drawn_in_every_state_and_says_what_is_public(draft_state):
    for made in in_parts(draft_state):
        seen = view(replace(case(CaseState.OPEN), draft=made))
        for message in messages(seen, rows=2):
            judge_message(message)
        thread, card = thread_messages.draft(seen, SECRET), case_card.card(seen, SECRET)
        partly = made.posts and made.kind != DraftKind.TAKE_BACK
        assert ("Part 1 of 2 is public" in read(thread)) == bool(partly)
        assert ("Part 1 of 2 is public" in plainly(thread.text)) == bool(partly)
        if partly and draft_state not in OVER:
            assert "Part 1 of 2 is public" in read(card)


_HALT = Halt(kind=HaltKind.PAUSE, by="U0CARO", at=at(14, 0), why="Sending is paused everywhere by Caro: a mistake.")
_HOLD = AccountHold(
    network="x", account="9001", use=Use.WRITE, held_at=at(14, 0), until=at(15, 0), why="X says no.", met=Use.WRITE
)


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.ABSENT, None])
@pytest.mark.parametrize("waits", [{}, {"halt": _HALT}, {"hold": _HOLD}], ids=["in turn", "halted", "held"])
def test_whatever_the_rest_of_a_reply_waits_for_it_is_said_what_is_public(outcome, waits):
    made = [*in_parts(DraftState.FAILED if outcome else DraftState.APPROVED)][2]
    if outcome:
        made = replace(made, attempt=attempt(outcome, ended_at=at(14, 40), again_at=at(14, 50)))
    seen = view(replace(case(CaseState.OPEN), draft=made), **waits)
    thread, card = thread_messages.draft(seen, SECRET), case_card.card(seen, SECRET)
    for said in (read(thread), plainly(thread.text), read(card), plainly(card.text)):
        assert "Part 1 of 2 is public" in said


def test_a_card_says_the_same_in_its_blocks_and_in_its_fallback_line():
    for case_state in CASES:
        for draft_state in DRAFTS:
            card = case_card.card(scene(case_state, draft_state), SECRET)
            shown = read(card).casefold()
            who, words, rest = re.fullmatch(r'(.*?): "(.*)" (.*)\.', plainly(card.text)).groups()
            assert who.casefold() in shown
            assert words.casefold() in shown
            for said in re.split(r"\. |, | · ", rest.replace("High priority ", "")):
                assert said.casefold() in shown


def _actions(message) -> set[str]:
    found = set()
    for node in nodes(message.blocks):
        if "action_id" in node:
            found.add(node["action_id"])
        if node.get("type") == "overflow":
            found |= {ids.read_menu(option["value"])[0] for option in node["options"]}
    return found


@pytest.mark.parametrize("draft_state", DRAFTS)
def test_the_make_believe_workspace_takes_every_message_and_form_too(draft_state):
    for case_state in CASES:
        seen = scene(case_state, draft_state)
        for message in messages(seen):
            assert message_problems(list(message.blocks)) == []
        for form in forms(seen):
            assert view_problems(dict(form)) == []
