"""Cursors for the hot path: on PostgreSQL the adapter's own, since Django's cost as much again as a short statement.

Where somebody listens to what is executed (the debug log, a test that counts, another wrapper), and on SQLite, they are
Django's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connections


@contextmanager
def executed(sql: str, params: Sequence[Any], alias: str = "default", own: Any = None) -> Iterator[Any]:
    """Execute one statement and yield its cursor; errors are Django's.

    `alias` is Django's name of the database; `own` is the one wrapper of statements that need not hear of it.
    """
    connection = connections[alias]
    if not bare(connection, own):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            yield cursor
        return
    with connection.wrap_database_errors:
        cursor = execute(connection, sql, params)
        try:
            yield cursor
        finally:
            cursor.close()


def bare(connection: Any, own: Any = None) -> bool:
    """Whether nobody but `own` listens, so that the adapter's own cursor may be used."""
    if connection.vendor != "postgresql" or connection.queries_logged:
        return False
    return not connection.execute_wrappers or connection.execute_wrappers == [own]


def execute(connection: Any, sql: str, params: Sequence[Any]) -> Any:
    """Execute a statement with `%s` for its parameters, and no other `%`, on the adapter's own cursor; return that."""
    import psycopg

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    cursor = psycopg.RawCursor(connection.connection)
    cursor.execute(numbered(sql), params)
    return cursor


@lru_cache(maxsize=512)
def numbered(sql: str) -> bytes:
    """The statement as the server reads it, with numbers for its parameters."""
    parts = sql.split("%s")
    return "".join(part if not n else f"${n}{part}" for n, part in enumerate(parts)).encode()
