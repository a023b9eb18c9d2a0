"""Every button and form that is drawn has a listener."""

import re
from collections.abc import Callable

import pytest

from bot.blocks.base import ids
from handlers import register
from handlers.door import Door
from tests.handlers.pressing import Hands

IDS = {name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
FORMS = {value for name, value in IDS.items() if name.endswith("_MODAL")}
# Ids that are not buttons: inputs that are read when their form is sent, options of a menu, ...
NO_BUTTONS = re.compile(r"\w+_(MODAL|TAB|INPUT|SELECT|CHOICE|BLOCK|OTHER)|MORE_\w+")
# ... values of selects, and kinds of button values.
ANSWERS = {
    "LEAVE",
    "KEEP",
    "NO_PROMISE",
    "CORRECT",
    "TAKE_BACK",
    "IT_IS_THERE",
    "IT_IS_MISSING",
    "CHANGE_THERE",
    "KIND",
    "URGENT",
    "LET_THEM_OUT",
    "SET_THEM_ASIDE",
}
KINDS = {
    "CASE",
    "SPIKE",
    "TEMPLATE",
    "STATEMENT",
    "STORM",
    "DRAFT",
    "MESSAGE",
    "ANSWER",
    "REMINDER",
    "REMINDERS",
    "CHECK",
    "INQUIRY",
    "SWAP",
    "HANDOVER",
    "SOLO",
    "UNREADABLE",
    "LIST",
    "HOME",
    "JOINT",
    "HOLDING",
    "FOR_STORM",
    "LIGHT",
    "LIGHT_PAGE",
    "ASIDE",
    "ASIDE_POST",
    "ASIDE_PAGE",
    "SAMPLE",
}


class Doors:
    """Records the registered listeners, in place of Bolt."""

    def __init__(self) -> None:
        self.opened: dict[str, list[object]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Callable[..., None]]:
        def opens(what: object, *_: object) -> Callable[..., None]:
            self.opened.setdefault(kind, []).append(what)
            return lambda _: None

        return opens

    def lets_in(self, kind: str, found: str) -> bool:
        return any(
            bool(one.fullmatch(found)) if isinstance(one, re.Pattern) else one == found for one in self.opened[kind]
        )


@pytest.fixture
def doors(hands: Hands) -> Doors:
    doors = Doors()
    register(doors, Door(hands.desk), directory_changed=lambda: None, people_changed=lambda: None)  # type: ignore[arg-type]
    return doors


def test_every_form_has_a_door(doors: Doors) -> None:
    assert len(FORMS) > 5
    assert [one for one in sorted(FORMS) if not doors.lets_in("view", one)] == []


def test_every_button_has_a_door(doors: Doors) -> None:
    buttons = [value for name, value in IDS.items() if name not in KINDS | ANSWERS and not NO_BUTTONS.fullmatch(name)]
    assert len(buttons) > 30
    assert [one for one in buttons if not doors.lets_in("action", one)] == []
