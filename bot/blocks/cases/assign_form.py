"""Inputs of the form that assigns a case: people on shift are listed first, and a note can be added."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.wording import PRIORITIES, plural, who_waits
from bot.domain.cases.view import CaseView
from bot.domain.promises.spoken_promise import in_words, in_zone
from bot.domain.team.shifts import Choice


def assignee_inputs(view: CaseView, choice: Sequence[Choice], who: str, *, anybody: bool) -> list[Block]:
    """Return the inputs that ask who takes the case; `who` is selected at first, or nobody for "".

    `anybody`: everybody in the workspace may hold a case, also people whom the desk has not read yet.
    """
    label = f"Who takes case {view.case.id}, {who_waits(view.case)}?"
    listed = choice[: limits.SELECT_OPTIONS**2]
    if not listed:
        return [_anybody(ids.ASSIGNEE_BLOCK, label)]
    field: Block = {
        "type": "static_select",
        "action_id": ids.ASSIGNEE_SELECT,
        "placeholder": plain_text("Type a name, or choose", limits.PLACEHOLDER),
        "option_groups": _groups(view, listed),
    }
    known = next((one for one in listed if one.who == who), None)
    if known is not None:
        field["initial_option"] = _option(known, view.now, view.zone)
    hint = f"Times are {in_zone(view.zone)}." if any(one.on and one.until for one in listed) else ""
    first = input_block(ids.ASSIGNEE_BLOCK, label, field, hint, optional=True)
    return [first, _anybody(ids.ASSIGNEE_OTHER_BLOCK, "Or somebody who is not listed")] if anybody else [first]


def note_input(words: str) -> Block:
    """Return the input for a note to the new assignee; `words` were typed already."""
    hint = "Whoever takes the case reads it on the card; the customer never sees it."
    limit = limits.REASON
    return text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, "A note to them", hint, optional=True, limit=limit, words=words)


def priority(view: CaseView) -> Block:
    """Return the input for the case's priority."""
    names = {str(one): words.capitalize() for one, words in PRIORITIES.items()}
    matters = select(ids.PRIORITY_SELECT, names, view.case.priority)
    return input_block(ids.PRIORITY_BLOCK, "Priority", matters, "The time by which we owe an answer changes with it.")


def _anybody(block_id: str, label: str) -> Block:
    field: Block = {
        "type": "users_select",
        "action_id": ids.ASSIGNEE_OTHER,
        "placeholder": plain_text("Somebody of this workspace", limits.PLACEHOLDER),
    }
    return input_block(block_id, label, field, optional=True)


def _groups(view: CaseView, choice: Sequence[Choice]) -> list[Block]:
    named = (("On now", [one for one in choice if one.on]), ("Not on now", [one for one in choice if not one.on]))
    return [
        {"label": plain_text(name, limits.OPTION), "options": [_option(one, view.now, view.zone) for one in some]}
        for name, them in named
        for some in (them[at : at + limits.SELECT_OPTIONS] for at in range(0, len(them), limits.SELECT_OPTIONS))
    ]


def _option(one: Choice, now: datetime, zone: ZoneInfo) -> Block:
    on = f"on until {in_words(one.until, now, zone)}" if one.until else "on"
    said = [on if one.on else "", plural(one.cases, "case") if one.cases else ""]
    facts = "".join(f" · {word}" for word in said if word)
    return parts.option(parts.shortened(one.name, limits.OPTION - len(facts)) + facts, one.who)
