"""Slack's limits, and the function that shortens every message to fit them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from bot.domain.base.text import plain
from bot.ports.chat import Message

# Section 5: messages
FALLBACK: Final = 3_000  # chat.update refuses a text above 4,000
MESSAGE_TEXT: Final = 12_500  # all texts of a message together; Slack's msg_blocks_too_long begins at about 13,200
MESSAGE_BLOCKS: Final = 50
# Section 6: Block Kit
VIEW_BLOCKS: Final = 100
SECTION: Final = 3_000
FIELD: Final = 2_000
FIELDS: Final = 10
HEADER: Final = 150
ACTIONS: Final = 25
BUTTON: Final = 75
BUTTON_VALUE: Final = 2_000
ACCESSIBILITY_LABEL: Final = 75
SELECT_OPTIONS: Final = 100  # in each group; there may be as many groups
MENU_OPTIONS: Final = 5
OPTION: Final = 75
OPTION_VALUE: Final = 150
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_ANSWER: Final = 30
LABEL: Final = 2_000
INPUT: Final = 3_000
VIEW_TITLE: Final = 24
ID: Final = 255

# Our own limits: how much of other people's words a message shows
COMPLAINT: Final = 2_500
VIEW_ROOM: Final = 240_000  # bytes of a view's blocks: Slack takes 250,000 with all that is around them
TEMPLATES: Final = 400  # in one select: a view may have at most 250,000 bytes
BRIEFLY: Final = 140  # of a complaint above an input, so that the input is on a phone's first screen
ADDED: Final = 800  # of each post that is newer than the draft
REPLACED: Final = 400  # of the public reply whose place a draft takes
REMARKS: Final = 1_000
WORDS: Final = 3_000  # of a draft: it is never cut, since its input accepts no more than this
SPOKEN: Final = 500  # of each text in a fallback line
NAME: Final = 60
HANDLE: Final = 60
REASON: Final = 300
URL_TEXT: Final = 2_900


def fit(message: Message) -> Message:
    """Return the message cut to Slack's limits for a whole message, with a note where it was cut; never raises."""
    blocks = [dict(block) for block in message.blocks]
    if len(blocks) > MESSAGE_BLOCKS:
        blocks = [*blocks[: MESSAGE_BLOCKS - 1], _left_out(len(blocks) - MESSAGE_BLOCKS + 1, "message")]
    return replace(message, text=cut_markup(message.text, FALLBACK), blocks=_slimmed(blocks))


def within_view(blocks: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return the blocks of a view within Slack's limits: what is too much is cut at the end, and that is said."""
    shown = [dict(block) for block in blocks]
    sizes = accumulate(len(json.dumps(one)) for one in shown)  # with escapes, as the library sends it
    most = min(VIEW_BLOCKS, sum(size <= VIEW_ROOM for size in sizes))
    over = len(shown) - most
    return [*shown[: most - 1], _left_out(over + 1, "page")] if over > 0 else shown


def texts(node: object) -> Iterator[str]:
    """Yield every text within blocks that counts towards Slack's limit, in no order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(text := one.get("text"), str):
                yield text
            waiting += [value for value in one.values() if not isinstance(value, str)]  # most values are texts
        elif isinstance(one, list | tuple):
            waiting += one


def _left_out(count: int, what: str) -> dict[str, object]:
    return {
        "type": "context",
        "elements": [
            {"type": "plain_text", "text": f"{count} more parts of this {what} are not shown.", "emoji": False}
        ],
    }


def cut_markup(text: str, limit: int) -> str:
    """Cut a text of ours between words, so that no escape and no date code is split."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 2].rpartition(" ")[0]
    opened = kept.rfind("<")
    if opened > kept.rfind(">"):
        kept = kept[:opened]
    return f"{kept.rstrip()} …"


def _slimmed(blocks: list[dict[str, object]]) -> list[dict[str, object]]:
    over = sum(map(len, texts(blocks))) - MESSAGE_TEXT
    if over <= 0:
        return blocks
    longest = max(_inert(blocks), key=len, default="")
    if len(longest) < NAME:
        return blocks[:1]
    return _slimmed(_replaced(blocks, longest, plain(longest, max(len(longest) - over, len(longest) // 2))))


def _inert(node: object) -> Iterator[str]:
    """Yield the texts that Slack does not parse, in rich text and plain_text: they may be cut anywhere."""
    if isinstance(node, Mapping):
        if node.get("type") in ("text", "plain_text"):
            yield str(node.get("text", ""))
        else:
            yield from (text for value in node.values() for text in _inert(value))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        yield from (text for value in node for text in _inert(value))


def _replaced(node: object, old: str, new: str) -> list[dict[str, object]]:
    def walk(part: object) -> object:
        if isinstance(part, Mapping):
            return {name: new if name == "text" and value == old else walk(value) for name, value in part.items()}
        if isinstance(part, Sequence) and not isinstance(part, str):
            return [walk(value) for value in part]
        return part

    walked = walk(node)
    assert isinstance(walked, list)  # noqa: S101 - for the type checker: a list is returned for a list
    return walked
