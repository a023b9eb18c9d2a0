"""Swaps: the question to a teammate to take a turn, and its outcome, for both people."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, as_line
from bot.blocks.base.wording import display_name
from bot.domain.slack.readers import OURS
from bot.domain.team.swaps import Swap, SwapState
from bot.ports.chat import Message


def swap(found: Swap, recipient: str, names: Mapping[str, str], secret: bytes, now: datetime) -> Message:
    """Draw the question for the person who is asked, or its outcome for either of the two."""
    asker, taker = display_name(names, found.asker), display_name(names, found.taker)
    if recipient == found.asker:
        return _message(_TO_ASKER[found.state](taker, _turn(found)), [], now)
    buttons = _buttons(found, asker, secret) if found.state == SwapState.ASKED else []
    return _message(_TO_TAKER[found.state](asker, _turn(found)), buttons, now)


def swap_was_asked(found: Swap, names: Mapping[str, str], now: datetime) -> Message:
    """Draw the confirmation for the person who asked."""
    return _message(_TO_ASKER[SwapState.ASKED](display_name(names, found.taker), _turn(found)), [], now)


def in_list(found: Swap, names: Mapping[str, str]) -> Phrase:
    """Return a swap as a line of `/care who`."""
    asker, taker = display_name(names, found.asker), display_name(names, found.taker)
    if found.state == SwapState.ACCEPTED:
        return [f"{taker} takes {asker}'s turn ", *_turn(found)]
    return [f"{taker} is asked to take {asker}'s turn ", *_turn(found)]


def _turn(found: Swap) -> Phrase:
    return ["from ", found.begins, " to ", found.ends]


_TO_TAKER = {
    SwapState.ASKED: lambda asker, turn: [f"{asker} asks you to take their turn ", *turn, ". Can you?"],
    SwapState.ACCEPTED: lambda asker, turn: [f"You take {asker}'s turn ", *turn, "."],
    SwapState.DECLINED: lambda asker, turn: [f"{asker} keeps their turn ", *turn, ". They were told."],
    SwapState.EXPIRED: lambda asker, turn: [f"{asker} keeps their turn ", *turn, ". Nothing more to do here."],
}
_TO_ASKER = {
    SwapState.ASKED: lambda taker, turn: [
        f"{taker} is asked to take your turn ",
        *turn,
        ". You will be told by direct message; until then it is yours.",
    ],
    SwapState.ACCEPTED: lambda taker, turn: [f"{taker} takes your turn ", *turn, "."],
    SwapState.DECLINED: lambda taker, turn: [
        f"{taker} cannot take your turn ",
        *turn,
        ". It is still yours; “/care swap” asks somebody else.",
    ],
    SwapState.EXPIRED: lambda taker, turn: [
        f"{taker} did not answer in time, so your turn ",
        *turn,
        " is still yours.",
    ],
}


def _buttons(found: Swap, asker: str, secret: bytes) -> list[Block | None]:
    value = ids.button_value(ids.SWAP, found.id, 0, secret)
    return [
        parts.button("I take it", ids.SWAP_ACCEPT, value, f"I take {asker}'s turn", style="primary"),
        parts.button("I cannot", ids.SWAP_DECLINE, value, f"I cannot take {asker}'s turn"),
    ]


def _message(line: Phrase, buttons: list[Block | None], now: datetime) -> Message:
    blocks = [parts.rich(parts.line(line, now)), *parts.actions(buttons)]
    return limits.fit(Message(text=as_line(line, now), blocks=blocks, kept_to=OURS))
