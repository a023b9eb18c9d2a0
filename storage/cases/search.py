"""Search of cases by words: an index of words in posts, filled after they came in, and the posts not in it yet."""

from collections.abc import Callable, Iterator, Sequence

from bot.domain.cases import search
from bot.domain.cases.case import Case
from bot.domain.cases.search import Wanted
from storage.cases import cases
from storage.engine.base import Engine, Params, Row

AT_ONCE = 100  # posts put into the index in one transaction
PAGE, GROWS = 50, 4  # posts read together at first, and so many times as many each time
# Few posts with the same words are without a case, and for each page the index looks all its words up anew.
GROWS_ALONE = 320
NEVER = 2**62  # larger than every row number
MOST = 5_000  # newest posts that a search reads without the index
LATEST = 500  # newest posts that are looked through first: for a word that most posts hold, the index takes seconds

_POST = "SELECT m.id, m.case_id, m.author_handle, m.text FROM"
# Posts of the light lane have no case; there may be thousands with the same word.
_READABLE = "(m.private = 0 OR :private = 1) AND (m.case_id IS NOT NULL OR :alone = 1)"
_NEWEST = f"{_POST} mentions m WHERE m.id < :before AND {_READABLE} ORDER BY m.id DESC LIMIT :limit"
_LATEST = f"""{_POST} mentions m WHERE m.id > (SELECT coalesce(max(n.id), 0) - {LATEST} FROM mentions n)
AND m.id < :before AND {_READABLE} ORDER BY m.id DESC LIMIT :limit"""
_WAITING = f"""{_POST} mentions m WHERE m.words IS NULL AND m.id < :before AND {_READABLE}
ORDER BY m.id DESC LIMIT :limit"""
_TO_INDEX = """SELECT id, author_handle, text FROM mentions WHERE words IS NULL ORDER BY id DESC LIMIT :limit"""
# A post that was changed meanwhile has other words; the next run adds it.
_INDEX = "UPDATE mentions SET words = :words WHERE id = :id AND words IS NULL AND text = :text"
_BEYOND = "SELECT 1 FROM mentions WHERE words IS NULL LIMIT 1 OFFSET :most"

Which = Callable[[int, int], int]  # of a post's row and its case's number, what is found by it; 0: nothing


def _case_of(_: int, case_id: int) -> int:
    return case_id


def _post_alone(post: int, case_id: int) -> int:
    return 0 if case_id else post


class CaseSearch:
    """The search and its index."""

    engine: Engine

    def find(self, words: str, limit: int = 10, *, private: bool) -> Sequence[Case]:
        asked, readable = search.wanted(words), {"private": int(private), "alone": 0}
        if not asked.words:
            return []
        found = self._newest_first(asked, readable, limit, _case_of)
        numbered = [one.id for one in cases.read(self.engine, [asked.number]) if private or not one.private]
        return cases.read(self.engine, list(dict.fromkeys([*numbered, *found]))[:limit])

    def find_without_case(self, words: str, limit: int = 10, *, private: bool) -> Sequence[int]:
        asked = search.wanted(words)
        if not asked.words:
            return []
        return self._newest_first(asked, {"private": int(private), "alone": 1}, limit, _post_alone)[:limit]

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

    def _newest_first(self, asked: Wanted, readable: Params, limit: int, which: Which) -> list[int]:
        newest = self._hits(_LATEST, asked, readable, limit, which)
        if len(newest) == limit:
            return list(newest)
        newest |= self._hits(_WAITING, asked, readable, limit, which)
        for found, post in self._indexed(asked, readable, limit, which).items():
            newest[found] = max(post, newest.get(found, 0))
        return sorted(newest, key=lambda found: -newest[found])

    def _indexed(self, asked: Wanted, readable: Params, limit: int, which: Which) -> dict[int, int]:
        if not asked.whole and not asked.begun:  # only punctuation, or a single letter
            return self._hits(_NEWEST, asked, readable, limit, which)
        matching, place = self.engine.matching[0], self.engine.newest
        sql = f"{_POST} {matching} AND {place} < :before AND {_READABLE} ORDER BY {place} DESC LIMIT :limit"
        params = {**readable, "asked": self.engine.asked(asked.whole, asked.begun)}
        return self._hits(sql, asked, params, limit, which)

    def _hits(self, sql: str, asked: Wanted, params: Params, limit: int, which: Which) -> dict[int, int]:
        """Return the found cases or posts (`which` chooses), each with the row of its newest matching post."""
        found: dict[int, int] = {}
        for post, case_id, handle, text in self._newest(sql, params):
            one = which(post, case_id or 0)
            if one and one not in found and asked.held(handle, text):
                found[one] = post
                if len(found) == limit:
                    break
        return found

    def _newest(self, sql: str, params: Params) -> Iterator[Row]:
        before, looked, many = NEVER, 0, PAGE
        grows = GROWS_ALONE if params["alone"] else GROWS
        while looked < MOST:
            page = self.engine.rows(sql, {**params, "before": before, "limit": many})
            yield from page
            if len(page) < many:
                return
            before, looked, many = page[-1][0], looked + many, many * grows
