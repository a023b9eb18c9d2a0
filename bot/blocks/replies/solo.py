"""Texts of solo replies: the possible lanes while nobody else can approve, and the lane that was used."""

from collections.abc import Mapping
from typing import Final

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import AS_TYPED, input_block
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, joined
from bot.blocks.base.wording import teammate
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.cases.view import CaseView
from bot.domain.promises.spoken_promise import on_clock
from bot.domain.replies.draft import Approval, Draft
from bot.domain.replies.solo import Lane, SoloChoice

AFTER: Final = "It goes out as you choose below."


@dataclass(frozen=True, slots=True)
class LaneChosen:
    """The writer's choice so far: leave the reply for approval, or a lane with the reason why it cannot wait."""

    lane: str = ""
    why: str = ""


NO_WAY: Final = LaneChosen()
_YOU_CAN: Mapping[Lane, str] = {
    Lane.TEMPLATE: "send prepared words unedited (2 minutes to stop them)",
    Lane.REASON: "send on your own with a reason, which a lead reads in the morning",
}
_CHOICE: Mapping[Lane, tuple[str, str]] = {
    Lane.TEMPLATE: ("Send the prepared words unedited", "They go out after 2 minutes, unless somebody stops them."),
    Lane.REASON: ("Send it on my own, with a reason", "It goes out at once. A lead reads it in the morning."),
}


def explained(view: CaseView, solo: SoloChoice | None) -> list[Block]:
    """Return the text that nobody else can approve, until when, the possible lanes, and when the promise lapses."""
    if solo is None:
        return []
    until: Phrase = [" until ", solo.until] if solo.until else [" now, and nobody has said when they are back"]
    ways = [_YOU_CAN[lane] for lane in solo.lanes]
    rest: Phrase = ["leave it for approval", *_lapse(view)]
    can: Phrase = [f". You can: {'; '.join(ways)}; or ", *rest] if ways else [". Your draft waits", *_lapse(view)]
    return [parts.rich(parts.line(["Nobody else can approve", *until, *can, "."], view.now))]


def _lapse(view: CaseView) -> Phrase:
    owed = view.case.due_first
    if owed is None:
        return []
    return [" (our promise ", "lapsed" if view.now > owed.due_at else "lapses", " at ", owed.due_at, ")"]


def lane_choice(view: CaseView, solo: SoloChoice | None, way: LaneChosen) -> list[Block]:
    """Return the inputs for the lane and the reason; none when there is no choice."""
    if solo is None or not solo.lanes:
        return []
    until = f" until {on_clock(solo.until, view.now, view.zone)}" if solo.until else ""
    options = {ids.LEAVE: _option("Leave it for approval", f"An approver is asked, and it waits{until}.", ids.LEAVE)}
    options |= {str(lane): _option(*_CHOICE[lane], lane) for lane in solo.lanes}
    radio: Block = {
        "type": "radio_buttons",
        "action_id": ids.LANE_CHOICE,
        "options": list(options.values()),
        "initial_option": options.get(way.lane) or options[ids.LEAVE],
    }
    asked: Block = {**input_block(ids.LANE_BLOCK, "How should it go out?", radio), "dispatch_action": True}
    return [asked, *([_why(way)] if Lane.REASON in solo.lanes else [])]


def _option(words: str, description: str, value: str) -> Block:
    return {**parts.option(words, value), "description": parts.plain_text(description, limits.OPTION)}


def _why(way: LaneChosen) -> Block:
    field: Block = {
        "type": "plain_text_input",
        "action_id": ids.WHY_INPUT,
        "max_length": limits.REASON,
        "dispatch_action_config": AS_TYPED,
    }
    if way.why:
        field["initial_value"] = clean(way.why)[: limits.REASON]
    label, hint = "Why can this not wait for a second person?", "Needed to send it on your own. A lead reads it."
    return {**input_block(ids.WHY_BLOCK, label, field, hint, optional=True), "dispatch_action": True}


def who_let_out(view: CaseView, yes: Approval) -> Phrase:
    """Return who sent the reply solo, that nobody else read it before, and the reason."""
    by = teammate(view, yes.by)
    if yes.lane == Lane.TEMPLATE:
        return [f"Prepared words, let out by {by} at ", yes.at, " without a second reader"]
    because: Phrase = [f" (reason: {parts.shortened(yes.reason, limits.REASON)})"] if yes.reason else []
    return [f"Let out solo by {by} at ", yes.at, *because]


def read_afterwards(view: CaseView, draft: Draft) -> Phrase:
    """Return which lead read the reply afterwards, and when; or that no lead has read it yet."""
    yes = draft.approval
    if yes is None or not yes.lane:
        return []
    if yes.read_at is None:
        return ["a lead still has to read it"]
    return joined([[f"{teammate(view, yes.read_by)} read it at ", yes.read_at]])
