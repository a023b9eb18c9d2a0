"""Rules of the code: import contracts, few reads of the clock, short modules and functions."""

import ast
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from bot.ports.store import Store
from storage import SqlStore

ROOT = Path(__file__).parents[1]
OURS = [
    ROOT / "app.py",
    *sorted(p for room in ("bot", "cli", "handlers", "storage") for p in (ROOT / room).rglob("*.py")),
]
LONGEST = 400
# Modules that may be longer, each with its reason.
WAIVED = {
    "bot/ports/store.py": "the whole contract of the store in one file, in sections",
}
pytestmark = pytest.mark.xdist_group("the source")  # one process parses it, once
LINT = str(Path(sys.executable).with_name("lint-imports"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module as parsed once for all tests, which only read it."""
    return ast.parse(path.read_text())


@cache
def nodes_of(path: Path) -> Sequence[ast.AST]:
    """Return all nodes of a module's source, walked once for all tests of this process."""
    return tuple(ast.walk(tree_of(path)))


def contracts(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)


BREAKS = [
    ("storage.engine.rows", "handlers.payloads"),
    ("handlers.payloads", "storage.store"),
    ("handlers.payloads", "cli.output"),
    ("bot.domain.base.moments", "bot.services.cases.casework"),
    ("bot.services.mentions.routing", "bot.blocks.base.ids"),
    ("bot.domain.base.moments", "sqlite3"),
    ("bot.rehearsal.clock", "bot.services.cases.casework"),
    ("bot.services.mentions.routing", "bot.rehearsal.clock"),
    ("bot.gateways.clock", "slack_bolt"),
    ("bot.gateways.clock", "apscheduler"),
    ("bot.services.mentions.routing", "sqlite_utils"),
    ("bot.services.mentions.routing", "requests"),
]


def test_each_contract_catches_what_breaks_it(tmp_path: Path) -> None:
    for part in ("bot", "cli", "handlers", "storage"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "page", "words"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, imported in BREAKS:
        with (tmp_path / module.replace(".", "/")).with_suffix(".py").open("a") as file:
            file.write(f"\nimport {imported}\n")
    done = contracts(tmp_path)
    assert done.returncode != 0
    assert [one for one in BREAKS if f"{one[0]} -> {one[1]} (l." not in done.stdout] == [], "nobody minds these"
    assert " 0 kept, " in done.stdout, done.stdout


CLOCKS = {"datetime.now", "datetime.utcnow", "time.time", "time.monotonic", "time.sleep", "date.today"}


BELOW = ["bot/domain", "bot/services", "bot/blocks", "bot/ports", "bot/settings", "storage"]


@pytest.mark.parametrize("room", BELOW)
def test_nothing_below_the_doors_reads_a_clock_of_the_machine(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in LAST_OF_CLOCKS and ast.unparse(node) in CLOCKS
    ]
    assert found == []


# Where the clock is read below the handlers, how often, and why: right after a call to the outside, which took
# its time. All else is handed `now`.
AFTER_A_CALL = {
    "bot/services/accounts/holds.py:reading": (1, "the network was read, and a wait counts from its answer"),
    "bot/services/replies/sending.py:send_due.one": (
        2,
        "the replies before this one, then the reading of its network",
    ),
    "bot/services/replies/sending.py:_carry_out": (1, "the network was called with the reply"),
    "bot/services/replies/statement_sending.py:_send": (1, "the network was called with the statement"),
    "bot/services/mentions/hiding.py:_carry_out_alone": (1, "the network was asked to hide a post"),
    "bot/services/replies/sending.py:check_due_outcomes.one": (1, "the looks before this one read their networks"),
    "bot/services/slack/publishing.py:Publisher._tell": (1, "Slack was called with the message"),
}
LAST_OF_CLOCKS = {one.rpartition(".")[2] for one in CLOCKS}
THE_CLOCK = "bot/gateways/clock.py:"
# In handlers that have the moment of a press already.
LONG_AFTER_THE_PRESS = {"handlers/door.py:Visit.later": (1, "it waited in the queue of what follows a press")}


def clock_reads(node: ast.AST, place: str) -> Iterator[str]:
    """Yield the function around each mention of a clock's `now`, called or handed on."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from clock_reads(part, f"{place}{'.' if not place.endswith(':') else ''}{part.name}")
            continue
        if _reads_a_clock(part):
            yield place
        yield from clock_reads(part, place)


def _reads_a_clock(node: ast.AST) -> bool:
    """Return whether this is `desk.clock.now`, or a call of `now` on a clock with any name."""
    if isinstance(node, ast.Attribute) and node.attr == "now":
        return ast.unparse(node.value).lower().endswith("clock")
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "now":
        return False
    return not _reads_a_clock(node.func)  # that one is found separately


def clock_reads_in(*rooms: str) -> Iterator[str]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield from clock_reads(tree_of(path), f"{path.relative_to(ROOT)}:")


def test_nothing_below_the_doors_asks_the_desk_what_time_it_is() -> None:
    found = Counter(one for one in clock_reads_in(*BELOW, "bot/gateways") if not one.startswith(THE_CLOCK))
    assert found == {place: count for place, (count, _) in AFTER_A_CALL.items()}


def test_a_door_that_holds_the_moment_of_a_press_reads_no_other() -> None:
    held = {place for path in sorted((ROOT / "handlers").rglob("*.py")) for place in _with_a_visit(path)}
    found = Counter(one for one in clock_reads_in("handlers") if one in held)
    assert found == {place: count for place, (count, _) in LONG_AFTER_THE_PRESS.items()}


def _with_a_visit(path: Path) -> Iterator[str]:
    """Yield the functions with a Visit as an argument, and Visit's own methods."""
    name, tree = f"{path.relative_to(ROOT)}:", tree_of(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Visit":
            yield from (f"{name}Visit.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))
        if isinstance(node, ast.FunctionDef) and any(
            one.annotation is not None and "Visit" in ast.unparse(one.annotation) for one in node.args.args
        ):
            yield f"{name}{node.name}"


@pytest.mark.parametrize(
    "line",
    ["desk.clock.now()", "self.desk.clock.now()", "tick = desk.clock.now", "t = desk.clock; t.now()", "Clock.now(c)"],
)
def test_a_clock_is_seen_under_any_name(line: str) -> None:
    source = f"class Room:\n    def work(self):\n        def one():\n            {line}\n        return seen.now"
    assert set(clock_reads(ast.parse(source), "a.py:")) == {"a.py:Room.work.one"}


def test_doors_open_no_transactions() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls("handlers", "cli")
        if isinstance(call.func, ast.Attribute) and call.func.attr == "transaction"
    ]
    assert found == []


def test_what_the_store_does_is_said_once_in_its_port() -> None:
    """A method of the store that the port has is documented only in the port; any other has its own docstring."""
    port = {name for name in dir(Store) if not name.startswith("_")}
    said = {name: bool(getattr(SqlStore, name).__doc__) for name in dir(SqlStore) if not name.startswith("_")}
    assert {name for name, is_said in said.items() if is_said == (name in port)} == set()
    assert [name for name in port if not getattr(Store, name).__doc__] == []


def test_rows_are_read_by_name() -> None:
    """For one or two columns an index is clear enough; for more columns a reader cannot check it."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "storage").rglob("*.py"))
        for node in nodes_of(path)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        and node.slice.value > 1
    ]
    assert found == []


SPEAKS = {"post", "update", "respond", "send_file", "open_view", "push_view", "update_view", "publish_home"}


def calls(*rooms: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(one for room in rooms for one in (ROOT / room).rglob("*.py")):
        for node in nodes_of(path):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), node


def is_a_message(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "Message"


def test_everything_that_goes_to_slack_passes_the_one_place_that_decides_who_reads_it() -> None:
    found = {
        path
        for path, call in calls("bot/services", "bot/gateways", "handlers")
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in SPEAKS
        and ast.unparse(call.func.value).endswith("chat")
    }
    assert found == {"bot/services/slack/outgoing.py"}


def test_every_message_says_how_far_it_may_go() -> None:
    silent = [
        f"{path}:{call.lineno}"
        for path, call in calls("bot/blocks", "bot/services", "bot/gateways", "handlers")
        if is_a_message(call) and "kept_to" not in {one.arg for one in call.keywords}
    ]
    assert silent == []


def test_doors_compose_no_messages() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls("handlers", "cli")
        if is_a_message(call) or (isinstance(call.func, ast.Attribute) and call.func.attr == "notice")
    ]
    assert found == []


def test_the_desk_makes_its_dataclasses_the_quick_way() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in OURS
        if "rehearsal" not in path.parts and path.name != "quick_dataclass.py"
        for node in tree_of(path).body
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if "dataclass" in {name.name for name in node.names}
    }
    assert found == {"bot/domain/cases/queue.py"}  # which has an order, too


def functions() -> Iterator[tuple[str, int]]:
    for path in OURS:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_stay_small() -> None:
    lengths = [length for _, length in functions()]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_modules_stay_small_or_say_why_not() -> None:
    long = {str(path.relative_to(ROOT)) for path in OURS if len(path.read_text().splitlines()) > LONGEST}
    assert long - WAIVED.keys() == set()


def test_no_file_names_a_machine_or_a_registry() -> None:
    names = ["/" + "work/", "/" + "root/.", "pythonhosted", "registry." + "npmjs"]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    found = [
        f"{name}: {word}"
        for name in filter(None, tracked)
        for word in names
        if name != "tests/test_architecture.py" and word in (ROOT / name).read_text(errors="replace")
    ]
    assert found == []


def unused(tree: ast.Module) -> set[str]:
    """Return the private names at the top of a module that nothing in it reads."""
    targets = [one for step in tree.body if isinstance(step, ast.Assign) for one in step.targets]
    targets += [step.target for step in tree.body if isinstance(step, ast.AnnAssign)]
    made = {one.id for one in targets if isinstance(one, ast.Name)}
    made |= {step.name for step in tree.body if isinstance(step, ast.FunctionDef | ast.ClassDef)}
    read = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    quoted = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}  # a type that is defined later
    return {name for name in made - read - quoted if name.startswith("_") and not name.startswith("__")}


def test_what_is_written_for_a_module_is_used_in_it() -> None:
    """A phrase of the card, a rule or a reader that is missing in its list fails here."""
    assert unused(ast.parse("def _phrase(): ...\n_ALL = []\nprint(_ALL)")) == {"_phrase"}
    assert [(str(path.relative_to(ROOT)), name) for path in OURS for name in unused(tree_of(path))] == []
