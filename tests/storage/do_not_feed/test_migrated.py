"""Rows of earlier versions: words of deleted posts are forgotten, and cases set aside before are listed."""

from pathlib import Path

import storage
from bot.domain.do_not_feed.aside import AsideKind
from storage import SqlStore
from tests import builders
from tests.builders import ANA, NOW
from tests.storage.do_not_feed.test_asides import UNTIL, a_troll

FOLDER = Path(storage.__file__).parent / "migrations"


def rows_changed_by(store: SqlStore, number: str) -> None:
    """Run the statements of a migration that change rows once more."""
    (path,) = (FOLDER / store.engine.name).glob(f"{number}_*.sql")
    for statement in path.read_text().split(";\n"):
        words = "\n".join(line for line in statement.splitlines() if not line.startswith("--")).strip()
        if words.startswith(("INSERT", "UPDATE")):
            with store.transaction():
                store.engine.run(words)


def test_cases_that_were_set_aside_before_are_listed(store: SqlStore) -> None:
    case = a_troll(store)
    with store.transaction():
        store.engine.run("DELETE FROM asides")
    rows_changed_by(store, "0039")
    (found,) = store.asides()
    assert (found.case_id, found.kind, found.by, found.at, found.until) == (case, AsideKind.OTHER, ANA, NOW, UNTIL)


def test_words_that_were_deleted_before_are_forgotten_and_their_messages_drawn_again(store: SqlStore) -> None:
    case = builders.opened(store)
    (card,) = store.to_tell(NOW)
    store.mark_told(card.id, case.channel, "1.1", 1)
    store.mark_deleted(case.latest, NOW)
    with store.transaction():
        store.engine.run("UPDATE mentions SET text = 'late' WHERE id = :id", {"id": case.latest})
    assert store.to_tell(NOW) == []
    rows_changed_by(store, "0040")
    assert store.mention(case.latest).text == ""
    assert [one.id for one in store.to_tell(NOW)] == [card.id]
