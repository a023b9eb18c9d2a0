"""The part of Jinja2 that reply templates may use: facts, `if` and ten filters; nothing that can run long."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_SOURCE = 4_000  # characters; a reply has at most 280
FILTERS = ("default", "lower", "upper", "trim", "title", "capitalize", "truncate", "first", "last", "length")
WITH_ARGUMENTS = ("default", "truncate")
RESERVED = frozenset("self super loop caller varargs kwargs none true false".split())  # noqa: SIM905 - reads as a list

_ALLOWED = frozenset(
    ("Template", "Output", "TemplateData", "Name", "Const", "If", "And", "Or", "Not", "Compare", "Operand")
)
_REFUSED = {
    "For": "a loop",
    "Call": "a call",
    "Macro": "a macro",
    "CallBlock": "a macro",
    "Filter": "a filter around a passage",
    "FilterBlock": "a filter around a passage",
    "Assign": "an assignment",
    "AssignBlock": "an assignment",
    "With": "an assignment",
    "Import": "an import",
    "FromImport": "an import",
    "Include": "another file's words",
    "Extends": "another file's words",
    "Block": "another file's words",
    "Getattr": "a dot behind a fact",
    "Getitem": "brackets behind a fact",
    "Test": 'a question with "is"',
    "Concat": 'a "~"',
    "CondExpr": 'an "if" inside {{ }}',
    "Add": "arithmetic",
    "Sub": "arithmetic",
    "Mul": "arithmetic",
    "Div": "arithmetic",
    "FloorDiv": "arithmetic",
    "Mod": "arithmetic",
    "Pow": "arithmetic",
    "Neg": "arithmetic",
    "Pos": "arithmetic",
}
TAG = re.compile(r"\{%[-+]?\s*(\w+)")
IF_TAGS = frozenset(("if", "elif", "else", "endif"))
_TAGS = {"for": "a loop", "endfor": "a loop", "macro": "a macro", "call": "a macro", "set": "an assignment"}
_REMEDY = "A reply may hold facts, {% if %} and simple filters; write the words out instead."

FaultyLine = tuple[int, str]  # line of the source, counted from 1, and a sentence with its remedy


@dataclass(frozen=True, slots=True)
class CompiledWords:
    """A compiled template, and the facts that it uses."""

    template: "Template"
    uses: frozenset[str]
    ways: Mapping[str, int]  # of each sentence with several, by the fact that chooses one of them

    def filled(self, facts: Mapping[str, str]) -> str:
        """Return the words with `facts` filled in; raise ValueError when that fails."""
        from jinja2 import TemplateError  # noqa: PLC0415 - loaded already by `compiled`

        try:
            return self.template.render(facts)
        except (TemplateError, TypeError, AssertionError) as trouble:
            raise ValueError(str(trouble)) from trouble


def compiled(source: str, facts: Collection[str]) -> tuple[CompiledWords | None, tuple[FaultyLine, ...]]:
    """Return the compiled words, or None and all faults of `source` as a template with these `facts`."""
    if len(source) > LONGEST_SOURCE:
        return None, ((1, f"It has {len(source)} characters, the most is {LONGEST_SOURCE}. Shorten it."),)
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415 - takes 0.1 s, and many commands do not need it

    from bot.gateways.template_ways import faults_of_ways, woven  # noqa: PLC0415 - as above

    if faults := tuple(faults_of_ways(source, facts)):
        return None, faults
    source, ways = woven(source)
    try:
        tree = _environment().parse(source)
        findings = tuple(dict.fromkeys(_findings(tree, facts, ways)))
        if findings:
            return None, findings
        uses = frozenset(name.name for name in tree.find_all(nodes.Name))
        return CompiledWords(_environment().from_string(tree), uses, ways), ()
    except TemplateSyntaxError as trouble:
        return None, (_unreadable(source, trouble.lineno),)
    except (RecursionError, MemoryError, SyntaxError, OverflowError, ValueError):
        return None, ((1, f"It is nested too deeply. {_REMEDY}"),)


def _unreadable(source: str, line: int) -> FaultyLine:
    """Return why a source is no template, in words for people; `line`: where Jinja2 gave up."""
    opened: list[int] = []
    for tag in TAG.finditer(source):
        at = source.count("\n", 0, tag.start()) + 1
        if tag[1] not in IF_TAGS:
            return at, f"It holds {_TAGS.get(tag[1], f'{{% {tag[1][:40]} %}}')}. {_REMEDY}"
        if tag[1] == "if":
            opened.append(at)
        elif tag[1] == "endif" and opened:
            opened.pop()
    if opened:
        return opened[-1], "This {% if %} is never closed. Write {% endif %} where its passage ends."
    return (
        line,
        "The braces cannot be read here. A fact is {{ brand }}, a passage {% if first_name %} ... {% endif %}.",
    )


def load_jinja() -> None:
    """Load Jinja2 and prepare it, which takes some 50 ms once."""
    _environment()


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined  # noqa: PLC0415 - see above
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.globals.clear()
    environment.tests.clear()
    return environment


def _findings(tree: "nodes.Node", facts: Collection[str], ours: Collection[str]) -> Iterator[FaultyLine]:
    from jinja2 import nodes  # noqa: PLC0415 - see above

    waiting: list[nodes.Node] = [tree]
    below: list[nodes.Node]
    while waiting:  # no recursion: anybody may have written the file, so the tree may be very deep
        node = waiting.pop(0)
        if isinstance(node, nodes.Filter) and node.node is not None:
            sentence, below = _why_not_filter(node, facts), [node.node]
        else:
            sentence, below = _why_not(node, facts, ours), list(node.iter_child_nodes())
        if sentence:
            yield node.lineno, sentence
        else:
            waiting.extend(below)


def _why_not(node: "nodes.Node", facts: Collection[str], ours: Collection[str]) -> str:
    from jinja2 import nodes  # noqa: PLC0415 - see above

    kind = type(node).__name__
    if kind not in _ALLOWED:
        return f"It holds {_REFUSED.get(kind, 'something that no reply needs')}. {_REMEDY}"
    if isinstance(node, nodes.Name) and node.name not in facts and node.name not in ours:
        return (
            f'Nobody fills "{node.name}". Use {", ".join(sorted(facts))}, or add a line "asks.{node.name}:" on top.'
        )
    if isinstance(node, nodes.Operand) and node.op not in {"eq", "ne"}:
        return 'Facts can be compared with "==" and "!=" only. Use one of the two.'
    return ""


def _why_not_filter(node: "nodes.Filter", facts: Collection[str]) -> str:
    if node.name not in FILTERS:
        return f'There is no filter "{node.name}". The filters are {", ".join(FILTERS)}.'
    given = [*node.args, *(pair.value for pair in node.kwargs)]
    if node.dyn_args or node.dyn_kwargs or (given and node.name not in WITH_ARGUMENTS):
        return f'The filter "{node.name}" takes nothing in brackets. Take the brackets away.'
    if any(type(one).__name__ != "Const" and getattr(one, "name", "") not in facts for one in given):
        return f'In the brackets of "{node.name}" only words in quotes and numbers can stand.'
    return ""
