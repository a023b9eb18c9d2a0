"""Reports triage of recorded posts on the command line: counts, or a comparison with the labels of people."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.domain.base.refusals import NotUsable
from bot.domain.triage.agreement import kappa
from bot.domain.triage.triage import Correction, Kind, Reason
from bot.services.triage.measure import LABELS, Measured, Read, measured, most_surprising

SHOWN = 10  # of what surprises most
SECOND = "_2"  # ends the columns of a second reader
Labels = Sequence[Mapping[str, str]]  # one row a post


def read_labels(path: Path) -> Labels:
    """Return the rows of a file of labels (CSV with id, kind and, where known, urgent, unheard, half).

    Raises NotUsable where it cannot be read, or says a kind that there is not.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as trouble:
        raise NotUsable(f"{path.name} cannot be read: {trouble}") from None
    kinds = {one.value for one in Kind}
    for number, row in enumerate(rows, 2):
        if not row.get("id") or row.get("kind") not in kinds:
            raise NotUsable(
                f"{path.name}, line {number}: it needs an id, and one of these kinds: {', '.join(kinds)}."
            )
    return rows


def comparison(read: Sequence[Read], labels: Labels, *, as_json: bool) -> Iterator[str]:
    """Yield how far the desk and each reader agree, for each half of the labels by itself."""
    halves = list(dict.fromkeys(row.get("half", "") for row in labels))
    parts = {half: [row for row in labels if row.get("half", "") == half] for half in halves}
    found = {
        (half, reader): measured(read, _of(rows, reader)) for half, rows in parts.items() for reader in _readers(rows)
    }
    if as_json:
        told = [{"half": half, "reader": reader, **asdict(one)} for (half, reader), one in found.items()]
        yield json.dumps({"compared": told, "readers": {h: _between(rows) for h, rows in parts.items()}}, indent=2)
        return
    for (half, reader), one in found.items():
        yield from _compared(f"{half or 'all'}, reader {reader}", one)
    for half, rows in parts.items():
        if between := _between(rows):
            yield f"Two readers among themselves, {half or 'all'}: {_figures(between)}"


def counts(read: Sequence[Read], *, as_json: bool) -> Iterator[str]:
    """Yield how many posts are taken for what, and which of them a person should look at first."""
    kinds = Counter(one.triage.kind.value for one in read)
    urgent = Counter(one.triage.urgent.value for one in read if one.triage.urgent)
    look = most_surprising(read, SHOWN)
    light = sum(one.triage.light for one in read)
    if as_json:
        told = [{"id": one.post_id, **asdict(one.triage)} for one in look]
        yield json.dumps(
            {"posts": len(read), "kinds": kinds, "urgent": urgent, "light": light, "look_at": told}, indent=2
        )
        return
    yield f"{len(read)} posts: {_listed(kinds)}."
    yield f"Urgent: {_listed(urgent) or 'none'}. In the light lane: {light}."
    yield "Look at these first:" if look else "Nothing to look at."
    for one in look:
        yield f"  {one.post_id}  {_taken_for(one)}"


def corrections(found: Sequence[Correction], *, as_json: bool) -> Iterator[str]:
    """Yield what people corrected, the most frequent first."""
    if as_json:
        yield json.dumps([asdict(one) for one in found], indent=2)
        return
    if not found:
        yield "Nobody has corrected anything yet."
    for one in found:
        before, now = (said or "not urgent" for said in (one.before, one.now))
        yield f"{one.count:>6}  {before} -> {now}, told by {one.rule or 'no rule'}"


def _readers(rows: Labels) -> Sequence[int]:
    return (1, 2) if _read_twice(rows) else (1,)


def _read_twice(rows: Labels) -> Labels:
    return [row for row in rows if row.get(f"kind{SECOND}")]


def _of(rows: Labels, reader: int) -> Mapping[str, Mapping[str, str]]:
    ending, read = (SECOND, _read_twice(rows)) if reader == 2 else ("", rows)
    names = {name: f"{name}{ending}" for name in LABELS}
    return {row["id"]: {name: row[column] for name, column in names.items() if column in row} for row in read}


def _between(rows: Labels) -> Mapping[str, float]:
    twice = _read_twice(rows)
    known = [name for name in LABELS if twice and name in twice[0]]
    return {name: kappa([(row[name], row[f"{name}{SECOND}"]) for row in twice]) for name in known}


def _compared(title: str, found: Measured) -> Iterator[str]:
    yield f"{title}: {found.count} posts. {_figures(found.kappa)}"
    kinds = [one.value for one in Kind]
    yield f"{'called, taken for':>18} " + " ".join(f"{one:>9}" for one in kinds)
    for kind in kinds:
        if kind in found.kinds:
            yield f"{kind:>18} " + " ".join(f"{found.kinds[kind].get(one, 0) or '.':>9}" for one in kinds)
    yield f"  urgent, and missed: {_ids(found.urgent_missed)}"
    yield f"  urgent in vain: {_ids(found.urgent_in_vain)}"
    yield f"  wants an answer, and would be light: {_ids(found.complaints_in_the_light_lane)}"
    yield ""


def _figures(kappas: Mapping[str, float]) -> str:
    return "Kappa: " + ", ".join(f"{name} {value:.2f}" for name, value in kappas.items()) + "."


def _ids(some: Sequence[str]) -> str:
    return f"{len(some)} ({', '.join(some)})" if some else "none"


def _listed(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items(), key=lambda one: -one[1]))


def _taken_for(one: Read) -> str:
    said = [("perhaps " if not one.triage.sure else "") + one.triage.kind.value + _by(one.triage.kind_by)]
    if one.triage.urgent:
        said.append(f"urgent, {one.triage.urgent.value}{_by(one.triage.urgent_by)}")
    return "; ".join(said)


def _by(reason: Reason) -> str:
    """Return " (broken)", or " (Lamp Club, rule club)"; without words the rule alone."""
    said = [*reason.words, *([reason.rule] if reason.configured or not reason.words else [])]
    return f" ({', '.join(said)})" if any(said) else ""
