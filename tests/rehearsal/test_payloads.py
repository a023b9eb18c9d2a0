"""Every payload that the desk draws is built again by other libraries."""

import json
from dataclasses import replace
from functools import lru_cache

import blockkit
import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.base import simple_forms
from bot.blocks.cases import lists, thread_messages
from bot.domain.base.tables import CaseState, DraftState
from bot.rehearsal.workspace.blockkit import message_problems, view_problems
from handlers.commands import VERBS
from tests.blocks.cases.test_lists import BUSY
from tests.blocks.everything import alone_forms, alone_messages, forms, messages
from tests.blocks.scenes import NAMES, case, draft, view, wrote_again
from tests.rehearsal.rebuilding import models_inside, rebuilt

SCENES = [(case_state, draft_state) for case_state in CaseState for draft_state in (None, *DraftState)]
HOSTILE = "<!channel> <@U0ANA00001> @here *bold* `code` :smile: <https://a.example|b> & \u202e " + "x" * 300


def scene(case_state, draft_state):
    return view(replace(case(case_state), draft=draft(draft_state) if draft_state else None))


def plain(payload):
    return json.loads(json.dumps(payload))


def drawn(seen, words="Hello"):
    return [dict(block) for message in messages(seen, rows=2) for block in message.blocks], [
        dict(f) for f in forms(seen, words)
    ]


@lru_cache(maxsize=4096)  # most blocks of a scene stand in others too
def built_again(written: str) -> None:
    """Fail unless blockkit's builders make the same payload."""
    payload = json.loads(written)
    assert plain(rebuilt(payload).build()) == payload


@lru_cache(maxsize=4096)
def taken(written: str) -> None:
    """Fail unless the SDK's models take this block, and know every field of it."""
    made = Block.parse(json.loads(written))
    for part in models_inside(made):
        part.validate_json()
    assert plain(made.to_dict()) == json.loads(written)


@pytest.mark.parametrize(("case_state", "draft_state"), SCENES)
def test_blockkits_builders_make_the_very_same_payload(case_state, draft_state):
    blocks, views = drawn(scene(case_state, draft_state))
    for payload in [*blocks, *views]:
        built_again(json.dumps(payload))


@pytest.mark.parametrize(("case_state", "draft_state"), SCENES)
def test_the_sdks_models_take_every_part_however_deep(case_state, draft_state):
    blocks, views = drawn(scene(case_state, draft_state))
    for block in blocks:
        taken(json.dumps(block))
    for each in views:
        for part in models_inside(View(**each)):
            part.validate_json()


def test_both_take_a_case_with_a_later_post_and_words_meant_to_break_out():
    blocks, views = drawn(wrote_again(HOSTILE), HOSTILE)
    for payload in [*blocks, *views]:
        assert plain(rebuilt(payload).build()) == plain(payload)
    assert all(part.validate_json() is None for block in blocks for part in models_inside(Block.parse(block)))


@pytest.mark.parametrize("draft_state", [None, DraftState.APPROVED, DraftState.SENT])
@pytest.mark.parametrize("words", ["Hello", HOSTILE])
def test_both_take_everything_about_a_one_person_shift(draft_state, words):
    seen = scene(CaseState.OPEN, draft_state)
    blocks = [dict(block) for message in alone_messages(seen, words) for block in message.blocks]
    views = [dict(one) for one in alone_forms(seen, words)]
    for payload in [*blocks, *views]:
        assert plain(rebuilt(payload).build()) == plain(payload)
    for made in [*map(Block.parse, blocks), *(View(**one) for one in views)]:
        for part in models_inside(made):
            part.validate_json()


def test_what_the_command_answers_and_the_short_notices_are_built_again_too():
    others = [
        lists.status(BUSY, NAMES, {"x": "X"}),
        lists.help(VERBS),
        simple_forms.refusal("No."),
        thread_messages.notice("So."),
    ]
    payloads = [dict(block) for message in others for block in message.blocks]
    # blockkit writes null when a form has no metadata: give it some
    form = {**simple_forms.simple("Send to care", "It is a case already."), "private_metadata": "{}"}
    for payload in [*payloads, form]:
        assert plain(rebuilt(payload).build()) == plain(payload)


def judged(payload):
    """Check with both libraries; they raise on a fault."""
    rebuilt(payload).build()
    for part in models_inside(Block.parse(payload)):
        part.validate_json()


@pytest.mark.parametrize("wrong", [
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
    {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"}]},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]},
])  # fmt: skip
def test_the_judges_refuse_what_slack_refuses(wrong):
    refusals = (blockkit.core.ComponentValidationError, blockkit.core.FieldValidationError, SlackObjectFormationError)
    with pytest.raises(refusals):
        judged(wrong)


ASKS = {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "plain_text_input"}}
SAYS = {"type": "section", "block_id": "one", "text": {"type": "plain_text", "text": "x"}}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}


@pytest.mark.parametrize(("problems", "said"), [
    (message_problems([{"type": "actions", "elements": []}]), "1"),
    (message_problems([SAYS, SAYS]), "block_id must be unique"),
    (message_problems([TABLE, TABLE]), "only one table"),
    (view_problems({"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [ASKS]}), "submit"),
])  # fmt: skip
def test_our_own_checks_refuse_what_both_judges_let_pass(problems, said):
    assert [one for one in problems if said in one]
