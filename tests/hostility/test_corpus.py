"""Hostile texts through every way that text from outside goes: a slice here, all of them by `make hostile`."""

from itertools import islice
from pathlib import Path

import pytest

from tests.hostility.corpus import FAMILIES, corpus
from tests.hostility.ways import WAYS, Scene, wrong

EVERY = {
    "logged": 23,
    "printed": 23,
    "template fact": 97,
}  # of the others few: tests of each way have texts of their own


def test_there_are_two_thousand_of_all_families_and_none_twice() -> None:
    found = list(corpus())
    assert len({text for _, text in found}) == len(found) == 2_000
    assert {family for family, _ in found} == set(FAMILIES)
    assert list(corpus(50)) == found[:50]


@pytest.mark.parametrize("way", WAYS)
def test_a_slice_of_the_corpus_does_no_harm_on_any_way(way: str, tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for family, text in islice(corpus(), 0, None, EVERY.get(way, 999)):
        assert not wrong(way, scene, text), (family, text[:40])


def test_a_text_that_does_harm_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateways.quiet_logs._on_one_line", str)
    assert wrong("logged", Scene(tmp_path), "a\nb\u2028c")
