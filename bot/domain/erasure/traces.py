"""The traces of an erased person in texts that belong to no case of theirs: what they are called, and their words."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.search import folded

GONE = "[erased]"  # instead of a trace: in a template a gap, with which no reply can be submitted
IN_A_ROW = 8  # words of a post that nobody else says in this order
_LONG = 8  # letters of a handle that is no everyday word
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Traces:
    """The names of an erased person, and all runs of eight words in their posts."""

    names: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]
    phrases: frozenset[str] = frozenset()  # names that are words of ours, too ("Google user"): only with the @

    def without_ours(self, said: Sequence[tuple[int, str]], ours: Iterable[tuple[int, str]]) -> "Traces":
        """Return them without what we wrote first: words that the person quotes, and names that are phrases.

        `said`: their texts, `ours`: ours, each with its moment.
        """
        first, since = min((at for at, _ in said), default=0), dict[tuple[str, ...], int]()
        for at, text in said:
            since |= {run: min(at, since.get(run, at)) for run in _runs(_WORD.findall(text))}
        quoted, phrases = set[tuple[str, ...]](), set[str]()
        for at, text in ours:
            quoted |= {run for run in _runs(_WORD.findall(text)) if at < since.get(run, at)}
            phrases |= {one for one in self.names if at < first and re.search(_called(one), text, re.IGNORECASE)}
        return Traces(self.names, self.runs - quoted, frozenset(phrases))

    def within(self, texts: Iterable[str]) -> "Traces":
        """Return those of them that these texts have."""
        names, runs = set[str](), set[tuple[str, ...]]()
        for text in texts:
            names |= {one for one in self.names if self._is_called(one, text)}
            runs |= self.runs.intersection(_runs(_WORD.findall(text)))
        named = tuple(one for one in self.names if one in names)
        return Traces(named, frozenset(runs), self.phrases & names)

    def _is_called(self, name: str, text: str) -> bool:
        return re.search(_called(name, phrase=name in self.phrases), text, re.IGNORECASE) is not None

    def without(self, text: str) -> str:
        """Return a text with a mark in the place of each trace."""
        for start, end in reversed(_joined(sorted({*self._named(text), *self._said(text)}))):
            text = text[:start] + GONE + text[end:]
        return text

    def name_in(self, text: str) -> bool:
        """Return whether a text names the person."""
        return next(self._named(text), None) is not None

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        for name in self.names:
            for hit in re.finditer(_called(name, phrase=name in self.phrases), text, re.IGNORECASE):
                yield hit.span()

    def _said(self, text: str) -> Iterator[tuple[int, int]]:
        words = list(_WORD.finditer(text)) if self.runs else []
        for first, run in enumerate(_runs([one[0] for one in words])):
            if run in self.runs:
                yield words[first].start(), words[first + IN_A_ROW - 1].end()


def traces_of(called: Iterable[str], said: Iterable[str]) -> Traces:
    """Return the traces of a person with these handles and names, who wrote these texts.

    A name of one word is everybody's ("Will"): it is no trace without the @ of a handle.
    """
    names = sorted({one.lstrip("@＠").strip() for one in called} - {""}, key=lambda one: (-len(one), one))
    return Traces(tuple(names), frozenset(run for text in said for run in _runs(_WORD.findall(text))))


def _called(name: str, *, phrase: bool = False) -> str:
    """Return the pattern of a handle or a name as it stands in a text."""
    words = r"\s+".join(re.escape(one) for one in name.split())
    alone = not phrase and (" " in name or not name.isalpha() or len(name) >= _LONG)
    return rf"(?<!\w)[@＠]{'?' if alone else ''}{words}(?!\w)"


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    every = [folded(one) for one in words]
    return (tuple(every[first : first + IN_A_ROW]) for first in range(len(every) - IN_A_ROW + 1))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
