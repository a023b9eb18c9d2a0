"""Unfinished text that people typed into forms."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.base.moments import micros
from bot.domain.replies.origins import KnownText
from storage.engine import rows
from storage.engine.base import Engine
from storage.engine.origin_rows import read_origins

_SAVE_WORDS = rows.insert(
    "saved_words",
    "case_id person_id words saved_at",
    "ON CONFLICT (case_id, person_id) DO UPDATE SET words = excluded.words, saved_at = excluded.saved_at",
)
_WHOSE = "FROM saved_words WHERE case_id = :case AND person_id = :by"


_LATELY = "SELECT words FROM saved_words WHERE person_id = :by ORDER BY saved_at DESC, case_id DESC LIMIT :limit"
_BY_MACHINES = """SELECT text, origins FROM draft_versions WHERE origins LIKE '%["machine",%'
ORDER BY draft_id DESC, version DESC LIMIT :limit"""


class SavedWords:
    """The unfinished texts."""

    engine: Engine

    def save_words(self, case_id: int, by: str, words: Mapping[str, str], at: datetime) -> None:
        params: dict[str, object] = {"case_id": case_id, "person_id": by, "words": rows.compact(dict(words))}
        with self.engine.transaction():
            self.engine.run(_SAVE_WORDS, params | {"saved_at": micros(at)})

    def saved_words(self, case_id: int, by: str) -> Mapping[str, str]:
        row = self.engine.row(f"SELECT words {_WHOSE}", {"case": case_id, "by": by})
        words: Mapping[str, str] = json.loads(row[0]) if row else {}
        return words

    def words_saved_lately(self, by: str, limit: int) -> Sequence[Mapping[str, str]]:
        return [json.loads(words) for (words,) in self.engine.rows(_LATELY, {"by": by, "limit": limit})]

    def machine_words_lately(self, limit: int) -> Sequence[KnownText]:
        found = self.engine.rows(_BY_MACHINES, {"limit": limit})
        return [KnownText(text, read_origins(origins)) for text, origins in found]

    def drop_words(self, case_id: int, by: str) -> None:
        with self.engine.transaction():
            self.engine.run(f"DELETE {_WHOSE}", {"case": case_id, "by": by})
