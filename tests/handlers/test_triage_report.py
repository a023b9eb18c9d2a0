"""What recorded posts are taken for is counted, and compared with what people call them."""

from pathlib import Path

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.triage.agreement import kappa
from bot.domain.triage.triage import Correction
from bot.services.triage.measure import Read, read_all
from bot.settings.triage import shipped_policy
from handlers.triage_report import comparison, corrections, counts, read_labels
from tests.fakes import a_post, our_post

POSTS = (
    a_post("1", "@northwind your kettle caught fire"),
    a_post("2", "@northwind and nobody cares", root="1"),
    our_post("3", "We are sorry", to="1", root="1"),
    a_post("4", "@northwind thank you!", by="omar"),
    a_post("5", "@northwind I am tired of this", by="lena"),
)
LABELS = """id,kind,urgent,unheard,kind_2,urgent_2,unheard_2
1,complaint,safety,,complaint,safety,
2,complaint,safety,,complaint,safety,
4,complaint,,,thanks,,
5,complaint,vulnerable,,complaint,,
"""


@pytest.fixture
def read() -> list[Read]:
    return list(read_all(shipped_policy(), POSTS))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(LABELS, encoding="utf-8")
    return path


def test_a_comparison_names_what_was_missed_and_what_would_be_light(read: list[Read], labels: Path) -> None:
    told = "\n".join(comparison(read, read_labels(labels), as_json=False))
    first, second = told.split("reader 2")
    assert "urgent, and missed: 1 (5)" in first, "the second post of an urgent case is urgent as its case is"
    assert "would be light: 1 (4)" in first
    assert "urgent, and missed: none" in second
    assert "would be light: none" in second


def test_posts_that_one_person_has_read_do_not_count_for_a_second(read: list[Read], labels: Path) -> None:
    labels.write_text(LABELS.replace("5,complaint,vulnerable,,complaint,,", "5,complaint,vulnerable,,,,"), "utf-8")
    told = "\n".join(comparison(read, read_labels(labels), as_json=False))
    assert "all, reader 1: 4 posts" in told
    assert "all, reader 2: 3 posts" in told


def test_our_own_posts_are_taken_for_nothing(read: list[Read]) -> None:
    assert "4 posts: " in "\n".join(counts(read, as_json=False))


def test_a_label_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("id,kind\n1,complaint\n2,owl\n", encoding="utf-8")
    with pytest.raises(NotUsable, match="line 3"):
        read_labels(path)


def test_corrections_are_counted_by_what_had_told_wrongly() -> None:
    found = [Correction(rule="legal", before="legal", now="", count=3)]
    assert list(corrections(found, as_json=False)) == ["     3  legal -> not urgent, told by legal"]
    assert list(corrections([], as_json=False)) == ["Nobody has corrected anything yet."]


def test_kappa_is_one_for_readers_of_one_mind_and_zero_for_chance() -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    assert kappa([]) == 1
