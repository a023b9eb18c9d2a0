"""Search of cases by words: an index of words in posts, filled after they came in, and the posts not in it yet."""

from collections.abc import Iterator, Sequence

from bot.domain.cases import search
from bot.domain.cases.case import Case
from bot.domain.cases.search import Wanted
from storage.cases import cases
from storage.engine.base import Engine, Params, Row

AT_ONCE = 100  # posts put into the index in one transaction
PAGE = 50  # posts read together
NEVER = 2**62  # larger than every row number
MOST = 5_000  # newest posts that a search reads without the index

_POST = "SELECT m.id, m.case_id, m.author_handle, m.text FROM"
_READABLE = "(m.private = 0 OR :private = 1)"
_NEWEST = f"{_POST} mentions m WHERE m.id < :before AND {_READABLE} ORDER BY m.id DESC LIMIT :limit"
_WAITING = f"""{_POST} mentions m WHERE m.words IS NULL AND m.id < :before AND {_READABLE}
ORDER BY m.id DESC LIMIT :limit"""
_TO_INDEX = """SELECT id, author_handle, text FROM mentions WHERE words IS NULL ORDER BY id DESC LIMIT :limit"""
# A post that was changed meanwhile has other words; the next run adds it.
_INDEX = "UPDATE mentions SET words = :words WHERE id = :id AND words IS NULL AND text = :text"
_BEYOND = "SELECT 1 FROM mentions WHERE words IS NULL LIMIT 1 OFFSET :most"


class Finding:
    """The search and its index."""

    engine: Engine

    def find(self, words: str, limit: int = 10, *, private: bool) -> Sequence[Case]:
        asked, readable = search.wanted(words), {"private": int(private)}
        if not asked.words:
            return []
        newest = self._hits(_WAITING, asked, readable, limit)
        for case_id, post in self._indexed(asked, readable, limit).items():
            newest[case_id] = max(post, newest.get(case_id, 0))
        found = sorted(newest, key=lambda case_id: -newest[case_id])
        numbered = [one.id for one in cases.read(self.engine, [asked.number]) if private or not one.private]
        return cases.read(self.engine, list(dict.fromkeys([*numbered, *found]))[:limit])

    def index_words(self, limit: int = AT_ONCE) -> int:
        with self.engine.transaction():
            waiting = self.engine.rows(_TO_INDEX, {"limit": limit})
            indexed = [
                {"id": post, "text": text, "words": search.indexed_words(handle, text)}
                for post, handle, text in reversed(waiting)  # the order that SQLite's index needs
            ]
            count = self.engine.run_all(_INDEX, indexed) if indexed else 0
        if count:
            self.engine.tend_words()
        return count

    def index_is_behind(self, most: int = MOST) -> bool:
        return self.engine.row(_BEYOND, {"most": most}) is not None

    def _indexed(self, asked: Wanted, readable: Params, limit: int) -> dict[int, int]:
        if not asked.whole and not asked.begun:  # only punctuation, or a single letter
            return self._hits(_NEWEST, asked, readable, limit)
        matching, place = self.engine.matching
        sql = f"{_POST} {matching} AND {place} < :before AND {_READABLE} ORDER BY {place} DESC LIMIT :limit"
        return self._hits(sql, asked, {**readable, "asked": self.engine.asked(asked.whole, asked.begun)}, limit)

    def _hits(self, sql: str, asked: Wanted, params: Params, limit: int) -> dict[int, int]:
        """Return the newest matching cases, each with the row of its newest matching post."""
        found: dict[int, int] = {}
        for post, case_id, handle, text in self._newest(sql, params):
            if case_id and case_id not in found and asked.held(handle, text):
                found[case_id] = post
                if len(found) == limit:
                    break
        return found

    def _newest(self, sql: str, params: Params) -> Iterator[Row]:
        before, looked = NEVER, 0
        while looked < MOST and (page := self.engine.rows(sql, {**params, "before": before, "limit": PAGE})):
            yield from page
            before, looked = page[-1][0], looked + len(page)
