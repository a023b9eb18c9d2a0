"""Differences from the migrations' schema are found and named, and the printed statement repairs them."""

import pytest

from bot.ports.schema import CannotCompare, Differs, SchemaFault
from storage import open_store
from storage.engine.schema import comparable_definition
from tests import builders

MISSING, CHANGED, UNKNOWN = Differs.MISSING, Differs.CHANGED, Differs.UNKNOWN


def told(store):
    return [(one.differs, one.kind, one.name, one.table) for one in store.schema_faults()]


def said(store, *statements):
    for sql in statements:
        store.engine.run(sql)


def test_a_database_that_the_migrations_made_differs_in_nothing(store):
    builders.delivered(store)
    store.index_words()
    said(store, "ANALYZE")
    assert store.schema_faults() == []


CHANGES = {
    "DROP INDEX cases_owed": (MISSING, "index", "cases_owed", "cases"),
    "DROP TABLE handover_cases": (MISSING, "table", "handover_cases", ""),
    "ALTER TABLE people DROP COLUMN zone": (MISSING, "column", "zone", "people"),
    "ALTER TABLE people ADD COLUMN nickname TEXT": (UNKNOWN, "column", "nickname", "people"),
    "CREATE TABLE notes (said TEXT)": (UNKNOWN, "table", "notes", ""),
    "CREATE INDEX by_topic ON cases (topic)": (UNKNOWN, "index", "by_topic", "cases"),
    "CREATE VIEW waiting AS SELECT id FROM cases": (UNKNOWN, "view", "waiting", ""),
}


@pytest.mark.parametrize("sql", CHANGES)
def test_a_change_by_hand_is_named_once(store, sql):
    said(store, sql)
    assert told(store) == [CHANGES[sql]]


@pytest.mark.parametrize("sql", [sql for sql, (_, kind, *_) in CHANGES.items() if kind in {"index", "view"}])
def test_what_holds_no_data_is_mended_by_what_is_said(store, sql):
    said(store, sql)
    [fault] = store.schema_faults()
    said(store, fault.mend)
    assert store.schema_faults() == []


def test_an_index_of_that_name_over_something_else_is_one_that_changed(store):
    said(store, "DROP INDEX cases_owed", "CREATE INDEX cases_owed ON cases (id)")
    [fault] = store.schema_faults()
    assert (fault.differs, fault.name) == (CHANGED, "cases_owed")
    for sql in fault.mend.split("; "):
        said(store, sql)
    assert store.schema_faults() == []


def test_a_table_without_the_data_that_only_a_copy_has_is_not_mended_by_a_statement(store):
    said(store, "DROP TABLE handover_cases")
    assert [one.mend for one in store.schema_faults()] == [""]


# --- parts that only one engine has -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["audit_keeps_lines", "audit_keeps_all", "mention_words_change"])
def test_a_trigger_of_sqlite_that_is_gone_is_put_back_by_what_is_said(sqlite_store, name):
    said(sqlite_store, f"DROP TRIGGER {name}")
    [fault] = sqlite_store.schema_faults()
    assert (fault.differs, fault.kind, fault.name) == (MISSING, "trigger", name)
    said(sqlite_store, fault.mend)
    assert sqlite_store.schema_faults() == []


def test_a_trigger_that_was_emptied_is_put_back_by_what_is_said(sqlite_store):
    said(sqlite_store, "DROP TRIGGER audit_keeps_all")
    said(sqlite_store, "CREATE TRIGGER audit_keeps_all BEFORE DELETE ON audit BEGIN SELECT 1; END")
    [fault] = sqlite_store.schema_faults()
    assert (fault.differs, fault.name, fault.table) == (CHANGED, "audit_keeps_all", "audit")
    drop, make = fault.mend.split("; ", 1)
    said(sqlite_store, drop, make)
    assert sqlite_store.schema_faults() == []


def test_what_is_said_can_be_read_and_run(sqlite_store):
    said(sqlite_store, "DROP INDEX mentions_to_index")
    [fault] = sqlite_store.schema_faults()
    assert fault.mend == "CREATE INDEX mentions_to_index ON mentions (id) WHERE words IS NULL;"


def test_a_trigger_that_somebody_added_is_named_with_its_table(sqlite_store):
    said(sqlite_store, "CREATE TRIGGER theirs AFTER INSERT ON cases BEGIN SELECT 1; END")
    assert sqlite_store.schema_faults() == [
        SchemaFault(UNKNOWN, "trigger", "theirs", "cases", "DROP TRIGGER theirs;")
    ]


def test_a_rule_that_was_taken_out_of_a_table_is_found(sqlite_store):
    said(sqlite_store, "PRAGMA writable_schema = ON")
    said(sqlite_store, "UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (version > 0)', '') WHERE name = 'cases'")
    assert told(sqlite_store) == [(CHANGED, "table", "cases", "")]


@pytest.mark.postgres
def test_what_postgresql_can_change_without_a_new_name_is_found(cluster):
    store = open_store(cluster.fresh())
    said(
        store, "ALTER TABLE audit DISABLE TRIGGER audit_keeps_lines", "ALTER TABLE cases DROP CONSTRAINT cases_check"
    )
    said(
        store,
        "CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    )
    assert sorted(told(store)) == [
        (CHANGED, "function", "audit_is_kept", ""),
        (CHANGED, "table", "cases", ""),
        (CHANGED, "trigger", "audit_keeps_lines", "audit"),
    ]
    store.close()


@pytest.mark.postgres
def test_a_reader_compares_and_leaves_nothing_behind(cluster):
    address = cluster.fresh()
    open_store(address).close()
    reader = open_store(address, read_only=True)
    assert reader.schema_faults() == []
    assert reader.engine.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'heard_check'") == []
    reader.close()


@pytest.mark.postgres
def test_a_role_that_may_make_no_schema_cannot_compare(cluster):
    address = cluster.fresh()
    owner = open_store(address)
    name = address.partition("@/")[2].partition("?")[0]
    said(owner, "CREATE ROLE looker LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
    reader = open_store(address.replace("heard@", "looker@"), read_only=True)
    with pytest.raises(CannotCompare, match="may not make a schema"):
        reader.schema_faults()
    reader.close()
    said(owner, f"REVOKE ALL ON DATABASE {name} FROM looker", "DROP OWNED BY looker", "DROP ROLE looker")
    owner.close()


def test_ways_of_writing_the_same_definition_are_the_same():
    assert comparable_definition('CREATE TABLE "a" (\n  b TEXT, -- why\n  c TEXT\n)') == comparable_definition(
        "CREATE TABLE a (b TEXT,c TEXT)"
    )
