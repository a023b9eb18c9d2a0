"""A database of two years: very many closed cases of several networks, thousands that are open, and what lies beside them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.cases.case import Case
from bot.domain.light_lane.light_mention import LightVerb
from bot.domain.triage.triage import Kind, Triage
from storage import SqlStore
from storage.audit.seal import sealed_columns
from storage.engine.base import Engine
from storage.engine.rows import insert
from tests import builders, history, walking
from tests.bench.growth.beside import AT, YEARS, beside
from tests.builders import ANA, BEN, DEE, NOW, do
from tests.storage.scenes import another

WAITING = timedelta(days=3)  # in which all that is open came in
MOST_OPEN = 5_000
ACCOUNT = "42"
SAID = ("parcel", "train", "refund", "broken", "weeks", "waiting", "promised", "phone", "luggage", "charger")
# Each copy has some of these words and its own number; every twentieth is under one post, every fiftieth by one person.
_WORDS = " || ".join(f"CASE (i * {n + 7}) % {n + 2} WHEN 0 THEN '{word} ' ELSE '' END" for n, word in enumerate(SAID))
_NETWORK = "CASE i % 6 WHEN 0 THEN 'mastodon' WHEN 1 THEN 'facebook' WHEN 2 THEN 'bluesky' ELSE 'x' END"
NETWORKS = ("x", "mastodon", "facebook", "bluesky")
_LANGUAGE = "CASE i % 4 WHEN 0 THEN 'de' WHEN 1 THEN 'fr' ELSE 'en' END"
OWN: Mapping[str, str] = {
    "text": f"'@northwind ' || {_WORDS} || 'order' || i",
    "network": _NETWORK,
    "target_network": _NETWORK,
    "account": f"'{ACCOUNT}'",
    "target_account": f"'{ACCOUNT}'",
    "language": _LANGUAGE,
    "topic": "CASE i % 5 WHEN 0 THEN 'billing' WHEN 1 THEN 'safety' ELSE '' END",
}
LONG_AGO: Mapping[str, str] = {
    **OWN,
    "root_id": "CASE i % 20 WHEN 0 THEN 'viral' ELSE root_id || '-' || i END",
    "author_id": "CASE i % 50 WHEN 0 THEN 'regular' ELSE author_id || '-' || i END",
    "author_handle": "CASE i % 50 WHEN 0 THEN 'regular' ELSE author_handle || '_' || i END",
}


@dataclass(frozen=True)
class Kept:
    """One kind of case: how it comes about, and which share of all it is."""

    make: Callable[[SqlStore], Case]
    share: float
    closed: bool = True


def _set_aside(store: SqlStore) -> Case:
    case = do(store, builders.opened(store, post=another("11")), CaseVerb.DISMISS, reason="Not for us", by=ANA)
    return do(store, case, CaseVerb.CLOSE, by="desk")


def _answered_there(store: SqlStore) -> Case:
    case = builders.answered_elsewhere(store, post=another("12"))
    return do(store, do(store, case, CaseVerb.SOLVE, reason="Called back"), CaseVerb.CLOSE, by="desk")


def _reminded(store: SqlStore) -> Case:
    case = builders.opened(store, post=another("22"), at=AT - WAITING)
    return store.record(
        case, walking.event_for(case, FactVerb.REMINDED, "desk", case.opened_at + timedelta(minutes=31))
    )


_SINCE = AT - WAITING
KINDS = (
    Kept(history.lived_through, 0.35),
    Kept(lambda store: history.let_out_alone(store, another("10")), 0.05),
    Kept(_set_aside, 0.4),
    Kept(_answered_there, 0.2),
    Kept(lambda store: builders.opened(store, post=another("21"), at=_SINCE), 0.35, closed=False),
    Kept(_reminded, 0.2, closed=False),
    Kept(lambda store: builders.claimed(store, post=another("23"), at=_SINCE), 0.15, closed=False),
    Kept(lambda store: builders.claimed(store, by=DEE, post=another("24"), at=_SINCE), 0.1, closed=False),
    Kept(lambda store: builders.drafted(store, post=another("25"), at=_SINCE), 0.05, closed=False),
    Kept(lambda store: builders.in_review(store, post=another("26"), at=_SINCE, asked=BEN), 0.05, closed=False),
    Kept(lambda store: builders.replied(store, post=another("27"), at=_SINCE), 0.1, closed=False),
)  # fmt: skip


def open_among(cases: int) -> int:
    """Return how many of so many cases are open."""
    return min(MOST_OPEN, cases // 10)


def filled(store: SqlStore, cases: int, told: Callable[[str], object] = lambda _: None) -> None:
    """Fill an empty store with so many cases; the index of words has all their posts."""
    engine = store.engine
    made = [(one, one.make(store)) for one in KINDS]
    _light(store)
    history.shown(store)
    by = history.strides(engine)
    again = _without_indexes(engine) if engine.name == "sqlite" else []
    for one, case in made:
        copies = int(one.share * (cases - open_among(cases) if one.closed else open_among(cases)))
        span, own = (YEARS - WAITING - timedelta(days=2), LONG_AGO) if one.closed else (WAITING, OWN)
        history.repeat(engine, case.id, copies, by, own, apart=span / max(copies, 1))
        told(f"{copies:,} copies of case {case.id}")
    for sql in again:
        engine.run(sql)
    _lights_of_years(engine, cases // 4)
    audited(engine)
    beside(engine, told)
    told("rows written")
    while store.index_words(2_000):
        pass
    told("words indexed")


def _without_indexes(engine: Engine) -> list[str]:
    """Drop the indexes that are no constraint: to build one anew is faster than to keep it; return how to."""
    found = engine.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    for name, _ in found:
        engine.run(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _light(store: SqlStore) -> None:
    row = store.add_mention(another("30"), NOW)
    store.put_triage(row, Triage(kind=Kind.PRAISE), NOW)
    store.gather_light(row, Kind.PRAISE, builders.CHANNEL, NOW, NOW)
    store.decide_light(row, LightVerb.SET_ASIDE, by=ANA, at=NOW)


def _lights_of_years(engine: Engine, many: int) -> None:
    """Write light mentions that were decided long ago, ten in the message of an hour."""
    first = engine.rows("SELECT mention_id, digest_id FROM light_mentions LIMIT 1")[0]
    [(last, digest, hour)] = engine.rows(
        "SELECT (SELECT max(id) FROM mentions), (SELECT max(id) FROM light_digests), (SELECT max(hour) FROM light_digests)"
    )
    numbers = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
    apart = YEARS // max(many, 1) // timedelta(microseconds=1)
    facts = {"apart": apart, "last": last, "digest": digest, "hour": hour, "first": first[0], "of": first[1]}
    own = {"id": ":last + i", "hour": ":hour + i", "mention_id": ":last + i", "digest_id": ":digest + 1 + i / 10"}
    for table, count, where in (
        ("light_digests", many // 10 + 1, "id = :of"),
        ("mentions", many, "id = :first"),
        ("triage", many, "mention_id = :first"),
        ("light_mentions", many, "mention_id = :first"),
    ):
        columns = history.columns(engine, table)
        ids = {**own, "id": ":digest + i"} if table == "light_digests" else own
        ids |= {"external_id": "external_id || '-' || i", "author_id": "author_id || '-' || i"}
        ids |= {one: f"{one} + i * :apart" for one in ("posted_at", "received_at", "since")}
        values = ", ".join(ids.get(one, one) for one in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {values} FROM n, (SELECT * FROM {table} WHERE {where}) AS one"
        with engine.transaction():
            engine.run(sql, {**facts, "many": count})


def audited(engine: Engine) -> None:
    """Count the copied lines in the seal; their hashes, which are those of the first cases, are not summed up."""
    [(chains, lines)] = engine.rows("SELECT (SELECT count(*) FROM cases) + 1, (SELECT count(*) FROM audit)")
    with engine.transaction():
        engine.run("DELETE FROM trail")
        sealed = {"id": 1, "key_mark": b"", **sealed_columns(engine.key, chains, lines, 0)}
        engine.run(insert("trail", "id key_mark chains lines total seal"), sealed)
