"""The answer of `/care unpaired`: solo replies that a lead still has to read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined, sentence
from bot.blocks.base.wording import full_name, network, teammate
from bot.blocks.mentions.post_facts import opening
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.cases.redacted import HIDDEN
from bot.domain.cases.view import CaseView
from bot.domain.replies.solo import Lane, SoloReply
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

MOST = 8  # replies in one list

Entry = tuple[CaseView, SoloReply, str]  # the case, the reply, the address of its thread or ""


def listed(entries: Sequence[Entry], count: int, now: datetime, secret: bytes, *, leads: bool) -> Message:
    """Draw the first of `count` replies that nobody else has read; `leads` get the button that marks one as read."""
    if not entries:
        none = "Nothing waits to be read: every reply had a second reader." if leads else _NONE_OF_YOURS
        return limits.fit(Message(text=none, blocks=[parts.section(none)], kept_to=OURS))
    whose = "went out solo" if leads else "of yours went out solo"
    entries = [_as_shown(entry) for entry in entries[:MOST]]
    waits = "waits for a lead to read it" if count == 1 else "wait for a lead to read them"
    head: Phrase = [f"{'1 reply' if count == 1 else f'{count} replies'} {whose} and {waits}."]
    blocks: list[Block] = [parts.rich(parts.line(head, now))]
    for entry in entries[:MOST]:
        blocks += _entry(entry, now, secret, leads=leads)
    left = count - len(entries[:MOST])
    more = [parts.small(f"and {left} more, once these are read")] if left else []
    said = joined([head, *(_aloud(entry) for entry in entries[:MOST])], " ")
    kept_to = narrowest(view.kept_to for view, *_ in entries)
    return limits.fit(Message(text=as_line(said, now), blocks=[*blocks, *more], kept_to=kept_to))


def _as_shown(entry: Entry) -> Entry:
    """Return the entry without the reply's words and the reason when its case is hidden."""
    view, one, link = entry
    return (view, replace(one, text=HIDDEN, reason="", url=""), link) if view.hidden else entry


_NONE_OF_YOURS = "No reply of yours waits to be read."


def read_them(secret: bytes) -> Block:
    """Return the button that opens the list."""
    value = ids.button_value(ids.SOLO, 0, 0, secret)
    return parts.button("Read them", ids.SOLO_LIST, value, "Read what went out solo")


def _entry(entry: Entry, now: datetime, secret: bytes, *, leads: bool) -> list[Block]:
    view, one, link = entry
    post = opening(view)
    words: list[Block] = [parts.line(_about(view, one, link), now)]
    words += [parts.post(post.text, limits.SPOKEN)] if post else []
    words += [parts.line(_who(view, one), now), parts.quote(one.text, limits.ADDED)]
    if not leads:
        return [parts.rich(*words)]
    value = ids.button_value(ids.SOLO, one.id, 0, secret)
    label = f"Read it: case {one.case_id}, {full_name(view.case)}"
    return [parts.rich(*words), *parts.actions([parts.button("Read it", ids.SOLO_READ, value, label)])]


def _about(view: CaseView, one: SoloReply, link: str) -> Phrase:
    number: Phrase = [Link(f"Case {one.case_id}", link)] if link else [Bold(f"Case {one.case_id}")]
    public: Phrase = [Link("see the reply", one.url)] if one.url else []
    return joined([number, [f"{full_name(view.case)} on {network(view)}"], public])


def _who(view: CaseView, one: SoloReply) -> Phrase:
    why = "prepared words"
    if one.lane == Lane.REASON:
        why = f"reason: {parts.shortened(one.reason, limits.REASON)}" if one.reason else ""
    return joined([[f"Sent by {teammate(view, one.by)}"], [one.at], [why] if why else []])


def _aloud(entry: Entry) -> Phrase:
    view, one, _ = entry
    said = sentence([f"case {one.case_id}, {full_name(view.case)}"])
    return joined([said, [*_who(view, one), f": {aloud(one.text)}"]], " ")
