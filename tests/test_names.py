"""Names and types say what a thing is and what happened: one meaning for a name, nothing told by words for people."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import OURS, ROOT, nodes_of, tree_of

pytestmark = pytest.mark.xdist_group("the source")  # one process parses it, once

# Fields that hold sentences for people. What happened has a typed field beside them.
FOR_PEOPLE = {"reason", "why", "note", "assigned_note", "sentence"}
LOOKS_AT_WORDS = {
    "startswith",
    "endswith",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "index",
    "find",
}


def told_by_wording(tree: ast.AST) -> Iterator[int]:
    """Yield the lines in which code decides by the wording of a field for people."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Compare)
            and _has_words(node)
            and any(map(_for_people, (node.left, *node.comparators)))
        ):
            yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            looked_up = node.func.attr == "get" and any(map(_for_people, node.args))
            if looked_up or (node.func.attr in LOOKS_AT_WORDS and _for_people(node.func.value)):
                yield node.lineno


def _has_words(node: ast.Compare) -> bool:
    sides = (node.left, *node.comparators)
    flat = [
        one for side in sides for one in (side.elts if isinstance(side, ast.Set | ast.Tuple | ast.List) else [side])
    ]
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value != "" for one in flat)


def _for_people(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in FOR_PEOPLE


def test_what_happened_is_told_by_type_and_never_by_the_wording_of_a_note() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in OURS for line in told_by_wording(tree_of(path))]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "case.reason.startswith(SAME_AS)",
        "because.get(draft.why, '')",
        "draft.why == 'mismatch'",
        "'case' in view.case.reason",
        "draft.note in {'solve', 'close'}",
    ],
)
def test_each_way_to_tell_by_wording_is_seen(line: str) -> None:
    assert list(told_by_wording(ast.parse(line))) == [1]


# Names that stand in several modules of one layer, each with the meaning that they share.
SAME_MEANING = {
    "answers": "the requests of the control socket, by name",
    "as_built": "what the migrations make, for either database",
    "as_json": "the module's facts as JSON",
    "claim": "somebody takes a case",
    "closed": "a form was closed without sending",
    "go_off": "somebody goes off; with their cases, or alone",
    "go_on": "somebody comes on; with their cases, or alone",
    "is_post_id": "whether a text can be an id of that network",
    "listed": "the module's list",
    "open_assign_form": "the form that asks for the assignee",
    "open_case": "a post becomes a case",
    "parts": "the parts of a schema, of either database",
    "put_up": "the words of a form are submitted",
    "read_again": "a stored raw post is read again, of that network",
    "read_author": "the author of a post, of that network",
    "register": "Slack's part that hands something over is told to do so",
    "retimed": "promises by other hours",
    "show": "the module's list is shown",
    "write": "what an event changed in that table",
    "Requests": "accepted requests: the port, and its table",
    "Strange": "an answer is not as that network documents it",
    "Us": "our account on that network",
}


