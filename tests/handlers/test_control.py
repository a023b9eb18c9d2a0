"""What the command line is told when the running desk could not do what was asked."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.domain.base.refusals import Outdated
from bot.ports import Conflict, OutOfService
from handlers.control import Control, NobodyThere, ask_desk

CANARY = "kanari"


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Callable[[Exception], str]]:
    """Ask a desk that meets an error; return what it says."""
    trouble: list[Exception] = []

    def answer(_: Any) -> dict[str, Any]:
        raise trouble[-1]

    control = Control(tmp_path / "control.sock", {"it": answer})
    control.start()

    def ask(met: Exception) -> str:
        trouble.append(met)
        return str(ask_desk(tmp_path / "control.sock", "it")["why"])

    yield ask
    control.stop()


def test_a_sentence_of_ours_is_told(asked: Callable[[Exception], str]) -> None:
    assert asked(Outdated("That is paused.")) == "That is paused."
    assert asked(OutOfService("The database cannot be used: the disk is full")).startswith("The database")


@pytest.mark.parametrize(
    "trouble",
    [
        psycopg.errors.UniqueViolation(f"Failing row contains (1, {CANARY})"),
        psycopg.OperationalError(f"connection to postgresql://desk:{CANARY}@db.example failed"),
        OSError(f"/srv/{CANARY}: no"),
        RuntimeError(CANARY),
        Conflict(f"Failing row contains (1, {CANARY})"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_an_error_of_a_library_or_of_a_row_is_told_by_its_kind(
    asked: Callable[[Exception], str], trouble: Exception
) -> None:
    said = asked(trouble)
    assert CANARY not in said
    assert said.endswith("Please try again." if isinstance(trouble, Conflict) else "The desk's log says where.")


@pytest.mark.parametrize("length", [108, 1000])
def test_a_state_directory_may_have_a_name_of_any_length(tmp_path: Path, length: int) -> None:
    """A socket's own name has 107 bytes at most, and two such directories never meet."""
    here, there = (in_a_directory(tmp_path, length, letter) for letter in "ab")
    desks = [Control(path, {"who": partial(dict, said=path.parent.name[0])}) for path in (here, there)]
    for one in desks:
        one.start()
    assert [ask_desk(path, "who")["said"] for path in (here, there)] == ["a", "b"]
    assert here.stat().st_mode & 0o777 == 0o600
    assert desks[0].deaf() is None
    for one in desks:
        one.stop()
    assert not here.exists()
    with pytest.raises(NobodyThere):
        ask_desk(here, "who")


def in_a_directory(within: Path, length: int, name: str) -> Path:
    """Return a socket's path of so many bytes at least, in a directory that exists; its last folder begins with `name`."""
    while len(f"{within / name}/control.sock") < length:
        within, name = (within, name + "d") if len(name) < 100 else (within / name, name[0])
    (within / name).mkdir(parents=True)
    return within / name / "control.sock"
