"""Sentences of sent replies, by digest: to whom else the same one went lately."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.replies.sentences import KEPT, LOOKED_UP, Sentence, called, sentences
from storage.engine import rows
from storage.engine.base import Engine

MOST = 500  # rows of one sentence that are counted
LOOKED_AT = 20  # replies that are compared word by word

_ADD = rows.insert("sent_sentences", "case_id draft_id version sent_at whole head tail")
_OLD = "DELETE FROM sent_sentences WHERE sent_at < :before"
_TO_OTHERS = "s.sent_at >= :since AND NOT (c.network = :network AND c.author_id = :author)"
_SAME = f"""SELECT DISTINCT author_id FROM (SELECT c.author_id AS author_id FROM sent_sentences s
JOIN cases c ON c.id = s.case_id WHERE s.whole = :whole AND {_TO_OTHERS} LIMIT {MOST}) AS found"""
_HALF = f"""SELECT c.author_id, v.text, c.author_name, c.author_handle FROM sent_sentences s
JOIN cases c ON c.id = s.case_id JOIN draft_versions v ON v.draft_id = s.draft_id AND v.version = s.version
WHERE s.{{half}} = :{{half}} AND s.{{half}} <> 0 AND s.whole <> :whole AND {_TO_OTHERS} LIMIT {LOOKED_AT}"""
_FIRST = "(SELECT {0} FROM sent_sentences WHERE {0} = :{0}{1} AND {0} <> 0 AND sent_at >= :since LIMIT 1)"
_KNOWN = "SELECT " + ", ".join(_FIRST.format(what, k) for what in ("whole", "head", "tail") for k in range(LOOKED_UP))
_NONE = {f"{what}{k}": 0 for what in ("whole", "head", "tail") for k in range(LOOKED_UP)}
_HALVES = {half: _HALF.format(half=half) for half in ("head", "tail")}


def add(engine: Engine, case: Case, text: str, at: datetime) -> None:
    """Keep the sentences of words that went out, and forget those of a month ago."""
    draft = case.draft
    if draft is None:
        return
    known: dict[str, object] = {"case_id": case.id, "draft_id": draft.id, "version": draft.version}
    for one in sentences(text, called(case.author.name, case.author.handle)):
        digests = {"whole": one.whole, "head": one.head, "tail": one.tail}
        engine.run(_ADD, known | digests | {"sent_at": rows.stored(at)})
    engine.run(_OLD, {"before": rows.stored(at - KEPT)})


class SentSentences:
    """Sentences of sent replies."""

    engine: Engine

    def sent_lately(self, said: Sequence[Sentence], since: datetime) -> frozenset[int]:
        params: dict[str, object] = {**_NONE, "since": rows.stored(since)}
        for k, one in enumerate(said[:LOOKED_UP]):
            params |= {f"whole{k}": one.whole, f"head{k}": one.head, f"tail{k}": one.tail}
        [found] = self.engine.rows(_KNOWN, params)
        return frozenset(filter(None, found))

    def sentence_went_to(self, case: Case, sentence: Sentence, since: datetime) -> Sequence[str]:
        params = _asked(case, since) | {"whole": sentence.whole}
        return [author for (author,) in self.engine.rows(_SAME, params)]

    def sentences_like(
        self, case: Case, sentence: Sentence, since: datetime
    ) -> Sequence[tuple[str, Sequence[Sentence]]]:
        if not sentence.head:
            return []
        params = _asked(case, since) | {"whole": sentence.whole}
        found = [
            row
            for half, digest in (("head", sentence.head), ("tail", sentence.tail))
            for row in self.engine.rows(_HALVES[half], params | {half: digest})
        ]
        return [(author, sentences(text, called(name, handle))) for author, text, name, handle in found]


def _asked(case: Case, since: datetime) -> dict[str, object]:
    return {"network": case.network, "author": case.author.id, "since": rows.stored(since)}
