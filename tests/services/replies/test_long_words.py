"""Comparing long texts takes time, so it is done outside of transactions: other people's clicks do not wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.promises import spoken_promise
from bot.domain.replies import writers
from bot.domain.replies.draft import DraftKind
from bot.ports import Desk
from bot.services.replies import correcting, review
from bot.services.replies.review import Words
from storage import SqlStore
from tests.fakes import ANA, BEN, FakeNetwork, a_desk
from tests.services.journey import WORDS, a_case, approve, draft_of, in_review, send, written

LONG = {
    "words": " ".join(f"word{number}" for number in range(420)),
    "the same word": "a b " * 750,
    "one word": "w" * 3000,
    "signs": "🙂🙏!?" * 600,
    "times": "we will tell you by 17:00 " * 110,
    "blanks": "a" + "\u00a0" * 2998 + "b",
}


class Weighed:
    """A store that counts comparisons within a transaction."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.within, self.before = store, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.store.transaction():
            before = _weighed()
            yield
            self.within += _weighed() - before


def _weighed() -> int:
    return writers.share_remembered.cache_info().misses + spoken_promise.phrases.cache_info().misses


@pytest.fixture
def scene(store: SqlStore) -> tuple[Desk, Weighed]:
    weighed = Weighed(store)
    writers.share_remembered.cache_clear()
    spoken_promise.phrases.cache_clear()
    network = FakeNetwork(limit=100_000)
    return replace(a_desk(store, networks={("x", "42"): network}), store=weighed), weighed  # type: ignore[arg-type]


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_words_that_are_put_up_are_weighed_before(scene: tuple[Desk, Weighed], words: str) -> None:
    desk, weighed = scene
    a_case(desk)
    weighed.within = 0
    written(desk, 1, text=words)
    assert (weighed.within, draft_of(desk).text) == (0, words.strip())


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_words_that_are_put_up_anew_are_weighed_before(scene: tuple[Desk, Weighed], words: str) -> None:
    desk, weighed = scene
    in_review(desk)
    weighed.within = 0
    draft = draft_of(desk)
    review.submit(desk, 1, Words(text=words, replaces=draft.version, newest=draft.id), by=ANA, at=desk.clock.now())
    assert (weighed.within, draft_of(desk).text) == (0, words.strip())


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_an_approvers_edit_is_weighed_before(scene: tuple[Desk, Weighed], words: str) -> None:
    desk, weighed = scene
    in_review(desk, text=words)
    weighed.within = 0
    draft = draft_of(desk)
    edited = words.strip() + " Thank you."
    review.edit_and_approve(
        desk, draft.id, edited, version=draft.version, seen=draft.seen, by=BEN, at=desk.clock.now()
    )
    assert (weighed.within, draft_of(desk).text) == (0, edited)


def test_a_correction_is_weighed_before(scene: tuple[Desk, Weighed]) -> None:
    desk, weighed = scene
    in_review(desk)
    approve(desk)
    send(desk)
    weighed.within = 0
    correcting.correct(desk, 1, f"{WORDS} {LONG['words']}", take_back=False, by=ANA, at=desk.clock.now())
    assert (weighed.within, draft_of(desk).kind) == (0, DraftKind.CORRECTION)
