"""Measures the agreement of two readers of the same posts."""

from collections import Counter
from collections.abc import Mapping, Sequence

Pairs = Sequence[tuple[str, str]]  # what each of the two called a post


def kappa(pairs: Pairs) -> float:
    """Return Cohen's kappa: 1 where both always agree, 0 where they agree as often as by chance."""
    if not pairs:
        return 1.0
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(count * others[name] for name, count in ones.items()) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def confusion(pairs: Pairs) -> Mapping[str, Mapping[str, int]]:
    """Return a table of counts: what the first reader says, then what the second says of the same posts."""
    table: dict[str, Counter[str]] = {}
    for one, other in pairs:
        table.setdefault(one, Counter())[other] += 1
    return table
