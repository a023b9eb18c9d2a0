"""Every command in the docs works: the program exists and accepts the arguments."""

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import cli
from tests.bench.__main__ import PARTS
from tests.long import part

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
SHELL = {"", "sh", "bash", "console"}  # languages of blocks with commands; one without may have other text
HEARD, MAKE, PYTHON = re.compile(r"(\.venv/bin/)?heard"), re.compile("make"), re.compile(r"(\.venv/bin/)?python3?")
PLACEHOLDER = re.compile("[A-Z]{2,}")  # FILE, CONFIG: to be replaced by the reader


def blocks(page: str) -> Iterator[str]:
    """Yield the lines of the blocks that may contain commands."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        if language in SHELL:
            yield from block.splitlines()


def commands(page: str) -> Iterator[list[str]]:
    """Yield the commands of a page, from blocks and sentences, split as by a shell."""
    outside = re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    for line in [*blocks(page), *re.findall(r"`([^`\n]+)`", outside)]:
        bare = line.strip().removeprefix("$ ")
        if re.match(rf"({HEARD.pattern}|{MAKE.pattern}|{PYTHON.pattern})( |$)", bare):
            yield shlex.split(bare, comments=True)


EVERY = sorted({(page.name, *words) for page in PAGES for words in commands(page.read_text())})


def test_the_docs_hold_commands_of_each_kind() -> None:
    programs = {words[1] for words in EVERY}
    assert {"heard", ".venv/bin/heard", "make", "python"} <= programs
    assert len(EVERY) > 20


@pytest.mark.parametrize("said", part([pytest.param(said, id=" ".join(said)) for said in EVERY], 2))
def test_a_command_in_the_docs_is_one_that_works(said: Sequence[str]) -> None:
    _, program, *words = said
    if HEARD.fullmatch(program):
        takes(words)
    elif MAKE.fullmatch(program):
        made(words)
    else:
        runs(words)


def takes(words: Sequence[str]) -> None:
    """Parse these words with the command line, which raises for an unknown one."""
    if not words:
        return
    name, *rest = [__file__ if PLACEHOLDER.fullmatch(word) else word for word in words]
    command = cli.command(name)
    if rest and "--help" not in rest:  # a sentence may name a command without its arguments
        command.make_context(name, rest)


def made(words: Sequence[str]) -> None:
    """Check that make has the target, and that the program behind it has the options."""
    target, *settings = words
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe, target
    given = dict(one.split("=", 1) for one in settings)
    assert given.keys() <= {"ARGS", "PYTHON", "WORKERS"}
    options = shlex.split(given.get("ARGS", ""))
    if target == "rehearse":
        takes(["rehearse", *options])
    elif target == "bench":
        assert set(options) <= {"--quick", "--help", *PARTS}
    elif options:
        module = re.search(r"python -m ([\w.]+) \$\(ARGS\)", recipe[1])
        assert module, "what reads these options is to be asked here"
        runs(["-m", module[1], *options])


def runs(words: Sequence[str]) -> None:
    """Check that Python finds the module or script, that it can be run, and that it has the options."""
    if words[0].endswith(".py"):
        subprocess.run([sys.executable, ROOT / words[0], "--help"], capture_output=True, check=True)
        return
    place = words.index("-m")
    module, options = words[place + 1], words[place + 2 :]
    found = importlib.util.find_spec(module)
    assert found is not None, module
    if found.submodule_search_locations:
        found = importlib.util.find_spec(f"{module}.__main__")
    assert found is not None, module
    assert found.origin is not None, module
    assert does_something(Path(found.origin)), f"python -m {module} only defines things"
    if module == "cli":
        takes(options)
    elif options:
        known = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True)
        assert [one for one in options if one.startswith("-") and one not in known.stdout] == []


def does_something(file: Path) -> bool:
    """Return whether a file has a main guard, or is a package's `__main__` that calls something."""
    steps = ast.parse(file.read_text()).body
    guarded = any(isinstance(one, ast.If) and "__name__" in ast.unparse(one.test) for one in steps)
    called = any(isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) for one in steps)
    return guarded or (file.name == "__main__.py" and called)


# --- commands without Slack are run----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_says_how_it_is_used(name: str) -> None:
    said = CliRunner().invoke(cli.main, [name, "--help"], prog_name="heard")
    assert (said.exit_code, said.output.split(" [")[0]) == (0, f"Usage: heard {name}")


def test_the_program_can_be_run_as_a_module_too() -> None:
    words = [sys.executable, "-X", "importtime", "-m", "cli", "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("Usage: heard ")
    assert "import time:" in done.stderr


# --- faults that are found ------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["heard fly", "heard run --twice", "heard promises --from soon", "heard run x"])
def test_what_the_command_line_does_not_know_is_caught(line: str) -> None:
    with pytest.raises((KeyError, click.UsageError)):
        takes(shlex.split(line)[1:])


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "nowhere.at_all"],
        ["-m", "bot.domain.base.text"],
        ["-m", "bot.rehearsal", "--fly"],
        ["-m", "bot.domain"],
    ],
)
def test_a_module_that_does_nothing_is_caught(words: Sequence[str]) -> None:
    with pytest.raises((AssertionError, ModuleNotFoundError)):
        runs(words)


@pytest.mark.parametrize(
    "words", [["fly"], ["bench", "ARGS=fly"], ["rehearse", "FLY=1"], ["clean", "ARGS=-x"], ["soak", "ARGS=--fly"]]
)
def test_what_make_does_not_know_is_caught(words: Sequence[str]) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        made(words)


def test_a_command_is_found_in_a_block_and_in_a_sentence() -> None:
    page = "Say `heard check` first.\n```\nheard run  # for real\nsome words\n```\n```mermaid\nheard no\n```\n`a.b`"
    assert list(commands(page)) == [["heard", "run"], ["heard", "check"]]
