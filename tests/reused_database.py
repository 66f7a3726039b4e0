"""One PostgreSQL database for test after test, put back each time as its template is.

Copying the template instead costs the server a tenth of a second and two checkpoints.
"""

import uuid

import psycopg
from postgres import PostgresServer
from psycopg.sql import SQL, Composed, Identifier, Literal

# What a change of the schema leaves different: a table, an index, a trigger, a function.
_SHAPE = """
SELECT md5(string_agg(oid::text, ',' ORDER BY oid)) FROM (
  SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT oid FROM pg_trigger
  UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts
"""
_COLUMNS = """
SELECT t.table_name, array_agg(c.column_name::text) FILTER (WHERE c.is_generated = 'NEVER')
FROM information_schema.tables AS t JOIN information_schema.columns AS c USING (table_name)
WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_schema = 'public'
  AND t.table_name <> 'spatial_ref_sys'
GROUP BY t.table_name
"""
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


class ReusedDatabase:
    """A database of `server` that is `template` again whenever it is asked for."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._name = f"city_{uuid.uuid4().hex[:12]}"
        self.url = server.url(self._name)
        self._copy()

    def put_back(self) -> bool:
        """Make it the template again; returns whether that cut anybody off."""
        is_cut = self._own.execute(_OTHERS).rowcount > 0
        if self._shape() == self._shape_of_template:
            self._own.execute(self._again)
        else:
            is_cut = True
            self.close()
            self._server.execute(f"DROP DATABASE {self._name} WITH (FORCE)")
            self._copy()
        return is_cut

    def close(self) -> None:
        self._own.close()

    def _copy(self) -> None:
        self._server.copy(self._template, self._name)
        self._own = psycopg.connect(self.url, autocommit=True)
        self._again = self._keep()
        self._shape_of_template = self._shape()

    def _shape(self) -> object:
        return self._own.execute(_SHAPE).fetchone()

    def _keep(self) -> Composed:
        """Set the template's rows aside; returns the statements that bring them back."""
        self._own.execute("CREATE SCHEMA kept")
        # Neither append-only tables nor references stand in the way of a replica.
        empty = [SQL("SET session_replication_role TO replica")]
        fill: list[SQL | Composed] = []
        for table, columns in self._own.execute(_COLUMNS).fetchall():
            names = {
                "own": Identifier("public", table),
                "kept": Identifier("kept", table),
                "columns": SQL(", ").join(map(Identifier, columns)),
            }
            empty.append(SQL("DELETE FROM {own}").format(**names))
            kept = SQL("CREATE TABLE {kept} AS SELECT {columns} FROM {own}").format(**names)
            if self._own.execute(kept).rowcount:
                row = "INSERT INTO {own} ({columns}) OVERRIDING SYSTEM VALUE SELECT * FROM {kept}"
                fill.append(SQL(row).format(**names))
        numbers = self._own.execute(
            "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL "
            "FROM pg_sequences WHERE schemaname = 'public'"
        ).fetchall()
        for name, value, is_used in numbers:
            arguments = map(Literal, (f"public.{name}", value, is_used))
            fill.append(SQL("SELECT setval({}, {}, {})").format(*arguments))
        return SQL("; ").join([*empty, *fill, SQL("RESET session_replication_role")])
