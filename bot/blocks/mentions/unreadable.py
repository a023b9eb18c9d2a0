"""The answer of `/care unreadable`: unreadable posts, with the parts that could be read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined, quotation
from bot.domain.base.text import plain
from bot.domain.mentions.unreadable import Unreadable
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

MOST = 8  # in one list
_NONE = "Every post that came in could be read, or somebody has decided about it."
_HIDDEN = "Its words are not shown here, since it may be private."


def listed(
    found: Sequence[Unreadable], count: int, where: Mapping[str, str], now: datetime, secret: bytes
) -> Message:
    """Draw the first of `count` posts; `where`: labels by network name."""
    if not found:
        return limits.fit(Message(text=_NONE, blocks=[parts.section(_NONE)], kept_to=OURS))
    posts = "1 post came in and could" if count == 1 else f"{count} posts came in and could"
    head: Phrase = [f"{posts} not be read. If you open one as a case, its time counts from when it was posted."]
    blocks: list[Block] = [parts.rich(parts.line(head, now))]
    for one in found[:MOST]:
        blocks += _entry(one, where, now, secret)
    left = count - len(found[:MOST])
    more = [parts.small(f"and {left} more, once these are decided")] if left else []
    said = joined([head, *(_aloud(one, where) for one in found[:MOST])], " ")
    return limits.fit(Message(text=as_line(said, now), blocks=[*blocks, *more], kept_to=OURS))


def show_them(secret: bytes) -> Block:
    """Return the button that opens the list."""
    value = ids.button_value(ids.UNREADABLE, 0, 0, secret)
    return parts.button("Show them", ids.UNREADABLE_LIST, value, "Show the posts that could not be read")


def _entry(one: Unreadable, where: Mapping[str, str], now: datetime, secret: bytes) -> list[Block]:
    seen, value = one.glimpse, ids.button_value(ids.UNREADABLE, one.id, 0, secret)
    about = _about(one, where)
    link: Phrase = [Link("open the post", seen.url)] if seen.url and seen.public else []
    words: list[Block] = [parts.line(joined([about, link]), now)]
    words += [parts.post(seen.text, limits.SPOKEN)] if seen.text and seen.public else []
    words += [parts.line([one.why if seen.public else f"{one.why} {_HIDDEN}"], now)]
    named = f"post {one.id} on {where.get(one.network, one.network)}"
    opens = parts.button("Open as a case", ids.UNREADABLE_OPEN, value, f"Open as a case: {named}", style="primary")
    leaves = parts.button("Leave it out", ids.UNREADABLE_LEAVE, value, f"Leave it out: {named}")
    return [parts.rich(*words), *parts.actions([None if seen.ours else opens, leaves])]


def _about(one: Unreadable, where: Mapping[str, str]) -> Phrase:
    seen = one.glimpse
    network: Phrase = [Bold(where.get(one.network, one.network))]
    who: Phrase = [f"@{plain(seen.handle, 60)}"] if seen.handle and seen.public else []
    when: Phrase = ["posted ", seen.posted_at] if seen.posted_at else ["came in ", one.kept_at]
    ours: Phrase = ["by our own account"] if seen.ours else []
    return joined([network, who, when, ours])


def _aloud(one: Unreadable, where: Mapping[str, str]) -> Phrase:
    seen = one.glimpse
    if seen.text and seen.public:
        return [*_about(one, where), f": {quotation(parts.shortened(seen.text, limits.SPOKEN))}"]
    return [*_about(one, where), "." if seen.public else f". {_HIDDEN}"]
