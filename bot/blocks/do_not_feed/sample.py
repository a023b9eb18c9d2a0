"""The sample of what was set aside in a month: the next ones, each with the two verdicts."""

from datetime import date, datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.domain.do_not_feed.sample import SamplePage, SampleRow, SampleVerdict
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

WORDS = 280  # code points of one
ALOUD = 60  # of each in the fallback line
_NONE = "There is no sample yet. It is made once a month, of what was set aside in the month before."


def show_sample(secret: bytes) -> Block:
    """Return the button that opens the sample, under its message."""
    value = ids.button_value(ids.SAMPLE, 0, 0, secret)
    return parts.button("Look at them", ids.SAMPLE_SHOW, value, "Look at the sample of what was set aside")


def sample(page: SamplePage | None, secret: bytes, now: datetime) -> Message:
    """Draw the next ones of a sample; None: there is no sample."""
    if page is None:
        return limits.fit(Message(text=_NONE, blocks=[parts.section(_NONE)], kept_to=OURS))
    head = _head(page)
    blocks = [parts.rich(parts.line(head, now))]
    for one in page.shown:
        words = [parts.post(one.text, WORDS)] if one.text else []
        blocks.append(parts.rich(parts.line(_about(one), now), *words))
        blocks += parts.actions(_verdicts(one, secret))
    said = joined([_aloud(one) for one in page.shown], "; ")
    text = as_line(joined([head, said], " "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=page.kept_to or OURS))


def _head(page: SamplePage) -> Phrase:
    found = page.sample
    every, left = found.count(), found.count(SampleVerdict.OPEN)
    right, missed = found.count(SampleVerdict.RIGHT), found.count(SampleVerdict.MISSED)
    counts = f"{right} right, {missed} should have been answered"
    month = date.fromisoformat(f"{found.month}-01")
    return [Bold(f"Set aside in {month:%B %Y}"), f": {every - left} of {every} looked at, {counts}."]


def _about(one: SampleRow) -> Phrase:
    way: Phrase = [Link("see it", one.link)] if one.link else []
    name = parts.shortened(one.author, limits.NAME) or "somebody"
    return joined([[Bold(name)], [f"set aside as {one.item.reason}"], way])


def _aloud(one: SampleRow) -> Phrase:
    words = parts.shortened(one.text, ALOUD) or parts.SILENT
    return [f'{parts.shortened(one.author, limits.NAME)}, {one.item.reason}: "{words}"']


def _verdicts(one: SampleRow, secret: bytes) -> list[Block | None]:
    value, name = ids.button_value(ids.SAMPLE, one.item.id, 0, secret), parts.shortened(one.author, limits.NAME)
    missed = "Should have been answered"
    return [
        parts.button("Right", ids.SAMPLE_RIGHT, value, f"It was right to set aside what {name} wrote"),
        parts.button(missed, ids.SAMPLE_MISSED, value, f"What {name} wrote should have been answered: open it"),
    ]
