"""Reads the weights by which triage tells kinds: a file that comes with the desk, read for the first post."""

from functools import cache
from importlib.resources import files

from bot.domain.triage.triage import Kind
from bot.domain.triage.weighing import Weights

_CERTAIN = "certain"


@cache
def kind_weights() -> Weights:
    """Return the weights that come with the desk."""
    return weights_from(files(__name__.rpartition(".")[0]).joinpath("triage", "kinds.tsv").read_text("utf-8"))


def weights_from(text: str) -> Weights:
    """Return the weights of a file: kinds, from where a light one is certain, and a line for each clue."""
    (_, *kinds), (_, certain), *rows = (line.split("\t") for line in text.splitlines())
    known: dict[str, tuple[int, ...]] = {}  # rows that say the same share one
    clues = {clue: known.setdefault("\t".join(said), tuple(map(int, said))) for clue, *said in rows}
    return Weights(kinds=tuple(map(Kind, kinds)), of_clue=clues, certain=int(certain))


def written(weights: Weights) -> str:
    """Return the file of some weights."""
    rows = [["clue", *weights.kinds], [_CERTAIN, str(weights.certain)]]
    rows += [[clue, *map(str, said)] for clue, said in sorted(weights.of_clue.items())]
    return "".join("\t".join(row) + "\n" for row in rows)
