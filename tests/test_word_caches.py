"""What is kept in memory of people's words is gone soon after these were erased."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.base import word_caches
from bot.domain.base.word_caches import (
    ANYWAY,
    ERASED,
    KEPT,
    ROUNDS,
    WORDS_ERASED,
    NameMemory,
    empty_word_caches,
    people_were_erased,
    words_were_erased,
)
from bot.domain.replies.writers import tokens
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Batch
from bot.services.erasure.erasing import erase_author
from bot.services.mentions import intake
from bot.services.slack.publishing import Publisher
from handlers.workers import Clockwork
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import NOON, a_desk
from tests.services.journey import a_case, only_case, street

ROOT = Path(__file__).parents[1]
ONE_SIGN = "of one sign"
SHIPPED = "files that are shipped, or the configuration"
TEMPLATES = "words by which templates are chosen"
NO_WORDS = {
    "bot/domain/base/invisible_signs.py:_rules_of": ONE_SIGN,
    "bot/domain/base/invisible_signs.py:_script": ONE_SIGN,
    "bot/domain/base/moments.py:zone_named": "names of time zones",
    "bot/domain/base/text.py:_is_kept": ONE_SIGN,
    "bot/domain/cases/customer.py:_shape": SHIPPED,
    "bot/domain/mentions/routing_words.py:_kind": ONE_SIGN,
    "bot/domain/mentions/routing_words.py:_looked_for": SHIPPED,
    "bot/domain/promises/promise.py:always_open": "desk hours",
    "bot/domain/replies/reply_kind.py:_rule": TEMPLATES,
    "bot/domain/replies/template_order.py:_rules": TEMPLATES,
    "bot/domain/storms/stop_words.py:stop_words": SHIPPED,
    "bot/gateways/networks/google_play_key.py:_ready": "the key of an account",
    "bot/gateways/networks/length.py:_parser": SHIPPED,
    "bot/gateways/template_bounds.py:_environment": SHIPPED,
    "bot/ports/customers.py:customers_kind": SHIPPED,
    "bot/ports/network_kind.py:_declared": SHIPPED,
    "bot/ports/network_kind.py:_installed": SHIPPED,
    "bot/ports/suggests.py:_installed": SHIPPED,
    "bot/ports/suggests.py:_loaded": SHIPPED,
    "bot/services/storms/signatures.py:_names": "what our brands and accounts are called",
    "bot/settings/holidays.py:closed_days": SHIPPED,
    "bot/settings/kind_weights.py:kind_weights": SHIPPED,
    "bot/settings/language_model.py:_predict": SHIPPED,
    "bot/settings/patterns.py:_compiled": SHIPPED,
    "bot/settings/safety/__init__.py:shipped_safety_rule": SHIPPED,
    "bot/settings/triage/__init__.py:shipped_vocabulary": SHIPPED,
    "bot/settings/wording/__init__.py:wording_lists": SHIPPED,
    "storage/backups/copying.py:columns_by_table": SHIPPED,
    "storage/engine/migrate.py:known": SHIPPED,
    "storage/engine/postgres_statements.py:translated": "SQL without its parameters",
    "storage/engine/sqlite.py:positional": "SQL without its parameters",
}


CACHE = re.compile(
    r"^\s*@(?:functools\.)?(?:lru_)?cache\b.*\n(?:\s*@.*\n)*\s*def (\w+)|^\s*(\w+) = (?:functools\.)?(?:lru_)?cache\(",
    re.MULTILINE,
)


def caches() -> Iterator[str]:
    """Yield each cache of functools in the desk's own code; a cached property lives as long as its object."""
    folders = (ROOT / one for one in ("bot", "cli", "handlers", "storage"))
    for path in [ROOT / "app.py", *(one for folder in folders for one in folder.rglob("*.py"))]:
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith("bot/rehearsal/") and place != "bot/domain/base/word_caches.py":
            yield from (f"{place}:{one[1] or one[2]}" for one in CACHE.finditer(path.read_text()))


