"""Runs the training and says how well the weights do on conversations that they were not learnt from."""

from argparse import ArgumentParser
from pathlib import Path

from bot.domain.triage.agreement import confusion, kappa
from bot.domain.triage.triage import LIGHT
from bot.settings.kind_weights import written
from tests.training.kinds import KINDS, best_biases, certain_from, examples, guessed, lead, learnt, taken_for


def main(posts: Path, labels: Path, weights: Path) -> None:
    some = examples(posts, labels)
    scores = guessed(some)
    biases = best_biases(some, scores)
    certain = certain_from(some, scores, biases)
    pairs = [(one.label, taken_for(one, score, biases)) for one, score in zip(some, scores, strict=True)]
    print(
        f"{len(some)} posts. Kappa by the lists {kappa([(one.label, one.found.kind) for one in some]):.3f}, ", end=""
    )
    print(f"weighed {kappa(pairs):.3f}; biases {biases}, certain from {certain}.")
    for label, row in confusion(pairs).items():
        print(f"{label:>10}", *(f"{row.get(kind, 0):>5} {kind}" for kind in KINDS))
    light = [
        one.label
        for one, score in zip(some, scores, strict=True)
        if one.may_be_light and 100 * lead(score, biases) >= certain
    ]
    print(f"Light: {len(light)} by weights, {sum(label not in LIGHT for label in light)} of them wrongly.")
    found = learnt(some, biases, certain)
    weights.write_text(written(found), encoding="utf-8")
    print(f"{len(found.of_clue)} clues, {weights.stat().st_size // 1000} kB.")


if __name__ == "__main__":
    asked = ArgumentParser(description=__doc__)
    for name in ("posts", "labels", "weights"):
        asked.add_argument(name, type=Path)
    main(**vars(asked.parse_args()))
