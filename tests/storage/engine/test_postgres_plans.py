"""PostgreSQL answers by an index where it would guess wrong that it need not, and is asked without more work for us."""

import pytest
from psycopg import _queries

from storage.cases import cases
from storage.engine.postgres_statements import translated
from storage.mentions import mentions
from tests import builders, history

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("address", ["postgres"], indirect=True)]
POSTS = 400


@pytest.fixture
def plans(store, monkeypatch):
    """Return a list to which the plan of each statement that looks for posts is added."""
    found, rows = [], store.engine.rows

    def noted(sql, params=None):
        if "FROM mentions m" in sql:
            found.append("\n".join(line for (line,) in rows(f"EXPLAIN {sql}", params or {})))
        return rows(sql, params or {})

    monkeypatch.setattr(store.engine, "rows", noted)
    return found


def many_posts(store):
    """Copy the one post, which is in the index."""
    builders.opened(store)
    store.index_words()
    names = history.columns(store.engine, "mentions")
    own = {"id": "m.id + i", "external_id": "m.external_id || '-' || i"}
    values = ", ".join(own.get(one, f"m.{one}") for one in names)
    copied = f"SELECT {values} FROM mentions m, generate_series(1, {POSTS}) AS i"
    store.engine.run(f"INSERT INTO mentions ({', '.join(names)}) {copied}")
    store.engine.run("ANALYZE mentions")


def test_a_search_never_walks_from_the_newest_post_to_the_first_one(store, plans):
    store.engine.run("SET enable_sort = off")  # as dear as it is guessed to be among very many posts
    store.engine.run("SET enable_seqscan = off")
    store.find("umbrella", private=True)
    by_words = [plan for plan in plans if "array_to_tsvector" in plan]
    assert by_words
    assert not [plan for plan in by_words if "mentions_pkey" in plan]


def test_posts_by_customers_are_guessed_to_be_most_posts(store, plans):
    many_posts(store)
    store.answered_like(["parcel"], 0)
    [guessed] = [plan for plan in plans if "array_to_tsvector" in plan and "drafts" not in plan]
    assert f"rows={POSTS + 1} " in guessed, "of few posts all would be read and sorted, and there are many"


def test_a_statement_with_a_hundred_numbers_is_translated_once_and_not_by_psycopg_each_time(store, monkeypatch):
    number = builders.opened(store).id
    looked, parse = [], _queries._split_query
    monkeypatch.setattr(_queries, "_split_query", lambda *given: looked.append(given[0]) or parse(*given))
    assert [case.id for case in cases.read(store.engine, [number, number + 1])] == [number]
    assert not [query for query in looked if b"SELECT" in query]


def test_how_words_are_looked_for_is_never_fixed_for_all_words(store):
    many_posts(store)
    for word in ("parcel", "umbrella") * 4:
        store.find(word, private=True)
        store.answered_like([word], 0)
    fixed = [sql for (sql,) in store.engine.rows("SELECT statement FROM pg_prepared_statements")]
    assert [sql for sql in fixed if "mentions" in sql], "what is often asked is prepared"
    assert not [sql for sql in fixed if "tsquery" in sql]


def test_a_network_without_posts_is_not_looked_for_among_all_posts(store):
    many_posts(store)
    query, _ = translated(mentions._ANY)
    store.engine.run("SET plan_cache_mode = force_generic_plan")  # as after a few runs
    store.engine.run(f"PREPARE looked (text) AS {query.decode()}")
    plan = "\n".join(line for (line,) in store.engine.rows("EXPLAIN EXECUTE looked ('link')"))
    assert "mentions_network_external_id_key" in plan, plan
