"""How far two readers of the same posts agree."""

from collections import Counter
from collections.abc import Mapping, Sequence

Pairs = Sequence[tuple[str, str]]  # what each of the two called a post


def kappa(pairs: Pairs) -> float:
    """Return Cohen's kappa: 1 for readers of one mind, 0 for no more than chance would have them agree."""
    if not pairs:
        return 1.0
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(count * others[name] for name, count in ones.items()) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def confusion(pairs: Pairs) -> Mapping[str, Mapping[str, int]]:
    """Return how often the second called it what, by what the first called it."""
    table: dict[str, Counter[str]] = {}
    for one, other in pairs:
        table.setdefault(one, Counter())[other] += 1
    return table
