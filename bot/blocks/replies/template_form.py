"""Templates written in Slack: the form with its preview, what waits for approval, and the versions of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.phrases import Bold, Person, Phrase, joined
from bot.blocks.replies.origin_lines import machines_line, quoted_with_machines
from bot.domain.base.text import for_slack
from bot.domain.replies.template_start import TO_BE_SAID
from bot.domain.replies.template_version import LONGEST_TEMPLATE, TemplateVersion, VersionState
from bot.domain.replies.text_length import TextLength
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message
from bot.ports.words import TriedTemplate

LONGEST_NAME = 40
MOST = 5  # proposals, and versions, that are shown
ROOM = 6_000  # characters of proposals in one answer: nobody approves words that are cut
_NEW = f"""---
title: The name in the list
use_when: {TO_BE_SAID}
topics: any
language: en
asks.by_when: By when will you be back? (for instance: 17:00)
---
{{{{ first_name or "Hello" }}}}, ... by {{{{ by_when }}}}. ^{{{{ initials }}}}"""
_HOW = (
    "The lines between --- are for the desk; the words of the reply are below. A fact stands in double braces: "
    "first_name, brand, network, initials, private_way_in, stars, and whatever you ask for with asks.something. "
    "A line that begins with or: says the line above it in another way."
)
_NAMED = "Small letters, digits and _. The name of a template that is there changes it."
Lengths = Sequence[tuple[str, TextLength]]  # by the label of a network
_STATES: Mapping[VersionState, str] = {
    VersionState.PROPOSED: "waits for approval",
    VersionState.CURRENT: "in use",
    VersionState.PAST: "was in use",
    VersionState.DECLINED: "declined",
}


def template_mark(name: str, content: str) -> str:
    """Return a short hash of a template as it was shown: only what was seen is put up for approval."""
    return sha256(f"{name}\n{content}".encode("utf-8", "replace")).hexdigest()[:12]


def template_form(
    name: str = "", content: str = "", *, seen: TriedTemplate | None = None, lengths: Lengths = ()
) -> Mapping[str, object]:
    """Draw the form that writes a template; `seen`: how it reads for a sample customer, with its `lengths`."""
    shown = template_mark(name, content) if seen else ""
    named: Block = {"type": "plain_text_input", "action_id": ids.TEMPLATE_NAME_INPUT, "max_length": LONGEST_NAME}
    if name:
        named["initial_value"] = name
    words = ids.WORDS_BLOCK + template_mark(name, content)
    return {
        "type": "modal",
        "callback_id": ids.TEMPLATE_MODAL,
        "title": plain_text("Write a template", limits.VIEW_TITLE),
        "submit": plain_text("Put up for approval" if seen else "See how it reads", limits.VIEW_TITLE),
        "close": plain_text("Close", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"shown": shown, "kept_to": OURS}),
        "blocks": [
            *(_preview(seen, lengths) if seen else []),
            input_block(ids.TEMPLATE_NAME_BLOCK, "Name", named, _NAMED),
            text_input(words, ids.WORDS_INPUT, "The whole template", words=content or _NEW, limit=LONGEST_TEMPLATE),
            parts.small(_HOW),
        ],
    }


def _preview(seen: TriedTemplate, lengths: Lengths) -> list[Block]:
    fits = ", ".join(f"{label} {_fits(one)}" for label, one in lengths)
    ways = f" This is the longest of the {seen.ways:,} texts that its ways make." if seen.ways > 1 else ""
    return [
        parts.section("*How it reads for a customer called Alexandra*"),
        parts.rich(parts.quote(seen.text, limits.WORDS)),
        *([parts.small((f"Length: {fits}." if fits else "") + ways)] if fits or ways else []),
        parts.small("Send the form once more to put it up for approval: somebody else reads it before it is used."),
    ]


def _fits(length: TextLength) -> str:
    unit = f" {length.unit}" if length.unit else ""
    return f"{length.count} of {length.limit}{unit}" + (", too long" if length.over else "")


def writing_buttons(secret: bytes) -> list[Block]:
    """Return the button that opens an empty form."""
    return parts.actions([_write("", "Write a template", secret)])


def _write(name: str, words: str, secret: bytes) -> Block:
    value = ids.button_value(ids.TEMPLATE, 0, name, secret)
    return parts.button(words, ids.TEMPLATE_WRITE, value, f"{words} {name}".strip())


def show_proposals(secret: bytes) -> Block:
    """Return the button that shows what waits for approval, under the message that asks for it."""
    value = ids.button_value(ids.TEMPLATE, 0, "", secret)
    return parts.button(
        "Show what waits", ids.TEMPLATE_PROPOSALS, value, "Show what waits for approval", style="primary"
    )


def proposals(waiting: Sequence[TemplateVersion], now: datetime, secret: bytes) -> list[Block]:
    """Return the templates that wait for approval, each whole and with the buttons that decide on it.

    What does not fit any more is shown once those before it are decided.
    """
    fits = read_whole(waiting)
    later = len(waiting) - len(fits)
    said = f"More that wait for approval: {later}. They are shown here once these are decided."
    blocks = [block for one in fits for block in _proposal(one, now, secret)]
    return [*blocks, *([parts.small(said)] if later else [])]


def read_whole(waiting: Sequence[TemplateVersion]) -> Sequence[TemplateVersion]:
    """Return those of these versions, the first ones, that one answer shows without a cut."""
    lengths = accumulate(len(one.content) for one in waiting[:MOST])
    return waiting[: max(1, sum(whole <= ROOM for whole in lengths))]


def proposal_aloud(one: TemplateVersion) -> str:
    """Return a proposal as a line of a fallback text."""
    whose = machines_line(one.content, one.origins)
    return f"{one.name}, version {one.id}{f' ({whose})' if whose else ''}: {for_slack(one.content, limits.SPOKEN)}"


def _proposal(one: TemplateVersion, now: datetime, secret: bytes) -> list[Block]:
    value = ids.button_value(ids.TEMPLATE, one.id, one.id, secret)
    return [
        _version(one, now, ROOM),
        *parts.actions([
            parts.button("Approve", ids.TEMPLATE_APPROVE, value, f"Approve the template {one.name}", style="primary"),
            parts.button("Decline", ids.TEMPLATE_DECLINE, value, f"Decline the template {one.name}"),
        ]),
    ]  # fmt: skip


def decline_form(version: TemplateVersion) -> Mapping[str, object]:
    """Draw the form that asks why a template is declined."""
    label = "What would have to change?"
    hint = "Its writer reads this."
    return {
        "type": "modal",
        "callback_id": ids.TEMPLATE_DECLINE_MODAL,
        "title": plain_text("Decline a template", limits.VIEW_TITLE),
        "submit": plain_text("Decline it", limits.VIEW_TITLE),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"version": version.id, "kept_to": OURS}),
        "blocks": [
            parts.section(f"Template {version.name}, version {version.id}"),
            text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, label, hint, limit=limits.REASON),
        ],
    }


def versions(name: str, content: str, found: Sequence[TemplateVersion], now: datetime, secret: bytes) -> Message:
    """Draw one template as it is used, and its versions; an earlier one has the button that puts it back."""
    rows: list[Block] = []
    for one in found[:MOST]:
        value = ids.button_value(ids.TEMPLATE, one.id, one.id, secret)
        back = parts.button("Back to this", ids.TEMPLATE_PUT_BACK, value, f"Use version {one.id} of {name} again")
        rows += [_version(one, now), *(parts.actions([back]) if one.state == VersionState.PAST else [])]
    each = [f"Version {one.id} {_stands(one)}." for one in found[:MOST]]
    blocks = [
        parts.header(f"Template {name}"),
        parts.rich(parts.box(content)),
        *parts.actions([_write(name, "Change it", secret)]),
        *rows,
    ]
    return limits.fit(
        Message(
            text=" ".join([f"{name}: {len(found)} versions on the desk.", *each, for_slack(content, limits.SPOKEN)]),
            blocks=blocks,
            kept_to=OURS,
        )
    )


def _version(one: TemplateVersion, now: datetime, limit: int = limits.ADDED) -> Block:
    by: Phrase = ["by ", Person(one.by, "")] if one.by.startswith(("U", "W")) else ["by whoever runs Heard"]
    head = joined([[Bold(f"{one.name}, version {one.id}")], by, ["at ", one.at], [_stands(one)]])
    whose = machines_line(one.content, one.origins)
    said = [parts.line([whose], now)] if whose else []
    return parts.rich(parts.line(head, now), *said, quoted_with_machines(one.content, one.origins, limit))


def _stands(one: TemplateVersion) -> str:
    why = parts.shortened(one.why, limits.REASON)
    return f"{_STATES[one.state]}: “{why}”" if why else _STATES[one.state]


def decided(version: TemplateVersion) -> Message:
    """Draw what became of an approved template, or of one that was put back."""
    said = f"Template {version.name}, version {version.id}: {_STATES[version.state]} from now on."
    return Message(text=said, blocks=[parts.section(said)], kept_to=OURS)
