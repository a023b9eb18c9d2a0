"""Every button and form that is drawn has a function that answers it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from inspect import signature
from pathlib import Path
from threading import Event
from types import FunctionType

import pytest

import handlers
from bot.blocks.base import ids
from bot.domain.team.people import Act
from handlers.listeners import BUTTONS, CLOSED, FORMS, Row, late
from tests.fakes import ANA
from tests.handlers.pressing import Hands

IDS = {name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
FORM_IDS = {value for name, value in IDS.items() if name.endswith("_MODAL")}
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
    "THANK_YOU",
    "THANK_YOU_PAGE",
    "ASIDE",
    "ASIDE_POST",
    "ASIDE_PAGE",
    "SAMPLE",
}


def answers() -> Iterator[tuple[str, FunctionType]]:
    """Yield each function of the tables, with what names it there."""
    for _, _, answer in (*BUTTONS, *FORMS, *CLOSED):
        module, name = answer.split(".")
        yield answer, getattr(import_module(f"handlers.{module}"), name)


def ids_of(table: Sequence[Row]) -> list[str]:
    return [of for of, _, _ in table]


def test_every_form_has_a_door() -> None:
    assert len(FORMS) > 5
    assert sorted(FORM_IDS) == sorted(ids_of(FORMS))


def test_every_button_has_a_door() -> None:
    buttons = [value for name, value in IDS.items() if name not in KINDS | ANSWERS and not NO_BUTTONS.fullmatch(name)]
    assert len(buttons) > 30
    assert [one for one in buttons if one not in ids_of(BUTTONS)] == []


@pytest.mark.parametrize("table", [BUTTONS, FORMS, CLOSED], ids=["buttons", "forms", "closed"])
def test_nothing_has_two_doors(table: Sequence[Row]) -> None:
    assert [of for of, times in Counter(ids_of(table)).items() if times > 1] == []


def test_every_door_leads_to_a_function_of_a_visit() -> None:
    wrong = [answer for answer, found in answers() if [*signature(found).parameters] not in (["visit"], ["_"])]
    assert wrong == []


def test_a_module_that_cannot_be_imported_is_told_to_whoever_pressed_and_logged(
    hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    listener = hands.door.button(Act.LOOK, late("nowhere.answer"))
    listener(lambda: None, hands.click({"action_id": "x"}, ANA))
    assert "That did not work, and nothing was changed" in hands.chat.whispers[0].text
    assert "No module named 'handlers.nowhere'" in caplog.text


class Importing:
    """What a module of the test tells while it is imported."""

    began, goes_on, times = Event(), Event(), list[int]()

    @classmethod
    def pause(cls) -> None:
        cls.began.set()
        cls.goes_on.wait()
        cls.times.append(1)


def test_two_presses_that_need_the_same_module_at_once_are_both_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cold.py").write_text(
        f"from {__name__} import Importing\nImporting.pause()\ndef answer(visit): return visit\n"
    )
    monkeypatch.setattr(handlers, "__path__", [*handlers.__path__, str(tmp_path)])

    def second() -> object:
        Importing.goes_on.set()
        return late("cold.answer")("second")  # type: ignore[arg-type]

    with ThreadPoolExecutor(2) as presses:
        first = presses.submit(late("cold.answer"), "first")  # type: ignore[arg-type]
        assert Importing.began.wait(60)
        assert [presses.submit(second).result(), first.result(), Importing.times] == ["second", "first", [1]]
