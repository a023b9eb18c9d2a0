"""Reads the schema of a PostgreSQL database from its catalogue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors

from bot.ports.schema import CannotCompare
from storage.engine import migrate
from storage.engine.base import Row, SchemaPart
from storage.engine.schema import comparable_definition, in_one_line

if TYPE_CHECKING:
    Connection = psycopg.Connection[Row]

SCRATCH = "heard_check"  # a schema that is never committed

# Names are without their schema, so that those of the scratch schema can be compared with the desk's.
_HERE = "n.nspname = current_schema()"
_TABLES = f"""SELECT 'table', c.relname, '', coalesce(string_agg(pg_get_constraintdef(k.oid), ' '
ORDER BY pg_get_constraintdef(k.oid)), ''), '', ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_constraint k ON k.conrelid = c.oid
WHERE {_HERE} AND c.relkind IN ('r', 'p') GROUP BY c.relname"""
_COLUMNS = """SELECT 'column', column_name, table_name, data_type || ' ' || is_nullable || ' ' || is_identity || ' '
|| coalesce(column_default, ''), '', '' FROM information_schema.columns WHERE table_schema = current_schema()"""
_INDEXES = """SELECT 'index', indexname, tablename, indexdef, indexdef || ';', 'DROP INDEX ' || indexname || ';'
FROM pg_indexes i WHERE schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = i.schemaname AND k.conname = i.indexname)"""
_TRIGGERS = f"""SELECT 'trigger', t.tgname, c.relname, pg_get_triggerdef(t.oid) || ' ' || CAST(t.tgenabled AS text),
pg_get_triggerdef(t.oid) || ';', 'DROP TRIGGER ' || t.tgname || ' ON ' || c.relname || ';'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_HERE} AND NOT t.tgisinternal"""
_FUNCTIONS = f"""SELECT 'function', p.proname, '', pg_get_functiondef(p.oid), '', ''
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_HERE} AND p.prokind = 'f'"""
_VIEWS = """SELECT 'view', viewname, '', definition, 'CREATE VIEW ' || viewname || ' AS ' || definition,
'DROP VIEW ' || viewname || ';' FROM pg_views WHERE schemaname = current_schema()"""
_EVERY = (_TABLES, _COLUMNS, _INDEXES, _TRIGGERS, _FUNCTIONS, _VIEWS)
_PARTS = " UNION ALL ".join(_EVERY).encode()


def parts(conn: "Connection") -> list[SchemaPart]:
    """Return all parts of the connection's current schema."""
    [(schema,)] = conn.execute("SELECT current_schema()").fetchall()
    return [_part(row, f"{schema}.") for row in conn.execute(_PARTS).fetchall()]


def _part(row: Row, schema: str) -> SchemaPart:
    kind, name, table, *texts = row
    definition, make, drop = (in_one_line(one.replace(schema, "")) for one in texts)
    return SchemaPart(
        kind=kind, name=name, table=table, definition=comparable_definition(definition), make=make, drop=drop
    )


def as_built(conn: "Connection") -> Sequence[SchemaPart]:
    """Return the parts that the migrations make in an empty schema, which is rolled back; raise CannotCompare."""
    try:
        conn.execute("BEGIN READ WRITE")
        conn.execute(f"CREATE SCHEMA {SCRATCH}")
        conn.execute(f"SET LOCAL search_path = {SCRATCH}")
        conn.execute(migrate.TABLE.format(integer="BIGINT").encode())
        for one in migrate.known("postgres"):
            conn.execute(one.sql.encode())
        return parts(conn)
    except (
        errors.InsufficientPrivilege,
        errors.ReadOnlySqlTransaction,
        errors.FeatureNotSupported,
    ):  # or a standby
        raise CannotCompare("The database's role may not make a schema for a moment to compare with.") from None
    finally:
        conn.execute("ROLLBACK")
