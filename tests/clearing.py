"""Puts the database back to what the migrations made, after a test that really committed, and empties the cache."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

IDENTITIES = """
    SELECT pg_get_serial_sequence(%s, attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attidentity <> ''
"""


@dataclass
class FirstRows:
    """The rows that a fresh database has (the brand, the permissions): by table its columns and rows."""

    tables: dict[str, tuple[list[str], list[Any]]] = field(default_factory=dict)

    @classmethod
    def taken(cls) -> FirstRows:
        """As the database is now."""
        first = cls()
        with connection.cursor() as cursor:
            for table in _tables():
                cursor.execute(f'SELECT * FROM "{table}"')
                if rows := cursor.fetchall():
                    first.tables[table] = ([column[0] for column in cursor.description], rows)
        return first

    def restore(self) -> None:
        """Empty every table and put these rows back, as they were."""
        if connection.vendor == "sqlite":
            with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
                self._restore_sqlite(cursor)
        else:
            with transaction.atomic(), connection.cursor() as cursor:
                self._restore_postgresql(cursor)

    def _restore_postgresql(self, cursor: Any) -> None:
        # TRUNCATE makes new files for all tables, used or not, and waits for the disk: this is quicker.
        used = _used(cursor)
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = [table for (table,) in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for table in used:
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute(IDENTITIES, [f'"{table}"', f'"{table}"'])
            for (sequence,) in cursor.fetchall():
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART")
        self._insert(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    def _restore_sqlite(self, cursor: Any) -> None:
        # The books refuse to be emptied: their triggers are taken away and put back as they are.
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for table in _tables():
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("DELETE FROM sqlite_sequence")
        self._insert(cursor)
        for _name, sql in triggers:
            cursor.execute(sql)

    def _insert(self, cursor: Any) -> None:
        for table, (columns, rows) in self.tables.items():
            names = ", ".join(f'"{column}"' for column in columns)
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE VALUES ({places})'
                if connection.vendor == "postgresql" and "id" in columns
                else f'INSERT INTO "{table}" ({names}) VALUES ({places})',
                rows,
            )
            if connection.vendor == "postgresql" and "id" in columns:
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
                if sequence := cursor.fetchone()[0]:
                    cursor.execute(f'SELECT setval(%s, (SELECT max(id) FROM "{table}"))', [sequence])


def _tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name != "django_migrations"]


def _used(cursor: Any) -> list[str]:
    """The tables that hold anything."""
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in _tables()))
    return [name for (name,) in cursor.fetchall()]


def forget_cached() -> None:
    """Delete what this process keeps in the cache; in Redis, where others keep theirs, by its own prefix."""
    if not settings.REDIS_URL:
        cache.clear()
        return
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        if kept := list(server.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*")):
            server.delete(*kept)
