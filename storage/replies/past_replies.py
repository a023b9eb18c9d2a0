"""Public replies to posts that have words in common with another one."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.mentions.mention import RECORDED
from bot.domain.replies.past_reply import Answered
from bot.domain.replies.template_use import SentReply
from bot.domain.triage.triage import Triage
from storage.cases.search import NEVER
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.origin_rows import read_origins
from storage.engine.row_shapes import TriageRow
from storage.triage.triage import read_triage

NEWEST = 2_000  # posts with any of the words that are looked at
MOST = 200  # of them that were answered

_TRIAGE = rows.names(TriageRow)
_COLUMNS = """d.id, d.case_id, m.text, v.text, t.ended_at, m.author_handle, m.author_name, m.author_id,
d.target_network, c.topic, c.language, d.template, d.facts"""
# Not `= 'theirs'`: SQLite would read the index of all that came in; of `side || ''` PostgreSQL has no statistics.
_NEAR = """SELECT m.id FROM {matching} AND m.private = 0 AND m.side <> 'ours' AND {place} < :before
ORDER BY {place} DESC LIMIT :newest"""
# Of a draft that was corrected or taken back afterwards nothing is offered: somebody found it wrong.
# The order of posts and drafts, and `state || ''`: else SQLite would scan all drafts that were ever sent.
_ANSWERED = f"""SELECT {_COLUMNS}
FROM mentions m CROSS JOIN drafts d JOIN cases c ON c.id = d.case_id AND c.private = 0 AND c.id <> :case
JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
JOIN attempts t ON t.id = d.attempt_id AND t.outcome = 'delivered'
WHERE m.id IN ({rows.SOME}) AND d.target_mention = m.id AND d.state = 'sent' AND d.kind = 'reply'
AND d.dropped = 0 AND v.text <> ''
AND NOT EXISTS (SELECT 1 FROM drafts b WHERE b.case_id = d.case_id AND b.id > d.id
    AND b.state || '' = 'sent' AND b.kind IN ('take_back', 'correction', 'in_place'))
ORDER BY d.id DESC"""
_SENT = f"""SELECT s.*, {rows.columns(_TRIAGE, "r.")}
FROM (SELECT {_COLUMNS}, d.template_text, v.origins, v.written_by, c.private,
coalesce((SELECT n.id FROM mentions n WHERE n.case_id = d.case_id AND n.side = 'theirs' AND n.deleted_at IS NULL
    AND n.posted_at > t.ended_at ORDER BY n.posted_at DESC LIMIT 1), 0) AS last
FROM attempts t
JOIN drafts d ON d.id = t.draft_id AND d.attempt_id = t.id AND d.state || '' = 'sent'
    AND d.kind IN ('reply', 'private')
JOIN mentions m ON m.id = d.target_mention
JOIN cases c ON c.id = d.case_id
JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
WHERE t.outcome = 'delivered' AND t.ended_at >= :since AND d.target_network <> :recorded
ORDER BY t.ended_at DESC LIMIT :most) s LEFT JOIN triage r ON r.mention_id = s.last ORDER BY s.ended_at DESC"""
MOST_SENT = 5_000


class PastReplies:
    """The search for replies to posts like another one."""

    engine: Engine

    def answered_like(self, words: Sequence[str], case_id: int) -> Sequence[Answered]:
        if not words:
            return []
        matching, place = self.engine.matching
        asked = {"asked": self.engine.asked_any(words), "newest": NEWEST, "before": NEVER}
        near = [row[0] for row in self.engine.rows(_NEAR.format(matching=matching, place=place), asked)]
        found: list[Answered] = []
        for some in rows.in_some(near):
            found += [_answered(*row) for row in self.engine.rows(_ANSWERED, {**some, "case": case_id})]
            if len(found) >= MOST:
                break
        return found[:MOST]

    def sent_replies(self, since: datetime) -> Sequence[tuple[SentReply, int, Triage | None]]:
        params = {"since": rows.stored(since), "recorded": RECORDED, "most": MOST_SENT}
        return [_sent(row) for row in self.engine.rows(_SENT, params)]


def _sent(row: Row) -> tuple[SentReply, int, Triage | None]:
    *words, template_text, origins, by, private, last = row[: -len(_TRIAGE.split())]
    kind, *_ = taken_for = row[-len(_TRIAGE.split()) :]
    passages = read_origins(origins)
    sent = SentReply(
        words=_answered(*words), template_text=template_text, passages=passages, by=by, private=bool(private)
    )
    return sent, last, read_triage(TriageRow._make(taken_for)) if kind else None


def _answered(  # noqa: PLR0917 - the columns of a row
    draft: int,
    case: int,
    said: str,
    reply: str,
    at: int,
    handle: str,
    name: str,
    author: str,
    network: str,
    topic: str,
    language: str,
    template: str,
    facts: str,
) -> Answered:
    return Answered(
        draft=draft,
        case=case,
        said=said,
        reply=reply,
        at=rows.at(at),
        handle=handle,
        name=name,
        author=author,
        network=network,
        topic=topic,
        language=language,
        template=template,
        facts=json.loads(facts),
    )