def layer(path: Path) -> str:
    """Return the layer that a module belongs to; the rehearsal is a program of its own."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[:2]) if parts[0] == "bot" else parts[0]


def public_names() -> Iterator[tuple[str, str, str]]:
    """Yield layer, name and module of each public function, and of each public class (in one layer for all)."""
    for path in OURS:
        if "rehearsal" in path.parts:
            continue
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                where = layer(path) if isinstance(node, ast.FunctionDef) else "a class"
                yield where, node.name, str(path.relative_to(ROOT))


def shared_names() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for where, name, module in public_names():
        found.setdefault((where, name), []).append(module)
    return {key: modules for key, modules in found.items() if len(modules) > 1}


def test_a_public_name_has_one_meaning_within_its_layer() -> None:
    assert {key: modules for key, modules in shared_names().items() if key[1] not in SAME_MEANING} == {}


def test_every_shared_name_that_is_listed_is_shared() -> None:
    assert SAME_MEANING.keys() - {name for _, name in shared_names()} == set()


# Words that said too little about what they name, each with the word that is used now.
RIDDLES = {
    "asked": "with_approver_asked, ask_desk",
    "came_in": "linked_post_arrived",
    "horizon": "visibility_delay",
    "left": "left_by, without_retry",
    "look": "check_outcome, check_channels",
    "looked": "with_outcome_checked",
    "nag": "reminder",
    "nudge": "direct_reminder",
    "on": "row_for, coming_on",
    "parted": "split_off",
    "told": "history_line, danger_words, mark_told",
}


def test_no_public_function_or_class_is_called_by_a_word_that_says_too_little() -> None:
    found = [f"{module}: {name}" for _, name, module in public_names() if name.casefold() in RIDDLES]
    assert found == []


# Words that once had several meanings. Each public name with one of them stands here under its full term of the glossary.
FULL_TERMS = {
    "fact": {
        "fact event": "FactEvent FactVerb",
        "template fact": "TemplateFact known_template_facts bounded_template_facts template_fact_inputs "
        "with_template_facts",
        "line fact": "line_fact",
        "facts of a post": "post_facts",
    },
    "news": {"news": "News news newest_news"},
    "lead": {"lead": "LeadsSection is_lead must_lead tell_leads"},
    "rule": {
        "triage rule": "TriageRule triage_rules by_triage_rules triage_rules_without_an_account",
        "word rule": "WordRule",
        "safety rule": "SafetyRule safety_rule shipped_safety_rule",
        "lane rule": "LaneRule lane_rules",
        "turnaround rule": "TurnaroundRule",
        "an entry of the configuration": "OtherTeamRule RouteRule SegmentRule ShiftRule SkillRule SoloRule "
        "StatementSourceRule",
    },
    "step": {
        "ladder step": "LadderStep ladder_step",
        "next step": "next_step",
        "checklist step": "checklist_step_name",
    },
    "sweep": {"sweep": "sweep"},
}


@cache
def words_of_names() -> Mapping[str, set[str]]:
    """Return the words in each public name of a class, function or method."""
    return {
        node.name: {one.lower() for one in re.findall(r"[A-Z]?[a-z]+", node.name)}
        for path in OURS
        if "rehearsal" not in path.parts
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }


def names_with(word: str) -> set[str]:
    """Return the public names of classes, functions and methods that have this word, or its plural, in them."""
    return {name for name, words in words_of_names().items() if {word, f"{word}s"} & words}


@pytest.mark.parametrize("word", FULL_TERMS)
def test_a_word_that_had_several_meanings_is_used_in_full(word: str) -> None:
    assert names_with(word) == set(" ".join(FULL_TERMS[word].values()).split())


# A docstring's first word that asks a question instead of naming a thing, or a step.
ASKS = {"How", "What", "Whatever", "When", "Where", "Whether", "Which", "Who", "Whoever", "Whom", "Whose", "Why"}
# Verbs in the imperative that end in s; any other word that does is a third person.
IMPERATIVE = {"Discuss", "Dismiss", "Pass", "Press", "Process"}
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def first_lines(path: Path) -> Iterator[tuple[Documented, str]]:
    """Yield what has a docstring in a module, and its first line."""
    for node in nodes_of(path):
        if isinstance(node, Documented) and (said := ast.get_docstring(node)):
            yield node, said.splitlines()[0]


def unlike_the_others(node: Documented, line: str) -> bool:
    """Return whether a first line is no sentence, asks a question, or says in the third person what a function does."""
    word = line.split(maxsplit=1)[0].strip(",.:")
    third_person = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and word.endswith("s")
    return line[-1] not in ".?" or word in ASKS or (third_person and word not in IMPERATIVE)


def test_the_first_line_of_a_docstring_names_a_thing_or_a_step() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in OURS
        for node, line in first_lines(path)
        if unlike_the_others(node, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        '"""Who is on."""',
        "def f():\n    'Returns it.'",
        "class C:\n    '''What it is'''",
        "def f():\n    'Return it'",
    ],
)
def test_each_unlike_first_line_is_seen(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(source)
    assert [unlike_the_others(*one) for one in first_lines(tmp_path / "a.py")] == [True]
