"""What is proved to others at the end of a simulated day."""

from collections.abc import Callable

from handlers.proving import write_case, write_statement
from tests.proof_script import script
from tests.simulation.days.day import Day


def everything_is_proved(day: Day) -> None:
    """Fail unless the file about each case and each statement is genuine to whoever checks it without the desk."""
    for (number,) in day.store.engine.rows("SELECT id FROM cases"):
        _is_genuine(f"case {number}", lambda one=number: write_case(day.store, one, day.now()))
    for (number,) in day.store.engine.rows("SELECT id FROM statements"):
        _is_genuine(f"statement {number}", lambda one=number: write_statement(day.store, one, day.now()))


def _is_genuine(which: str, write: Callable[[], bytes]) -> None:
    try:
        script.check(write())
    except script.Wrong as wrong:
        raise AssertionError(f"The proof of {which} is not genuine: {wrong}") from wrong
