"""Measures all remarks on a draft at a desk that sent very many replies this week."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.cases.case import Case
from bot.domain.replies.sentences import LATELY, sentences
from bot.services.cases.view import remarks
from storage import SqlStore, open_store
from storage.engine import rows
from tests import builders, history
from tests.bench.figures import Figure, Scale, at_most, in_turn, share
from tests.builders import NOW
from tests.fakes import FakeClock, a_desk
from tests.storage.scenes import another

GOAL = 50.0  # milliseconds, by the clock on the wall
DRAFTS = 20  # in a round
AT = NOW + timedelta(days=6)
OFTEN, HALF = (
    "We are sorry that your order is late and look into it now.",
    "We are sorry that your order is late, and ",
)
SAID = (
    OFTEN,
    f"{HALF}ask the driver of van number {{n}} today.",
    "Your parcel with the lid number {n} left our house in Leeds.",
    "You hear from me here by six, also if it is number {n} that is only found then.",
    "If the {n}th lid is broken again, please show us how it looks.",
)


@dataclass
class Spent:
    """Milliseconds of each draft: by the clock, and of the processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return how long all remarks on one draft take, beside a desk that sent nothing."""
    sent = scale.open_cases // 10
    with (
        closing(open_store(f"sqlite:///{directory / 'remarks.db'}", synchronous="OFF")) as store,
        closing(open_store(f"sqlite:///{directory / 'no-remarks.db'}", synchronous="OFF")) as empty,
    ):
        fill(store, sent)
        ours, theirs = Spent(), Spent()
        runs = {
            "sent": on_drafts(store, builders.opened(store, post=another("8")), ours),
            "none": on_drafts(empty, builders.opened(empty, post=another("8")), theirs),
        }
        runs["none"](), runs["sent"]()  # the lists of words are read at the first draft
        ours.wall.clear(), ours.processor.clear()
        turns = in_turn(scale.rounds, runs)
        raw = (
            f"median {share(ours.wall, 50):.1f} ms, {share(ours.processor, 50):.1f} of the processor; "
            f"{turns.ratio('sent', 'none'):.2f} times a desk that sent nothing"
        )
        what = f"all remarks on a draft, p95, {sent:,} replies sent this week"
        return [at_most(what, share(ours.wall, 95), GOAL, raw, " ms")]


def on_drafts(store: SqlStore, case: Case, spent: Spent) -> Callable[[], float]:
    """Return a function that looks at some drafts, and returns its milliseconds."""
    desk, number = a_desk(store, clock=FakeClock(AT)), iter(range(10**9))

    def run() -> float:
        begun = time.perf_counter()
        for _ in range(DRAFTS):
            text = " ".join(SAID).format(n=next(number))
            wall, processor = time.perf_counter(), time.process_time()
            remarks(desk, case, text, AT)
            spent.wall.append((time.perf_counter() - wall) * 1_000)
            spent.processor.append((time.process_time() - processor) * 1_000)
        return (time.perf_counter() - begun) * 1_000

    return run


def fill(store: SqlStore, sent: int) -> None:
    """Let so many replies of five sentences go out within the week, to as many customers; one in 20 says the same."""
    case = history.lived_through(store)
    history.shown(store)
    by = history.strides(store.engine)
    history.repeat(store.engine, case.id, sent, by, apart=LATELY / (sent + 1))
    draft = case.draft
    assert draft is not None
    known = [sentences(one.format(n=0), ())[0] for one in SAID]
    with store.transaction():
        for at, one in enumerate(known):
            # The first sentence goes out often as it stands, the second with its end changed, the others once each.
            whole = f"CASE i % 20 WHEN 0 THEN {one.whole} ELSE {one.whole} - i END" if at == 0 else f"{one.whole} - i"
            head = f"CASE i % 20 WHEN 0 THEN {one.head} ELSE {one.head} - i END" if at < 2 else f"{one.head} - i"
            store.engine.run(
                f"""INSERT INTO sent_sentences (case_id, draft_id, version, sent_at, whole, head, tail)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :sent)
                SELECT {case.id} + i * {by["cases"]}, {draft.id} + i * {by["drafts"]}, {draft.version},
                :first + i * :apart, {whole}, {head}, {one.tail} - i FROM n""",
                {
                    "sent": sent,
                    "first": rows.stored(AT - LATELY + timedelta(minutes=1)),
                    "apart": LATELY // timedelta(microseconds=1) // (sent + 1),
                },
            )
    store.engine.run("ANALYZE")
