"""Every door that Slack can press, and which of them were not pressed."""

from collections.abc import Collection, Sequence
from unittest.mock import MagicMock

from bot.blocks.base import ids
from bot.ports import Desk
from handlers import register
from handlers.commands import VERBS
from handlers.door import Door
from handlers.listeners import BUTTONS, CLOSED, FORMS

# Doors behind which nothing is read of cases.
LEFT_OUT = {
    ids.SIMPLE_MODAL: "says something only",
    ids.ANSWER_MODAL: "says something only",
}


def doors_of(desk: Desk) -> dict[str, list[str]]:
    """Return the names of all doors, by kind; a verb of `/care` and an option of a card's menu is one each."""
    app = MagicMock()
    register(app, Door(desk), directory_changed=lambda: None, people_changed=lambda: None)
    return {
        "action": [of for of, *_ in BUTTONS if of != ids.CASE_MORE],
        "menu": list(ids.MORE),
        "view": [of for of, *_ in FORMS],
        "view_closed": [of for of, *_ in CLOSED],
        "command": [verb.name for verb in VERBS],
        "shortcut": [told.args[0]["callback_id"] for told in app.shortcut.call_args_list],
        "event": [told.args[0] for told in app.event.call_args_list],
    }


def missing(desk: Desk, pressed: Collection[str]) -> Sequence[str]:
    """Return the doors that nothing of what was pressed went through."""
    return [
        f"{kind} {name}"
        for kind, names in doors_of(desk).items()
        for name in names
        if name not in LEFT_OUT and not any(_through(kind, name, one) for one in pressed)
    ]


def _through(kind: str, name: str, pressed: str) -> bool:
    words = pressed.split()
    if kind == "menu":
        return words in ([ids.CASE_MORE, name], [ids.REST_MODAL, name])
    if kind == "command":
        return words[:2] == ["/care", name]
    if kind == "view_closed":
        return words == [name, "closed"]
    return words[0] == name and words[-1] != "closed"
