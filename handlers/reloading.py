"""`heard reload`: a running desk reads its configuration again, whole or not at all."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from time import sleep
from typing import Any

from bot.ports import Desk, OutOfService, Policy
from bot.services.cases import owed
from bot.settings import Settings, SettingsFaults
from bot.settings.reread import reread
from handlers import control
from handlers.control import Answers, NoAnswer, NobodyThere, Request
from handlers.other_desks import RELOAD

ANSWER_WITHIN, LOOKS_EVERY = 10.0, 0.25  # real seconds


def answers(
    desk: Desk,
    settings: Settings,
    taken_over: Callable[[], None],
    asked: Callable[[], None] = lambda: None,
    wait: Callable[[float], object] = sleep,
) -> Answers:
    """Return the function of each request; `taken_over` is called after the desk uses the new configuration.

    `asked` is called at each request, whatever changed. `wait`: for so many real seconds.
    """

    def answer(_: Request) -> dict[str, Any]:
        others = list(desk.store.answers_of_desks())  # first: a refusal says that nothing was done
        done = reload(desk, settings, taken_over)
        asked()
        return {**done, "desks": {} if done["faults"] else _others(desk, others, wait)}

    return {"reload": answer}


def _others(desk: Desk, names: Sequence[str], wait: Callable[[float], object]) -> dict[str, list[str] | None]:
    """Let the other running desks read their configuration again; return their faults, None without an answer."""
    found: dict[str, list[str] | None] = dict.fromkeys(names)
    if not found:
        return {}
    question = secrets.token_hex(8)
    with suppress(OutOfService):  # this desk is done, and says so also when the database is away by now
        desk.store.tell_desks(f"{RELOAD} {question}")
        for _ in range(round(ANSWER_WITHIN / LOOKS_EVERY)):
            wait(LOOKS_EVERY)
            found = {name: _faults(answer, question) for name, answer in desk.store.answers_of_desks().items()}
            if None not in found.values():
                break
    return found


def _faults(answer: str, question: str) -> list[str] | None:
    said = json.loads(answer or "{}")
    return [str(one) for one in said["faults"]] if said.get("question") == question else None


def reload_as_asked(
    desk: Desk, settings: Settings, taken_over: Callable[[], None], asked: Callable[[], None], question: str
) -> None:
    """Read the own file again, since another desk was asked to, and answer that one."""
    faults = reload(desk, settings, taken_over)["faults"]
    asked()
    desk.store.answer_desks(json.dumps({"question": question, "faults": faults}))


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
    return said_of(answer)


def said_of(answer: Mapping[str, Any]) -> tuple[str, bool]:
    """Return what the command line says of an answer, and whether it was done by every desk."""
    if not answer["ok"]:
        return f"The desk goes on as before: {answer['why']}", False
    if answer["faults"]:
        return "\n".join([*answer["faults"], "The desk goes on with the configuration it had."]), False
    others: Mapping[str, list[str] | None] = answer.get("desks", {})
    said = [_done(answer["changed"], answer["moved"]), *(_of_other(*one) for one in others.items())]
    return "\n".join(said), all(faults == [] for faults in others.values())


def _of_other(name: str, faults: list[str] | None) -> str:
    if faults is None:
        return f"{name} did not answer within {ANSWER_WITHIN:g} s. Ask once more, or look at it with `heard doctor`."
    if faults:
        return "\n".join([f"{name} goes on with the configuration it had:", *(f"  {one}" for one in faults)])
    return f"{name} works by its configuration, too."


def _done(changed: list[str], moved: int) -> str:
    if not changed:
        return "The desk works by this configuration already."
    said = f"The desk works by the new configuration now: {', '.join(changed)} changed."
    cases = "1 case, and the card says" if moved == 1 else f"{moved} cases, and their cards say"
    return f"{said} The due time moved on {cases} why." if moved else said
