"""A storm's holding reply: the form for its words, and the message that says how many are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.base.wording import display_name, language
from bot.domain.slack.readers import OURS
from bot.domain.storms.holding_reply import (
    FIRST_NAME,
    OTHERWISE,
    STATEMENT_LINK,
    Audience,
    HoldingReply,
    NotTold,
    Progress,
)
from bot.ports.chat import Message

NO_STATEMENTS: Mapping[str, str] = MappingProxyType({})
NAMED = 10  # of those who are not told
WORDS = 400  # code points of each variant in the message
_AUDIENCE: Mapping[Audience, str] = {
    Audience.WAITING: "Who waits in this storm and was not told",
    Audience.TOLD: "Who was told already: a correction, or an update",
    Audience.EVERYBODY: "All who complained: it is fixed",
}
_CALLED: Mapping[Audience, str] = {
    Audience.WAITING: "Holding reply",
    Audience.TOLD: "Further reply to those who were told",
    Audience.EVERYBODY: "Reply to all who complained",
}


def holding_button(storm_id: int, secret: bytes, *, first: bool) -> Block:
    """Return the button by which those who wait get words of ours; `first`: none was written yet."""
    made = _write_button("Holding reply…", ids.HOLDING_WRITE, Audience.WAITING, storm_id, secret)
    return made | ({"style": "primary"} if first else {})


def fixed_button(storm_id: int, secret: bytes) -> Block:
    """Return the button by which all who complained are told that it is fixed."""
    return _write_button("Tell them it is fixed…", ids.HOLDING_FIXED, Audience.EVERYBODY, storm_id, secret)


def _write_button(words: str, action: str, audience: Audience, storm_id: int, secret: bytes) -> Block:
    value = ids.button_value(ids.FOR_STORM, storm_id, audience.value, secret)
    return parts.button(words, action, value, f"{words.rstrip('…')}: write it for storm {storm_id}")


def holding_form(
    storm_id: int,
    audience: Audience,
    languages: Sequence[str],
    statements: Mapping[str, str] = NO_STATEMENTS,
    *,
    now: datetime,
) -> dict[str, object]:
    """Draw the form for the words, with an input for each language besides the one for everybody else.

    `statements`: links of what we have said to everybody since the storm began, by our accounts; they are offered.
    """
    choices = {one.value: words for one, words in _AUDIENCE.items()}
    hint = f"{FIRST_NAME} becomes the customer's own first name. An approver reads every text before it goes out."
    others = [
        text_input(f"{ids.VARIANT_BLOCK}{code}", ids.WORDS_INPUT, f"In {language(code)}", optional=True)
        for code in languages
        if language(code)
    ]
    blocks = [
        input_block(ids.AUDIENCE_BLOCK, "To whom?", select(ids.AUDIENCE_SELECT, choices, audience.value)),
        text_input(f"{ids.VARIANT_BLOCK}{OTHERWISE}", ids.WORDS_INPUT, "Words", hint),
        *others,
        *_offered(statements, now),
        parts.small("Newer words for the same people end the older ones: what was not sent yet is withdrawn."),
    ]
    return {
        "type": "modal",
        "callback_id": ids.HOLDING_MODAL,
        "title": plain_text(f"For storm {storm_id}", limits.VIEW_TITLE),
        "submit": plain_text("Send for approval", limits.VIEW_TITLE),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"storm": storm_id, "kept_to": OURS}),
        "blocks": blocks,
    }


def _offered(statements: Mapping[str, str], now: datetime) -> list[Block]:
    """Return what says that the link of our statement can be written into the words, where one is public."""
    if not statements:
        return []
    links = joined([[Link(label, url)] for label, url in statements.items()], ", ")
    said: Phrase = [
        f"{STATEMENT_LINK} becomes the link of our statement on the customer's network: ",
        *links,
        ". Who writes on another network does not get words that have it, and comes out.",
    ]
    return [parts.rich(parts.line(said, now))]


def holding_message(
    holding: HoldingReply, progress: Progress, names: Mapping[str, str], *, secret: bytes, now: datetime
) -> Message:
    """Draw how many are told, who cannot be, and by whom it is paused."""
    whose, stands = _machines(holding), _stands(progress)
    lines = [_head(holding, progress, names), whose, stands, _not_told(progress), _state(holding, names)]
    said = [one for one in lines if one]
    words = [_variant(code, text) for code, text in holding.variants.items()]
    blocks: list[Block] = [parts.rich(*parts.lines(said, now)), *words, *parts.actions(_buttons(holding, secret))]
    text = as_line(joined([*said, *(_variant_aloud(text) for text in holding.variants.values())], ". "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=OURS))


def _head(holding: HoldingReply, progress: Progress, names: Mapping[str, str]) -> Phrase:
    who = display_name(names, holding.by)
    told = f"told {progress.told} of {progress.count}"
    return [
        Bold(f"{_CALLED[holding.audience]}, storm {holding.storm}: {told}"),
        f" · written by {who} at ",
        holding.at,
    ]


def _machines(holding: HoldingReply) -> Phrase:
    named = sorted({one.origin.name for one in holding.machines})
    return [f"With words of a machine: {parts.shortened(', '.join(named), limits.NAME)}"] if named else []


def _stands(progress: Progress) -> Phrase:
    counts = {
        "go out next": progress.going_out,
        "wait for approval": progress.waiting,
        "follow in the next messages": progress.unwritten,
    }
    return joined([[f"{many} {words}"] for words, many in counts.items() if many])


def _not_told(progress: Progress) -> Phrase:
    if not progress.not_told_count:
        return []
    return not_told_line(progress.not_told, progress.not_told_count)


def not_told_line(found: Sequence[NotTold], count: int) -> Phrase:
    """Return who was not told, and why: the first ones by their numbers, which lead to them."""
    named = [_untold(one) for one in found[:NAMED]]
    named += [[f"{count - len(named)} more"]] if count > len(named) else []
    return [f"{count} not told: ", *joined(named, "; ")]


def _untold(one: NotTold) -> Phrase:
    number = f"case {one.case_id}"
    return [Link(number, one.link) if one.link else number, f" ({parts.shortened(one.why, limits.REASON)})"]


def _state(holding: HoldingReply, names: Mapping[str, str]) -> Phrase:
    if holding.ended_at:
        return [f"Ended by {display_name(names, holding.ended_by)} at ", holding.ended_at]
    if holding.paused_at:
        return [Bold(f"Paused by {display_name(names, holding.paused_by)}"), " since ", holding.paused_at]
    return []


def _variant(code: str, text: str) -> Block:
    label = f"In {language(code)}" if language(code) else "Words"
    return parts.labelled(label, parts.shortened(text, WORDS))


def _variant_aloud(text: str) -> Phrase:
    return [f"“{parts.shortened(text, WORDS)}”"]


def _buttons(holding: HoldingReply, secret: bytes) -> list[Block | None]:
    if holding.ended_at:
        return []
    value = ids.button_value(ids.HOLDING, holding.id, 0, secret)
    whose = f"the words for storm {holding.storm}"
    text = "Nothing more is offered. What is not public yet is withdrawn; what is public stays."
    sure = parts.confirm("End it?", text, "End it", "Not yet")
    goes = parts.button("Pause", ids.HOLDING_PAUSE, value, f"Pause {whose}", style="danger")
    if holding.paused_at:
        goes = parts.button("Resume", ids.HOLDING_RESUME, value, f"Resume {whose}", style="primary")
    write = ids.button_value(ids.FOR_STORM, holding.storm, Audience.TOLD.value, secret)
    return [
        goes,
        parts.button("Correct it…", ids.HOLDING_WRITE, write, f"Write to those who got {whose}"),
        parts.button("End it", ids.HOLDING_END, value, f"End {whose}", confirm=sure),
    ]
