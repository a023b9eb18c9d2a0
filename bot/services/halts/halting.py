"""Begins and ends halts, each with its line in the audit trail; the cards whose reply waits are drawn anew."""

from datetime import datetime

from bot.domain.halts.halt import Halt, HaltKind
from bot.ports import Desk


def begin_halt(desk: Desk, halt: Halt) -> bool:
    """Keep the desk from sending there; return False where such a halt stands already."""
    with desk.store.transaction():
        begun = desk.store.halt(halt)
        if begun:
            desk.store.note("halted", halt.by, halt.at, _facts(halt.kind, halt.network, halt.account))
    return begun


def end_halt(
    desk: Desk, kind: HaltKind, *, by: str, at: datetime, network: str = "", account: str = ""
) -> Halt | None:
    """End a halt and return it; None where there was none. What waited goes on from the next round."""
    with desk.store.transaction():
        ended = desk.store.end_halt(kind, network, account, at)
        if ended:
            desk.store.note("halt_ended", by, at, _facts(kind, network, account))
    return ended


def _facts(kind: HaltKind, network: str, account: str) -> dict[str, str]:
    return {"kind": kind, "network": network, "account": account}
