"""The gate before everything that goes out: asked right before each attempt, and before each reminder.

One place for all reasons: switched off, not let in by Slack, or halted (held, damaged, paused).
"""

from datetime import timedelta

from bot.domain.base.refusals import Outdated
from bot.domain.base.text import for_slack
from bot.domain.halts.halt import NO_REMINDERS, Halt, halt_over
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import Draft
from bot.ports import Desk, Network, NotSent
from bot.ports.leases import Turn, may_call

_TAKEN_OVER = "This process of the desk was not heard of for a while, so it sent nothing."
AGAIN = timedelta(minutes=1)  # until an attempt that a halt has overtaken is looked at again
_LONGEST = 400  # characters of a reason in a refusal


def halt_on(desk: Desk, where: PostRef) -> Halt | None:
    """Return what keeps the account of this post from sending, or None."""
    return halt_over(desk.store.halts(), where.network, where.account)


def may_send(desk: Desk, where: PostRef) -> bool:
    """Return whether the account of this post may send something now."""
    return desk.sends and halt_on(desk, where) is None


def refuse_halted(desk: Desk, draft: Draft | None) -> None:
    """Raise Outdated, which says why, where the account of a draft may not send."""
    if draft is not None and (halt := halt_on(desk, draft.target)):
        raise Outdated(for_slack(halt.why, _LONGEST))


def halted(desk: Desk, network: Network, turn: Turn) -> NotSent | None:
    """Return that nothing is sent, where a halt has overtaken an attempt that had begun, or another desk may have."""
    halt = halt_over(desk.store.halts(), network.name, network.account)
    if halt is None and not may_call(turn):
        return NotSent(_TAKEN_OVER, again_in=AGAIN)
    return NotSent(halt.why, again_in=AGAIN) if halt else None


def reminders_wait(desk: Desk) -> Halt | None:
    """Return what keeps everybody from being reminded, or None."""
    return next((one for one in desk.store.halts() if one.kind in NO_REMINDERS), None)
