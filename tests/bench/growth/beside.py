"""What lies beside the cases after two years: good words, statements, templates, storms that are over, and all that people noted."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from storage.engine.base import Engine
from storage.engine.rows import stored
from tests.builders import NOW
from tests.history import columns

YEARS = timedelta(days=730)
AT = NOW + YEARS  # when things are pressed
DAYS = YEARS.days
DAY = timedelta(days=1) // timedelta(microseconds=1)
_MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
_ENDED = "cases c WHERE c.state = 'closed'"
_ANSWERED = f"{_ENDED} AND c.first_response_at IS NOT NULL"
_THANKS = "mentions m WHERE m.text LIKE '@northwind thank you%'"
_SENT = "drafts d JOIN attempts t ON t.id = d.attempt_id WHERE t.outcome = 'delivered'"
_KIND = "CASE WHEN m.text LIKE '%thank you%' THEN 'thanks' WHEN m.id % 3 = 0 THEN 'question' ELSE 'complaint' END"
# A table, the rest of a FROM, and a value for each column that is not said below.
_FROM: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "triage",
        "mentions m WHERE m.side = 'theirs' AND NOT EXISTS (SELECT 1 FROM triage t WHERE t.mention_id = m.id)",
        {
            "mention_id": "m.id", "kind": _KIND, "urgent": "''",
            "unheard": "''", "topic": "''", "language": "m.language", "reasons": "'{}'", "at": "m.received_at",
        },
    ),
    (
        "sent_sentences",
        f"{_SENT} AND t.ended_at > :month",
        {
            "case_id": "d.case_id", "draft_id": "d.id", "version": "d.version", "sent_at": "t.ended_at",
            "whole": "d.id % 400 * 7919", "head": "d.id % 300 * 104729", "tail": "d.id % 200 * 1299709",
        },
    ),
    (
        "asks",
        _SENT,
        {
            "draft_id": "d.id", "version": "d.version", "asked": "'U0BEN'", "asked_at": "t.started_at",
            "ended": "'approve'", "ended_by": "'U0BEN'", "ended_at": "t.started_at",
        },
    ),
    (
        "triage_corrections",
        "mentions m WHERE m.id % 30 = 0 AND m.side = 'theirs'",
        {
            "mention_id": "m.id", "kind_before": "'praise'", "kind": "'complaint'", "kind_rule": "'words'",
            "urgent_before": "''", "urgent": "''", "urgent_rule": "''", "by": "'U0ANA'", "at": "m.received_at",
        },
    ),
    (
        "same_people",
        "cases c JOIN cases o ON o.id = c.id + 11 AND o.network <> c.network WHERE c.id % 60 = 0",
        {
            "network": "c.network", "author_id": "c.author_id", "case_id": "c.id", "other_network": "o.network",
            "other_author_id": "o.author_id", "other_case_id": "o.id", "how": "'colleague'", "note": "'Dee'",
            "joined_by": "'U0ANA'", "joined_at": "o.opened_at",
        },
    ),
    (
        "asides",
        f"{_ENDED} AND c.id % 200 = 0",
        {
            "case_id": "c.id", "network": "c.network", "author_id": "c.author_id", "kind": "'troll'", "why": "'Bait'",
            "asked_by": "'U0ANA'", "asked_at": "c.opened_at", "decided_by": "'U0ANA'", "decided_at": "c.opened_at",
            "ended_at": f"c.opened_at + {90 * DAY}", "ended_by": "'desk'",
        },
    ),
    (
        "inquiries",
        f"{_ENDED} AND c.id % 30 = 1",
        {
            "case_id": "c.id", "team": "'Billing'", "channel": "'C0ASKED'", "mention": "c.latest",
            "text": "'Was it taken back?'", "asked_by": "'U0ANA'", "asked_at": "c.opened_at",
            "due_at": "c.opened_at + 1", "ended_at": "c.opened_at + 2", "ended_by": "'U0BEN'", "answer": "'Yes.'",
        },
    ),
    (
        "hidings",
        f"{_ENDED} AND c.id % 300 = 2",
        {
            "case_id": "c.id", "mention_id": "c.latest", "hide": "1", "state": "'done'", "asked_by": "'U0BEN'",
            "asked_at": "c.opened_at", "settled_at": "c.opened_at", "stands": "1",
        },
    ),
    (
        "checks",
        f"{_ANSWERED} AND c.id % 4 = 0",
        {
            "case_id": "c.id", "person_id": "'U0ANA'", "since": "c.opened_at", "asked_at": "c.opened_at",
            "answered_at": "c.opened_at + 1",
        },
    ),
    (
        "thank_yous",
        f"{_THANKS} AND m.id % 5 < 4",
        {
            "mention_id": "m.id",
            "state": "CASE m.id % 5 WHEN 0 THEN 'approved' WHEN 1 THEN 'declined' ELSE 'skipped' END",
            "words": "'w'", "offered_by": "'U0ANA'", "offered_at": "m.received_at", "decided_by": "'U0BEN'",
            "decided_at": "m.received_at", "week": f"CASE m.id % 5 WHEN 0 THEN m.received_at / {7 * DAY} ELSE 0 END",
            "liked": "'liked'", "liked_by": "'U0ANA'",
        },
    ),
    (
        "spike_cases",
        f"spikes s CROSS JOIN {_ENDED} AND c.id BETWEEN s.id * 40 AND s.id * 40 + 20",
        {"spike_id": "s.id", "case_id": "c.id"},
    ),
    (
        "storm_cases",
        f"storms s CROSS JOIN {_ENDED} AND c.id BETWEEN s.id * 40 AND s.id * 40 + 20",
        {
            "storm_id": "s.id", "case_id": "c.id", "place": "'came_out'", "placed_by": "'desk'",
            "placed_at": "s.opened_at",
        },
    ),
    (
        "holding_cases",
        f"holding_replies h CROSS JOIN {_ENDED} AND c.id BETWEEN h.storm_id * 40 AND h.storm_id * 40 + 20",
        {
            "holding_id": "h.id", "case_id": "c.id", "network": "c.network", "author_id": "c.author_id",
            "why": "'it was answered'",
        },
    ),
)  # fmt: skip
# A table, how many rows for a thousand cases and at least (they come about by the day), and their values.
_BY_DAY: tuple[tuple[str, int, Mapping[str, str]], ...] = (
    (
        "statements",
        DAYS // 2,
        {
            "id": "i", "state": "'approved'", "takes_back": "0", "written_by": "'U0CARO'", "written_at": ":then",
            "decided_by": "'U0BEN'", "decided_at": ":then", "terms": "'t'", "line": "0",
        },
    ),
    (
        "statement_posts",
        DAYS // 2,
        {
            "statement_id": "i", "network": "'x'", "account": "'42'", "text": "'Our shop is down, number ' || i",
            "takes_back": "''", "state": "'sent'", "key": "'k' || i", "post_id": "'s' || i",
            "url": "'https://x.example/northwind/status/s' || i", "why": "''", "started_at": ":then",
            "ended_at": ":then", "looks": "0",
        },
    ),
    (
        "template_versions",
        300,
        {
            "name": "'old_' || (i % 60)", "content": "'---\ntitle: Old'", "state": "'past'",
            "written_by": "'U0CARO'", "written_at": ":then", "decided_by": "'U0BEN'", "decided_at": ":then",
        },
    ),
    (
        "spikes",
        DAYS,
        {
            "traits": "'[]'", "words": "'[\"modem\"]'", "since": ":then", "noticed_at": ":then", "usual": "1000",
            "recorded": "0", "over_at": ":then + 1",
        },
    ),
    (
        "storms",
        200,
        {
            "channel": "'C0CARE'", "traits": "'[]'", "words": "'[\"modem\"]'", "since": ":then",
            "opened_at": ":then", "opened_by": "'U0ANA'", "over_at": ":then + 1", "ended_by": "'U0ANA'",
        },
    ),
    (
        "holding_replies",
        200,
        {
            "storm_id": "i", "channel": "'C0CARE'", "audience": "'waiting'",
            "variants": "'{\"\": \"We are on it. ^AN\"}'", "written_by": "'U0ANA'", "written_at": ":then",
            "ended_by": "'U0ANA'", "ended_at": ":then + 1",
        },
    ),
    (
        "swaps",
        DAYS,
        {
            "asker": "'U0ANA'", "taker": "'U0BEN'", "begins": ":then", "ends": ":then + 1", "asked_at": ":then",
            "state": "'accepted'", "decided_at": ":then",
        },
    ),
    (
        "digests",
        10 * DAYS,
        {"person_id": "'U0ANA'", "noted_at": ":then", "told_at": ":then"},
    ),
    (
        "notices",
        5 * DAYS,
        {"key": "'old:' || i", "sentence": "'Something to read, number ' || i", "noted_at": ":then"},
    ),
    (
        "account_charges",
        DAYS,
        {"network": "'x'", "account": "'42'", "day": "'day-' || i", "charge": "'post'", "count": "12"},
    ),
    (
        "usual_counts",
        28 * 24 * 100,
        {"hour": f":now / {DAY // 24} - i / 100", "kind": "'word'", "name": "'word' || (i % 100)", "count": "3"},
    ),
)  # fmt: skip


def beside(engine: Engine, told: Callable[[str], object] = lambda _: None) -> None:
    """Write all of it, in proportion to the cases that are there already, or to the days."""
    with engine.transaction():
        _thanks(engine)
        for table, many, values in _BY_DAY:
            then = f"({stored(AT)} - {DAY} - i * {DAY * (DAYS - 2)} / :many)"
            named = {
                one: value.replace(":then", then).replace(":now", str(stored(AT))) for one, value in values.items()
            }
            engine.run(
                f"INSERT INTO {table} ({', '.join(named)}) {_MANY} SELECT {', '.join(named.values())} FROM n",
                {"many": many},
            )
        for table, rest, values in _FROM:
            month = str(stored(AT - timedelta(days=30)))
            sql = f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {rest}"
            told(f"{engine.run(sql.replace(':month', month)):,} rows of {table}")


def _thanks(engine: Engine) -> None:
    """Let every tenth customer whom we answered thank us a day later."""
    own = {
        "id": "(SELECT max(id) FROM mentions) + row_number() OVER (ORDER BY m.id)",
        "external_id": "m.external_id || '-thanks'",
        "text": "'@northwind thank you so much, that was quick!'",
        "words": "'northwind thank you so much that was quick'",
        "posted_at": f"m.posted_at + {DAY}",
        "received_at": f"m.received_at + {DAY}",
    }
    names = columns(engine, "mentions")
    values = ", ".join(own.get(one, f"m.{one}") for one in names)
    rest = "cases c JOIN mentions m ON m.id = c.latest WHERE c.first_response_at IS NOT NULL AND c.state = 'closed'"
    engine.run(f"INSERT INTO mentions ({', '.join(names)}) SELECT {values} FROM {rest} AND c.id % 10 = 3")
