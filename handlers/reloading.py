"""`heard reload`: a running desk reads its configuration again, whole or not at all."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.ports import Desk, Policy
from bot.services.cases import owed
from bot.settings import Settings, SettingsFaults
from bot.settings.reread import reread
from handlers import control
from handlers.control import Answers, NoAnswer, NobodyThere, Request


def answers(
    desk: Desk, settings: Settings, taken_over: Callable[[], None], asked: Callable[[], None] = lambda: None
) -> Answers:
    """Return the function of each request; `taken_over` is called after the desk uses the new configuration.

    `asked` is called at each request, whatever changed.
    """

    def answer(_: Request) -> dict[str, Any]:
        done = reload(desk, settings, taken_over)
        asked()
        return done

    return {"reload": answer}


def reload(desk: Desk, settings: Settings, taken_over: Callable[[], None]) -> dict[str, Any]:
    """Read the file again; with any fault the desk keeps its configuration, and all faults are returned."""
    now = desk.clock.now()
    try:
        policy = reread(settings).policy()
    except SettingsFaults as wrong:
        desk.store.note("reload_refused", "desk", now, {"faults": len(wrong.faults)})
        return {"faults": [str(fault) for fault in wrong.faults], "changed": [], "moved": 0}
    changed, moved = _changed(desk.policy, policy), 0
    if changed:
        desk.store.note("reloaded", "desk", now, {"changed": changed})
        desk.take_over(policy)
        taken_over()
        moved = owed.retime(desk, now)
    return {"faults": [], "changed": changed, "moved": moved}


def _changed(before: Policy, after: Policy) -> list[str]:
    return [one.name for one in fields(Policy) if getattr(before, one.name) != getattr(after, one.name)]


def ask_to_reload(socket: Path, doubt: str = "") -> tuple[str, bool]:
    """Ask the running desk to reload; return the text to print, and whether it was done.

    `doubt`: why a desk may be running elsewhere, if nobody answers here.
    """
    try:
        answer = control.ask_desk(socket, "reload")
    except NobodyThere as nobody:
        return doubt or f"{nobody} There is nothing to reload.", False
    except NoAnswer as trouble:
        return str(trouble), False
    if not answer["ok"]:
        return f"The desk goes on as before: {answer['why']}", False
    if answer["faults"]:
        return "\n".join([*answer["faults"], "The desk goes on with the configuration it had."]), False
    return _done(answer["changed"], answer["moved"]), True


def _done(changed: list[str], moved: int) -> str:
    if not changed:
        return "The desk works by this configuration already."
    said = f"The desk works by the new configuration now: {', '.join(changed)} changed."
    cases = "1 case, and the card says" if moved == 1 else f"{moved} cases, and their cards say"
    return f"{said} The due time moved on {cases} why." if moved else said
