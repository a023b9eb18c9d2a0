"""Runs the measurement."""

import argparse
import csv
import html
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz import fuzz

from bot.domain.replies.draft_checks import Remark, RemarkKind, checks
from bot.domain.replies.sentences import ALIKE, LATELY, OFTEN, Sentence, sentences
from bot.domain.replies.wording import canned_remarks, tone_remarks
from bot.settings.wording import wording_lists
from tests.wording import past, team
from tests.wording.planted import CANNED, SWAPS, TONE

SHOWN = 12  # answers of each kind that are printed
_SIGNED = re.compile(r"\s*[\^*~/-]\s?\w{1,10}\s*\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    """A company's public answer, and what it answers."""

    brand: str
    to: str
    at: datetime
    text: str
    post: str


class Sent:
    """The sentences that each brand sent, as the store finds them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], list[tuple[datetime, str, Sentence]]] = defaultdict(list)

    def add(self, brand: str, to: str, at: datetime, said: Sequence[Sentence]) -> None:
        """Keep the sentences of an answer."""
        for one in said:
            for digest in _digests(one):
                self._known[brand, digest].append((at, to, one))

    def customers(self, brand: str, to: str, at: datetime, one: Sentence) -> int:
        """Return to how many others a sentence went lately."""
        found = [known for digest in _digests(one) for known in self._known[brand, digest]]
        return len(
            {who for sent_at, who, other in found if who != to and at - sent_at <= LATELY and _alike(one, other)}
        )


def _digests(one: Sentence) -> set[int]:
    return {one.whole, one.head, one.tail} - {0}


def _alike(one: Sentence, other: Sentence) -> bool:
    return one.whole == other.whole or fuzz.ratio(one.bare, other.bare) >= ALIKE


def answers(path: Path) -> list[Answer]:
    """Return the answers of companies in a file, oldest first."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = {row["tweet_id"]: row for row in csv.DictReader(opened)}
    made = [
        _answer(row, rows.get(row["in_response_to_tweet_id"])) for row in rows.values() if row["inbound"] == "False"
    ]
    return sorted(made, key=lambda one: one.at)


def _answer(row: dict[str, str], post: dict[str, str] | None) -> Answer:
    at = datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")
    text = html.unescape(row["text"])
    return Answer(
        row["author_id"],
        post["author_id"] if post else text.split()[0],
        at,
        text,
        html.unescape(post["text"]) if post else "",
    )


def remarks(answer: Answer, sent: Sent) -> Iterator[Remark]:
    """Yield the remarks on the wording of an answer."""
    lists, said = wording_lists(), sentences(_SIGNED.sub("", answer.text), ())
    yield from tone_remarks(answer.text, lists)
    many = max((sent.customers(answer.brand, answer.to, answer.at, one) for one in said), default=0)
    if many >= OFTEN:
        yield Remark(RemarkKind.SENT_OFTEN, f"went to {many}")
    yield from canned_remarks(answer.text, [answer.post], (), lists)
    sent.add(answer.brand, answer.to, answer.at, said)


def real(found: Sequence[Answer]) -> None:
    """Print what is remarked in real answers."""
    sent, by_kind = Sent(), defaultdict[RemarkKind, list[Answer]](list)
    for one in found:
        for remark in remarks(one, sent):
            by_kind[remark.kind].append(one)
    marked = {id(one) for some in by_kind.values() for one in some}
    print(f"{len(found)} answers, {len(marked)} with a remark")
    for kind, some in by_kind.items():
        print(f"\n{kind}: {len(some)}")
        for one in random.Random(1).sample(some, min(SHOWN, len(some))):  # noqa: S311 - a sample, no secret
            print(f"  we:   {' '.join(one.text.split())}\n  they: {' '.join(one.post.split())}")


def planted() -> None:
    """Print how many planted lines are found, each sent to three others before with other names, numbers or words."""
    chance, caught, lines = random.Random(7), Counter[str](), 0  # noqa: S311 - as above
    for line in CANNED:
        for _ in range(8):
            lines += 1
            sent, at = Sent(), datetime.fromisoformat("2026-03-02T12:00:00+00:00")
            for to in "abc":
                sent.add("brand", to, at, sentences(_varied(line, chance), ()))
            text = _varied(line, chance)
            post = (
                "My blue kettle from your Leeds shop leaks, the lid broke twice, and the courier left it in the rain"
            )
            said = [*remarks(Answer("brand", "d", at, text, post), sent), *checks(text, author_handle="d")]
            kinds = {one.kind for one in said} & _CANNED_KINDS
            caught.update({"any": bool(kinds)} | {kind.value: True for kind in kinds})
    print(f"\nplanted canned lines: {caught['any']} of {lines} found ({dict(caught)})")
    told = {
        kind: sum(any(one.kind == kind for one in tone_remarks(text, wording_lists())) for text in some)
        for kind, some in TONE.items()
    }
    print("planted tone:", ", ".join(f"{kind.value} {told[kind]} of {len(some)}" for kind, some in TONE.items()))


_CANNED_KINDS = {RemarkKind.SENT_OFTEN, RemarkKind.FITS_ANYBODY, RemarkKind.CLICHE}


def _varied(line: str, chance: random.Random) -> str:
    """Return a line with another name and number, and perhaps a word swapped."""
    line = line.replace("{name}", chance.choice(["Ana", "Tom", "Li", "Priya"])).replace(
        "{n}", str(chance.randint(10, 99999))
    )
    words = line.split()
    swaps = [at for at, word in enumerate(words) if word in SWAPS]
    if swaps and chance.random() < 0.5:
        at = chance.choice(swaps)
        words[at] = SWAPS[words[at]]
    return " ".join(words)


def timed(found: Sequence[Answer]) -> None:
    """Print how long the rules take for one draft, without the store."""
    lists = wording_lists()
    list(tone_remarks("warm", lists))
    began = time.process_time()
    for one in found[:300]:
        list(tone_remarks(one.text, lists))
        list(canned_remarks(one.text, [one.post], (), lists))
    print(f"\n{(time.process_time() - began) / 0.3:.2f} ms of processor time for the rules on one draft")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.wording", description="Measure the remarks on wording.")
    parser.add_argument("posts", metavar="POSTS", type=Path, help="a CSV file of posts and the answers of companies")
    path = parser.parse_args().posts
    every = answers(path)
    real(every)
    planted()
    timed(every)
    for line in (*past.lines(path), *team.lines()):
        print(line)