def test_every_cache_is_emptied_or_said_to_hold_no_words_of_people() -> None:
    found = set(caches())
    assert found ^ NO_WORDS.keys() == set(), (
        "take word_cache of bot/domain/base/word_caches.py, or say why it holds no words"
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = store_in(tmp_path)
    yield store
    store.close()


@pytest.fixture
def emptied() -> None:
    """Have every cache emptied, with none due again."""
    word_caches._words, word_caches._names = word_caches._Emptying(), word_caches._Emptying()
    empty_word_caches(NOON)


def kept() -> int:
    return sum(one.cache_info().currsize for one in KEPT)


def said() -> None:
    """Have something kept in memory of a text."""
    tokens("My lamp arrived broken, Priya")
    assert kept() > 0


@pytest.mark.usefixtures("emptied")
def test_an_erased_person_s_words_go_from_memory_also_those_that_were_just_worked_out(store: SqlStore) -> None:
    desk = a_desk(store)
    author = a_case(desk).author
    assert not empty_word_caches(NOON)
    said()
    erase_author(desk, "x", author.id, NOON)
    said()  # by a thread that read them before they were erased
    for _ in range(ROUNDS):
        assert empty_word_caches(NOON)
        assert kept() == 0
    said()
    assert not empty_word_caches(NOON)


@pytest.mark.usefixtures("emptied")
def test_words_of_a_post_that_its_author_deleted_go_from_memory_here_and_at_other_desks(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(store, "tell_desks", told.append)
    desk = a_desk(store)
    a_case(desk)
    post = desk.store.mentions(only_case(desk).id)[0].ref.post_id
    intake.receive(desk, street(desk), "mentions", Batch(deletions=[post]), NOON)
    assert told == [WORDS_ERASED]
    said()
    assert empty_word_caches(NOON)
    assert kept() == 0


@pytest.mark.usefixtures("emptied")
def test_what_another_desk_erased_is_gone_when_it_tells_and_in_any_case_after_half_a_day(store: SqlStore) -> None:
    hears = Clockwork(a_desk(store), Publisher(a_desk(store), Limiter(float), draw)).heard_from_others()
    said()
    hears[WORDS_ERASED]()
    hears[ERASED]()
    assert empty_word_caches(NOON)
    assert kept() == 0
    for _ in range(ROUNDS - 1):
        empty_word_caches(NOON)
    said()
    assert not empty_word_caches(NOON + ANYWAY - timedelta(seconds=1))
    assert empty_word_caches(NOON + ANYWAY)
    assert kept() == 0


@pytest.mark.usefixtures("emptied")
def test_a_name_is_forgotten_after_an_erasure_and_stays_for_a_reading_that_goes_on() -> None:
    names = NameMemory[str](2)
    names["1"] = "priya"
    words_were_erased()  # as where somebody deletes a post
    for _ in range(ROUNDS):
        empty_word_caches(NOON)
    assert {**names} == {"1": "priya"}
    people_were_erased()
    empty_word_caches(NOON)
    names["2"] = "sam"  # read again, by a thread that was at it
    assert {**names} == {"1": "priya", "2": "sam"}
    empty_word_caches(NOON)
    assert {**names} == {"2": "sam"}
    empty_word_caches(NOON)
    assert {**names} == {}
    for one in "123":
        names[one] = "of many"
    assert len(names) == 3
    names["4"], names["5"] = "of more", "of more"
    assert sorted(names) == ["3", "4", "5"]
    del names["3"]
    assert ("3" in names, names.get("4")) == (False, "of more")


NAMES_BY_KEY = re.compile(r"dict\[str, (?:Author|list|_Settled)|handles: .*dict")


def test_a_network_remembers_people_only_where_an_erasure_reaches() -> None:
    networks = [one.read_text() for one in (ROOT / "bot/gateways/networks").rglob("*.py")]
    fields = [line for text in networks for line in text.splitlines() if "self._" in line or "field(" in line]
    assert [line for line in fields if NAMES_BY_KEY.search(line)] == []


@pytest.mark.usefixtures("emptied")
def test_a_clock_that_was_set_back_keeps_nothing_in_memory() -> None:
    said()
    assert empty_word_caches(NOON - timedelta(days=1))
    assert kept() == 0
