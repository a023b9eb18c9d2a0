"""Reads template files: the front matter for the people who choose a reply, and the words; finds their faults."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, visible
from bot.domain.replies.draft_checks import unfilled
from bot.domain.replies.template_facts import MAY_BE_EMPTY, OUR_FACTS
from bot.gateways.durable_files import replace_whole
from bot.gateways.template_bounds import LONGEST_SOURCE, RESERVED, CompiledWords, compiled

_NAME = re.compile(r"[a-z0-9_]{1,40}")
_FACT = re.compile(r"[a-z](?:[a-z_]{0,38}[a-z])?")
_KEYS = ("title", "use_when", "topics", "words", "said_as", "accounts", "language", "private")
_LOOSE_SIGN = re.compile(r"\A[,.;:!?]|[ \n][,.;:!?]|[,;:] *[,.;:!?]")
_FENCE = "---"
MOST_ASKED = 10  # facts: each is an input of the reply form, in which Slack takes 100 blocks
_BAD_NAME = "A template's name is small letters, digits and _ only, at most 40. Rename the file."
_MOST_BYTES = 6 * LONGEST_SOURCE  # a longer file is refused without reading the rest


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """A fault in a template file, and the remedy."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `asks` maps each fact that a person has to enter to its question."""

    name: str
    title: str
    use_when: str
    topics: tuple[str, ...]
    words: tuple[str, ...]  # of a customer's post that bring it up; a star leaves the end open
    said_as: tuple[str, ...]  # words of a reply by which it counts as this one
    accounts: tuple[str, ...]  # names of ours that it is for; empty: all
    language: str
    private: bool  # it asks for private details, so it is for private messages only
    asks: Mapping[str, str]
    source: str

    @property
    def ways(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Return the ways to say each sentence that can be said in several; see the port."""
        if "or:" not in self.source.lower():
            return ()
        from bot.gateways.template_ways import ways_in  # noqa: PLC0415 - few commands need it, and no start

        return ways_in(self.source)


@dataclass(slots=True)
class Prepared:
    """A template that can be filled."""

    template: Template
    compiled: CompiledWords | None  # None: not yet
    content: str = ""  # the whole file

    @property
    def words(self) -> CompiledWords:
        """Return the compiled words. Raises ValueError with a sentence if they are faulty."""
        if self.compiled is None:
            self.compiled, findings = compiled(self.template.source, (*OUR_FACTS, *self.template.asks))
            if self.compiled is None:
                raise ValueError(findings[-1][1])
        return self.compiled


class _Unreadable(Exception):
    """The rest of the file cannot be read; `line` and the sentence say why."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


def read_folder(
    directory: Traversable, *, compiles: bool = True
) -> tuple[dict[str, Prepared], tuple[TemplateFault, ...]]:
    """Read every `*.txt` in `directory`; return the templates by name, and all faults, file by file.

    `compiles=False` leaves the words for later, with their faults: for templates that were checked before.
    """
    prepared: dict[str, Prepared] = {}
    faults: list[TemplateFault] = []
    for entry in _entries(directory):
        page = _Page(entry.name)
        try:
            content = _content(directory, entry)
        except _Unreadable as trouble:
            page.fault(trouble.line, trouble.sentence)
            faults += page.faults
            continue
        ready, found = read_content(entry.name, content, compiles=compiles)
        prepared |= {ready.template.name: ready} if ready else {}
        faults += found
    if not prepared and not faults:
        faults.append(TemplateFault(str(directory), 1, "No template is here. Name a folder that has *.txt files."))
    return prepared, tuple(faults)


def read_content(
    file: str, content: str, *, compiles: bool = True
) -> tuple[Prepared | None, tuple[TemplateFault, ...]]:
    """Read the text of one template; return it, where it can be read, and all its faults."""
    page, ready = _Page(file), None
    try:
        _refuse_name(file)
        ready = page.prepared(content, compiles)
    except _Unreadable as trouble:
        page.fault(trouble.line, trouble.sentence)
    return ready, tuple(sorted(page.faults, key=lambda fault: fault.line))


def write_folder(directory: Path, contents: Mapping[str, str], *, over: bool) -> Sequence[str]:
    """Write each template, by name, to its file; return the files that have other words, and then write none.

    `over`: replace those. Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = {directory / f"{name}.txt": f"{content.rstrip()}\n".encode() for name, content in contents.items()}
    there = {path: content for path, content in files.items() if path.exists()}
    others = [path.name for path, content in there.items() if path.read_bytes().strip() != content.strip()]
    if others and not over:
        return others
    for path, content in files.items():
        replace_whole(path, content)
    return []


def _entries(directory: Traversable) -> list[Traversable]:
    if not directory.is_dir():
        return []
    named = (one for one in directory.iterdir() if one.name.endswith(".txt") and not one.name.startswith("."))
    return sorted(named, key=lambda one: one.name)


def _content(directory: Traversable, entry: Traversable) -> str:
    _refuse_name(entry.name)
    if not entry.is_file() or _leads_away(directory, entry):
        raise _Unreadable(1, "This is not a file of this folder. Put the words themselves here.")
    try:
        with entry.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:  # cut, it could lose the end of the reply and still be a template
            raise _Unreadable(1, f"It is larger than {_MOST_BYTES:,} bytes. Shorten it.")
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _Unreadable(1, "It is not saved as UTF-8 text. Save it again with that encoding.") from None
    except OSError as trouble:
        raise _Unreadable(1, f"It cannot be opened: {trouble.strerror}. Let the desk read it.") from None


def _refuse_name(file: str) -> None:
    if not _NAME.fullmatch(file.removesuffix(".txt")):
        raise _Unreadable(1, _BAD_NAME)


def _leads_away(directory: Traversable, entry: Traversable) -> bool:
    """Return whether a link points out of the folder; mounted folders contain links that stay within them."""
    if not (isinstance(entry, Path) and isinstance(directory, Path) and entry.is_symlink()):
        return False
    return not entry.resolve().is_relative_to(directory.resolve())


@dataclass(slots=True)
class _Page:
    """One file while it is read; it collects the faults, so that all are reported together."""

    file: str
    faults: list[TemplateFault] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, sentence: str) -> None:
        """Add a fault."""
        self.faults.append(TemplateFault(self.file, line, sentence))

    def prepared(self, content: str, compiles: bool) -> Prepared:
        """Split front matter and words and check both; raise _Unreadable when that is not possible."""
        lines = content.split("\n")
        for number, line in enumerate(lines, start=1):
            if clean(line) != line:
                raise _Unreadable(number, "It holds a sign that no database keeps (NUL). Take it out.")
        second = next((index for index, line in enumerate(lines) if index and line.strip() == _FENCE), 0)
        if lines[0].strip() != _FENCE or not second:
            raise _Unreadable(1, 'A template begins with "---", its title and use line by line, and "---" again.')
        self.take_fields(lines[1:second])
        self.judge_fields()
        source, first_line = "\n".join(lines[second + 1 :]), second + 2
        if not compiles:
            return Prepared(self.template(source), None, content)
        words = self.words(source, first_line)
        self.try_out(words, first_line)
        return Prepared(self.template(source), words, content)

    def take_fields(self, lines: Sequence[str]) -> None:
        """Read the front matter, `key: value` line by line."""
        for number, line in enumerate(lines, start=2):
            text = line.strip()
            if text and not text.startswith("#"):
                self.take_field(number, text)

    def take_field(self, number: int, text: str) -> None:
        """Read one line of the front matter."""
        key, colon, rest = (part.strip() for part in text.partition(":"))
        value = visible(_unquoted(rest)).strip()
        if not colon or (key not in _KEYS and not key.startswith("asks.")):
            self.fault(number, f'"{key[:40]}" is not known here. Write {", ".join(_KEYS)} or asks.<fact>, and ": ".')
        elif key in self.fields:
            self.fault(number, f'"{key}" stands here twice. Keep one of them.')
        elif not value:
            self.fault(number, f'Nothing follows "{key}:". Fill it in or take the line out.')
        else:
            self.fields[key], self.lines[key] = value, number

    @property
    def asks(self) -> dict[str, str]:
        """Return the facts asked for and their questions."""
        return {key.removeprefix("asks."): text for key, text in self.fields.items() if key.startswith("asks.")}

    def judge_fields(self) -> None:
        """Add the faults of the front matter."""
        for key in ("title", "use_when"):
            if key not in self.lines:
                self.fault(1, f'It has no "{key}:". Add it between the two lines "---".')
        if self.fields.get("private", "no") not in {"yes", "no"}:
            self.fault(self.lines["private"], '"private:" is yes or no. Write one of them.')
        for fact in [*self.asks][MOST_ASKED:][:1]:
            sentence = f"It asks for {len(self.asks)} facts, the most is {MOST_ASKED}. Ask for fewer."
            self.fault(self.lines[f"asks.{fact}"], sentence)
        for fact in self.asks:
            if not _FACT.fullmatch(fact) or fact in RESERVED or fact in OUR_FACTS:
                known = ", ".join(OUR_FACTS)
                sentence = f'"{fact[:40]}" cannot be asked for. Choose small letters and _, and none of {known}.'
                self.fault(self.lines[f"asks.{fact}"], sentence)

    def words(self, source: str, first_line: int) -> CompiledWords:
        """Compile the words below the front matter."""
        if not source.strip():
            raise _Unreadable(first_line, 'There are no words below the second "---". Write the reply there.')
        words, findings = compiled(source, (*OUR_FACTS, *self.asks))
        for line, sentence in findings[:-1] if words is None else findings:
            self.fault(first_line + line - 1, sentence)
        if words is None:
            line, sentence = findings[-1]
            raise _Unreadable(first_line + line - 1, sentence)
        return words

    def try_out(self, words: CompiledWords, first_line: int) -> None:
        """Fill the words with sample facts, in each of their ways, and check the results."""
        for fact in self.asks:
            if fact not in words.uses:
                self.fault(self.lines[f"asks.{fact}"], f'The words do not use "{fact}". Use it or do not ask for it.')
        sample = dict.fromkeys((*OUR_FACTS, *self.asks), "Sample")
        for number in range(max(words.ways.values(), default=1)):
            self.try_way(words, sample | {fact: str(number % many) for fact, many in words.ways.items()}, first_line)

    def try_way(self, words: CompiledWords, sample: Mapping[str, str], first_line: int) -> None:
        """Fill the words in one of their ways, with and without a first name, and check the results."""
        try:
            named, nameless = words.filled(sample), words.filled({**sample, **dict.fromkeys(MAY_BE_EMPTY, "")})
        except ValueError:
            raise _Unreadable(first_line, "It cannot be filled in. Write it without its filters.") from None
        if left := unfilled(f"{named}\n{nameless}"):
            self.fault(first_line, f"When it is filled, {', '.join(left)} stays in the words. Make it a fact.")
        if _LOOSE_SIGN.search(nameless.strip()) and not _LOOSE_SIGN.search(named.strip()):
            remedy = 'Write {{ first_name or "Hello" }}.'
            self.fault(
                first_line, f"Not every profile shows a name, and without one a stray comma or dash is left. {remedy}"
            )

    def listed(self, key: str) -> tuple[str, ...]:
        """Return the words of a field, which have commas between them, in small letters."""
        return tuple(filter(None, (one.strip().lower() for one in self.fields.get(key, "").split(","))))

    def template(self, source: str) -> Template:
        """Return the template's value."""
        return Template(
            name=self.file.removesuffix(".txt"),
            title=self.fields.get("title", ""),
            use_when=self.fields.get("use_when", ""),
            topics=self.listed("topics"),
            words=self.listed("words"),
            said_as=self.listed("said_as"),
            accounts=self.listed("accounts"),
            language=self.fields.get("language", "en"),
            private=self.fields.get("private") == "yes",
            asks=self.asks,
            source=source,
        )


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
